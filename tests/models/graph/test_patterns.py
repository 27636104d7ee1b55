"""Each way of writing attention out in operators, as a graph of a few nodes, against NumPy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models.record import Layer
from models.tapped import TappedModel
from tests.helpers.sketch import Array, Sketch, attention, softmax

H, N, M, D, V = 2, 5, 7, 4, 3
ROOT = D**-0.5
# Sizes of queries and keys that tempt a finder to guess axes from shapes.
TRAPS = ((N, M, D, V), (4, 4, 4, 4), (1, 4, 4, 4), (4, 1, 2, 4))


class Drawn:
    """A sketch with queries, keys and values as inputs: [1, H, tokens, size]."""

    def __init__(self, sizes: tuple[int, int, int, int] = TRAPS[0], opset: int = 17) -> None:
        n, m, d, dv = sizes
        self.sketch = Sketch(opset)
        self.q = self.sketch.noise("q", 1, H, n, d)
        self.k = self.sketch.noise("k", 1, H, m, d)
        self.v = self.sketch.noise("v", 1, H, m, dv)

    def __getitem__(self, name: str) -> Array:
        return self.sketch.feeds[name]

    def scores(self) -> str:
        turned = self.sketch.node("Transpose", self.k, perm=[0, 1, 3, 2])
        return self.sketch.node("MatMul", self.q, turned)

    def scaled(self) -> str:
        return self.sketch.node("Mul", self.scores(), self.sketch.constant(ROOT))

    def context(self, weights: str) -> str:
        return self.sketch.node("MatMul", weights, self.v)

    def softmax(self, scores: str) -> str:
        return self.sketch.node("Softmax", scores, axis=-1)

    def expected(self, **facts: Any) -> Array:
        return attention(self["q"][0], self["k"][0], **facts)


def captured(drawn: Drawn | Sketch, path: Path, *outputs: str, **how: Any) -> Layer:
    """Return the only layer, having seen that it agrees with the runtime too."""
    sketch = drawn.sketch if isinstance(drawn, Drawn) else drawn
    model = TappedModel.open(sketch.save(path / "model.onnx", *outputs, **how))
    (layer,) = model.capture(sketch.feeds).layers
    (gap,) = model.verify(sketch.feeds)
    assert gap is not None
    assert gap < 1e-5
    return layer


def agrees(layer: Layer, weights: Array, values: Array, tolerance: float = 2e-6) -> None:
    np.testing.assert_allclose(layer.weights(), weights, rtol=0, atol=tolerance)
    vectors = weights @ values.astype(np.float64)
    np.testing.assert_allclose(layer.vector(), vectors, rtol=0, atol=tolerance * 5)


@pytest.mark.parametrize("sizes", TRAPS)
def test_plain_attention_whatever_its_sizes(tmp_path: Path, sizes: tuple[int, ...]) -> None:
    d = Drawn(sizes)  # type: ignore[arg-type]
    layer = captured(d, tmp_path, d.context(d.softmax(d.scaled())))
    agrees(layer, d.expected(scale=ROOT), d["v"][0])
    np.testing.assert_array_equal(layer.query, d["q"][0])
    np.testing.assert_array_equal(layer.key, d["k"][0])
    np.testing.assert_array_equal(layer.value, d["v"][0])
    np.testing.assert_allclose(layer.scale, ROOT)


def _by_division(d: Drawn, x: str) -> str:
    s = d.sketch
    top = s.node("ReduceMax", x, axes=[-1], keepdims=1)
    powers = s.node("Exp", s.node("Sub", x, top))
    return s.node("Div", powers, s.node("ReduceSum", powers, s.whole(-1), keepdims=1))


def _by_reciprocal(d: Drawn, x: str) -> str:
    s = d.sketch
    powers = s.node("Exp", x)
    total = s.node("Add", s.node("ReduceSum", powers, s.whole(-1)), s.constant(1e-9))
    return s.node("Mul", powers, s.node("Reciprocal", total))


def _by_logarithm(d: Drawn, x: str) -> str:
    return d.sketch.node("Exp", d.sketch.node("LogSoftmax", x, axis=-1))


@pytest.mark.parametrize("write", [_by_division, _by_reciprocal, _by_logarithm])
def test_softmax_written_out(tmp_path: Path, write: Callable[[Drawn, str], str]) -> None:
    d = Drawn()
    layer = captured(d, tmp_path, d.context(write(d, d.scaled())))
    agrees(layer, d.expected(scale=ROOT), d["v"][0])
    assert layer.direct is None


def test_a_division_that_waits_until_after_the_values(tmp_path: Path) -> None:
    d = Drawn()
    s = d.sketch
    powers = s.node("Exp", d.scaled())
    total = s.node("ReduceSum", powers, s.whole(-1), keepdims=1)
    layer = captured(d, tmp_path, s.node("Div", d.context(powers), total))
    agrees(layer, d.expected(scale=ROOT), d["v"][0])


def test_powers_masked_before_they_are_summed(tmp_path: Path) -> None:
    d = Drawn()
    s = d.sketch
    seen = np.array([1, 1, 0, 1, 0, 1, 1], np.float32)
    powers = s.node("Mul", s.node("Exp", d.scaled()), s.feed("seen", seen))
    total = s.node("ReduceSum", powers, s.whole(-1), keepdims=1)
    layer = captured(d, tmp_path, d.context(s.node("Div", powers, total)))
    agrees(layer, d.expected(scale=ROOT, bias=np.where(seen, 0, -np.inf)), d["v"][0])


def test_more_in_the_sum_than_the_powers_is_tapped(tmp_path: Path) -> None:
    """Softmax-one: rows sum to less than 1, which softmax cannot give."""
    d = Drawn()
    s = d.sketch
    powers = s.node("Exp", d.scaled())
    total = s.node("Add", s.node("ReduceSum", powers, s.whole(-1)), s.constant(1.0))
    layer = captured(d, tmp_path, d.context(s.node("Div", powers, total)))
    raised = np.exp(d["q"][0] @ d["k"][0].transpose(0, 2, 1) * ROOT)
    agrees(layer, raised / (raised.sum(axis=-1, keepdims=True) + 1), d["v"][0])
    assert "weights tapped" in layer.pattern


@pytest.mark.parametrize("sizes", TRAPS)
def test_keys_before_queries(tmp_path: Path, sizes: tuple[int, ...]) -> None:
    """K·Qᵀ, softmax along the keys' axis, Vᵀ·W: everything transposed."""
    d = Drawn(sizes)  # type: ignore[arg-type]
    s = d.sketch
    scores = s.node("MatMul", d.k, s.node("Transpose", d.q, perm=[0, 1, 3, 2]))
    weights = s.node("Softmax", s.node("Mul", scores, s.constant(ROOT)), axis=-2)
    turned = s.node("Transpose", d.v, perm=[0, 1, 3, 2])
    layer = captured(d, tmp_path, s.node("MatMul", turned, weights))
    agrees(layer, d.expected(scale=ROOT), d["v"][0])
    np.testing.assert_array_equal(layer.query, d["q"][0])


