"""Where a sentence is typed and a photo chosen: both always at hand, one of them in front."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QIcon, QImage, QPainter, QPainterPath, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QToolButton, QVBoxLayout, QWidget

from gui.panels.bar_air import leave_air
from gui.theme import LIGHT, RADIUS, SPACE, Theme
from models.i18n import tr

TYPING_PAUSE: Final = 300  # milliseconds without a key before a sentence runs by itself
THUMBNAIL: Final = QSize(56, 36)
LOW_THUMBNAIL: Final = QSize(40, 26)


class InputBar(QWidget):
    """A sentence field, an optional second sentence, sample photos and a button for one's own.

    ``text_changed(text, pair)`` comes after a pause in typing or at once with Return; ``pair`` is
    None while the second sentence is closed.
    """

    text_changed = Signal(str, object)
    sample_chosen = Signal(object)  # Path
    photo_asked = Signal()

    def __init__(self, samples: Sequence[Path], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sentence, self.second = QLineEdit(), QLineEdit()
        self.pair_button = QToolButton()
        self.pair_button.setCheckable(True)
        self.mask_button, self._mask = QToolButton(), ""
        self.text_label, self.photo_label = QLabel(), QLabel()
        self.samples = [_thumbnail_button(path) for path in samples]
        self.photo_button = QToolButton()
        self._pause = QTimer(self, singleShot=True, interval=TYPING_PAUSE)
        self._theme, self._image = LIGHT, False
        self._lay_out()
        self._connect(samples)
        self.second.hide()
        self.mask_button.hide()
        self.mask_button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the cursor stays in its field
        self.mask_button.setShortcut("Ctrl+M")
        for field in (self.sentence, self.second):
            field.setAcceptDrops(False)  # the window takes every drop: a photo is not a sentence
        self.retranslate()

    def _lay_out(self) -> None:
        fields = QVBoxLayout()
        fields.setSpacing(SPACE // 2)
        fields.addWidget(self.sentence)
        fields.addWidget(self.second)
        self._row = row = QHBoxLayout(self)
        leave_air(row)
        row.setSpacing(SPACE)
        row.addWidget(self.text_label)
        row.addLayout(fields, 1)
        row.addWidget(self.mask_button)
        row.addWidget(self.pair_button)
        row.addSpacing(SPACE)
        row.addWidget(self.photo_label)
        for button in self.samples:
            row.addWidget(button)
        row.addWidget(self.photo_button)

    def _connect(self, samples: Sequence[Path]) -> None:
        self._pause.timeout.connect(self._send)
        for field in (self.sentence, self.second):
            field.textEdited.connect(lambda _text: self._pause.start())
            field.returnPressed.connect(self._send)
        self.pair_button.toggled.connect(self._on_pair_toggled)
        self.mask_button.clicked.connect(self._insert_mask)
        self.photo_button.clicked.connect(self.photo_asked)
        for button, path in zip(self.samples, samples, strict=True):
            button.clicked.connect(lambda _=False, path=path: self.sample_chosen.emit(path))

    @property
    def pair(self) -> str | None:
        """The second sentence, None while it is closed or empty."""
        return (self.second.text() or None) if self.pair_button.isChecked() else None

    def set_text(self, text: str, pair: str | None) -> None:
        """Show a sentence that did not come from these fields; nothing is sent."""
        if self.sentence.text() != text:
            self.sentence.setText(text)
        if pair is not None and self.second.text() != pair:
            self.second.setText(pair)
        if (pair is not None) != self.pair_button.isChecked():
            self.pair_button.blockSignals(True)
            self.pair_button.setChecked(pair is not None)
            self.pair_button.blockSignals(False)
            self.second.setVisible(pair is not None)

    def set_mask(self, mask: str | None) -> None:
        """Offer to insert ``mask``, as the model writes it; None for a model that guesses none."""
        self._mask = mask or ""
        self.mask_button.setText(self._mask)
        self.mask_button.setShortcut("Ctrl+M")  # a new text takes the shortcut away
        self.mask_button.setVisible(bool(mask))

    def set_front(self, *, image: bool) -> None:
        """Mark which of the two is on screen: in bold, not by colour alone."""
        self._image = image
        for label, on in ((self.text_label, not image), (self.photo_label, image)):
            weight, colour = (600, self._theme.accent) if on else (400, self._theme.muted)
            label.setStyleSheet(f"font-weight: {weight}; color: {colour};")

    def set_low(self, *, low: bool) -> None:
        """Take less height in a window that has little of it."""
        leave_air(self._row, low=low)
        for button in self.samples:
            button.setIconSize(LOW_THUMBNAIL if low else THUMBNAIL)

    def set_theme(self, theme: Theme) -> None:
        """Recolour the two labels."""
        self._theme = theme
        self.set_front(image=self._image)

    def retranslate(self) -> None:
        """Say everything again in the language in force."""
        self.text_label.setText(tr("Text"))
        self.photo_label.setText(tr("Photo"))
        self.sentence.setPlaceholderText(tr("Type a sentence …"))
        self.second.setPlaceholderText(tr("Second sentence …"))
        self.sentence.setAccessibleName(tr("Sentence"))
        self.second.setAccessibleName(tr("Second sentence"))
        self.pair_button.setText(tr("+ pair"))
        self.pair_button.setToolTip(tr("Run two sentences together, as a pair"))
        self.mask_button.setToolTip(
            tr("Put a mask at the cursor, or over what is selected: the model guesses it (Ctrl+M)")
        )
        self.mask_button.setAccessibleName(tr("Insert a mask"))
        self.photo_button.setText(tr("Open …"))
        self.photo_button.setToolTip(
            tr("Open a photo. You can also drop one on the window, or paste it.")
        )
        self.photo_button.setAccessibleName(tr("Open a photo"))
        names = {"cat": tr("Cat"), "coffee": tr("Coffee cup"), "rocket": tr("Rocket")}
        for button in self.samples:
            name = names.get(button.objectName(), button.objectName())
            button.setToolTip(tr("Sample photo: {name}", name=name))
            button.setAccessibleName(tr("Sample photo: {name}", name=name))

    def _on_pair_toggled(self, opened: bool) -> None:  # noqa: FBT001  # the signal's shape
        self.second.setVisible(opened)
        (self.second if opened else self.sentence).setFocus()
        if self.second.text():
            self._send()

    def _insert_mask(self) -> None:
        """Put a mask where the cursor is, or over the words that are selected, and run."""
        field = self.second if self.second.hasFocus() else self.sentence
        text = field.text()
        start = field.selectionStart() if field.hasSelectedText() else field.cursorPosition()
        before, after = text[:start], text[start + len(field.selectedText()) :]
        ahead = " " if before and not before[-1].isspace() else ""
        behind = " " if after and after[0].isalnum() else ""
        field.insert(f"{ahead}{self._mask}{behind}")
        field.setFocus()
        self._send()

    def _send(self) -> None:
        self._pause.stop()
        self.text_changed.emit(self.sentence.text(), self.pair)


def _thumbnail_button(path: Path) -> QToolButton:
    button = QToolButton()
    button.setObjectName(path.stem)
    button.setIcon(QIcon(_rounded(QImage(str(path)))))
    button.setIconSize(THUMBNAIL)
    button.setStyleSheet("QToolButton { padding: 1px; }")
    button.setCursor(Qt.CursorShape.PointingHandCursor)
    return button


def _rounded(image: QImage) -> QPixmap:
    ratio = 2  # sharp on high-density screens
    size = THUMBNAIL * ratio
    fitted = image.scaled(
        size,
        Qt.AspectRatioMode.KeepAspectRatioByExpanding,
        Qt.TransformationMode.SmoothTransformation,
    )
    target = QPixmap(size)
    target.fill(Qt.GlobalColor.transparent)
    painter = QPainter(target)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    shape = QPainterPath()
    shape.addRoundedRect(0, 0, size.width(), size.height(), RADIUS * ratio, RADIUS * ratio)
    painter.setClipPath(shape)
    painter.drawImage(
        (size.width() - fitted.width()) // 2, (size.height() - fitted.height()) // 2, fitted
    )
    painter.end()
    target.setDevicePixelRatio(ratio)
    return target
