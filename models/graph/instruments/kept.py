"""Sessions that were made, kept while there is room: each holds all weights of the model."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Final

from models.runtime import Session
from models.tapped import TappedModel

_HEAVY: Final = 200_000_000  # bytes of a file from which on few sessions are kept
_FEW: Final = 2
_MANY: Final = 5


class KeptSessions:
    """The sessions of one model by what was put into its graph; the last used are kept."""

    def __init__(self, tapped: TappedModel) -> None:
        self._tapped = tapped
        self._sessions: dict[Hashable, Session] = {}

    def get(self, wanted: Hashable, make: Callable[[], Session]) -> Session:
        """Return the session ``wanted``, made by ``make`` where it is not kept."""
        if wanted in self._sessions:
            self._sessions[wanted] = self._sessions.pop(wanted)  # the last used goes last
        else:
            self._make_room()
            self._sessions[wanted] = make()
        return self._sessions[wanted]

    def clear(self) -> None:
        """Let go of all."""
        self._sessions.clear()

    def _make_room(self) -> None:
        """Let go of the sessions that were not used for longest."""
        source = self._tapped.loader.source
        heavy = self._tapped.size > _HEAVY or source.relocation.folder is not None
        most = _FEW if heavy else _MANY
        for old in list(self._sessions)[: max(0, len(self._sessions) + 1 - most)]:
            del self._sessions[old]
