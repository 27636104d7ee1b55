"""The measures against loops written from the papers' formulas."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from models.api import open_model
from models.encoded import Encoded, Token
from models.measures.blocks import blocks
from models.measures.facts import facts_of, is_punctuation
from models.measures.per_head import LayerMeasures, gathered, is_tagged, measure, measure_layer
from models.measures.table import ALL, TAGS, measure_named
from models.record import Layer, Record
from models.runtime import Cancel
from tests.helpers.records import PROVENANCE, image_record, layer
from tests.helpers.zoo import ZOO

Rows = list[list[float]]
TEXT = (
    Token("<s>", "<s>", "special"),
    Token("▁O", "O", "text", 0),
    Token("▁ga", "ga", "text", 1),
    Token("to", "to", "text", 1),
    Token(",", ",", "text", 2),
    Token("▁O", "O", "text", 3),
    Token("</s>", "</s>", "special"),
    Token("▁mia", "mia", "text", 4),
    Token("!", "!", "text", 5),
    Token("</s>", "</s>", "special"),
    Token("<pad>", "<pad>", "padding"),
)


def text_record() -> Record:
    """A pair with words of two pieces, a repeated token, punctuation and padding."""
    made = []
    for i in range(2):
        one = layer(i, heads=3, tokens=len(TEXT), size=8, seed=11 + i)
        mask = np.zeros((1, 1, len(TEXT)), np.float32)
        mask[..., -1] = -np.inf
        made.append(replace(one, bias=mask))
    return Record(Encoded("text", {}, TEXT, text="O gato, O", pair="mia!"), made, {}, PROVENANCE)


def by_loops(weights: Rows, tokens: tuple[Token, ...]) -> dict[str, float]:  # noqa: C901, PLR0912  # one loop per formula
    """Every measure of one head, from the papers' formulas, in plain Python."""
    seen = [i for i, t in enumerate(tokens) if t.kind != "padding"]
    good = [i for i, t in enumerate(tokens) if not t.special]
    found: dict[str, list[float]] = {m.name: [] for m in ALL}
    for i in seen:
        found["entropy"].append(
            -sum(weights[i][j] * math.log(weights[i][j]) for j in seen if weights[i][j] > 0)
            / math.log(len(seen))
        )
    far = total = 0.0
    for i in good:
        row = weights[i]
        found["confidence"].append(max(row[j] for j in good))
        found["special"].append(sum(row[j] for j in seen if j not in good))
        found["self"].append(row[i])
        if i != seen[0]:
            found["first"].append(row[seen[0]])
        if tokens[i].kind == "text":
            for j in good:
                far += row[j] * abs(i - j)
                total += row[j]
            if i - 1 in good:
                found["previous"].append(row[i - 1])
            if i + 1 in good:
                found["next"].append(row[i + 1])
            ends = [j for j in seen if tokens[j].special and j != seen[0]]
            found["separator"].append(sum(row[j] for j in ends))
            mates = [j for j in good if j != i and tokens[j].word == tokens[i].word]
            if mates:
                found["same_word"].append(sum(row[j] for j in mates))
            twins = [j for j in good if j != i and tokens[j].text == tokens[i].text]
            if twins:
                found["repeated"].append(sum(row[j] for j in twins))
            points = [j for j in good if j != i and tokens[j].label in {",", "!", ".", "?"}]
            if points:
                found["punctuation"].append(sum(row[j] for j in points))
        elif tokens[i].cell is not None:
            (r, c) = tokens[i].cell
            near = 0.0
            for j in good:
                other = tokens[j].cell
                assert other is not None
                apart = math.hypot(10 * (r - other[0]), 10 * (c - other[1]))
                far += row[j] * apart
                total += row[j]
                if max(abs(r - other[0]), abs(c - other[1])) == 1:
                    near += row[j]
            found["neighbours"].append(near)
    received = [sum(weights[i][j] for i in seen) / len(seen) for j in range(len(tokens))]
    means = {name: sum(v) / len(v) if v else math.nan for name, v in found.items()}
    means["broad"], means["sink"] = means["entropy"], max(received)
    means["distance" if tokens[good[0]].kind == "text" else "pixel_distance"] = far / total
    return means


@pytest.mark.parametrize(
    "record", [text_record(), image_record(rows=3, columns=5)], ids=["text", "image"]
)
def test_every_measure_equals_its_formula(record: Record) -> None:
    found = measure(record)
    for index, one in enumerate(record.layers):
        for head in range(one.heads):
            wanted = by_loops(one.weights(head).astype(float).tolist(), record.tokens)
            for each in ALL:
                value = found.value(each.name, index, head)
                assert value == pytest.approx(wanted[each.name], abs=1e-5, nan_ok=True), each.name


def test_the_bundled_model_s_measures_equal_the_formulas() -> None:
    record = open_model("multilingual-e5-small").run_text("O gato, o cão e o gato dormem.")
    found = measure(record)
    for index, head in ((0, 2), (2, 6), (11, 0)):
        wanted = by_loops(record.layers[index].weights(head).astype(float).tolist(), record.tokens)
        for each in ALL:
            value = found.value(each.name, index, head)
            assert value == pytest.approx(wanted[each.name], abs=1e-5, nan_ok=True), each.name