def test_a_softmax_between_two_transposes(tmp_path: Path) -> None:
    """How TorchScript writes a softmax over an axis that is not the last."""
    d = Drawn()
    s = d.sketch
    scores = s.node("MatMul", d.k, s.node("Transpose", d.q, perm=[0, 1, 3, 2]))
    turned = s.node("Transpose", scores, perm=[0, 1, 3, 2])
    weights = s.node("Softmax", turned, axis=-1)
    layer = captured(d, tmp_path, d.context(weights))
    agrees(layer, d.expected(), d["v"][0])


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("bhid,bhjd->bhij", "bhij,bhjv->bhiv"),
        ("bhjd,bhid->bhij", "bhjv,bhij->bhiv"),
        ("bhid,bhjd->bhji", "bhji,bhjv->bivh"),
        ("bhid,bhjd->bihj", "bihj,bhjv->bihv"),
    ],
)
def test_einsum_in_any_order(tmp_path: Path, first: str, second: str) -> None:
    d = Drawn()
    s = d.sketch
    sides = (d.q, d.k) if first.startswith("bhid") else (d.k, d.q)
    scores = s.node("Mul", s.node("Einsum", *sides, equation=first), s.constant(ROOT))
    axis = first.split("->")[1].index("j")
    weights = s.node("Softmax", scores, axis=axis)
    last = (weights, d.v) if second.partition(",")[0] == first.split("->")[1] else (d.v, weights)
    layer = captured(d, tmp_path, s.node("Einsum", *last, equation=second))
    agrees(layer, d.expected(scale=ROOT), d["v"][0])
    np.testing.assert_array_equal(layer.query, d["q"][0])


