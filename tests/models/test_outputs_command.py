"""``main.py outputs`` prints what ``read_outputs`` reads."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from models.api import open_model
from models.commands.program import REFUSED, run
from models.outputs import Classes, TokenGuesses, read_outputs
from tests.helpers.tiny_heads import at_first, one_number, per_token, save_text
from tests.helpers.tiny_tokenizers import word_piece
from tests.helpers.zoo import ZOO

CAT = Path(__file__).resolve().parents[2] / "assets" / "images" / "cat.jpg"


def asked(*arguments: object, capsys: pytest.CaptureFixture[str]) -> str:
    assert run(["outputs", *map(str, arguments)]) == 0
    return capsys.readouterr().out


def test_json_holds_the_same_guesses_as_python(capsys: pytest.CaptureFixture[str]) -> None:
    text = "the cat [MASK] on"
    out = asked(ZOO / "bert_mlm", "--text", text, "--top", 3, "--json", capsys=capsys)
    found = json.loads(out)["outputs"][0]
    model = open_model(ZOO / "bert_mlm")
    guesses = read_outputs(model.run_text(text), model)[0]
    assert isinstance(guesses, TokenGuesses)
    wanted = guesses.at(4, 3)
    assert [row["id"] for row in found["rows"]] == [c.token_id for c in wanted]
    assert [row["probability"] for row in found["rows"]] == [c.probability for c in wanted]
    assert [row["token"] for row in found["rows"]] == [c.spelling for c in wanted]
    assert found["around"] == {"4": ["the cat ", " on"]}
    assert (found["kind"], found["name"], found["shape"]) == ("guesses", "logits", [1, 7, 176])


def test_lines_for_people_show_the_sentence_and_as_many_guesses_as_asked_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = asked(ZOO / "bert_mlm", "--text", "the [MASK]", "--top", 2, capsys=capsys)
    assert "2: the [MASK]" in out
    assert len([line for line in out.splitlines() if line.startswith("         2 ")]) == 2


def test_photos_and_raw_inputs_are_taken_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = asked(ZOO / "vit", "--image", CAT, "--json", capsys=capsys)
    rows = json.loads(out)["outputs"][0]["rows"]
    model = open_model(ZOO / "vit")
    classes = read_outputs(model.run_image(CAT), model)[0]
    assert isinstance(classes, Classes)
    assert [row["class"] for row in rows] == list(classes.top(5))
    assert sum(row["probability"] for row in rows) == pytest.approx(1)
    feeds = tmp_path / "in.npz"
    np.savez(feeds, **model.encode_image(CAT).feeds)
    assert json.loads(asked(ZOO / "vit", "--feeds", feeds, "--json", capsys=capsys))["outputs"][0][
        "rows"
    ] == rows  # fmt: skip


def test_answers_labels_and_scores_are_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ids = word_piece(tmp_path / "v").get_vocab()
    starts, ends = np.zeros((2, len(ids)), dtype=np.float32)
    starts[ids["gato"]] = ends[ids["##lhado"]] = 5
    labels = np.zeros((len(ids), 3), dtype=np.float32)
    labels[ids["gato"], 1] = labels[ids["te"], 2] = labels[ids["##lhado"], 2] = 4
    heads = {
        "start_logits": one_number(starts),
        "end_logits": one_number(ends),
        "tag_logits": per_token(labels),
        "score_logits": at_first(np.full((len(ids), 1), 0.25, dtype=np.float32)),
    }
    names = {"0": "O", "1": "B-CAT", "2": "I-CAT"}
    folder = save_text(tmp_path / "m", heads, config={"id2label": names})
    text = ("--text", "the cat", "--pair", "gato telhado sat")
    out = asked(folder, *text, capsys=capsys)
    assert "CAT: gato telhado" in out
    assert "Score of the pair" in out
    found = {
        o["kind"]: o for o in json.loads(asked(folder, *text, "--json", capsys=capsys))["outputs"]
    }
    assert found["answer"]["rows"][0]["text"] == "gato telhado"
    assert found["answer"]["no_answer"] == 0
    assert found["token_labels"]["entities"][0]["text"] == "gato telhado"
    assert found["score"]["rows"] == [{"output": 2.25, "sigmoid": pytest.approx(0.904650535)}]
    assert found["score"]["pair"] is True


def test_what_is_not_finite_is_null_in_json(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ids = word_piece(tmp_path / "v").get_vocab()
    table = np.full((len(ids), 3), -np.inf, dtype=np.float32)
    table[:, 0] = 1
    folder = save_text(tmp_path / "m", {"logits": at_first(table)})
    out = asked(folder, "--text", "the cat", "--json", capsys=capsys)
    assert "Infinity" not in out
    assert json.loads(out)["outputs"][0]["rows"][1]["output"] is None


@pytest.mark.parametrize("top", ["0", "-3", "x"])
def test_a_top_that_is_no_count_is_refused(top: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["outputs", str(ZOO / "bert_mlm"), "--text", "the", "--top", top]) == REFUSED
    assert "--top" in capsys.readouterr().err
