"""In what numbers weights are kept."""

from __future__ import annotations

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from models.graph.precision import precision_of
from tests.helpers.zoo import ZOO


@pytest.mark.parametrize(
    ("file", "kinds", "operators"),
    [
        ("bert/onnx/model.onnx", ("float32",), ()),
        ("bert/onnx/model_fp16.onnx", ("float16",), ()),
        (
            "bert/onnx/model_quantized.onnx",
            ("int8", "uint8"),
            ("DequantizeLinear", "DynamicQuantizeLinear", "MatMulInteger"),
        ),
    ],
)
def test_real_files(file: str, kinds: tuple[str, ...], operators: tuple[str, ...]) -> None:
    found = precision_of(onnx.load(ZOO / file, load_external_data=False).graph)
    assert tuple(kind for kind, _ in found.kinds) == kinds
    assert found.operators == operators
    assert sum(share for _, share in found.kinds) == pytest.approx(1)
    assert found.beside == 0


def test_external_data_is_counted_beside() -> None:
    path = ZOO / "bert/onnx/model_ext_ts17_eager.onnx"
    found = precision_of(onnx.load(path, load_external_data=False).graph)
    assert 0 < found.beside <= path.with_name(path.name + "_data").stat().st_size


def test_packed_weights_count_every_number_and_vectors_none() -> None:
    packed = numpy_helper.from_array(np.zeros((8, 2, 16), dtype=np.uint8), "packed")
    plain = numpy_helper.from_array(np.zeros((16, 16), dtype=np.float32), "plain")
    vector = numpy_helper.from_array(np.zeros(1000, dtype=np.float64), "vector")
    index = numpy_helper.from_array(np.zeros((100, 100), dtype=np.int64), "index")
    node = helper.make_node("MatMulNBits", ["x", "packed"], ["y"], bits=4, domain="com.microsoft")
    graph = helper.make_graph(
        [node],
        "g",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 64])],
        [],
        [packed, plain, vector, index],
    )
    found = precision_of(graph)
    assert found.kinds == (("4-bit", 512 / 768), ("float32", 256 / 768))
    assert found.operators == ("MatMulNBits",)


def test_a_graph_without_weights_has_no_kind() -> None:
    assert precision_of(onnx.GraphProto()).kinds == ()
