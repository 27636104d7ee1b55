"""Instruments in every file of the zoo: nothing at neutral values, the same whatever the route."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from onnx import helper, numpy_helper

from models.graph.instruments.block import KINDS, InstrumentError, Reason, Settings, refused
from models.graph.instruments.session import Instruments
from models.record import Layer
from models.tapped import TappedModel
from tests.helpers.sketch import Sketch, attention
from tests.helpers.zoo import Animal, animals, runs

EVERY = frozenset(KINDS)
ZOO = {animal.name: animal for animal in animals()}


def feeds_of(animal: Animal) -> dict[str, Any]:
    return dict(next(iter(runs(animal))).feeds)


@pytest.mark.parametrize("name", ZOO)
def test_neutral_instruments_change_no_bit(name: str) -> None:
    animal = ZOO[name]
    feeds = feeds_of(animal)
    tapped = TappedModel.open(animal.onnx)
    instruments = Instruments(tapped)
    ground = instruments.ground(feeds)
    session = ort.InferenceSession(animal.onnx, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    plain = dict(zip(names, session.run(names, feeds), strict=True)) if not animal.static else {}
    count = len(instruments.blocks)
    assert all(instruments.refusal(n, kind) is None for n in range(count) for kind in KINDS)
    played = instruments.play(ground, {}, structure=dict.fromkeys(range(count), EVERY))
    for output, array in plain.items():
        np.testing.assert_array_equal(played.outputs[output], array)
        np.testing.assert_array_equal(ground.outputs[output], array)
    for output, array in ground.outputs.items():
        np.testing.assert_array_equal(played.outputs[output], array)
    tolerance = 0.05 if animal.quantised else 2e-3 if "fp16" in name else 1e-5
    for number, made in instruments.vectors(ground, range(count)).items():
        layer = ground.layers[number]
        np.testing.assert_allclose(made, layer.weights() @ layer.value, rtol=0, atol=tolerance)


@pytest.mark.parametrize("name", ["bert/dyn18_sdpa", "bert/dyn23_sdpa", "roberta/dyn18_eager"])
def test_a_run_with_nothing_changed_has_the_base_runs_hidden_states_bit_for_bit(name: str) -> None:
    """In these files one tap more makes the runtime fuse less, and the last bits differ."""
    animal = ZOO[name]
    instruments = Instruments(TappedModel.open(animal.onnx))
    ground = instruments.ground(feeds_of(animal))
    played = instruments.play(ground, {})
    assert sorted(ground.hidden) == [-1, 0, 1]
    for layer, array in ground.hidden.items():
        np.testing.assert_array_equal(played.hidden[layer], array)


def test_a_multiplied_state_is_told_as_the_first_layer_is_given_it(tmp_path: Path) -> None:
    """Also where the file itself has the embeddings among its outputs."""
    model = onnx.load(ZOO["bert/ts14_eager"].onnx)
    plain = Instruments(TappedModel.open(ZOO["bert/ts14_eager"].onnx))
    name = plain.states.states[-1]
    model.graph.output.append(helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None))
    onnx.save(model, tmp_path / "model.onnx")
    instruments = Instruments(TappedModel.open(tmp_path / "model.onnx"))
    ground = instruments.ground(feeds_of(ZOO["bert/ts14_eager"]))
    place = next(x for x in instruments.states.places if x.where == "embeddings")
    before = ground.hidden[-1]
    mask = np.random.default_rng(0).integers(0, 2, before.shape).astype(np.float32)
    played = instruments.play(ground, {}, hidden={place: mask})
    np.testing.assert_array_equal(ground.outputs[name], before)
    np.testing.assert_array_equal(played.hidden[-1], before * mask)
    np.testing.assert_array_equal(played.outputs[name], before * mask)


def settings(layer: Layer) -> dict[str, Settings]:
    """One of each instrument for a layer: head 1 off, a row of head 2 replaced, token 1 hidden."""
    heads, queries, keys = layer.heads, layer.query.shape[1], layer.key.shape[1]
    factor = np.ones((heads, queries, keys), np.float32)
    addend, bias = np.zeros_like(factor), np.zeros((heads, 1, keys), np.float32)
    factor[1, 2], addend[1, 2] = 0, np.arange(1, keys + 1) / np.arange(1, keys + 1).sum()
    bias[:, :, 1] = -np.inf
    gate = np.ones((heads, 1, 1), np.float32)
    gate[0] = 0
    return {
        "scores": Settings(bias=bias),
        "weights": Settings(factor=factor, addend=addend),
        "vectors": Settings(gate=gate),
        "all": Settings(bias, factor, addend, gate),
    }


ROUTES = {
    "bert/ts14_eager": (
        "bert/ts17_sdpa", "bert/dyn18_sdpa", "bert/dyn23_sdpa", "bert/ortopt_ts17_eager",
        "bert/mha_ts17_eager", "bert/ortall_ts17_sdpa", "bert/ext_ts17_eager",
        "bert/ts17_eager_static",
    ),
    "vit/ts14_eager": (
        "vit/ts17_sdpa", "vit/dyn18_sdpa", "vit/dyn23_sdpa", "vit/ortopt_ts17_eager",
    ),
    "distilbert/ts14_eager": ("distilbert/ortopt_ts17_eager",),
}  # fmt: skip


@pytest.mark.parametrize("plain", ROUTES)
def test_a_fused_file_answers_as_the_plain_one(plain: str) -> None:
    """The same weights, exported along other routes: fused operators are changed from beside."""
    expected = _played(ZOO[plain])
    for name in ROUTES[plain]:
        for ours, theirs in zip(_played(ZOO[name]), expected, strict=True):
            np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-5)


def _played(animal: Animal) -> list[np.ndarray]:
    """Return the first output with each instrument in turn, all in one session, and with all."""
    instruments = Instruments(TappedModel.open(animal.onnx))
    ground = instruments.ground(feeds_of(animal))
    first, found = next(iter(ground.outputs)), []
    for one in settings(ground.layers[0]).values():
        played = instruments.play(ground, {0: one}, states=False, structure={0: EVERY})
        found.append(played.outputs[first])
        assert np.abs(played.outputs[first] - ground.outputs[first]).max() > 1e-3
    return found


@pytest.mark.parametrize("name", ["bert/ts14_eager", "vit/ts14_eager", "swin/ts14_eager"])
def test_a_head_off_equals_a_graph_edited_by_hand(name: str, tmp_path: Path) -> None:
    """The test finds weights·v itself, multiplies head 1 by 0 and asks onnxruntime."""
    animal = ZOO[name]
    model = onnx.load(animal.onnx)
    softmax = next(n for n in model.graph.node if n.op_type == "Softmax")
    made = softmax.output[0]
    users = [n for n in model.graph.node if made in n.input]
    while users[0].op_type == "Cast":
        made = users[0].output[0]
        users = [n for n in model.graph.node if made in n.input]
    product = users[0]
    assert product.op_type == "MatMul"
    instruments = Instruments(TappedModel.open(animal.onnx))
    feeds = feeds_of(animal)
    ground = instruments.ground(feeds)
    layer = ground.layers[0]
    heads = layer.heads if layer.windows is None else layer.heads // len(layer.windows)
    closed = np.ones((1, heads, 1, 1), np.float32)
    closed[0, 0] = 0
    model.graph.initializer.append(numpy_helper.from_array(closed, "closed"))
    context = product.output[0]
    for node in model.graph.node:
        for i, x in enumerate(node.input):
            if x == context:
                node.input[i] = "gated"
    at = list(model.graph.node).index(product) + 1
    model.graph.node.insert(at, helper.make_node("Mul", [context, "closed"], ["gated"]))
    path = tmp_path / "edited.onnx"
    onnx.save(model, path)
    session = ort.InferenceSession(path, providers=["CPUExecutionProvider"])
    names = list(ground.outputs)
    expected = session.run(names, feeds)
    gate = np.ones((layer.heads, 1, 1), np.float32)
    gate[::heads] = 0
    played = instruments.play(ground, {0: Settings(gate=gate)})
    for output, array in zip(names, expected, strict=True):
        np.testing.assert_allclose(played.outputs[output], array, rtol=0, atol=1e-5)


def test_windows_are_told_apart() -> None:
    """A gate given for one window's head alone reaches no token of another window."""
    animal = ZOO["swin/ts14_eager"]
    instruments = Instruments(TappedModel.open(animal.onnx))
    ground = instruments.ground(feeds_of(animal))
    layer = ground.layers[0]
    assert layer.windows is not None
    heads = layer.heads // len(layer.windows)
    gate = np.ones((layer.heads, 1, 1), np.float32)
    gate[heads : 2 * heads] = 0  # the second window's heads
    played = instruments.play(ground, {0: Settings(gate=gate)}, layers=True)
    before, after = (state[0][0] for state in (ground.hidden, played.hidden))
    moved = np.flatnonzero(np.abs(after - before).max(axis=-1) > 0)
    assert set(moved.tolist()) == set(layer.windows[1].tolist())


