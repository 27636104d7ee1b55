"""Figures of heads in words."""

from __future__ import annotations

import pytest

from models.measures.per_head import measure
from models.measures.summary import HeadFigures
from models.measures.table import measure_named
from tests.helpers.records import text_record


@pytest.mark.parametrize(
    ("distance", "said"),
    [
        (1.0, "1 token"),
        (0.9996, "1 token"),
        (1.5, "1.5 tokens"),
        (0.0, "0 tokens"),
        (2.0, "2 tokens"),
    ],
)
def test_a_distance_that_is_written_as_one_is_of_one_token(distance: float, said: str) -> None:
    class Fixed(HeadFigures):
        def value(self, *_: object) -> float:
            return distance

    figures = Fixed(measure(text_record()), None)
    one = measure_named("distance")
    assert figures.value_words(one, 0, 0, number=lambda x: f"{x:.3g}") == said
