"""What models run on: the jobs that open and move them, and the menu that chooses."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Signal

from gui.controller import Controller
from gui.messages import Message
from gui.panels.run_on_menu import RunOnMenu
from gui.worker import Lane


class RunOn(QObject):
    """Fills the menu with what works here, looked up off the GUI thread when first wanted."""

    picked = Signal(str)  # a provider, to be remembered

    def __init__(self, controller: Controller, menu: RunOnMenu) -> None:
        super().__init__(menu)
        self.controller, self.menu = controller, menu
        self.lane = Lane("providers", self)
        queued = Qt.ConnectionType.QueuedConnection
        self.lane.done.connect(self._on_found, queued)
        self.lane.failed.connect(self._on_failed, queued)
        menu.asked.connect(self.look)
        menu.asked_again.connect(lambda: self.look(fresh=True))
        menu.picked.connect(self._on_picked)
        menu.aboutToShow.connect(self._mark)
        controller.bench_changed.connect(self._mark)

    def look(self, *, fresh: bool = False) -> None:
        """Find out what works here; ``fresh`` tries again what is remembered."""
        from models.providers.trying import candidates  # noqa: PLC0415  # not at start-up

        self.lane.submit(lambda cancel: candidates(fresh=fresh, cancel=cancel))

    def close(self) -> None:
        """Stop looking."""
        self.lane.close()

    def _on_found(self, _number: int, found: object) -> None:
        from models.providers.candidates import Candidate  # noqa: PLC0415  # not at start-up

        assert isinstance(found, tuple)  # noqa: S101  # what ``candidates`` returns
        self.menu.set_found([item for item in found if isinstance(item, Candidate)])
        self._mark()

    def _on_failed(self, _number: int, error: object) -> None:
        assert isinstance(error, BaseException)  # noqa: S101  # what lanes send
        self.controller.message.emit(Message.of(error))

    def _on_picked(self, provider: str) -> None:
        self.controller.set_provider(provider)
        self.picked.emit(provider)

    def _mark(self) -> None:
        model = self.controller.bench.model
        self.menu.set_current("" if model is None else model.tapped.provider)
