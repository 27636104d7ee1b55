"""Experiments on the bundled vision model: patches instead of words."""

from __future__ import annotations

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from onnx import numpy_helper
from PIL import Image

from models.api import open_model
from models.encoded import Encoded
from models.experiments.export import arrays
from models.experiments.laboratory import Laboratory
from models.experiments.occluding import can_occlude, occluded
from models.experiments.recipe_json import recipe_of

OUTPUT = "last_hidden_state"
SIDE = 56


@pytest.fixture(scope="module")
def laboratory() -> Laboratory:
    return Laboratory(open_model("vision"))


@pytest.fixture(scope="module")
def encoded(laboratory: Laboratory) -> Encoded:
    noise = np.random.default_rng(3).integers(0, 255, (SIDE, SIDE, 3), dtype=np.uint8)
    return laboratory.model.encode_image(Image.fromarray(noise), size=SIDE)


def test_a_covered_patch_has_the_mean_colour_and_no_other_pixel_changes(
    laboratory: Laboratory, encoded: Encoded
) -> None:
    base = laboratory.base(encoded)
    whole = base.record.encoded
    assert len(can_occlude(whole)) == (SIDE // 14) ** 2
    token = next(i for i, t in enumerate(whole.tokens) if t.cell == (1, 2))
    name = next(iter(encoded.feeds))
    before, after = encoded.feeds[name], occluded(laboratory.model, whole, (token,))[name]
    changed = (before != after).any(axis=(0, 1))
    expected = np.zeros((SIDE, SIDE), bool)
    expected[14:28, 28:42] = True
    np.testing.assert_array_equal(changed, expected)
    for channel in range(3):
        np.testing.assert_allclose(
            after[0, channel, 14:28, 28:42], before[0, channel].mean(), atol=1e-5
        )


def test_a_hidden_patch_gets_no_weight_and_changes_the_output(
    laboratory: Laboratory, encoded: Encoded
) -> None:
    result = laboratory.run(encoded, recipe_of({"hide_tokens": [3]}))
    for layer in result.record.layers:
        weights = layer.weights()
        assert not weights[:, :, 3].any()
        np.testing.assert_allclose(weights.sum(axis=-1), 1, atol=1e-5)
    assert result.drifts[0].value > 0
    assert result.hidden_drifts[0].relative == 0  # what the first layer is given is the same


def test_a_head_off_takes_just_its_share_from_the_layer(
    laboratory: Laboratory, encoded: Encoded
) -> None:
    """The next layer's values move; those of the layer itself and before do not."""
    result = laboratory.run(encoded, recipe_of({"heads_off": [[4, 2]]}))
    base = result.base.record
    for i in range(4):
        np.testing.assert_array_equal(result.record.layers[i].query, base.layers[i].query)
    assert np.abs(result.record.layers[4].query - base.layers[4].query).max() > 1e-4


def test_a_head_at_its_mean_equals_a_graph_edited_by_hand(
    laboratory: Laboratory, encoded: Encoded
) -> None:
    """The test takes the mean of what onnxruntime itself made, in float64, and puts it in."""
    layer, head, path = 0, 2, laboratory.model.tapped.path
    context = f"/backbone/encoder/layer.{layer}/attention/attention/MatMul_1_output_0"
    feeds = {name: np.asarray(array) for name, array in encoded.feeds.items()}
    plain = onnx.load(path)
    plain.graph.output.add(name=context)
    made = session(plain).run([context], feeds)[0][0, head]
    gate, mean = np.ones((1, 6, 1, 1), np.float32), np.zeros((1, 6, 1, 64), np.float32)
    gate[0, head], mean[0, head, 0] = 0, made.mean(axis=0, dtype=np.float64)
    edited = onnx.load(path)
    for name, array in (("gate", gate), ("mean", mean)):
        edited.graph.initializer.append(numpy_helper.from_array(array, name))
    for node in edited.graph.node:
        node.input[:] = ["levelled" if name == context else name for name in node.input]
    edited.graph.node.add(op_type="Mul", input=[context, "gate"], output=["gated"])
    edited.graph.node.add(op_type="Add", input=["gated", "mean"], output=["levelled"])
    expected = session(edited).run([OUTPUT], feeds)[0]
    result = laboratory.run(encoded, recipe_of({"heads_mean": [[layer + 1, head + 1]]}))
    np.testing.assert_allclose(result.outputs[OUTPUT][0], expected, rtol=0, atol=1e-6)
    assert np.abs(result.base.outputs[OUTPUT] - expected).max() > 1e-2


def session(model: onnx.ModelProto) -> ort.InferenceSession:
    """Return a session that computes with the real weights, as the program does."""
    options = ort.SessionOptions()
    options.add_session_config_entry("session.disable_quant_qdq", "1")
    return ort.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )


def test_a_covered_patch_is_what_the_file_of_results_says_was_fed(
    laboratory: Laboratory, encoded: Encoded
) -> None:
    result = laboratory.run(encoded, recipe_of({"occlude": [3]}))
    found = dict(arrays(result, None))
    name = next(iter(encoded.feeds))
    whole = result.base.record.encoded
    np.testing.assert_array_equal(found[f"base.feeds.{name}"], encoded.feeds[name])
    np.testing.assert_array_equal(
        found[f"feeds.{name}"], occluded(laboratory.model, whole, (3,))[name]
    )
    again = laboratory.model.tapped.run_plain({name: found[f"feeds.{name}"]})
    np.testing.assert_array_equal(found[f"outputs.{OUTPUT}"][0], again[OUTPUT])


def test_a_model_trained_without_dropout_says_so(laboratory: Laboratory, encoded: Encoded) -> None:
    own = laboratory.run(encoded, recipe_of({"dropout": {}}))
    assert own.rates == (0.0, 0.0)
    np.testing.assert_array_equal(own.outputs[OUTPUT][0], own.base.outputs[OUTPUT])
    assert any("trained without dropout" in notice.sentence for notice in own.notices)
    asked = laboratory.run(encoded, recipe_of({"dropout": {"attention": 0.1, "hidden": 0.1}}))
    assert {place.where for place in asked.places} == {"embeddings", "attention"}
    assert not np.array_equal(asked.outputs[OUTPUT][0], asked.base.outputs[OUTPUT])
