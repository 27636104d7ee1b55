"""The laboratory of the model in front: kept while it is seen, counted while it is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from models.api import Model
from models.byte_cache import ByteCache
from models.experiments.laboratory import Laboratory

EXPERIMENTS: Final = "experiments"  # whose memory it is


class KeptLaboratory:
    """Makes the laboratory of one model, and lets go of it when another comes to the front.

    Out of sight its sessions count in ``memory``, and go when it is full, unless ``busy``.
    """

    def __init__(self, memory: ByteCache[Any], busy: Callable[[], bool]) -> None:
        self._memory, self._busy = memory, busy
        self._made: Laboratory | None = None

    def of(self, model: Model | None) -> Laboratory | None:
        """Return the laboratory of ``model``, made where it is not kept."""
        self.follow(model)
        if self._made is None and model is not None:
            self._made = Laboratory(model)
        return self._made

    def follow(self, model: Model | None) -> None:
        """Let go of the laboratory of any other model."""
        if self._made is not None and self._made.model is not model:
            self._made = None
            self._memory.drop((EXPERIMENTS,))

    def count(self, *, seen: bool) -> None:
        """Count the sessions; those of experiments that are ``seen`` are in use, as a model is."""
        nbytes = 0 if seen or self._made is None else self._made.nbytes
        self._memory.hold((EXPERIMENTS,), nbytes, self._forget)

    def _forget(self) -> bool:
        if self._busy():
            return False
        if self._made is not None:
            self._made.let_go()
        return True
