"""Measures of what counts, against NumPy written from the papers, head by head and key by key."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from models.api import Model, open_model
from models.counting import Asked, disagreement, shares
from models.encoded import Array, Encoded
from models.flow.flow import NotMeasurableError
from models.flow.measured import Measurer
from models.flow.norms import contributions
from models.flow.reader import FlowReader
from models.flow.rollout import rollout, rollout_row
from models.graph.edit import Edit
from models.graph.outflow import Outflow
from models.record import Layer, Provenance, Record
from models.tapped import TappedModel
from tests.helpers.records import layer as seeded
from tests.helpers.zoo import animals, runs

MODELS = Path(__file__).resolve().parents[2] / "assets" / "models"
LAYER = 4
TOLERANCE = 1e-5


@dataclass(frozen=True)
class Case:
    """One layer as it ran, with weights that this file reads out of the model by itself."""

    measurer: Measurer
    layer: Layer
    index: int
    kernel: Array
    bias: Array
    residual: Array
    norm: Callable[[Array, Array], Array] | None  # (summand, whole sum) to what becomes of it
    rest: Callable[[Array], Array] | None  # from the sum to the layer's output


def erf(array: Array) -> Array:
    return np.vectorize(math.erf)(array)


def centred(one: Array, whole: Array, gain: Array, epsilon: float) -> Array:
    deviation = np.sqrt(np.mean((whole - whole.mean()) ** 2) + epsilon)
    return (one - one.mean()) / deviation * gain


@cache
def bundled(name: str) -> Model:
    return open_model(name)


@cache
def e5() -> Case:
    model = bundled("multilingual-e5-small")
    record = model.run_text("O gato subiu no muro.")
    index = model.tapped.index

    def stored(name: str) -> Array:
        value = index.value(f"l{LAYER}.{name}")
        assert value is not None
        return np.asarray(value).astype(np.float64)

    def weight(name: str) -> Array:
        return stored(f"{name}.w_q") * np.repeat(stored(f"{name}.w_s16"), 32, axis=0)

    def rest(total: Array) -> Array:
        mid = centred(total, total, stored("aln.w"), 1e-12) + stored("aln.b")
        inner = mid @ weight("fi") + stored("fi.b")
        inner = inner * (1 + erf(inner / math.sqrt(2))) / 2
        out = inner @ weight("fo") + stored("fo.b") + mid
        return centred(out, out, stored("oln.w"), 1e-12) + stored("oln.b")

    return Case(
        measurer=Measurer(record, FlowReader(model.tapped)),
        layer=record.layers[LAYER],
        index=LAYER,
        kernel=weight("ao").reshape(record.layers[LAYER].heads, -1, 384),
        bias=stored("ao.b"),
        residual=tapped(model.tapped, record, f"encoder/layer.{LAYER - 1}/output/LayerNorm_out"),
        norm=lambda one, whole: centred(one, whole, stored("aln.w"), 1e-12),
        rest=rest,
    )


@cache
def dinov2() -> Case:
    model = bundled("dinov2-small")
    record = model.run(model.encode_image(noise_photo(), size=70))
    index = model.tapped.index
    before = f"backbone.encoder.layer.{LAYER}."
    place = f"/backbone/encoder/layer.{LAYER}/attention/output/dense/MatMul"
    node = next(n for n in index.nodes if n.name == place)
    whole, scale = index.value(f"{node.inputs[1]}_q"), index.value(f"{node.inputs[1]}_s")
    gain, bias = (
        index.value(before + x) for x in ("layer_scale1.lambda1", "attention.output.dense.bias")
    )
    assert whole is not None
    assert scale is not None
    assert gain is not None
    assert bias is not None
    kernel = whole.astype(np.float64) * scale * gain
    return Case(
        measurer=Measurer(record, FlowReader(model.tapped)),
        layer=record.layers[LAYER],
        index=LAYER,
        kernel=kernel.reshape(record.layers[LAYER].heads, -1, 384),
        bias=bias * gain,
        residual=tapped(
            model.tapped, record, f"/backbone/encoder/layer.{LAYER - 1}/Add_1_output_0"
        ),
        norm=None,
        rest=None,
    )


def noise_photo() -> object:
    from PIL import Image  # noqa: PLC0415  # only this helper draws

    noise = np.random.default_rng(3).integers(0, 255, (70, 70, 3), np.uint8)
    return Image.fromarray(noise)


def tapped(model: TappedModel, record: Record, name: str) -> Array:
    session = model.loader.session(Edit((name,)), None)
    return session.run(dict(record.encoded.feeds), [name])[name][0].astype(np.float64)


CASES = pytest.mark.parametrize("case", [e5, dinov2])


def summands(case: Case) -> Array:
    """Return y_ij^h = α_ij^h · v_j^h · W_O^h: [H, N, N, hidden] (Kobayashi 2020, equation 3)."""
    layer, kernel = case.layer, case.kernel
    weights = layer.weights()
    heads, tokens, _ = weights.shape
    found = np.zeros((heads, tokens, tokens, kernel.shape[2]))
    for h in range(heads):
        for j in range(tokens):
            turned = layer.value[h, j].astype(np.float64) @ kernel[h]
            for i in range(tokens):
                found[h, i, j] = weights[h, i, j] * turned
    return found


def asked(measure: str, **more: object) -> Asked:
    return Asked(measure, layer=LAYER, **more)  # type: ignore[arg-type]


@CASES
def test_what_each_token_adds_sums_to_the_attention_output(case: Callable[[], Case]) -> None:
    found = case()
    flow = found.measurer.flow(LAYER)
    ours = summands(found).sum(axis=(0, 2)) + found.bias
    np.testing.assert_allclose(flow.output, ours, atol=TOLERANCE)
    for token in (0, 3):
        weights = found.layer.row(token)
        added = contributions(found.layer, flow.kernel, weights).sum(axis=0) + flow.bias
        np.testing.assert_allclose(added, flow.output[token], atol=TOLERANCE)


@CASES
def test_value_weighted_is_the_weight_times_the_length_of_the_value(
    case: Callable[[], Case],
) -> None:
    found = case()
    layer = found.layer
    for heads in ((), (2,), (0, 4)):
        rows = np.zeros(layer.weights(0).shape)
        for h in heads or range(layer.heads):
            for j in range(rows.shape[1]):
                rows[:, j] += layer.weights(h)[:, j] * np.linalg.norm(layer.value[h, j])
        wanted = rows / rows.sum(axis=1, keepdims=True)
        ours = found.measurer.matrix(asked("value", heads=heads))
        np.testing.assert_allclose(ours, wanted, atol=TOLERANCE)


@CASES
def test_output_weighted_is_the_length_of_the_sum_over_heads(case: Callable[[], Case]) -> None:
    found = case()
    parts = summands(found)
    for heads in ([1], [0, 3], list(range(found.layer.heads))):
        lengths = np.linalg.norm(parts[heads].sum(axis=0), axis=-1)
        ours = found.measurer.matrix(asked("output", heads=tuple(heads)))
        np.testing.assert_allclose(ours, lengths / lengths.sum(1, keepdims=True), atol=TOLERANCE)
        row = found.measurer.lengths(asked("output", heads=tuple(heads)), 2)
        np.testing.assert_allclose(row, lengths[2], atol=TOLERANCE)


@CASES
def test_mixing_takes_residual_and_norm_into_account(case: Callable[[], Case]) -> None:
    found = case()
    added = summands(found).sum(axis=0)
    tokens = len(added)
    lengths, ratio = np.zeros((tokens, tokens)), np.zeros(tokens)
    for i in range(tokens):
        whole = added[i].sum(axis=0) + found.bias + found.residual[i]
        parts = added[i].copy()
        parts[i] += found.residual[i]
        if found.norm is not None:
            parts = np.stack([found.norm(part, whole) for part in parts])
        lengths[i] = np.linalg.norm(parts, axis=-1)
        others = np.linalg.norm(parts.sum(axis=0) - parts[i])
        ratio[i] = others / (others + lengths[i, i])
    ours = found.measurer.matrix(asked("mixing"))
    np.testing.assert_allclose(ours, lengths / lengths.sum(1, keepdims=True), atol=TOLERANCE)
    np.testing.assert_allclose(found.measurer.mixing_ratio(LAYER), ratio, atol=TOLERANCE)


@CASES
@pytest.mark.parametrize("guarded", [False, True])
def test_rollout_multiplies_half_the_weights_and_half_the_identity(
    case: Callable[[], Case], *, guarded: bool
) -> None:
    found = case()
    record = found.measurer.record
    special = record.encoded.special
    tokens = len(record.tokens)
    wanted = np.eye(tokens)
    for layer in record.layers[: LAYER + 1]:
        mean = layer.weights().astype(np.float64).mean(axis=0)
        for i in range(tokens):
            for j in range(tokens):
                if guarded and special[j] and i != j:
                    mean[i, j] = 0
            mean[i] /= mean[i].sum()
        wanted = (mean / 2 + np.eye(tokens) / 2) @ wanted
    ours = found.measurer.matrix(asked("rollout", guarded=guarded))
    np.testing.assert_allclose(ours, wanted, atol=TOLERANCE)
    np.testing.assert_allclose(ours.sum(axis=1), 1, atol=TOLERANCE)
    layers = list(record.layers[: LAYER + 1])
    row = rollout_row(layers, 2, guarded=special if guarded else None)
    np.testing.assert_allclose(row, wanted[2], atol=TOLERANCE)


def test_guarded_tokens_pass_nothing_on() -> None:
    rng = np.random.default_rng(0)
    layers = [
        Layer(i, "", rng.normal(size=(2, 4, 3)).astype(np.float32), *(
            rng.normal(size=(2, 4, 3)).astype(np.float32) for _ in range(2)
        ), np.ones(2, np.float32))
        for i in range(3)
    ]  # fmt: skip
    guarded = np.array([True, False, False, True])
    rolled = rollout(layers, guarded=guarded)
    assert np.all(rolled[1:3][:, [0, 3]] == 0)
    assert np.all(rolled[0, 1:3] > 0)
    assert rolled[0, 3] == 0


def test_value_zeroing_is_the_turn_of_the_layers_output() -> None:
    found = e5()
    assert found.rest is not None
    parts = summands(found).sum(axis=0)
    tokens = len(parts)
    wanted = np.zeros((tokens, tokens))
    for i in range(tokens):
        whole = parts[i].sum(axis=0) + found.bias + found.residual[i]
        usual = found.rest(whole)
        for j in range(tokens):
            other = found.rest(whole - parts[i, j])
            wanted[i, j] = 1 - usual @ other / np.linalg.norm(usual) / np.linalg.norm(other)
    for token in range(tokens):
        ours = found.measurer.lengths(asked("zeroing"), token)
        np.testing.assert_allclose(ours, wanted[token], atol=TOLERANCE)
    matrix = found.measurer.matrix(asked("zeroing"))
    np.testing.assert_allclose(matrix, wanted / wanted.sum(1, keepdims=True), atol=1e-4)


def test_value_zeroing_in_a_vision_model_zeroes_the_value_in_the_model_itself() -> None:
    """Zero one value where the model's own V is made: the state must turn as much."""
    found = dinov2()
    zeroed = found.measurer.lengths(asked("zeroing"), 3)
    flow = found.measurer.flow(LAYER)
    assert flow.state is not None
    state = flow.state.astype(np.float64)
    for key in (0, 5, 9):
        output = flow.output[3] - summands(found)[:, 3, key].sum(axis=0)
        again = rerun_rest(output + found.residual[3], tokens=len(state))
        cosine = again @ state[3] / np.linalg.norm(again) / np.linalg.norm(state[3])
        assert zeroed[key] == pytest.approx(1 - cosine, abs=TOLERANCE)


