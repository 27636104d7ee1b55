"""Every file of the zoo: what is captured agrees with what PyTorch computed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from models.record import Layer
from models.runtime import RuntimeOptions
from models.tapped import TappedModel
from tests.helpers.zoo import Animal, Array, Run, animals, runs

ALL = animals()
FLOATING = [animal for animal in ALL if not animal.quantised]
BUNDLED = Path(__file__).resolve().parents[2] / "assets" / "models"
EXACT = RuntimeOptions(config={"session.disable_quant_qdq": "1"})


def _named(animal: Animal) -> str:
    return animal.name


@pytest.fixture(scope="module")
def opened() -> dict[str, TappedModel]:
    """Models opened once for all tests of this file."""
    return {}


def _open(opened: dict[str, TappedModel], animal: Animal) -> TappedModel:
    if animal.name not in opened:
        opened[animal.name] = TappedModel.open(animal.onnx)
    return opened[animal.name]


def _pairs(model: TappedModel, run: Run) -> Iterator[tuple[Layer, dict[str, Array]]]:
    layers = model.capture(run.feeds).layers
    assert len(layers) == len(run.blocks)
    yield from zip(layers, (dict(block) for block in run.blocks), strict=True)


@pytest.mark.parametrize("animal", FLOATING, ids=_named)
def test_weights_agree_with_pytorch(animal: Animal, opened: dict[str, TappedModel]) -> None:
    for run in runs(animal):
        for layer, block in _pairs(_open(opened, animal), run):
            rows = run.real(layer.query.shape[1])
            ours, theirs = layer.weights()[:, rows], block["attn"][:, rows]
            np.testing.assert_allclose(ours, theirs, rtol=0, atol=animal.tolerance)
            np.testing.assert_allclose(ours.sum(axis=-1), 1, rtol=0, atol=1e-5)


@pytest.mark.parametrize("animal", FLOATING, ids=_named)
def test_queries_keys_and_values_agree_up_to_one_number(
    animal: Animal, opened: dict[str, TappedModel]
) -> None:
    for run in runs(animal):
        for layer, block in _pairs(_open(opened, animal), run):
            for name, ours in (("q", layer.query), ("k", layer.key), ("v", layer.value)):
                rows = run.real(ours.shape[1])
                _assert_proportional(ours[:, rows], block[name][:, rows], animal.tolerance)


def _assert_proportional(ours: Array, theirs: Array, tolerance: float) -> None:
    ratio = float(np.vdot(ours, theirs) / np.vdot(theirs, theirs))
    assert ratio > 0
    np.testing.assert_allclose(ours / ratio, theirs, rtol=0, atol=tolerance * _size(theirs))


def _size(array: Array) -> float:
    return max(1.0, float(np.abs(array).max()))


@pytest.mark.parametrize("animal", FLOATING, ids=_named)
def test_attention_vectors_agree_with_pytorch(
    animal: Animal, opened: dict[str, TappedModel]
) -> None:
    for run in runs(animal):
        for layer, block in _pairs(_open(opened, animal), run):
            rows = run.real(layer.query.shape[1])
            ours, theirs = layer.vector()[:, rows], block["ctx"][:, rows]
            np.testing.assert_allclose(ours, theirs, rtol=0, atol=animal.tolerance * _size(theirs))


@pytest.mark.parametrize("animal", ALL, ids=_named)
def test_everything_agrees_with_the_runtimes_own_softmax_and_context(
    animal: Animal, opened: dict[str, TappedModel]
) -> None:
    """Quantised files have no other reference; half precision is rounded by the runtime."""
    limit = 5e-3 if "fp16" in animal.route else 1e-5
    for run in runs(animal):
        differences = _open(opened, animal).verify(run.feeds)
        assert len(differences) == len(run.blocks)
        assert all(gap is not None and gap < limit for gap in differences), differences


@pytest.mark.parametrize("animal", ALL, ids=_named)
def test_outputs_are_those_of_the_file_untapped(
    animal: Animal, opened: dict[str, TappedModel]
) -> None:
    model, run = _open(opened, animal), next(runs(animal))
    plain, tapped = model.run_plain(run.feeds), model.capture(run.feeds).outputs
    assert list(plain) == list(tapped) == [port.name for port in model.outputs]
    for name, values in plain.items():
        np.testing.assert_allclose(tapped[name], values, rtol=0, atol=2e-3 * _size(values))


@pytest.mark.parametrize("animal", ALL, ids=_named)
def test_what_is_captured_is_contiguous_float32(
    animal: Animal, opened: dict[str, TappedModel]
) -> None:
    for layer in _open(opened, animal).capture(next(runs(animal)).feeds).layers:
        for array in (layer.query, layer.key, layer.value, layer.scale):
            assert array.dtype == np.float32
        heads, queries, size = layer.query.shape
        assert layer.key.shape[0] == layer.value.shape[0] == heads
        assert layer.key.shape[2] == size
        assert layer.scale.shape == (heads,)
        if layer.bias is not None:
            np.broadcast_shapes(layer.bias.shape, (heads, queries, layer.key.shape[1]))


def test_layers_can_be_limited(opened: dict[str, TappedModel]) -> None:
    animal = next(a for a in ALL if a.name == "modernbert/ts14_eager")
    model, run = _open(opened, animal), next(runs(animal))
    some, every = model.capture(run.feeds, layers=[3, 1]), model.capture(run.feeds)
    assert [layer.index for layer in some.layers] == [3, 1]
    np.testing.assert_array_equal(some.layers[0].weights(), every.layers[3].weights())


def test_windows_hold_each_token_once_and_shifted_ones_are_shifted(
    opened: dict[str, TappedModel],
) -> None:
    animal = next(a for a in ALL if a.windowed)
    first, shifted, whole = _open(opened, animal).capture(next(runs(animal)).feeds).layers
    plain = np.arange(64).reshape(2, 4, 2, 4).transpose(0, 2, 1, 3).reshape(4, 16)
    rolled = np.roll(np.arange(64).reshape(8, 8), (-2, -2), (0, 1))
    moved = rolled.reshape(2, 4, 2, 4).transpose(0, 2, 1, 3).reshape(4, 16)
    np.testing.assert_array_equal(first.windows, plain)
    np.testing.assert_array_equal(shifted.windows, moved)
    assert whole.windows is None


@pytest.mark.parametrize("name", ["multilingual-e5-small", "dinov2-small"])
def test_bundled_models_match_the_runtime(name: str) -> None:
    model = TappedModel.open(BUNDLED / name / "model.onnx", options=EXACT)
    feeds: dict[str, Array] = {
        "input_ids": np.arange(3, 15)[None],
        "attention_mask": np.ones((1, 12), np.int64),
        "token_type_ids": np.zeros((1, 12), np.int64),
        "pixel_values": np.random.default_rng(0).standard_normal((1, 3, 56, 70), np.float32),
    }
    differences = model.verify({port.name: feeds[port.name] for port in model.inputs})
    assert len(differences) == 12
    assert all(gap is not None and gap < 1e-5 for gap in differences)


def test_facts_for_a_model_card(opened: dict[str, TappedModel]) -> None:
    model = _open(opened, next(a for a in ALL if a.name == "bert/ts17_sdpa"))
    assert model.embedding_rows == 176
    assert model.opset == 17
    assert model.producer.startswith("pytorch")
    assert model.provider == "CPUExecutionProvider"
    assert sum((model.nodes_by_provider or {}).values()) > 0
    assert model.blocks[0].pattern == "MatMul · Add · Softmax · Where · MatMul"
    assert not model.blocks[0].direct


def test_embedding_rows_are_known_of_fused_and_quantised_files(
    opened: dict[str, TappedModel],
) -> None:
    rows = {a.name: _open(opened, a).embedding_rows for a in ALL if a.name.startswith("bert/")}
    assert set(rows.values()) == {176}, rows


def test_vision_models_have_no_embedding_table(opened: dict[str, TappedModel]) -> None:
    animal = next(a for a in ALL if a.name == "vit/ts14_eager")
    assert _open(opened, animal).embedding_rows is None


@pytest.mark.parametrize(
    "name", ["bert/ortopt_ts17_eager", "bert/dyn23_sdpa", "bert/qdq_ts17_eager"]
)
def test_patterns_say_how_attention_is_written(name: str, opened: dict[str, TappedModel]) -> None:
    expected = {
        "bert/ortopt_ts17_eager": "com.microsoft Attention",
        "bert/dyn23_sdpa": "ai.onnx Attention",
        "bert/qdq_ts17_eager": "(weights tapped)",
    }
    animal = next(a for a in ALL if a.name == name)
    assert expected[name] in _open(opened, animal).blocks[0].pattern
