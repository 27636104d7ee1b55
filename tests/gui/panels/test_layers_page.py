"""The page of layers: its numbers, its pointer and keys, and playing through."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QObject, QPointF, Qt, Signal
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from gui import player
from gui.panels.layers_page import LayersPage
from gui.player import Player
from gui.state import ViewState, resolve
from gui.theme import DARK, LIGHT, Theme
from gui.views.layer_strip import LayerStrip
from gui.views.words import exact
from models.across import Steps, path_of
from models.record import Record
from tests.helpers.records import image_record, text_record
from tests.helpers.view_inputs import move_to


class _Flows(QObject):
    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.flow = self.error = None
        self.busy = False
        self.asked: list[Record] = []

    def want(self, record: Record | None, *, large: bool = False) -> None:  # noqa: ARG002  # only that it was asked
        assert record is not None
        self.asked.append(record)

    def stop(self) -> None:
        self.asked.clear()

    def close(self) -> None:
        pass


@pytest.fixture
def page(qtbot: QtBot) -> Iterator[LayersPage]:
    page = LayersPage(_Flows())  # type: ignore[arg-type]
    qtbot.addWidget(page)
    page.resize(760, 420)
    page.show()
    yield page
    page.close_lanes()


def test_every_cell_says_the_weight_of_its_layer_and_key(page: LayersPage) -> None:
    record = text_record(layers=4)
    page.set_shown(resolve(ViewState(layer=1, pinned=2), record))
    area, strip = page.strip.area(), page.strip
    path = path_of(record, 2)
    for layer, key in ((0, 0), (2, 5), (3, 7)):
        point = QPointF(
            area.left() + (key + 0.5) * area.width() / 8,
            area.top() + (layer + 0.5) * area.height() / 4,
        )
        move_to(strip, point)
        assert page.readout.text().endswith(exact(float(path[layer, key])))


def test_a_click_on_a_cell_picks_its_layer_and_marks_its_key(
    page: LayersPage, qtbot: QtBot
) -> None:
    page.set_shown(resolve(ViewState(layer=1, pinned=2), text_record(layers=4)))
    area = page.strip.area()
    point = QPointF(area.left() + 4.5 * area.width() / 8, area.top() + 0.5 * area.height() / 4)
    with qtbot.waitSignal(page.cell_clicked) as told:
        qtbot.mouseClick(page.strip, Qt.MouseButton.LeftButton, pos=point.toPoint())
    assert told.args == [0, 4]


def test_keys_step_through_layers_and_stop_at_the_last(page: LayersPage, qtbot: QtBot) -> None:
    page.set_shown(resolve(ViewState(layer=3, pinned=2), text_record(layers=4)))
    told: list[int] = []
    page.layer_picked.connect(told.append)
    qtbot.keyClick(page.strip, Qt.Key.Key_Down)
    qtbot.keyClick(page.strip, Qt.Key.Key_Up)
    assert told == [3, 2]


def test_the_slider_scrubs_through_the_layers(page: LayersPage) -> None:
    page.set_shown(resolve(ViewState(layer=0, pinned=2), text_record(layers=4)))
    told: list[int] = []
    page.layer_picked.connect(told.append)
    page.walk.slider.setValue(3)
    assert told == [2]


def test_space_on_the_slider_plays_and_stops(
    page: LayersPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(player, "moves", lambda: True)
    page.set_shown(resolve(ViewState(layer=0, pinned=2), text_record()))
    with qtbot.waitSignal(page.layer_picked):
        qtbot.keyClick(page.walk.slider, Qt.Key.Key_Space)
    assert page.walk.player.playing
    qtbot.keyClick(page.walk.slider, Qt.Key.Key_Space)
    assert not page.walk.player.playing


def test_on_a_photo_a_click_on_a_map_picks_its_layer(page: LayersPage, qtbot: QtBot) -> None:
    page.set_shown(resolve(ViewState(layer=1, pinned=3), image_record()))
    assert not page.strip.isVisible()
    with qtbot.waitSignal(page.layer_picked) as told:
        place = page.maps.map_rect(0).center().toPoint()
        qtbot.mouseClick(page.maps, Qt.MouseButton.LeftButton, pos=place)
    assert told.args == [0]


def test_out_of_sight_nothing_plays_and_nothing_is_read(page: LayersPage) -> None:
    page.set_shown(resolve(ViewState(layer=0, pinned=2), text_record(layers=4)))
    page.walk.player.toggle()
    page.set_active(active=False)
    assert not page.walk.player.playing
    assert page.flows.asked == []  # type: ignore[attr-defined]


def test_without_a_token_the_page_says_what_to_do(page: LayersPage) -> None:
    page.set_shown(resolve(ViewState(), text_record()))
    assert "Pin a token" in page.notice.text()


def test_playing_goes_to_the_last_step_and_stops(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(player, "moves", lambda: True)
    playing, told = Player(), []

    def follow(step: int) -> None:
        told.append(step)
        playing.set_place(step, count=3)

    playing._timer.setInterval(1)
    playing.step_asked.connect(follow)
    playing.set_place(2, count=3)
    with qtbot.waitSignal(playing.playing_changed):  # began
        playing.toggle()
    with qtbot.waitSignal(playing.playing_changed):  # ended
        pass
    assert told == [0, 1, 2]
    assert not playing.playing


def test_where_nothing_should_move_playing_goes_one_step(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(player, "moves", lambda: False)
    playing, told = Player(), []
    playing.step_asked.connect(told.append)
    playing.set_place(0, count=3)
    playing.toggle()
    assert (told, playing.playing) == ([1], False)


def test_a_photo_s_maps_end_each_at_its_own_largest_patch(page: LayersPage) -> None:
    record = image_record()
    page.set_shown(resolve(ViewState(layer=1, pinned=3), record))
    assert page.maps._high is None
    page.set_shown(resolve(ViewState(layer=1, pinned=3, row_limits="fixed"), record))
    assert page.maps._high == 1.0
    assert np.isfinite(path_of(record, 3)).all()


def test_the_tip_of_a_layer_says_what_it_did_to_the_token(page: LayersPage) -> None:
    page.set_shown(resolve(ViewState(layer=1, pinned=2), text_record(layers=2)))
    numbers = np.array([0.25, 0.5], dtype=np.float32)
    missing = np.array([np.nan, 0.75], dtype=np.float32)
    page.strip.set_steps(Steps(numbers, missing, numbers, ("", "")))
    area = page.strip.area()
    tips = [
        page.strip.tip(QPointF(area.right() + 30, area.top() + (i + 0.5) * area.height() / 2))
        for i in range(2)
    ]
    assert "added 0.2500 · kept –" in tips[0]
    assert "kept 0.7500" in tips[1]


def _strip_afresh(page: LayersPage, qtbot: QtBot, record: Record, theme: Theme) -> QImage:
    new = LayerStrip()
    qtbot.addWidget(new)
    new.resize(page.strip.size())
    new.set_theme(theme)
    shown, state = record.encoded, ViewState(layer=1, pinned=3, key=2)
    path = path_of(record, 3)
    high = float(path.max())
    new.set_path(path, shown.tokens, shown.visible, high=high, colour_map=state.colour_map)
    new.set_selection(layer=1, key=2)
    return new.grab().toImage()


def test_names_that_are_kept_look_as_if_drawn_anew(page: LayersPage, qtbot: QtBot) -> None:
    record = text_record(layers=4)
    page.set_shown(resolve(ViewState(layer=3, pinned=1), record))
    before = page.strip.grab().toImage()
    page.set_shown(resolve(ViewState(layer=1, pinned=3, key=2), record))
    assert page.strip.grab().toImage() != before
    assert page.strip.grab().toImage() == _strip_afresh(page, qtbot, record, LIGHT)
    page.set_theme(DARK)
    assert page.strip.grab().toImage() == _strip_afresh(page, qtbot, record, DARK)
    page.resize(640, 500)
    assert page.strip.grab().toImage() == _strip_afresh(page, qtbot, record, DARK)


def test_the_memory_of_kept_rows_is_what_they_take(page: LayersPage) -> None:
    record = text_record(layers=4)
    for token in (0, 1, 2, 1, 0):
        page.set_shown(resolve(ViewState(layer=1, pinned=token), record))
    kept = page.paths._kept.values()
    assert page.paths.nbytes == sum(path.nbytes for path, _ in kept) == 3 * 4 * 8 * 4
    page.paths.forget()
    assert page.paths.nbytes == 0


def test_what_layers_did_is_asked_for_once_a_token(
    page: LayersPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Flow:
        """What is read of a model, nothing of it known."""

    record, asked = text_record(layers=4), list[tuple[int, ...]]()
    nothing = np.full(4, np.nan, np.float32)

    def steps(_flow: object, pieces: tuple[int, ...], *, layers: int) -> Steps:
        asked.append(pieces)
        return Steps(nothing, nothing, nothing, ("",) * layers)

    monkeypatch.setattr("gui.panels.layers_page.steps_of", steps)
    page.flows.flow = Flow()  # type: ignore[assignment]
    for token in (2, 3):
        page.set_shown(resolve(ViewState(layer=1, pinned=token), record))
        page.set_shown(resolve(ViewState(layer=2, pinned=token), record))
    assert asked == [(2,), (3,)]
    page.flows.flow = Flow()  # type: ignore[assignment]
    page.set_shown(resolve(ViewState(layer=2, pinned=3), record))
    assert asked == [(2,), (3,), (3,)]
