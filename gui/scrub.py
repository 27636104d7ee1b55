"""A slider to scrub with and a button to play with: what a player of steps is moved by."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette, QPolygonF
from PySide6.QtWidgets import QSlider, QStyle, QToolButton, QWidget

from gui.zoom import scaled, stretched


class ScrubSlider(QSlider):
    """Goes to where it is pressed and follows the pointer from there, in the groove as well.

    Space asks with ``play_asked`` to play or to stop, as players know it.
    """

    play_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Play or stop with Space; the arrows move."""
        if event.key() != Qt.Key.Key_Space or event.modifiers() != Qt.KeyboardModifier.NoModifier:
            super().keyPressEvent(event)
        elif not event.isAutoRepeat():
            self.play_asked.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold where the pointer is."""
        if event.button() != Qt.MouseButton.LeftButton:
            super().mousePressEvent(event)
            return
        self.setSliderDown(True)
        self.setSliderPosition(self._step_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Follow the pointer."""
        if self.isSliderDown():
            self.setSliderPosition(self._step_at(event.position().x()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(False)

    def _step_at(self, x: float) -> int:
        handle = self.style().pixelMetric(QStyle.PixelMetric.PM_SliderLength, None, self)
        return QStyle.sliderValueFromPosition(
            self.minimum(), self.maximum(), round(x - handle / 2), max(self.width() - handle, 1)
        )


class PlayButton(QToolButton):
    """Draws a triangle, or two bars while steps follow by themselves: few fonts have both."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._playing = False
        self.setText(" ")
        self.setMinimumSize(scaled(34), scaled(28))

    @property
    def playing(self) -> bool:
        """Whether it shows that steps follow by themselves."""
        return self._playing

    def show_playing(self, *, playing: bool) -> None:
        """Show what pressing does: stop, or play."""
        self._playing = playing
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the sign over the button, in the colour of its words."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        group = QPalette.ColorGroup.Normal if self.isEnabled() else QPalette.ColorGroup.Disabled
        painter.setBrush(self.palette().color(group, QPalette.ColorRole.ButtonText))
        painter.setPen(Qt.PenStyle.NoPen)
        middle, half = QRectF(self.rect()).center(), stretched(5.0)
        if self._playing:
            for side in (-0.75, 0.35):
                corner = QPointF(middle.x() + side * half, middle.y() - half)
                painter.drawRect(QRectF(corner.x(), corner.y(), 0.6 * half, 2 * half))
        else:
            left = middle.x() - 0.7 * half
            painter.drawPolygon(
                QPolygonF(
                    (
                        QPointF(left, middle.y() - half),
                        QPointF(left, middle.y() + half),
                        QPointF(middle.x() + half, middle.y()),
                    )
                )
            )
        painter.end()
