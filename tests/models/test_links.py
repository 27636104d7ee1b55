"""Links against loops written here."""

from __future__ import annotations

import numpy as np
import pytest

from models.api import open_model
from models.counting import Direction
from models.links import Filter, drawn_between, head_colour, links_from, links_of
from tests.helpers.figures import text_record


def test_every_link_has_the_weight_of_its_head_and_padding_has_none() -> None:
    record = text_record(["um", "dois"], padding=2)
    layer = record.layers[0]
    links = links_of(layer, record.encoded, (1, 3))
    assert links.positions == (0, 1, 2, 3)
    for i, head in enumerate((1, 3)):
        for query in range(4):
            for key in range(4):
                scores = [
                    float(layer.query[head, query] @ layer.key[head, k] * layer.scale[head])
                    for k in range(4)
                ]
                powers = np.exp(np.array(scores) - max(scores))
                expected = powers[key] / powers.sum()
                assert links.weights[i, query, key] == pytest.approx(expected, abs=1e-6)
    assert links.high == pytest.approx(float(links.weights.max()))


def test_the_links_of_one_token_are_those_of_all_in_its_row() -> None:
    record = text_record(["um", "dois", "três"])
    everything = links_of(record.layers[0], record.encoded, (0, 2))
    one = links_from(record.layers[0], record.encoded, (0, 2), token=3)
    assert np.allclose(one.weights[:, 3], everything.weights[:, 3], atol=1e-7)
    assert one.drawn[3].all()
    assert not np.delete(one.drawn, 3, axis=0).any()


@pytest.mark.parametrize("direction", ["from", "to"])
def test_of_one_token_s_links_only_what_is_written_takes_memory(direction: Direction) -> None:
    record = text_record(["um", "dois", "três"])
    one = links_from(record.layers[0], record.encoded, (0, 2), token=3, direction=direction)
    every = links_of(record.layers[0], record.encoded, (0, 2))
    line = np.s_[3, :] if direction == "from" else np.s_[:, 3]
    assert np.allclose(one.weights[:, *line], every.weights[:, *line], atol=1e-7)
    assert not np.delete(one.weights, 3, axis=1 if direction == "from" else 2).any()
    for written in (one.drawn[line], *(head[line] for head in one.weights)):
        assert written.flags.c_contiguous  # else each of its numbers takes a page of its own


def test_a_pair_is_filtered_by_the_sentence_of_query_and_key() -> None:
    record = text_record(["um", "dois"], pair=["três"])
    segments = [token.segment for token in record.tokens]
    for which, asked, answering in (("a-b", 0, 1), ("b-a", 1, 0), ("a-a", 0, 0), ("b-b", 1, 1)):
        drawn = drawn_between(record.encoded, which)  # type: ignore[arg-type]
        for i, query in enumerate(segments):
            for j, key in enumerate(segments):
                assert drawn[i, j] == (query == asked and key == answering)
    links = links_of(record.layers[0], record.encoded, (0,), which="b-a")
    inside = [links.weights[0, i, j] for i in range(len(segments)) for j in range(len(segments))
              if segments[i] == 1 and segments[j] == 0]  # fmt: skip
    assert links.high == pytest.approx(max(map(float, inside)))


def test_a_single_sentence_has_no_filter() -> None:
    assert drawn_between(text_record(["um"]).encoded, "a-b").all()


@pytest.mark.parametrize(("theme", "background"), [("light", "#ffffff"), ("dark", "#1c2027")])
def test_every_head_s_colour_stands_out_from_the_background(theme: str, background: str) -> None:
    for head in range(12):
        assert _contrast(head_colour(head, theme=theme), background) >= 3
    assert len({head_colour(head, theme=theme) for head in range(12)}) == 12


def _contrast(a: str, b: str) -> float:
    """WCAG 2.2, contrast ratio of two sRGB colours."""
    lights = []
    for colour in (a, b):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        red, green, blue = (
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
        )
        lights.append(0.2126 * red + 0.7152 * green + 0.0722 * blue)
    return (max(lights) + 0.05) / (min(lights) + 0.05)


@pytest.mark.parametrize("which", ["all", "a-b", "b-a", "b-b"])
@pytest.mark.parametrize("direction", ["from", "to"])
def test_one_tokens_links_know_their_largest_without_looking_at_all_pairs(
    which: Filter, direction: Direction
) -> None:
    record = open_model("multilingual-e5-small").run_text("um gato dorme", "o cão late")
    layer, encoded = record.layers[2], record.encoded
    whole = drawn_between(encoded, which)
    for token in (2, len(record.tokens) - 2):
        one = links_from(layer, encoded, (0, 5), token=token, which=which, direction=direction)
        line = np.s_[token, :] if direction == "from" else np.s_[:, token]
        np.testing.assert_array_equal(one.drawn[line], whole[line])
        weights = layer.weights()[[0, 5]][:, *line][:, whole[line]]
        assert one.high == pytest.approx(float(weights.max(initial=0.0)))
