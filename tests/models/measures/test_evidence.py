"""What the measures are over several inputs."""

from __future__ import annotations

import math

import numpy as np
import pytest

from models.api import open_model
from models.errors import CancelledError, InputError
from models.measures.evidence import EvidenceInput, bundled_inputs, gather
from models.measures.per_head import measure
from models.measures.table import measure_named
from models.runtime import Cancel
from tests.helpers.zoo import ZOO

SENTENCES = (
    EvidenceInput(text="the cat sat on the mat", language="en"),
    EvidenceInput(text="on", language="en"),
    EvidenceInput(text="the the the", language="en"),
)


def test_figures_spread_over_the_inputs_that_have_them() -> None:
    model = open_model(ZOO / "bert")
    steps = list(gather(model, inputs=SENTENCES))
    assert [(s.done, s.total, s.evidence.inputs) for s in steps] == [
        (1, 3, 1),
        (2, 3, 2),
        (3, 3, 3),
    ]
    found = steps[-1].evidence
    each = [measure(model.run_text(s.text)) for s in SENTENCES]
    for name in ("entropy", "repeated", "previous"):
        scores = [m.value(name, 1, 1) for m in each]
        known = [s for s in scores if not math.isnan(s)]
        spread = found.spread(measure_named(name), 1, 1)
        assert spread.inputs == len(known)
        assert spread.mean == pytest.approx(np.mean(known))
        assert (spread.least, spread.most) == (min(known), max(known))
    assert found.spread(measure_named("repeated"), 0, 0).inputs == 2


def test_the_share_of_inputs_that_earn_a_tag_counts_each_input_by_itself() -> None:
    model = open_model(ZOO / "bert")
    found = list(gather(model, inputs=SENTENCES))[-1].evidence
    for layer, count in enumerate(found.heads):
        for head in range(count):
            each = [measure(model.run_text(s.text)) for s in SENTENCES[:1]]
            assert len(each) == 1
            tag = measure_named("first")
            spread = found.spread(tag, layer, head)
            own = [
                any(t.name == "first" for t in measure(model.run_text(s.text)).tags(layer, head))
                for s in SENTENCES
            ]
            assert spread.tagged == pytest.approx(sum(own) / 3)


def test_bundled_sentences_repeat_words_name_people_and_carry_punctuation() -> None:
    inputs = bundled_inputs("text")
    assert [sum(i.language == x for i in inputs) for x in ("pt", "en")] == [24, 24]
    model = open_model("multilingual-e5-small")
    for each in inputs:
        tokens = model.encode_text(each.text).tokens
        assert len(tokens) < 40, each.text
    assert all(i.photo is not None and i.photo.exists() for i in bundled_inputs("image"))
    assert len(bundled_inputs("image")) == 3


def test_raw_numbers_have_no_evidence() -> None:
    with pytest.raises(InputError, match="no bundled inputs"):
        bundled_inputs("other")


def test_gathering_stops_when_cancelled() -> None:
    cancel = Cancel()
    steps = gather(open_model(ZOO / "bert"), inputs=SENTENCES, cancel=cancel)
    assert next(steps).done == 1
    cancel.cancel()
    with pytest.raises(CancelledError):
        next(steps)


def test_photos_count_as_inputs_too() -> None:
    steps = list(gather(open_model(ZOO / "vit")))
    found = steps[-1].evidence
    assert found.names == ("cat.jpg", "coffee.jpg", "rocket.jpg")
    assert found.spread(measure_named("pixel_distance"), 0, 0).inputs == 3
    assert "previous" not in found.values
