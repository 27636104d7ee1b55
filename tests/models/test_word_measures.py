"""What counts between words, against loops over every piece, with weights read by this file."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest

from models.api import Model, open_model
from models.counting import MEASURES, Asked, Measure
from models.flow.measured import Measurer
from models.flow.measured_layers import measured_layer, measured_record
from models.flow.reader import FlowReader
from models.graph.edit import Edit
from models.record import Record
from models.word_merging import Words, words_in

Array = np.ndarray
LAYER = 4
TOLERANCE = 1e-5
TEXT = "Desafortunadamente o telhado caiu 👩‍🚀"  # words of one piece and of several


@cache
def bert() -> tuple[Model, Record, Measurer]:
    model = open_model("multilingual-e5-small")
    record = model.run_text(TEXT)
    return model, record, Measurer(record, FlowReader(model.tapped))


@cache
def merged() -> Words:
    words = words_in(bert()[1].encoded)
    assert max(len(word.pieces) for word in words.words) > 2
    return words


def stored(name: str) -> Array:
    value = bert()[0].tapped.index.value(f"l{LAYER}.{name}")
    assert value is not None
    return np.asarray(value).astype(np.float64)


def dense(name: str) -> Array:
    return stored(f"{name}.w_q") * np.repeat(stored(f"{name}.w_s16"), 32, axis=0)


@cache
def residual() -> Array:
    model, record, _ = bert()
    name = f"encoder/layer.{LAYER - 1}/output/LayerNorm_out"
    session = model.tapped.loader.session(Edit((name,)), None)
    return session.run(dict(record.encoded.feeds), [name])[name][0].astype(np.float64)


@cache
def each() -> Array:
    """α_ij^h · v_j^h · W_O^h of every head, query and key: [H, N, N, hidden]."""
    layer = bert()[1].layers[LAYER]
    kernel = dense("ao").reshape(layer.heads, -1, 384)
    vectors = np.stack([layer.value[h].astype(np.float64) @ kernel[h] for h in range(layer.heads)])
    return layer.weights()[..., None].astype(np.float64) * vectors[:, None]


def deviation(whole: Array) -> float:
    return float(np.sqrt(np.mean((whole - whole.mean()) ** 2) + 1e-12))


def normed(one: Array, whole: Array, name: str) -> Array:
    return (one - one.mean()) / deviation(whole) * stored(f"{name}.w")


def rest(total: Array) -> Array:
    mid = normed(total, total, "aln") + stored("aln.b")
    inner = mid @ dense("fi") + stored("fi.b")
    inner = inner * (1 + np.vectorize(math.erf)(inner / math.sqrt(2))) / 2
    out = inner @ dense("fo") + stored("fo.b") + mid
    return normed(out, out, "oln") + stored("oln.b")


@cache
def raw(measure: Measure, heads: tuple[int, ...]) -> Array:
    """Return what a measure says of every query piece and key word: [N, W], before the division."""
    layer, count = bert()[1].layers[LAYER], len(bert()[1].tokens)
    words, alpha, values = merged().words, layer.weights(), layer.value.astype(np.float64)
    found = np.zeros((count, len(words)))
    for i in range(count):
        total = each()[:, i].sum(axis=(0, 1)) + stored("ao.b") + residual()[i]
        for place, word in enumerate(words):
            pieces = list(word.pieces)
            if measure == "weight":
                found[i, place] = alpha[list(heads)][:, i, pieces].mean(axis=0).sum()
            elif measure == "value":
                lengths = [
                    np.linalg.norm(sum(alpha[h, i, j] * values[h, j] for j in pieces))
                    for h in heads
                ]
                found[i, place] = np.mean(lengths)
            elif measure == "output":
                added = each()[list(heads), i][:, pieces].sum(axis=(0, 1))
                found[i, place] = np.linalg.norm(added)
            elif measure == "mixing":
                added = each()[:, i, pieces].sum(axis=(0, 1)) + (
                    residual()[i] if i in pieces else 0
                )
                found[i, place] = np.linalg.norm(normed(added, total, "aln"))
            else:
                without = rest(total - each()[:, i, pieces].sum(axis=(0, 1)))
                usual = rest(total)
                cosine = without @ usual / np.linalg.norm(without) / np.linalg.norm(usual)
                found[i, place] = 1 - cosine
    return found


def expected(measure: Measure, heads: tuple[int, ...], *, hide: bool = False) -> Array:
    """Return the shares of words [W, W]: each piece's row divided, then the mean of the pieces."""
    rows = raw(measure, heads).copy()
    if hide:
        special = [word.token.special for word in merged().words]
        rows[:, special] = 0
    rows /= rows.sum(axis=1, keepdims=True)
    return np.stack([rows[list(word.pieces)].mean(axis=0) for word in merged().words])


