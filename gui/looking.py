"""The intents about what is looked at: they change the view state and run nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from gui.bench import Bench
from gui.measuring import Measuring
from gui.state import Shown, resolve
from models.attention import Float
from models.byte_cache import ByteCache
from models.encoded import Modality
from models.library import DEFAULT_IMAGE_MODEL, DEFAULT_TEXT_MODEL
from models.record import Provenance, Record
from models.runtime import Cancel
from models.settings import HEATMAP


class Looking(QObject):
    """Owns the benches; tells with ``shown_changed`` what is to be seen of the one in front."""

    shown_changed = Signal(object)  # Shown | None

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._benches: dict[Modality, Bench] = {
            "text": Bench("text", DEFAULT_TEXT_MODEL),
            "image": Bench("image", DEFAULT_IMAGE_MODEL),
        }
        self._front: Modality = "text"
        self.drifts: Mapping[tuple[int, int], float] | None = None
        self.memory: ByteCache[Any] = ByteCache()  # of what can be computed again
        self.measuring = Measuring(self, memory=self.memory)
        self.measuring.changed.connect(self._on_measured)
        self.shown_changed.connect(self._measure)

    # -- facts

    @property
    def bench(self) -> Bench:
        """The bench in front."""
        return self._benches[self._front]

    def bench_of(self, modality: Modality) -> Bench:
        """The bench for text or for images."""
        return self._benches[modality]

    def bench_holding(self, record: Record) -> Bench | None:
        """The bench that ``record`` is of, None when something else was run since."""
        return next((bench for bench in self._benches.values() if bench.holds(record)), None)

    @property
    def shown(self) -> Shown | None:
        """What is on screen, resolved; None before the first record."""
        bench = self.bench
        if bench.record is None:
            return None
        return resolve(bench.state, bench.record, self.measuring)

    @property
    def provenance(self) -> Provenance:
        """Where the numbers on screen come from, with the check once it is known."""
        record, check = self.bench.record, self.bench.check
        assert record is not None  # noqa: S101  # asked only with a record on screen
        return record.provenance if check is None else check.told_in(record.provenance)

    def shown_with_check(self) -> Shown | None:
        """What is on screen, its provenance completed by the check: what an export carries."""
        shown = self.shown
        if shown is None:
            return None
        record, model = shown.record, self.bench.model
        measured = {} if model is None else self.measuring.matrices(record, model)
        carried = replace(record, provenance=self.provenance, measured=measured)
        return replace(shown, record=carried)

    def matrix_job(self, shown: Shown) -> Callable[[Cancel], Float]:
        """Return what computes the matrix of the measure that ``shown`` asks for."""
        model, measuring, asked = self.bench.model, self.measuring, shown.asked
        assert model is not None  # noqa: S101  # there is a record, so there is a model

        def job(cancel: Cancel) -> Float:
            measurer = measuring.measurer(shown.ran, model)
            tell = measuring.progressed.emit
            matrix = measurer.matrix(asked, cancel=cancel, progress=tell)
            measuring.found.emit(shown.ran, asked, matrix)
            return matrix

        return job

    def counted_job(self, shown: Shown) -> Callable[[Cancel], Record]:
        """Return what makes the record of ``shown`` seen through what counts, layer by layer."""
        model, measuring, asked = self.bench.model, self.measuring, shown.asked
        assert model is not None  # noqa: S101  # there is a record, so there is a model

        def job(cancel: Cancel) -> Record:
            from models.flow.measured_layers import measured_record  # noqa: PLC0415  # loads onnx

            return measured_record(measuring.measurer(shown.ran, model), asked, cancel)

        return job

    def _on_measured(self) -> None:
        self.shown_changed.emit(self.shown)

    def _measure(self, shown: Shown | None) -> None:
        self.measuring.want(shown, self.bench.model)

    # -- intents

    def keep_drifts(self, drifts: Mapping[tuple[int, int], float] | None) -> None:
        """Offer how far the output moved without each (layer, head); None takes that back."""
        if drifts is not self.drifts:
            self.drifts = drifts
            self.shown_changed.emit(self.shown)

    def prepare(
        self, *, layer: int | None, heads: Sequence[int], token: int | None, page: str = HEATMAP
    ) -> None:
        """Look at this layer, these heads, token and page as soon as something has run."""
        for bench in self._benches.values():
            wanted = -1 if layer is None else layer
            bench.state = replace(
                bench.state, layer=wanted, heads=tuple(heads), pinned=token, page=page
            )

    def keep_text(self, text: str) -> None:
        """Have a sentence at hand for a text model, without bringing it to the front."""
        self._benches["text"].text = text

    def change(self, **changes: object) -> None:
        """Change the view state's fields by name and show the result."""
        bench = self.bench
        if not changes.keys().isdisjoint(("layer", "heads")):
            changes.setdefault("marked", ())  # a set over layers is of those that were shown
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

    def pick_page(self, key: str) -> None:
        """Bring one of the map's pages to the front."""
        self.change(page=key)

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
