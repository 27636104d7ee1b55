"""Text measured and drawn so that a figure at any scale has exactly the same proportions.

Glyphs are laid out once, ``_ENLARGED`` times larger than a figure at 1×, and reduced to the size
they are shown at: hinting, which would move them to whole pixels, never has a say.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from models.figure.fonts import Run, can_shape, font, needs_shaping, runs

_ENLARGED: Final = 8
_ELLIPSIS: Final = "…"
CAP_HEIGHT: Final = 0.727  # Inter's, in ems: what centres a line of text on something


@dataclass(frozen=True, slots=True)
class Extent:
    """How far a line of text reaches, in figure pixels at 1×, from its start on the baseline.

    ``advance`` is where the next text would start; the rest is the ink: left, top (negative:
    above the baseline), right, bottom.
    """

    advance: float
    left: float
    top: float
    right: float
    bottom: float


@lru_cache(maxsize=8192)
def measure(text: str, *, size: float, bold: bool = False) -> Extent:
    """Return how far ``text`` reaches at ``size`` pixels per em."""
    pixels = round(size * _ENLARGED)
    across, boxes = 0.0, []
    for run in runs(text, bold=bold):
        face, words = _font(run, pixels), _ordered(run)
        left, top, right, bottom = face.getbbox(words, anchor="ls")
        if right > left:
            boxes.append((across + left, top, across + right, bottom))
        across += face.getlength(words)
    if not boxes:
        return Extent(across / _ENLARGED, 0.0, 0.0, 0.0, 0.0)
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return Extent(
        across / _ENLARGED,
        min(lefts) / _ENLARGED,
        min(tops) / _ENLARGED,
        max(rights) / _ENLARGED,
        max(bottoms) / _ENLARGED,
    )


def width(text: str, *, size: float, bold: bool = False) -> float:
    """Return the advance of ``text`` in figure pixels at 1×."""
    return measure(text, size=size, bold=bold).advance


def elide(text: str, *, size: float, room: float, bold: bool = False) -> str:
    """Return ``text``, or its beginning and ``…`` where it would be wider than ``room``."""
    if width(text, size=size, bold=bold) <= room:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        shown = text[:middle].rstrip() + _ELLIPSIS
        if width(shown, size=size, bold=bold) <= room:
            low = middle
        else:
            high = middle - 1
    return text[:low].rstrip() + _ELLIPSIS


@lru_cache(maxsize=2048)
def mask(
    text: str, *, size: float, scale: float, bold: bool = False
) -> tuple[Image.Image, float, float]:
    """Return the ink of ``text`` as a grey picture, and its corner from the start of the baseline.

    The corner (left, top) and the picture are in pixels at ``scale``.
    """
    extent = measure(text, size=size, bold=bold)
    pad = 1.0  # room for what reduction spreads over the edge
    left, top = extent.left - pad, extent.top - pad
    columns = _whole((extent.right + pad - left) * scale)
    rows = _whole((extent.bottom + pad - top) * scale)
    large = _large(
        text, size=size, bold=bold, left=left, top=top, columns=columns / scale, rows=rows / scale
    )
    box = (0.0, 0.0, columns / scale * _ENLARGED, rows / scale * _ENLARGED)
    ink = large.resize((columns, rows), Image.Resampling.BOX, box=box)
    return ink, left * scale, top * scale


def _large(
    text: str, *, size: float, bold: bool, left: float, top: float, columns: float, rows: float
) -> Image.Image:
    pixels = round(size * _ENLARGED)
    shape = (_whole(columns * _ENLARGED), _whole(rows * _ENLARGED))
    large = Image.new("L", shape)
    pen = ImageDraw.Draw(large)
    across, baseline = -left * _ENLARGED, -top * _ENLARGED
    for run in runs(text, bold=bold):
        face, words = _font(run, pixels), _ordered(run)
        pen.text((across, baseline), words, font=face, fill=255, anchor="ls")
        across += face.getlength(words)
    return large


def _whole(length: float) -> int:
    return int(-(-length // 1))


@cache
def _shaped(text: str) -> bool:
    return needs_shaping(text) and can_shape()


def _font(run: Run, pixels: int) -> ImageFont.FreeTypeFont:
    return font(run.face.path, pixels, shaped=_shaped(run.text))


def _ordered(run: Run) -> str:
    """Return the run's characters; reversed when nothing here can lay out right to left."""
    if needs_shaping(run.text) and not can_shape() and _right_to_left(run.text):
        return run.text[::-1]
    return run.text


def _right_to_left(text: str) -> bool:
    return any("\u0590" <= character <= "\u08ff" for character in text)
