"""One patch's row over the photo, once for every layer, small."""

from __future__ import annotations

from math import ceil
from typing import Final

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from gui.numbers import fixed, short
from gui.spoken import describe
from gui.theme import LIGHT, RADIUS, Theme
from gui.views.focus import FocusRing
from gui.views.qimages import to_qimage
from gui.views.said import TokenLabels, layers_said
from gui.views.words import tabular
from gui.zoom import scaled
from models.across import Steps
from models.attention import Float
from models.colour import DEFAULT
from models.encoded import Encoded
from models.i18n import tr
from models.overlay import patch_rgba, patch_values
from models.scales import MapLimits, Scale, painted

_GAP: Final = 8
_WORDS: Final = 18  # above each map: its layer
_LIMIT: Final = 18  # below it: where its colours end
_FRAME: Final = 4  # below each map: what the frame of the chosen one takes
_LARGEST: Final = 260
_BACK: Final = {Qt.Key.Key_Left, Qt.Key.Key_Up}
_ON: Final = {Qt.Key.Key_Right, Qt.Key.Key_Down}


class LayerMaps(QWidget):
    """Draws small maps in reading order; a click picks the layer, arrows step through them."""

    layer_clicked = Signal(int)
    stepped = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._path: Float | None = None
        self._encoded: Encoded | None = None
        self._photo: QImage | None = None
        self._steps: Steps | None = None
        self._token: int | None = None
        self._high: float | None = None
        self._limits: MapLimits = "view"
        self._map, self._opacity, self._smooth = DEFAULT, 0.75, False
        self._layer = 0
        self._theme = LIGHT
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.ring = FocusRing(self)
        self.retranslate()

    # -- facts

    def set_path(self, path: Float | None, encoded: Encoded | None, *, token: int | None) -> None:
        """Draw the rows ``path`` [L, N] of ``token`` over the photo of ``encoded``."""
        if encoded is not self._encoded:
            self._photo = None
        self._path, self._encoded, self._token = path, encoded, token
        self._describe()
        self.update()

    def _describe(self) -> None:
        path, encoded, said = self._path, self._encoded, ""
        if path is not None and encoded is not None:
            said = layers_said(path, TokenLabels(encoded.tokens), layer=self._layer)
        describe(self, said)

    def set_look(
        self,
        *,
        high: float | None,
        colour_map: str,
        opacity: float,
        smooth: bool,
        limits: MapLimits = "view",
    ) -> None:
        """Colour and lay over as the large photo does.

        Colours end at ``high``, or without it in each map at its own largest patch; ``limits``
        says how they run up to there.
        """
        self._limits = limits
        self._high, self._map, self._opacity, self._smooth = high, colour_map, opacity, smooth
        self.update()

    def set_steps(self, steps: Steps | None) -> None:
        """Write under each map what attention added to the residual."""
        self._steps = steps
        self.update()

    def set_layer(self, layer: int) -> None:
        """Mark a layer."""
        self._layer = layer
        self._describe()
        self.update()

    def set_theme(self, theme: Theme) -> None:
        """Use the colours of ``theme``."""
        self._theme = theme
        self.update()

    def retranslate(self) -> None:
        """Say everything again in the language in force."""
        self.setAccessibleName(tr("The row of one token in every layer"))
        self._describe()
        self.update()

    # -- geometry

    @property
    def layers(self) -> int:
        """How many maps there are."""
        return 0 if self._path is None else len(self._path)

    def columns(self) -> int:
        """Return how many maps stand side by side so that they are as large as they can be."""
        return max(range(1, self.layers + 1), key=self._side, default=1)

    def _side(self, columns: int) -> float:
        rows = ceil(self.layers / columns)
        across = (self.width() - (columns + 1) * _GAP) / columns
        down = (self.height() - (rows + 1) * _GAP) / rows - scaled(_WORDS) - scaled(_LIMIT)
        return min(across, down, _LARGEST)

    def map_rect(self, layer: int) -> QRectF:
        """Return where a layer's map is, without its words."""
        columns = self.columns()
        side = max(self._side(columns), 8.0)
        row, column = divmod(layer, columns)
        left = (self.width() - columns * side - (columns - 1) * _GAP) / 2
        return QRectF(
            left + column * (side + _GAP),
            _GAP + row * (side + scaled(_WORDS) + scaled(_LIMIT) + _GAP) + scaled(_WORDS),
            side,
            side,
        )

    def layer_at(self, point: QPointF) -> int | None:
        """Return the layer whose map or words are under a point."""
        for layer in range(self.layers):
            if self.map_rect(layer).adjusted(0, -scaled(_WORDS), 0, scaled(_LIMIT)).contains(point):
                return layer
        return None

    # -- drawing

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw every map and its words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._encoded is not None and self._encoded.grid is not None:
            for layer in range(self.layers):
                self._draw_map(painter, layer)
        if self.ring.visible:
            painter.setPen(QPen(QColor(self._theme.accent), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), RADIUS, RADIUS)
        painter.end()

    def _draw_map(self, painter: QPainter, layer: int) -> None:
        assert self._path is not None  # noqa: S101  # painted only with one
        assert self._encoded is not None  # noqa: S101
        grid = self._encoded.grid
        assert grid is not None  # noqa: S101
        rect, chosen = self.map_rect(layer), layer == self._layer
        left, top, right, bottom = grid.box
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(rect, QColor(self._theme.raised))
        painter.drawImage(rect, self._seen(), QRectF(left, top, right - left, bottom - top))
        values = patch_values(self._path[layer], self._encoded.tokens, grid)
        high = self._high or float(np.nan_to_num(values).max(initial=0.0)) or 1.0
        pixels = np.ascontiguousarray(
            patch_rgba(
                painted(values, self._limits, high=high),
                low=0.0,
                high=1.0,
                colour_map=self._map,
                opacity=self._opacity,
            )
        )
        form = QImage.Format.Format_RGBA8888
        image = QImage(pixels.data, grid.columns, grid.rows, 4 * grid.columns, form)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self._smooth)
        painter.drawImage(rect, image)
        self._draw_token(painter, rect)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if chosen:
            painter.setPen(QPen(QColor(self._theme.query), 2.5))
            painter.drawRect(rect.adjusted(-1.5, -1.5, 1.5, 1.5))
        self._draw_words(painter, rect, layer, chosen=chosen)
        painter.setPen(QColor(self._theme.muted))
        painter.setFont(tabular(self.font(), scale=0.8))
        below = QRectF(rect.left(), rect.bottom() + _FRAME, rect.width(), scaled(_LIMIT))
        first, _middle, last = Scale(0.0, high, self._limits).marks(short)
        limit = f"{first} – {last}"
        painter.drawText(below, Qt.AlignmentFlag.AlignRight, limit)

    def _draw_words(self, painter: QPainter, rect: QRectF, layer: int, *, chosen: bool) -> None:
        words = QRectF(rect.left(), rect.top() - scaled(_WORDS), rect.width(), scaled(_WORDS) - 2)
        painter.setFont(tabular(self.font(), scale=0.88, bold=chosen))
        painter.setPen(QColor(self._theme.text if chosen else self._theme.muted))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(words, Qt.AlignmentFlag.AlignLeft | middle, f"L{layer + 1}")
        if self._steps is not None and np.isfinite(self._steps.added[layer]):
            added = f"+{fixed(float(self._steps.added[layer]), digits=2)}"
            painter.drawText(words, Qt.AlignmentFlag.AlignRight | middle, added)

    def _draw_token(self, painter: QPainter, rect: QRectF) -> None:
        assert self._encoded is not None  # noqa: S101  # painted only with one
        grid, token = self._encoded.grid, self._token
        cell = None if token is None else self._encoded.tokens[token].cell
        if cell is None or grid is None:
            return
        width, height = rect.width() / grid.columns, rect.height() / grid.rows
        place = QRectF(rect.left() + cell[1] * width, rect.top() + cell[0] * height, width, height)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, pen in ((self._theme.surface, 3.0), (self._theme.accent, 1.5)):
            painter.setPen(QPen(QColor(colour), pen))
            painter.drawRect(place)

    def _seen(self) -> QImage:
        """Return the photo as Qt holds pictures, made once."""
        if self._photo is None:
            assert self._encoded is not None  # noqa: S101  # painted only with one
            assert self._encoded.photo is not None  # noqa: S101  # a grid has a photo
            self._photo = to_qimage(self._encoded.photo)
        return self._photo

    # -- Qt overrides

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Pick a layer."""
        layer = self.layer_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and layer is not None:
            self.layer_clicked.emit(layer)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the click here: nothing behind is meant."""
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step through the layers."""
        key = Qt.Key(event.key())
        if key in _BACK | _ON and not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            self.stepped.emit(-1 if key in _BACK else 1)
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        """A dozen maps of useful size."""
        return QSize(420, 420)

    def minimumSizeHint(self) -> QSize:
        """As narrow as the card beside a photo."""
        return QSize(240, 200)
