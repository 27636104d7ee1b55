"""Attention computed with integers: read as the file computes it, not as it was before."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from models.tapped import TappedModel
from tests.helpers.sketch import Sketch, attention

H, N, D = 2, 5, 4
SHAPE = (1, H, N, D)


def _dynamic(s: Sketch, q: str, k: str, v: str) -> str:
    """MatMulInteger on operands quantised on the fly, as quantize_dynamic writes it."""

    def product(left: str, right: str) -> str:
        a, b = (s.nodes_out("DynamicQuantizeLinear", x, outputs=3) for x in (left, right))
        whole = s.node("MatMulInteger", a[0], b[0], a[2], b[2])
        scale = s.node("Mul", a[1], b[1])
        return s.node("Mul", s.node("Cast", whole, to=1), scale)

    turned = s.node("Transpose", k, perm=[0, 1, 3, 2])
    scores = s.node("Mul", product(q, turned), s.constant(0.5))
    return product(s.node("Softmax", scores, axis=-1), v)


def _fused_dynamic(s: Sketch, q: str, k: str, v: str) -> str:
    """DynamicQuantizeMatMul, as onnxruntime saves the same after optimising it."""

    def product(left: str, right: str) -> str:
        whole, scale, zero = s.nodes_out("DynamicQuantizeLinear", right, outputs=3)
        return s.node(".DynamicQuantizeMatMul", left, whole, scale, zero)

    turned = s.node("Transpose", k, perm=[0, 1, 3, 2])
    scores = s.node("Mul", product(q, turned), s.constant(0.5))
    return product(s.node("Softmax", scores, axis=-1), v)


def _pairs(s: Sketch, q: str, k: str, v: str) -> str:
    """QuantizeLinear and DequantizeLinear around everything, as static quantisation writes it."""

    def rounded(x: str, scale: float, zero: int = 128) -> str:
        facts = s.constant(scale), s.constant(zero, np.uint8)
        return s.node("DequantizeLinear", s.node("QuantizeLinear", x, *facts), *facts)

    turned = s.node("Transpose", rounded(k, 0.03), perm=[0, 1, 3, 2])
    scores = rounded(s.node("MatMul", rounded(q, 0.03), turned), 0.1)
    weights = s.node("Softmax", s.node("Mul", scores, s.constant(0.5)), axis=-1)
    return s.node("MatMul", rounded(weights, 1 / 255, 0), rounded(v, 0.03))


def _operators(s: Sketch, q: str, k: str, v: str) -> str:
    """QLinearMatMul and QLinearSoftmax: nothing but integers in between."""
    middle, low = s.constant(128, np.uint8), s.constant(0, np.uint8)

    def whole(x: str, scale: str) -> tuple[str, str, str]:
        return s.node("QuantizeLinear", x, scale, middle), scale, middle

    fine, coarse, unit = s.constant(0.03), s.constant(0.05), s.constant(1 / 256)
    turned = s.node("Transpose", k, perm=[0, 1, 3, 2])
    scores = s.node("QLinearMatMul", *whole(q, fine), *whole(turned, fine), coarse, middle)
    weights = s.node(".QLinearSoftmax", scores, coarse, middle, unit, low, axis=-1, opset=13)
    context = s.node("QLinearMatMul", weights, unit, low, *whole(v, fine), fine, middle)
    return s.node("DequantizeLinear", context, fine, middle)


def _sketch(write: Callable[[Sketch, str, str, str], str], path: Path) -> tuple[Sketch, Path]:
    s = Sketch()
    q, k, v = (s.noise(x, *SHAPE) for x in "qkv")
    return s, s.save(path / "model.onnx", write(s, q, k, v))


WAYS = {
    _dynamic: ("MatMulInteger · Mul · Mul · Softmax · MatMulInteger", 0.5),
    _fused_dynamic: ("DynamicQuantizeMatMul · Mul · Softmax · DynamicQuantizeMatMul", 0.5),
    _pairs: ("MatMul · Mul · Softmax · MatMul (weights tapped)", 0.5),
    _operators: ("QLinearMatMul · QLinearSoftmax · QLinearMatMul (weights tapped)", 1.0),
}


@pytest.mark.parametrize("write", list(WAYS), ids=lambda write: write.__name__)
def test_weights_are_those_of_the_runtimes_own_softmax(
    write: Callable[[Sketch, str, str, str], str], tmp_path: Path
) -> None:
    s, path = _sketch(write, tmp_path)
    model = TappedModel.open(path)
    (layer,) = model.capture(s.feeds).layers
    assert layer.pattern == WAYS[write][0]
    (gap,) = model.verify(s.feeds)
    assert gap is not None
    assert gap < 1e-6
    np.testing.assert_allclose(layer.scale, WAYS[write][1], rtol=1e-5)


@pytest.mark.parametrize("write", list(WAYS), ids=lambda write: write.__name__)
def test_numbers_are_near_those_before_rounding_but_rounded(
    write: Callable[[Sketch, str, str, str], str], tmp_path: Path
) -> None:
    s, path = _sketch(write, tmp_path)
    (layer,) = TappedModel.open(path).capture(s.feeds).layers
    for ours, name in ((layer.query, "q"), (layer.key, "k"), (layer.value, "v")):
        gap = np.abs(ours - s.feeds[name][0]).max()
        assert 0 < gap < 0.03
    exact = attention(s.feeds["q"][0], s.feeds["k"][0], scale=WAYS[write][1])
    np.testing.assert_allclose(layer.weights(), exact, atol=0.05)