def test_grouped_queries_by_einsum(tmp_path: Path) -> None:
    s = Sketch()
    q, k, v = s.noise("q", 1, 2, 3, N, D), s.noise("k", 1, 2, M, D), s.noise("v", 1, 2, M, V)
    scores = s.node("Einsum", q, k, equation="bgrnd,bgmd->bgrnm")
    weights = s.node("Softmax", scores, axis=-1)
    layer = captured(s, tmp_path, s.node("Einsum", weights, v, equation="bgrnm,bgmd->bgrnd"))
    keys = np.repeat(s.feeds["k"][0], 3, axis=0)
    expected = attention(s.feeds["q"].reshape(6, N, D), keys)
    agrees(layer, expected, np.repeat(s.feeds["v"][0], 3, axis=0))
    np.testing.assert_array_equal(layer.key, keys)


def test_a_product_that_is_only_added_to_the_scores_is_passed_over(tmp_path: Path) -> None:
    """XLNet's segment term is a product of data too, and nearer to the softmax."""
    d = Drawn()
    s = d.sketch
    segments, terms = s.noise("segments", N, M, 1, 2), s.noise("terms", N, 1, H, 2)
    added = s.node("Einsum", segments, terms, equation="ijbs,ibns->bnij")
    weights = d.softmax(s.node("Add", d.scaled(), added))
    layer = captured(d, tmp_path, d.context(weights))
    bias = np.einsum("ijbs,ibns->bnij", d["segments"], d["terms"])[0]
    agrees(layer, d.expected(scale=ROOT, bias=bias), d["v"][0])


def test_one_key_head_for_all_queries(tmp_path: Path) -> None:
    s = Sketch()
    q, k, v = s.noise("q", 1, 4, N, D), s.noise("k", 1, 1, D, M), s.noise("v", 1, 1, M, V)
    weights = s.node("Softmax", s.node("MatMul", q, k), axis=-1)
    layer = captured(s, tmp_path, s.node("MatMul", weights, v))
    keys = np.repeat(s.feeds["k"][0].transpose(0, 2, 1), 4, axis=0)
    agrees(layer, attention(s.feeds["q"][0], keys), np.repeat(s.feeds["v"][0], 4, axis=0))


def test_heads_and_batch_joined_and_sequence_first(tmp_path: Path) -> None:
    """nn.MultiheadAttention: [N, B·H, d], scaled queries, [B·H, N, M] scores, a float mask."""
    s = Sketch()
    x = s.noise("x", N, 1, H * D)
    sides = []
    for _ in range(3):
        joined = s.node("MatMul", x, s.constant(np.random.default_rng(1).random((8, 8))))
        split = s.node("Reshape", joined, s.whole(N, H, D))
        sides.append(s.node("Transpose", split, perm=[1, 0, 2]))
    q, k, v = sides
    scaled = s.node("Mul", q, s.constant(ROOT))
    scores = s.node("MatMul", scaled, s.node("Transpose", k, perm=[0, 2, 1]))
    mask = s.feed("mask", np.triu(np.full((N, N), -np.inf, np.float32), 1))
    weights = s.node("Softmax", s.node("Add", scores, mask), axis=-1)
    layer = captured(s, tmp_path, s.node("MatMul", weights, v))
    assert layer.query.shape == (H, N, D)
    np.testing.assert_allclose(layer.scale, ROOT)
    expected = attention(layer.query, layer.key, scale=ROOT, bias=s.feeds["mask"])
    agrees(layer, expected, layer.value)
    assert np.all(np.triu(layer.weights()[0], 1) == 0)