@pytest.mark.parametrize(
    "name", ["bert/qdyn_ts14_eager", "bert/qdq_ts17_eager", "vit/qdyn_ts14_eager"]
)
def test_a_quantised_file_runs_on_with_what_was_changed(name: str) -> None:
    animal = ZOO[name]
    instruments = Instruments(TappedModel.open(animal.onnx))
    ground = instruments.ground(feeds_of(animal))
    own = settings(ground.layers[0])
    for what in ("scores", "weights", "vectors"):
        played = instruments.play(ground, {0: own[what]}, layers=True)
        first, second = (layers[1].query for layers in (ground.layers, played.layers))
        assert np.abs(first - second).max() > 1e-3
        np.testing.assert_array_equal(ground.layers[0].query, played.layers[0].query)
    hidden = instruments.play(ground, {0: own["scores"]}, layers=True).layers[0].weights()
    assert not hidden[:, :, 1].any()


H, N, D = 2, 5, 4


def sketched(s: Sketch, path: Path, context: str, *, order: tuple[int, ...]) -> np.ndarray:
    """Return attention vectors [H, N, D] of the file with row 2 of head 2 replaced."""
    file = s.save(path / "model.onnx", s.node("Identity", context))
    instruments = Instruments(TappedModel.open(file))
    ground = instruments.ground(s.feeds)
    played = instruments.play(ground, {0: settings(ground.layers[0])["all"]})
    array = next(iter(played.outputs.values()))
    return array.transpose(order).reshape(H, N, D)


