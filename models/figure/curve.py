"""A smooth curve through points, whole or dashed, with a mark at every point."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

from PIL import Image, ImageDraw

from models.figure.page import Box, Canvas

Mark = Literal["round", "square", "none"]
Point = tuple[float, float]
_FINE: Final = 8  # subpixels of a pixel at 1×; fewer are needed at a larger scale


@dataclass(frozen=True, slots=True)
class Curve:
    """Lines between ``points`` in pixels at 1×, ``dash`` long and as far apart (0: whole)."""

    points: tuple[Point, ...]
    colour: str
    width: float = 2.0
    dash: float = 0.0
    mark: Mark = "round"
    radius: float = 3.2

    @property
    def box(self) -> Box:
        """Where the lines and marks are."""
        across, down = zip(*self.points, strict=True)
        room = max(self.width / 2, self.radius)
        return (min(across) - room, min(down) - room, max(across) + room, max(down) + room)

    def draw(self, canvas: Canvas) -> None:
        """Draw the curve, supersampled."""
        left, top, right, bottom = canvas.pixels(self.box)
        fine = max(round(_FINE / canvas.scale), 2)
        size = (fine * (right - left + 2), fine * (bottom - top + 2))
        ink = Image.new("L", size)
        pen = ImageDraw.Draw(ink)

        def placed(point: Point) -> Point:
            x, y = point
            return (x * canvas.scale - left) * fine, (y * canvas.scale - top) * fine

        width = max(round(self.width * canvas.scale * fine), 1)
        for start, end in dashes(self.points, dash=self.dash):
            pen.line((placed(start), placed(end)), fill=255, width=width)
        radius = self.radius * canvas.scale * fine
        for x, y in map(placed, self.points):
            box = (x - radius, y - radius, x + radius, y + radius)
            if self.mark == "round":
                pen.ellipse(box, fill=255)
            elif self.mark == "square":
                pen.rectangle(box, fill=255)
        canvas.image.paste(self.colour, (left, top), ink.reduce(fine))


def dashes(points: tuple[Point, ...], *, dash: float) -> list[tuple[Point, Point]]:
    """Return the parts of the lines that are drawn, the pattern going on round corners."""
    if dash <= 0:
        return list(pairwise(points))
    found, gone = [], 0.0
    for (x0, y0), (x1, y1) in pairwise(points):
        length = math.hypot(x1 - x0, y1 - y0)
        at = 0.0
        while at < length:
            piece, on = gone % dash, int(gone // dash) % 2 == 0
            step = min(max(dash - piece, 1e-6), length - at)
            if on:
                a, b = at / length, (at + step) / length
                found.append(
                    (
                        (x0 + a * (x1 - x0), y0 + a * (y1 - y0)),
                        (x0 + b * (x1 - x0), y0 + b * (y1 - y0)),
                    )
                )
            at, gone = at + step, gone + step
    return found
