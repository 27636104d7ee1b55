"""One token's row in every layer, one above the other, beside what each layer did to the token."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import Final

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QToolTip, QWidget

from gui.numbers import fixed
from gui.spoken import describe
from gui.theme import LIGHT, RADIUS, Theme
from gui.views.celled import CelledWidget
from gui.views.kept import KeptPicture
from gui.views.layer_bars import BARS, draw_bars
from gui.views.layer_keys import KeyNames, draw_keys
from gui.views.said import TokenLabels, layers_said
from gui.views.words import exact, safe_label, tabular
from gui.zoom import scaled
from models import colour
from models.across import Steps
from models.attention import Float
from models.encoded import Token
from models.figure.page import spread_cells
from models.i18n import tr
from models.scales import MapLimits, painted

_NAMES: Final = 38  # logical pixels: L12
_GAP: Final = 10
_TITLE: Final = 18
_TALLEST: Final = 28


class LayerStrip(CelledWidget):
    """Draws layers × keys; a click picks the layer and marks the key, arrows step through both."""

    cell_clicked = Signal(int, object)  # layer, position of the key | None

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._path: Float | None = None
        self._positions: tuple[int, ...] = ()
        self._tokens: Sequence[Token] = ()
        self._names: KeyNames | None = None
        self._steps: Steps | None = None
        self._high, self._map = 1.0, colour.DEFAULT
        self._limits: MapLimits = "view"
        self._layer: int | None = None
        self._key: int | None = None
        self._theme, self._ground = LIGHT, KeptPicture()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # the card is not painted again
        self.retranslate()

    # -- facts

    def set_path(
        self,
        path: Float | None,
        tokens: Sequence[Token],
        positions: Sequence[int],
        *,
        high: float,
        colour_map: str,
        limits: MapLimits = "view",
    ) -> None:
        """Draw ``path`` [L, N] at the ``positions`` of ``tokens``, colours ending at ``high``.

        ``limits`` says how colours run up to there; see ``models.scales.painted``.
        """
        self._path = None if path is None else path[:, list(positions)]
        self._limits = limits
        if tokens is not self._tokens or tuple(positions) != self._positions:
            self._names = None
        self._tokens, self._positions = tokens, tuple(positions)
        self._high, self._map = high, colour_map
        self._describe()
        self.update()

    def set_steps(self, steps: Steps | None) -> None:
        """Draw what each layer did beside it; None leaves the room empty."""
        self._steps = steps
        self.update()

    def set_selection(self, *, layer: int, key: int | None) -> None:
        """Mark a layer, and the key at a position."""
        place = self._positions.index(key) if key in self._positions else None
        if (layer, place) == (self._layer, self._key):
            return  # saying thousands of names again takes longer than drawing them
        self._layer, self._key = layer, place
        self._describe()
        self.update()

    def _describe(self) -> None:
        path, names = self._path, TokenLabels(self._tokens, self._positions)
        said = "" if path is None else layers_said(path, names, layer=self._layer)
        describe(self, said)

    def set_theme(self, theme: Theme) -> None:
        """Use the colours of ``theme``."""
        self._theme = theme
        self.update()

    def retranslate(self) -> None:
        """Say everything again in the language in force."""
        self.setAccessibleName(tr("The row of one token in every layer"))
        self._describe()
        self.update()

    def words(self, layer: int, place: int) -> str:
        """Return what a cell says, exactly."""
        assert self._path is not None  # noqa: S101  # asked only of what is drawn
        name = safe_label(self._tokens[self._positions[place]].label)
        weight = exact(float(self._path[layer, place]))
        return tr("L{layer} · {key}: {weight}", layer=layer + 1, key=name, weight=weight)

    def tip(self, point: QPointF) -> str:
        """Return what a layer did to the token, in numbers; empty between the layers."""
        found, steps = self.cell_at(point), self._steps
        if found is None or steps is None:
            return ""
        layer = found[0]
        if steps.reasons[layer]:
            return tr(steps.reasons[layer])
        numbers = (float(values[layer]) for values in (steps.added, steps.kept, steps.start))
        added, kept, start = (fixed(x) if isfinite(x) else "–" for x in numbers)
        return tr(
            "L{layer}: added {added} · kept {kept} · cosine with the first hidden state {start}",
            layer=layer + 1,
            added=added,
            kept=kept,
            start=start,
        )

    # -- geometry

    @property
    def layers(self) -> int:
        """How many layers are drawn."""
        return 0 if self._path is None else len(self._path)

    def _columns(self) -> int:
        """Return how many columns of bars there is room for: what is added, then what is kept."""
        room = self.width() - scaled(_NAMES) - 160
        return min(max(room // (scaled(BARS) + _GAP), 0), 2)

    def area(self) -> QRectF:
        """Return where the cells are."""
        right = self.width() - _GAP - self._columns() * (scaled(BARS) + _GAP)
        top = scaled(_TITLE) + self._label_room(right - scaled(_NAMES))
        pitch = min((self.height() - top - 4) / max(self.layers, 1), scaled(_TALLEST))
        return QRectF(
            scaled(_NAMES), top, max(right - scaled(_NAMES), 1), max(pitch, 4) * self.layers
        )

    def _label_room(self, width: float) -> float:
        return self._key_names().room(width)

    def _key_names(self) -> KeyNames:
        font = tabular(self.font(), scale=0.88)
        if self._names is None or not self._names.fit(font):
            self._names = KeyNames([self._tokens[i] for i in self._positions], font)
        return self._names

    def cell_at(self, point: QPointF) -> tuple[int, int | None] | None:
        """Return (layer, place) under a point; the place is None beside the cells."""
        area = self.area()
        if not self.layers or not area.top() <= point.y() < area.bottom():
            return None
        layer = int((point.y() - area.top()) / area.height() * self.layers)
        if not area.left() <= point.x() < area.right():
            return layer, None
        return layer, int((point.x() - area.left()) / area.width() * len(self._positions))

    # -- drawing

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw cells, names, bars and marks."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._path is None or not self._positions:
            painter.fillRect(self.rect(), QColor(self._theme.surface))
        else:
            area = self.area()
            painter.drawPixmap(0, 0, self._named(area))
            self._draw_cells(painter, area)
            for column in range(self._columns()):
                self._bars(painter, area, column)
            self._draw_marks(painter, area)
        if self.ring.visible:
            painter.setPen(QPen(QColor(self._theme.accent), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), RADIUS, RADIUS)
        painter.end()

    def _named(self, area: QRectF) -> QPixmap:
        """Return the names of the keys and of the layers: the same for every token."""
        names, theme = self._key_names(), self._theme

        def draw(painter: QPainter) -> None:
            painter.setFont(names.font)
            draw_keys(painter, area, names, marked=self._key, theme=theme)
            self._draw_layers(painter, area)

        facts = area.getRect(), names, theme, self.layers, self._layer, self._key
        ratio, ground = self.devicePixelRatioF(), QColor(theme.surface)
        return self._ground.of(facts, size=self.size(), ratio=ratio, ground=ground, draw=draw)

    def _draw_cells(self, painter: QPainter, area: QRectF) -> None:
        assert self._path is not None  # noqa: S101  # painted only with one
        ratio = self.devicePixelRatioF()
        width, height = round(area.width() * ratio), round(area.height() * ratio)
        spread = spread_cells(self._path, width=width, height=min(self.layers, height))
        shares = painted(spread, self._limits, high=self._high)
        cells = colour.paint(shares, name=self._map)
        missing = QColor(self._theme.border)
        cells[np.isnan(spread)] = (missing.red(), missing.green(), missing.blue())
        lines = np.arange(len(cells), dtype=np.float32)[:, None]  # the same colours down a layer
        pixels = cells[spread_cells(lines, width=1, height=height)[:, 0].astype(np.intp)]
        image = QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888)
        painter.drawImage(area, image)

    def _bars(self, painter: QPainter, area: QRectF, column: int) -> None:
        left = area.right() + _GAP + column * (scaled(BARS) + _GAP)
        title = (tr("added"), tr("kept"))[column]
        painter.setFont(tabular(self.font(), scale=0.88))
        place = QRectF(left, area.top(), scaled(BARS), area.height())
        values = None
        if self._steps is not None:
            values = (self._steps.added, self._steps.kept)[column]
        draw_bars(painter, place, title, values, theme=self._theme)

    def _draw_layers(self, painter: QPainter, area: QRectF) -> None:
        painter.setFont(tabular(self.font(), scale=0.88))
        pitch = area.height() / self.layers
        step = max(1, round(14 / pitch))
        for layer in range(self.layers):
            chosen = layer == self._layer
            if layer % step and not chosen:
                continue
            rect = QRectF(0, area.top() + layer * pitch, scaled(_NAMES) - 6, pitch)
            ink = self._theme.text if chosen else self._theme.muted
            painter.setPen(QColor(ink))
            painter.setFont(tabular(self.font(), scale=0.88, bold=chosen))
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(rect, flags, f"L{layer + 1}")

    def _draw_marks(self, painter: QPainter, area: QRectF) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        pitch, cell = area.height() / self.layers, area.width() / len(self._positions)
        if self._layer is not None:
            row = QRectF(area.left(), area.top() + self._layer * pitch, area.width(), pitch)
            for pen in (QPen(QColor(self._theme.surface), 3.5), QPen(QColor(self._theme.query), 2)):
                painter.setPen(pen)
                painter.drawRect(row)
        if self._key is not None:
            x = area.left() + (self._key + 0.5) * cell
            painter.setPen(QPen(QColor(self._theme.key), 2))
            painter.drawLine(QPointF(x - 4, area.top() - 2), QPointF(x + 4, area.top() - 2))

    # -- Qt overrides

    def pointed_at(self, point: QPointF) -> tuple[int, int] | None:
        """Return (layer, place) under a point; nothing beside the cells."""
        found = self.cell_at(point)
        return None if found is None or found[1] is None else (found[0], found[1])

    def event(self, event: QEvent) -> bool:
        """Answer tool tips."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.tip(QPointF(event.pos())), self)
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Pick the layer, and mark the key."""
        found = self.cell_at(event.position())
        if event.button() == Qt.MouseButton.LeftButton and found is not None:
            layer, place = found
            self.cell_clicked.emit(layer, None if place is None else self._positions[place])

    def sizeHint(self) -> QSize:
        """Room for a dozen layers."""
        return QSize(560, 300)

    def minimumSizeHint(self) -> QSize:
        """A few dots a layer."""
        return QSize(240, 140)
