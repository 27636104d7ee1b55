"""Attention inside branches is found where they go; inside loops it is told of."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
import pytest
from onnx import TensorProto, helper, numpy_helper

from models.api import open_model
from models.card import card_of
from models.errors import InputError, NoAttentionError
from tests.helpers.tiny_models import FLOAT, HIDDEN, INT, Graph

IDS = np.array([[3, 1, 4, 1, 5, 9]])


def branch(seed: int, *, layers: int = 1) -> onnx.GraphProto:
    """Return a subgraph of attention over the outer ``hidden``; all of them use the same names."""
    graph, name = Graph(), "hidden"
    graph._random = np.random.default_rng(seed)
    for _ in range(layers):
        name = graph.attention(name)
    out = helper.make_tensor_value_info(name, FLOAT, None)
    return helper.make_graph(graph.nodes, "branch", [], [out], graph.weights)


def save(
    path: Path,
    nodes: list[onnx.NodeProto],
    *constants: onnx.TensorProto,
    more: tuple[onnx.ValueInfoProto, ...] = (),
) -> Path:
    table = np.random.default_rng(1).normal(size=(20, HIDDEN)).astype(np.float32)
    weights = [numpy_helper.from_array(table, "table"), *constants]
    nodes = [helper.make_node("Gather", ["table", "input_ids"], ["hidden"]), *nodes]
    ids = helper.make_tensor_value_info("input_ids", INT, ("b", "n"))
    out = helper.make_tensor_value_info("out", FLOAT, ("b", "n", HIDDEN))
    graph = helper.make_graph(nodes, "g", [ids, *more], [out], weights)
    opsets = [helper.make_opsetid("", 17)]
    onnx.save(helper.make_model(graph, opset_imports=opsets, ir_version=8), path)
    return path


def chosen_by(condition: str) -> onnx.NodeProto:
    return helper.make_node(
        "If", [condition], ["out"], "way", then_branch=branch(5), else_branch=branch(6, layers=2)
    )


def shape_condition() -> list[onnx.NodeProto]:
    """Return nodes that make ``long``: whether the text has more than four tokens."""
    return [
        helper.make_node("Shape", ["input_ids"], ["shape"]),
        helper.make_node("Gather", ["shape", "one"], ["length"]),
        helper.make_node("Greater", ["length", "four"], ["long"]),
    ]


NUMBERS = (
    numpy_helper.from_array(np.array(1), "one"),
    numpy_helper.from_array(np.array(4), "four"),
)


def test_both_of_two_branches_that_follow_each_other_are_found_and_exact(tmp_path: Path) -> None:
    yes = numpy_helper.from_array(np.array(True), "yes")
    first, second = chosen_by("yes"), chosen_by("yes")
    first.output[0], second.name = "middle", "second way"
    for attribute in second.attribute:
        for node in attribute.g.node:
            node.input[:] = ["middle" if name == "hidden" else name for name in node.input]
    path = save(tmp_path / "m.onnx", [first, second], yes)
    model = open_model(path)
    record = model.verified(model.run_feeds({"input_ids": IDS}))
    assert len(record.layers) == 2
    assert all(x is not None and x < 1e-6 for x in record.provenance.differences)
    plain = ort.InferenceSession(path, providers=["CPUExecutionProvider"])
    np.testing.assert_allclose(
        record.outputs["out"], plain.run(None, {"input_ids": IDS})[0], atol=1e-6
    )
    assert not model.notices  # the file itself leaves no choice


def test_an_input_that_chooses_a_branch_is_taken_as_false_and_refused_as_true(
    tmp_path: Path,
) -> None:
    flag = helper.make_tensor_value_info("use_cache_branch", TensorProto.BOOL, [1])
    path = save(tmp_path / "m.onnx", [chosen_by("use_cache_branch")], more=(flag,))
    model = open_model(path)
    feeds = {"input_ids": IDS, "use_cache_branch": np.array([False])}
    assert len(model.run_feeds(feeds).layers) == 2
    assert "use_cache_branch" in " ".join(notice.sentence for notice in model.notices)
    with pytest.raises(InputError, match="other way"):
        model.run_feeds({**feeds, "use_cache_branch": np.array([True])})


def test_a_computed_condition_is_tried_when_opened_and_checked_in_every_run(tmp_path: Path) -> None:
    path = save(tmp_path / "m.onnx", [*shape_condition(), chosen_by("long")], *NUMBERS)
    model = open_model(path)
    record = model.verified(model.run_feeds({"input_ids": IDS}))
    assert len(record.layers) == 1  # more than four tokens: the first branch
    assert record.provenance.largest_difference == pytest.approx(0, abs=1e-6)
    with pytest.raises(InputError, match="other way"):
        model.run_feeds({"input_ids": IDS[:, :3]})


def test_a_branch_within_a_branch_is_written_out_too(tmp_path: Path) -> None:
    inner = chosen_by("long")
    inner.output[0] = "inner"
    nested = helper.make_graph(
        [inner], "nested", [], [helper.make_tensor_value_info("inner", FLOAT, None)]
    )
    passing = helper.make_graph(
        [helper.make_node("Identity", ["hidden"], ["same"])],
        "passing",
        [],
        [helper.make_tensor_value_info("same", FLOAT, None)],
    )
    yes = numpy_helper.from_array(np.array(True), "yes")
    outer = helper.make_node("If", ["yes"], ["out"], then_branch=nested, else_branch=passing)
    model = open_model(save(tmp_path / "m.onnx", [*shape_condition(), outer], yes, *NUMBERS))
    assert [block.pattern for block in model.tapped.blocks] == [
        "MatMul · Div · Softmax · MatMul"
    ] * 2


def loop() -> onnx.NodeProto:
    """Return a loop that runs one attention three times."""
    graph = Graph()
    out = graph.attention("state")
    go_on = helper.make_node("Identity", ["go_in"], ["go_out"])
    number: list[int] = []
    body = helper.make_graph(
        [go_on, *graph.nodes],
        "body",
        [
            helper.make_tensor_value_info("turn", INT, number),
            helper.make_tensor_value_info("go_in", TensorProto.BOOL, number),
            helper.make_tensor_value_info("state", FLOAT, None),
        ],
        [
            helper.make_tensor_value_info("go_out", TensorProto.BOOL, []),
            helper.make_tensor_value_info(out, FLOAT, None),
        ],
        graph.weights,
    )
    return helper.make_node("Loop", ["turns", "go", "start"], ["out"], "turning", body=body)


LOOPED = (
    numpy_helper.from_array(np.array(3), "turns"),
    numpy_helper.from_array(np.array(True), "go"),
)


def test_attention_in_nothing_but_a_loop_is_refused_by_the_name_of_the_loop(tmp_path: Path) -> None:
    start = helper.make_node("Identity", ["hidden"], ["start"])
    with pytest.raises(NoAttentionError, match="turning"):
        open_model(save(tmp_path / "m.onnx", [start, loop()], *LOOPED))


def test_the_card_tells_of_attention_in_a_loop_beside_the_layers_that_are_shown(
    tmp_path: Path,
) -> None:
    start = helper.make_node("If", ["go"], ["start"], then_branch=branch(5), else_branch=branch(6))
    model = open_model(save(tmp_path / "m.onnx", [start, loop()], *LOOPED))
    record = model.run_feeds({"input_ids": IDS})
    assert len(record.layers) == 1
    assert "“turning” hold" in card_of(model, record).text()
    assert "turning" in " ".join(notice.sentence for notice in model.notices)