@pytest.mark.parametrize("shape", [(1, 1, 1, M), (1, H, N, M), (N, M), (H, 1, 1), (1, 1, N, 1)])
def test_a_bias_of_any_shape(tmp_path: Path, shape: tuple[int, ...]) -> None:
    d = Drawn()
    added = d.sketch.noise("bias", *shape)
    layer = captured(d, tmp_path, d.context(d.softmax(d.sketch.node("Add", added, d.scaled()))))
    bias = np.broadcast_to(d["bias"], (1, H, N, M))[0]
    agrees(layer, d.expected(scale=ROOT, bias=bias), d["v"][0])


def test_two_biases_under_two_reshapes(tmp_path: Path) -> None:
    """As Swin does: position bias on [W, H, n, n], then a mask on [B, W, H, n, n]."""
    s = Sketch()
    sides = [s.noise(x, 1, 3, H, 4, D) for x in "qkv"]
    q, k, v = (s.node("Reshape", x, s.whole(3, H, 4, D)) for x in sides)
    scores = s.node("MatMul", q, s.node("Transpose", k, perm=[0, 1, 3, 2]))
    first = s.node("Add", scores, s.noise("position", 1, H, 4, 4))
    apart = s.node("Reshape", first, s.whole(-1, 3, H, 4, 4))
    masked = s.node("Add", apart, s.noise("mask", 1, 3, 1, 4, 4))
    weights = s.node("Softmax", s.node("Reshape", masked, s.whole(-1, H, 4, 4)), axis=-1)
    layer = captured(s, tmp_path, s.node("MatMul", weights, v))
    bias = s.feeds["position"] + s.feeds["mask"][0]
    expected = attention(s.feeds["q"][0], s.feeds["k"][0], bias=bias).reshape(6, 4, 4)
    agrees(layer, expected, s.feeds["v"].reshape(6, 4, D))


def test_a_bias_added_where_queries_and_keys_are_split(tmp_path: Path) -> None:
    """As SAM does: rows and columns of the image get a bias each, on [B, qh, qw, kh, kw]."""
    d = Drawn((4, 6, 4, 4))
    s = d.sketch
    apart = s.node("Reshape", d.scaled(), s.whole(H, 2, 2, 3, 2))
    rows = s.node("Add", apart, s.noise("rows", H, 2, 2, 3, 1))
    both = s.node("Add", rows, s.noise("columns", H, 2, 2, 1, 2))
    weights = d.softmax(s.node("Reshape", both, s.whole(1, H, 4, 6)))
    layer = captured(d, tmp_path, d.context(weights))
    bias = (d["rows"] + d["columns"]).reshape(H, 4, 6)
    agrees(layer, d.expected(scale=ROOT, bias=bias), d["v"][0])


def test_a_scale_for_each_head(tmp_path: Path) -> None:
    d = Drawn()
    temperature = d.sketch.feed("t", np.array([2.0, 0.5], np.float32).reshape(H, 1, 1))
    layer = captured(
        d, tmp_path, d.context(d.softmax(d.sketch.node("Mul", d.scores(), temperature)))
    )
    agrees(layer, d.expected(scale=d["t"]), d["v"][0])
    np.testing.assert_array_equal(layer.scale, [2.0, 0.5])
    assert layer.bias is None


def test_scales_computed_from_a_shape_on_both_sides(tmp_path: Path) -> None:
    """As PyTorch's scaled_dot_product_attention is exported: √scale on queries and on keys."""
    d = Drawn()
    s = d.sketch
    size = s.node("Cast", s.node("Gather", s.node("Shape", d.q), s.whole(3)), to=1)
    root = s.node("Sqrt", s.node("Div", s.constant([1.0]), s.node("Sqrt", size)))
    turned = s.node("Transpose", d.k, perm=[0, 1, 3, 2])
    q, k = s.node("Mul", d.q, root), s.node("Mul", turned, root)
    layer = captured(d, tmp_path, d.context(d.softmax(s.node("MatMul", q, k))))
    agrees(layer, d.expected(scale=ROOT), d["v"][0])
    np.testing.assert_array_equal(layer.query, d["q"][0])
    np.testing.assert_array_equal(layer.key, d["k"][0])
    np.testing.assert_allclose(layer.scale, ROOT, rtol=1e-6)