@pytest.mark.parametrize("measure", ["weight", "value", "output", "mixing", "zeroing"])
@pytest.mark.parametrize("hide", [False, True])
def test_vectors_of_a_words_pieces_are_summed_before_they_are_measured(
    *, measure: Measure, hide: bool
) -> None:
    every = tuple(range(12))
    for heads in ((), (1, 7)):
        asked = Asked(measure, LAYER, heads, hide_special=hide, words=True).fitted
        wanted = expected(measure, asked.heads or every, hide=hide)
        measurer = bert()[2]
        np.testing.assert_allclose(measurer.matrix(asked), wanted, atol=TOLERANCE)
        np.testing.assert_allclose(measurer.row(asked, 1), wanted[1], atol=TOLERANCE)


def test_summing_lengths_of_pieces_would_be_another_number() -> None:
    """The vectors of two pieces are not parallel: merging after the norm overstates the word."""
    pieces = bert()[2].matrix(Asked("output", LAYER))
    after = merged().matrix(pieces)
    together = bert()[2].matrix(Asked("output", LAYER, words=True))
    assert np.abs(after - together).max() > 0.01


def test_rollout_of_words_sums_over_keys_and_averages_over_queries() -> None:
    found = bert()[2].matrix(Asked("rollout", LAYER, words=True))
    rolled = np.eye(len(bert()[1].tokens))
    for layer in bert()[1].layers[: LAYER + 1]:
        mean = layer.weights().astype(np.float64).mean(axis=0)
        rolled = (mean / mean.sum(axis=1, keepdims=True) + np.eye(len(mean))) / 2 @ rolled
    groups = [list(word.pieces) for word in merged().words]
    wanted = [[rolled[np.ix_(q, k)].sum(axis=1).mean() for k in groups] for q in groups]
    np.testing.assert_allclose(found, wanted, atol=TOLERANCE)
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-5)


def test_the_mixing_ratio_of_a_word_counts_its_other_pieces_as_its_own() -> None:
    word = 1
    ratios = []
    for i in merged().words[word].pieces:
        own = list(merged().words[word].pieces)
        others = [j for j in range(len(bert()[1].tokens)) if j not in own]
        total = each()[:, i].sum(axis=(0, 1)) + stored("ao.b") + residual()[i]
        kept = normed(each()[:, i, own].sum(axis=(0, 1)) + residual()[i], total, "aln")
        mixed = normed(each()[:, i, others].sum(axis=(0, 1)), total, "aln")
        one, other = np.linalg.norm(mixed), np.linalg.norm(kept)
        ratios.append(one / (one + other))
    found = bert()[2].ratio(Asked("mixing", LAYER, words=True), word)
    assert found == pytest.approx(np.mean(ratios), abs=TOLERANCE)


@pytest.mark.parametrize("measure", ["value", "output"])
def test_a_head_by_itself_has_the_shares_of_that_head(measure: Measure) -> None:
    layer = measured_layer(bert()[2], Asked(measure, LAYER, words=True))
    np.testing.assert_allclose(layer.weights(7), expected(measure, (7,)), atol=TOLERANCE)
    np.testing.assert_allclose(layer.row(1)[7], expected(measure, (7,))[1], atol=TOLERANCE)


@pytest.mark.parametrize("measure", MEASURES)
def test_every_view_of_a_record_in_words_has_as_many_tokens_as_words(measure: Measure) -> None:
    record = measured_record(bert()[2], Asked(measure, words=True))
    assert [token.label for token in record.tokens][1] == "Desafortunadamente"
    assert record.tokens[-2].label == "👩‍🚀"
    count = len(merged().words)
    weights = record.layers[LAYER].mean_weights((0, 1))
    assert weights.shape == (count, count)
    np.testing.assert_allclose(weights.sum(axis=1), 1, atol=1e-5)


def test_a_text_without_several_pieces_is_measured_as_it_is() -> None:
    model = bert()[0]
    record = model.run_text("o a e")
    measurer = Measurer(record, FlowReader(model.tapped))
    assert measurer.in_words is None
    asked = Asked("output", LAYER)
    same = measurer.matrix(Asked("output", LAYER, words=True))
    np.testing.assert_array_equal(measurer.matrix(asked), same)
