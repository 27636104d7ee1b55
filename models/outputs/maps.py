"""Numbers laid out over the picture: saliency, depth, one number per class and place."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, Final, Literal

import numpy as np
from numpy.typing import NDArray

from models.encoded import Array, PatchGrid
from models.i18n import mark, tr
from models.outputs.base import Output, Table, source, statistics, usable
from models.outputs.facts import Facts
from models.outputs.labels import ClassLabels, labels_for, names_in
from models.vision import EncodedImage

Style = Literal["values", "classes", "channels"]

_FLAT, _DEEP = 3, 4
_NAMES: Final = ("depth", "saliency", "mask", "heatmap", "segment", "alpha", "matte")


@dataclass(frozen=True, eq=False, kw_only=True)
class PhotoMap(Output):
    """``values`` [C, rows, columns] as the graph gives them, lying over ``grid.box`` of the photo.

    ``style`` "values": one number per place. "classes": one number per class and place, named by
    ``labels``; ``best`` tells the likeliest. "channels": C numbers per place of which nothing
    more is known. ``grid`` has the map's own rows and columns; its box is where the model's
    picture lies in the photo, resize and crop undone, None where that is not known.
    """

    kind: ClassVar[str] = "map"
    values: Array
    style: Style
    labels: ClassLabels
    grid: PatchGrid | None

    @property
    def title(self) -> str:
        """What people call it."""
        lowered = self.name.lower()
        if self.style == "classes":
            return mark("Segmentation")
        if "depth" in lowered:
            return mark("Depth map")
        return mark("Saliency map") if "salien" in lowered else mark("Map")

    @cached_property
    def best(self) -> NDArray[np.intp]:
        """Return the class of every place [rows, columns]: of the largest number, ties by class."""
        return np.asarray(self.values.argmax(axis=0))

    def shares(self) -> tuple[tuple[int, float], ...]:
        """Return (class, share of the places it is the likeliest of), largest share first."""
        counts = np.bincount(self.best.reshape(-1), minlength=len(self.values))
        order = np.argsort(-counts, kind="stable")
        return tuple((int(i), float(counts[i] / self.best.size)) for i in order if counts[i])

    def field(self, channel: int = 0) -> NDArray[np.float32]:
        """Return one channel [rows, columns]; of classes, its softmax over the classes."""
        if self.style == "classes":
            highest = self.values.max(axis=0).astype(np.float64)
            total = np.zeros(highest.shape)
            for other in self.values:  # one by one: all of them in double may not fit
                total += np.exp(other - highest)
            return (np.exp(self.values[channel] - highest) / total).astype(np.float32)
        return self.values[channel].astype(np.float32)

    @property
    def remark(self) -> str:
        """One sentence on how to read it."""
        if self.style == "classes":
            return tr("The likeliest class of every place, and the share of the picture it takes.")
        if self.style == "values":
            return tr("One number for every place of the picture, as the graph gives it.")
        count = len(self.values)
        return tr(
            "{count} numbers for every place of the picture, of unknown meaning.", count=count
        )

    def table(self, top: int | None = None) -> Table:
        """Return a line per class that is anywhere the likeliest, or per channel its statistics."""
        if self.style == "classes":
            rows = tuple((i, self.labels[i], share) for i, share in self.shares()[:top])
            return Table(("class", "label", "share"), rows)
        found = ((i, statistics(channel)) for i, channel in enumerate(self.values[:top]))
        columns = ("channel", "minimum", "maximum", "mean", "standard_deviation")
        return Table(
            columns,
            tuple((i, s.low, s.high, s.mean, s.deviation) for i, s in found if s is not None),
        )


def read_map(name: str, array: Array, facts: Facts) -> Output | None:
    """Return ``array`` [1, C, rows, columns] or [1, rows, columns] as a map over the photo.

    None when it is something else: the map must have the proportions of the model's picture, and
    a flat one must be called one, or come from a model that config.json says makes them.
    """
    if facts.encoded.modality != "image" or array.ndim not in {_FLAT, _DEEP}:
        return None
    if array.shape[0] != 1 or array.dtype.kind not in "fiub" or not array.size:
        return None
    if array.ndim == _FLAT and not _is_flat_map(name, facts):
        return None
    values = array[0] if array.ndim == _DEEP else array
    rows, columns = values.shape[1:]
    size = _picture(facts)
    if size is None or not _alike((rows, columns), size):
        return None
    style = _style(name, values, facts)
    labels = ClassLabels((None,) * len(values))
    if style == "classes":
        labels = labels_for(facts.config, len(values))
    return PhotoMap(
        **source(name, array),
        notices=labels.notices,
        values=values,
        style=style,
        labels=labels,
        grid=_grid(rows, columns, facts),
    )


def _is_flat_map(name: str, facts: Facts) -> bool:
    named = any(word in name.lower() for word in _NAMES)
    return named or facts.built_for("ForDepthEstimation")


def _style(name: str, values: Array, facts: Facts) -> Style:
    if len(values) == 1:
        return "values"
    built = facts.built_for("ForSemanticSegmentation")
    named = "logit" in name.lower() and len(values) == len(names_in(facts.config))
    classes = (built or named) and usable(np.moveaxis(values, 0, -1))
    return "classes" if classes else "channels"


def _picture(facts: Facts) -> tuple[int, int] | None:
    """Return (height, width) of the picture that the model was fed."""
    encoded = facts.encoded
    if isinstance(encoded, EncodedImage) and encoded.placement is not None:
        return encoded.placement.size
    return None


def _alike(size: tuple[int, int], picture: tuple[int, int]) -> bool:
    """Whether ``size`` has the proportions of ``picture``, give or take one place."""
    rows, columns = size
    return abs(rows - columns * picture[0] / picture[1]) <= 1 and max(size) > 1


def _grid(rows: int, columns: int, facts: Facts) -> PatchGrid | None:
    encoded = facts.encoded
    if encoded.grid is not None and (rows, columns) == (encoded.grid.rows, encoded.grid.columns):
        return encoded.grid
    if not isinstance(encoded, EncodedImage) or encoded.placement is None:
        return None
    placement = encoded.placement
    height, width = placement.size
    left, top = placement.to_photo(0, 0)
    right, bottom = placement.to_photo(width, height)
    return PatchGrid(rows, columns, (left, top, right, bottom))