def test_it_is_said_over_how_many_rows_each_figure_was_taken() -> None:
    rows = measure(text_record()).layers[0].rows
    wanted = {
        "entropy": 10, "sink": 10, "confidence": 7, "distance": 7, "special": 7, "self": 7,
        "previous": 5, "next": 5, "first": 7, "separator": 7, "same_word": 2, "repeated": 2,
        "punctuation": 7, "broad": 10, "pixel_distance": 0, "neighbours": 0,
    }  # fmt: skip
    assert rows == wanted


def test_small_blocks_add_up_to_the_same() -> None:
    record = text_record()
    facts = facts_of(record.encoded)
    one = record.layers[0]
    parts = list(blocks(one, facts=facts, at_once=100))
    assert [len(p.queries) for p in parts] == [3, 3, 3, 2]
    whole = np.concatenate([p.weights for p in parts], axis=1)
    np.testing.assert_allclose(whole, one.weights(), atol=1e-6)


def test_no_block_holds_more_than_it_may() -> None:
    one = layer(0, heads=2, tokens=300, size=4, seed=1)
    for part in blocks(one, facts=facts_of(text_record().encoded), at_once=10_000):
        assert part.weights.size <= 10_000


def made_head(pattern: np.ndarray) -> LayerMeasures:
    """Measures of one head whose weights are ``pattern``."""
    zeros = np.zeros((1, len(TEXT), 1), np.float32)
    one = Layer(
        0, "test", zeros, zeros, zeros, np.ones(1, np.float32),
        direct=pattern[None].astype(np.float32),
    )  # fmt: skip
    return measure_layer(one, "text", facts=facts_of(text_record().encoded))


def test_a_head_that_looks_one_back_is_tagged_so_and_no_more_than_follows() -> None:
    record = text_record()
    pattern = np.roll(np.eye(len(TEXT)), -1, axis=1)
    found = gathered(record, [made_head(pattern)])
    assert found.value("previous", 0, 0) == pytest.approx(1.0)
    # The second piece of a word looks at the first: half of that word's rows.
    assert [(t.name, t.score) for t in found.tags(0, 0)] == [("previous", 1.0), ("same_word", 0.5)]


def test_a_head_that_looks_everywhere_alike_is_broad_alone() -> None:
    even = np.full((len(TEXT), len(TEXT)), 0.1)
    even[:, -1] = 0
    found = gathered(text_record(), [made_head(even)])
    assert found.value("entropy", 0, 0) == pytest.approx(1.0)
    assert [tag.name for tag in found.tags(0, 0)] == ["broad"]
    for tag in TAGS:
        if tag.by_chance and not math.isnan(found.chance[tag.name]):
            assert found.chance[tag.name] == pytest.approx(found.value(tag.name, 0, 0), abs=1e-6)


def test_a_tag_needs_more_than_chance() -> None:
    tag = measure_named("previous")
    assert is_tagged(tag, 0.45, chance=0.3)
    assert not is_tagged(tag, 0.45, chance=0.5)
    assert not is_tagged(tag, 0.4, chance=0.1)
    assert not is_tagged(tag, math.nan, chance=0.1)


def test_sinks_are_the_tokens_above_three_tenths() -> None:
    pattern = np.zeros((len(TEXT), len(TEXT)))
    pattern[:, 0], pattern[:, 6], pattern[:, 3] = 0.5, 0.35, 0.15
    sinks = made_head(pattern).sinks(0)
    assert [(s.token, pytest.approx(s.weight)) for s in sinks] == [(0, 0.5), (6, 0.35)]


def test_layers_of_other_positions_get_what_needs_no_tokens() -> None:
    record = open_model(ZOO / "swin").run(open_model(ZOO / "swin").sample())
    found = measure(record)
    odd = next(one for one in found.layers if not one.regular)
    assert not np.isnan(odd.values["entropy"]).any()
    assert not np.isnan(odd.values["sink"]).any()
    assert np.isnan(odd.values["confidence"]).all()
    assert np.isnan(odd.values["pixel_distance"]).all()


def test_pixels_are_those_of_the_picture_that_the_model_saw() -> None:
    model = open_model(ZOO / "vit")
    encoded = model.run(model.sample()).encoded
    centres = facts_of(encoded).centres
    assert centres is not None
    assert encoded.grid is not None
    side = next(iter(encoded.feeds.values())).shape[-1] / encoded.grid.columns
    patches = centres[~np.isnan(centres[:, 0])]
    assert patches[1, 1] - patches[0, 1] == pytest.approx(side, abs=1e-6)
    assert patches[0] == pytest.approx([side / 2, side / 2], abs=1e-6)


def test_measuring_can_be_stopped() -> None:
    from models.errors import CancelledError  # noqa: PLC0415  # used here alone

    cancel = Cancel()
    cancel.cancel()
    with pytest.raises(CancelledError):
        measure(text_record(), cancel=cancel)


@pytest.mark.parametrize(
    ("label", "answer"),
    [(",", True), ("...", True), ("a.", False), ("", False), ("▁", False), ("“", True)],
)
def test_punctuation_is_what_unicode_calls_so(label: str, answer: bool) -> None:  # noqa: FBT001  # a parameter
    assert is_punctuation(label) is answer
