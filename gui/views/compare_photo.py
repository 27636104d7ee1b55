"""One side of a comparison of photos, or their difference: a row over the patches."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from gui.spoken import describe
from gui.views.compare_map import CompareMap
from gui.views.qimages import to_qimage
from gui.views.said import apart_said
from gui.views.token_words import row_words
from models.attention import Float
from models.encoded import Encoded
from models.overlay import patch_rgba, patch_values
from models.scales import Look

_OPACITY = 0.75


class ComparePhoto(CompareMap):
    """As ``CompareMap``, but of one row: ``cell_clicked(token, token)`` names the patch."""

    def __init__(self) -> None:
        super().__init__()
        self._encoded: Encoded | None = None
        self._picture: QImage | None = None
        self._token: int | None = None

    def set_row(
        self, row: Float | None, encoded: Encoded | None, *, token: int | None, look: Look
    ) -> None:
        """Draw ``row`` [N] of ``token`` over the photo of ``encoded``."""
        if encoded is not self._encoded:
            self._picture = None
        self._encoded, self._token = encoded, token
        self.set_values(None if row is None else row[None], (), (), look=look)
        describe(self, self._said(row))

    def _said(self, row: Float | None) -> str:
        """Return whose row it is and its largest patches, or where both differ most."""
        encoded, token = self._encoded, self._token
        if row is None or encoded is None:
            return ""
        if self._look.low < 0:
            return apart_said(row, encoded.labels)
        return row_words(encoded.tokens, row, pinned=token, hovered=None)

    def _room(self) -> int:
        return 0

    def cell_at(self, point: QPointF) -> tuple[int, int] | None:
        """Return the token of the patch under a point, twice: (row drawn, patch)."""
        area, encoded = self.area(), self._encoded
        if encoded is None or encoded.grid is None or not area.contains(point):
            return None
        row = int((point.y() - area.top()) / area.height() * encoded.grid.rows)
        column = int((point.x() - area.left()) / area.width() * encoded.grid.columns)
        for position, token in enumerate(encoded.tokens):
            if token.cell == (row, column):
                return 0 if self._token is None else self._token, position
        return None

    def cell_rect(self, cell: tuple[int, int] | None) -> QRectF | None:
        """Return where the patch ``cell[1]`` is drawn; None without one."""
        encoded = self._encoded
        if cell is None or encoded is None or encoded.grid is None:
            return None
        place = encoded.tokens[cell[1]].cell
        if place is None:
            return None
        area, grid = self.area(), encoded.grid
        wide, tall = area.width() / grid.columns, area.height() / grid.rows
        return QRectF(area.left() + place[1] * wide, area.top() + place[0] * tall, wide, tall)

    def _draw_cells(self, painter: QPainter, area: QRectF) -> None:
        encoded, look = self._encoded, self._look
        if encoded is None or encoded.grid is None or self._values is None:
            return
        grid = encoded.grid
        left, top, right, bottom = grid.box
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(area, self._photo(), QRectF(left, top, right - left, bottom - top))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
        values = look.shares(patch_values(self._values[0], encoded.tokens, grid))
        pixels = np.ascontiguousarray(
            patch_rgba(
                values,
                low=0.0,
                high=1.0,
                colour_map=look.colour_map,
                opacity=1.0 if look.low < 0 else _OPACITY,
            )
        )
        form = QImage.Format.Format_RGBA8888
        image = QImage(pixels.data, grid.columns, grid.rows, 4 * grid.columns, form)
        painter.drawImage(area, image)

    def _draw_words(self, painter: QPainter, area: QRectF) -> None:
        """Patches have no words."""

    def _draw_marks(self, painter: QPainter, _area: QRectF) -> None:
        encoded = self._encoded
        for position, ink in ((self._token, self._theme.accent), (self._marks[1], self._theme.key)):
            if encoded is None or encoded.grid is None or position is None:
                continue
            place = self.cell_rect((0, position))
            if place is None:
                continue
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for pen in (QPen(QColor(self._theme.surface), 3), QPen(QColor(ink), 1.5)):
                painter.setPen(pen)
                painter.drawRect(place)

    def _photo(self) -> QImage:
        if self._picture is None:
            assert self._encoded is not None  # noqa: S101  # painted only with one
            assert self._encoded.photo is not None  # noqa: S101  # a grid has a photo
            self._picture = to_qimage(self._encoded.photo)
        return self._picture
