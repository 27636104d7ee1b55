"""What is said of a token: in a tool tip, and to a screen reader."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from operator import is_

from PySide6.QtWidgets import QApplication

from gui.views.glyphs import boxes
from gui.views.said import TokenLabels, row_said
from gui.views.words import exact, safe_label
from models.attention import Float
from models.encoded import Token
from models.i18n import language, tr


def token_tip(
    token: Token,
    *,
    position: int,
    weight: float | None,
    tag: str | None = None,
    unsure: bool = False,
) -> str:
    """Return the spelling, the position, the exact weight and the label, as rich text."""
    name = safe_label(token.text or token.label)
    words = tr("“{name}”, position {position}", name=name, position=position)
    if token.cell is not None:
        row, column = token.cell
        words += " · " + tr("row {row}, column {column}, counted from 0", row=row, column=column)
    if weight is not None:
        words += " · " + tr("weight {weight}", weight=exact(weight))
    if tag is not None:
        words += " · " + tr("label {label}", label=safe_label(tag))
    if unsure:
        words += " · " + tr("among the least sure under dropout")
    if unseen := boxes(token.text or token.label, QApplication.font()):
        words += " · " + tr("no font on this computer draws {characters}", characters=unseen)
    return f"<p style='white-space:pre'>{escape(words)}</p>"


class RowWords:
    """``row_words`` for views that show the same row: said once, for as long as it is shown."""

    def __init__(self) -> None:
        self._facts: tuple[object, ...] = ()
        self._said: tuple[object, ...] = ()
        self._words = ""

    def of(
        self, tokens: Sequence[Token], row: Float | None, *, pinned: int | None, hovered: int | None
    ) -> str:
        """Return the sentences; ``tokens`` and ``row`` are told apart by being others."""
        facts, said = (tokens, row), (pinned, hovered, language())
        same = len(self._facts) == len(facts) and all(map(is_, facts, self._facts))
        if not same or said != self._said:
            self._facts, self._said = facts, said
            self._words = row_words(tokens, row, pinned=pinned, hovered=hovered)
        return self._words


def row_words(
    tokens: Sequence[Token], row: Float | None, *, pinned: int | None, hovered: int | None
) -> str:
    """Return whose row is shown and its largest weights, as sentences."""
    token = hovered if hovered is not None else pinned
    if token is None or not 0 <= token < len(tokens):
        return tr("No token is pinned.")
    name = safe_label(tokens[token].label)
    if hovered is None:
        said = tr("Pinned: {token}, position {position}.", token=name, position=token)
    else:
        said = tr("Preview: {token}, position {position}.", token=name, position=token)
    if row is None:
        return said
    top = row_said(row, TokenLabels(tokens))
    return said + " " + tr("Largest weights: {weights}.", weights=top)
