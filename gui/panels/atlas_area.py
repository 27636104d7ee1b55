"""Where the mosaic lies: it fills the room there is, the map of similar heads beside it."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QWidget

from gui.theme import SPACE
from gui.views.atlas_view import AtlasView
from gui.views.head_map import HeadMap

_SIDE: Final = 260  # pixels that the map needs beside the mosaic
_SCROLL_BAR: Final = 16


class AtlasArea(QWidget):
    """Scrolls the mosaic where it needs more room, and shows the map where some is left."""

    map_shown = Signal()

    def __init__(self, atlas: AtlasView, heads: HeadMap, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._atlas, self._map, self._alone = atlas, heads, False
        self.scroll_area = QScrollArea()
        self.scroll_area.setWidget(atlas)
        self.scroll_area.setWidgetResizable(True)
        self.scroll_area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        row.addWidget(self.scroll_area)
        row.addWidget(heads, 1)
        heads.hide()
        atlas.current_moved.connect(self._reveal)
        atlas.placed.connect(self._share)

    @property
    def map_seen(self) -> bool:
        """Whether the map is shown, beside the mosaic or alone."""
        return not self._map.isHidden()

    def show_map_alone(self, *, alone: bool) -> None:
        """Show the map without the mosaic, or the mosaic."""
        self._alone = alone
        self._share()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Tell the mosaic how much room there is."""
        super().resizeEvent(event)
        self._atlas.set_room(self.width(), self.height())
        self._share()

    def _share(self) -> None:
        """Give the mosaic what it needs and the map what is left, where that is enough."""
        across = int(self._atlas.atlas.size[0]) + _SCROLL_BAR
        beside = self.width() - across - SPACE >= _SIDE
        self.scroll_area.setVisible(not self._alone)
        before = self.map_seen
        self._map.setVisible(self._alone or beside)
        if self.map_seen and not before:
            self.map_shown.emit()
        self.scroll_area.setMaximumWidth(across if beside else self.maximumWidth())
        self.scroll_area.setMinimumWidth(across if beside else 0)

    def _reveal(self, head: object) -> None:
        """Scroll so that the current head is seen."""
        box = self._atlas.box_of(head) if isinstance(head, tuple) else None
        if box is not None:
            x, y, width, height = box
            self.scroll_area.ensureVisible(
                int(x + width / 2), int(y + height / 2), int(width), int(height)
            )
