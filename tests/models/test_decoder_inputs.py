"""Inputs that only decoders have: a memory of earlier tokens, tokens of their own, causal rows."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto

from models.api import open_model
from models.card import card_of
from models.commands.program import run
from tests.helpers.tiny_models import FLOAT, HIDDEN, INT, Graph, save_text_model
from tests.helpers.tiny_tokenizers import word_piece

PAST = [
    (f"past_key_values.{i}.{part}", TensorProto.FLOAT16, ("batch_size", 2, "past_length", 4))
    for i in range(2)
    for part in ("key", "value")
]


def test_a_memory_of_earlier_tokens_is_left_empty_and_said_once(tmp_path: Path) -> None:
    save_text_model(tmp_path / "model.onnx", rows=120, more=PAST)
    word_piece(tmp_path)
    record = open_model(tmp_path).run_text("um gato")
    shapes = {record.encoded.feeds[name].shape for name, _, _ in PAST}
    assert shapes == {(1, 2, 0, 4)}
    said = [notice.sentence for notice in record.encoded.notices]
    assert sum("memory" in sentence for sentence in said) == 1


def test_a_decoder_gets_the_tokens_of_the_text_so_that_its_rows_are_labelled_rightly(
    tmp_path: Path,
) -> None:
    more = [("decoder_input_ids", INT, ("b", "n")), ("decoder_attention_mask", INT, ("b", "n"))]
    save_text_model(tmp_path / "model.onnx", rows=120, more=more)
    word_piece(tmp_path)
    encoded = open_model(tmp_path).encode_text("um gato")
    np.testing.assert_array_equal(encoded.feeds["decoder_input_ids"], encoded.feeds["input_ids"])
    assert encoded.feeds["decoder_attention_mask"].all()
    assert any("decoder" in notice.sentence for notice in encoded.notices)


def test_a_decoder_alone_takes_the_text(tmp_path: Path) -> None:
    save_text_model(
        tmp_path / "model.onnx", rows=120, names=("decoder_input_ids", "attention_mask")
    )
    word_piece(tmp_path)
    assert open_model(tmp_path).run_text("um gato").tokens


def test_the_card_tells_causal_layers_from_those_that_see_everything(tmp_path: Path) -> None:
    graph = Graph()
    hidden = graph.add("Gather", graph.weight(20, HIDDEN), "input_ids")
    later = np.triu(np.full((6, 6), -1e4, np.float32), 1)
    seen = graph.attention(hidden, bias=graph.constant(later))
    path = graph.save(tmp_path / "m.onnx", graph.attention(seen), [("input_ids", INT, (1, 6))])
    model = open_model(path)
    record = model.run_feeds({"input_ids": np.array([[1, 2, 3, 4, 5, 6]])})
    text = card_of(model, record).text()
    assert "L1: each to itself and what is before it (causal)" in text
    assert "L2: all to all" in text


def test_every_input_that_may_be_half_precision_is_made_in_its_own_type(tmp_path: Path) -> None:
    save_text_model(tmp_path / "model.onnx", rows=120, more=[*PAST, ("more", FLOAT, ("b", "n"))])
    feeds = open_model(tmp_path / "model.onnx").sample().feeds
    assert {feeds[name].dtype for name, _, _ in PAST} == {np.dtype(np.float16)}


def test_inspect_shows_the_card_of_a_model_that_does_not_run_on_a_sample(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    graph = Graph()
    hidden = graph.add("Gather", graph.weight(20, HIDDEN), "input_ids")
    five = graph.constant(np.zeros((1, 5, HIDDEN), np.float32))  # fits no other length
    path = tmp_path / "m.onnx"
    graph.save(
        path, graph.attention(graph.add("Add", hidden, five)), [("input_ids", INT, (1, "n"))]
    )
    assert run(["inspect", str(path), "--language", "en"]) == 0
    said = capsys.readouterr().out
    assert "1 layer" in said
    assert "did not run on a sample of its inputs" in said
    assert run(["inspect", str(path), "--language", "en", "--json"]) == 0
    notices = json.loads(capsys.readouterr().out)["notices"]
    assert "broadcast" in notices[-1]


def test_details_add_what_the_runtime_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = save_text_model(tmp_path / "m.onnx")
    model = onnx.load(path)
    model.graph.node[0].op_type = "Guess"
    path.write_bytes(model.SerializeToString())
    assert run(["inspect", str(path), "--language", "en"]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert run(["inspect", str(path), "--language", "en", "--details"]) == 2
    assert "ONNXRuntimeError" in capsys.readouterr().err
