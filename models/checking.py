"""The check against the runtime, kept for each input: it is said only beside what it is of."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from models.encoded import Array
from models.record import CheckedOn, Provenance

_MOST_KEPT: Final = 1000


@dataclass(frozen=True, slots=True)
class Check:
    """What comparing one input gave: per layer the largest difference, None where not compared.

    ``on`` says what was run for it: the input itself, or a small sample instead of an input that
    is too large to compare; empty for a check that was not made. ``cpu`` is the largest
    difference from a run on the CPU, None where that was not compared.
    """

    differences: tuple[float | None, ...]
    on: CheckedOn = ""
    cpu: float | None = None

    def told_in(self, provenance: Provenance) -> Provenance:
        """Return ``provenance`` with this check in it."""
        return replace(
            provenance,
            differences=self.differences,
            checked_on=self.on,
            cpu_difference=self.cpu,
        )


class Checks:
    """The checks of one opened model by input; ``last`` is the one made last."""

    def __init__(self) -> None:
        self._kept: dict[bytes, Check] = {}
        self.last: Check | None = None

    def of(self, feeds: Mapping[str, Array]) -> Check | None:
        """Return the check of an input, None when it was not made."""
        return self._kept.get(fingerprint(feeds)) if self._kept else None

    def keep(self, feeds: Mapping[str, Array], check: Check) -> None:
        """Keep the check of an input, and let go of the oldest where there are many."""
        self._kept[fingerprint(feeds)] = self.last = check
        if len(self._kept) > _MOST_KEPT:
            del self._kept[next(iter(self._kept))]

    def forget(self) -> None:
        """Let go of all: the model is read in another way from now on."""
        self._kept.clear()


def fingerprint(feeds: Mapping[str, Array]) -> bytes:
    """Return a digest that equal inputs share and others do not."""
    digest = hashlib.blake2b(digest_size=16)
    for name in sorted(feeds):
        array = np.asarray(feeds[name])
        digest.update(f"{name} {array.dtype} {array.shape}\n".encode())
        digest.update(array.tobytes())
    return digest.digest()
