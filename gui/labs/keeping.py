"""The laboratory of the model in front: kept while it is seen, counted while it is not."""

from __future__ import annotations

import threading
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
        made = self._made
        if made is not None and made.model is not model:
            self._made = None
            self._memory.drop((EXPERIMENTS,))
            _let_go(made)

    def count(self, *, seen: bool) -> None:
        """Count the sessions; those of experiments that are ``seen`` are in use, as a model is."""
        nbytes = 0 if seen or self._made is None else self._made.nbytes
        self._memory.hold((EXPERIMENTS,), nbytes, self._forget)

    def _forget(self) -> bool:
        if self._busy():
            return False
        if self._made is not None:
            _let_go(self._made)
        return True


def _let_go(made: Laboratory) -> None:
    """Have the sessions destroyed elsewhere: five of the bundled model take 0.15 s."""
    threading.Thread(target=made.let_go, name="mirante-let-go", daemon=True).start()
