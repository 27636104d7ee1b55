"""One session with its taps: what is run, what is read out of it, and how windows are sorted."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from models.encoded import Array
from models.graph.axes import NotReplayable
from models.graph.block import Parts, Reader
from models.graph.diagnosis import explained
from models.graph.edit import Edit, merged
from models.graph.precision import bytes_beside
from models.graph.source import Build, ModelSource
from models.graph.windows import WindowPlan
from models.runtime import Cancel, LoadError, RuntimeOptions, Session

Tensors = Mapping[str, Array]


# A second session holds the weights once more. Above this the tensors that the check compares with
# are declared in the one session there is; they cost something only when they are fetched.
_TWO_SESSIONS_UP_TO: Final = 300_000_000


@dataclass(frozen=True, eq=False)
class Loader:
    """Makes sessions of one model file with different taps."""

    source: ModelSource
    options: RuntimeOptions

    @cached_property
    def heavy(self) -> bool:
        """Whether the weights are so large that they must be in memory only once."""
        source = self.source
        weights = source.file.stamp.size + bytes_beside(source.model.graph)
        return weights > _TWO_SESSIONS_UP_TO

    def session(self, edit: Edit, cancel: Cancel | None) -> Session:
        """Return a session of the model with ``edit`` made.

        Raises ModelFileError when onnxruntime refuses it, CancelledError when stopped.
        """
        try:
            return self._built(self.source.build(edit), cancel)
        except LoadError:
            # Weights left in the file are the one thing that another way of loading could mend.
            build = self.source.build(edit, whole=True)
        try:
            return self._built(build, cancel)
        except LoadError as error:
            raise explained(self.source.path, str(error)) from error

    def _built(self, build: Build, cancel: Cancel | None) -> Session:
        return Session(
            build.content,
            options=self.options,
            folder=build.folder,
            handed=build.handed,
            cancel=cancel,
        )


@dataclass(frozen=True, eq=False)
class Tapping:
    """A session in which every block of ``readers`` is tapped, and the windowed ones' windows.

    ``own`` are the file's own outputs, ``conditions`` those of branches. ``checkable`` tells that
    what the check compares with is tapped in this session too.
    """

    session: Session
    readers: tuple[Reader, ...]
    plans: tuple[WindowPlan | None, ...]
    taps: tuple[tuple[str, ...], ...]
    own: tuple[str, ...]
    conditions: tuple[str, ...] = ()
    checkable: bool = False

    def run(
        self, feeds: Tensors, wanted: Sequence[int], cancel: Cancel | None
    ) -> tuple[Tensors, float]:
        """Run once; return the tensors of the blocks ``wanted`` and the milliseconds it took."""
        every = list(wanted) == list(range(len(self.taps)))
        names = self._every if every else self._names(wanted)
        now = self.own + self.conditions
        start = time.perf_counter()
        tensors = self.session.fetch(feeds, names, now=now, cancel=cancel)
        return tensors, (time.perf_counter() - start) * 1000

    @cached_property
    def _every(self) -> list[str]:
        return self._names(range(len(self.taps)))

    def _names(self, wanted: Sequence[int]) -> list[str]:
        taps = (name for i in wanted for name in self.taps[i])
        return list(dict.fromkeys([*self.own, *self.conditions, *taps]))

    def unreadable(self, tensors: Tensors, wanted: Sequence[int], *, batch: int) -> list[int]:
        """Return which of the blocks ``wanted`` cannot be read as they are tapped."""
        return [i for i in wanted if self._read(i, tensors, batch) is None]

    def _read(self, index: int, tensors: Tensors, batch: int) -> Parts | None:
        try:
            return self.readers[index].read(tensors, batch=batch)
        except NotReplayable:
            return None

    def directly(
        self, loader: Loader, indices: Sequence[int], cancel: Cancel | None
    ) -> Tapping | None:
        """Return the same with the runtime's own weights tapped for the blocks ``indices``.

        None when one of them offers no such tap.
        """
        readers = list(self.readers)
        for i in indices:
            direct = readers[i].directly()
            if direct is None:
                return None
            readers[i] = direct
        return tap(loader, readers, self.plans, cancel)


def tap(
    loader: Loader,
    readers: Sequence[Reader],
    plans: Sequence[WindowPlan | None],
    cancel: Cancel | None,
) -> Tapping:
    """Load the model with all of ``readers`` tapped; in a heavy one also their checks."""
    edits = [reader.taps for reader in readers]
    windows = [Edit(plan.taps()) for plan in plans if plan is not None]
    checks = [reader.checks for reader in readers] if loader.heavy else []
    ways = Edit(tuple(way.tensor for way in loader.source.ways if not way.given))
    session = loader.session(merged([*edits, *windows, *checks, ways]), cancel)
    own = tuple(output.name for output in loader.source.model.graph.output)
    taps = tuple(edit.outputs for edit in edits)
    return Tapping(
        session,
        tuple(readers),
        tuple(plans),
        taps,
        own,
        conditions=ways.outputs,
        checkable=loader.heavy,
    )
