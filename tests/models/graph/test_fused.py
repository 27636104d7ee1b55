"""Attention inside one operator: every kind of input, against NumPy and the runtime."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models.graph.block import Parts
from models.graph.finder import find_attention
from models.graph.index import GraphIndex
from models.graph.source import open_source
from models.record import Layer
from models.tapped import TappedModel
from tests.helpers.sketch import Array, Sketch, attention

B, H, N, M, D = 1, 2, 5, 7, 4
HIDDEN = H * D
ROOT = D**-0.5
LOWEST = float(np.finfo(np.float32).min)


def captured(sketch: Sketch, path: Path, *outputs: str) -> Layer:
    """Return the only layer, having seen that it agrees with the runtime too."""
    model = TappedModel.open(sketch.save(path / "model.onnx", *outputs))
    (layer,) = model.capture(sketch.feeds).layers
    (gap,) = model.verify(sketch.feeds)
    assert gap is not None
    assert gap < 1e-5
    return layer


def agrees(layer: Layer, weights: Array, tolerance: float = 2e-6) -> None:
    np.testing.assert_allclose(layer.weights(), weights, rtol=0, atol=tolerance)


def heads_of(array: Array, heads: int = H) -> Array:
    """Return [1, N, heads·d] as [heads, N, d]."""
    return array[0].reshape(array.shape[1], heads, -1).transpose(1, 0, 2)


# -- ai.onnx Attention


def onnx_attention(s: Sketch, q: str, k: str, v: str, *more: str, **facts: Any) -> str:
    return s.node("Attention", q, k, v, *more, **facts)


@pytest.mark.parametrize("kind", ["bool", "float", "causal"])
def test_onnx_attention_with_masks(tmp_path: Path, kind: str) -> None:
    s = Sketch(23)
    q, k, v = s.noise("q", B, H, N, D), s.noise("k", B, H, M, D), s.noise("v", B, H, M, D)
    seen = np.random.default_rng(3).random((1, 1, N, M)) > 0.3
    seen[..., 0] = True
    masks = {
        "bool": [s.feed("mask", seen)] if kind == "bool" else [],
        "float": [s.noise("mask", 1, H, N, M)] if kind == "float" else [],
        "causal": [],
    }[kind]
    made = onnx_attention(s, q, k, v, *masks, is_causal=int(kind == "causal"), scale=0.3)
    bias = {
        "bool": np.where(seen[0], 0, -np.inf),
        "float": s.feeds["mask"][0] if kind == "float" else 0.0,
        "causal": np.triu(np.full((N, M), -np.inf), 1),
    }[kind]
    layer = captured(s, tmp_path, made)
    agrees(layer, attention(s.feeds["q"][0], s.feeds["k"][0], scale=0.3, bias=bias))


def test_onnx_attention_with_joined_heads_and_groups(tmp_path: Path) -> None:
    s = Sketch(23)
    q = s.noise("q", B, N, 4 * D)
    k, v = s.noise("k", B, M, HIDDEN), s.noise("v", B, M, HIDDEN)
    made = onnx_attention(s, q, k, v, q_num_heads=4, kv_num_heads=2)
    layer = captured(s, tmp_path, made)
    keys = np.repeat(heads_of(s.feeds["k"]), 2, axis=0)
    agrees(layer, attention(heads_of(s.feeds["q"], 4), keys, scale=ROOT))
    np.testing.assert_array_equal(layer.value, np.repeat(heads_of(s.feeds["v"]), 2, axis=0))


def test_onnx_attention_with_a_past(tmp_path: Path) -> None:
    s = Sketch(23)
    q, k, v = (s.noise(x, B, H, N, D) for x in "qkv")
    past = s.noise("past_k", B, H, 3, D), s.noise("past_v", B, H, 3, D)
    made = s.nodes_out("Attention", q, k, v, "", *past, outputs=3, is_causal=0)
    layer = captured(s, tmp_path, *made)
    keys = np.concatenate([s.feeds["past_k"], s.feeds["k"]], axis=2)[0]
    agrees(layer, attention(s.feeds["q"][0], keys, scale=ROOT))


def test_onnx_attention_with_capped_scores_is_tapped(tmp_path: Path) -> None:
    s = Sketch(23)
    q, k, v = (s.noise(x, B, H, N, D) for x in "qkv")
    layer = captured(s, tmp_path, onnx_attention(s, q, k, v, softcap=0.5))
    plain = s.feeds["q"][0] @ s.feeds["k"][0].transpose(0, 2, 1) * ROOT
    powers = np.exp(0.5 * np.tanh(plain / 0.5))
    agrees(layer, powers / powers.sum(axis=-1, keepdims=True))
    assert "weights tapped" in layer.pattern


def test_a_row_that_sees_nothing_gets_nothing_from_onnx_attention(tmp_path: Path) -> None:
    s = Sketch(23)
    q, k, v = (s.noise(x, B, H, N, D) for x in "qkv")
    seen = np.ones((1, 1, N, N), bool)
    seen[:, :, 2] = False
    layer = captured(s, tmp_path, onnx_attention(s, q, k, v, s.feed("mask", seen)))
    assert np.all(layer.weights()[:, 2] == 0)


# -- com.microsoft MultiHeadAttention


def multi_head(s: Sketch, *inputs: str, **facts: Any) -> str:
    return s.node(".MultiHeadAttention", *inputs, num_heads=H, **facts)


def three(s: Sketch) -> tuple[str, str, str]:
    q, k, v = (s.noise(x, B, n, HIDDEN) for x, n in (("q", N), ("k", M), ("v", M)))
    return q, k, v


def expected(s: Sketch, **facts: Any) -> Array:
    return attention(heads_of(s.feeds["q"]), heads_of(s.feeds["k"]), scale=ROOT, **facts)


def test_multi_head_attention(tmp_path: Path) -> None:
    s = Sketch()
    layer = captured(s, tmp_path, multi_head(s, *three(s)))
    agrees(layer, expected(s))
    np.testing.assert_array_equal(layer.query, heads_of(s.feeds["q"]))


def test_multi_head_attention_adds_its_biases(tmp_path: Path) -> None:
    s = Sketch()
    bias = np.random.default_rng(4).standard_normal(3 * HIDDEN).astype(np.float32)
    layer = captured(s, tmp_path, multi_head(s, *three(s), s.constant(bias)))
    q, k, v = np.split(bias, 3)
    np.testing.assert_allclose(layer.query, heads_of(s.feeds["q"] + q), rtol=1e-6)
    np.testing.assert_allclose(layer.value, heads_of(s.feeds["v"] + v), rtol=1e-6)
    agrees(layer, attention(heads_of(s.feeds["q"] + q), heads_of(s.feeds["k"] + k), scale=ROOT))


@pytest.mark.parametrize("axes", [1, 2])
def test_multi_head_attention_hides_padding(tmp_path: Path, axes: int) -> None:
    s = Sketch()
    inputs = three(s)
    seen = np.arange(M) < 4
    mask = np.array([4], np.int32) if axes == 1 else seen[None].astype(np.int32)
    layer = captured(s, tmp_path, multi_head(s, *inputs, "", s.feed("mask", mask)))
    agrees(layer, expected(s, bias=np.where(seen, 0, -10000)))


def test_multi_head_attention_adds_a_bias_to_scores(tmp_path: Path) -> None:
    s = Sketch()
    inputs = three(s)
    added = s.noise("added", 1, H, N, M)
    layer = captured(s, tmp_path, multi_head(s, *inputs, "", "", added, scale=0.4))
    weights = attention(
        heads_of(s.feeds["q"]), heads_of(s.feeds["k"]), scale=0.4, bias=s.feeds["added"][0]
    )
    agrees(layer, weights)


def test_multi_head_attention_looking_back_only(tmp_path: Path) -> None:
    s = Sketch()
    q, k, v = (s.noise(x, B, N, HIDDEN) for x in "qkv")
    layer = captured(s, tmp_path, multi_head(s, q, k, v, unidirectional=1))
    agrees(layer, expected(s, bias=np.triu(np.full((N, N), -np.inf), 1)))


def read_alone(s: Sketch, path: Path, output: str) -> Parts:
    """Read a node that no provider here can run: from its inputs, without the runtime."""
    index = GraphIndex(open_source(s.save(path / "model.onnx", output)))
    (reader,) = find_attention(index).readers
    return reader.read(s.feeds, batch=1)


def test_multi_head_attention_with_everything_packed(tmp_path: Path) -> None:
    s = Sketch()
    parts = read_alone(s, tmp_path, multi_head(s, s.noise("qkv", B, N, H, 3, D)))
    q, k, v = s.feeds["qkv"][0].transpose(2, 1, 0, 3)
    np.testing.assert_array_equal(parts.query, q)
    np.testing.assert_array_equal(parts.key, k)
    np.testing.assert_array_equal(parts.value, v)


def test_multi_head_attention_with_keys_and_values_packed(tmp_path: Path) -> None:
    s = Sketch()
    q, kv = s.noise("q", B, N, HIDDEN), s.noise("kv", B, M, H, 2, D)
    parts = read_alone(s, tmp_path, multi_head(s, q, kv))
    k, v = s.feeds["kv"][0].transpose(2, 1, 0, 3)
    np.testing.assert_array_equal(parts.query, heads_of(s.feeds["q"]))
    np.testing.assert_array_equal(parts.key, k)
    np.testing.assert_array_equal(parts.value, v)


def test_multi_head_attention_with_heads_apart(tmp_path: Path) -> None:
    s = Sketch()
    q = s.noise("q", B, N, HIDDEN)
    k, v = s.noise("k", B, H, M, D), s.noise("v", B, H, M, D)
    layer = captured(s, tmp_path, multi_head(s, q, k, v))
    agrees(layer, attention(heads_of(s.feeds["q"]), s.feeds["k"][0], scale=ROOT))


# -- com.microsoft Attention and QAttention


class Packed:
    """x and one weight for queries, keys and values, of 8, 8 and 12 numbers."""

    sizes = (8, 8, 12)

    def __init__(self) -> None:
        random = np.random.default_rng(6)
        self.sketch = Sketch()
        self.x = self.sketch.noise("x", B, N, 6)
        self.w = random.standard_normal((6, sum(self.sizes))).astype(np.float32)
        self.b = random.standard_normal(sum(self.sizes)).astype(np.float32)

    def node(self, *more: str, **facts: Any) -> str:
        s = self.sketch
        inputs = (self.x, s.constant(self.w), s.constant(self.b), *more)
        return s.node(".Attention", *inputs, num_heads=H, qkv_hidden_sizes=self.sizes, **facts)

    def projected(self) -> list[Array]:
        joined = self.sketch.feeds["x"] @ self.w + self.b
        return [heads_of(part) for part in np.split(joined, [8, 16], axis=-1)]


def test_packed_attention(tmp_path: Path) -> None:
    p = Packed()
    layer = captured(p.sketch, tmp_path, p.node())
    q, k, v = p.projected()
    agrees(layer, attention(q, k, scale=ROOT))
    np.testing.assert_allclose(layer.query, q, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(layer.value, v, rtol=1e-5, atol=1e-6)
    assert layer.value.shape == (H, N, 6)


MASKS = {
    "length": (np.array([3], np.int32), np.arange(N) < 3),
    "end and start": (np.array([4, 1], np.int32), (np.arange(N) < 4) & (np.arange(N) >= 1)),
    "per key": (np.array([[1, 0, 1, 1, 0]], np.int32), np.array([1, 0, 1, 1, 0]) > 0),
    "per query": (np.tril(np.ones((1, N, N), np.int32)), np.tril(np.ones((N, N))) > 0),
}


@pytest.mark.parametrize("kind", list(MASKS))
def test_packed_attention_hides_padding(tmp_path: Path, kind: str) -> None:
    p = Packed()
    given, seen = MASKS[kind]
    mask = p.sketch.feed("mask", given)
    layer = captured(p.sketch, tmp_path, p.node(mask, mask_filter_value=-5000.0))
    q, k, _ = p.projected()
    agrees(layer, attention(q, k, scale=ROOT, bias=np.where(seen, 0, -5000)))


def test_packed_attention_adds_a_bias_to_scores(tmp_path: Path) -> None:
    p = Packed()
    added = p.sketch.noise("added", 1, H, N, N)
    layer = captured(p.sketch, tmp_path, p.node("", "", added))
    q, k, _ = p.projected()
    agrees(layer, attention(q, k, scale=ROOT, bias=p.sketch.feeds["added"][0]))


def test_packed_attention_looking_back_with_a_past(tmp_path: Path) -> None:
    p = Packed()
    p.sizes = (8, 8, 8)
    p.w, p.b = p.w[:, :24], p.b[:24]
    s = p.sketch
    past = s.noise("past", 2, B, H, 3, D)
    inputs = (p.x, s.constant(p.w), s.constant(p.b), "", past)
    made = s.nodes_out(".Attention", *inputs, outputs=2, num_heads=H, unidirectional=1)
    layer = captured(s, tmp_path, *made)
    q, k, _ = (heads_of(part) for part in np.split(s.feeds["x"] @ p.w + p.b, 3, axis=-1))
    keys = np.concatenate([s.feeds["past"][0, 0], k], axis=1)
    later = np.triu(np.full((N, N + 3), -np.inf), 4)
    agrees(layer, attention(q, keys, scale=ROOT, bias=later))


def test_quantised_packed_attention(tmp_path: Path) -> None:
    p = Packed()
    p.w, p.b = p.w[:, :24], p.b[:24]
    s = p.sketch
    x, xs, xz = s.nodes_out("DynamicQuantizeLinear", p.x, outputs=3)
    scale = np.float32(np.abs(p.w).max() / 127)
    whole = np.rint(p.w / scale).astype(np.int8)
    inputs = (x, s.constant(whole, np.int8), s.constant(p.b), xs, s.constant(scale), "", xz)
    made = s.node(".QAttention", *inputs, s.constant(0, np.int8), num_heads=H)
    layer = captured(s, tmp_path, made)
    q, k, _ = (heads_of(part) for part in np.split(s.feeds["x"] @ p.w + p.b, 3, axis=-1))
    agrees(layer, attention(q, k, scale=ROOT), tolerance=0.05)


# -- com.microsoft GroupQueryAttention


@pytest.mark.parametrize("interleaved", [0, 1])
@pytest.mark.parametrize("packed", [True, False])
def test_grouped_attention_with_rotary_embedding(
    tmp_path: Path, *, packed: bool, interleaved: int
) -> None:
    heads, groups, size = 4, 2, 16
    s = Sketch()
    parts = [s.noise(x, B, N, n * size) for x, n in (("q", heads), ("k", groups), ("v", groups))]
    sides = [s.node("Concat", *parts, axis=-1), "", ""] if packed else parts
    past = [s.noise(x, B, groups, 0, size) for x in ("past_k", "past_v")]
    counts = [s.constant([N - 1], np.int32), s.constant(N, np.int32)]
    angles = np.arange(9)[:, None] / 10 ** (np.arange(8) / 4)
    turns = [s.constant(np.cos(angles)), s.constant(np.sin(angles))]
    made = s.nodes_out(
        ".GroupQueryAttention",
        *sides,
        *past,
        *counts,
        *turns,
        outputs=3,
        num_heads=heads,
        kv_num_heads=groups,
        do_rotary=1,
        rotary_interleaved=interleaved,
        local_window_size=3,
    )
    layer = captured(s, tmp_path, *made)
    q = _turned(heads_of(s.feeds["q"], heads), angles[:N], interleaved)
    k = np.repeat(_turned(heads_of(s.feeds["k"], groups), angles[:N], interleaved), 2, axis=0)
    distance = np.arange(N)[:, None] - np.arange(N)
    bias = np.where((distance >= 0) & (distance < 3), 0, -np.inf)
    agrees(layer, attention(q, k, scale=size**-0.5, bias=bias))


def _turned(x: Array, angles: Array, interleaved: int) -> Array:
    """Return [heads, N, d] turned as complex numbers by [N, d/2] angles."""
    one, two = (x[..., 0::2], x[..., 1::2]) if interleaved else np.split(x, 2, axis=-1)
    turned = (one + 1j * two) * np.exp(1j * angles)
    if interleaved:
        return np.stack((turned.real, turned.imag), axis=-1).reshape(x.shape)
    return np.concatenate((turned.real, turned.imag), axis=-1)
