"""Places for what changes all the time, where a change inside moves nothing outside."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSplitter, QWidget


class Steady(QWidget):
    """Holds ``label`` in the size that it is given.

    A label in a layout has the whole window laid out again for every new text, which takes longer
    than to draw it. Here a new text is drawn and nothing else happens; only where a label that
    wraps needs other lines than it has is another height asked for.
    """

    def __init__(self, label: QLabel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label, self._asked = label, 0
        self.setSizePolicy(label.sizePolicy())
        label.setParent(self)

    def sizeHint(self) -> QSize:
        """As tall as the label likes to be; its words ask for no width."""
        return QSize(0, self._tall(self._label.sizeHint().height()))

    def minimumSizeHint(self) -> QSize:
        """Tall enough for the label, and no width: what does not fit is shortened by its owner."""
        return QSize(0, self._tall(self._label.minimumSizeHint().height()))

    def heightForWidth(self, width: int) -> int:
        """As many lines as the label needs, where it wraps."""
        return self._label.heightForWidth(width)

    def event(self, event: QEvent) -> bool:
        """Ask for another height when other words need another number of lines."""
        if event.type() == QEvent.Type.LayoutRequest and self._label.wordWrap():
            tall = self.heightForWidth(self.width())
            if tall != self._asked:
                self._asked = tall
                self.updateGeometry()
        return super().event(event)

    def _tall(self, usual: int) -> int:
        wraps = self._label.wordWrap() and self.width() > 0
        return self.heightForWidth(self.width()) if wraps else usual

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the label all the room."""
        super().resizeEvent(event)
        self._label.resize(event.size())

    def changeEvent(self, event: QEvent) -> None:
        """Ask for another height when the font changes."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.updateGeometry()


class Covered(QWidget):
    """Holds ``part`` and, while there is nothing to show, ``cover`` in its very place.

    Where one of the two in a layout takes the place of the other, the window is laid out again,
    and what stands beside them changes its size for as long as the cover is seen.
    """

    def __init__(self, cover: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cover, self._part = cover, cover
        self._asked: tuple[QSize, QSize] | None = None
        self._hold(cover)

    def set_part(self, part: QWidget) -> None:
        """Hold what is covered; from now on it alone says how much room is asked for."""
        self._part = part
        self._hold(part)
        self._ask()

    def set_covered(self, *, covered: bool) -> None:
        """Show the cover, or the part in its place."""
        self._cover.setVisible(covered or self._part is self._cover)
        if self._part is not self._cover:
            self._part.setVisible(not covered)

    def _hold(self, widget: QWidget) -> None:
        self.setSizePolicy(widget.sizePolicy())
        widget.setParent(self)
        widget.setGeometry(self.rect())

    def _ask(self) -> None:
        asked = self.sizeHint(), self.minimumSizeHint()
        if asked != self._asked:
            self._asked = asked
            self.updateGeometry()

    def sizeHint(self) -> QSize:
        """As the part."""
        return self._part.sizeHint()

    def minimumSizeHint(self) -> QSize:
        """As the part."""
        return self._part.minimumSizeHint()

    def event(self, event: QEvent) -> bool:
        """Ask for other room only when the part needs it."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._ask()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give both all the room."""
        super().resizeEvent(event)
        for widget in (self._cover, self._part):
            widget.resize(event.size())


class SteadySplitter(QSplitter):
    """Shares its room again when a part has come to need more, or less, than it did.

    A layout asks for that after every change inside of it, whether its needs are other ones or
    not, and a splitter has the whole window laid out again.
    """

    def __init__(self, orientation: Qt.Orientation = Qt.Orientation.Horizontal) -> None:
        super().__init__(orientation)
        self._needs: object = None

    def share_again(self) -> None:
        """Follow what the parts need now; nothing by itself."""

    def event(self, event: QEvent) -> bool:
        """Pass over a request that asks for nothing new."""
        if event.type() == QEvent.Type.LayoutRequest:
            needs = self._needed()
            if needs == self._needs:
                return True
            self._needs = needs
            self.share_again()
        return super().event(event)

    def _needed(self) -> object:
        """Return everything that a splitter goes by."""
        parts = (self.widget(place) for place in range(self.count()))
        needs = [_needed(part) for part in parts if part is not None]
        return self.orientation(), self.isVisible(), needs


def _needed(part: QWidget) -> object:
    policy = part.sizePolicy()
    policies = policy.horizontalPolicy(), policy.verticalPolicy(), policy.hasHeightForWidth()
    hints = part.sizeHint(), part.minimumSizeHint()
    return part.isHidden(), hints, part.minimumSize(), part.maximumSize(), policies
