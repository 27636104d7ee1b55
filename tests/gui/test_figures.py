"""A figure asks for what is on screen."""

from __future__ import annotations

import pytest

from gui.figures import request_for
from gui.state import RowLimits, ViewState, resolve
from models.scales import MapLimits
from tests.helpers.records import image_record, text_record


@pytest.mark.parametrize(
    ("chosen", "wanted"),
    [("row", ("view", None)), ("fixed", ("view", 1.0)), ("log", ("log", None))],
)
@pytest.mark.parametrize("view", ["row", "overlay", "layers"])
def test_figures_of_a_row_follow_its_scale_and_that_of_the_heatmap_its_own(
    view: str, chosen: RowLimits, wanted: tuple[MapLimits, float | None]
) -> None:
    record = image_record() if view == "overlay" else text_record()
    shown = resolve(ViewState(pinned=2, row_limits=chosen), record)
    asked, of_map = request_for(shown, view), request_for(shown, "heatmap")
    assert (asked.limits, asked.high) == wanted
    assert (of_map.limits, of_map.high) == ("view", None)