def test_a_vector_that_multiplies_queries_is_part_of_them(tmp_path: Path) -> None:
    d = Drawn()
    s = d.sketch
    weighted = s.node("Mul", d.q, s.constant([1.0, 2.0, 3.0, 4.0]))
    scores = s.node("MatMul", weighted, s.node("Transpose", d.k, perm=[0, 1, 3, 2]))
    layer = captured(d, tmp_path, d.context(d.softmax(scores)))
    np.testing.assert_allclose(layer.query, d["q"][0] * [1, 2, 3, 4], rtol=1e-6)


def test_scores_subtracted_from_a_bias_and_negated(tmp_path: Path) -> None:
    d = Drawn()
    s = d.sketch
    away = s.node("Sub", s.noise("b", N, M), d.scaled())
    layer = captured(d, tmp_path, d.context(d.softmax(s.node("Neg", away))))
    agrees(layer, d.expected(scale=ROOT, bias=-d["b"]), d["v"][0])


def test_a_mask_multiplied_in_and_paid_for(tmp_path: Path) -> None:
    """As early GPT-2 did: scores·b − 10000·(1 − b)."""
    d = Drawn()
    s = d.sketch
    seen = np.tril(np.ones((N, M), np.float32), 2)
    b = s.feed("b", seen)
    paid = s.node("Mul", s.node("Sub", s.constant(1.0), b), s.constant(10000.0))
    masked = s.node("Sub", s.node("Mul", d.scaled(), b), paid)
    layer = captured(d, tmp_path, d.context(d.softmax(masked)))
    agrees(layer, d.expected(scale=ROOT, bias=np.where(seen, 0, -np.inf)), d["v"][0])


@pytest.mark.parametrize("fill", [-10000.0, float(np.finfo(np.float32).min), -65504.0])
def test_a_row_filled_throughout_is_uniform(tmp_path: Path, fill: float) -> None:
    d = Drawn()
    s = d.sketch
    hidden = np.zeros((N, M), bool)
    hidden[2] = hidden[0, 3] = True
    masked = s.node("Where", s.feed("hidden", hidden), s.constant(fill), d.scaled())
    layer = captured(d, tmp_path, d.context(d.softmax(masked)))
    bias = np.where(hidden, -np.inf, 0.0)
    bias[2] = -1e30
    agrees(layer, d.expected(scale=ROOT, bias=bias), d["v"][0])
    np.testing.assert_allclose(layer.weights()[:, 2], 1 / M, rtol=1e-6)


def test_a_mild_fill_is_not_taken_for_a_mask(tmp_path: Path) -> None:
    """Scores replaced by −3 keep some weight, which no bias can express: it is tapped."""
    d = Drawn()
    s = d.sketch
    hidden = np.zeros((N, M), bool)
    hidden[:, :2] = True
    masked = s.node("Where", s.feed("hidden", hidden), s.constant(-3.0), d.scaled())
    layer = captured(d, tmp_path, d.context(d.softmax(masked)))
    scores = np.where(hidden, -3, d["q"][0] @ d["k"][0].transpose(0, 2, 1) * ROOT)
    agrees(layer, softmax(scores), d["v"][0])
    assert layer.direct is not None


@pytest.mark.parametrize("guarded", [True, False])
def test_a_row_of_minus_infinity_is_nan_unless_guarded(tmp_path: Path, *, guarded: bool) -> None:
    d = Drawn()
    s = d.sketch
    bias = np.zeros((N, M), np.float32)
    bias[1] = -np.inf
    weights = d.softmax(s.node("Add", d.scaled(), s.feed("bias", bias)))
    if guarded:
        weights = s.node("Where", s.node("IsNaN", weights), s.constant(0.0), weights)
    layer = captured(d, tmp_path, d.context(weights))
    row = layer.weights()[:, 1]
    assert np.all(row == 0) if guarded else np.all(np.isnan(row))
    assert np.all(np.isfinite(np.delete(layer.weights(), 1, axis=1)))


