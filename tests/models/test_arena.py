"""What a long run took goes back to the system; what it gave stays as it was."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import onnxruntime as ort
import pytest

from models.arena import LONG, is_long
from models.encoded import Array
from models.runtime import Session
from models.tapped import TappedModel
from tests.helpers.tiny_models import save_text_model

LENGTH = 3_000
SCORES = 2 * LENGTH**2 * 4  # of two heads
on_linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads what Linux tells")


def _resident() -> int:
    status = Path("/proc/self/status").read_text("ascii").splitlines()
    return int(next(line for line in status if line.startswith("RssAnon")).split()[1]) * 1024


def _feeds(length: int) -> dict[str, Array]:
    ids = (np.arange(length, dtype=np.int64) * 7 % 40)[None]
    return {"input_ids": ids, "attention_mask": np.ones_like(ids)}


@on_linux
def test_a_long_run_leaves_only_what_it_gave(tmp_path: Path) -> None:
    tapped = TappedModel.open(save_text_model(tmp_path / "tiny.onnx"))
    tapped.capture(_feeds(20))
    before = _resident()
    layer = tapped.capture(_feeds(LENGTH)).layers[0]
    assert _resident() - before < SCORES / 2
    tapped.run_plain(_feeds(LENGTH))  # a second session of the same file
    assert _resident() - before < SCORES / 2
    assert layer.row(LENGTH - 1).sum(axis=1) == pytest.approx(1)


def test_a_long_run_gives_what_a_session_of_onnxruntime_gives(tmp_path: Path) -> None:
    path = save_text_model(tmp_path / "tiny.onnx")
    feeds = _feeds(LONG)
    theirs = ort.InferenceSession(str(path), providers=["CPUExecutionProvider"]).run(None, feeds)
    ours = Session(path).run(feeds)
    np.testing.assert_array_equal(ours["last_hidden_state"], theirs[0])
    assert ours["last_hidden_state"].flags.owndata


@pytest.mark.parametrize(("feeds", "shapes", "expected"), [
    ({"ids": np.zeros((1, LONG), np.int64)}, [], True),
    ({"ids": np.zeros((1, LONG - 1), np.int64)}, [(1, LONG - 1, LONG)], False),
    ({"pixels": np.zeros((1, 3, LONG, 1), np.float32)}, [(1, 12, 257, 64)], False),
    ({"pixels": np.zeros((1, 3, 4, 4), np.float32)}, [(1, 12, LONG, 64)], True),
])  # fmt: skip
def test_long_is_told_by_tokens_not_by_how_wide_a_model_or_photo_is(
    feeds: dict[str, Array], shapes: list[tuple[int, ...]], *, expected: bool
) -> None:
    values = [SimpleNamespace(shape=lambda s=s: s, is_tensor=lambda: True) for s in shapes]
    assert is_long(feeds, values) is expected
