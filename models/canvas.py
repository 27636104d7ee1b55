"""The layout of the picture that a vision model takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from models.encoded import Array
from models.errors import InputError
from models.i18n import mark
from models.placement import Size
from models.runtime import Port

_COLOURS: Final = 3
_CHANNELS: Final = {1, _COLOURS}


@dataclass(frozen=True, slots=True)
class Canvas:
    """The layout of the model's picture: axis order, channels, and the sizes it fixes."""

    channels: int
    last: bool
    height: int | None
    width: int | None

    def array(self, picture: Array) -> Array:
        """Return [height, width, channels] with a batch axis and in the model's axis order."""
        return np.ascontiguousarray(picture if self.last else picture.transpose(2, 0, 1))[None]

    def size_of(self, array: Array) -> Size:
        """Return (height, width) of a batch."""
        return array.shape[1:3] if self.last else array.shape[2:4]


def canvas_of(port: Port) -> Canvas:
    """Return the layout of the input ``port``; raise InputError for more or fewer colours."""
    _, first, second, third = port.shape
    last = third in _CHANNELS and first not in _CHANNELS
    channels, height, width = (third, first, second) if last else (first, second, third)
    if isinstance(channels, int) and channels not in _CHANNELS:
        raise InputError(
            mark("The model takes pictures with {count} channels, which a photo does not have."),
            count=channels,
        )
    return Canvas(
        channels=channels if isinstance(channels, int) else _COLOURS,
        last=last,
        height=height if isinstance(height, int) else None,
        width=width if isinstance(width, int) else None,
    )
