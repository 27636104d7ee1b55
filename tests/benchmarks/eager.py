"""Against transformers: the text model's architecture, eager, with ``output_attentions=True``.

PyTorch and transformers are wanted only here: ``tests/benchmarks/requirements.txt``. The weights
are random, of the same shapes: the time of a pass does not depend on them, and nothing has to be
downloaded.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import sys
from collections.abc import Iterator, Mapping
from typing import Final

from models.api import open_model
from models.library import DEFAULT_TEXT_MODEL
from tests.benchmarks.measure import Result, ratio_in_turn

_GOAL: Final = 2.5
_TOKENS: Final = 128


def results(*, quick: bool) -> Mapping[str, Result]:
    """Return how many times faster a capture is, 128 tokens; nothing without PyTorch."""
    missing = [name for name in ("torch", "transformers") if not importlib.util.find_spec(name)]
    if missing:
        sys.stdout.write(
            f"Not compared with transformers: {' and '.join(missing)} not installed here "
            "(pip install -r tests/benchmarks/requirements.txt).\n"
        )
        return {}
    return dict(_compared(turns=6 if quick else 30))


def _compared(*, turns: int) -> Iterator[tuple[str, Result]]:
    torch = importlib.import_module("torch")  # only where they are installed
    transformers = importlib.import_module("transformers")

    model = open_model(DEFAULT_TEXT_MODEL)
    encoded = model.encode_text(" ".join(["casa"] * (_TOKENS - 2)))
    assert len(encoded.tokens) == _TOKENS
    settings = json.loads((model.files.onnx.parent / "config.json").read_text("utf-8"))
    config = transformers.BertConfig(**{k: v for k, v in settings.items() if k != "architectures"})
    config._attn_implementation = "eager"  # as attn_implementation="eager" when loading
    other = transformers.BertModel(config).eval()
    feeds = {k: torch.from_numpy(v.copy()) for k, v in encoded.feeds.items()}

    def eager() -> object:
        with torch.inference_mode():
            return other(**feeds, output_attentions=True).attentions

    def ours() -> object:
        return model.tapped.capture(encoded.feeds)

    ratio, theirs, own = ratio_in_turn(eager, ours, times=turns)
    name = f"{DEFAULT_TEXT_MODEL}.eager_over_tapped.{_TOKENS}_tokens"
    yield name, Result(ratio, "×", goal=_GOAL, lower_is_better=False)
    yield f"{DEFAULT_TEXT_MODEL}.eager.{_TOKENS}_tokens", Result(theirs, "ms")
    yield f"{DEFAULT_TEXT_MODEL}.tapped.{_TOKENS}_tokens", Result(own, "ms")
    yield "eager.threads", Result(float(torch.get_num_threads()), "threads")