def rerun_rest(total: Array, *, tokens: int) -> Array:
    """Return the layer's output for one residual sum: norm, feed-forward, LayerScale."""
    index = bundled("dinov2-small").tapped.index
    before = f"backbone.encoder.layer.{LAYER}."
    assert tokens > 1

    def value(name: str) -> Array:
        found = index.value(name)
        assert found is not None
        return found.astype(np.float64)

    def weight(node: str) -> Array:
        name = next(n for n in index.nodes if n.name == node).inputs[1]
        return value(f"{name}_q") * value(f"{name}_s")

    place = f"/backbone/encoder/layer.{LAYER}/mlp"
    mid = centred(total, total, value(before + "norm2.weight"), 1e-6) + value(before + "norm2.bias")
    inner = mid @ weight(f"{place}/fc1/MatMul") + value(before + "mlp.fc1.bias")
    inner = inner * (1 + erf(inner / math.sqrt(2))) / 2
    out = inner @ weight(f"{place}/fc2/MatMul") + value(before + "mlp.fc2.bias")
    return total + out * value(before + "layer_scale2.lambda1")


@CASES
def test_hidden_special_tokens_leave_rows_that_sum_to_one(case: Callable[[], Case]) -> None:
    found = case()
    special = found.measurer.record.encoded.special
    for measure in ("weight", "output"):
        rows = found.measurer.matrix(asked(measure, hide_special=True))
        usual = found.measurer.matrix(asked(measure))
        assert np.all(rows[:, special] == 0)
        kept = usual[:, ~special] / usual[:, ~special].sum(axis=1, keepdims=True)
        np.testing.assert_allclose(rows[:, ~special], kept, atol=TOLERANCE)


