"""Pieces merged into words: summed over keys, averaged over queries."""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from models.api import Model, open_model
from models.word_merging import words_in
from tests.helpers.records import image_record
from tests.helpers.zoo import ZOO


@cache
def opened(name: str | Path) -> Model:
    return open_model(name)


FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"


@pytest.mark.parametrize("model", ["multilingual-e5-small", ZOO / "bert", ZOO / "roberta"])
@pytest.mark.parametrize(
    "text",
    [
        "Desafortunadamente, a constitucionalidade não é óbvia.",
        f"Olha a família {FAMILY} no parque! cafe\u0301",
        "guarda-chuva d'água 3,50",
    ],
)
def test_words_are_the_sentence_s_own_and_none_is_lost(model: str | Path, text: str) -> None:
    encoded = opened(model).encode_text(text)
    found = words_in(encoded)
    assert sorted(p for word in found.words for p in word.pieces) == list(
        range(len(encoded.tokens))
    )
    for word in found.words:
        if len(word.pieces) > 1:
            assert word.label in text
            assert not word.label.startswith(("\u0301", "\u200d"))
    if model == "multilingual-e5-small":  # the others' small vocabularies drop letters
        written = "".join(w.label for w in found.words if not w.token.special)
        same = unicodedata.normalize("NFC", text).replace(" ", "")
        assert unicodedata.normalize("NFC", written) == same


def test_an_emoji_of_several_people_is_one_word() -> None:
    encoded = opened("multilingual-e5-small").encode_text(f"a {FAMILY} b")
    labels = [w.label for w in words_in(encoded).words]
    assert FAMILY in labels


def test_special_tokens_and_patches_stay_alone() -> None:
    encoded = opened("multilingual-e5-small").encode_text("gatinhos gatinhos", "gatinhos")
    found = words_in(encoded)
    for word in found.words:
        if word.token.special:
            assert len(word.pieces) == 1
    assert [w.label for w in found.words if not w.token.special] == ["gatinhos"] * 3
    assert not words_in(image_record().encoded).merges


def by_loops(weights: np.ndarray, groups: list[tuple[int, ...]]) -> np.ndarray:
    """Clark 2019, 4.1, in loops."""
    merged = np.zeros((len(groups), len(groups)))
    for a, queries in enumerate(groups):
        for b, keys in enumerate(groups):
            total = 0.0
            for i in queries:
                for j in keys:
                    total += float(weights[i, j])
            merged[a, b] = total / len(queries)
    return merged


def test_rows_and_matrices_follow_the_definition_and_rows_still_sum_to_one() -> None:
    record = opened("multilingual-e5-small").run_text("Desafortunadamente, o telhado caiu.")
    found = words_in(record.encoded)
    assert found.merges
    weights = record.layers[3].weights()
    groups = [w.pieces for w in found.words]
    merged = found.matrix(weights)
    for head in range(len(weights)):
        np.testing.assert_allclose(merged[head], by_loops(weights[head], groups), atol=1e-6)
    np.testing.assert_allclose(merged.sum(axis=-1), 1, atol=1e-5)
    for i in range(len(groups)):
        np.testing.assert_allclose(found.query_row(weights[2], i), merged[2, i], atol=1e-6)
    row = weights[1, 4]
    np.testing.assert_allclose(
        found.row(row), by_loops(np.stack([row] * len(row)), groups)[0], atol=1e-6
    )
    column = weights[1, :, 4]
    np.testing.assert_allclose(
        found.column(column), [column[list(g)].mean() for g in groups], atol=1e-6
    )


def test_every_token_knows_its_word() -> None:
    encoded = opened("multilingual-e5-small").encode_text("telhados altos")
    found = words_in(encoded)
    for i, word in enumerate(found.words):
        assert (found.word_of[list(word.pieces)] == i).all()
        assert word.first == word.pieces[0]
