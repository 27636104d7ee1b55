"""Against transformers: the bundled text model, eager, with ``output_attentions=True``.

PyTorch and transformers are wanted only here: ``tests/benchmarks/requirements.txt``. Nothing is
downloaded: transformers is given the weights of the bundled file (``rebuilt.py``), and that its
attention is ours is measured too. Both use as many threads: one, whose time other programs
disturb least, and as many as there are cores.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np

from models.api import Model, open_model
from models.encoded import Encoded
from models.library import DEFAULT_TEXT_MODEL
from models.runtime import RuntimeOptions
from tests.benchmarks.measure import Result, best_in_turn
from tests.benchmarks.rebuilt import eager_model

_GOAL: Final = 2.5
_SAME: Final = 1e-4  # of a weight, between two runtimes' float32 after twelve layers
_TOKENS: Final = 128
_REST: Final = 0.03  # seconds, until the other runtime's threads no longer spin
_TEXT: Final = "O gato está no telhado e o cachorro late para ele à noite, mas ninguém acorda. "


def results(*, quick: bool) -> Mapping[str, Result]:
    """Return how many times faster a capture is, 128 tokens; nothing without PyTorch."""
    missing = [name for name in ("torch", "transformers") if not importlib.util.find_spec(name)]
    if missing:
        sys.stdout.write(
            f"Not compared with transformers: {' and '.join(missing)} not installed here "
            "(pip install -r tests/benchmarks/requirements.txt).\n"
        )
        return {}
    found: dict[str, Result] = {}
    for threads in dict.fromkeys((1, os.cpu_count() or 1)):
        found.update(_compared(threads=threads, turns=10 if quick else 60))
    return found


def _compared(*, threads: int, turns: int) -> Iterator[tuple[str, Result]]:
    torch = importlib.import_module("torch")  # only where they are installed
    torch.set_num_threads(threads)
    model = open_model(DEFAULT_TEXT_MODEL, options=RuntimeOptions(threads=threads))
    encoded = _of_length(model, _TOKENS)
    other = eager_model(model)
    feeds = {k: torch.from_numpy(v.copy()) for k, v in encoded.feeds.items()}

    def eager() -> tuple[np.ndarray, ...]:
        with torch.inference_mode():
            attentions = other(**feeds, output_attentions=True).attentions
        return tuple(layer.numpy()[0] for layer in attentions)

    def tapped() -> object:
        return model.tapped.capture(encoded.feeds)

    def looked_at() -> object:
        """What the window does: a run, and one token's row of one layer in every head."""
        return model.tapped.capture(encoded.feeds).layers[-1].row(1)

    def all_weights() -> tuple[np.ndarray, ...]:
        """What eager gives: the weights [H, N, N] of every layer."""
        return tuple(layer.weights() for layer in model.tapped.capture(encoded.feeds).layers)

    pairs = zip(eager(), all_weights(), strict=True)
    furthest = max(float(np.abs(theirs - own).max()) for theirs, own in pairs)
    of = f"{_TOKENS}_tokens.{threads}_threads"
    yield f"eager.largest_difference_of_a_weight.{of}", Result(furthest, "", goal=_SAME)
    for name, ours in (("tapped", tapped), ("row", looked_at), ("all_weights", all_weights)):
        theirs, own = best_in_turn(eager, ours, times=turns, rest=_REST)
        title = f"{DEFAULT_TEXT_MODEL}.eager_over_{name}.{of}"
        yield title, Result(theirs / own, "×", goal=_GOAL, lower_is_better=False)
        yield f"{title}.eager", Result(theirs, "ms")
        yield f"{title}.{name}", Result(own, "ms")


def _of_length(model: Model, tokens: int) -> Encoded:
    """Return a text of real words that has exactly so many tokens."""
    words: list[str] = []
    encoded = model.encode_text("a")
    for word in (_TEXT * tokens).split():
        if len(encoded.tokens) == tokens:
            return encoded
        longer = model.encode_text(" ".join([*words, word]))
        if len(longer.tokens) <= tokens:
            words.append(word)
            encoded = longer
    raise AssertionError(f"no text of {tokens} tokens")