def reference(q: np.ndarray, k: np.ndarray, v: np.ndarray) -> np.ndarray:
    bias = np.zeros((1, 1, N))
    bias[..., 1] = -np.inf
    weights = attention(q, k, bias=bias)
    weights[1, 2] = np.arange(1, N + 1) / np.arange(1, N + 1).sum()
    vectors = weights @ v
    vectors[0] = 0
    return vectors


def test_transposed_attention_takes_instruments(tmp_path: Path) -> None:
    """k·qᵀ, softmax over the axis before the last, vᵀ·w: every axis is somewhere else."""
    s = Sketch()
    q, k, v = (s.noise(x, 1, H, N, D) for x in "qkv")
    scores = s.node("MatMul", k, s.node("Transpose", q, perm=[0, 1, 3, 2]))
    weights = s.node("Softmax", scores, axis=-2)
    context = s.node("MatMul", s.node("Transpose", v, perm=[0, 1, 3, 2]), weights)
    found = sketched(s, tmp_path, context, order=(0, 1, 3, 2))
    np.testing.assert_allclose(found, reference(*(s.feeds[x][0] for x in "qkv")), atol=1e-5)


def test_einsum_attention_takes_instruments(tmp_path: Path) -> None:
    """Heads stand behind the tokens, and the weights' axes are in an order of their own."""
    s = Sketch()
    q, k, v = (s.noise(x, 1, N, H, D) for x in "qkv")
    scores = s.node("Einsum", q, k, equation="bihd,bjhd->bhij")
    weights = s.node("Softmax", scores, axis=-1)
    context = s.node("Einsum", weights, v, equation="bhij,bjhd->bihd")
    found = sketched(s, tmp_path, context, order=(0, 2, 1, 3))
    apart = [s.feeds[x][0].transpose(1, 0, 2) for x in "qkv"]
    np.testing.assert_allclose(found, reference(*apart), atol=1e-5)


