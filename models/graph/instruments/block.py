"""What every block's instruments have in common: what they are fed, and when they are refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, Protocol

import numpy as np

from models.encoded import Array
from models.errors import MiranteError
from models.graph.edit import Edit
from models.graph.instruments.wiring import PREFIX, Types
from models.i18n import mark, tr
from models.record import Layer

Kind = Literal["scores", "weights", "vectors"]
KINDS: Final[tuple[Kind, ...]] = ("scores", "weights", "vectors")


class InstrumentError(MiranteError):
    """An experiment cannot be made on this layer of this file; the sentence says why."""


@dataclass(frozen=True, eq=False)
class Settings:
    """What one block is fed; None leaves it as it is.

    ``bias`` [L, N, M] is added to the scores; weights become weights·``factor`` + ``addend``
    [L, N, M]; attention vectors become vectors·``gate`` [L, N, d] + ``constant`` [L, N, d]. Any
    axis may have size 1. L counts heads, or windows times heads.
    """

    bias: Array | None = None
    factor: Array | None = None
    addend: Array | None = None
    gate: Array | None = None
    constant: Array | None = None

    @property
    def kinds(self) -> frozenset[Kind]:
        """The instruments that these settings need."""
        found: set[Kind] = set()
        if self.bias is not None:
            found.add("scores")
        if self.factor is not None or self.addend is not None:
            found.add("weights")
        if self.gate is not None or self.constant is not None:
            found.add("vectors")
        return frozenset(found)

    def settled(self) -> Settings:
        """Return the same without arrays that change nothing."""
        zeros = (self.bias, self.addend, self.constant)
        bias, addend, constant = (None if a is None or not np.any(a) else a for a in zeros)
        factor, gate = (
            None if a is None or np.all(a == 1) else a for a in (self.factor, self.gate)
        )
        return Settings(bias, factor, addend, gate, constant)


class BlockInstruments(Protocol):
    """The instruments of one attention block."""

    @property
    def beside(self) -> bool:
        """Whether the file's own operators stay as they are and the change is added to them."""

    @property
    def names(self) -> tuple[str, ...]:
        """The tensors whose types and shapes must be known."""

    def refusal(self, kind: Kind) -> str | None:
        """Return why there is no instrument of this kind here, marked for people."""

    def shown(self, kinds: frozenset[Kind]) -> dict[str, str]:
        """Return what the file's outputs that are this block's weights become, by their names."""

    def edit(self, kinds: frozenset[Kind], types: Types) -> Edit:
        """Return the change to the graph; ``types`` tells what the file's tensors are."""

    @property
    def made(self) -> str:
        """The tensor of attention vectors; empty where the file has them as integers only."""

    def read(self, tensor: Array, *, batch: int, heads: int) -> Array:
        """Return ``made`` as attention vectors [L, N, d] of the batch's first row."""

    def feeds(
        self,
        settings: Settings,
        kinds: frozenset[Kind],
        *,
        shapes: Mapping[str, tuple[int, ...]],
        batch: int,
        layer: Layer,
    ) -> dict[str, Array]:
        """Return what the instruments of ``kinds`` are fed; ``layer`` is the base run's."""


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason marked for translation, put into words when the sentence around it is."""

    message: str

    def __str__(self) -> str:
        return tr(self.message)


def fed(number: int, what: str) -> str:
    """Return the name of the graph input for ``what`` of block ``number`` (from 0)."""
    return f"{PREFIX}/{number}/{what}"


def refused(number: int, reason: str) -> InstrumentError:
    """Return the error that says why block ``number`` (from 0) takes no such instrument."""
    return InstrumentError(
        mark("Layer {layer} does not allow this experiment: {reason}."),
        hint=mark("Choose another layer, or another file of this model."),
        layer=number + 1,
        reason=Reason(reason),
    )
