"""The one place where the state changes.

Views and menus call the intents below; the controller asks the lanes for work and tells the
window facts through its signals. It knows no widget.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from gui.bench import Bench
from gui.checking import Checking
from gui.feeding import Feed, LoadedPhoto, Ran, as_remembered, not_fed, opened_in
from gui.messages import INPUT, Message
from gui.moving import moved_to, opened_on
from gui.worker import Lane
from models.encoded import Modality
from models.errors import NotDownloadedError
from models.i18n import mark
from models.library import title_of
from models.providers.options import CPU
from models.remembered import remember
from models.sizes import Size

if TYPE_CHECKING:  # the window is painted before these are loaded
    from PIL import Image

    from models.corrections import Corrections


class Controller(Checking):
    """Owns both benches and every lane of background work."""

    bench_changed = Signal(object)  # Bench: now in front, or its model or input changed
    record_changed = Signal(object)  # Record: new, to be laid out
    model_ready = Signal(object)  # Model
    model_asked = Signal(str, bool)  # to be shown before it is opened; whether to look it up
    lesson_asked = Signal(object)  # the Path of a lesson that was dropped
    opening_changed = Signal(str)  # the name of what is being opened
    ended = Signal()  # something failed or was cancelled: what was is still in force
    busy_changed = Signal(bool)
    cost_asked = Signal(object)  # Ran: so large that it waits for ``run_agreed``

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._opening: str | None = None
        self._waiting = False  # the bench in front wants its model opened after that one
        self._reading = ""  # what the photo that was asked for last is called
        self.provider = CPU
        self.opener, self.runner = Lane("open", self), Lane("run", self)
        self.photos, self.trier = Lane("photo", self), Lane("try", self)
        self.corrections_path: Path | None = None  # where corrections outlive the session
        self._connect_lanes()

    def _connect_lanes(self) -> None:
        queued = Qt.ConnectionType.QueuedConnection
        for lane, done in (
            (self.opener, self._on_opened),
            (self.runner, self._on_ran),
            (self.photos, self._on_photo_loaded),
            (self.trier, self._on_tried),
        ):
            lane.done.connect(done, queued)
            lane.busy_changed.connect(self._on_lane_busy, queued)
        for lane in (self.runner, self.photos, self.trier):
            lane.failed.connect(self._on_failed, queued)
        self.opener.failed.connect(self._on_open_failed, queued)
        self.misread.connect(self._run)

    # -- facts

    @property
    def busy(self) -> bool:
        """Whether the person waits for something (the background check does not count)."""
        return any(lane.busy for lane in self._waited_for())

    @property
    def opening(self) -> str:
        """What people call the model that is being opened; empty when none is."""
        return "" if self._opening is None else title_of(self._opening)

    @property
    def loading(self) -> str:
        """What the photo that is being read, or run for the first time, is called; else empty."""
        if self.photos.busy:
            return self._reading
        waits = (self.busy or self.opening) and self.bench.record is None
        return self.bench.photo_name if waits and self._front == "image" else ""

    def _waited_for(self) -> tuple[Lane, ...]:
        return self.opener, self.runner, self.photos, self.trier

    # -- intents: models and inputs

    def open_model(self, reference: str | Path, variant: str = "") -> None:
        """Open a bundled name, a file, a folder or a model of the hub that is on this computer.

        What is shown stays until it succeeded.
        """
        wanted = str(reference)
        self._opening = wanted
        self.opening_changed.emit(self.opening)
        on, path = self.provider, self.corrections_path
        self.opener.submit(
            lambda cancel: as_remembered(
                opened_on(wanted, variant=variant, provider=on, cancel=cancel), path
            )
        )

    def set_provider(self, provider: str) -> None:
        """Run on another provider; input, pin, layer and heads stay, what is shown until then."""
        self.provider = provider
        self._move(self.bench)

    def _move(self, bench: Bench) -> None:
        model, on = bench.model, self.provider
        if model is not None and model.asked != on and self._opening is None:
            self.opening_changed.emit(model.title)
            self.opener.submit(lambda cancel: moved_to(model, on, cancel))

    def bring_front(self, modality: Modality) -> None:
        """Show the text or the image bench as it was left, opening its model when needed."""
        if modality != self._front:
            self._front = modality
            bench = self.bench
            self.bench_changed.emit(bench)
            if bench.record is not None:
                self.record_changed.emit(bench.record)
            self.shown_changed.emit(self.shown)
            self._move(bench)
        if self.bench.record is None:
            self._run(self.bench)
        else:
            self._check(self.bench)

    def set_text(self, text: str, pair: str | None = None) -> None:
        """Run a sentence, or a pair, bringing the text bench to the front."""
        bench = self._benches["text"]
        changed = (text, pair) != (bench.text, bench.pair)
        bench.text, bench.pair = text, pair
        if not changed and not self.busy:  # its run was cancelled or failed: asked for again
            changed = not bench.shows(text, pair)
        if self._front == "text":
            self.bench_changed.emit(bench)
        self.bring_front("text")
        if changed and bench.record is not None:
            self._run(bench)

    def set_photo(self, source: str | Path | bytes | Image.Image, *, name: str) -> None:
        """Load and run a photo, bringing the image bench to the front once it was read."""
        self._reading = name
        self.photos.submit(lambda _cancel: LoadedPhoto.read(source, name=name))

    def correct(self, corrections: Corrections) -> None:
        """Prepare inputs as corrected: tried at once, kept and remembered when that ran."""
        self._try(asked=corrections)

    def pick_size(self, size: Size | None) -> None:
        """Run the photo at another (height, width), None for the usual; kept when that ran."""
        self._try(size=size)

    def _try(self, **changes: object) -> None:
        if self.bench.model is not None:
            self.runner.cancel()
            self._stop_checking()
            feed = replace(Feed.of(self.bench), agreed=None, **changes)  # type: ignore[arg-type]
            self.trier.submit(feed.tried)

    def run_agreed(self, feed: Feed) -> None:
        """Run what waited because it takes much memory."""
        self.runner.submit(replace(feed, agreed=None).run)

    # -- stopping

    def escape(self) -> None:
        """Cancel what runs; with nothing running, release the pinned token."""
        if self.busy:
            self._opening = None
            for lane in self._waited_for():
                lane.cancel()
            self.busy_changed.emit(False)
            self.ended.emit()
            self._check(self.bench)
            self.message.emit(Message(mark("Cancelled. What you had is unchanged.")))
        else:
            self.change(pinned=None, key=None, hovered=None)

    def close(self) -> None:
        """Cancel everything and wait for the threads."""
        for lane in (*self._waited_for(), self.checker, self.measuring.lane):
            lane.close()

    # -- answers of the lanes

    def _run(self, bench: Bench) -> None:
        if bench.model is None:
            self._waiting = self._opening is not None  # what is being opened comes first
            if not self._waiting:
                self.open_model(bench.reference)
            return
        if not bench.has_input:
            if bench.modality == "text":
                hint = mark("Type a sentence to see its attention.")
                self.message.emit(Message(hint, about=INPUT))
            return
        self._stop_checking()
        self.runner.submit(Feed.of(bench).run)

    def _on_opened(self, _number: int, answer: object) -> None:
        model, refused = opened_in(answer)
        if refused is not None:
            words = Message.of(refused)
            self.message.emit(replace(words, kind="warning"))
        reference, self._opening = self._opening, None
        if model.modality not in self._benches:
            self.message.emit(Message.of(not_fed(model)))
            return
        bench = self._benches[model.modality]
        bench.put_model(model, reference=reference)
        front_waits = self._waiting and self._front != model.modality
        self._waiting = False
        self.model_ready.emit(model)
        if model.fell_back is not None:
            self._warn(model.fell_back)
        if not front_waits:
            self._front = model.modality
        self.bench_changed.emit(self.bench)
        self.shown_changed.emit(self.shown)
        self._tell(model.notices)
        self._run(bench)
        if front_waits:
            self._run(self.bench)

    def _on_tried(self, _number: int, ran: object) -> None:
        assert isinstance(ran, Ran)  # noqa: S101  # the lane's only result
        feed = ran.feed
        bench = self._benches[feed.modality]
        if bench.model is not feed.base:
            return  # another model was opened meanwhile
        bench.model, bench.size = feed.model, feed.size
        if feed.asked is not None and self.corrections_path is not None:
            model = feed.model
            remember(self.corrections_path, model.sha256, feed.asked, model=model.title)
        if ran.record is not None and feed.same_input(bench):
            self._on_ran(0, ran)
        elif bench is self.bench:
            self.bench_changed.emit(bench)
            self._run(bench)

    def _on_ran(self, _number: int, ran: object) -> None:
        assert isinstance(ran, Ran)  # noqa: S101  # the runner's only result
        record = ran.record
        bench = self._benches[ran.feed.modality]
        if record is None:
            if ran.cost is not None and bench is self.bench:
                self.cost_asked.emit(ran)
            return
        if ran.feed.model is not bench.model:
            return  # another model was opened meanwhile, and runs the same input
        bench.put_record(record, ran.outputs)
        if bench is self.bench:
            self.record_changed.emit(record)
            self.shown_changed.emit(self.shown)
            for notice in record.notices:
                self._warn(notice, about=INPUT)
            self._tell(record.encoded.notices, about=INPUT)
        self._check(bench)

    def _on_photo_loaded(self, _number: int, loaded: object) -> None:
        assert isinstance(loaded, LoadedPhoto)  # noqa: S101  # the lane's only result
        bench = self._benches["image"]
        bench.photo, bench.photo_name = loaded.photo.image, loaded.name
        had = bench.record is not None
        self.bring_front("image")
        if had:
            self._run(bench)
        self._tell(loaded.photo.notices)

    def _on_failed(self, _number: int, error: object) -> None:
        assert isinstance(error, BaseException)  # noqa: S101  # what lanes send
        self.message.emit(Message.of(error))
        self.ended.emit()
        self._check(self.bench)

    def _on_open_failed(self, number: int, error: object) -> None:
        self._opening, self._waiting = None, False
        if isinstance(error, NotDownloadedError):
            self.model_asked.emit(error.reference, True)  # the signal's shape
        else:
            self._on_failed(number, error)
        self.bench_changed.emit(self.bench)

    def _on_lane_busy(self, _busy: bool) -> None:  # noqa: FBT001  # the signal's shape
        self.busy_changed.emit(self.busy)
