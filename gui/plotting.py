"""What later pages are made of, pyqtgraph first: imported while a person looks at a row already."""

from __future__ import annotations

import threading
from importlib import import_module
from typing import Final

from PySide6.QtCore import QObject, Signal

# Modules of the pages that were never seen: the first look at one would wait for these.
_PAGES: Final = (
    "gui.panels.atlas_page",
    "gui.panels.lines_page",
    "gui.flow_source",
    "gui.panels.layers_page",
    "gui.compare_source",
    "gui.panels.compare_page",
)


class Plotting(QObject):
    """Imports pyqtgraph off the window's thread and tells ``ready`` from there, then the pages."""

    ready = Signal()

    def load(self) -> None:
        """Begin."""
        threading.Thread(target=self._import, name="mirante-plotting", daemon=True).start()

    def _import(self) -> None:
        import pyqtgraph  # noqa: F401, PLC0415  # slow, hence the thread

        self.ready.emit()
        for name in _PAGES:
            import_module(name)
