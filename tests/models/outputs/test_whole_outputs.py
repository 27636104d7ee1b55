"""What is said about the whole input, against numbers worked out by other means."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from models.api import open_model
from models.config import ConfigFile
from models.outputs import Classes, Output, Plain, Score, Vector, read_outputs
from models.outputs.base import sigmoid, softmax, statistics
from models.outputs.labels import labels_for
from tests.helpers.tiny_heads import Head, at_first, save_text
from tests.helpers.tiny_tokenizers import word_piece
from tests.helpers.zoo import ZOO


@pytest.fixture
def ids(tmp_path: Path) -> dict[str, int]:
    return word_piece(tmp_path / "vocabulary").get_vocab()


def table_for(ids: Mapping[str, int], numbers: list[float]) -> np.ndarray:
    """Return a table that gives ``numbers`` for a sentence with one “cat” in it."""
    table = np.zeros((len(ids), len(numbers)), dtype=np.float32)
    table[ids["cat"]] = numbers
    return table


def read(
    folder: Path,
    heads: Mapping[str, Head],
    *,
    config: Mapping[str, Any] | None = None,
    pair: str | None = None,
) -> list[Output]:
    model = open_model(save_text(folder, heads, config=config))
    return list(read_outputs(model.run_text("the cat", pair), model))


# -- classes


@pytest.mark.parametrize("name", ["bert_seqcls", "vit", "deit", "beit", "timm_vit"])
def test_probabilities_are_the_softmax_of_pytorchs_own_numbers(name: str) -> None:
    model = open_model(ZOO / name)
    with np.load(ZOO / name / "reference.npz") as stored:
        feeds = {key[5:]: stored[key][:1] for key in stored.files if key.startswith("B/in/")}
        logits = stored["B/out/logits"][0].tolist()
    classes = read_outputs(model.run_feeds(feeds), model)[0]
    assert isinstance(classes, Classes)
    assert classes.probabilities is not None
    powers = [math.exp(x) for x in logits]
    wanted = [power / math.fsum(powers) for power in powers]
    assert classes.probabilities == pytest.approx(wanted, abs=1e-5)
    assert list(classes.top(2)) == sorted(range(len(logits)), key=lambda i: -logits[i])[:2]


def test_classes_that_do_not_exclude_each_other_get_a_sigmoid_each(
    tmp_path: Path, ids: dict[str, int]
) -> None:
    config = {
        "architectures": ["BertForSequenceClassification"],
        "problem_type": "multi_label_classification",
        "id2label": {"0": "news", "1": "sport", "2": "art"},
    }
    heads = {"logits": at_first(table_for(ids, [1.0, -2.0, 3.0]))}
    classes = read(tmp_path / "m", heads, config=config)[0]
    assert isinstance(classes, Classes)
    assert classes.probabilities == pytest.approx([1 / (1 + math.exp(-x)) for x in (1, -2, 3)])
    assert [classes.labels[i] for i in classes.top()] == ["art", "news", "sport"]


def test_a_regression_gets_no_probabilities(tmp_path: Path, ids: dict[str, int]) -> None:
    config = {"architectures": ["BertForSequenceClassification"], "problem_type": "regression"}
    heads = {
        "logits": at_first(table_for(ids, [1.0, -2.0])),
        "more_logits": at_first(table_for(ids, [7.0])),
    }
    classes, score, _ = read(tmp_path / "m", heads, config=config)
    assert isinstance(classes, Classes)
    assert classes.probabilities is None
    assert classes.table().columns == ("class", "label", "output")
    assert isinstance(score, Score)
    assert (score.value, score.probability) == (7.0, None)


@pytest.mark.parametrize(
    ("last", "numbers", "wanted"),
    [
        ("Softmax", [0.0, math.log(3)], [0.25, 0.75]),
        ("LogSoftmax", [0.0, math.log(3)], [0.25, 0.75]),
        ("Sigmoid", [0.0, math.log(3)], [0.5, 0.75]),
    ],
)
def test_what_the_graph_already_does_is_not_done_twice(
    tmp_path: Path, ids: dict[str, int], last: str, numbers: list[float], wanted: list[float]
) -> None:
    attributes = {} if last == "Sigmoid" else {"axis": -1}
    config = {"problem_type": "multi_label_classification"}  # the graph wins over it
    heads = {"out": at_first(table_for(ids, numbers), then=last, **attributes)}
    classes = read(tmp_path / "m", heads, config=config)[0]
    assert isinstance(classes, Classes)
    assert classes.by_graph
    assert classes.probabilities == pytest.approx(wanted, abs=1e-6)
    assert classes.function == ("sigmoid" if last == "Sigmoid" else "softmax")


def test_numbers_after_a_softmax_that_are_no_probabilities_are_listed_plainly(
    tmp_path: Path, ids: dict[str, int]
) -> None:
    heads = {"out": at_first(table_for(ids, [1.0, 2.0]), then="Softmax", axis=0)}
    assert isinstance(read(tmp_path / "m", heads)[0], Plain)


def test_numbers_of_unknown_meaning_are_listed_plainly_with_their_statistics(
    tmp_path: Path, ids: dict[str, int]
) -> None:
    output = read(tmp_path / "m", {"x": at_first(table_for(ids, [1.0, 2.0, 6.0]))})[0]
    assert isinstance(output, Plain)
    found = output.statistics
    assert found is not None
    assert (found.low, found.high, found.mean) == (1, 6, 3)
    assert found.deviation == pytest.approx(math.sqrt((4 + 1 + 9) / 3))


@pytest.mark.parametrize("bad", [math.nan, math.inf])
def test_logits_that_are_not_finite_are_listed_plainly(
    tmp_path: Path, ids: dict[str, int], bad: float
) -> None:
    heads = {"logits": at_first(table_for(ids, [1.0, bad, 2.0]))}
    assert isinstance(read(tmp_path / "m", heads)[0], Plain)


def test_a_class_of_minus_infinity_has_probability_zero(
    tmp_path: Path, ids: dict[str, int]
) -> None:
    heads = {"logits": at_first(table_for(ids, [1.0, -math.inf, 1.0]))}
    classes = read(tmp_path / "m", heads)[0]
    assert isinstance(classes, Classes)
    assert classes.probabilities is not None
    assert classes.probabilities.tolist() == [0.5, 0.0, 0.5]
    assert json.dumps(classes.table().facts(), allow_nan=False)


# -- scores


def test_a_cross_encoders_number_is_told_raw_and_through_a_sigmoid(
    tmp_path: Path, ids: dict[str, int]
) -> None:
    heads = {"logits": at_first(table_for(ids, [2.5]))}
    score = read(tmp_path / "m", heads, pair="sat on")[0]
    assert isinstance(score, Score)
    assert score.value == 2.5
    assert score.probability == pytest.approx(1 / (1 + math.exp(-2.5)), abs=1e-15)
    assert score.title == "Score of the pair"


def test_a_score_that_the_graph_sends_through_a_sigmoid_is_not_sent_again(
    tmp_path: Path, ids: dict[str, int]
) -> None:
    heads = {"logits": at_first(table_for(ids, [0.0]), then="Sigmoid")}
    score = read(tmp_path / "m", heads)[0]
    assert isinstance(score, Score)
    assert (score.value, score.probability) == (None, 0.5)
    assert score.title == "Score"


# -- vectors


def test_one_vector_for_the_whole_input_is_known_by_name_or_by_size(
    tmp_path: Path, ids: dict[str, int]
) -> None:
    heads = {
        "pooler_output": at_first(table_for(ids, [3.0, 4.0])),
        "x": at_first(table_for(ids, [1.0] * 8)),
    }
    pooled, unnamed, _ = read(tmp_path / "m", heads)
    assert isinstance(pooled, Vector)
    assert isinstance(unnamed, Vector)
    assert pooled.norm == 5
    assert pooled.title == "Pooled vector"
    assert unnamed.norm == pytest.approx(math.sqrt(8))


# -- labels


def config(**values: object) -> ConfigFile:
    return ConfigFile(values, file="config.json")


def test_labels_that_fit_are_used() -> None:
    labels = labels_for(config(id2label={"1": "b", "0": " a \n"}), 2)
    assert [labels[0], labels[1]] == ["a", "b"]
    assert labels.notices == ()


def test_missing_and_empty_labels_are_numbers() -> None:
    assert labels_for(config(), 18)[17] == "class 17"
    labels = labels_for(config(id2label={"0": "a", "2": None, "3": "", "4": "e"}), 5)
    assert [labels[i] for i in range(5)] == ["a", "class 1", "class 2", "class 3", "e"]


@pytest.mark.parametrize("count", [2, 4])
def test_labels_of_another_number_of_classes_are_not_used_and_that_is_said(count: int) -> None:
    labels = labels_for(config(id2label={"0": "no", "1": "yes", "2": "maybe"}), count)
    assert labels[1] == "class 1"
    assert labels.notices[0].values == {"file": "config.json", "named": 3, "given": count}


def test_a_label_used_twice_carries_its_number() -> None:
    labels = labels_for(config(id2label={"0": "crane", "1": "cat", "2": "crane"}), 3)
    assert [labels[i] for i in range(3)] == ["crane (class 0)", "cat", "crane (class 2)"]


def test_timm_names_and_lists_of_names_are_read() -> None:
    assert labels_for(config(label_names=["a", "b"]), 2)[1] == "b"
    assert labels_for(config(id2label=["a", "b"]), 2)[0] == "a"


@pytest.mark.parametrize(
    "bad", [7, "x", {"a": "b"}, {"-1": "a"}, {"0.5": "a"}, {"0": ["x"]}, None, True]
)
def test_labels_that_make_no_sense_do_no_harm(bad: object) -> None:
    assert labels_for(config(id2label=bad), 3)[2] == "class 2"


# -- numbers and tables


def test_softmax_and_sigmoid_neither_overflow_nor_lose_small_shares() -> None:
    assert softmax(np.array([1e4, 1e4 - 1], dtype=np.float32)).tolist() == pytest.approx(
        [1 / (1 + math.exp(-1)), math.exp(-1) / (1 + math.exp(-1))]
    )
    assert sigmoid(np.array([-800.0, 0.0, 800.0])).tolist() == [0.0, 0.5, 1.0]
    assert sigmoid(np.array([-40.0]))[0] == pytest.approx(math.exp(-40), rel=1e-12)


def test_half_precision_is_summed_in_double() -> None:
    logits = np.zeros(70_000, dtype=np.float16)
    assert softmax(logits)[0] == pytest.approx(1 / 70_000, rel=1e-12)


def test_statistics_leave_out_and_count_what_is_not_finite() -> None:
    found = statistics(np.array([[1.0, np.nan], [np.inf, 3.0]]))
    assert found is not None
    assert (found.count, found.odd, found.low, found.high) == (4, 2, 1.0, 3.0)
    assert (found.mean, found.deviation) == (2.0, 1.0)
    assert statistics(np.array([np.nan])) is None
    assert statistics(np.array([], dtype=np.float32)) is None


def test_statistics_of_more_numbers_than_one_block() -> None:
    numbers = np.random.default_rng(3).normal(size=2_500_001).astype(np.float32)
    found = statistics(numbers)
    assert found is not None
    assert found.mean == pytest.approx(float(numbers.mean(dtype=np.float64)))
    assert found.deviation == pytest.approx(float(numbers.std(dtype=np.float64)))


def test_a_copied_table_reads_back_to_the_same_float32() -> None:
    values = np.random.default_rng(5).normal(size=40).astype(np.float32)
    vector = Vector(name="v", shape=(1, 40), dtype="float32", values=values)
    lines = list(csv.reader(io.StringIO(vector.table().text()), delimiter="\t"))
    assert lines[0] == ["dimension", "value"]
    assert np.array([line[1] for line in lines[1:]], dtype=np.float32).tolist() == values.tolist()
