"""At what size a photo is shown to the model: more pixels, more patches, a finer map."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QWidget

from gui.panels.choice_box import ChoiceBox
from models.errors import InputError
from models.i18n import tr
from models.offers import SizeOffer
from models.sizes import Size, read_size, write_size

Asker = Callable[[Size], SizeOffer]


class SizeControl(ChoiceBox):
    """A list of sizes into which another one may be typed.

    ``asked(SizeOffer)`` wants the photo run at a size; ``refused(InputError)`` tells why one that
    was typed cannot be.
    """

    asked = Signal(object)
    refused = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._offers: tuple[SizeOffer, ...] = ()
        self._now: Size | None = None
        self._asker: Asker | None = None
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setMinimumContentsLength(17)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.setCompleter(None)  # type: ignore[arg-type]  # the stubs lack None
        self.activated.connect(self._on_chosen)
        edit = self.lineEdit()
        assert edit is not None  # noqa: S101  # an editable box has one
        edit.returnPressed.connect(self._on_typed)
        edit.editingFinished.connect(self.show_now)  # typed and left: nothing was asked for
        self.retranslate()

    def set_facts(
        self, offers: Sequence[SizeOffer], *, now: SizeOffer | None, asker: Asker | None
    ) -> None:
        """Offer these sizes; ``now`` is in force; ``asker`` tells what a typed size would be.

        Without an asker the graph takes one size only, and nothing can be chosen.
        """
        self._offers = tuple(offers)
        if now is not None and now.size not in {offer.size for offer in offers}:
            self._offers = tuple(sorted((*offers, now), key=lambda offer: offer.size))
        self._now, self._asker = None if now is None else now.size, asker
        self.retranslate()

    def show_now(self) -> None:
        """Show the size in force again: what was asked for did not come to be."""
        self.setCurrentIndex(
            next((i for i, x in enumerate(self._offers) if x.size == self._now), -1)
        )

    def retranslate(self) -> None:
        """Say everything again in the language in force."""
        self.clear()
        for offer in self._offers:
            self.addItem(size_words(offer))
        self.show_now()
        free = self._asker is not None
        self.setEnabled(free)
        self.setVisible(bool(self._offers))
        self.setAccessibleName(tr("Size of the picture that the model gets"))
        tip = tr(
            "More pixels make more patches and a finer map. Type another size, such as 640x448."
        )
        self.setToolTip(tip if free else tr("The graph takes pictures of this size only."))

    def _on_chosen(self, index: int) -> None:
        if 0 <= index < len(self._offers) and self._offers[index].size != self._now:
            self.asked.emit(self._offers[index])

    def _on_typed(self) -> None:
        words = self.currentText().strip()
        listed = next((x for x in self._offers if size_words(x) == words), None)
        if self._asker is None or (listed is not None and listed.size == self._now):
            return
        try:
            offer = listed or self._asker(read_size(words))
        except InputError as error:
            self.refused.emit(error)
            return
        if offer.size == self._now:
            self.show_now()
        else:
            self.asked.emit(offer)


def size_words(offer: SizeOffer) -> str:
    """Return ``224 px · 16×16 patches``: rows × columns, or the pixels alone."""
    pixels = tr("{size} px", size=write_size(offer.size))
    if offer.grid is None:
        return pixels
    rows, columns = offer.grid
    patches = tr("{rows}×{columns} patches", rows=rows, columns=columns)
    return f"{pixels} · {patches}"
