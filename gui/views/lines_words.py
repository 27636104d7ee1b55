"""What is said of lines: read out, in a tool tip, and below them."""

from __future__ import annotations

from collections.abc import Sequence

from gui.views.words import exact, safe_label, strongest
from models.encoded import Token
from models.i18n import tr
from models.links import Links

Focus = tuple[int | None, int | None]  # the places of the query and the key


def described(links: Links, tokens: Sequence[Token], focus: Focus) -> str:
    """Return whose lines are shown and the largest weights, for a screen reader."""
    query, key = focus
    if query is None:
        return tr("No token is pinned.")
    row = links.row(query)
    best = [key] if key is not None else strongest(row)
    top = "; ".join(f"{_name(links, tokens, i)} {exact(float(row[i]))}" for i in best)
    name, position = _name(links, tokens, query), links.positions[query]
    said = tr("{token}, position {position}.", token=name, position=position)
    return said + " " + tr("Largest weights: {weights}.", weights=top)


def link_words(links: Links, tokens: Sequence[Token], focus: Focus) -> str:
    """Return the mean weight from the query to the key, empty without both."""
    query, key = focus
    if query is None or key is None:
        return ""
    return tr(
        "{query} → {key}: {weight}",
        query=_name(links, tokens, query),
        key=_name(links, tokens, key),
        weight=exact(float(links.row(query)[key])),
    )


def every_head(links: Links, tokens: Sequence[Token], query: int, key: int) -> str:
    """Return the weight of every head from a query to a key, a line each."""
    lines = [
        f"H{head + 1}  {exact(float(links.weights[i, query, key]))}"
        for i, head in enumerate(links.heads)
    ]
    names = f"{_name(links, tokens, query)} → {_name(links, tokens, key)}"
    if links.together:
        return f"{names}\n{tr('all heads')}  {exact(float(links.row(query)[key]))}"
    return "\n".join((names, *lines))


def _name(links: Links, tokens: Sequence[Token], place: int) -> str:
    return safe_label(tokens[links.positions[place]].label)
