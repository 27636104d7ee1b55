"""Where a token and a head of a recipe are found in a layer's arrays, windowed layers included."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.attention import Float
from models.errors import InputError
from models.i18n import mark
from models.record import Layer

NO_TOKEN: Final = mark("There is no token {token}: the input has tokens 0 to {last}.")
_HIDDEN: Final = -1000.0  # a bias below this leaves nothing of a weight


@dataclass(frozen=True, eq=False)
class Placing:
    """One layer of a base run, asked by head and token; both from 0. ``tokens`` is N of the input.

    The leading axis of its arrays counts heads, or windows first and heads second.
    """

    layer: Layer
    tokens: int

    @property
    def windows(self) -> int:
        """How many windows it attends in: 1 for usual attention."""
        return 1 if self.layer.windows is None else len(self.layer.windows)

    @property
    def heads(self) -> int:
        """How many heads it has."""
        return self.layer.heads // self.windows

    @property
    def shape(self) -> tuple[int, int, int]:
        """[L, N, M] of its weights."""
        return self.layer.heads, self.layer.query.shape[1], self.layer.key.shape[1]

    @property
    def keys_are_tokens(self) -> bool:
        """Whether its keys are the input's tokens, in windows or not."""
        count, windows = self.layer.key.shape[1], self.layer.windows
        if windows is not None:
            return windows.shape[1] == count and int(windows.max()) < self.tokens
        return count == self.tokens

    def check_head(self, head: int) -> None:
        """Raise InputError when there is no such head."""
        if head >= self.heads:
            raise InputError(
                mark("L{layer} has no H{head}: it has heads 1 to {last}."),
                layer=self.layer.index + 1,
                head=head + 1,
                last=self.heads,
            )

    def entries(self, head: int) -> NDArray[np.intp]:
        """Return where ``head`` is on the leading axis: one entry per window."""
        self.check_head(head)
        return np.arange(self.windows) * self.heads + head

    def keys(self, token: int) -> list[tuple[int, int]]:
        """Return (window, key) of every place where ``token`` is a key.

        Raises InputError when the layer's keys are not the input's tokens.
        """
        return self._places(token, self.layer.key.shape[1])

    def queries(self, token: int) -> list[tuple[int, int]]:
        """Return (window, query) of every place where ``token`` is a query."""
        return self._places(token, self.layer.query.shape[1])

    def _places(self, token: int, count: int) -> list[tuple[int, int]]:
        windows = self.layer.windows
        if windows is not None and windows.shape[1] == count:
            found = [(int(w), int(i)) for w, i in np.argwhere(windows == token)]
        elif windows is None and count == self.tokens:
            found = [(0, token)] if token < count else []
        else:
            raise InputError(
                mark("The tokens of L{layer} are not those of the input, so none can be named."),
                hint=mark("Choose a layer before the model merges tokens."),
                layer=self.layer.index + 1,
            )
        if not found:
            raise InputError(NO_TOKEN, token=token, last=self.tokens - 1)
        return found

    def seen(self, entry: int, query: int) -> NDArray[np.bool_]:
        """Return which keys one row may look at: [M]; masks and the padding of windows hide."""
        layer = self.layer
        if layer.direct is not None:
            open_keys = layer.direct[entry, query] > 0
        else:
            open_keys = layer.bias_row(entry, query) > _HIDDEN
        if layer.keep is not None:
            open_keys = open_keys & np.broadcast_to(layer.keep, self.shape)[entry, query]
        windows = layer.windows
        if windows is not None and windows.shape[1] == open_keys.size:
            open_keys = open_keys & (windows[entry // self.heads] >= 0)
        return np.asarray(open_keys, np.bool_)

    def row(self, entry: int, query: int) -> Float:
        """Return the base run's weights of one row: [M]."""
        rows = self.layer.block(heads=slice(entry, entry + 1), queries=slice(query, query + 1))
        return np.asarray(rows[0, 0], np.float32)
