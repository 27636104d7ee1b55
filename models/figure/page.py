"""A figure as data: a page of things with places, all in pixels at 1×, drawn at any scale.

The layout is finished before anything is drawn, so tests can ask it what overlaps, and a figure
at 2× is the figure at 1× with every length doubled.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal, Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from models.attention import Float
from models.colour import paint
from models.encoded import PatchGrid, Token
from models.figure.lettering import mask, measure
from models.overlay import Paint, overlay_rgba, scaled_grid

Box = tuple[float, float, float, float]  # left, top, right, bottom
Anchor = Literal["start", "middle", "end"]
Over = Callable[[PatchGrid, tuple[int, int]], NDArray[np.uint8]]  # RGBA bytes of (width, height)
_POLYGON_SUPERSAMPLE: Final = 8


@dataclass(frozen=True, eq=False)
class Canvas:
    """The picture being drawn, and how many of its pixels make one of the layout's."""

    image: Image.Image
    scale: float

    def pixels(self, box: Box) -> tuple[int, int, int, int]:
        """Return ``box`` in whole pixels of the picture, edges to the nearest one."""
        left, top, right, bottom = (round(edge * self.scale) for edge in box)
        return left, top, right, bottom

    def paste_photo(self, box: Box, photo: Image.Image, grid: PatchGrid, over: Over) -> None:
        """Draw ``photo`` into ``box``, and over it what is made for its pixels there."""
        left, top, right, bottom = self.pixels(box)
        size = (right - left, bottom - top)
        shown = photo.convert("RGB").resize(size, Image.Resampling.LANCZOS, reducing_gap=3.0)
        placed = scaled_grid(grid, across=size[0] / photo.width, down=size[1] / photo.height)
        both = Image.alpha_composite(shown.convert("RGBA"), Image.fromarray(over(placed, size)))
        self.image.paste(both.convert("RGB"), (left, top))


class Item(Protocol):
    """Something on a page: where it is, and how it is drawn."""

    @property
    def box(self) -> Box:
        """Where its ink may be, in pixels at 1×."""
        ...

    def draw(self, canvas: Canvas) -> None:
        """Draw it."""
        ...


@dataclass(frozen=True, slots=True)
class Words:
    """One line of text; (``x``, ``y``) is on the baseline at the ``anchor``.

    ``upright`` text is turned a quarter to the left and runs from bottom to top.
    """

    x: float
    y: float
    text: str
    size: float
    colour: str
    bold: bool = False
    anchor: Anchor = "start"
    upright: bool = False

    @property
    def box(self) -> Box:
        """Where the ink is."""
        ink = measure(self.text, size=self.size, bold=self.bold)
        start = self._start(ink.advance)
        if self.upright:
            return (
                self.x + ink.top,
                self.y - start - ink.right,
                self.x + ink.bottom,
                self.y - start - ink.left,
            )
        return (
            self.x + start + ink.left,
            self.y + ink.top,
            self.x + start + ink.right,
            self.y + ink.bottom,
        )

    def draw(self, canvas: Canvas) -> None:
        """Draw the line."""
        if not self.text:
            return
        advance = measure(self.text, size=self.size, bold=self.bold).advance
        start = self._start(advance) * canvas.scale
        ink, left, top = mask(self.text, size=self.size, scale=canvas.scale, bold=self.bold)
        x, y = self.x * canvas.scale, self.y * canvas.scale
        if self.upright:
            ink = ink.transpose(Image.Transpose.ROTATE_90)
            corner = (x + top, y - start - left - ink.height)
        else:
            corner = (x + start + left, y + top)
        canvas.image.paste(self.colour, (round(corner[0]), round(corner[1])), ink)

    def _start(self, advance: float) -> float:
        return -advance * {"start": 0.0, "middle": 0.5, "end": 1.0}[self.anchor]


@dataclass(frozen=True, slots=True)
class Fill:
    """A filled rectangle, never thinner than one pixel: bars, hairlines and ticks."""

    box: Box
    colour: str

    def draw(self, canvas: Canvas) -> None:
        """Draw the rectangle."""
        left, top, right, bottom = canvas.pixels(self.box)
        inside = (left, top, max(right, left + 1) - 1, max(bottom, top + 1) - 1)
        ImageDraw.Draw(canvas.image).rectangle(inside, fill=self.colour)


