"""What a drawn view shows again and again, drawn once."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap


class KeptPicture:
    """A picture that is drawn once and shown for as long as what it was drawn of is the same."""

    def __init__(self) -> None:
        self._facts: object = None
        self._picture: QPixmap | None = None

    def of(
        self,
        facts: object,
        *,
        size: QSize,
        ratio: float,
        ground: QColor | Qt.GlobalColor,
        draw: Callable[[QPainter], None],
    ) -> QPixmap:
        """Return the picture of ``facts``, what ``draw`` draws over ``ground``.

        ``size`` is in logical pixels, each of them ``ratio`` pixels of the screen.
        """
        known = facts, size, ratio
        if self._picture is None or known != self._facts:
            room = QSize(ceil(size.width() * ratio), ceil(size.height() * ratio))
            self._facts, self._picture = known, QPixmap(room)
            self._picture.setDevicePixelRatio(ratio)
            self._picture.fill(ground)
            painter = QPainter(self._picture)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            draw(painter)
            painter.end()
        return self._picture
