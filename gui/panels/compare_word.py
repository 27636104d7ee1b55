"""The page of comparisons, as far as it follows a word with several senses."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from gui.compare_source import CompareSource
from gui.panels.compare_parts import CompareParts
from gui.state import Shown
from models.compare_other import Other
from models.compare_senses import Curves, WordSenses, bundled_senses, pieces_of
from models.i18n import tr
from models.sense_words import verdict


class CompareWord(CompareParts):
    """Puts a word's sentences on both sides, pins it, and shows its curves or their maps."""

    text_asked = Signal(str)
    token_asked = Signal(int)  # to pin: the word whose senses are followed

    def __init__(self, source: CompareSource, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.source = source
        self._shown: Shown | None = None
        self._curves: Curves | None = None
        self._word: WordSenses | None = None
        self._maps_first = False  # whether its two sentences lie in front, not its curves
        self._unpinned = False  # whether the word waits to be pinned, its sentence being run
        self._asked: tuple[object, ...] = ()
        self.choice.other_chosen.connect(lambda _other: self._leave_senses())
        self.start.clicked.connect(lambda: self.show_senses(bundled_senses()[0]))
        self.turn.clicked.connect(self._turn)
        self.source.curves_known.connect(self._show_curves)
        self.source.progressed.connect(self._show_progress)

    def set_shown(self, shown: Shown | None) -> None:
        """Show what is on screen now."""
        raise NotImplementedError

    def _compare(self) -> None:
        raise NotImplementedError

    def retranslate(self) -> None:
        """Say everything again in the language in force."""
        super().retranslate()
        self._fill_menu()
        self._show_turn()

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
        self._maps_first, self._unpinned = False, True
        self._show_turn()
        shown = self._shown
        if shown is not None and shown.record.encoded.text == first:
            self._follow_word(shown)
        self.text_asked.emit(first)
        self._ask_curves()

    def _leave_senses(self) -> None:
        self._word, self._maps_first = None, False
        self._show_turn()
        self._compare()

    def _turn(self) -> None:
        """Bring the maps of the word's two sentences to the front, or its curves."""
        self._maps_first = not self._maps_first
        self._show_turn()
        if self._shown is not None:
            self._asked = ()
            self.set_shown(self._shown)

    def _show_turn(self) -> None:
        self.turn.setVisible(self._word is not None)
        self.turn.setText(tr("Show the curves") if self._maps_first else tr("Show the maps"))

    def _follow_word(self, shown: Shown) -> None:
        """Pin the word once its sentence is there; leave its senses when another text is."""
        if self._word is None:
            return
        there = shown.record.encoded.text == self._word.senses[0].sentences[0]
        if there and self._unpinned:
            self._unpinned = False
            place = pieces_of(shown.record, self._word.word)[0]
            # later: who shows these facts after this page would show the older ones last
            QTimer.singleShot(0, self, lambda: self.token_asked.emit(place))
        elif not there and not self._unpinned:
            self._word, self._maps_first = None, False
            self._show_turn()

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
            self._curves = None
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

    def _lay(self, front: QWidget | None) -> None:
        for part in (self.words, self.photos, self.chart):
            part.setVisible(part is front)
        self.blank.setVisible(front is None)
        self.limits.setEnabled(front is not self.chart)  # cosines are no weights
        self.readout.clear()

    def _say(self, words: str) -> None:
        self.notice.setText(words)