def test_a_bound_that_only_tames_infinity_is_harmless(tmp_path: Path) -> None:
    d = Drawn()
    s = d.sketch
    bias = np.triu(np.full((N, M), -np.inf, np.float32), 1)
    lowest = s.constant(np.finfo(np.float32).min)
    kept = s.node("Max", s.node("Add", d.scaled(), s.feed("bias", bias)), lowest)
    layer = captured(d, tmp_path, d.context(d.softmax(kept)))
    agrees(layer, d.expected(scale=ROOT, bias=bias), d["v"][0])
    assert layer.direct is None


@pytest.mark.parametrize("op", ["Tanh", "Clip"])
def test_capped_scores_are_tapped(tmp_path: Path, op: str) -> None:
    d = Drawn()
    s = d.sketch
    limits = [s.constant(-0.5), s.constant(0.5)] if op == "Clip" else []
    capped = s.node(op, d.scaled(), *limits)
    layer = captured(d, tmp_path, d.context(d.softmax(capped)))
    scores = d["q"][0].astype(np.float64) @ d["k"][0].transpose(0, 2, 1) * ROOT
    agrees(layer, softmax(np.tanh(scores) if op == "Tanh" else scores.clip(-0.5, 0.5)), d["v"][0])
    assert layer.direct is not None
    np.testing.assert_allclose(layer.scale, ROOT)


def test_weights_set_to_zero_after_the_softmax(tmp_path: Path) -> None:
    """As DeBERTa's XSoftmax does."""
    d = Drawn()
    s = d.sketch
    hidden = np.zeros((1, 1, N, M), bool)
    hidden[..., 4:] = hidden[..., 3, :] = True
    weights = d.softmax(d.scaled())
    kept = s.node("Where", s.feed("hidden", hidden), s.constant(0.0), weights)
    layer = captured(d, tmp_path, d.context(kept))
    agrees(layer, np.where(hidden[0], 0, d.expected(scale=ROOT)), d["v"][0])
    assert layer.keep is not None


def test_heads_switched_off_after_the_softmax(tmp_path: Path) -> None:
    d = Drawn()
    s = d.sketch
    switch = s.feed("switch", np.array([1, 0], np.float32).reshape(1, H, 1, 1))
    layer = captured(d, tmp_path, d.context(s.node("Mul", d.softmax(d.scaled()), switch)))
    agrees(layer, d.expected(scale=ROOT) * d["switch"][0], d["v"][0])


def test_heads_turned_down_after_the_softmax_are_tapped(tmp_path: Path) -> None:
    d = Drawn()
    s = d.sketch
    dim = s.feed("dim", np.array([0.25, 0.5], np.float32).reshape(1, H, 1, 1))
    layer = captured(d, tmp_path, d.context(s.node("Mul", d.softmax(d.scaled()), dim)))
    agrees(layer, d.expected(scale=ROOT) * d["dim"][0], d["v"][0])
    assert layer.direct is not None


@pytest.mark.parametrize("place", ["before", "after"])
def test_mixed_heads_are_tapped(tmp_path: Path, place: str) -> None:
    """As CaiT does: a linear map over heads, before or after the softmax."""
    d = Drawn()
    s = d.sketch
    mixing = np.array([[1.0, 0.5], [-0.25, 2.0]], np.float32)

    def mixed(x: str) -> str:
        turned = s.node("Transpose", x, perm=[0, 2, 3, 1])
        return s.node("Transpose", s.node("MatMul", turned, s.constant(mixing)), perm=[0, 3, 1, 2])

    scores = mixed(d.scaled()) if place == "before" else d.scaled()
    weights = mixed(d.softmax(scores)) if place == "after" else d.softmax(scores)
    layer = captured(d, tmp_path, d.context(weights))
    plain = d["q"][0].astype(np.float64) @ d["k"][0].transpose(0, 2, 1) * ROOT
    if place == "before":
        expected = softmax(np.einsum("hij,hg->gij", plain, mixing))
    else:
        expected = np.einsum("hij,hg->gij", softmax(plain), mixing)
    agrees(layer, expected, d["v"][0])
    assert layer.direct is not None
    np.testing.assert_array_equal(layer.query, d["q"][0])


