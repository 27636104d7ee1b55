"""A figure asks for what is on screen."""

from __future__ import annotations

import pytest

from gui.figures import request_for, views_of
from gui.state import RowLimits, ViewState, resolve
from models.figure import lay_out
from models.figure.request import fit
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


@pytest.mark.parametrize(
    ("scale", "wanted"),
    [
        ("", ("view", None, None)),
        ("all", ("view", None, False)),
        ("layer", ("view", None, True)),
        ("fixed", ("view", 1.0, None)),
        ("log", ("log", 1.0, None)),
    ],
)
def test_the_figure_of_every_head_has_the_scale_of_the_small_pictures(
    scale: str, wanted: tuple[str, float | None, bool | None]
) -> None:
    state = ViewState(atlas_scale=scale, row_limits="fixed")  # type: ignore[arg-type]
    shown = resolve(state, text_record())
    request = request_for(shown, "atlas")
    assert (request.limits, request.high, request.by_layer) == wanted
    said = "\n".join(line.text for line in lay_out(shown.record, request).words())
    words = {
        "layer": "in each layer from 0 to its largest weight",
        "fixed": "linear, fixed from 0 to 1",
        "log": "logarithmic, from ",
    }
    assert words.get(scale, "the largest shown") in said


@pytest.mark.parametrize(("pinned", "token"), [(True, 5), (False, None)])
def test_the_figure_of_every_head_shows_the_token_of_the_small_pictures(
    *, pinned: bool, token: int | None
) -> None:
    shown = resolve(ViewState(pinned=5, hovered=2, atlas_pinned=pinned), image_record())
    assert request_for(shown, "atlas").token == token


def test_a_set_of_heads_is_offered_as_a_figure_of_its_own() -> None:
    record = text_record()
    together = ((0, 0), (1, 2))
    one = resolve(ViewState(layer=1, heads=(2,)), record)
    many = resolve(ViewState(layer=1, heads=(2,), marked=together), record)
    here = resolve(ViewState(layer=1, heads=(0, 2)), record)
    assert "chosen" not in views_of(one)
    assert "chosen" not in views_of(resolve(ViewState(layer=1), record))
    for shown, wanted in ((many, together), (here, ((1, 0), (1, 2)))):
        assert "chosen" in views_of(shown)
        request = request_for(shown, "chosen")
        assert (request.view, request.alone) == ("atlas", True)
        assert fit(record, request).framed == frozenset(wanted)
        assert not request_for(shown, "atlas").alone
