"""The bodies of what is said about tokens: guesses, labels, answers."""

from __future__ import annotations

from html import escape
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from gui.numbers import fixed
from gui.panels.output.bodies import Body, percent
from gui.panels.row.text import exact
from gui.state import Shown
from gui.views.bar_list import Bar, BarList
from gui.views.words import safe_label
from models.i18n import ntr, tr
from models.outputs import Answer, Candidate, TokenGuesses, TokenLabels

_GUESSES: Final = 5
_MASKS: Final = 20  # that are shown; a table copied holds them all
_AROUND: Final = 60  # characters of a sentence on either side of a mask


class GuessesBody(Body):
    """Each mask with its likeliest pieces; under them those at the pinned token."""

    def __init__(self, output: TokenGuesses) -> None:
        super().__init__()
        self.output = output
        self.lists: list[BarList] = []
        for position in output.positions[:_MASKS]:
            self._context(position)
            drawn = self.bars(
                self._bars(position), name=tr("Guesses at {position}", position=position)
            )
            self.lists.append(drawn)
        if (left := len(output.positions) - _MASKS) > 0:
            self.note(ntr("… and {count} more mask", "… and {count} more masks", left))
        self.pinned_note = self.note()
        self.pinned_list = self.bars((), name=tr("Pieces at the pinned token"))
        self._position: int | None = None
        self._show_pinned(None)

    def _context(self, position: int) -> None:
        label = QLabel(self._sentence(position))
        label.setTextFormat(Qt.TextFormat.RichText)
        label.setWordWrap(True)
        self.column.addWidget(label)

    def _sentence(self, position: int) -> str:
        before, after = self.output.around(position)
        token = safe_label(self.output.tokens[position].label)
        before = ("…" if len(before) > _AROUND else "") + _line(before[-_AROUND:])
        after = _line(after[:_AROUND]) + ("…" if len(after) > _AROUND else "")
        strong = f"<span style='font-weight:600'>{escape(token)}</span>"
        return f"{escape(before)}{strong}{escape(after)}"

    def _bars(self, position: int) -> list[Bar]:
        return [_candidate(c) for c in self.output.at(position, _GUESSES)]

    def set_shown(self, shown: Shown) -> None:
        """Show what the model says at the token whose row is shown."""
        self._show_pinned(shown.token)

    def _show_pinned(self, position: int | None) -> None:
        masked = self.output.mode == "masked"
        useful = masked and position is not None and position not in self.output.positions
        self.pinned_note.setVisible(useful)
        self.pinned_list.setVisible(useful)
        if not useful or position is None or position == self._position:
            return
        self._position = position
        found = self.output.actual(position)
        if found is None:
            return
        name = safe_label(self.output.tokens[position].label)
        self.pinned_note.setText(
            tr(
                "At “{token}”, which the model sees, so this is no guess: the token itself is "
                "number {rank} with {share}.",
                token=name,
                rank=found[1],
                share=percent(found[0].probability),
            )
        )
        self.pinned_list.set_bars(self._bars(position))


def _candidate(candidate: Candidate) -> Bar:
    tip = tr(
        "“{spelling}”, number {number}: output {logit}, probability {share}",
        spelling=safe_label(candidate.spelling),
        number=candidate.token_id,
        logit=exact(candidate.logit),
        share=exact(candidate.probability),
    )
    note = "" if candidate.spelling == candidate.label else candidate.spelling
    share = candidate.probability
    return Bar(candidate.label, percent(share), share, note=note, tip=tip)


class LabelsBody(Body):
    """The names that were found; a click pins the first token of one."""

    def __init__(self, output: TokenLabels) -> None:
        super().__init__()
        self.output = output
        found = output.entities
        if not found:
            self.note(tr("Every token is “O”, outside of any name."))
        bars = [
            Bar(
                e.text,
                percent(e.probability),
                e.probability,
                note=e.label,
                tip=tr(
                    "Tokens {first} to {last}: the mean of their probabilities",
                    first=e.first,
                    last=e.last,
                ),
            )
            for e in found
        ]
        self.list = self.bars(bars, name=tr(output.title), clickable=True)
        self.list.clicked.connect(lambda line: self.token_clicked.emit(found[line].first))


class AnswerBody(Body):
    """The best spans; a click pins the first token of one."""

    def __init__(self, output: Answer) -> None:
        super().__init__()
        spans = output.best(_GUESSES)
        bars = [
            Bar(
                span.text,
                percent(span.probability),
                span.probability,
                note=fixed(span.score, digits=2),
                tip=tr(
                    "Tokens {first} to {last}: score {score}",
                    first=span.first,
                    last=span.last,
                    score=exact(span.score),
                ),
            )
            for span in spans
        ]
        self.list = self.bars(bars, name=tr(output.title), clickable=True)
        self.list.clicked.connect(lambda line: self.token_clicked.emit(spans[line].first))


def _line(text: str) -> str:
    """Return ``text`` on one line, without what would change how the rest is drawn."""
    return "".join(" " if c.isspace() else c if c.isprintable() else "\ufffd" for c in text)
