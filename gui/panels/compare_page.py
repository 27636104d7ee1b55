"""The page of comparisons: what is on screen beside something else, and a word's senses."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from gui.compare_source import CompareSource
from gui.messages import Message
from gui.panels.compare_parts import CompareParts
from gui.panels.compare_words import aligned_words, checked_words, titles, verdict
from gui.state import Shown
from models.compare import Comparison, Side
from models.compare_other import Other
from models.compare_senses import Curves, WordSenses, bundled_senses
from models.counting import WHOLE_LAYER, counted_name
from models.figure.beside import Beside
from models.i18n import tr


class ComparePage(CompareParts):
    """Asks the source for the second side; ``swapped`` tells what comes to the screen instead."""

    cell_clicked = Signal(int, int)
    stepped = Signal(int, int)  # queries down, keys to the right
    text_asked = Signal(str)
    swapped = Signal(object)  # Other

    def __init__(
        self,
        source: CompareSource,
        *,
        reference: Callable[[], str] = str,
        parent: QWidget | None = None,
    ) -> None:
        """``reference`` says what opens the model on screen."""
        super().__init__(parent)
        self._reference, self.source, self._active = reference, source, False
        self._shown: Shown | None = None
        self._found: Comparison | None = None
        self._curves: Curves | None = None
        self._word: WordSenses | None = None
        self._asked: tuple[object, ...] = ()
        self._connect()
        self._lay(None)
        self.retranslate()

    def _connect(self) -> None:
        self.choice.other_chosen.connect(lambda _other: self._leave_senses())
        self.swap.clicked.connect(self._swap)
        self.clear.clicked.connect(lambda: self.choice.set_other(None))
        self.start.clicked.connect(lambda: self.show_senses(bundled_senses()[0]))
        for maps in (self.words, self.photos):
            maps.cell_clicked.connect(self.cell_clicked)
            maps.hovered.connect(self.readout.setText)
            maps.stepped.connect(self.stepped)
        self.source.compared.connect(self._show_comparison)
        self.source.curves_known.connect(self._show_curves)
        self.source.failed.connect(self._show_error)
        self.source.progressed.connect(self._show_progress)

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
        if self._word is not None and text:
            self._ask_curves()
        else:
            self._compare()

    def retranslate(self) -> None:
        """Say everything again in the language in force."""
        super().retranslate()
        self._fill_menu()
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

    # -- senses

    def _fill_menu(self) -> None:
        self.menu.clear()
        first, second = (sense.sentences[0] for sense in bundled_senses()[0].senses[:2])
        self.start.setText(tr("“{first}” against “{second}”", first=first, second=second))
        for found in bundled_senses():
            first, second = (sense.name for sense in found.senses[:2])
            words = tr("“{word}”: {first} or {second}", word=found.word, first=first, second=second)
            action = self.menu.addAction(words)
            action.triggered.connect(lambda _=False, chosen=found: self.show_senses(chosen))

    def show_senses(self, senses: WordSenses) -> None:
        """Put a sentence of each sense on both sides and follow the word through the layers."""
        first, second = (sense.sentences[0] for sense in senses.senses[:2])
        self.choice.set_other(Other("text", text=second))
        self._word, self._curves = senses, None
        self.text_asked.emit(first)
        self._ask_curves()

    def _leave_senses(self) -> None:
        self._word = None
        self._compare()

    def _ask_curves(self) -> None:
        senses, shown = self._word, self._shown
        if senses is None or shown is None:
            return
        first, second = (sense.sentences[0] for sense in senses.senses[:2])
        model = shown.record.provenance.sha256 or shown.record.provenance.model
        asked = ("senses", senses.word, model)
        self._lay(self.chart)
        if asked != self._asked:
            self._asked = asked
            self.chart.set_curves(None)
            self.source.ask_senses(senses, (first, second))
            self._show_progress(0.0)

    def _show_curves(self, curves: Curves) -> None:
        self._curves = curves
        self.chart.set_curves(curves)
        self._say(verdict(curves))

    def _show_progress(self, share: float) -> None:
        if self._word is not None:
            percent = round(100 * share)
            self._say(tr("Reading the sentences … {percent}%", percent=percent))

    # -- inside

    def _lay(self, front: QWidget | None) -> None:
        for part in (self.words, self.photos, self.chart):
            part.setVisible(part is front)
        self.blank.setVisible(front is None)
        self.readout.clear()

    def _say(self, words: str) -> None:
        self.notice.setText(words)

    def _show_error(self, error: BaseException) -> None:
        self._lay(None)
        self._say(Message.of(error).sentence)
