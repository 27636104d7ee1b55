"""A step's text with its live numbers in place."""

from __future__ import annotations

from collections.abc import Callable

from models.lessons.expression import Expression, pieces
from models.lessons.live import Live
from models.lessons.quantities import COUNTS, value_of

MISSING = "–"
Write = Callable[[float, int], str]  # a number with so many digits, as the language writes it


def plain(value: float, digits: int) -> str:
    """Write a number as data files do."""
    return f"{value:.{digits}f}"


def filled(
    text: str,
    live: Live | None,
    *,
    write: Write = plain,
    frame: Callable[[str], str] = str,
    wrap: Callable[[str], str] = str,
) -> str:
    """Return ``text`` with every expression replaced by its number, a dash where there is none.

    ``write`` writes numbers; ``frame`` is put around each of them, ``wrap`` around the words.
    """
    parts = pieces(text)
    done = (
        frame(written(part, live, write=write)) if isinstance(part, Expression) else wrap(part)
        for part in parts
    )
    return "".join(done)


def written(expression: Expression, live: Live | None, *, write: Write = plain) -> str:
    """Return one live number: ``digits`` decimals (2 by default), ``as=percent`` in hundredths."""
    value = None if live is None else value_of(expression, live)
    if value is None:
        return MISSING
    if isinstance(value, str):
        return value
    usual = 0 if expression.name in COUNTS else 2
    percent = expression.arguments.get("as") == "percent"
    asked = expression.arguments.get("digits", "")
    digits = int(asked) if asked.isdecimal() else (0 if percent else usual)
    return f"{write(value * 100, digits)}%" if percent else write(value, digits)
