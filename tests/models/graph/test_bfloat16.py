"""Models in bfloat16 open: with the numbers that are stored, computed in float32."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, external_data_helper, helper, numpy_helper

from models.api import open_model
from tests.helpers.tiny_models import save_image_model, save_text_model

FEEDS = {"input_ids": np.array([[1, 2, 3, 4]]), "attention_mask": np.array([[1, 1, 1, 0]])}


def rounded(values: np.ndarray) -> np.ndarray:
    """Cut float32 to bfloat16 by dropping bits, kept as float32."""
    return (values.astype(np.float32).view(np.uint32) & 0xFFFF0000).view(np.float32)


def as_bfloat16(tensor: onnx.TensorProto) -> None:
    values = rounded(numpy_helper.to_array(tensor))
    raw = (values.view(np.uint32) >> 16).astype(np.uint16).tobytes()
    tensor.CopyFrom(
        helper.make_tensor(tensor.name, TensorProto.BFLOAT16, list(tensor.dims), raw, raw=True)
    )


def narrowed(path: Path, *, beside: bool = False) -> Path:
    """Save the model in bfloat16 throughout; give the float32 one the same cut numbers."""
    model = onnx.load(path)
    for tensor in model.graph.initializer:
        if tensor.data_type == TensorProto.FLOAT:
            cut = rounded(numpy_helper.to_array(tensor))
            tensor.CopyFrom(numpy_helper.from_array(cut, tensor.name))
    onnx.save(model, path)
    for tensor in model.graph.initializer:
        if tensor.data_type == TensorProto.FLOAT:
            as_bfloat16(tensor)
    for port in (*model.graph.input, *model.graph.output):
        if port.type.tensor_type.elem_type == TensorProto.FLOAT:
            port.type.tensor_type.elem_type = TensorProto.BFLOAT16
    for attribute in (a for node in model.graph.node for a in node.attribute):
        if attribute.name == "to" and attribute.i == TensorProto.FLOAT:
            attribute.i = TensorProto.BFLOAT16
    found = path.with_name("narrow.onnx")
    if beside:
        external_data_helper.convert_model_to_external_data(
            model, location="narrow.data", size_threshold=200
        )
    onnx.save(model, found)
    return found


def test_a_bfloat16_model_gives_what_float32_gives_of_the_same_numbers(tmp_path: Path) -> None:
    path = save_text_model(tmp_path / "wide.onnx")
    narrow = open_model(narrowed(path))
    record = narrow.verified(narrow.run_feeds(FEEDS))
    wide = open_model(path).run_feeds(FEEDS)
    np.testing.assert_allclose(record.layers[0].weights(), wide.layers[0].weights(), atol=1e-6)
    for name, array in wide.outputs.items():
        np.testing.assert_allclose(record.outputs[name], array, atol=1e-5)
    assert record.provenance.largest_difference is not None
    assert record.provenance.largest_difference < 1e-6
    assert any("bfloat16" in notice.sentence for notice in narrow.notices)


def test_weights_in_bfloat16_beside_the_file_are_used_as_they_are(tmp_path: Path) -> None:
    path = save_text_model(tmp_path / "wide.onnx", rows=2000)
    narrow = open_model(narrowed(path, beside=True)).run_feeds(FEEDS)
    wide = open_model(path).run_feeds(FEEDS)
    np.testing.assert_allclose(narrow.layers[0].weights(), wide.layers[0].weights(), atol=1e-6)


def test_a_bfloat16_picture_is_fed_in_float32(tmp_path: Path) -> None:
    path = save_image_model(tmp_path / "wide.onnx", height=16, width=16)
    record = open_model(narrowed(path)).run(open_model(path).sample())
    assert record.layers[0].query.shape[1] == 17
    assert {feed.dtype for feed in record.encoded.feeds.values()} == {np.dtype(np.float32)}


def test_a_model_that_only_stores_bfloat16_is_left_as_it_is(tmp_path: Path) -> None:
    path = save_text_model(tmp_path / "m.onnx")
    model = onnx.load(path)
    table = next(n for n in model.graph.node if n.op_type == "Gather").input[0]
    tensor = next(t for t in model.graph.initializer if t.name == table)
    as_bfloat16(tensor)
    tensor.name = "stored"
    model.graph.node.insert(0, helper.make_node("Cast", ["stored"], [table], to=TensorProto.FLOAT))
    onnx.save(model, path)
    assert not open_model(path).notices
