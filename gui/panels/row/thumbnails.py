"""The patches of a photo, each small enough to stand beside its name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from models.encoded import Encoded, PatchGrid, Token

if TYPE_CHECKING:
    from PIL import Image

SIDE: Final = 32  # pixels kept of each patch: enough for a line of text on a dense screen


class Thumbnails:
    """Keeps one small picture of the patch grid and draws single patches from it."""

    def __init__(self) -> None:
        self._encoded: Encoded | None = None
        self._sheet: QImage | None = None

    def set_input(self, encoded: Encoded | None) -> None:
        """Use another input; its photo is read when the first patch is drawn."""
        if encoded is not self._encoded:
            self._encoded, self._sheet = encoded, None

    @property
    def encoded(self) -> Encoded | None:
        """The input whose patches are drawn."""
        return self._encoded

    @property
    def there(self) -> bool:
        """Whether the input has patches to show."""
        encoded = self._encoded
        return encoded is not None and encoded.photo is not None and encoded.grid is not None

    def draw(self, painter: QPainter, token: Token, rect: QRectF) -> None:
        """Draw the patch of ``token`` in ``rect``; nothing for other tokens."""
        encoded = self._encoded
        if token.cell is None or encoded is None:
            return
        if encoded.photo is None or encoded.grid is None:
            return
        if self._sheet is None:
            self._sheet = _sheet(encoded.photo, encoded.grid)
        row, column = token.cell
        painter.drawImage(rect, self._sheet, QRectF(column * SIDE, row * SIDE, SIDE, SIDE))


def _sheet(photo: Image.Image, grid: PatchGrid) -> QImage:
    """Return what the grid covers of the photo, SIDE pixels a patch; black beyond its edges."""
    from PIL import Image  # noqa: PLC0415  # not at start-up

    size = (grid.columns * SIDE, grid.rows * SIDE)
    left, top, right, bottom = grid.box
    inner = (max(left, 0.0), max(top, 0.0), min(right, photo.width), min(bottom, photo.height))
    across, down = size[0] / (right - left), size[1] / (bottom - top)
    place = (round((inner[0] - left) * across), round((inner[1] - top) * down))
    fitted = (
        max(1, round((inner[2] - inner[0]) * across)),
        max(1, round((inner[3] - inner[1]) * down)),
    )
    part = photo.convert("RGB").resize(
        fitted, Image.Resampling.BILINEAR, box=inner, reducing_gap=2.0
    )
    sheet = Image.new("RGB", size)
    sheet.paste(part, place)
    pixels = np.ascontiguousarray(np.asarray(sheet, dtype=np.uint8))
    image = QImage(pixels.data, size[0], size[1], 3 * size[0], QImage.Format.Format_RGB888)
    return image.copy()  # the copy owns its pixels
