"""Every head of the model as one mosaic: click, point, or move with the arrow keys."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent

from gui.views.arrows import ARROWS
from gui.views.atlas_canvas import AtlasCanvas
from gui.views.atlas_layout import Head, in_layer, picked

_STEPS: Final = {
    **ARROWS,
    Qt.Key.Key_PageUp: (-10_000, 0),
    Qt.Key.Key_PageDown: (10_000, 0),
    Qt.Key.Key_Home: (0, -10_000),
    Qt.Key.Key_End: (0, 10_000),
}
_ZOOMS: Final = {Qt.Key.Key_Plus: 1.25, Qt.Key.Key_Equal: 1.25, Qt.Key.Key_Minus: 0.8}


class AtlasView(AtlasCanvas):
    """Tells which heads a person picks, by mouse or keyboard."""

    heads_picked = Signal(int, tuple, tuple)  # layer, its heads, all of the set in any layer
    current_moved = Signal(object)  # (layer, head)

    def head_at(self, x: float, y: float) -> Head | None:
        """Return the head under a point."""
        index = self.atlas.at(x, y)
        return None if index is None else self.atlas.order[index]

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Pick a head; Ctrl adds or takes one of any layer, Shift all up to it."""
        head = self.head_at(event.position().x(), event.position().y())
        if event.button() != Qt.MouseButton.LeftButton or head is None:
            super().mousePressEvent(event)
            return
        self._pick(head, event.modifiers())

    def _pick(self, head: Head, modifiers: Qt.KeyboardModifier) -> None:
        self._move_to(head)
        span = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
        add = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        found = picked(
            head, chosen=self._chosen, anchor=self._anchor, add=add, span=span,
            order=self.atlas.order, ranked=self._order is not None,
        )  # fmt: skip
        if not span or self._anchor is None:
            self._anchor = head
        self.heads_picked.emit(*self._told(head[0], found))

    def _told(
        self, layer: int, found: frozenset[Head]
    ) -> tuple[int, tuple[int, ...], tuple[Head, ...]]:
        """Return the layer to show, its heads, and the set where it is of several layers."""
        layers = {where for where, _ in found}
        if layer not in layers:  # its only head was taken away
            layer = self._selected[0] if self._selected[0] in layers else min(layers)
        return layer, in_layer(found, layer), tuple(sorted(found)) if len(layers) > 1 else ()

    def _move_to(self, head: Head) -> None:
        self.current = head
        self._describe()
        self.current_moved.emit(head)
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move with arrows, with Shift picking all on the way; pick with Enter or space.

        + and − enlarge, 0 shows all.
        """
        key, atlas = Qt.Key(event.key()), self.atlas
        if key in _STEPS and self.current in self._index:
            rows, columns = _STEPS[key]
            index = atlas.beside(self._index[self.current], rows=rows, columns=columns)
            if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self._anchor = self._anchor or self.current
                self._pick(atlas.order[index], Qt.KeyboardModifier.ShiftModifier)
                return
            self._move_to(atlas.order[index])
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self._pick(self.current, event.modifiers())
        elif key in _ZOOMS:
            self.enlarge(_ZOOMS[key])
        elif key == Qt.Key.Key_0:
            self.enlarge(0.0)
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Enlarge with Ctrl; otherwise the page scrolls."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.enlarge(1.0 + event.angleDelta().y() / 600)
            event.accept()
            return
        event.ignore()
