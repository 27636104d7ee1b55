"""Which tokens of a vision model are patches, where they lie, and what the others are called."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final, TypeVar

from models.config import ConfigFile, whole_number
from models.corrections import Corrections
from models.encoded import Encoded, Notice, PatchGrid
from models.i18n import mark
from models.patches import (
    Extras,
    PatchEmbedding,
    Size,
    find_grid,
    promised,
    square_patches,
    tokens_of,
)
from models.placement import Placement
from models.sizes import write_size

_LARGEST_PATCH: Final = 1024

AnyEncoded = TypeVar("AnyEncoded", bound=Encoded)


class PatchTokens:
    """Names and places the tokens, from the graph, the config and the person's corrections.

    ``embedding`` is the graph's own, if it has a plain one; ``extras`` the tokens besides patches
    that are expected, None when nothing tells. How many there really are shows in the first run.
    """

    def __init__(
        self, config: ConfigFile, *, embedding: PatchEmbedding | None, corrections: Corrections
    ) -> None:
        self.embedding, self.extras = embedding, _extras(config, corrections)
        self._config, self._corrections = config, corrections
        self._embeddings = _embeddings(config, embedding, corrections)
        self._special: int | None = None
        self._seen: PatchEmbedding | None = None  # what the last run was found to use

    @property
    def _first(self) -> PatchEmbedding | None:
        return self._seen or next(iter(self._embeddings), None)

    @property
    def size(self) -> Size | None:
        """(height, width) of one patch in the model's picture, None when unknown."""
        return None if self._first is None else self._first.stride

    @property
    def told(self) -> bool:
        """Whether graph, config or person tell the size of a patch, so that it is no guess."""
        return self._first is not None and self._first in self._embeddings

    def grid(self, size: Size) -> Size | None:
        """Return (rows, columns) expected in a picture of ``size``, None when unknown."""
        return None if self._first is None else self._first.grid(size)

    def expected(self, size: Size) -> int | None:
        """Return how many tokens a picture of ``size`` should make, None when unknown."""
        cells = self.grid(size)
        promise = 1 if self.extras is None else self.extras.count
        promise = promise if self._special is None else self._special
        return None if cells is None else math.prod(cells) + promise

    def fit(self, encoded: AnyEncoded, count: int, *, placement: Placement) -> AnyEncoded:
        """Return ``encoded`` with its ``count`` tokens named and placed."""
        size = placement.size
        found = self._found(count, size)
        notices = self._disagreements(count, size, found)
        notices = tuple(notice for notice in notices if notice not in encoded.notices)
        encoded = replace(encoded, notices=(*encoded.notices, *notices))
        if found is None:
            tokens = tokens_of(None, count=count, config=self._config)
            return replace(encoded, tokens=tokens, grid=None)
        cells, self._seen = found.grid(size), found
        self._special = count - cells[0] * cells[1]
        tokens = tokens_of(cells, count=count, config=self._config, said=self.extras)
        return replace(encoded, tokens=tokens, grid=_grid(found, cells, placement))

    def _found(self, count: int, size: Size) -> PatchEmbedding | None:
        special = None if self.extras is None else self.extras.count
        special = special if self._special is None else self._special
        if self._corrections.patch_size is not None:
            first = find_grid(count, size=size, embeddings=self._embeddings[:1], special=special)
            if first is not None:
                return first
        return find_grid(count, size=size, embeddings=self._embeddings, special=special)

    def _disagreements(
        self, count: int, size: Size, found: PatchEmbedding | None
    ) -> tuple[Notice, ...]:
        """Return what the number of tokens says against the corrections."""
        notices = []
        asked, named = self._corrections.patch_size, self._corrections.names
        if asked is not None and (found is None or found.stride != asked):
            message = mark(
                "Patches of {patch} pixels, as corrected, do not make the {count} tokens of a "
                "picture of {width}×{height} pixels; the correction was left out."
            )
            values = {"patch": write_size(asked), "count": count}
            notices.append(Notice(message, {**values, "width": size[1], "height": size[0]}))
        corrected = "special_before" in named or "special_after" in named
        others = 0 if found is None else count - math.prod(found.grid(size))
        if corrected and self.extras is not None and found is not None:
            if others == self.extras.count:
                return tuple(notices)
            message = mark(
                "The corrections name {named} tokens besides the patches, but there are {count}."
            )
            notices.append(Notice(message, {"named": self.extras.count, "count": others}))
        return tuple(notices)


def _grid(embedding: PatchEmbedding, cells: Size, placement: Placement) -> PatchGrid:
    rows, columns = cells
    y, x = embedding.origin()
    left, top = placement.to_photo(x, y)
    right, bottom = placement.to_photo(
        x + columns * embedding.stride[1], y + rows * embedding.stride[0]
    )
    return PatchGrid(rows, columns, (left, top, right, bottom))


def _embeddings(
    config: ConfigFile, found: PatchEmbedding | None, corrections: Corrections
) -> tuple[PatchEmbedding, ...]:
    """Return the patch embeddings to believe, best first.

    A correction comes first, then the graph where it is certain.
    """
    asked = corrections.patch_size
    if asked is not None:
        fits = found is not None and found.stride == asked
        own = () if found is None else (found,)
        return own if fits else (PatchEmbedding(asked, asked), *own)
    timm = config.section("model_args")
    side = patch_side(timm if "patch_size" in timm else config)
    said = None if side is None else square_patches(side)
    if found is None or said is None or said == found:
        return tuple(e for e in (found or said,) if e is not None)
    if not found.certain:
        return said, found
    message = mark(
        "config.json says patches of {said} pixels, the graph cuts patches of {found}; the graph "
        "was believed."
    )
    config.warn("patch_size", Notice(message, {"said": side, "found": found.stride[0]}))
    return (found,)


def _extras(config: ConfigFile, corrections: Corrections) -> Extras | None:
    """Return the tokens besides patches that the person or else the config promises."""
    said = promised(config)
    before, after = corrections.special_before, corrections.special_after
    if before is None and after is None:
        return said
    return Extras(
        before if before is not None else (("CLS",) if said is None else said.before),
        after if after is not None else (() if said is None else said.after),
    )


def patch_side(config: ConfigFile) -> int | None:
    """Return the side of a patch that a config states, None when it is silent."""
    value = config.values.get("patch_size")
    if isinstance(value, (list, tuple)) and value:
        side = whole_number(value[-1])
        if side is not None and 0 < side <= _LARGEST_PATCH:
            return side
        config.reject("patch_size")
        return None
    return config.whole("patch_size", low=1, high=_LARGEST_PATCH)