def test_softmax_written_out_takes_instruments(tmp_path: Path) -> None:
    s = Sketch()
    q, k, v = (s.noise(x, 1, H, N, D) for x in "qkv")
    scores = s.node("MatMul", q, s.node("Transpose", k, perm=[0, 1, 3, 2]))
    top = s.node("ReduceMax", scores, axes=[-1], keepdims=1)
    powers = s.node("Exp", s.node("Sub", scores, top))
    total = s.node("ReduceSum", powers, s.whole(-1), keepdims=1)
    context = s.node("MatMul", s.node("Div", powers, total), v)
    found = sketched(s, tmp_path, context, order=(0, 1, 2, 3))
    np.testing.assert_allclose(found, reference(*(s.feeds[x][0] for x in "qkv")), atol=1e-5)


def test_a_layer_that_takes_none_says_why(tmp_path: Path) -> None:
    """Attention that divides by the sum only after the product with the values."""
    s = Sketch()
    q, k, v = (s.noise(x, 1, H, N, D) for x in "qkv")
    powers = s.node("Exp", s.node("MatMul", q, s.node("Transpose", k, perm=[0, 1, 3, 2])))
    total = s.node("ReduceSum", powers, s.whole(-1), keepdims=1)
    context = s.node("Div", s.node("MatMul", powers, v), total)
    file = s.save(tmp_path / "model.onnx", s.node("Identity", context))
    instruments = Instruments(TappedModel.open(file))
    ground = instruments.ground(s.feeds)
    own = settings(ground.layers[0])
    with pytest.raises(InstrumentError, match=r"Layer 1 does not allow this.*only after"):
        instruments.play(ground, {0: own["weights"]})
    off = instruments.play(ground, {0: own["vectors"]})
    assert not next(iter(off.outputs.values()))[0, 0].any()


def test_a_layer_tapped_otherwise_since_gets_new_instruments() -> None:
    """The check against the runtime may turn a layer to its own weights after the first run."""
    animal = ZOO["bert/ts14_eager"]
    tapped = TappedModel.open(animal.onnx)
    instruments = Instruments(tapped)
    feeds = feeds_of(animal)
    ground = instruments.ground(feeds)
    before = instruments.play(ground, {0: settings(ground.layers[0])["all"]}, layers=True)
    tapped._turn([0, 1], None)
    after = instruments.play(ground, {0: settings(ground.layers[0])["all"]}, layers=True)
    assert tapped.blocks[0].direct
    for ours, theirs in zip(after.layers, before.layers, strict=True):
        np.testing.assert_allclose(ours.weights(), theirs.weights(), atol=1e-6)
    for name, array in before.outputs.items():
        np.testing.assert_array_equal(after.outputs[name], array)


def test_the_reason_speaks_the_language_in_force() -> None:
    error = refused(2, "its operator does more to the scores than is known")
    assert isinstance(error.values["reason"], Reason)
    assert str(error).startswith("Layer 3 does not allow this experiment: its operator does more")
