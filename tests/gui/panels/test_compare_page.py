"""The page of comparisons, with real models and a real pointer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QObject, QPointF, Qt, Signal
from pytestqt.qtbot import QtBot

from gui.compare_source import CompareSource
from gui.figures import front_of, request_for, views_of
from gui.panels.compare_maps import CompareMaps
from gui.panels.compare_page import ComparePage
from gui.state import Shown, ViewState, resolve
from gui.views.compare_map import CompareMap
from gui.views.compare_photo import ComparePhoto
from gui.views.words import exact
from models.api import Model, open_model
from models.compare import Side, compare
from models.compare_other import Other
from models.compare_senses import bundled_senses
from models.figure import draw
from models.scales import MapLimits
from models.sense_words import verdict
from tests.helpers.records import image_record
from tests.helpers.view_inputs import move_to
from tests.helpers.zoo import ZOO

TEXT, WITH = "the bank of the river", "a bank of the city"


class _Controller(QObject):
    busy_changed = Signal(bool)
    busy = False

    def __init__(self, model: Model) -> None:
        super().__init__()
        self.bench = type("Bench", (), {"model": model})()


@pytest.fixture(scope="module")
def model() -> Model:
    return open_model(ZOO / "bert" / "onnx" / "model.onnx")


@pytest.fixture
def controller(model: Model) -> _Controller:
    return _Controller(model)


@pytest.fixture
def page(qtbot: QtBot, controller: _Controller) -> Iterator[ComparePage]:
    page = ComparePage(CompareSource(controller))  # type: ignore[arg-type]
    qtbot.addWidget(page)
    page.resize(780, 420)
    page.show()
    yield page
    page.close_lanes()


@pytest.fixture
def shown(model: Model) -> Shown:
    return resolve(ViewState(layer=1, pinned=2), model.run_text(TEXT))


def _compared(page: ComparePage, qtbot: QtBot, shown: Shown, other: Other) -> None:
    page.set_shown(shown)
    with qtbot.waitSignal(page.source.compared, timeout=20_000):
        page.choice.set_other(other)


def _centre(view: CompareMap, row: int, column: int) -> QPointF:
    area, values = view.area(), view.values
    assert values is not None
    return QPointF(
        area.left() + (column + 0.5) * area.width() / values.shape[1],
        area.top() + (row + 0.5) * area.height() / values.shape[0],
    )


def test_the_pointer_reads_both_weights_and_their_difference(
    page: ComparePage, qtbot: QtBot, shown: Shown, model: Model
) -> None:
    _compared(page, qtbot, shown, Other("text", text=WITH))
    other = model.run_text(WITH)
    a = float(np.mean([shown.layer.weights(h)[2, 3] for h in range(shown.layer.heads)]))
    b = float(np.mean([other.layers[1].weights(h)[2, 3] for h in range(shown.layer.heads)]))
    move_to(page.words.maps[0], _centre(page.words.maps[0], 2, 3))
    assert f"A {exact(a)} · B {exact(b)} · A − B {exact(a - b)}" in page.readout.text()


def test_a_click_on_any_map_chooses_the_words_of_side_a(
    page: ComparePage, qtbot: QtBot, shown: Shown
) -> None:
    _compared(page, qtbot, shown, Other("text", text=WITH))
    found = page._found
    assert found is not None
    pairs = dict(found.pairs)
    word = next(w for w in pairs if found.words_a.words[w].label == "bank")
    key = next(w for w in pairs if found.words_a.words[w].label == "of")
    places = [(word, key), (pairs[word], pairs[key])]
    order = [pair[0] for pair in found.pairs]
    places.append((order.index(word), order.index(key)))
    for view, place in zip(page.words.maps, places, strict=True):
        with qtbot.waitSignal(page.cell_clicked) as told:
            button = Qt.MouseButton.LeftButton
            qtbot.mouseClick(view, button, pos=_centre(view, *place).toPoint())
        first = found.words_a.words
        assert told.args == [first[word].first, first[key].first]


def test_the_cell_pointed_at_is_outlined_in_every_map_that_has_it(
    page: ComparePage, qtbot: QtBot, shown: Shown
) -> None:
    _compared(page, qtbot, shown, Other("text", text="the bank"))
    found = page._found
    assert found is not None
    pairs = dict(found.pairs)
    word = next(w for w in pairs if found.words_a.words[w].label == "bank")
    order = [pair[0] for pair in found.pairs]
    maps = page.words.maps
    move_to(maps[1], _centre(maps[1], pairs[word], pairs[word]))
    there = (pairs[word], pairs[word]), (order.index(word), order.index(word))
    assert [view._echoed for view in maps] == [(word, word), *there]
    rect = maps[0].cell_rect((word, word))
    assert rect is not None
    assert rect.contains(_centre(maps[0], word, word))
    alone = next(w for w in range(len(found.words_a.words)) if w not in pairs)
    move_to(maps[0], _centre(maps[0], alone, word))
    assert [view._echoed for view in maps] == [(alone, word), None, None]


def test_words_that_do_not_align_are_counted_and_read_alone(
    page: ComparePage, qtbot: QtBot, shown: Shown
) -> None:
    _compared(page, qtbot, shown, Other("text", text="cats"))
    assert "only in A" in page.notice.text()
    assert "only in B" in page.notice.text()
    move_to(page.words.maps[0], _centre(page.words.maps[0], 2, 3))
    assert "only in A" in page.readout.text()


def test_the_difference_is_drawn_about_zero_with_symmetric_limits(
    page: ComparePage, qtbot: QtBot, shown: Shown
) -> None:
    _compared(page, qtbot, shown, Other("layer", number=0))
    look = page.words.maps[2]._look
    assert look.colour_map == "cet_cbd1"
    assert look.low == -look.high
    values = page.words.maps[2].values
    assert values is not None
    assert look.high == pytest.approx(float(np.abs(values).max()))
    assert page.words.maps[0]._look == page.words.maps[1]._look


def test_swapping_brings_b_to_the_screen_and_a_beside_it(
    page: ComparePage, qtbot: QtBot, shown: Shown
) -> None:
    _compared(page, qtbot, shown, Other("text", text=WITH))
    with qtbot.waitSignal(page.swapped) as told:
        qtbot.mouseClick(page.swap, Qt.MouseButton.LeftButton)
    assert told.args == [Other("text", text=WITH)]
    assert page.choice.other == Other("text", text=TEXT)
    qtbot.mouseClick(page.clear, Qt.MouseButton.LeftButton)
    assert page.choice.other is None


def test_a_model_with_other_tokens_is_refused_in_a_sentence(
    page: ComparePage, qtbot: QtBot, shown: Shown
) -> None:
    page.set_shown(shown)
    path = str(ZOO / "roberta" / "onnx" / "model_dyn18_eager.onnx")
    with qtbot.waitSignal(page.source.failed, timeout=20_000):
        page.choice.set_other(Other("model", place=path))
    assert "other tokens" in page.notice.text()


def test_another_file_of_the_same_model_is_compared_token_by_token(
    page: ComparePage, qtbot: QtBot, shown: Shown
) -> None:
    folder = ZOO / "bert" / "onnx"
    path = folder / "model_quantized.onnx"
    _compared(page, qtbot, shown, Other("model", place=str(path)))
    found = page._found
    assert found is not None
    assert len(found.pairs) == len(found.words_a.words)


def test_while_the_controller_is_busy_a_comparison_waits(
    page: ComparePage, qtbot: QtBot, shown: Shown, controller: _Controller
) -> None:
    controller.busy = True
    page.set_shown(shown)
    page.choice.set_other(Other("head", number=0))
    assert page.source.busy
    assert not page.source.lane.busy
    controller.busy = False
    with qtbot.waitSignal(page.source.compared, timeout=20_000):
        controller.busy_changed.emit(False)


def test_a_word_of_the_menu_is_followed_through_the_layers(
    page: ComparePage, qtbot: QtBot, shown: Shown
) -> None:
    page.set_shown(shown)
    senses = next(found for found in bundled_senses() if found.word == "bank")
    place = bundled_senses().index(senses)
    with (
        qtbot.waitSignal(page.text_asked) as asked,
        qtbot.waitSignal(page.source.curves_known, timeout=60_000) as known,
    ):
        page.menu.actions()[place].trigger()
    assert asked.args == [senses.senses[0].sentences[0]]
    assert page.chart.isVisible()
    assert page.notice.text() == verdict(known.args[0])
    assert len(page.chart.series()) == 3


def test_the_word_is_pinned_in_both_sentences_and_its_maps_are_one_click_away(
    page: ComparePage, qtbot: QtBot, shown: Shown, model: Model
) -> None:
    page.set_shown(shown)
    senses = next(found for found in bundled_senses() if found.word == "bank")
    first = senses.senses[0].sentences[0]
    page.show_senses(senses)
    record = model.run_text(first)
    with qtbot.waitSignal(page.token_asked, timeout=20_000) as pinned:
        page.set_shown(resolve(ViewState(layer=1, pinned=1), record))
    place = pinned.args[0]
    assert record.tokens[place].label == "bank"
    there = resolve(ViewState(layer=1, pinned=place), record)
    with qtbot.assertNotEmitted(page.token_asked, wait=50):  # once, then it is the person's choice
        page.set_shown(there)
    with qtbot.waitSignal(page.source.compared, timeout=20_000):
        qtbot.mouseClick(page.turn, Qt.MouseButton.LeftButton)
    assert page.words.isVisible()
    found = page._found
    assert found is not None
    row = page.words.maps[1]._marks[0]
    assert row is not None
    assert found.words_b.words[row].label == "bank"
    assert page.drawn is not None
    with qtbot.waitSignal(page.source.curves_known, timeout=60_000):
        qtbot.mouseClick(page.turn, Qt.MouseButton.LeftButton)
    assert page.chart.isVisible()


def test_another_text_ends_the_senses_of_a_word(
    page: ComparePage, qtbot: QtBot, shown: Shown, model: Model
) -> None:
    senses = next(found for found in bundled_senses() if found.word == "bank")
    page.set_shown(shown)
    page.show_senses(senses)
    with qtbot.waitSignal(page.token_asked, timeout=20_000):
        page.set_shown(resolve(ViewState(layer=1), model.run_text(senses.senses[0].sentences[0])))
    assert page.turn.isVisible()
    with qtbot.waitSignal(page.source.compared, timeout=20_000):
        page.set_shown(shown)
    assert not page.turn.isVisible()
    assert page.words.isVisible()


def test_the_chart_of_a_word_is_a_figure(page: ComparePage, qtbot: QtBot, shown: Shown) -> None:
    page.set_shown(shown)
    senses = next(found for found in bundled_senses() if found.word == "bank")
    with qtbot.waitSignal(page.source.curves_known, timeout=60_000):
        page.show_senses(senses)
    seen = replace(shown, state=replace(shown.state, page="compare", measure="output"))
    assert page.drawn is page._curves
    assert front_of(seen, beside=page.drawn) == "senses"
    assert "compare" not in views_of(seen, beside=page.drawn)
    request = request_for(seen, "senses", beside=page.drawn)
    assert request.curves is page._curves
    assert draw(seen.record, request).width > 0


def test_out_of_sight_nothing_is_compared(page: ComparePage, qtbot: QtBot, shown: Shown) -> None:
    page.set_shown(shown)
    page.source._do.busy = True  # type: ignore[misc]
    page.choice.set_other(Other("head", number=0))
    page.set_active(active=False)
    assert not page.source.busy


def test_photos_are_compared_patch_by_patch(page: ComparePage, qtbot: QtBot) -> None:
    shown = resolve(ViewState(layer=1, pinned=6), image_record())
    _compared(page, qtbot, shown, Other("head", number=1))
    values = page.photos.maps[2].values
    assert values is not None
    mean = shown.layer.row(6).mean(axis=0)
    assert np.allclose(values[0], mean - shown.layer.row(6)[1], atol=1e-6)
    with qtbot.waitSignal(page.cell_clicked) as told:
        area = page.photos.maps[0].area()
        point = QPointF(area.left() + area.width() * 0.9, area.top() + area.height() * 0.1)
        button = Qt.MouseButton.LeftButton
        qtbot.mouseClick(page.photos.maps[0], button, pos=point.toPoint())
    assert told.args == [6, 4]


def test_a_part_s_patches_are_clicked_and_marked_where_they_show_the_same(
    qtbot: QtBot,
) -> None:
    """Patches of a part have other numbers than those of the whole beside them."""
    record = image_record()
    patches = [i for i, token in enumerate(record.tokens) if token.cell is not None]
    pairs = ((0, 0), *zip(patches[2:], patches[:-2], strict=True))  # two further on in A
    side = Side(record, 1)
    found = replace(compare(side, Side(record, 0)), pairs=pairs)
    a, b = patches[3], patches[1]
    view = CompareMaps(photos=True)
    qtbot.addWidget(view)
    view.resize(700, 300)
    view.show()
    shown = resolve(ViewState(layer=1, pinned=a, key=patches[4]), record)
    view.set_comparison(found, shown)
    there = view.maps[1]
    assert isinstance(there, ComparePhoto)
    assert there._token == b
    assert [one._marks[1] for one in view.maps] == [patches[4], patches[2], patches[4]]
    row, column = record.tokens[patches[0]].cell or (0, 0)
    assert record.encoded.grid is not None
    area, grid = there.area(), record.encoded.grid
    x = area.left() + (column + 0.5) * area.width() / grid.columns
    y = area.top() + (row + 0.5) * area.height() / grid.rows
    with qtbot.waitSignal(view.cell_clicked) as told:
        qtbot.mouseClick(there, Qt.MouseButton.LeftButton, pos=QPointF(x, y).toPoint())
    assert told.args == [a, patches[2]]
    move_to(there, QPointF(x, y))
    assert [one._echoed for one in view.maps] == [
        (a, patches[2]), (b, patches[0]), (a, patches[2]),
    ]  # fmt: skip
    with qtbot.waitSignal(view.hovered) as said:
        there.cell_hovered.emit((b, patches[0]))
    weight_a = float(found.weights_a[a, patches[2]])
    weight_b = float(found.weights_b[b, patches[0]])
    assert f"A {exact(weight_a)} · B {exact(weight_b)}" in said.args[0]
    with qtbot.waitSignal(view.hovered) as said:
        there.cell_hovered.emit((b, patches[-1]))
    assert "only in B" in said.args[0]


def test_arrows_on_a_map_step_query_and_key(page: ComparePage, qtbot: QtBot, shown: Shown) -> None:
    _compared(page, qtbot, shown, Other("layer", number=0))
    with qtbot.waitSignal(page.stepped) as told:
        qtbot.keyClick(page.words.maps[1], Qt.Key.Key_Right)
    assert told.args == [0, 1]


def test_a_mean_of_heads_is_not_swapped_with_one_head_and_says_why(
    page: ComparePage, qtbot: QtBot, shown: Shown
) -> None:
    _compared(page, qtbot, shown, Other("head", number=1))
    with qtbot.assertNotEmitted(page.swapped):
        qtbot.mouseClick(page.swap, Qt.MouseButton.LeftButton)
    assert "choose one head" in page.notice.text()


def test_what_is_compared_can_be_exported_while_it_is_shown(
    page: ComparePage, qtbot: QtBot, shown: Shown
) -> None:
    assert page.beside is None
    _compared(page, qtbot, shown, Other("text", text=WITH))
    beside = page.beside
    assert beside is not None
    assert beside.names == (TEXT, WITH)
    seen = replace(shown, state=replace(shown.state, page="compare"))
    assert "compare" not in views_of(seen)
    assert "compare" in views_of(seen, beside=beside)
    assert front_of(seen, beside=beside) == "compare"
    request = request_for(seen, "compare", beside=beside)
    assert draw(seen.record, request).width > 0
    page.choice.set_other(None)
    assert page.beside is None


@pytest.mark.parametrize(
    ("limits", "high"), [("view", None), ("fixed", 1.0), ("row", None), ("log", None)]
)
def test_a_figure_of_a_comparison_has_the_scale_of_the_screen(
    page: ComparePage, qtbot: QtBot, shown: Shown, limits: MapLimits, high: float | None
) -> None:
    seen = replace(shown, state=replace(shown.state, map_limits=limits))
    _compared(page, qtbot, seen, Other("text", text=WITH))
    assert page.limits.currentData() == limits
    request = request_for(seen, "compare", beside=page.beside)
    assert request.high == high
    assert request.limits == (limits if limits in {"row", "log"} else "view")


def test_the_choice_of_a_scale_is_told(page: ComparePage, qtbot: QtBot, shown: Shown) -> None:
    page.set_shown(shown)
    with qtbot.waitSignal(page.limits_changed) as told:
        page.limits.setCurrentIndex(page.limits.findData("log"))
        page.limits.activated.emit(page.limits.currentIndex())
    assert told.args == ["log"]


def test_before_anything_stands_beside_the_controls_keep_their_height(
    page: ComparePage, shown: Shown, qtbot: QtBot
) -> None:
    page.set_shown(shown)
    qtbot.waitExposed(page)
    qtbot.waitUntil(lambda: page.blank.height() > 100)
    assert page.choice.text.height() <= 2 * page.choice.text.sizeHint().height()
    assert page.choice.y() < page.height() // 4


def test_one_click_follows_banco_through_the_layers(
    page: ComparePage, shown: Shown, qtbot: QtBot
) -> None:
    page.set_shown(shown)
    assert page.start.isVisible()
    first, second = (sense.sentences[0] for sense in bundled_senses()[0].senses[:2])
    assert first in page.start.text()
    with qtbot.waitSignal(page.text_asked) as asked:
        qtbot.mouseClick(page.start, Qt.MouseButton.LeftButton)
    assert asked.args == [first]
    assert page.choice.other == Other("text", text=second)
    assert page.chart.isVisible()
    assert not page.start.isVisible()
    page.source.stop()


def test_the_check_of_side_b_is_made_after_it_is_seen_and_told(
    page: ComparePage, qtbot: QtBot, shown: Shown, model: Model
) -> None:
    unseen = "a town of the bank"  # not checked by another test before
    seen: list[str] = []
    page.source.compared.connect(lambda found: seen.append(found.b.record.provenance.checked_on))
    _compared(page, qtbot, shown, Other("text", text=unseen))
    qtbot.waitUntil(lambda: seen == ["", "input"], timeout=20_000)
    qtbot.waitUntil(lambda: "B: L2 matches onnxruntime to" in page.notice.text(), timeout=20_000)
    found = page._found
    assert found is not None
    told = found.b.record.provenance.differences
    assert told == model.check_of(model.encode_text(unseen)).differences


def test_a_check_of_side_b_that_fails_leaves_the_comparison(
    page: ComparePage, qtbot: QtBot, shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_named: object) -> Model:
        raise MemoryError

    monkeypatch.setattr(Model, "verified", fail)
    _compared(page, qtbot, shown, Other("text", text=WITH))
    qtbot.waitUntil(lambda: not page.source.lane.busy, timeout=20_000)
    assert "aligned" in page.notice.text()
    assert page._found is not None


def test_curves_have_no_scale_of_weights(page: ComparePage, qtbot: QtBot, shown: Shown) -> None:
    page.set_shown(shown)
    assert page.limits.isEnabled()
    senses = next(found for found in bundled_senses() if found.word == "bank")
    with qtbot.waitSignal(page.source.curves_known, timeout=60_000):
        page.show_senses(senses)
    assert not page.limits.isEnabled()
    with qtbot.waitSignal(page.layer_picked) as picked:
        qtbot.keyClick(page.chart, Qt.Key.Key_Left)
    assert picked.args == [shown.state.layer - 1]
    assert page.readout.text().startswith(f"L{shown.state.layer}: ")
    with qtbot.waitSignal(page.source.compared, timeout=20_000):
        qtbot.mouseClick(page.turn, Qt.MouseButton.LeftButton)
    assert page.limits.isEnabled()
    assert page.readout.text() == ""
