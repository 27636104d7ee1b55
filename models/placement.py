"""Where a photo lies in what the model sees, and back again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from models.errors import ImageError
from models.i18n import mark
from models.preparation import Preparation, Resize

Size = tuple[int, int]

# Above this many pixels only the part that the crop keeps is resized; Pillow rounds the corners
# of that part to single precision, which can change a pixel by one level.
_WHOLE: Final = 20_000_000
_LARGEST_INPUT: Final = 40_000_000


@dataclass(frozen=True, slots=True)
class Placement:
    """The photo was resized from ``photo`` to ``resized``, then cut to ``size`` at (top, left).

    All sizes are (height, width) in pixels. A negative ``top`` or ``left`` is a black margin.
    """

    photo: Size
    resized: Size
    top: int
    left: int
    size: Size

    def to_photo(self, x: float, y: float) -> tuple[float, float]:
        """Return where the point (x, y) of the model's picture lies in the photo."""
        across, down = self.photo[1] / self.resized[1], self.photo[0] / self.resized[0]
        return (x + self.left) * across, (y + self.top) * down


def place(
    preparation: Preparation, *, photo: Size, target: Size | None = None, multiple: Size = (1, 1)
) -> Placement:
    """Return where ``photo`` (height, width) goes.

    ``target`` overrides the size that the preparation ends with; the share of the photo that is
    cropped away stays the same. Free sizes become multiples of ``multiple``. Raises ImageError
    when the result would be absurdly large.
    """
    wanted = target or preparation.size
    if wanted is None:
        natural = _resized(preparation.resize, photo)
        wanted = _to_multiple(natural, multiple)
        resized = wanted
    elif preparation.crop is not None:
        resized = _resized(_zoomed(preparation.resize, preparation.crop, wanted), photo)
    else:
        resized = wanted
    if wanted[0] * wanted[1] > _LARGEST_INPUT:
        raise ImageError(
            mark("The picture is too long and narrow for this model ({width}×{height})."),
            hint=mark("Cut it to a more even shape."),
            width=photo[1],
            height=photo[0],
        )
    top = _margin(resized[0], wanted[0], torch=preparation.torch_margins)
    left = _margin(resized[1], wanted[1], torch=preparation.torch_margins)
    return Placement(photo, resized, top, left, wanted)


def _zoomed(resize: Resize | None, crop: Size, wanted: Size) -> Resize | None:
    """Return the resize before a crop to ``wanted`` that keeps what a crop to ``crop`` keeps."""
    if resize is None or wanted == crop:
        return resize
    down, across = wanted[0] / crop[0], wanted[1] / crop[1]
    if resize.kind == "shortest" and down == across:
        return Resize("shortest", round(resize.height * down), 0, resize.longest)
    if resize.kind == "shortest":
        share = resize.height / min(crop)
        return Resize("cover", round(wanted[0] * share), round(wanted[1] * share))
    return Resize(resize.kind, round(resize.height * down), round(resize.width * across))


def _resized(resize: Resize | None, photo: Size) -> Size:
    height, width = photo
    if resize is None:
        return photo
    if resize.kind == "exact":
        return resize.height, resize.width
    if resize.kind == "shortest":
        return _by_shortest(resize, photo)
    ratios = resize.height / height, resize.width / width
    ratio = min(ratios) if resize.kind == "inside" else max(ratios)
    return max(round(height * ratio), 1), max(round(width * ratio), 1)


def _by_shortest(resize: Resize, photo: Size) -> Size:
    # int(edge · long / short), as torchvision and transformers round.
    short, long = min(photo), max(photo)
    new_short, new_long = resize.height, int(resize.height * long / short)
    if resize.longest is not None and new_long > resize.longest:
        new_short = max(int(resize.longest * new_short / new_long), 1)
        new_long = resize.longest
    return (new_long, new_short) if photo[1] <= photo[0] else (new_short, new_long)


def _to_multiple(size: Size, multiple: Size) -> Size:
    height, width = (max(s // m, 1) * m for s, m in zip(size, multiple, strict=True))
    return height, width


def _margin(extent: int, kept: int, *, torch: bool) -> int:
    if not torch:
        return (extent - kept) // 2
    return round((extent - kept) / 2) if extent >= kept else -((kept - extent) // 2)


def pixels(image: Image.Image, placement: Placement, *, resample: int) -> NDArray[np.uint8]:
    """Return what the model's picture holds before rescaling: uint8 [height, width, channels]."""
    height, width = placement.size
    rows = _visible(placement.top, height, placement.resized[0])
    columns = _visible(placement.left, width, placement.resized[1])
    seen = _cut(image, placement, rows=rows, columns=columns, resample=resample)
    seen = seen[..., None] if seen.ndim == 2 else seen  # noqa: PLR2004  # grey has no channel axis
    if seen.shape[:2] == placement.size:
        return seen
    black = np.zeros((height, width, seen.shape[2]), dtype=np.uint8)
    top, left = rows[0] - placement.top, columns[0] - placement.left
    black[top : top + seen.shape[0], left : left + seen.shape[1]] = seen
    return black


def _visible(start: int, length: int, extent: int) -> tuple[int, int]:
    return max(start, 0), min(start + length, extent)


def _cut(
    image: Image.Image,
    placement: Placement,
    *,
    rows: tuple[int, int],
    columns: tuple[int, int],
    resample: int,
) -> NDArray[np.uint8]:
    height, width = placement.resized
    how = Image.Resampling(resample)
    if height * width <= _WHOLE:
        whole = image if image.size == (width, height) else image.resize((width, height), how)
        return np.asarray(whole)[rows[0] : rows[1], columns[0] : columns[1]]
    down, across = placement.photo[0] / height, placement.photo[1] / width
    box = columns[0] * across, rows[0] * down, columns[1] * across, rows[1] * down
    size = columns[1] - columns[0], rows[1] - rows[0]
    return np.asarray(image.resize(size, how, box=box))
