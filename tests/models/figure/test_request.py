"""What a record does not have is refused in one sentence that counts as people count."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from models.errors import InputError
from models.figure import FigureRequest, lay_out
from models.figure.request import fit
from models.tapped import TappedModel
from models.windowed import spread
from tests.helpers.figures import text_record
from tests.helpers.zoo import animals, runs

GOOD = FigureRequest("row", 0)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"layer": 2}, "There is no layer 3: this model has layers 1 to 2."),
        ({"layer": -1}, "There is no layer 0: this model has layers 1 to 2."),
        ({"heads": (0, 4)}, "There is no head 5: this layer has heads 1 to 4."),
        ({"token": 4}, "There is no token 4: this input has tokens 0 to 3."),
        ({"token": -1}, "There is no token -1: this input has tokens 0 to 3."),
        ({"key": 9}, "There is no token 9: this input has tokens 0 to 3."),
        (
            {"view": "chart"},
            (
                "There is no view “chart”. Choose one of: heatmap, row, overlay, atlas, lines, "
                "layers, map, compare, senses."
            ),
        ),
        ({"theme": "blue"}, "There is no theme “blue”. Choose one of: light, dark."),
        ({"scale": 5.0}, "The scale must be from 1 to 4, not 5."),
        ({"scale": float("nan")}, "The scale must be from 1 to 4, not nan."),
        ({"opacity": 1.5}, "The opacity must be from 0 to 1, not 1.5."),
        ({"high": 0.0}, "The upper limit of the colours must be above the lower one."),
        ({"high": float("inf")}, "The upper limit of the colours must be above the lower one."),
    ],
)
def test_a_wrong_request_is_refused_in_one_sentence(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        lay_out(text_record(["um", "dois"]), replace(GOOD, **change))
    assert str(caught.value) == sentence


def test_an_unknown_colour_map_is_refused_with_those_there_are() -> None:
    with pytest.raises(InputError, match=r"jet.*cividis"):
        lay_out(text_record(["um"]), replace(GOOD, colour_map="jet"))


def test_a_layer_over_other_positions_than_the_tokens_is_refused() -> None:
    record = text_record(["um", "dois"])
    layer = replace(record.layers[0], key=record.layers[0].key[:, :2])
    with pytest.raises(InputError, match="Layer 1 does not attend"):
        lay_out(replace(record, layers=(layer,)), GOOD)


def test_windowed_attention_is_drawn_spread_over_all_tokens() -> None:
    animal = next(a for a in animals() if a.windowed)
    run = next(runs(animal))
    layers = TappedModel.open(animal.onnx).capture(run.feeds).layers
    record = text_record([f"t{i}" for i in range(62)])  # and two special tokens
    record = replace(record, layers=layers)
    subject = fit(record, FigureRequest(view="row", layer=1, heads=(1,), token=9))
    assert subject.row.shape == (64,)
    np.testing.assert_array_equal(subject.row, spread(layers[1]).row(9)[1])
