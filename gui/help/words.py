"""What help says about a part of the window."""

from __future__ import annotations

import html
from typing import Final

from PySide6.QtWidgets import QApplication, QWidget

from gui.lessons.list_page import LessonButton
from gui.lessons.places import place_of
from gui.main_window import MainWindow
from gui.theme import Theme
from gui.zoom import scaled
from models.glossary import Term, term_of

# what a view draws, by its class, wherever it stands
_DRAWN: Final[dict[str, str]] = {
    "QueryCanvas": "query",
    "KeyCanvas": "keys",
    "ScoreCanvas": "scores",
    "ValueCanvas": "values",
    "VectorCanvas": "vector",
    "TokenChips": "tokens",
    "HeatmapView": "map",
}


def explained(term: Term, *, theme: Theme, large: bool = False) -> str:
    """Return a term as rich text: its name, the sentence, the formula and the source."""
    size, space = (f"{scaled(16)}px", "0 0 10px 0") if large else (f"{scaled(13)}px", "0 0 4px 0")
    title = f"font-size: {size}; font-weight: 600; margin: {space}"
    lines = [
        f'<p style="{title}">{_safe(str(term.title))}</p>',
        f'<p style="margin: {space}">{_safe(str(term.says))}</p>',
    ]
    if term.formula:
        lines.append(f'<p style="margin: {space}"><i>{_safe(term.formula)}</i></p>')
    if term.source:
        source = _safe(term.source)
        lines.append(f'<p style="margin: {space}; color: {theme.muted}">{source}</p>')
    return "".join(lines)


def explain_parts(window: MainWindow) -> None:
    """Give every control of the window its words for “What is this?”.

    That is its own tip or name, and the word of the glossary for the part of the window it belongs
    to, or for what it draws: the playground has the same views.
    Whatever has neither is explained by what holds it.
    """
    for widget in (window, *window.findChildren(QWidget)):
        drawn = _DRAWN.get(type(widget).__name__, "")
        term = term_of(place_of(window, widget) or drawn)
        tip = widget.toolTip() or widget.accessibleDescription() or widget.accessibleName()
        own = f"<p>{_safe(tip)}</p>" if tip and not tip.startswith("<") else tip
        words = "" if term is None else explained(term, theme=window.theme)
        if (own or words) and not isinstance(widget, LessonButton):  # it says its lesson
            widget.setWhatsThis(own + words)


def part_in_focus(window: MainWindow) -> str:
    """Return the name of the part where the keyboard is, nothing when it is in none."""
    return place_of(window, QApplication.focusWidget())


def _safe(text: str) -> str:
    return html.escape(text, quote=False)
