"""What is not attention, what is hidden, and in which order attention is told."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import helper

from models.errors import NoAttentionError
from models.graph.finder import Findings, find_attention
from models.graph.index import GraphIndex
from models.graph.source import open_source
from models.tapped import TappedModel
from tests.helpers.sketch import Sketch

H, N, D = 2, 5, 4


def found(s: Sketch, path: Path, *outputs: str) -> Findings:
    return find_attention(GraphIndex(open_source(s.save(path / "model.onnx", *outputs))))


def attend(s: Sketch, q: str, k: str, v: str) -> str:
    scores = s.node("MatMul", q, s.node("Transpose", k, perm=[0, 1, 3, 2]))
    return s.node("MatMul", s.node("Softmax", scores, axis=-1), v)


def test_a_classifier_is_not_attention(tmp_path: Path) -> None:
    s = Sketch()
    logits = s.node("MatMul", s.noise("x", 1, N, D), s.constant(np.ones((D, 3))))
    findings = found(s, tmp_path, s.node("Softmax", logits, axis=-1))
    assert not findings.readers
    assert "does not weight any data" in findings.rejected[0].reason


def test_pooling_by_learnt_scores_is_not_attention(tmp_path: Path) -> None:
    """A softmax over a linear layer weights data, but there is no query and no key."""
    s = Sketch()
    x = s.noise("x", 1, N, D)
    scores = s.node("MatMul", x, s.constant(np.ones((D, 1))))
    weights = s.node("Softmax", s.node("Transpose", scores, perm=[0, 2, 1]), axis=-1)
    findings = found(s, tmp_path, s.node("MatMul", weights, x))
    assert not findings.readers
    assert "no query·key" in findings.rejected[0].reason


def test_a_softmax_over_queries_is_not_attention(tmp_path: Path) -> None:
    """As slots or groups compete for tokens: rows do not sum to 1."""
    s = Sketch()
    q, k, v = (s.noise(x, 1, H, N, D) for x in "qkv")
    scores = s.node("MatMul", q, s.node("Transpose", k, perm=[0, 1, 3, 2]))
    findings = found(s, tmp_path, s.node("MatMul", s.node("Softmax", scores, axis=-2), v))
    assert not findings.readers
    assert "queries" in findings.rejected[0].reason


def test_weights_from_another_attention_are_not_queries(tmp_path: Path) -> None:
    """A learnt pooling of attention's own result does not find q·kᵀ in weights·v."""
    s = Sketch()
    context = attend(s, *(s.noise(x, 1, H, N, D) for x in "qkv"))
    scores = s.node("MatMul", context, s.constant(np.ones((D, D))))
    weights = s.node("Softmax", s.node("Transpose", scores, perm=[0, 1, 3, 2]), axis=-1)
    findings = found(s, tmp_path, s.node("MatMul", weights, context))
    assert len(findings.readers) == 1
    assert len(findings.rejected) == 1


def test_int8_weights_made_real_by_the_graph_are_still_weights(tmp_path: Path) -> None:
    s = Sketch()
    x = s.noise("x", 1, N, D)
    whole = s.node("Cast", s.constant(np.ones((D, D)), np.int8), to=1)
    kernel = s.node("Mul", whole, s.constant(0.1))
    scores = s.node("MatMul", x, kernel)
    weights = s.node("Softmax", scores, axis=-1)
    findings = found(s, tmp_path, s.node("MatMul", weights, s.node("MatMul", x, kernel)))
    assert not findings.readers


def test_layers_of_two_towers_are_not_interleaved(tmp_path: Path) -> None:
    s = Sketch()
    a = [s.noise(f"a{x}", 1, H, N, D) for x in "qkv"]
    b = [s.noise(f"b{x}", 1, H, N, D) for x in "qkv"]
    first_a, first_b = attend(s, *a), attend(s, *b)
    second_a = attend(s, first_a, a[1], a[2])
    second_b = attend(s, first_b, b[1], b[2])
    readers = found(s, tmp_path, second_a, second_b).readers
    made = [reader.node.output for reader in readers]
    assert made == [first_a, second_a, first_b, second_b]


def test_unsorted_nodes_are_told_in_execution_order(tmp_path: Path) -> None:
    s = Sketch()
    q, k, v = (s.noise(x, 1, H, N, D) for x in "qkv")
    first = attend(s, q, k, v)
    second = attend(s, first, k, v)
    path = s.save(tmp_path / "model.onnx", second, shuffled=True)
    readers = find_attention(GraphIndex(open_source(path))).readers
    assert [reader.node.output for reader in readers] == [first, second]


def test_functions_of_the_model_are_looked_into(tmp_path: Path) -> None:
    """Early dynamo exports keep every module as a function of the model."""
    inside = Sketch()
    context = attend(inside, "q", "k", "v")
    opsets = [helper.make_opsetid("", 17)]
    function = helper.make_function(
        "pkg", "Attend", ["q", "k", "v"], [context], inside.nodes, opsets
    )
    s = Sketch()
    s.functions.append(function)
    sides = [s.noise(x, 1, H, N, D) for x in "qkv"]
    s.nodes.append(helper.make_node("Attend", sides, ["out"], name="call", domain="pkg"))
    model = TappedModel.open(s.save(tmp_path / "model.onnx", "out"))
    assert len(model.blocks) == 1
    (gap,) = model.verify(s.feeds)
    assert gap is not None
    assert gap < 1e-6


def _branch(s: Sketch) -> onnx.GraphProto:
    inside = Sketch()
    inside.nodes = []
    out = attend(inside, "q", "k", "v")
    made = helper.make_empty_tensor_value_info(out)
    return helper.make_graph(inside.nodes, "branch", [], [made], s.weights[:0])


def test_attention_inside_a_branch_is_found(tmp_path: Path) -> None:
    s = Sketch()
    for x in "qkv":
        s.noise(x, 1, H, N, D)
    condition = s.feed("condition", np.array([False]))
    branches = {"then_branch": _branch(s), "else_branch": _branch(s)}
    model = TappedModel.open(s.save(tmp_path / "model.onnx", s.node("If", condition, **branches)))
    (gap,) = model.verify(s.feeds)
    assert gap is not None
    assert gap < 1e-6


def test_attention_beside_a_branch_is_found(tmp_path: Path) -> None:
    s = Sketch()
    q, k, v = (s.noise(x, 1, H, N, D) for x in "qkv")
    condition = s.feed("condition", np.array([False]))
    branches = {"then_branch": _branch(s), "else_branch": _branch(s)}
    chosen = s.node("If", condition, **branches)
    model = TappedModel.open(s.save(tmp_path / "model.onnx", attend(s, chosen, k, v), q))
    gaps = model.verify(s.feeds)
    assert len(gaps) == 2
    assert all(gap is not None and gap < 1e-6 for gap in gaps)


def test_a_model_without_attention_says_what_it_holds_and_what_to_do(tmp_path: Path) -> None:
    s = Sketch()
    x = s.noise("x", 1, N, D)
    path = s.save(tmp_path / "model.onnx", s.node("Relu", s.node("Relu", x)))
    with pytest.raises(NoAttentionError, match="found 2 Relu") as caught:
        TappedModel.open(path)
    assert "optimum-cli export onnx" in str(caught.value)


def test_rejected_softmaxes_are_told_in_the_details(tmp_path: Path) -> None:
    s = Sketch()
    path = s.save(tmp_path / "model.onnx", s.node("Softmax", s.noise("x", 1, N), axis=-1))
    with pytest.raises(NoAttentionError) as caught:
        TappedModel.open(path)
    assert "n0: its output does not weight any data" in caught.value.details
