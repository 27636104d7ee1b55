"""The size of the photo: what can be chosen, and the question before any large run."""

from __future__ import annotations

from PySide6.QtCore import QObject

from gui.bench import Bench
from gui.controller import Controller
from gui.feeding import Feed, Ran
from gui.main_window import MainWindow
from gui.messages import Message
from models.errors import InputError
from models.offers import SizeOffer, free_memory, offer, offers


class Sizing(QObject):
    """Keeps the list of sizes true, and turns a choice into a run."""

    def __init__(self, controller: Controller, window: MainWindow) -> None:
        super().__init__(window)
        self.controller, self.window = controller, window
        self._waits: Feed | None = None  # until somebody agrees to what it takes
        self.box, self.question = window.source.pixels, window.source.question
        self.box.asked.connect(self._on_asked)
        self.box.refused.connect(self._on_refused)
        self.question.accepted.connect(self._on_accepted)
        controller.cost_asked.connect(self._on_cost_asked)
        self.question.declined.connect(self.box.show_now)
        for told in (controller.bench_changed, controller.record_changed):
            told.connect(self._follow)
        controller.ended.connect(self.box.show_now)

    def _follow(self) -> None:
        self.question.drop()
        bench = self.controller.bench
        if bench.modality != "image" or bench.model is None:
            self.box.set_facts((), now=None, asker=None)
            return
        model = bench.model
        free = model.image_encoder.free
        self.box.set_facts(
            offers(model),
            now=_now(bench),
            asker=(lambda size: offer(model, size)) if free else None,
        )

    def _on_asked(self, wanted: SizeOffer) -> None:
        self.question.drop()
        if wanted.large:
            self.question.ask(wanted, free=free_memory())
        else:
            self._run(wanted)

    def _on_cost_asked(self, ran: Ran) -> None:
        self._waits = ran.feed
        if ran.cost is not None:
            self.question.ask(ran.cost, free=free_memory())

    def _on_accepted(self, wanted: object) -> None:
        if isinstance(wanted, SizeOffer):
            self._run(wanted)
        elif self._waits is not None:
            self.controller.run_agreed(self._waits)

    def _run(self, wanted: SizeOffer) -> None:
        model = self.controller.bench.model
        usual = None if model is None else model.image_encoder.size
        self.controller.pick_size(None if wanted.size == usual else wanted.size)

    def _on_refused(self, error: InputError) -> None:
        self.controller.message.emit(Message.of(error))
        self.box.show_now()


def _now(bench: Bench) -> SizeOffer | None:
    """Return the size of the picture that is shown, else the one a run would have."""
    model, record = bench.model, bench.record
    assert model is not None  # noqa: S101  # asked only with a model
    encoder = model.image_encoder
    size = bench.size or encoder.size
    if record is not None and record.encoded.modality == "image":
        pixels = next(name for name, role in model.roles.items() if role == "pixels")
        size = encoder.canvas.size_of(record.encoded.feeds[pixels])
    if size is None:
        return None
    grid = None if record is None else record.encoded.grid
    shown = None if grid is None else (grid.rows, grid.columns)
    return SizeOffer(size, shown or encoder.patches.grid(size), None)
