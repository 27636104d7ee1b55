"""Lines, layers and heads follow what counts, off the GUI thread, and say why where they cannot."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from gui.atlas_source import AtlasSource, head_by_head
from gui.panels.layers_page import LayersPage
from gui.panels.lines_page import LinesPage
from gui.state import Shown, ViewState, resolve
from gui.views.words import exact
from models.counting import Asked
from models.flow.measured import Measurer
from models.flow.measured_layers import measured_record
from models.record import Record
from models.runtime import Cancel
from tests.gui.panels.test_layers_page import _Flows
from tests.helpers.records import image_record, text_record


def _counted(shown: Shown) -> Callable[[Cancel], Record]:
    return lambda cancel: measured_record(Measurer(shown.record), shown.asked, cancel)


def _shares(record: Record, layer: int) -> np.ndarray:
    here = record.layers[layer]
    long = np.sqrt((here.value.astype(float) ** 2).sum(axis=-1))
    raw = (here.weights() * long[:, None]).mean(axis=0)
    return np.asarray(raw / raw.sum(axis=1, keepdims=True))


@pytest.fixture
def layers(qtbot: QtBot) -> Iterator[LayersPage]:
    page = LayersPage(_Flows(), counted=_counted)  # type: ignore[arg-type]
    qtbot.addWidget(page)
    page.resize(760, 420)
    page.show()
    yield page
    page.close_lanes()


@pytest.fixture
def lines(qtbot: QtBot) -> Iterator[LinesPage]:
    page = LinesPage(counted=_counted)
    qtbot.addWidget(page)
    page.resize(760, 420)
    page.show()
    yield page
    page.close_lanes()


@pytest.mark.parametrize("direction", ["from", "to"])
def test_the_strip_follows_the_measure_and_the_direction(
    layers: LayersPage, qtbot: QtBot, direction: str
) -> None:
    record = text_record(layers=3)
    state = ViewState(layer=1, pinned=2, measure="value", direction=direction)  # type: ignore[arg-type]
    with qtbot.waitSignal(layers.paths.ready):
        layers.set_shown(resolve(state, record))
    wanted = _shares(record, 0)
    number = wanted[2, 4] if direction == "from" else wanted[4, 2]
    assert layers.strip.words(0, 4).endswith(exact(float(np.float32(number))))
    assert ("From" if direction == "from" else "To") in layers.title.text()
    assert "value-weighted" in layers.title.text()


def test_a_measure_that_cannot_be_had_leaves_no_numbers_and_says_why(
    layers: LayersPage, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(layers.paths.ready) as told:
        layers.set_shown(
            resolve(ViewState(layer=1, pinned=2, measure="output"), text_record(layers=3))
        )
    assert np.isnan(told.args[0]).all()
    assert str(told.args[1][0]) in layers.notice.text()


def test_lines_are_shares_of_what_counts(lines: LinesPage, qtbot: QtBot) -> None:
    record = text_record(layers=3)
    state = ViewState(layer=1, pinned=2, key=4, measure="value")
    with qtbot.waitSignal(lines.source.ready):
        lines.set_shown(resolve(state, record))
    assert exact(float(np.float32(_shares(record, 1)[2, 4]))) in lines.readout.text()


def test_lines_lead_to_the_token_where_that_is_looked_at(lines: LinesPage) -> None:
    lines.set_shown(resolve(ViewState(layer=1, pinned=2, direction="to"), text_record(layers=3)))
    assert lines.view._focus() == (None, 2)


def test_a_measure_without_heads_has_one_line_a_pair_and_no_legend(
    lines: LinesPage, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(lines.source.ready) as told:
        lines.set_shown(
            resolve(ViewState(layer=1, pinned=2, measure="rollout"), text_record(layers=3))
        )
    assert told.args[1].together
    assert not lines.legend.isVisible()
    assert "all heads" in lines.notice.text()


def test_lines_that_cannot_be_had_are_not_drawn(lines: LinesPage, qtbot: QtBot) -> None:
    record = text_record(layers=3)
    lines.set_shown(resolve(ViewState(layer=1, pinned=2), record))
    with qtbot.waitSignal(lines.source.failed) as told:
        lines.set_shown(resolve(ViewState(layer=1, pinned=2, measure="zeroing"), record))
    assert lines.view.places is None
    assert str(told.args[0]) in lines.notice.text()


def test_small_pictures_follow_what_counts_in_one_head(qtbot: QtBot) -> None:
    record = text_record(layers=3)
    source = AtlasSource(counted=_counted)
    shown = resolve(ViewState(pinned=2, measure="value"), record)
    with qtbot.waitSignal(source.thumbnails_made) as told:
        assert source.want(shown, token=None)
    assert not source.want(shown, token=None)
    alone = np.concatenate([told.args[0][0].dots[0].sum(axis=1)])
    assert np.allclose(alone, 1, atol=1e-5)
    assert not np.allclose(told.args[0][0].dots[0], record.layers[0].weights(0))
    source.close()


def test_maps_of_a_photo_show_who_looks_at_the_patch(qtbot: QtBot) -> None:
    record = image_record()
    source = AtlasSource(counted=_counted)
    shown = resolve(ViewState(pinned=3, direction="to"), record)
    with qtbot.waitSignal(source.thumbnails_made) as told:
        source.want(shown, token=3)
    cells = [i for i, token in enumerate(record.tokens) if token.cell is not None]
    wanted = record.layers[0].weights(0)[cells, 3]
    assert np.allclose(told.args[0][0].dots[0].ravel(), wanted, atol=1e-6)
    source.close()


def test_heads_keep_to_weights_where_a_measure_knows_none() -> None:
    asked = Asked("mixing", layer=3, hide_special=True)
    assert head_by_head(asked) == Asked("weight", hide_special=True)
    assert head_by_head(replace(asked, measure="output", heads=(1,))).measure == "output"
