"""Links of what counts, computed off the GUI thread, the newest wish only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from gui.path_source import PATIENCE, Counted
from gui.state import Shown
from gui.worker import Lane
from models.counting import Asked, Direction
from models.links import Filter, Links, links_counted, links_from, links_of
from models.record import Layer
from models.runtime import Cancel

if TYPE_CHECKING:
    from models.encoded import Encoded

_AT_ONCE: Final = 1_000_000  # weights, computed within a frame


@dataclass(frozen=True)
class LinksWish:
    """Which links: layers are equal only to themselves; ``token`` where only one's are drawn.

    ``token`` is below 0 where one is to be chosen first.
    """

    layer: Layer
    heads: tuple[int, ...]
    which: Filter
    asked: Asked
    token: int | None = None
    direction: Direction = "from"

    def soon(self, tokens: int) -> bool:
        """Whether its weights are there at once; a column of thousands of rows takes seconds."""
        column = self.token is not None and self.direction == "to"
        return not column or self.layer.heads * tokens**2 <= _AT_ONCE


class LinksSource(QObject):
    """Answers ``want`` with ``ready(wish, links)`` or ``failed(error)``; most weights at once.

    ``late`` tells that what was drawn before is no longer what is asked for.
    """

    ready = Signal(object, object)  # LinksWish, Links
    failed = Signal(object)  # BaseException
    late = Signal()

    def __init__(self, parent: QObject | None = None, *, counted: Counted | None = None) -> None:
        super().__init__(parent)
        self._counted = counted
        self.lane = Lane("links", self)
        queued = Qt.ConnectionType.QueuedConnection
        self.lane.done.connect(self._on_done, queued)
        self.lane.failed.connect(self._on_failed, queued)
        self._wish: LinksWish | None = None
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE)
        self._patience.timeout.connect(self.late)

    @property
    def busy(self) -> bool:
        """Whether an answer is to come."""
        return self._wish is not None

    def want(self, wish: LinksWish, shown: Shown) -> None:
        """Ask for the links of ``shown``."""
        if wish == self._wish:
            return
        self.stop()
        encoded = shown.record.encoded
        counted = None if wish.asked.plain else self._counted
        if counted is None and wish.soon(len(encoded.tokens)):
            self.ready.emit(wish, _links(wish, wish.layer, encoded))
            return
        self._wish = wish
        self._patience.start()
        job, place = None if counted is None else counted(shown), shown.state.layer

        def links(cancel: Cancel) -> tuple[LinksWish, Links]:
            layer = wish.layer if job is None else job(cancel).layers[place]
            return wish, _links(wish, layer, encoded)

        self.lane.submit(links)

    def stop(self) -> None:
        """Drop what is being computed."""
        self._wish = None
        self._patience.stop()
        self.lane.cancel()

    def _on_done(self, number: int, answer: object) -> None:
        if number == self.lane.newest and isinstance(answer, tuple):
            self._wish = None
            self._patience.stop()
            self.ready.emit(*answer)

    def _on_failed(self, number: int, error: object) -> None:
        if number == self.lane.newest:
            self._patience.stop()
            self._wish = None
            self.failed.emit(error)


def _links(wish: LinksWish, layer: Layer, encoded: Encoded) -> Links:
    heads, which = wish.heads, wish.which
    if wish.token is not None:
        return links_from(
            layer, encoded, heads, token=wish.token, which=which, direction=wish.direction
        )
    if wish.asked.plain:
        return links_of(layer, encoded, heads, which=which)
    return links_counted(layer, encoded, heads, which=which)
