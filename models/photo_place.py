"""Where one photo lies in another: found by normalised cross-correlation, never guessed.

Lewis 1995, "Fast Normalized Cross-Correlation": at every place and at many sizes, the correlation
of grey values, which neither brightness nor contrast changes. Turned or mirrored parts are not
found.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from PIL import Image

from models.runtime import Cancel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Grey = NDArray[np.float64]

_COARSE: Final = 128  # pixels of the longer side that is searched
_FINE: Final = 384
_SMALLEST: Final = 0.15  # of the longer side: smaller parts could lie anywhere
_STEP: Final = 1.04  # between two sizes that are tried
_LEAST: Final = 0.9  # correlation from which on a part is taken for one
_WHOLE: Final = 0.97  # a part as large as this is the whole photo
_GLANCE: Final = 32  # pixels, to tell whether two photos are one
_SAME: Final = 0.999
_FLAT: Final = 1e-3  # below this deviation nothing can be told apart


@dataclass(frozen=True, slots=True)
class Place:
    """A photo found in another: (left, top, right, bottom) in its pixels, and the correlation."""

    box: tuple[float, float, float, float]
    score: float


def place_of(part: Image.Image, whole: Image.Image, cancel: Cancel | None = None) -> Place | None:
    """Return where ``part`` was cut out of ``whole``; None where no place agrees well enough.

    A copy of the whole, changed or not, is no part of it. Raises CancelledError.
    """
    part, whole = part.convert("RGB"), whole.convert("RGB")
    if _alike(part, whole):
        return None
    best = _searched(part, whole, _COARSE, _sizes(part, whole), cancel)
    if best is None:
        return None
    around = _share(best, whole)
    fine = [around * (1 + step / 100) for step in np.arange(-4, 4.5, 0.5)]
    found = _searched(part, whole, _FINE, [share for share in fine if share <= 1.0], cancel)
    if found is None or found.score < _LEAST or _covered(found, whole) > _WHOLE:
        return None
    return found


def _alike(part: Image.Image, whole: Image.Image) -> bool:
    """Whether both are the same photo as a whole, so that nothing needs to be searched."""
    if part.size != whole.size:
        return False
    one, other = (_grey(photo, _GLANCE, _GLANCE) for photo in (part, whole))
    return bool(correlations(one, other)[0, 0] > _SAME)


def _sizes(part: Image.Image, whole: Image.Image) -> list[float]:
    """Return the sizes that are tried: widths of the part as shares of the whole's."""
    ratio = part.width / part.height * whole.height / whole.width
    largest = min(1.0, ratio)
    shares, share = [], largest
    while share * max(1.0, 1.0 / ratio) >= _SMALLEST:
        shares.append(share)
        share /= _STEP
    return shares


def _searched(
    part: Image.Image, whole: Image.Image, side: int, shares: list[float], cancel: Cancel | None
) -> Place | None:
    """Return the best place among these sizes, the whole's longer side ``side`` pixels."""
    scale = side / max(whole.size)
    field = _grey(whole, round(whole.width * scale), round(whole.height * scale))
    best: Place | None = None
    for share in shares:
        if cancel is not None:
            cancel.check()
        width = min(round(share * field.shape[1]), field.shape[1])
        height = round(share * whole.width * part.height / part.width * scale)
        if width < 1 or not 1 <= height <= field.shape[0] + 1:
            continue
        small = _grey(part, width, min(height, field.shape[0]))
        scores = correlations(field, small)
        top, left = np.unravel_index(int(np.argmax(scores)), scores.shape)
        score = float(scores[top, left])
        if best is None or score > best.score:
            across, down = whole.width / field.shape[1], whole.height / field.shape[0]
            box = (
                left * across,
                top * down,
                (left + small.shape[1]) * across,
                (top + small.shape[0]) * down,
            )
            best = Place(box, score)
    return best


def correlations(field: Grey, small: Grey) -> Grey:
    """Return the correlation of ``small`` [h, w] with every window of ``field`` [H, W].

    [H − h + 1, W − w + 1], from −1 to 1; 0 where either has no contrast.
    """
    height, width = small.shape
    zero = small - small.mean()
    length = float(np.sqrt((zero * zero).sum()))
    shape = (field.shape[0] - height + 1, field.shape[1] - width + 1)
    count = height * width
    if length < _FLAT * np.sqrt(count):
        return np.zeros(shape)
    turned = np.fft.irfft2(
        np.fft.rfft2(field) * np.conj(np.fft.rfft2(zero, field.shape)), field.shape
    )
    products = turned[: shape[0], : shape[1]]
    sums, squares = _windows(field, height, width), _windows(field * field, height, width)
    spread = np.sqrt(np.maximum(squares - sums * sums / count, 0))
    known = spread > _FLAT * np.sqrt(count)
    return np.where(known, products / np.where(known, spread * length, 1), 0)


def _windows(field: Grey, height: int, width: int) -> Grey:
    """Return the sum over every window of ``field``."""
    sums = np.pad(field.cumsum(axis=0).cumsum(axis=1), ((1, 0), (1, 0)))
    found: Grey = (
        sums[height:, width:] - sums[:-height, width:] - sums[height:, :-width]
        + sums[:-height, :-width]
    )  # fmt: skip
    return found


def _grey(photo: Image.Image, width: int, height: int) -> Grey:
    """Return an RGB photo's grey values, from 0 to 1, at this size: [height, width]."""
    size = (max(width, 1), max(height, 1))
    small = photo.resize(size, Image.Resampling.BOX, reducing_gap=2.0).convert("L")
    return np.asarray(small, np.float64) / 255


def _share(place: Place, whole: Image.Image) -> float:
    return (place.box[2] - place.box[0]) / whole.width


def _covered(place: Place, whole: Image.Image) -> float:
    """Return how much of the whole a place covers, by its longer reach."""
    left, top, right, bottom = place.box
    return min((right - left) / whole.width, (bottom - top) / whole.height)