def test_an_attention_sink_is_tapped(tmp_path: Path) -> None:
    """A column is joined before the softmax and cut off after it."""
    d = Drawn()
    s = d.sketch
    joined = s.node("Concat", d.scaled(), s.noise("sink", 1, H, N, 1), axis=-1)
    cut = s.node("Slice", d.softmax(joined), s.whole(0), s.whole(M), s.whole(-1))
    layer = captured(d, tmp_path, d.context(cut))
    scores = d["q"][0].astype(np.float64) @ d["k"][0].transpose(0, 2, 1) * ROOT
    every = softmax(np.concatenate([scores, d["sink"][0]], axis=-1))
    agrees(layer, every[..., :M], d["v"][0])


def test_fused_products_with_turned_axes(tmp_path: Path) -> None:
    """FusedMatMul as ONNX Runtime saves it: alpha, transB, keys still [B, M, H, d]."""
    s = Sketch()
    q, k, v = s.noise("q", 1, H, N, D), s.noise("k", M, 1, H, D), s.noise("v", 1, H, M, V)
    scores = s.node(".FusedMatMul", q, k, alpha=0.25, transB=1, transBatchB=1)
    layer = captured(s, tmp_path, s.node("MatMul", s.node("Softmax", scores, axis=-1), v))
    keys = s.feeds["k"][:, 0].transpose(1, 0, 2)
    agrees(layer, attention(s.feeds["q"][0], keys, scale=0.25), s.feeds["v"][0])


def test_a_single_head_by_gemm(tmp_path: Path) -> None:
    s = Sketch()
    q, k, v = s.noise("q", N, D), s.noise("k", M, D), s.noise("v", M, V)
    scores = s.node("Gemm", q, k, s.noise("bias", N, M), alpha=0.5, transB=1)
    layer = captured(s, tmp_path, s.node("Gemm", s.node("Softmax", scores, axis=-1), v))
    expected = attention(s.feeds["q"], s.feeds["k"], scale=0.5, bias=s.feeds["bias"])
    agrees(layer, expected[None], s.feeds["v"][None])


def test_learnt_queries_are_constants(tmp_path: Path) -> None:
    """As the pooling heads of SigLIP, folded by the exporter."""
    d = Drawn((1, M, D, V))
    s = d.sketch
    probe = np.random.default_rng(2).standard_normal((1, H, 1, D)).astype(np.float32)
    scores = s.node("MatMul", s.constant(probe), s.node("Transpose", d.k, perm=[0, 1, 3, 2]))
    layer = captured(d, tmp_path, d.context(d.softmax(scores)))
    agrees(layer, attention(probe[0], d["k"][0]), d["v"][0])


def test_softmax_over_axis_three_before_opset_13(tmp_path: Path) -> None:
    d = Drawn(opset=11)
    weights = d.sketch.node("Softmax", d.scaled(), axis=3)
    layer = captured(d, tmp_path, d.context(weights))
    agrees(layer, d.expected(scale=ROOT), d["v"][0])


def test_half_precision(tmp_path: Path) -> None:
    d = Drawn()
    for name in "qkv":
        d.sketch.feeds[name] = d[name].astype(np.float16)
    d.sketch.weights.clear()
    weights = d.softmax(d.scores())
    model = TappedModel.open(d.sketch.save(tmp_path / "m.onnx", d.context(weights)))
    (layer,) = model.capture(d.sketch.feeds).layers
    assert layer.query.dtype == np.float32
    agrees(layer, d.expected(), d["v"][0], tolerance=1e-3)


def test_nodes_in_any_order_and_without_outputs(tmp_path: Path) -> None:
    d = Drawn()
    d.context(d.softmax(d.scaled()))
    layer = captured(d, tmp_path, shuffled=True)
    agrees(layer, d.expected(scale=ROOT), d["v"][0])
