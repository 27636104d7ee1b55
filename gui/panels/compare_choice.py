"""What to compare with: a kind, and what that kind needs to be told."""

from __future__ import annotations

from typing import Final, cast

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QStackedWidget,
    QWidget,
)

from gui.panels.choice_box import ChoiceBox
from gui.state import Shown
from models.compare_other import Kind, Other
from models.i18n import mark, tr
from models.library import bundled_models

_SHORT: Final = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
KINDS: Final[dict[Kind, str]] = {
    "text": mark("Another text"),
    "photo": mark("Another photo"),
    "head": mark("Another head"),
    "layer": mark("Another layer"),
    "model": mark("Another model"),
}


class CompareChoice(QWidget):
    """Tells ``other_chosen(Other | None)``; asks for a photo or a model file with its signals."""

    other_chosen = Signal(object)
    photo_asked = Signal()
    model_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kind, self.text, self.number = ChoiceBox(), QLineEdit(), QComboBox()
        self.model, self.photo = QComboBox(), QPushButton()
        self.editor = QStackedWidget()
        self._image: bool | None = None
        self._counts = (0, 0)
        self._photo: Other | None = None
        for part in (self.text, self.number, self.model, self.photo):
            self.editor.addWidget(part)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.kind)
        row.addWidget(self.editor, 1)
        self.kind.follow_choice()
        for box in (self.number, self.model):  # beside a photo there is little room
            box.setSizeAdjustPolicy(_SHORT)
            box.setMinimumContentsLength(3)
        self.photo.setMinimumWidth(80)
        self.kind.activated.connect(lambda _i: self._on_kind())
        self.number.activated.connect(lambda _i: self.tell())
        self.model.activated.connect(lambda _i: self._on_model())
        self.text.editingFinished.connect(self.tell)
        self.photo.clicked.connect(self.photo_asked)
        self.retranslate()

    @property
    def chosen(self) -> Kind:
        """The kind in force."""
        return cast("Kind", self.kind.currentData())

    @property
    def other(self) -> Other | None:
        """What stands beside, None while it is not told."""
        kind = self.chosen
        if kind == "text":
            text = self.text.text().strip()
            return Other("text", text=text) if text else None
        if kind in {"head", "layer"}:
            at = self.number.currentData()
            return None if at is None else Other(kind, number=int(at))
        if kind == "photo":
            return self._photo
        place = str(self.model.currentData() or "")
        return Other(kind, place=place) if place else None

    def set_shown(self, shown: Shown) -> None:
        """Offer what goes with what is on screen."""
        image = shown.record.encoded.modality == "image"
        if image != self._image:
            self._image = image
            self._fill_kinds()
        counts = (len(shown.record.layers), shown.layer.heads)
        if counts != self._counts:
            self._counts = counts
            self._fill_numbers()

    def set_other(self, other: Other | None) -> None:
        """Show ``other`` as chosen; None empties the text and the photo."""
        if other is None:
            self.text.clear()
            self._photo = None
            self.number.setCurrentIndex(-1)
            self.model.setCurrentIndex(-1)
        else:
            self.kind.setCurrentIndex(self.kind.findData(other.kind))
            self._on_kind(tells=False)
            if other.kind == "text":
                self.text.setText(other.text)
            elif other.kind in {"head", "layer"}:
                self.number.setCurrentIndex(other.number)
            elif other.kind == "photo":
                self._photo = other
            else:
                self._show_model(other.place)
        self.tell()

    def tell(self) -> None:
        """Say what is chosen."""
        self.other_chosen.emit(self.other)

    def retranslate(self) -> None:
        """Say everything again in the language in force."""
        self.kind.setAccessibleName(tr("What to compare with"))
        self.kind.setToolTip(tr("What stands beside what is on screen."))
        self.text.setPlaceholderText(tr("Type the sentence to compare with"))
        self.text.setAccessibleName(tr("The sentence to compare with"))
        self.number.setAccessibleName(tr("The head or layer to compare with"))
        self.model.setAccessibleName(tr("The model to compare with"))
        self.photo.setText(tr("Open …"))
        self.photo.setAccessibleName(tr("Choose a photo …"))
        self.photo.setToolTip(tr("Choose a photo …"))
        self._fill_kinds()
        self._fill_models()

    # -- inside

    def _fill_kinds(self) -> None:
        left_out = "text" if self._image else "photo"
        self.kind.fill({kind: tr(words) for kind, words in KINDS.items() if kind != left_out})
        self._on_kind(tells=False)

    def _fill_numbers(self) -> None:
        chosen, kind = self.number.currentData(), self.chosen
        letter = "H" if kind == "head" else "L"
        count = self._counts[1 if kind == "head" else 0]
        self.number.clear()
        for at in range(count):
            self.number.addItem(f"{letter}{at + 1}", at)
        self.number.setCurrentIndex(-1 if chosen is None else self.number.findData(chosen))

    def _fill_models(self) -> None:
        chosen = self.model.currentData()
        self.model.clear()
        for name, label in bundled_models():
            self.model.addItem(label, name)
        self.model.addItem(tr("Open an ONNX file …"), "")
        if chosen:
            self._show_model(chosen)
        else:
            self.model.setCurrentIndex(-1)

    def _show_model(self, place: str) -> None:
        if self.model.findData(place) < 0:
            self.model.insertItem(0, place.replace("\\", "/").rsplit("/", 1)[-1], place)
        self.model.setCurrentIndex(self.model.findData(place))

    def _on_kind(self, *, tells: bool = True) -> None:
        kind = self.chosen
        parts = {"text": self.text, "photo": self.photo, "model": self.model}
        self.editor.setCurrentWidget(parts.get(kind, self.number))
        if kind in {"head", "layer"}:
            self._fill_numbers()
        if tells:
            self.tell()

    def _on_model(self) -> None:
        if self.model.currentData() == "":
            self.model.setCurrentIndex(-1)
            self.model_asked.emit()
        else:
            self.tell()
