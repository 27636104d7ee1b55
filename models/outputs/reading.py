"""From a record to what the model says: each output goes to the first reader that knows it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

import numpy as np

from models.encoded import Array
from models.outputs.answer import read_answer
from models.outputs.base import Output, Plain
from models.outputs.classes import read_classes
from models.outputs.facts import Facts, facts_of
from models.outputs.guesses import read_guesses
from models.outputs.maps import read_map
from models.outputs.states import read_states, read_vector
from models.outputs.token_labels import read_token_labels
from models.record import Record

if TYPE_CHECKING:
    from models.api import Model

Reader = Callable[[str, Array, Facts], Output | None]

# The order matters: what is surest comes first.
_READERS: Final[tuple[Reader, ...]] = (
    read_guesses,
    read_token_labels,
    read_classes,
    read_states,
    read_vector,
    read_map,
)


def read_outputs(record: Record, model: Model) -> tuple[Output, ...]:
    """Return what ``model`` said in ``record``: every output once, in the order of the graph.

    Nothing is guessed: an output that no reader knows for sure is a ``Plain``. This is cheap;
    probabilities of long texts and statistics are computed when they are asked for.
    """
    return read_with(record.outputs, facts_of(record, model))


def read_with(outputs: Mapping[str, Array], facts: Facts) -> tuple[Output, ...]:
    """Return the outputs read with ``facts``; see ``read_outputs``."""
    arrays = {name: array for name, array in outputs.items() if isinstance(array, np.ndarray)}
    found: dict[str, Output] = {}
    answer = read_answer(arrays, facts)
    used: tuple[str, ...] = ()
    if answer is not None:
        used = answer[1]
        found[used[0]] = answer[0]
    for name, given in outputs.items():
        if name not in used:
            found[name] = _read(name, given, facts)
    return tuple(found[name] for name in outputs if name in found)


def _read(name: str, given: object, facts: Facts) -> Output:
    if not isinstance(given, np.ndarray):  # a sequence or a map of ONNX
        return Plain(name=name, shape=(), dtype=type(given).__name__)
    for reader in _READERS:
        output = reader(name, given, facts)
        if output is not None:
            return output
    return Plain(name=name, shape=tuple(given.shape), dtype=str(given.dtype), array=given)
