"""pyqtgraph, which draws the heatmap: imported while the person already looks at a row."""

from __future__ import annotations

import threading

from PySide6.QtCore import QObject, Signal


class Plotting(QObject):
    """Imports it off the window's thread; ``ready`` is told from there."""

    ready = Signal()

    def load(self) -> None:
        """Begin."""
        threading.Thread(target=self._import, name="mirante-plotting", daemon=True).start()

    def _import(self) -> None:
        import pyqtgraph  # noqa: F401, PLC0415  # slow, hence the thread

        self.ready.emit()
