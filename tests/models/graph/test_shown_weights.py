"""A file that gives out its own attention weights gives out those that an experiment made."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from onnx import TensorProto, helper

from models.graph.instruments.block import KINDS, Settings
from models.graph.instruments.session import Instruments
from models.tapped import TappedModel
from tests.helpers.zoo import animals, runs

ZOO = {animal.name: animal for animal in animals()}
ALIKE = 1e-6  # a factor and an addend, against the same rows set in NumPy


def given_out(name: str, folder: Path, *, by: str) -> Path:
    """Return a copy of the file whose softmaxes are outputs, as they are or through Identity."""
    model = onnx.load(ZOO[name].onnx)
    softmaxes = [node for node in model.graph.node if node.op_type == "Softmax"]
    for number, node in enumerate(softmaxes):
        told = f"attentions.{number}" if by == "Identity" else node.output[0]
        if by == "Identity":
            model.graph.node.append(helper.make_node("Identity", [node.output[0]], [told]))
        shape = helper.make_tensor_value_info(told, TensorProto.FLOAT, [None] * 4)
        model.graph.output.append(shape)
    path = folder / "model.onnx"
    onnx.save(model, path)
    return path


@pytest.mark.parametrize("by", ["Identity", "itself"])
@pytest.mark.parametrize("name", ["bert/ts14_eager", "vit/ts14_eager", "bert/qdq_ts17_eager"])
def test_outputs_that_are_the_weights_show_the_changed_ones(
    name: str, by: str, tmp_path: Path
) -> None:
    path = given_out(name, tmp_path, by=by)
    feeds = dict(next(iter(runs(ZOO[name]))).feeds)
    instruments = Instruments(TappedModel.open(path))
    ground = instruments.ground(feeds)
    first, second = [x for x in ground.outputs if "ttention" in x and "hidden" not in x]
    heads, _tokens, keys = ground.outputs[first][0].shape
    factor = np.ones((heads, keys, keys), np.float32)
    addend = np.zeros_like(factor)
    factor[1, 2], addend[1, 2] = 0, 1 / keys
    played = instruments.play(ground, {0: Settings(factor=factor, addend=addend)})

    expected = ground.outputs[first].copy()
    expected[:, 1, 2] = 1 / keys
    rounded = 2 / 255 if "qdq" in name else ALIKE
    np.testing.assert_allclose(played.outputs[first], expected, rtol=0, atol=rounded)
    assert np.abs(played.outputs[first] - ground.outputs[first]).max() > 10 * rounded
    assert np.abs(played.outputs[second] - ground.outputs[second]).max() > 0
    hidden = next(x for x in ground.outputs if x not in {first, second})
    assert np.abs(played.outputs[hidden] - ground.outputs[hidden]).max() > ALIKE


@pytest.mark.parametrize("by", ["Identity", "itself"])
@pytest.mark.parametrize("name", ["bert/ts14_eager", "vit/ts14_eager", "bert/qdq_ts17_eager"])
def test_such_a_file_with_neutral_instruments_is_the_same_bit_for_bit(
    name: str, by: str, tmp_path: Path
) -> None:
    path = given_out(name, tmp_path, by=by)
    feeds = dict(next(iter(runs(ZOO[name]))).feeds)
    instruments = Instruments(TappedModel.open(path))
    ground = instruments.ground(feeds)
    session = ort.InferenceSession(path, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    plain = dict(zip(names, session.run(names, feeds), strict=True))
    played = instruments.play(ground, {}, structure=dict.fromkeys(range(2), frozenset(KINDS)))
    whole = [x for x in names if not ("qdq" in name and "ttention" in x)]
    for output in whole:
        np.testing.assert_array_equal(played.outputs[output], plain[output])
