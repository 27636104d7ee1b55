"""Sessions that were made, kept while there is room: each holds all weights of the model."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Final

from models.runtime import Session
from models.tapped import TappedModel

_HEAVY: Final = 200_000_000  # bytes of a file from which on few sessions are kept
_FEW: Final = 2
_MANY: Final = 5
_FLOAT32: Final = 4  # bytes of a number


class KeptSessions:
    """The sessions of one model by what was put into its graph; the last used are kept."""

    def __init__(self, tapped: TappedModel) -> None:
        self._tapped = tapped
        self._sessions: dict[Hashable, Session] = {}

    def get(self, wanted: Hashable, make: Callable[[], Session]) -> Session:
        """Return the session ``wanted``, made by ``make`` where it is not kept."""
        session = self._sessions.pop(wanted, None)
        if session is None:
            self._make_room()
            session = make()
        self._sessions[wanted] = session  # the last used goes last
        return session

    @property
    def nbytes(self) -> int:
        """About how many bytes are kept: the runtime tells nothing, and computes in float32."""
        return len(self._sessions) * self._tapped.facts.weights * _FLOAT32

    def clear(self) -> None:
        """Let go of all, from any thread; one that runs goes when it has run."""
        gone, self._sessions = self._sessions, {}
        gone.clear()

    def _make_room(self) -> None:
        """Let go of the sessions that were not used for longest."""
        source = self._tapped.loader.source
        heavy = self._tapped.size > _HEAVY or source.relocation.folder is not None
        most = _FEW if heavy else _MANY
        for old in list(self._sessions)[: max(0, len(self._sessions) + 1 - most)]:
            self._sessions.pop(old, None)