def test_a_key_with_much_weight_and_little_vector_is_told() -> None:
    weights = np.array([0.71, 0.2, 0.09], np.float32)
    lengths = np.array([0.04, 0.6, 0.36], np.float32)
    found = disagreement(weights, lengths)
    assert found is not None
    assert (found.key, found.weight, found.vector) == (0, pytest.approx(0.71), pytest.approx(0.04))
    assert disagreement(weights, weights * 3) is None


def test_shares_of_nothing_are_nothing() -> None:
    np.testing.assert_array_equal(shares(np.zeros((2, 3), np.float32)), np.zeros((2, 3)))


ZOO = {animal.name: animal for animal in animals()}


@pytest.mark.parametrize(
    "name", ["bert/dyn23_sdpa", "bert/ortopt_ts17_eager", "deberta_v2/ts14_eager",
             "vit/ts17_sdpa", "modernbert/dyn18_sdpa", "swin/ts14_eager"],
)  # fmt: skip
def test_states_and_measures_of_other_exports_fit_together(name: str) -> None:
    record, tapped_model = run_of(name)
    reader = FlowReader(tapped_model)
    flow = reader.read(record)
    measurer = Measurer(record, reader)
    for index in range(len(record.layers)):
        layer = flow.layer(index)
        assert layer.relative < TOLERANCE
        for measure in ("value", "output", "mixing", "zeroing"):
            rows = measurer.matrix(Asked(measure, layer=index))  # type: ignore[arg-type]
            np.testing.assert_allclose(rows.sum(axis=1), 1, atol=TOLERANCE)
    if "swin" not in name:
        states = flow.states
        assert states is not None
        assert len(states) == len(record.layers) + 1


