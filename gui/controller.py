"""The one place where the state changes.

Views and menus call the intents below; the controller asks the lanes for work and tells the
window facts through its signals. It knows no widget.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QObject, Qt, Signal

from gui.bench import Bench
from gui.messages import Message
from gui.moving import compared, moved_to, opened_on
from gui.state import Shown, ViewState, resolve
from gui.worker import Lane
from models.api import Model
from models.encoded import Encoded, Modality, Notice
from models.errors import MiranteError, NotDownloadedError
from models.i18n import mark
from models.library import DEFAULT_IMAGE_MODEL, DEFAULT_TEXT_MODEL
from models.outputs import Output, read_outputs
from models.photo import Photo, load_photo
from models.providers.options import CPU
from models.record import Provenance, Record
from models.runtime import Cancel


@dataclass(frozen=True, eq=False)
class _LoadedPhoto:
    name: str
    photo: Photo


@dataclass(frozen=True, eq=False)
class _Ran:
    record: Record
    outputs: tuple[Output, ...]


class Controller(QObject):
    """Owns both benches and every lane of background work."""

    bench_changed = Signal(object)  # Bench: now in front, or its model or input changed
    record_changed = Signal(object)  # Record: new, to be laid out
    shown_changed = Signal(object)  # Shown | None
    model_ready = Signal(object)  # Model
    checked = Signal()  # the check against onnxruntime ended; see provenance
    model_asked = Signal(str, bool)  # to be shown before it is opened; whether to look it up
    opening_changed = Signal(str)  # the name of what is being opened
    busy_changed = Signal(bool)
    message = Signal(object)  # Message

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._benches: dict[Modality, Bench] = {
            "text": Bench("text", DEFAULT_TEXT_MODEL),
            "image": Bench("image", DEFAULT_IMAGE_MODEL),
        }
        self._front: Modality = "text"
        self._opening: str | None = None
        self.provider = CPU
        self.opener, self.runner = Lane("open", self), Lane("run", self)
        self.photos, self.checker = Lane("photo", self), Lane("check", self)
        self._connect_lanes()

    def _connect_lanes(self) -> None:
        queued = Qt.ConnectionType.QueuedConnection
        for lane, done in (
            (self.opener, self._on_opened),
            (self.runner, self._on_ran),
            (self.photos, self._on_photo_loaded),
            (self.checker, self._on_checked),
        ):
            lane.done.connect(done, queued)
            lane.busy_changed.connect(self._on_lane_busy, queued)
        for lane in (self.runner, self.photos, self.checker):
            lane.failed.connect(self._on_failed, queued)
        self.opener.failed.connect(self._on_open_failed, queued)

    # -- facts

    @property
    def bench(self) -> Bench:
        """The bench in front."""
        return self._benches[self._front]

    def bench_of(self, modality: Modality) -> Bench:
        """The bench for text or for images."""
        return self._benches[modality]

    @property
    def shown(self) -> Shown | None:
        """What is on screen, resolved; None before the first record."""
        bench = self.bench
        return None if bench.record is None else resolve(bench.state, bench.record)

    @property
    def provenance(self) -> Provenance:
        """Where the numbers on screen come from, with the check once it is known."""
        model, record = self.bench.model, self.bench.record
        assert model is not None  # noqa: S101  # asked only with a record on screen
        assert record is not None  # noqa: S101
        return replace(
            record.provenance,
            differences=model.differences,
            cpu_difference=model.cpu_difference,
        )

    @property
    def busy(self) -> bool:
        """Whether the person waits for something (the background check does not count)."""
        return self.opener.busy or self.runner.busy or self.photos.busy

    def shown_with_check(self) -> Shown | None:
        """What is on screen, its provenance completed by the check: what an export carries."""
        shown = self.shown
        if shown is None:
            return None
        return replace(shown, record=replace(shown.record, provenance=self.provenance))

    # -- intents: models and inputs

    def prepare(self, *, layer: int | None, heads: Sequence[int], token: int | None) -> None:
        """Look at this layer, these heads and this token as soon as something has run."""
        for bench in self._benches.values():
            wanted = -1 if layer is None else layer
            bench.state = replace(bench.state, layer=wanted, heads=tuple(heads), pinned=token)

    def keep_text(self, text: str) -> None:
        """Have a sentence at hand for a text model, without bringing it to the front."""
        self._benches["text"].text = text

    def open_model(self, reference: str | Path, variant: str = "") -> None:
        """Open a bundled name, a file, a folder or a model of the hub that is on this computer.

        What is shown stays until it succeeded.
        """
        wanted = str(reference)
        self._opening = wanted
        self.opening_changed.emit(Path(wanted).name)
        on = self.provider
        self.opener.submit(
            lambda cancel: opened_on(wanted, variant=variant, provider=on, cancel=cancel)
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

    def set_text(self, text: str, pair: str | None = None) -> None:
        """Run a sentence, or a pair, bringing the text bench to the front."""
        bench = self._benches["text"]
        changed = (text, pair) != (bench.text, bench.pair)
        bench.text, bench.pair = text, pair
        if self._front == "text":
            self.bench_changed.emit(bench)
        self.bring_front("text")
        if changed and bench.record is not None:
            self._run(bench)

    def set_photo(self, source: str | Path | bytes | Image.Image, *, name: str) -> None:
        """Load and run a photo, bringing the image bench to the front once it was read."""
        self.photos.submit(lambda _cancel: _LoadedPhoto(name, load_photo(source)))

    # -- intents: what is looked at

    def change(self, **changes: object) -> None:
        """Change the view state's fields by name and show the result."""
        bench = self.bench
        state = replace(bench.state, **changes)  # type: ignore[arg-type]
        if state != bench.state:
            bench.state = state
            self.shown_changed.emit(self.shown)

    def pick_layer(self, layer: int) -> None:
        """Show another layer, from 0; out of range goes to the nearest."""
        record = self.bench.record
        if record is not None:
            self.change(layer=min(max(layer, 0), len(record.layers) - 1))

    def step_layer(self, step: int) -> None:
        """Go ``step`` layers up or down."""
        if (shown := self.shown) is not None:
            self.pick_layer(shown.state.layer + step)

    def pick_heads(self, heads: Sequence[int]) -> None:
        """Show one head, or the mean of several; none means the mean of all."""
        self.change(heads=tuple(heads))

    def step_head(self, step: int) -> None:
        """Go round the heads one by one, the mean of all between the last and the first."""
        if (shown := self.shown) is None:
            return
        count = shown.layer.heads
        place = -1 if shown.one_head is None else shown.one_head
        place = (place + 1 + step) % (count + 1) - 1
        self.pick_heads(() if place < 0 else (place,))

    def click_token(self, token: int) -> None:
        """Pin a token's row, or release it when it is the pinned one."""
        pinned = None if self.bench.state.pinned == token else token
        self.change(pinned=pinned, key=None, hovered=None)

    def click_cell(self, query: int, key: int) -> None:
        """Pin a query and mark a key."""
        self.change(pinned=query, key=key, hovered=None)

    def step_query_key(self, queries: int, keys: int) -> None:
        """Move the selected cell of the heatmap, stopping at its edges."""
        if (shown := self.shown) is None:
            return
        state, layer = shown.state, shown.layer
        last_query, last_key = layer.query.shape[1] - 1, layer.key.shape[1] - 1
        query = min(max((state.pinned or 0) + queries, 0), last_query)
        self.click_cell(query, min(max((state.key or 0) + keys, 0), last_key))

    def pick_colour_map(self, name: str) -> None:
        """Use one colour map on both benches."""
        for bench in self._benches.values():
            bench.state = replace(bench.state, colour_map=name)
        self.shown_changed.emit(self.shown)

    def mark_key(self, key: int) -> None:
        """Mark a key of the pinned row, or unmark it."""
        self.change(key=None if self.bench.state.key == key else key)

    def hover_token(self, token: int | None) -> None:
        """Preview a token's row, or stop previewing."""
        self.change(hovered=token)

    def step_token(self, step: int) -> None:
        """Move the pin ``step`` visible tokens on, stopping at the ends."""
        record = self.bench.record
        if record is None:
            return
        places = record.encoded.visible
        pinned = self.bench.state.pinned
        now = places.index(pinned) if pinned in places else (-1 if step > 0 else len(places))
        self.change(pinned=places[min(max(now + step, 0), len(places) - 1)], hovered=None)

    def step_cell(self, rows: int, columns: int) -> None:
        """Move the pin in the patch grid, stopping at the edges."""
        record, pinned = self.bench.record, self.bench.state.pinned
        if record is None or record.encoded.grid is None:
            return
        grid, cells = record.encoded.grid, {t.cell: i for i, t in enumerate(record.tokens)}
        cell = None if pinned is None else record.tokens[pinned].cell
        row, column = cell or (grid.rows // 2, grid.columns // 2)
        wanted = (
            min(max(row + rows, 0), grid.rows - 1),
            min(max(column + columns, 0), grid.columns - 1),
        )
        self.change(pinned=cells.get(wanted, pinned), hovered=None)

    def escape(self) -> None:
        """Cancel what runs; with nothing running, release the pinned token."""
        if self.busy:
            self._opening = None
            for lane in (self.opener, self.runner, self.photos):
                lane.cancel()
            self.busy_changed.emit(False)
            self.message.emit(Message(mark("Cancelled. What you had is unchanged.")))
        else:
            self.change(pinned=None, key=None, hovered=None)

    def close(self) -> None:
        """Cancel everything and wait for the threads."""
        for lane in (self.opener, self.runner, self.photos, self.checker):
            lane.close()

    # -- answers of the lanes

    def _run(self, bench: Bench) -> None:
        if bench.model is None:
            if self._opening != bench.reference:
                self.open_model(bench.reference)
            return
        if not bench.has_input:
            if bench.modality == "text":
                hint = mark("Type a sentence to see its attention.")
                self.message.emit(Message(hint, kind="hint"))
            return
        model, text, pair = bench.model, bench.text, bench.pair
        photo, name = bench.photo, bench.photo_name

        def job(cancel: Cancel) -> _Ran:
            encoded: Encoded
            if photo is not None and bench.modality == "image":
                encoded = model.encode_image(photo, name=name)
            else:
                encoded = model.encode_text(text, pair)
            record = model.run(encoded, cancel=cancel)
            return _Ran(record, read_outputs(record, model))

        self.runner.submit(job)

    def _on_opened(self, _number: int, model: object) -> None:
        assert isinstance(model, Model)  # noqa: S101  # the opener's only result
        reference, self._opening = self._opening, None
        if model.modality not in self._benches:
            error = MiranteError(
                mark("{name} takes neither a text nor an image, so the window cannot feed it."),
                hint=mark("Run it from a script: main.py capture MODEL --feeds INPUTS.npz."),
                name=model.name,
            )
            self.message.emit(Message.of(error))
            return
        bench = self._benches[model.modality]
        bench.model, bench.reference = model, reference or bench.reference
        bench.record, bench.outputs = None, ()
        front_waits = self.bench.model is None and self._front != model.modality
        self.model_ready.emit(model)
        if model.fell_back is not None:
            self._warn(model.fell_back)
        if not front_waits:
            self._front = model.modality
        self.bench_changed.emit(self.bench)
        self.shown_changed.emit(self.shown)
        for notice in model.notices:
            self.message.emit(Message(notice.message, values=notice.values))
        self._run(bench)

    def _on_ran(self, _number: int, ran: object) -> None:
        assert isinstance(ran, _Ran)  # noqa: S101  # the runner's only result
        record = ran.record
        bench = self._benches[record.encoded.modality]
        bench.state = _settle(bench.state, old=bench.record, new=record)
        bench.record, bench.outputs = record, ran.outputs
        if bench is self.bench:
            self.record_changed.emit(record)
            self.shown_changed.emit(self.shown)
            for notice in record.notices:
                self._warn(notice)
            for notice in record.encoded.notices:
                self.message.emit(Message(notice.message, values=notice.values, kind="hint"))
        self._check(bench)

    def _on_photo_loaded(self, _number: int, loaded: object) -> None:
        assert isinstance(loaded, _LoadedPhoto)  # noqa: S101  # the lane's only result
        bench = self._benches["image"]
        bench.photo, bench.photo_name = loaded.photo.image, loaded.name
        had = bench.record is not None
        self.bring_front("image")
        if had:
            self._run(bench)
        for notice in loaded.photo.notices:
            self.message.emit(Message(notice.message, values=notice.values, kind="hint"))

    def _check(self, bench: Bench) -> None:
        model, record = bench.model, bench.record
        if model is None or record is None or model.checked:
            self.checked.emit()
            return
        self.checker.submit(lambda cancel: compared(model, record.encoded, cancel))

    def _on_checked(self, _number: int, strays: object) -> None:
        if isinstance(strays, Notice):
            self._warn(strays)
        self.checked.emit()

    def _warn(self, notice: Notice) -> None:
        self.message.emit(Message(notice.message, values=notice.values, kind="warning"))

    def _on_failed(self, _number: int, error: object) -> None:
        assert isinstance(error, BaseException)  # noqa: S101  # what lanes send
        self.message.emit(Message.of(error))

    def _on_open_failed(self, number: int, error: object) -> None:
        self._opening = None
        if isinstance(error, NotDownloadedError):
            self.model_asked.emit(error.reference, True)  # the signal's shape
        else:
            self._on_failed(number, error)
        self.bench_changed.emit(self.bench)

    def _on_lane_busy(self, _busy: bool) -> None:  # noqa: FBT001  # the signal's shape
        self.busy_changed.emit(self.busy)


def _settle(state: ViewState, *, old: Record | None, new: Record) -> ViewState:
    """Return the state for a new record: the pin stays only where the same token still stands.

    Otherwise the last text token is pinned, or CLS, or the middle patch, so that a row shows.
    The first record of all is shown at its last layer, unless a layer was asked for.
    """
    layer = state.layer
    if old is None and state.layer < 0:
        layer = len(new.layers) - 1
    pinned = state.pinned
    same = (
        pinned is not None
        and pinned < len(new.tokens)
        and (old is None or (pinned < len(old.tokens) and old.tokens[pinned] == new.tokens[pinned]))
    )
    if not same and (old is None or pinned is not None):
        pinned = default_pin(new)
    return replace(state, layer=layer, pinned=pinned, key=None, hovered=None)


def default_pin(record: Record) -> int | None:
    """Return the token whose row is worth seeing first."""
    tokens = record.tokens
    words = [i for i, t in enumerate(tokens) if t.kind == "text" and any(map(str.isalnum, t.label))]
    if words:
        return words[-1]
    special = [i for i, token in enumerate(tokens) if token.kind == "special"]
    if special:
        return special[0]
    return len(tokens) // 2 if tokens else None
