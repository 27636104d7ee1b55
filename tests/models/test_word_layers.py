"""A record seen word by word gives the merged weights of the record as it ran."""

from __future__ import annotations

import numpy as np
import pytest

from models.api import open_model
from models.record import Record
from models.tiles import Tiles
from models.word_layers import in_words
from models.word_merging import words_in
from tests.helpers.records import image_record, text_record

TEXT = "Desafortunadamente, o telhado caiu."


@pytest.fixture(scope="module")
def record() -> Record:
    return open_model("multilingual-e5-small").run_text(TEXT)


def test_every_way_of_asking_gives_merged_weights(record: Record) -> None:
    found = in_words(record)
    assert found is not None
    words = words_in(record.encoded)
    for index in (0, 11):
        layer = found.record.layers[index]
        wanted = words.matrix(record.layers[index].weights())
        np.testing.assert_allclose(layer.weights(), wanted, atol=1e-6)
        np.testing.assert_allclose(layer.weights(3), wanted[3], atol=1e-6)
        np.testing.assert_allclose(layer.row(2), wanted[:, 2], atol=1e-6)
        np.testing.assert_allclose(layer.mean_row(2, (1, 4)), wanted[[1, 4], 2].mean(0), atol=1e-6)
        np.testing.assert_allclose(layer.column(1), wanted[:, :, 1], atol=1e-6)
        np.testing.assert_allclose(layer.mean_weights((0, 5)), wanted[[0, 5]].mean(0), atol=1e-6)
        np.testing.assert_allclose(layer.weights().sum(-1), 1, atol=1e-5)


def test_tiles_of_words_are_merged_too(record: Record) -> None:
    found = in_words(record)
    assert found is not None
    layer = found.record.layers[4]
    tile = Tiles(layer, (0, 2)).tile(slice(1, 4), slice(0, 3))
    np.testing.assert_allclose(tile, layer.mean_weights((0, 2))[1:4, :3], atol=1e-6)


def test_words_stand_in_place_of_tokens(record: Record) -> None:
    found = in_words(record)
    assert found is not None
    labels = [token.label for token in found.record.tokens]
    assert labels == ["<s>", "Desafortunadamente", ",", "o", "telhado", "caiu", ".", "</s>"]
    token = found.record.tokens[1]
    assert token.span == (0, 18)
    assert record.encoded.text[slice(*token.span)] == "Desafortunadamente"
    assert found.word_of(2) == 1
    assert found.word_of(None) is None


def test_the_record_stays_as_it_was_and_is_merged_once(record: Record) -> None:
    before = len(record.tokens)
    assert in_words(record) is in_words(record)
    assert len(record.tokens) == before


def test_where_no_word_has_pieces_there_is_nothing_to_merge() -> None:
    assert in_words(text_record()) is None
    assert in_words(image_record()) is None
