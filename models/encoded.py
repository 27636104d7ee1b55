"""An input made ready for a model: what is fed, and what each token stands for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import numpy as np

from models.i18n import tr

if TYPE_CHECKING:  # NDArray uses NumPy at once; see models.later
    from numpy.typing import NDArray
    from PIL import Image

Array: TypeAlias = "NDArray[Any]"
Modality = Literal["text", "image", "other"]
Kind = Literal["text", "patch", "special", "padding"]


@dataclass(frozen=True, slots=True)
class Token:
    """One position of the sequence: a word piece, a special token, a patch or a register.

    ``text`` is the vocabulary's own spelling (``▁te``); ``label`` is what people are shown (``te``,
    ``CLS``, ``r3 c7``: row and column from 0). ``word`` counts words from 0 and is shared by the
    pieces of one word. ``span`` holds character offsets into the sentence of ``segment`` (0 or,
    for a pair, 1). ``cell`` is (row, column) in the patch grid, from 0.
    """

    text: str
    label: str
    kind: Kind = "text"
    word: int | None = None
    span: tuple[int, int] | None = None
    segment: int = 0
    cell: tuple[int, int] | None = None

    @property
    def special(self) -> bool:
        """Whether this is neither text nor a patch (CLS, SEP, padding, registers …)."""
        return self.kind in {"special", "padding"}


@dataclass(frozen=True, slots=True)
class PatchGrid:
    """Where the patches lie. ``rows`` by ``columns`` squares cover ``box`` of the photo.

    ``box`` is (left, top, right, bottom) in pixels of the upright photo as the person sees it,
    fractional, resize and crop undone; it may reach beyond the photo where the model padded.
    """

    rows: int
    columns: int
    box: tuple[float, float, float, float]

    def cell_box(self, row: int, column: int) -> tuple[float, float, float, float]:
        """Return one patch's (left, top, right, bottom) in pixels of the photo."""
        left, top, right, bottom = self.box
        width, height = (right - left) / self.columns, (bottom - top) / self.rows
        return (
            left + column * width,
            top + row * height,
            left + (column + 1) * width,
            top + (row + 1) * height,
        )


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the person should know about what was done with their input or model.

    ``message`` is marked for translation and filled from ``values`` when shown.
    """

    message: str
    values: Mapping[str, object] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """The words now, in the language in force."""
        return tr(self.message, **self.values)


@dataclass(frozen=True, eq=False)
class Encoded:
    """One input, ready to run.

    ``feeds`` maps the model's input names to arrays with a batch axis of 1. ``tokens`` has one
    entry per position of the sequence the attention sees, padding included. ``photo`` is the
    upright RGB picture as the person knows it, before resize and crop.
    """

    modality: Modality
    feeds: Mapping[str, Array]
    tokens: tuple[Token, ...]
    text: str = ""
    pair: str | None = None
    photo: Image.Image | None = None
    photo_name: str = ""
    grid: PatchGrid | None = None
    notices: tuple[Notice, ...] = ()

    @cached_property
    def special(self) -> NDArray[np.bool_]:
        """Which tokens are special: bool [N]."""
        return np.array([token.special for token in self.tokens], dtype=np.bool_)

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """What people are shown for every token: [N]."""
        return tuple(token.label for token in self.tokens)

    @cached_property
    def visible(self) -> tuple[int, ...]:
        """Positions that are not padding, in order."""
        return tuple(i for i, token in enumerate(self.tokens) if token.kind != "padding")
