"""The page of comparisons: what is on screen beside something else, and a word's senses."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from gui.compare_source import CompareSource
from gui.messages import Message
from gui.panels.compare_word import CompareWord
from gui.panels.compare_words import aligned_words, checked_words, titles
from gui.state import Shown
from models.compare import Comparison, Side
from models.compare_other import Other
from models.compare_senses import Curves
from models.counting import WHOLE_LAYER, counted_name
from models.figure.beside import Beside
from models.i18n import tr


class ComparePage(CompareWord):
    """Asks the source for the second side; ``swapped`` tells what comes to the screen instead."""

    cell_clicked = Signal(int, int)
    stepped = Signal(int, int)  # queries down, keys to the right
    layer_picked = Signal(int)
    swapped = Signal(object)  # Other

    def __init__(
        self,
        source: CompareSource,
        *,
        reference: Callable[[], str] = str,
        parent: QWidget | None = None,
    ) -> None:
        """``reference`` says what opens the model on screen."""
        super().__init__(source, parent)
        self._reference, self._active = reference, False
        self._found: Comparison | None = None
        self._connect()
        self._lay(None)
        self.retranslate()

    def _connect(self) -> None:
        self.swap.clicked.connect(self._swap)
        self.clear.clicked.connect(lambda: self.choice.set_other(None))
        for maps in (self.words, self.photos):
            maps.cell_clicked.connect(self.cell_clicked)
            maps.hovered.connect(self.readout.setText)
            maps.stepped.connect(self.stepped)
        self.chart.told.connect(self.readout.setText)
        self.chart.layer_picked.connect(self.layer_picked)
        self.source.compared.connect(self._show_comparison)
        self.source.failed.connect(self._show_error)

    # -- facts

    def set_active(self, *, active: bool) -> None:
        """Compute nothing while out of sight."""
        self._active = active
        if not active:
            self.source.stop()
            self._asked = ()

    @property
    def nbytes(self) -> int:
        """How much memory the other side and the maps take."""
        found = self._found
        maps = () if found is None else (found.weights_a, found.weights_b, found.difference)
        return self.source.nbytes + sum(x.nbytes for x in maps)

    def forget(self) -> bool:
        """Let go of them, unless they are on screen; tell whether they went."""
        if self._active:
            return False
        self._found = None
        for maps in (self.words, self.photos):
            maps.set_comparison(None, None)
        self.source.forget()
        return True

    def set_shown(self, shown: Shown | None) -> None:
        """Compare what is on screen now."""
        self._shown = shown
        if shown is None:
            self._say(tr("There is nothing to compare yet."))
            return
        self.choice.set_shown(shown)
        text = shown.record.encoded.modality == "text"
        self.senses.setVisible(text)
        self.start.setVisible(text)
        self.limits.setVisible(text)
        self.limits.setCurrentIndex(self.limits.findData(shown.state.map_limits))
        self.chart.set_layer(shown.state.layer)
        self._follow_word(shown)
        if self._word is not None and text and not self._maps_first:
            self._ask_curves()
        else:
            self._compare()

    def retranslate(self) -> None:
        """Say everything again in the language in force."""
        super().retranslate()
        if self._shown is not None:
            self._asked = ()
            self.set_shown(self._shown)

    def close_lanes(self) -> None:
        """End the thread."""
        self.source.close()

    # -- the two sides

    def _compare(self) -> None:
        shown, other = self._shown, self.choice.other
        if shown is None or other is None:
            self._found = None
            self.source.forget()
            self._asked = ()
            self._lay(None)
            self._say(tr("Choose what to compare with: what is on screen is side A."))
            return
        heads = () if shown.all_heads else shown.heads
        side = Side(shown.record, shown.state.layer, heads)
        asked = (shown.record.layers, side.layer, heads, other, shown.asked)
        if self._asked and self._asked[0] is asked[0] and self._asked[1:] == asked[1:]:
            if self._found is not None:
                self._draw()
            return
        self._asked = asked
        self._say(tr("Comparing …"))
        self._found = None
        self.source.compare(side, other, shown.asked)

    def _show_comparison(self, found: Comparison) -> None:
        self._found = found
        self._draw()

    def _draw(self) -> None:
        shown, found = self._shown, self._found
        if shown is None or found is None or found.a.record.layers is not shown.record.layers:
            return
        image = found.a.record.encoded.modality == "image"
        maps = self.photos if image else self.words
        self._lay(maps)
        maps.set_comparison(found, shown)
        maps.set_titles(*titles(shown, found, self.choice.other))
        self._say(aligned_words(found) + self._counted(shown) + checked_words(found))

    @property
    def drawn(self) -> Beside | Curves | None:
        """What a figure of this page is of: the comparison or the curves that are in front."""
        if self._word is not None and not self._maps_first:
            return self._curves
        return self.beside

    @property
    def beside(self) -> Beside | None:
        """What a figure of this comparison is told; None while none is drawn."""
        shown, found = self._shown, self._found
        if shown is None or found is None or found.a.record.layers is not shown.record.layers:
            return None
        return Beside(found, titles(shown, found, self.choice.other))

    def _counted(self, shown: Shown) -> str:
        """Say what is compared, where not the weights are."""
        if shown.asked.plain:
            return ""
        words = " · " + counted_name(shown.asked)
        other = self.choice.other
        if shown.asked.measure in WHOLE_LAYER and other is not None and other.kind == "head":
            words += " · " + tr("of all heads together, so both sides are the same")
        return words

    def _swap(self) -> None:
        """Bring side B to the screen, and put what was there beside it."""
        shown, other = self._shown, self.choice.other
        if shown is None or other is None:
            return
        encoded, kind = shown.record.encoded, other.kind
        back: Other | None = None
        if kind == "text":
            back = Other("text", text=encoded.text)
        elif kind == "layer":
            back = Other("layer", number=shown.state.layer)
        elif kind == "photo":
            back = Other("photo", text=encoded.photo_name, picture=encoded.photo)
        elif kind == "model":
            back = Other("model", place=self._reference())
        elif kind == "head":
            back = None if shown.one_head is None else Other("head", number=shown.one_head)
        if back is None:
            self._say(tr("A mean of heads cannot be side B: choose one head for side A first."))
            return
        self.choice.set_other(back)
        self.swapped.emit(other)

    def _show_error(self, error: BaseException) -> None:
        self._lay(None)
        self._say(Message.of(error).sentence)
