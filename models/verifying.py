"""What is read of a run, compared with what the runtime computed in another session."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from models.encoded import Array
from models.graph.edit import merged
from models.runtime import Cancel, Session
from models.tapping import Loader, Tapping, Tensors

# A layer that is further than this from what the runtime computed was not understood.
_WRONG: Final = 5e-3


class Verifier:
    """Runs a model with the runtime's own softmaxes and contexts tapped as well."""

    def __init__(self, loader: Loader) -> None:
        self._loader = loader
        self._made: tuple[Tapping, Session] | None = None

    def run(self, tapping: Tapping, feeds: Tensors, cancel: Cancel | None) -> dict[str, Array]:
        """Return every tensor of taps and checks of ``tapping``.

        Raises what ``Session.run`` raises, and ModelFileError when the file has changed.
        """
        if tapping.checkable:
            return tapping.session.run(feeds, cancel=cancel)
        made = self._made
        if made is not None and made[0] is tapping:
            return made[1].run(feeds, cancel=cancel)
        self._made = None
        edits = [edit for reader in tapping.readers for edit in (reader.taps, reader.checks)]
        session = self._loader.session(merged(edits), cancel)
        self._made = tapping, session
        return session.run(feeds, cancel=cancel)


def misread(tapping: Tapping, differences: Sequence[float | None]) -> list[int]:
    """Return which blocks are far from the runtime's own numbers, and could be tapped directly."""
    far = [i for i, gap in enumerate(differences) if gap is not None and not gap < _WRONG]
    return [i for i in far if tapping.readers[i].directly() is not None]


def compared(
    tapping: Tapping, checked: Tensors, own: Tensors, *, batch: int
) -> tuple[float | None, ...]:
    """Return each block's largest difference from the runtime's own numbers in ``checked``."""
    return tuple(
        reader.compare(checked, reader.read(own, batch=batch), batch=batch)
        for reader in tapping.readers
    )
