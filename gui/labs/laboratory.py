"""Owns the state of the experiments and runs them one at a time; tells what changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal

from gui.controller import Controller
from gui.labs.found import by_head, fits, least_sure, same_bench
from gui.labs.keeping import KeptLaboratory
from gui.labs.performing import perform
from gui.labs.recipes import kind_of, recipe_for
from gui.labs.saving import save_outcome
from gui.labs.state import BENCHES, Kind, LabState, Loaded, Outcome, Place, Running
from gui.state import Shown
from gui.worker import Lane
from models.api import Model
from models.errors import MiranteError
from models.experiments.laboratory import Laboratory
from models.experiments.recipe import Recipe
from models.experiments.recipe_json import recipe_in
from models.record import Record
from models.runtime import Cancel


class LabController(QObject):
    """The one place that changes ``state``; every experiment runs in one lane, the newest wins."""

    changed = Signal()
    exported = Signal(str)  # the file's name
    export_failed = Signal(object)  # the exception
    _progressed = Signal(int, int, int)  # of which request, done, whole

    def __init__(self, controller: Controller, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.controller = controller
        self.state = LabState()
        self.lane = Lane("experiments", self)
        self._kept = KeptLaboratory(controller.memory, lambda: self.lane.busy)
        self._record: Record | None = None
        self._active = False
        self._number = self._exporting = 0
        self._look: tuple[object, ...] = ()
        self._offered: Outcome | None = None
        self._at: tuple[int, int, int | None] | None = None
        queued = Qt.ConnectionType.QueuedConnection
        self._progressed.connect(self._on_progress, queued)
        self.lane.done.connect(self._on_done, queued)
        self.lane.failed.connect(self._on_failed, queued)
        controller.shown_changed.connect(self._follow)
        controller.bench_changed.connect(self._follow)
        self._follow()

    # -- facts

    @property
    def shown(self) -> Shown | None:
        """What the window shows."""
        return self.controller.shown

    @property
    def model(self) -> Model | None:
        """The model in front."""
        return self.controller.bench.model

    @property
    def record(self) -> Record | None:
        """The run that experiments are made on."""
        return self.controller.bench.record

    @property
    def laboratory(self) -> Laboratory | None:
        """The laboratory of the model in front."""
        return self._kept.of(self.model)

    @property
    def place(self) -> Place | None:
        """Where the person looks: the pinned token, the layer, and the head of the steps."""
        shown = self.shown
        if shown is None:
            return None
        state = shown.state
        head, alone = shown.inspected_head, shown.one_head is not None
        return Place(state.layer, head, state.pinned, state.key, alone)

    def recipe(self, kind: Kind) -> Recipe | MiranteError:
        """Return the recipe as things are chosen now, or what is still missing."""
        place = self.place
        try:
            return recipe_for(kind, self.state, place or Place(0, 0))
        except MiranteError as error:
            return error

    def outcome(self, kind: Kind) -> Outcome | None:
        """Return what the last run of ``kind`` gave on the input that is shown."""
        return self.state.outcomes.get(kind)

    def stale(self, kind: Kind) -> bool:
        """Tell whether what came out was made with other choices than those in force."""
        found = self.outcome(kind)
        return found is not None and self.recipe(kind) != found.recipe

    # -- intents

    def set_active(self, *, active: bool) -> None:
        """Compute by itself only while somebody sees it."""
        self._active = active
        self._kept.count(seen=active)
        if active:
            self._run_live()

    def change(self, kind: Kind | None = None, **changes: object) -> None:
        """Change what is chosen; a recipe from a file stands no longer for ``kind``."""
        loaded = self.state.loaded
        if loaded is not None and kind is not None and same_bench(kind, loaded.kind):
            changes["loaded"] = None
        errors = {
            k: e for k, e in self.state.errors.items() if kind is None or not same_bench(k, kind)
        }
        self._set(errors=errors, **changes)
        self._let_go()
        self._mark_least_sure()
        self._run_live()

    def run(self, kind: Kind) -> None:
        """Make an experiment; what ran before is cancelled."""
        laboratory, record, place = self.laboratory, self.record, self.place
        recipe = self.recipe(kind)
        if laboratory is None or record is None or place is None:
            return
        if isinstance(recipe, MiranteError):
            self._set(errors={**self.state.errors, kind: recipe})
            return
        self._number += 1
        errors = {k: e for k, e in self.state.errors.items() if k != kind}
        self._set(running=Running(kind), errors=errors)
        told = partial(self._progressed.emit, self._number)
        self.lane.submit(
            lambda cancel: perform(
                kind, laboratory, record, recipe, place, progress=told, cancel=cancel
            )
        )

    def run_again(self, kind: Kind, **changes: object) -> None:
        """Change what is chosen and run at once, unless something long is under way."""
        self.change(kind, **changes)
        running = self.state.running
        if isinstance(self.recipe(kind), MiranteError):
            self._drop(kind)
        elif running is None or running.kind == kind:
            self.run(kind)

    def stop(self) -> bool:
        """Cancel what runs, and tell whether anything did."""
        runs = self.state.running is not None
        if runs:
            self.cancel()
        return runs

    def cancel(self) -> None:
        """Stop what runs; what came out before stays."""
        self._number += 1
        self.lane.cancel()
        self._set(running=None)

    def load(self, path: Path) -> None:
        """Read a recipe and run it; raises InputError when it is none."""
        recipe = recipe_in(path)
        kind = kind_of(recipe)
        self._set(loaded=Loaded(kind, recipe, path.name), bench=BENCHES[kind])
        self.run(kind)

    def export(self, kind: Kind, path: Path) -> None:
        """Write what came out into an .npz or .csv file."""
        laboratory, outcome = self.laboratory, self.outcome(kind)
        if laboratory is None or outcome is None:
            return
        self._number += 1
        self._set(running=Running(kind))
        self._exporting = self.lane.submit(partial(_export_job, laboratory, outcome, path))

    def close(self) -> None:
        """Stop and wait for the thread."""
        self.lane.close()

    # -- inside

    def _on_progress(self, number: int, done: int, whole: int) -> None:
        running = self.state.running
        if number == self._number and running is not None:
            self._set(running=replace(running, done=done, whole=whole))

    def _on_done(self, number: int, outcome: object) -> None:
        self._kept.count(seen=self._active)
        if number == self._exporting:
            self._set(running=None)
            self.exported.emit(str(outcome))
            return
        if number != self.lane.newest or not isinstance(outcome, Outcome):
            return
        if not self.controller.bench.holds(outcome.record):
            return  # another input is shown meanwhile
        self._set(running=None, outcomes={**self.state.outcomes, outcome.kind: outcome})
        self._mark_least_sure()
        self._run_live()

    def _on_failed(self, number: int, error: object) -> None:
        self._kept.count(seen=self._active)
        running = self.state.running
        if number != self.lane.newest or running is None:
            return
        assert isinstance(error, BaseException)  # noqa: S101  # what lanes send
        if number == self._exporting:
            self._set(running=None)
            self.export_failed.emit(error)
            return
        outcomes = {k: o for k, o in self.state.outcomes.items() if k != running.kind}
        errors: Mapping[Kind, BaseException] = {**self.state.errors, running.kind: error}
        self._set(running=None, outcomes=outcomes, errors=errors)

    def _let_go(self) -> None:
        """Cancel a run of what is not chosen any more: its result would be of nothing there."""
        running = self.state.running
        if running is None or self._exporting == self.lane.newest:
            return
        if isinstance(self.recipe(running.kind), MiranteError):
            self.cancel()

    def _drop(self, kind: Kind) -> None:
        outcomes = {k: o for k, o in self.state.outcomes.items() if k != kind}
        errors = {k: e for k, e in self.state.errors.items() if k != kind}
        self._set(outcomes=outcomes, errors=errors)

    def _follow(self) -> None:
        """Forget what was found on another input; go on with the row that is shown now."""
        record = self.record
        self._kept.follow(self.model)
        if record is not self._record:
            self._record = record
            if self.state.running is not None:
                self.cancel()
            heads = self.state.heads if fits(self.state, record) else ()
            self._set(outcomes={}, errors={}, heads=heads, weights=())
            self._mark_least_sure()
        place = self.place
        at = None if place is None else (place.layer, place.head, place.token)
        if at != self._at:
            self._at = at
            self._set(weights=(), errors={})  # both were about another row
            self._let_go()
        shown = self.shown
        look = (record, place, None if shown is None else shown.state.colour_map)
        if look != self._look:  # a pointer that moves over tokens changes nothing here
            self._look = look
            self.changed.emit()
        self._run_live()

    def _run_live(self) -> None:
        """Keep the arithmetic of the pinned row up to date: it costs no run of the model."""
        state = self.state
        seen = self._active and state.bench == "dropout" and state.running is None
        if not seen or self.record is None or "row_dropout" in state.errors:
            return
        recipe, found = self.recipe("row_dropout"), self.outcome("row_dropout")
        if not isinstance(recipe, MiranteError) and (found is None or found.recipe != recipe):
            self.run("row_dropout")

    def _mark_least_sure(self) -> None:
        """Have the tokens marked where dropout moved the model most; nothing without a run."""
        found = self.outcome("training")
        unsure: tuple[int, ...] = ()
        fresh = found is not None and not self.stale("training")
        if fresh and found is not None and not found.identical:
            unsure = least_sure(found)
        self.controller.change(unsure=unsure)

    def _offer_drifts(self) -> None:
        """Let the atlas have the ranking of heads, for as long as it is of what is shown."""
        found = None if self.stale("ranking") else self.outcome("ranking")
        if found is not self._offered:
            self._offered = found
            studied = None if found is None else found.studied
            self.controller.keep_drifts(None if studied is None else by_head(studied))

    def _set(self, **changes: object) -> None:
        new = replace(self.state, **changes)  # type: ignore[arg-type]
        if new != self.state:
            self.state = new
            self.changed.emit()
            self._offer_drifts()


def _export_job(laboratory: Laboratory, outcome: Outcome, path: Path, cancel: Cancel) -> str:
    save_outcome(laboratory, outcome, path, cancel=cancel)
    return path.name
