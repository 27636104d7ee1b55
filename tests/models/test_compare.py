"""Comparisons against alignments by hand and loops written here."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from PIL import Image

from models.api import open_model
from models.commands.program import run
from models.compare import Side, aligned, compare
from models.compare_other import Other, Others
from models.compare_senses import (
    WordReader,
    bundled_senses,
    own_and_other,
    pairwise_cosines,
    pieces_of,
    sense_curves,
    senses_of,
)
from models.errors import InputError
from models.flow.reader import read_flow
from models.record import Record
from models.words import words_of
from tests.helpers.figures import photo_record, text_record
from tests.helpers.zoo import ZOO

BERT = ZOO / "bert" / "onnx" / "model.onnx"


def test_words_that_both_have_in_the_same_order_align_and_others_do_not() -> None:
    a = text_record(["Sentei", "no", "banco", "da", "praça"]).encoded
    b = text_record(["Fui", "ao", "banco", "da", "esquina"]).encoded
    assert aligned(a, b) == ((0, 0), (3, 3), (4, 4), (6, 6))  # <s>, banco, da, </s>


def test_case_is_no_difference_and_order_is() -> None:
    a = text_record(["Um", "dois"]).encoded
    b = text_record(["dois", "um"]).encoded
    pairs = aligned(a, b)
    assert len([pair for pair in pairs if pair[0] not in {0, 3}]) == 1


def test_the_difference_is_that_of_the_mean_weights_where_words_align() -> None:
    first = text_record(["um", "dois", "três"])
    second = text_record(["zero", "um", "três"])
    found = compare(Side(first, 0, (0, 2)), Side(second, 1, (1,)))
    assert found.pairs == ((0, 0), (1, 2), (3, 3), (4, 4))
    for i, (a, b) in enumerate(found.pairs):
        for j, (c, d) in enumerate(found.pairs):
            ours = (_weight(first, 0, 0, a, c) + _weight(first, 0, 2, a, c)) / 2
            assert found.difference[i, j] == pytest.approx(
                ours - _weight(second, 1, 1, b, d), abs=1e-6
            )
    assert found.limit == pytest.approx(float(np.abs(found.difference).max()))
    assert (found.b_of(1), found.b_of(2), found.a_of(1)) == (2, None, None)


def _weight(record: Record, layer: int, head: int, query: int, key: int) -> float:
    part = record.layers[layer]
    scores = [
        float(np.dot(part.query[head, query], part.key[head, k]) * part.scale[head])
        for k in range(len(record.tokens))
    ]
    return math.exp(scores[key]) / sum(map(math.exp, scores))


def test_patches_align_by_their_place_and_photos_of_other_grids_are_refused() -> None:
    small, large = photo_record(3), photo_record(4)
    assert len(aligned(small.encoded, photo_record(3).encoded)) == 10
    with pytest.raises(InputError, match="do not match"):
        aligned(small.encoded, large.encoded)
    with pytest.raises(InputError, match="with a photo"):
        aligned(small.encoded, text_record(["um"]).encoded)


def test_the_vector_of_a_word_is_the_mean_of_its_pieces_hidden_states() -> None:
    model = open_model(BERT)
    record = model.run_text("the telhado cat")
    of, found = WordReader(model).record(record, "telhado")
    pieces = pieces_of(record, "telhado")
    states = read_flow(model, record).states
    assert states is not None
    assert of == "states"
    assert len(pieces) > 1
    for step, state in enumerate(states):
        mean = sum(state[piece] for piece in pieces) / len(pieces)
        assert np.allclose(found[step], mean, atol=1e-6)


def test_a_word_that_is_not_there_is_refused_by_name() -> None:
    model = open_model(BERT)
    with pytest.raises(InputError, match="zebra"):
        WordReader(model).sentence("the cat", "zebra")


def test_own_and_other_senses_leave_the_sentence_itself_out() -> None:
    random = np.random.default_rng(3)
    vectors, groups = random.standard_normal((5, 2, 4)).astype(np.float32), [0, 0, 0, 1, 1]
    same, other = own_and_other(pairwise_cosines(vectors), groups)
    for i in range(5):
        for step in range(2):
            own, away = [], []
            for j in range(5):
                a, b = vectors[i, step].astype(float), vectors[j, step].astype(float)
                cosine = sum(a * b) / math.sqrt(sum(a * a) * sum(b * b))
                if j != i:
                    (own if groups[i] == groups[j] else away).append(cosine)
            assert same[i, step] == pytest.approx(sum(own) / len(own), abs=1e-6)
            assert other[i, step] == pytest.approx(sum(away) / len(away), abs=1e-6)


def test_every_bundled_sentence_has_its_word_exactly_once() -> None:
    assert {found.word for found in bundled_senses()} >= {"banco", "manga", "vela", "bank", "bat"}
    for senses in bundled_senses():
        for sense in senses.senses:
            assert set(sense.names) == {"pt", "en"}
            for text in sense.sentences:
                words = words_of(text)
                spelt = [
                    "".join(c for c, w in zip(text, words, strict=True) if w == n).casefold()
                    for n in range(max(w for w in words if w is not None) + 1)
                ]
                assert spelt.count(senses.word) == 1, text


def test_the_senses_part_where_every_sentence_is_nearer_to_its_own_from_then_on() -> None:
    model = open_model(BERT)
    senses = senses_of("Bank")
    assert senses is not None
    first, second = (sense.sentences[0] for sense in senses.senses)
    curves = sense_curves(WordReader(model), senses, pair=(first, second))
    assert curves.same.shape == (2, 6, len(model.run_text(first).layers) + 1)
    assert curves.nearness is not None
    assert curves.between is not None
    assert np.allclose(curves.nearness[0, 0], curves.same[0, 0], atol=1e-6)
    assert np.allclose(curves.nearness[1, 1], curves.same[1, 0], atol=1e-6)
    if curves.parted is not None:
        assert (curves.nearer[curves.parted :] >= 1).all()
        assert curves.parted == 0 or curves.nearer[curves.parted - 1] < 1


def test_the_command_answers_in_json_and_refuses_a_word_that_is_missing(
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked = ["compare", str(BERT), "--text", "the bank of the river", "--with", "a bank loan"]
    assert run([*asked, "--word", "bank", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert "bank" in facts["aligned"]
    assert facts["only_in_with"] == ["a", "loan"]
    model = open_model(BERT)
    reader = WordReader(model)
    pair = [reader.sentence(text, "bank")[1] for text in (asked[3], asked[5])]
    expected = [
        float(x @ y / np.linalg.norm(x) / np.linalg.norm(y)) for x, y in zip(*pair, strict=True)
    ]
    assert facts["cosine"] == pytest.approx(expected, abs=1e-5)
    assert len(facts["senses"]["same_sense"]) == len(expected)
    assert run([*asked, "--word", "zebra"]) == 2
    assert "zebra" in capsys.readouterr().err
    assert run([*asked]) == 0
    plain = capsys.readouterr().out
    assert "In both:" in plain
    assert run([*asked[:-1], "text=a bank loan"]) == 0
    assert capsys.readouterr().out == plain
    assert run([*asked[:-1], "layer=1"]) == 2
    assert "compares two texts" in capsys.readouterr().err


def test_another_photo_is_prepared_at_the_size_of_the_first() -> None:
    model = open_model("dinov2-small")
    photo = Image.new("RGB", (300, 260), "grey")
    record = model.run_image(photo, size=(140, 140))
    other = Other("photo", picture=Image.new("RGB", (280, 300), "white"))
    found = Others().comparison(Side(record, 3), model, other)
    assert len(found.pairs) == len(record.tokens) == 101
    again = Others().comparison(Side(record, 3), model, Other("photo", picture=photo))
    assert again.limit == pytest.approx(0.0, abs=1e-6)


def test_side_b_is_compared_with_the_runtime_on_its_own_input() -> None:
    model, others = open_model(BERT), Others()
    other = Other("text", text="a bank of the city")
    side = Side(model.run_text("the bank of the river"), 1)
    found = others.comparison(side, model, other)
    assert not found.b.record.provenance.checked_on
    checked = others.checked(found, model, other)
    provenance = checked.b.record.provenance
    assert provenance.checked_on == "input"
    expected = model.check_of(checked.b.record.encoded).differences
    assert provenance.differences == expected
    assert all(one is not None and one < 1e-5 for one in expected)
    assert np.array_equal(checked.difference, found.difference)
    assert others.comparison(side, model, other).b.record is checked.b.record


def test_another_head_is_the_run_of_side_a_and_is_not_checked_again() -> None:
    model, others = open_model(BERT), Others()
    other = Other("head", number=1)
    found = others.comparison(Side(model.run_text("the bank"), 0, (0,)), model, other)
    assert others.checked(found, model, other) is found
