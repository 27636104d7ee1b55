"""Layers, heads and tokens that do not exist, refused in one sentence that says what does.

People and commands count layers and heads from 1; Python counts everything from 0, and is told so.
"""

from __future__ import annotations

from typing import Final

from models.errors import OutOfRangeError
from models.i18n import mark

LAYER: Final = mark("There is no layer {number}: this model has layers 1 to {last}.")
HEAD: Final = mark("There is no head {number}: this layer has heads 1 to {last}.")
TOKEN: Final = mark("There is no token {number}: this input has tokens 0 to {last}.")

LAYER_INDEX: Final = mark("There is no layers[{number}]: it goes from 0 to {last}.")
HEAD_INDEX: Final = mark("There is no head={number}: it goes from 0 to {last}.")
TOKEN_INDEX: Final = mark("There is no token={number}: it goes from 0 to {last}.")
_FROM_0: Final = mark(
    "Python counts from 0; the window and the commands count layers and heads from 1."
)
_TOKENS_FROM_0: Final = mark("Tokens count from 0 everywhere.")


def inside(index: int, count: int, *, what: str) -> int:
    """Return an index from 0 that exists; raise OutOfRangeError as ``no_such`` makes it."""
    if 0 <= index < count:
        return index
    raise no_such(what, index, count)


def no_such(what: str, index: int, count: int) -> OutOfRangeError:
    """Return the error for an index from 0 of which there are ``count``.

    ``LAYER``, ``HEAD`` and ``TOKEN`` are told as people count, ``LAYER_INDEX`` and its like as a
    script does.
    """
    first = 1 if what in {LAYER, HEAD} else 0
    hint = {LAYER_INDEX: _FROM_0, HEAD_INDEX: _FROM_0, TOKEN_INDEX: _TOKENS_FROM_0}.get(what, "")
    return OutOfRangeError(what, hint=hint, number=index + first, last=count - 1 + first)
