"""Pillow pictures as Qt holds them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

if TYPE_CHECKING:  # the window is painted before it is loaded
    from PIL import Image


def to_qimage(image: Image.Image) -> QImage:
    """Return a copy of a Pillow picture as a QImage that owns its pixels."""
    rgb = image.convert("RGB")
    data = rgb.tobytes()
    form = QImage.Format.Format_RGB888
    return QImage(data, rgb.width, rgb.height, 3 * rgb.width, form).copy()
