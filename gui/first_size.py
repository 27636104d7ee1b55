"""How large a window beside the main one is when it is first shown.

Left alone, Qt shows no window larger than two thirds of the screen, and takes the height of words
that wrap in place of a size hint; both cut what was made to be seen whole.
"""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QDialog

from gui.placing import fitted, frame_of


class FirstSize(QDialog):
    """A dialog that is first shown at its size hint, as far as its screen has room.

    Later it keeps the size that it was given.
    """

    def setVisible(self, visible: bool) -> None:  # noqa: FBT001  # Qt's own shape
        """Take the size hint before the first show."""
        if visible and not self.testAttribute(Qt.WidgetAttribute.WA_Resized):
            self._take_hint()
        super().setVisible(visible)

    def _take_hint(self) -> None:
        screen = (self.parentWidget() or self).screen()
        place = fitted(
            QRect(self.pos(), self.sizeHint()),
            available=screen.availableGeometry(),
            frame=frame_of(self),
            least=self.minimumSize(),
        )
        self.resize(place.size())
