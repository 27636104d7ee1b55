"""What every step's drawing has in common: fonts, columns, pointer, the label of a key."""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from gui.panels.row.drawing import LEFT
from gui.panels.row.facts import RowFacts
from gui.panels.row.link import Part, RowLink
from gui.views.words import tabular
from gui.zoom import stretched
from models.encoded import Token

LABEL_SHARE = 0.3  # of the width, at most, for labels
LABEL_WIDEST = 120.0
LABEL_NARROWEST = 44.0


class Canvas(QWidget):
    """A drawing that follows the link. Subclasses say how high it is and paint it.

    ``text_font`` writes digits of one width and ``metrics`` measures it; ``line_height`` is that
    of one key's line; ``small_font`` writes headings and scales.
    """

    part: ClassVar[Part] = "query"
    copy_asked = Signal(str)  # the part

    def __init__(self, link: RowLink, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.link = link
        self._label_width: float | None = None
        self.exposed = QRectF()  # what is painted now: the rest of it is scrolled out of sight
        self._measure()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # cards need no repaint below
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        link.repainted.connect(self.update)
        link.reshaped.connect(self._on_reshaped)

    # -- for subclasses

    @abstractmethod
    def height_needed(self) -> int:
        """Return the height of the drawing."""

    @abstractmethod
    def draw(self, painter: QPainter, facts: RowFacts) -> None:
        """Draw ``facts`` on a clean surface."""

    def _measure(self) -> None:
        self.text_font = tabular(self.font())
        self.metrics = QFontMetricsF(self.text_font)
        self.line_height = max(18.0, round(self.metrics.height()) + 4.0)
        self.small_font = tabular(self.font(), scale=0.88)
        self.bold_font = tabular(self.font(), bold=True)

    def advance(self, sample: str) -> float:
        """Return how wide a column must be to hold ``sample``."""
        return self.metrics.horizontalAdvance(sample) + 2

    @property
    def label_width(self) -> float:
        """The width of the label column: the longest label's, within limits."""
        if self._label_width is None:
            facts, metrics = self.link.facts, self.metrics
            labels = set() if facts is None else {*facts.labels, facts.query_label}
            longest = max((metrics.horizontalAdvance(label) for label in labels), default=0.0)
            picture = self.line_height if self.link.thumbnails.there else 0.0
            self._label_width = longest + picture + 10
        most = min(stretched(LABEL_WIDEST), self.width() * LABEL_SHARE)
        return max(stretched(LABEL_NARROWEST), min(self._label_width, most))

    def draw_label(
        self, painter: QPainter, rect: QRectF, *, label: str, token: Token | None, strong: bool
    ) -> None:
        """Draw a token's picture, when it is a patch, and its label; special tokens are quiet."""
        theme = self.link.theme
        left = rect.left() + 5
        if token is not None and token.cell is not None and self.link.thumbnails.there:
            side = rect.height() - 3
            self.link.thumbnails.draw(painter, token, QRectF(left, rect.top() + 1.5, side, side))
            left += side + 5
        quiet = token is not None and token.special and not strong
        painter.setPen(QColor(theme.muted if quiet else theme.text))
        room = rect.right() - left
        text = self.link.fitter.fit(label, width=room, metrics=self.metrics)
        painter.drawText(QRectF(left, rect.top(), room, rect.height()), LEFT, text)

    def draw_focus(self, painter: QPainter) -> None:
        """Draw the ring that says where the keyboard is."""
        if self.hasFocus():
            painter.setPen(QColor(self.link.theme.accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -1, -1))

    def draw_dimension(self, painter: QPainter, rect: QRectF, *, size: int) -> None:
        """Outline the pointed dimension's cells over a block of strips of ``size`` cells."""
        pointed = self.link.pointed
        same = {"query": "qk", "key": "qk", "value": "vz", "vector": "vz", "score": ""}
        if pointed is None or pointed.dimension is None or same[pointed.part] != same[self.part]:
            return
        if pointed.dimension < size:
            cell = rect.width() / size
            left = rect.left() + pointed.dimension * cell
            painter.setPen(QColor(self.link.theme.text))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(
                QRectF(left - 0.5, rect.top() - 1, max(cell, 2) + 1, rect.height() + 2)
            )

    def tip_at(self, place: QPointF) -> str:
        """Return the explanation of what lies at ``place``; empty for none."""
        del place
        return ""

    # -- Qt

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the facts, and the ring that says where the keyboard is."""
        self.exposed = QRectF(event.rect())
        with QPainter(self) as painter:  # ends even when drawing fails: an open one is fatal
            painter.setFont(self.text_font)
            painter.fillRect(self.rect(), QColor(self.link.theme.surface))
            if self.link.facts is not None:
                self.draw(painter, self.link.facts)
                self.draw_focus(painter)

    def sizeHint(self) -> QSize:
        """As high as needed; the width is elastic."""
        return QSize(260, self.height_needed())

    def minimumSizeHint(self) -> QSize:
        """Never so narrow that the strips vanish."""
        return QSize(200, self.height_needed())

    def event(self, event: QEvent) -> bool:
        """Explain what is under a resting pointer."""
        if isinstance(event, QHelpEvent):
            said = self.tip_at(event.pos().toPointF())
            QToolTip.showText(event.globalPos(), said, self)
            return True
        return super().event(event)

    def leaveEvent(self, event: QEvent) -> None:
        """The pointer left: nothing is pointed at."""
        self.link.point(None)
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Copy what this step shows with the platform's copy keys."""
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_asked.emit(self.part)
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Measure again when the font changed."""
        if event.type() == QEvent.Type.FontChange:
            self._measure()
            self._on_reshaped()
        super().changeEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Subclasses point at what is under the pointer."""
        event.accept()

    def _on_reshaped(self) -> None:
        self._label_width = None
        self.updateGeometry()
        self.update()
