"""Layers of long inputs hold one mask together, and nothing that none of them needs."""

from __future__ import annotations

import weakref
from pathlib import Path

import numpy as np
import pytest

from models import api
from models.api import open_model
from models.encoded import Array
from models.layer_list import LayerList
from models.record import Layer
from models.tapped import TappedModel
from tests.helpers.tiny_models import FLOAT, HIDDEN, INT, Graph

LENGTH = 600  # a mask of 600 × 600 numbers has 1.4 MB


def _masked_model(path: Path, *, filled: bool) -> Path:
    """Two layers under one mask of tokens × tokens, added to the scores or filled in."""
    graph = Graph()
    hidden = graph.add("Gather", graph.weight(9, HIDDEN), "input_ids", axis=0)
    near = graph.add("Transpose", "near", perm=[0, 1, 3, 2])  # computed, as exporters do
    for _ in range(2):
        if not filled:
            hidden = graph.add("Add", hidden, graph.attention(hidden, bias=near))
            continue
        # Filled in anew by every layer, from one condition.
        far = graph.add("Less", near, graph.constant(np.array(-1, np.float32)))
        low = graph.constant(np.array(np.finfo(np.float32).min, np.float32))
        none = graph.constant(np.array(0, np.float32))
        bias = graph.add("Where", far, low, none)
        hidden = graph.add("Add", hidden, graph.attention(hidden, bias=bias))
    sizes: tuple[int | str, ...] = ("b", 1, "n", "m")
    return graph.save(path, hidden, [("input_ids", INT, ("b", "n")), ("near", FLOAT, sizes)])


def _feeds() -> dict[str, Array]:
    far = np.abs(np.subtract.outer(np.arange(LENGTH), np.arange(LENGTH))) > 3
    near = np.where(far, np.float32(-1e9), np.float32(0))[None, None]
    return {"input_ids": np.arange(LENGTH, dtype=np.int64)[None] % 9, "near": near}


@pytest.mark.parametrize("filled", [False, True])
def test_layers_under_one_mask_hold_it_once(tmp_path: Path, *, filled: bool) -> None:
    tapped = TappedModel.open(_masked_model(tmp_path / "masked.onnx", filled=filled))
    first, second = tapped.capture(_feeds()).layers
    assert first.bias is not None
    assert second.bias is not None
    assert first.bias.shape[-2:] == (LENGTH, LENGTH)
    assert np.shares_memory(first.bias, second.bias)
    assert first.row(300)[:, :290].max() == 0  # and it is the mask


def test_masks_that_differ_in_one_number_stay_apart() -> None:
    layers = LayerList([0, 1, 2], lambda i: _layer(i, changed=i == 1))
    assert not np.shares_memory(layers[0].bias, layers[1].bias)
    assert layers[1].bias is not None
    assert layers[1].bias[0, -1, -1] == 1
    assert np.shares_memory(layers[0].bias, layers[2].bias)


def test_what_layers_are_read_from_is_let_go_once_all_are_made() -> None:
    class Source:
        def read(self, index: int) -> Layer:
            return _layer(index, changed=False)

    source = Source()
    gone = weakref.ref(source)
    layers = LayerList([0, 1], source.read)
    del source
    assert layers[0].index == 0
    assert gone() is not None
    assert layers[1].index == 1
    assert gone() is None
    assert [layer.index for layer in layers] == [0, 1]


def test_layers_of_a_long_input_are_read_while_it_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = open_model(_masked_model(tmp_path / "masked.onnx", filled=False))
    assert _read_so_far(model.run_feeds(_feeds()).layers) < 2  # of two
    monkeypatch.setattr(api, "_READ_AHEAD", LENGTH)
    assert _read_so_far(model.run_feeds(_feeds()).layers) == 2


def _read_so_far(layers: object) -> int:
    assert isinstance(layers, LayerList)
    return len(layers._made)


def _layer(index: int, *, changed: bool) -> Layer:
    part = np.zeros((1, LENGTH, 2), np.float32)
    bias = np.zeros((1, LENGTH, LENGTH), np.float32)
    bias[0, -1, -1] = changed
    return Layer(index, "", part, part, part, scale=np.ones(1, np.float32), bias=bias)
