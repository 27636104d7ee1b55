"""What can be turned in the playground: temperature, mask, dropout, and where numbers come from."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSlider,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from gui.numbers import locale
from gui.theme import RADIUS, SPACE, Theme
from models.i18n import tr
from models.playground import Small

STEPS = 10  # of a slider, per unit
FIELD = 64


class Controls(QWidget):
    """Emits ``changed(name, value)`` for a field of ``Small``, and the two wishes for numbers."""

    changed = Signal(str, object)
    random_asked = Signal(int)
    head_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.slider, self.temperature = QSlider(Qt.Orientation.Horizontal), QDoubleSpinBox()
        self.rate_slider, self.rate = QSlider(Qt.Orientation.Horizontal), QDoubleSpinBox()
        self.draw, self.again = QSpinBox(), QPushButton()
        self.seed, self.random_button, self.head_button = QSpinBox(), QPushButton(), QPushButton()
        self.labels = {name: QLabel() for name in ("temperature", "mask", "dropout", "numbers")}
        self.draw_label, self.seed_label = QLabel(), QLabel()
        self.masks: list[QCheckBox] = []
        self._mask_row = QHBoxLayout()
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        self.slider.setRange(1, 10 * STEPS)
        self.temperature.setRange(0.1, 10.0)
        self.temperature.setSingleStep(0.1)
        self.temperature.setDecimals(1)
        self.rate.setRange(0.0, 0.9)
        self.rate.setSingleStep(0.1)
        self.rate.setDecimals(1)
        self.rate_slider.setRange(0, 9)
        for box in (self.draw, self.seed):
            box.setRange(0, 9999)
        for field in (self.temperature, self.rate, self.draw, self.seed):
            field.setFixedWidth(FIELD)
        form = QFormLayout()
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(SPACE // 2)
        self._mask_row.setSpacing(SPACE)
        masks = QWidget()
        masks.setLayout(self._mask_row)
        self._mask_row.setContentsMargins(0, 0, 0, 0)
        self.lines = {
            "temperature": _line(self.slider, self.temperature),
            "mask": masks,
            "dropout": _line(self.rate_slider, self.rate),
            "draw": _line(self.draw_label, self.draw, self.again, None),
            "numbers": _line(self.seed_label, self.seed, self.random_button, None),
        }
        for name, line in self.lines.items():
            form.addRow(self.labels.get(name, QLabel()), line)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(form)
        column.addWidget(self.head_button)

    def _connect(self) -> None:
        self.slider.valueChanged.connect(lambda v: self.changed.emit("temperature", v / STEPS))
        self.temperature.valueChanged.connect(
            lambda v: self.changed.emit("temperature", round(v, 1))
        )
        self.rate_slider.valueChanged.connect(lambda v: self.changed.emit("rate", v / STEPS))
        self.again.clicked.connect(lambda: self.draw.setValue(self.draw.value() + 1))
        self.rate.valueChanged.connect(lambda v: self.changed.emit("rate", round(v, 1)))
        self.draw.valueChanged.connect(lambda v: self.changed.emit("dropout_seed", v))
        self.random_button.clicked.connect(lambda: self.random_asked.emit(self.seed.value()))
        self.seed.valueChanged.connect(self.random_asked)
        self.head_button.clicked.connect(self.head_asked)

    def show_small(self, small: Small) -> None:
        """Show what is set; nothing is announced."""
        parts = (
            self.slider, self.temperature, self.rate_slider, self.rate, self.draw, self.seed,
        )  # fmt: skip
        for part in parts:
            part.blockSignals(True)
        self.slider.setValue(round(small.temperature * STEPS))
        self.temperature.setValue(small.temperature)
        self.rate_slider.setValue(round(small.rate * STEPS))
        self.rate.setValue(small.rate)
        self.draw.setValue(small.dropout_seed)
        self.seed.setValue(small.seed)
        for part in parts:
            part.blockSignals(False)
        self.draw.setEnabled(small.rate > 0)
        self.again.setEnabled(small.rate > 0)
        self._show_masks(small.tokens, small.masked)

    def _show_masks(self, tokens: Sequence[str], masked: frozenset[int]) -> None:
        while len(self.masks) < len(tokens):
            box, place = QCheckBox(), len(self.masks)
            box.toggled.connect(lambda _on, _p=place: self._on_mask())
            self.masks.append(box)
            self._mask_row.addWidget(box)
        left = len(tokens) - len(masked)
        for i, box in enumerate(self.masks):
            box.setVisible(i < len(tokens))
            if i >= len(tokens):
                continue
            box.blockSignals(True)
            box.setText(tokens[i])
            box.setChecked(i in masked)
            box.blockSignals(False)
            box.setEnabled(i in masked or left > 1)  # somebody must be left to look at
            box.setToolTip(
                tr("Hide “{token}” from everybody: its score becomes −∞.", token=tokens[i])
            )

    def _on_mask(self) -> None:
        chosen = {
            i for i, box in enumerate(self.masks) if box.isChecked() and box.isVisibleTo(self)
        }
        self.changed.emit("masked", frozenset(chosen))

    def set_theme(self, theme: Theme) -> None:
        """Draw fields and boxes alike, with edges that are seen in both themes."""
        self.setStyleSheet(
            f"QDoubleSpinBox, QSpinBox {{ background: {theme.surface}; color: {theme.text};"
            f" border: 1px solid {theme.border}; border-radius: {RADIUS}px; padding: 3px 6px; }}"
            f"QDoubleSpinBox:focus, QSpinBox:focus {{ border: 2px solid {theme.accent};"
            f" padding: 2px 5px; }}"
            # a style sheet draws no arrows, and NoButtons would leave the number no room
            "QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { width: 0; border: none; }"
            "QAbstractSpinBox QLineEdit { border: none; padding: 0 5px; background: transparent; }"
            f"QSpinBox:disabled {{ color: {theme.muted}; }}"
            f"QCheckBox::indicator {{ width: 13px; height: 13px; border-radius: 3px;"
            f" border: 1px solid {theme.muted}; background: {theme.surface}; }}"
            f"QCheckBox::indicator:checked {{ background: {theme.accent}; }}"
            f"QCheckBox:focus {{ color: {theme.accent}; }}"
        )

    def retranslate(self) -> None:
        """Say everything again in the language in force."""
        words = {
            "temperature": tr("Temperature"),
            "mask": tr("Mask"),
            "dropout": tr("Dropout"),
            "numbers": tr("Numbers"),
        }
        for name, label in self.labels.items():
            label.setText(words[name])
        tip = tr("Scores are divided by it before the softmax: below 1 sharper, above 1 flatter.")
        for part in (self.slider, self.temperature):
            part.setToolTip(tip)
            part.setAccessibleName(tr("Temperature"))
        tip = tr("Chance of each weight to become 0; the others are divided by 1 − rate.")
        for part in (self.rate_slider, self.rate):
            part.setAccessibleName(tr("Dropout rate"))
            part.setToolTip(tip)
        self.again.setText(tr("Again"))
        self.again.setToolTip(tr("The next draw: other weights vanish."))
        self.draw_label.setText(tr("draw"))
        self.draw.setAccessibleName(tr("Dropout draw"))
        self.draw.setToolTip(
            tr("Which weights vanish: another number is another pass of training.")
        )
        self.seed_label.setText(tr("seed"))
        self.seed.setAccessibleName(tr("Seed"))
        self.seed.setToolTip(tr("The same seed gives the same random numbers again."))
        self.random_button.setText(tr("Random"))
        self.random_button.setToolTip(tr("Draw Q, K and V anew with this seed."))
        self.head_button.setText(tr("Take from the model's head"))
        self.head_button.setToolTip(
            tr(
                "The pinned token and its four strongest keys, in the head that is shown, "
                "projected down to 4 numbers each."
            )
        )
        for box in (self.temperature, self.rate, self.draw, self.seed):
            box.setLocale(locale())


def _line(*parts: QWidget | None) -> QWidget:
    line = QWidget()
    row = QHBoxLayout(line)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(SPACE)
    for part in parts:
        if part is None:
            row.addStretch(1)
        else:
            row.addWidget(part)
    return line