@dataclass(frozen=True, slots=True)
class Frame:
    """The outline of a rectangle, ``width`` wide and wholly outside of ``inside``."""

    inside: Box
    colour: str
    width: float = 1.0

    @property
    def box(self) -> Box:
        """The outline's outer edge."""
        left, top, right, bottom = self.inside
        width = self.width
        return (left - width, top - width, right + width, bottom + width)

    def draw(self, canvas: Canvas) -> None:
        """Draw the outline."""
        left, top, right, bottom = canvas.pixels(self.inside)
        width = max(1, round(self.width * canvas.scale))
        outer = (left - width, top - width, right + width - 1, bottom + width - 1)
        ImageDraw.Draw(canvas.image).rectangle(outer, outline=self.colour, width=width)


@dataclass(frozen=True, slots=True)
class Polygon:
    """A small filled shape with smooth edges."""

    points: tuple[tuple[float, float], ...]
    colour: str

    @property
    def box(self) -> Box:
        """The corners' bounds."""
        across, down = zip(*self.points, strict=True)
        return (min(across), min(down), max(across), max(down))

    def draw(self, canvas: Canvas) -> None:
        """Draw the shape, supersampled."""
        left, top, right, bottom = canvas.pixels(self.box)
        shape = (right - left + 2, bottom - top + 2)
        large = Image.new("L", (_POLYGON_SUPERSAMPLE * shape[0], _POLYGON_SUPERSAMPLE * shape[1]))
        corners = [
            (
                (x * canvas.scale - left) * _POLYGON_SUPERSAMPLE,
                (y * canvas.scale - top) * _POLYGON_SUPERSAMPLE,
            )
            for x, y in self.points
        ]
        ImageDraw.Draw(large).polygon(corners, fill=255)
        canvas.image.paste(self.colour, (left, top), large.reduce(_POLYGON_SUPERSAMPLE))


@dataclass(frozen=True, eq=False)
class Cells:
    """``values`` [rows, columns] as coloured cells, crisp; NaN shows ``missing``.

    A pixel has the colour of the cell its centre lies in. Where there are more cells than pixels,
    a pixel has the colour of the largest weight under it.
    """

    box: Box
    values: Float
    colour_map: str
    low: float
    high: float
    missing: str

    def draw(self, canvas: Canvas) -> None:
        """Draw the cells."""
        left, top, right, bottom = canvas.pixels(self.box)
        spread = spread_cells(self.values, width=right - left, height=bottom - top)
        colours = paint(spread, name=self.colour_map, low=self.low, high=self.high)
        painted = Image.fromarray(colours)
        canvas.image.paste(painted, (left, top))
        unknown = np.isnan(spread)
        if unknown.any():
            canvas.image.paste(self.missing, (left, top), Image.fromarray(unknown))


@dataclass(frozen=True, eq=False)
class Photo:
    """A photo with an attention row painted over it, as the window shows it."""

    box: Box
    photo: Image.Image
    row: Float
    tokens: tuple[Token, ...]
    grid: PatchGrid
    paint: Paint

    def draw(self, canvas: Canvas) -> None:
        """Draw the photo, and the row at the figure's own resolution over it."""

        def over(grid: PatchGrid, size: tuple[int, int]) -> NDArray[np.uint8]:
            return overlay_rgba(self.row, self.tokens, grid, photo_size=size, paint=self.paint)

        canvas.paste_photo(self.box, self.photo, self.grid, over)


@dataclass(frozen=True, eq=False)
class Page:
    """A whole figure: its size in pixels at 1×, its background, and what is on it, in order."""

    width: float
    height: float
    background: str
    items: tuple[Item, ...]

    def words(self) -> tuple[Words, ...]:
        """Return every line of text on the page."""
        return tuple(item for item in self.items if isinstance(item, Words))

    def draw(self, *, scale: float) -> Image.Image:
        """Return the page as an RGB picture, ``scale`` pixels for each of the layout's."""
        size = (round(self.width * scale), round(self.height * scale))
        canvas = Canvas(Image.new("RGB", size, self.background), scale)
        for item in self.items:
            item.draw(canvas)
        return canvas.image


def spread_cells(values: Float, *, width: int, height: int) -> Float:
    """Return ``values`` [rows, columns] over pixels [height, width], as ``Cells`` says."""
    return _along(_along(values, height, axis=0), width, axis=1)


def _along(values: Float, pixels: int, *, axis: int) -> Float:
    cells = values.shape[axis]
    if pixels >= cells:
        centres = (2 * np.arange(pixels) + 1) * cells // (2 * pixels)
        return np.take(values, centres, axis=axis)
    first = np.arange(pixels) * cells // pixels
    last = -(-(np.arange(pixels) + 1) * cells // pixels) - 1  # a cell on an edge counts twice
    largest = np.take(values, first, axis=axis)
    for step in range(1, int((last - first).max()) + 1):
        there: NDArray[np.intp] = np.minimum(first + step, last)
        largest = np.fmax(largest, np.take(values, there, axis=axis))
    return largest
