"""The table of one attention row, against numbers computed here from scratch."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest

from models.attention import RowParts
from models.encoded import Token
from models.row_table import COMMA, key_labels, plain, row_table, vectors_text


def make_parts(*, count: int = 5, size: int = 4, bias: bool = False) -> RowParts:
    random = np.random.default_rng(7)
    query = random.normal(size=size).astype(np.float32)
    keys = random.normal(size=(count, size)).astype(np.float32)
    values = random.normal(size=(count, size)).astype(np.float32)
    dots = np.array([sum(a * b for a, b in zip(query, key, strict=True)) for key in keys])
    scaled = dots / np.sqrt(size)
    added = np.where(np.arange(count) == 1, -np.inf, 0.25) if bias else np.zeros(count)
    powers = np.exp(scaled + added)
    weights = powers / powers.sum()
    weighted = weights[:, None] * values
    single = np.float32
    return RowParts(
        query=query,
        keys=keys,
        dots=dots.astype(single),
        scale=1 / np.sqrt(size),
        scaled=scaled.astype(single),
        bias=added.astype(single) if bias else None,
        scores=(scaled + added).astype(single),
        weights=weights.astype(single),
        values=values,
        weighted=weighted.astype(single),
        vector=weighted.sum(axis=0).astype(single),
    )


def tokens_of(*labels: str) -> tuple[Token, ...]:
    return tuple(Token(text=label, label=label) for label in labels)


WORDS = tokens_of("I", "am", "making", "a", "cake")


def read(text: str, separator: str = "\t") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text), delimiter=separator))


def test_copied_numbers_read_back_as_the_same_float32() -> None:
    parts = make_parts()

    lines = read(row_table(parts, tokens=WORDS).text())

    for name, expected in (
        ("dot", parts.dots),
        ("scaled", parts.scaled),
        ("score", parts.scores),
        ("weight", parts.weights),
    ):
        assert np.array_equal(np.array([line[name] for line in lines], np.float32), expected)


def test_copied_weights_sum_to_one() -> None:
    lines = read(row_table(make_parts(count=300), tokens=()).text())

    assert sum(float(line["weight"]) for line in lines) == pytest.approx(1, abs=1e-6)


def test_norms_are_euclidean_and_weighted_by_the_weight() -> None:
    parts = make_parts()
    norms = [sum(x * x for x in value) ** 0.5 for value in parts.values.tolist()]

    table = row_table(parts, tokens=WORDS)

    assert table.column("value_norm") == pytest.approx(norms, rel=1e-6)
    assert table.column("weighted_norm") == pytest.approx(norms * parts.weights, rel=1e-6)


def test_bias_and_mean_have_columns_only_when_there_are_some() -> None:
    bare = [column.name for column in row_table(make_parts(), tokens=WORDS).columns]
    mean = np.full(5, 0.2, dtype=np.float32)
    full = [
        column.name for column in row_table(make_parts(bias=True), tokens=WORDS, mean=mean).columns
    ]

    assert bare == ["dot", "scaled", "score", "weight", "value_norm", "weighted_norm"]
    assert full == [
        "dot",
        "scaled",
        "bias",
        "score",
        "weight",
        "mean_weight",
        "value_norm",
        "weighted_norm",
    ]


def test_a_masked_key_is_written_as_minus_infinity() -> None:
    lines = read(row_table(make_parts(bias=True), tokens=WORDS).text())

    assert lines[1]["bias"] == "-inf"
    assert float(lines[1]["weight"]) == 0


def test_sorting_by_weight_puts_the_heaviest_first() -> None:
    table = row_table(make_parts(), tokens=WORDS)

    weights = table.column("weight")[table.order("weight", descending=True)]

    assert list(weights) == sorted(weights, reverse=True)


def test_equal_values_stay_in_reading_order_both_ways() -> None:
    table = row_table(make_parts(), tokens=WORDS, mean=np.full(5, 0.2, dtype=np.float32))

    assert list(table.order("mean_weight")) == [0, 1, 2, 3, 4]
    assert list(table.order("mean_weight", descending=True)) == [0, 1, 2, 3, 4]


def test_sorting_by_token_and_by_position() -> None:
    table = row_table(make_parts(), tokens=WORDS)

    assert list(table.order("token")) == [0, 3, 1, 4, 2]
    assert list(table.order("position", descending=True)) == [4, 3, 2, 1, 0]


def test_an_unknown_column_is_refused_by_name() -> None:
    with pytest.raises(KeyError, match="bias"):
        row_table(make_parts(), tokens=WORDS).column("bias")


def test_chosen_rows_come_in_the_order_asked() -> None:
    lines = read(row_table(make_parts(), tokens=WORDS).text(rows=[4, 0]))

    assert [line["token"] for line in lines] == ["cake", "I"]
    assert [line["position"] for line in lines] == ["4", "0"]


@pytest.mark.parametrize("separator", ["\t", COMMA])
def test_tokens_with_tabs_quotes_and_newlines_survive(separator: str) -> None:
    odd = tokens_of('"', "\t", "a\nb", ",", "=1+1")

    lines = read(row_table(make_parts(), tokens=odd).text(separator=separator), separator)

    assert [line["token"] for line in lines] == ['"', "\t", "a\nb", ",", "=1+1"]


def test_keys_that_are_not_the_tokens_are_named_by_position() -> None:
    assert key_labels(WORDS, count=3) == ("0", "1", "2")
    assert key_labels(WORDS, count=5) == ("I", "am", "making", "a", "cake")


def test_vectors_of_different_lengths_stand_side_by_side() -> None:
    text = vectors_text(
        {"query": np.array([0.1, -2], np.float32), "vector": np.array([1e-9], np.float32)}
    )

    assert text == "dimension\tquery\tvector\n0\t0.1\t1e-09\n1\t-2.0\t\n"


def test_plain_numbers_do_not_lose_a_bit() -> None:
    values = np.random.default_rng(1).normal(size=2000).astype(np.float32)

    assert all(np.float32(plain(value)) == value for value in values)
