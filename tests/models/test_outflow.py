"""What follows an attention block is found without running, and W_O gives the runtime's numbers."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from models.flow.constants import known_values
from models.graph.block import float32
from models.graph.edit import Edit
from models.graph.outflow import NoOutflow, Outflow, OutputWeights, normalised
from models.graph.outflow_read import outflows
from models.graph.outflow_weights import needed, output_weights
from models.tapped import TappedModel
from models.windowed import spread
from tests.helpers.zoo import Animal, animals, runs

MODELS = Path(__file__).resolve().parents[2] / "assets" / "models"
ANIMALS = {animal.name: animal for animal in animals()}
ROUTES = (
    "bert/ts17_sdpa", "bert/dyn18_sdpa", "bert/dyn23_sdpa", "bert/ortopt_ts17_eager",
    "bert/qdyn_ts14_eager", "vit/ts14_eager", "vit/dyn23_sdpa", "vit/ortopt_ts17_eager",
    "deberta_v2/ts14_eager", "modernbert/dyn18_sdpa", "swin/ts14_eager", "timm_vit/dyn18_sdpa",
)  # fmt: skip


@cache
def bundled(name: str) -> TappedModel:
    return TappedModel.open(MODELS / name / "model.onnx")


def found_in(model: TappedModel) -> list[Outflow]:
    found = outflows(model.index, [block.reader for block in model.blocks])
    assert not [each for each in found if isinstance(each, NoOutflow)]
    return [each for each in found if isinstance(each, Outflow)]


@pytest.mark.parametrize(
    ("name", "order"), [("multilingual-e5-small", "post"), ("dinov2-small", "pre")]
)
def test_the_layers_of_a_bundled_model_follow_each_other(name: str, order: str) -> None:
    model = bundled(name)
    layers = found_in(model)
    assert {layer.order for layer in layers} == {order}
    for before, after in pairwise(layers):
        assert before.state is not None
        assert after.residual is not None
        assert before.state.name == after.residual.name
    for layer in layers:
        assert layer.forward is not None
        for place in (layer.attention, layer.forward):
            ((node, entry),) = place.users
            assert model.graph.node[node].op_type == "Add"
            assert model.graph.node[node].input[entry] == place.name


def test_layer_scale_is_part_of_the_output_projection() -> None:
    model = bundled("dinov2-small")
    index, layer = model.index, found_in(model)[3]
    assert [step.node.op for step in layer.steps] == [
        "Transpose", "Reshape", "MatMul", "Add", "Mul",
    ]  # fmt: skip
    constants = known_values(index, needed(index, [layer]))
    weights = output_weights(index, layer, constants)
    assert isinstance(weights, OutputWeights)
    scale = index.value("backbone.encoder.layer.3.layer_scale1.lambda1")
    stored = known_values(index, [layer.steps[2].node.inputs[1]]).popitem()[1]
    assert scale is not None
    np.testing.assert_allclose(weights.kernel, stored * scale, rtol=1e-6)


@pytest.mark.parametrize("route", ROUTES)
def test_vectors_times_output_weights_are_the_output_that_the_runtime_adds(route: str) -> None:
    animal = ANIMALS[route]
    model = TappedModel.open(animal.onnx)
    layers = found_in(model)
    constants = known_values(model.index, needed(model.index, layers))
    feeds = first_feeds(animal)
    taps = tuple(name for layer in layers for name in layer.attention.taps())
    tapped = model.loader.session(Edit(taps), None).run(feeds, list(taps))
    captured = model.capture(feeds).layers
    for i, layer in enumerate(layers):
        weights = output_weights(model.index, layer, constants)
        assert isinstance(weights, OutputWeights)
        whole = spread(captured[i])
        ours = np.zeros((whole.query.shape[1], weights.kernel.shape[1])) + weights.bias
        for head in range(whole.heads):
            ours += whole.weights(head) @ whole.value[head] @ weights.per_head(whole.heads)[head]
        theirs = layer.attention.read(tapped).reshape(ours.shape)
        allowed = 0.05 if animal.quantised else 2e-5
        assert np.abs(ours - theirs).max() <= allowed * np.abs(theirs).max()


@pytest.mark.parametrize("route", ["bert/ts14_eager", "vit/ts14_eager", "dinov2_reg/ts14_eager"])
def test_a_norm_found_in_the_graph_is_the_one_that_the_runtime_applies(route: str) -> None:
    animal = ANIMALS[route]
    model = TappedModel.open(animal.onnx)
    for layer in found_in(model):
        norm = layer.norm
        assert norm is not None
        taps = (norm.source, norm.result)
        tapped = model.loader.session(Edit(taps), None).run(first_feeds(animal), list(taps))
        values = known_values(model.index, [norm.gain, norm.bias])
        ours = normalised(tapped[norm.source], centred=norm.centred, epsilon=norm.epsilon)
        ours = float32(ours * values[norm.gain] + values[norm.bias])
        np.testing.assert_allclose(ours, tapped[norm.result], atol=2e-6)


def first_feeds(animal: Animal) -> dict[str, np.ndarray]:
    return dict(next(runs(animal)).feeds)
