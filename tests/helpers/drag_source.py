"""A window full of one file to drag: the other end of a real drag and drop.

``python drag_source.py FILE X Y`` prints ``ready`` once it is on screen.
"""

from __future__ import annotations

import sys

from PySide6.QtCore import QMimeData, QPoint, Qt, QTimer, QUrl
from PySide6.QtGui import QDrag, QMouseEvent
from PySide6.QtWidgets import QApplication, QLabel


class Source(QLabel):
    """Pressing the mouse anywhere begins the drag."""

    def __init__(self, path: str) -> None:
        super().__init__("drag me")
        self._path = path
        self.setWindowFlag(Qt.WindowType.FramelessWindowHint)
        self.setFixedSize(160, 60)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        drag = QDrag(self)
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(self._path)])
        drag.setMimeData(mime)
        drag.setHotSpot(QPoint(0, 0))
        event.accept()
        drag.exec(Qt.DropAction.CopyAction)


def main() -> None:
    app = QApplication(sys.argv[:1])
    source = Source(sys.argv[1])
    source.move(int(sys.argv[2]), int(sys.argv[3]))
    source.show()
    QTimer.singleShot(300, lambda: print("ready", flush=True))  # noqa: T201
    app.exec()


if __name__ == "__main__":
    main()
