"""Every view of a measure against loops written from the papers, on the bundled text model."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from models.across import path_and_reasons, path_of
from models.api import Model, open_model
from models.compare import Side, compare
from models.compare_other import Other, Others
from models.counting import Asked
from models.flow.flow import NotMeasurableError
from models.flow.measured import Measurer
from models.flow.measured_layers import MeasuredLayer, measured_layer, measured_record
from models.flow.reader import FlowReader
from models.library import DEFAULT_TEXT_MODEL
from models.links import links_counted, links_from
from models.record import Record
from models.thumbnails import thumbnails
from models.word_merging import words_in
from tests.helpers.records import text_record

Array = np.ndarray


@cache
def _bert() -> tuple[Model, Record, Measurer]:
    model = open_model(DEFAULT_TEXT_MODEL)
    record = model.run_text("O gato está no telhado")
    return model, record, Measurer(record, FlowReader(model.tapped))


def _through(measure: str, *, layer: int = 0, hide: bool = False) -> MeasuredLayer:
    asked = Asked(measure, layer=layer, hide_special=hide)  # type: ignore[arg-type]
    found = measured_layer(_bert()[2], asked)
    assert isinstance(found, MeasuredLayer)
    return found


def _lengths(layer: int, heads: list[int], *, output: bool) -> Array:
    """Return ‖Σ_h α_ij v_j W_O‖, or the mean over heads of α‖v‖: loops over every pair."""
    _model, record, measurer = _bert()
    here = record.layers[layer]
    alpha, value = here.weights(), here.value
    kernel = measurer.flow(layer).kernel
    count = len(record.tokens)
    found = np.zeros((count, count))
    for i in range(count):
        for j in range(count):
            if output:
                sums = sum(alpha[h, i, j] * (value[h, j].astype(float) @ kernel[h]) for h in heads)
                found[i, j] = np.sqrt((sums**2).sum())
            else:
                found[i, j] = np.mean(
                    [
                        alpha[h, i, j] * np.sqrt((value[h, j].astype(float) ** 2).sum())
                        for h in heads
                    ]
                )
    return found


@pytest.mark.parametrize("measure", ["value", "output"])
def test_a_head_alone_and_heads_together_have_the_shares_of_the_papers(measure: str) -> None:
    layer = _through(measure, layer=1)
    for heads in ([0], [1], [0, 1]):
        raw = _lengths(1, heads, output=measure == "output")
        wanted = raw / raw.sum(axis=1, keepdims=True)
        np.testing.assert_allclose(layer.mean_weights(heads), wanted, atol=1e-5)
        np.testing.assert_allclose(layer.mean_row(2, heads), wanted[2], atol=1e-5)
        np.testing.assert_allclose(layer.mean_column(2, heads), wanted[:, 2], atol=1e-5)
        if len(heads) == 1:
            np.testing.assert_allclose(layer.weights(heads[0]), wanted, atol=1e-5)


def test_every_measure_fills_rows_that_sum_to_one_with_and_without_special_tokens() -> None:
    special = _bert()[1].encoded.special
    for measure in ("value", "output", "mixing", "rollout"):
        for hide in (False, True):
            layer = _through(measure, layer=1, hide=hide)
            np.testing.assert_allclose(layer.weights().sum(axis=-1), 1, atol=1e-5)
            if hide:
                assert not layer.weights()[:, :, special].any()


def test_a_measure_of_the_whole_layer_is_alike_in_every_head() -> None:
    layer = _through("mixing")
    assert layer.whole
    assert not _through("output").whole
    assert (layer.weights(0) == layer.weights(1)).all()
    np.testing.assert_allclose(layer.column(3)[1], layer.weights(1)[:, 3], atol=1e-6)


def test_the_path_follows_the_measure_and_the_direction() -> None:
    _model, record, measurer = _bert()
    seen = measured_record(measurer, Asked("value"))
    for layer in range(len(record.layers)):
        raw = _lengths(layer, [0, 1], output=False)
        wanted = raw / raw.sum(axis=1, keepdims=True)
        np.testing.assert_allclose(path_of(seen, 3, (0, 1))[layer], wanted[3], atol=1e-5)
        found = path_of(seen, 3, (0, 1), direction="to")[layer]
        np.testing.assert_allclose(found, wanted[:, 3], atol=1e-5)


def test_the_path_of_weights_can_be_the_column() -> None:
    record = text_record()
    found = path_of(record, 1, direction="to")
    wanted = [layer.weights().mean(axis=0)[:, 1] for layer in record.layers]
    np.testing.assert_allclose(found, wanted, atol=1e-6)


def test_layers_without_the_measure_are_not_numbers_and_say_why() -> None:
    seen = measured_record(Measurer(text_record()), Asked("output"))
    path, reasons = path_and_reasons(seen, 1)
    assert np.isnan(path).all()
    assert len(reasons) == len(seen.layers)
    assert all(isinstance(reason, NotMeasurableError) for reason in reasons)


def test_lines_are_the_heads_own_shares_beside_what_they_add_together() -> None:
    encoded = _bert()[1].encoded
    links = links_counted(_through("output"), encoded, (0, 1))
    raw = [_lengths(0, heads, output=True) for heads in ([0], [1], [0, 1])]
    one, two, both = (x / x.sum(axis=1, keepdims=True) for x in raw)
    np.testing.assert_allclose(links.weights, [one, two], atol=1e-5)
    np.testing.assert_allclose(links.row(2), both[2], atol=1e-5)
    np.testing.assert_allclose(links.column(2), both[:, 2], atol=1e-5)
    assert not links.together
    assert np.abs((one + two) / 2 - both).max() > 1e-4


def test_lines_of_a_measure_without_heads_are_one_set() -> None:
    encoded = _bert()[1].encoded
    links = links_counted(_through("rollout"), encoded, (0, 1))
    assert links.together
    assert links.weights.shape[0] == 1
    one = links_from(_through("rollout"), encoded, (0, 1), token=2, direction="to")
    np.testing.assert_allclose(one.weights[0][:, 2], links.weights[0][:, 2], atol=1e-6)
    assert one.drawn.sum() == len(encoded.visible)
    assert one.drawn[:, 2].all()


def test_small_pictures_of_a_measure_show_its_shares() -> None:
    _model, record, measurer = _bert()
    made = list(thumbnails(measured_record(measurer, Asked("value"))))
    assert len(made) == len(record.layers)
    raw = _lengths(0, [1], output=False)
    np.testing.assert_allclose(made[0].dots[1], raw / raw.sum(axis=1, keepdims=True), atol=1e-5)


def _between_words(record: Record, layer: int, *, kernel: Array | None) -> Array:
    """Return shares of words: each head's vectors of a word's pieces summed, then their lengths.

    With ``kernel`` of what the heads add together, without it the mean over heads of ‖Σ αv‖.
    """
    here, words = record.layers[layer], words_in(record.encoded).words
    alpha, value = here.weights().astype(float), here.value.astype(float)
    rows = np.zeros((len(record.tokens), len(words)))
    for i in range(len(rows)):
        for place, word in enumerate(words):
            parts = [
                sum(alpha[h, i, j] * value[h, j] for j in word.pieces) for h in range(here.heads)
            ]
            if kernel is None:
                rows[i, place] = np.mean([np.linalg.norm(part) for part in parts])
            else:
                whole = sum(part @ kernel[h] for h, part in enumerate(parts))
                rows[i, place] = np.linalg.norm(whole)
    rows /= rows.sum(axis=1, keepdims=True)
    return np.stack([rows[list(word.pieces)].mean(axis=0) for word in words])


def test_a_comparison_counts_both_sides_by_the_measure_and_merges_pieces_into_words() -> None:
    model, record, measurer = _bert()
    found = Others().comparison(
        Side(record, 0), model, Other("layer", number=1), asked=Asked("output")
    )
    for layer, weights in ((0, found.weights_a), (1, found.weights_b)):
        wanted = _between_words(record, layer, kernel=measurer.flow(layer).kernel)
        np.testing.assert_allclose(weights, wanted, atol=1e-5)
    np.testing.assert_allclose(found.difference, found.weights_a - found.weights_b, atol=1e-6)
    plain = compare(Side(record, 0), Side(record, 1))
    assert np.abs(plain.weights_a - found.weights_a).max() > 1e-4


def test_another_text_is_measured_with_its_own_run() -> None:
    model, record, _measurer = _bert()
    other = Other("text", text="O cachorro dorme")
    found = Others().comparison(Side(record, 0), model, other, asked=Asked("value"))
    again = model.run_text("O cachorro dorme")
    wanted = _between_words(again, 0, kernel=None)
    np.testing.assert_allclose(found.weights_b, wanted, atol=1e-5)


@pytest.mark.parametrize("words", [False, True])
@pytest.mark.parametrize("hide", [False, True])
@pytest.mark.parametrize("measure", ["weight", "value", "output", "mixing", "rollout", "zeroing"])
def test_a_column_is_that_of_the_map(measure: str, *, hide: bool, words: bool) -> None:
    asked = Asked(measure, layer=0, hide_special=hide, words=words)  # type: ignore[arg-type]
    measurer = _bert()[2]
    whole = measurer.matrix(asked)
    np.testing.assert_allclose(measurer.column(asked, 3), whole[:, 3], atol=1e-7)


def test_a_column_needs_no_room_for_a_map_but_rows_that_take_runs_are_not_all_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    measurer = _bert()[2]
    wanted = measurer.matrix(Asked("value", layer=0))[:, 3]
    monkeypatch.setattr("models.flow.filling._LARGEST", 63)  # the sentence has 8 tokens
    with pytest.raises(NotMeasurableError, match="not computed for 8 tokens"):
        measurer.matrix(Asked("value", layer=0))
    np.testing.assert_allclose(measurer.column(Asked("value", layer=0), 3), wanted, atol=1e-7)
    with pytest.raises(NotMeasurableError, match="not computed for 8 tokens"):
        measurer.column(Asked("zeroing", layer=0), 3)
