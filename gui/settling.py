"""What stays chosen when a new record arrives."""

from __future__ import annotations

from dataclasses import replace

from gui.state import ViewState
from models.encoded import Encoded
from models.record import Record


def settle(state: ViewState, *, old: Record | None, new: Record) -> ViewState:
    """Return the state for a new record: the pin stays only where the same token still stands.

    On the same photo that is the patch at the same place, however many patches there are now.
    Otherwise the last text token is pinned, or CLS, or the middle patch, so that a row shows.
    The first record of all is shown at its last layer, unless a layer was asked for.
    """
    layer = state.layer
    if old is None and state.layer < 0:
        layer = len(new.layers) - 1
    pinned = state.pinned
    if pinned is not None or old is None:
        kept = None if pinned is None else _kept(pinned, old=old, new=new)
        pinned = default_pin(new) if kept is None else kept
    return replace(state, layer=layer, pinned=pinned, key=None, hovered=None, unsure=())


def _kept(pinned: int, *, old: Record | None, new: Record) -> int | None:
    if old is None:
        return pinned if pinned < len(new.tokens) else None
    if pinned >= len(old.tokens):
        return None
    if _same_photo(old.encoded, new.encoded) and old.tokens != new.tokens:
        return same_place(old.encoded, new.encoded, pinned)
    same = pinned < len(new.tokens) and old.tokens[pinned] == new.tokens[pinned]
    return pinned if same else None


def _same_photo(old: Encoded, new: Encoded) -> bool:
    first, second = old.photo, new.photo
    if first is None or second is None:
        return False
    return (old.photo_name, first.size) == (new.photo_name, second.size)


def same_place(old: Encoded, new: Encoded, token: int) -> int | None:
    """Return the token of ``new`` that stands where ``token`` of ``old`` stood in the photo.

    For a patch it is the patch around its middle, for another token the one of the same name;
    None when there is none.
    """
    was = old.tokens[token]
    if was.cell is None or old.grid is None:
        found = (i for i, now in enumerate(new.tokens) if now.cell is None)
        return next((i for i in found if new.tokens[i].label == was.label), None)
    if new.grid is None:
        return None
    left, top, right, bottom = old.grid.cell_box(*was.cell)
    x0, y0, x1, y1 = new.grid.box
    row = int(((top + bottom) / 2 - y0) / (y1 - y0) * new.grid.rows)
    column = int(((left + right) / 2 - x0) / (x1 - x0) * new.grid.columns)
    wanted = (min(max(row, 0), new.grid.rows - 1), min(max(column, 0), new.grid.columns - 1))
    return next((i for i, now in enumerate(new.tokens) if now.cell == wanted), None)


def default_pin(record: Record) -> int | None:
    """Return the token whose row is worth seeing first."""
    tokens = record.tokens
    words = [i for i, t in enumerate(tokens) if t.kind == "text" and any(map(str.isalnum, t.label))]
    if words:
        return words[-1]
    special = [i for i, token in enumerate(tokens) if token.kind == "special"]
    if special:
        return special[0]
    return len(tokens) // 2 if tokens else None
