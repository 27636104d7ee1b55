"""Which row is shown: the token, its picture when it is a patch, and where the row stands."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui.panels.row.drawing import LEFT
from gui.panels.row.facts import RowFacts
from gui.panels.row.link import RowLink
from gui.panels.row.words import place
from gui.theme import RADIUS
from gui.views.words import tabular
from models.i18n import tr

LARGER = 1.45  # the token's letters, compared with the text's


class RowName(QWidget):
    """Painted rather than laid out, since it changes with every hovered token."""

    def __init__(self, link: RowLink, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._link = link
        self._measure()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # cards need no repaint below
        link.repainted.connect(self.update)

    def _measure(self) -> None:
        self._large: QFont = tabular(self.font(), scale=LARGER, bold=True)
        self._metrics = QFontMetricsF(self._large)
        self._heights = self._metrics.height() + 2, QFontMetricsF(self.font()).height() + 2

    def sizeHint(self) -> QSize:
        """Two lines of text."""
        return QSize(160, round(sum(self._heights)))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the picture, the token, whether it is a preview, and the place."""
        with QPainter(self) as painter:
            painter.fillRect(self.rect(), QColor(self._link.theme.surface))
            if (facts := self._link.facts) is not None:
                self._draw(painter, facts)

    def _draw(self, painter: QPainter, facts: RowFacts) -> None:
        theme = self._link.theme
        token = facts.shown.record.tokens[facts.position]
        upper, lower = self._heights
        left = 0.0
        if token.cell is not None and self._link.thumbnails.there:
            side = upper + lower - 2
            self._link.thumbnails.draw(painter, token, QRectF(0, 1, side, side))
            left = side + 10
        room = self.width() - left
        taken = self._draw_preview_tag(painter, height=upper) if facts.previewed else 0.0
        painter.setFont(self._large)
        painter.setPen(QColor(theme.query))
        text = self._metrics.elidedText(
            facts.query_label, Qt.TextElideMode.ElideRight, room - taken
        )
        painter.drawText(QRectF(left, 0, room - taken, upper), LEFT, text)
        painter.setFont(self.font())
        painter.setPen(QColor(theme.muted))
        painter.drawText(QRectF(left, upper, room, lower), LEFT, place(facts))

    def _draw_preview_tag(self, painter: QPainter, *, height: float) -> float:
        theme, metrics = self._link.theme, QFontMetricsF(self.font())
        word = tr("preview")
        width = metrics.horizontalAdvance(word) + 14
        tag = QRectF(self.width() - width, 2, width, height - 4)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.accent_soft))
        painter.drawRoundedRect(tag, RADIUS, RADIUS)
        painter.setPen(QColor(theme.text))
        painter.drawText(tag, Qt.AlignmentFlag.AlignCenter, word)
        return width + 6

    def changeEvent(self, event: QEvent) -> None:
        """Measure again when the font changed."""
        if event.type() == QEvent.Type.FontChange:
            self._measure()
            self.updateGeometry()
        super().changeEvent(event)