def test_measures_that_cannot_be_had_say_why() -> None:
    record, _ = run_of("bert/dyn23_sdpa")
    with pytest.raises(NotMeasurableError, match="not open"):
        Measurer(record).matrix(Asked("output", layer=0))


def run_of(name: str) -> tuple[Record, TappedModel]:
    animal = ZOO[name]
    model = TappedModel.open(animal.onnx)
    feeds = dict(next(runs(animal)).feeds)
    capture = model.capture(feeds)
    provenance = Provenance(name, "", "CPU", 0, ())
    return Record(Encoded("other", feeds, ()), capture.layers, capture.outputs, provenance), model


def test_a_map_of_very_many_tokens_is_refused_while_rows_are_not() -> None:
    rng = np.random.default_rng(0)
    query, key, value = rng.standard_normal((3, 1, 5000, 2), dtype=np.float32)
    layer = Layer(0, "", query, key, value, np.ones(1, np.float32))
    record = Record(Encoded("other", {}, ()), (layer,), {}, Provenance("", "", "CPU", 0, ()))
    measurer = Measurer(record)
    with pytest.raises(NotMeasurableError, match="5,000"):
        measurer.matrix(Asked("value", 0))
    wanted = layer.row(7)[0] * np.linalg.norm(value[0], axis=-1)
    ours = measurer.row(Asked("value", 0), 7)
    np.testing.assert_allclose(ours, wanted / wanted.sum(), atol=TOLERANCE)


@pytest.mark.parametrize("name", ["bert/ts14_eager", "bert/ortopt_ts17_eager", "roberta/ts17_sdpa"])
def test_the_normalised_sum_is_the_runtimes_own(name: str) -> None:
    record, model = run_of(name)
    reader = FlowReader(model)
    for index in range(len(record.layers)):
        flow, outflow = reader.read(record).layer(index), reader.outflows[index]
        assert isinstance(outflow, Outflow)
        assert outflow.norm is not None
        assert flow.after is not None
        total = flow.total()
        assert total is not None
        result = outflow.norm.result
        theirs = model.loader.session(Edit((result,)), None).run(record.encoded.feeds, [result])
        np.testing.assert_allclose(flow.after.apply(total), theirs[result][0], atol=TOLERANCE)


@pytest.mark.parametrize("name", ["bert/dyn18_sdpa", "vit/ts14_eager", "beit/ts14_eager"])
def test_the_rest_of_a_layer_run_alone_is_the_models_own(name: str) -> None:
    record, model = run_of(name)
    reader = FlowReader(model)
    flow = reader.read(record)
    for index in range(len(record.layers)):
        layer = flow.layer(index)
        tail = reader.tail(record, layer)
        assert tail is not None
        assert layer.residual is not None
        assert layer.state is not None
        np.testing.assert_allclose(
            tail.run(layer.output, layer.residual), layer.state, atol=TOLERANCE
        )


def test_layers_that_cannot_be_rolled_out_are_named_with_what_is_unlike() -> None:
    wide = [seeded(i, heads=2, tokens=tokens, size=4, seed=i) for i, tokens in enumerate((6, 6, 5))]
    assert rollout(wide[:2]).shape == (6, 6)
    with pytest.raises(NotMeasurableError, match=r"^Layers 1 and 3 do not hold the same tokens"):
        rollout(wide)
    fewer = replace(wide[0], key=wide[0].key[:, :3], value=wide[0].value[:, :3])
    with pytest.raises(NotMeasurableError, match=r"^Keys and queries of layer 1 are not the same"):
        rollout([fewer, wide[1]])
