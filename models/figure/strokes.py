"""Many see-through lines of one colour, smooth at any scale."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageColor

from models.attention import Float
from models.figure.page import Box, Canvas


@dataclass(frozen=True, eq=False)
class Strokes:
    """Lines from (``left``, starts) to (``right``, ends), each as wide and opaque as is said.

    ``starts``, ``ends``, ``widths`` and ``opacities`` [n] are in pixels at 1× and from 0 to 1.
    Where lines cross, what shows of the background is the product of what each lets through.
    """

    left: float
    right: float
    starts: Float
    ends: Float
    widths: Float
    opacities: Float
    colour: str

    @property
    def box(self) -> Box:
        """Where the lines may be."""
        if not len(self.starts):
            return (self.left, 0.0, self.left, 0.0)
        half = float(self.widths.max()) / 2
        every = np.concatenate([self.starts, self.ends])
        return (self.left, float(every.min()) - half, self.right, float(every.max()) + half)

    def draw(self, canvas: Canvas) -> None:
        """Draw the lines."""
        left, top, right, bottom = canvas.pixels(self.box)
        if right <= left or bottom <= top:
            return
        through = np.ones((bottom - top + 2, right - left), dtype=np.float32)
        for number in range(len(self.starts)):
            self._cover(through, canvas.scale, number, top=top)
        area = (left, top, right, top + len(through))
        under = np.asarray(canvas.image.crop(area), dtype=np.float32)
        ink = np.array(ImageColor.getrgb(self.colour)[:3], dtype=np.float32)
        mixed = under * through[..., None] + ink * (1 - through[..., None])
        painted = Image.fromarray(np.rint(mixed).astype(np.uint8))
        canvas.image.paste(painted, (left, top))

    def _cover(self, through: Float, scale: float, number: int, *, top: int) -> None:
        """Take from ``through`` what one line covers of each pixel, column by column."""
        columns = np.arange(through.shape[1])
        start, end = (float(x[number]) * scale - top for x in (self.starts, self.ends))
        slope = (end - start) / max(through.shape[1], 1)
        middle = start + (columns + 0.5) * slope
        half = float(self.widths[number]) * scale / 2 * float(np.hypot(1.0, slope))
        reach = int(np.ceil(half + 1))
        first = np.floor(middle).astype(np.intp)
        for step in range(-reach, reach + 1):
            row = first + step
            upper = np.minimum(row + 1, middle + half)
            covered = np.clip(upper - np.maximum(row, middle - half), 0.0, 1.0)
            inside = (row >= 0) & (row < len(through)) & (covered > 0)
            share = covered[inside] * float(self.opacities[number])
            through[row[inside], columns[inside]] *= (1.0 - share).astype(np.float32)
