"""The mosaic of every head: where heads lie, how they are coloured, how they are picked."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QHelpEvent
from PySide6.QtWidgets import QToolTip
from pytestqt.qtbot import QtBot

from gui.theme import DARK, LIGHT
from gui.views.atlas_drawing import Bars
from gui.views.atlas_layout import laid_out, picked
from gui.views.atlas_picture import Limits, limits_of, picture, shades
from gui.views.atlas_view import AtlasView
from models import colour
from models.thumbnails import LayerThumbnails, thumbnails
from tests.helpers.records import image_record, text_record

MARGINS = {"left": 20.0, "top": 12.0, "below": 0.0}


def made(value: float, *, heads: int = 2, largest: float | None = None) -> LayerThumbnails:
    dots = np.full((heads, 3, 3), value, np.float32)
    return LayerThumbnails(0, dots, (3, 3), 1, False, value if largest is None else largest, False)


@pytest.fixture
def view(qtbot: QtBot) -> AtlasView:
    view = AtlasView()
    qtbot.addWidget(view)
    view.set_heads([3, 3])
    view.set_room(400, 300)
    view.set_layers(dict(enumerate(thumbnails(text_record()))))
    view.resize(400, 300)
    return view


def middle(view: AtlasView, head: tuple[int, int]) -> QPoint:
    box = view.box_of(head)
    assert box is not None
    return QPoint(int(box[0] + box[2] / 2), int(box[1] + box[3] / 2))


def test_layers_run_down_and_heads_across_and_all_fit() -> None:
    atlas = laid_out([12] * 12, order=None, room=(700, 320), aspect=1.0, **MARGINS)
    assert atlas.order[13] == (1, 1)
    assert atlas.places[13] == (1, 1)
    assert atlas.size[0] <= 700
    assert atlas.size[1] <= 320
    assert atlas.width == atlas.height


def test_every_head_is_found_again_where_it_is_drawn() -> None:
    for order in (None, [(1, 0), (0, 2), (0, 0), (0, 1), (1, 1)]):
        atlas = laid_out([3, 2], order=order, room=(300, 200), aspect=1.5, **MARGINS)
        for index in range(5):
            x, y, width, height = atlas.box(index)
            assert atlas.at(x + 1, y + 1) == index
            assert atlas.at(x + width - 1, y + height - 1) == index
    assert atlas.at(1, 1) is None
    assert atlas.at(9999, 20) is None


def test_small_rooms_never_make_heads_too_small_to_see() -> None:
    atlas = laid_out([16] * 24, order=None, room=(100, 80), aspect=1.0, least=20, **MARGINS)
    assert atlas.width >= 20
    assert atlas.size[1] > 80


def test_arrows_stop_at_the_edges_of_uneven_layers() -> None:
    atlas = laid_out([3, 1], order=None, room=(300, 200), aspect=1.0, **MARGINS)
    assert atlas.order[atlas.beside(2, rows=1, columns=0)] == (1, 0)
    assert atlas.order[atlas.beside(0, rows=-1, columns=-1)] == (0, 0)
    assert atlas.order[atlas.beside(0, rows=0, columns=99)] == (0, 2)


def test_a_click_chooses_one_ctrl_more_of_any_layer_shift_all_between() -> None:
    grid = [(layer, head) for layer in range(3) for head in range(6)]
    chosen = frozenset({(1, 2), (1, 5)})
    one = {"chosen": chosen, "anchor": (1, 2), "order": grid}
    assert picked((1, 4), add=False, span=False, **one) == {(1, 4)}  # type: ignore[arg-type]
    assert picked((1, 4), add=True, span=False, **one) == chosen | {(1, 4)}  # type: ignore[arg-type]
    assert picked((1, 5), add=True, span=False, **one) == {(1, 2)}  # type: ignore[arg-type]
    assert picked((0, 4), add=True, span=False, **one) == chosen | {(0, 4)}  # type: ignore[arg-type]
    assert picked((1, 4), add=False, span=True, **one) == {(1, 2), (1, 3), (1, 4)}  # type: ignore[arg-type]
    assert picked((0, 1), add=False, span=True, **one) == {  # type: ignore[arg-type]
        (0, 1), (0, 2), (1, 1), (1, 2),
    }  # fmt: skip
    alone = frozenset({(1, 2)})
    assert picked((1, 2), chosen=alone, anchor=None, add=True, span=False, order=grid) == alone


def test_in_the_order_of_a_measure_shift_chooses_what_stands_between() -> None:
    order = [(2, 1), (0, 3), (1, 1), (0, 0)]
    found = picked(
        (1, 1), chosen=frozenset(), anchor=(2, 1), add=False, span=True, order=order, ranked=True
    )
    assert found == {(2, 1), (0, 3), (1, 1)}


def test_one_scale_holds_for_all_heads() -> None:
    found = {0: made(0.5), 1: made(0.25)}
    limits = limits_of(found, "all")
    assert limits.high == 0.5
    assert shades(found[1].dots, limits, largest=0.25)[0, 0, 0] == pytest.approx(128, abs=1)
    by_layer = limits_of(found, "layer")
    assert shades(found[1].dots, by_layer, largest=0.25)[0, 0, 0] == 255
    assert limits_of(found, "fixed").high == 1.0
    log = limits_of(found, "log")
    wanted = 255 * (np.log10(0.25) + 4) / 4
    assert shades(found[1].dots, log, largest=0.25)[0, 0, 0] == pytest.approx(wanted, abs=1)


def test_the_picture_holds_the_colour_map_s_own_colours(qtbot: QtBot) -> None:
    atlas = laid_out([2, 2], order=None, room=(200, 200), aspect=1.0, **MARGINS)
    image = picture(
        atlas, {0: made(1.0)}, limits=Limits("fixed", 1.0), colour_map="viridis", ratio=1.0,
        background="#010203", empty="#040506",
    )  # fmt: skip
    x, y, _, _ = atlas.box(1)
    red, green, blue = (int(c) for c in colour.table("viridis")[255])
    pixel = image.pixelColor(int(x) + 2, int(y) + 2)
    assert (pixel.red(), pixel.green(), pixel.blue()) == (red, green, blue)
    x, y, _, _ = atlas.box(2)
    assert image.pixelColor(int(x) + 2, int(y) + 2).name() == "#040506"
    assert image.pixelColor(1, 1).name() == "#010203"


def test_a_click_tells_layer_and_head(view: AtlasView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.heads_picked) as told:
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=middle(view, (1, 2)))
    assert told.args == [1, (2,), ()]
    view.set_selected(1, (2,))
    with qtbot.waitSignal(view.heads_picked) as told:
        qtbot.mouseClick(
            view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier,
            pos=middle(view, (1, 0)),
        )  # fmt: skip
    assert told.args == [1, (0, 1, 2), ()]


def test_arrows_move_and_enter_picks(view: AtlasView, qtbot: QtBot) -> None:
    moved: list[object] = []
    view.current_moved.connect(moved.append)
    qtbot.keyClick(view, Qt.Key.Key_Right)
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert moved == [(0, 1), (1, 1)]
    with qtbot.waitSignal(view.heads_picked) as told:
        qtbot.keyClick(view, Qt.Key.Key_Return)
    assert told.args == [1, (1,), ()]


def test_shift_and_an_arrow_extend_the_set_over_layers(view: AtlasView, qtbot: QtBot) -> None:
    shift = Qt.KeyboardModifier.ShiftModifier
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=middle(view, (0, 1)))
    view.set_selected(0, (1,))
    with qtbot.waitSignal(view.heads_picked) as told:
        qtbot.keyClick(view, Qt.Key.Key_Right, shift)
    assert told.args == [0, (1, 2), ()]
    view.set_selected(0, (1, 2))
    with qtbot.waitSignal(view.heads_picked) as told:
        qtbot.keyClick(view, Qt.Key.Key_Down, shift)
    assert told.args == [1, (1, 2), ((0, 1), (0, 2), (1, 1), (1, 2))]
    with qtbot.waitSignal(view.heads_picked) as told:
        qtbot.keyClick(view, Qt.Key.Key_Left, shift)
    assert told.args == [1, (1,), ((0, 1), (1, 1))]


def test_taking_the_last_head_of_a_layer_shows_another_layer_of_the_set(
    view: AtlasView, qtbot: QtBot
) -> None:
    view.set_selected(1, (2,), frozenset({(0, 1), (1, 2)}))
    control = Qt.KeyboardModifier.ControlModifier
    with qtbot.waitSignal(view.heads_picked) as told:
        qtbot.mouseClick(view, Qt.MouseButton.LeftButton, control, pos=middle(view, (1, 2)))
    assert told.args == [0, (1,), ()]


def test_a_screen_reader_hears_the_current_head(view: AtlasView, qtbot: QtBot) -> None:
    view.retranslate()
    view.set_tips(lambda head: f"head {head}\nentropy 0.5")
    qtbot.keyClick(view, Qt.Key.Key_End)
    assert view.accessibleName() == "Every head of every layer"
    assert view.accessibleDescription() == "head (0, 2), entropy 0.5"


def test_pointing_shows_what_is_known(view: AtlasView, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda _place, words, *_rest: shown.append(words))
    view.set_tips(lambda head: f"known of {head}")
    place = middle(view, (1, 1))
    view.event(QHelpEvent(QEvent.Type.ToolTip, place, place))
    assert shown == ["known of (1, 1)"]


def test_enlarging_grows_every_head_and_zero_shows_all(view: AtlasView, qtbot: QtBot) -> None:
    before = view.atlas.width
    qtbot.keyClick(view, Qt.Key.Key_Plus)
    assert view.atlas.width > before
    qtbot.keyClick(view, Qt.Key.Key_0)
    assert view.atlas.width == before


def test_bars_say_their_number_too() -> None:
    bars = Bars({(0, 0): 0.5, (0, 1): float("nan")}, 1.0)
    assert (bars.number((0, 0)), bars.share((0, 0))) == (".50", 0.5)
    assert (bars.number((0, 1)), bars.share((0, 1))) == ("–", 0.0)
    assert Bars({(0, 0): 12.34}, 20.0).number((0, 0)) == "12.3"


def test_every_state_can_be_drawn(view: AtlasView, qtbot: QtBot) -> None:
    plain = view.grab().toImage()
    view.set_bars(Bars(dict.fromkeys([(0, 0), (1, 1)], 0.4), 1.0))
    barred = view.grab().toImage()
    view.set_order([(1, 1), (0, 0), (0, 1), (0, 2), (1, 0), (1, 2)])
    assert view.head_at(*QPointF(middle(view, (1, 1))).toTuple()) == (1, 1)
    view.set_theme(DARK)
    view.set_look(limits=Limits("layer", 1.0), colour_map="magma")
    last = view.grab().toImage()
    assert plain != barred
    assert barred != last


def test_maps_of_photos_keep_their_shape(qtbot: QtBot) -> None:
    view = AtlasView()
    qtbot.addWidget(view)
    view.set_heads([2, 2])
    view.set_room(400, 300)
    view.set_layers(dict(enumerate(thumbnails(image_record(rows=2, columns=4)))))
    assert view.atlas.width == pytest.approx(2 * view.atlas.height, abs=2)


def test_a_chosen_head_has_a_frame_apart_from_its_picture(view: AtlasView) -> None:
    """Dark frames beside dark pictures vanished; on the ground of the gap they stand out."""
    view.set_theme(LIGHT)
    view.set_selected(1, (1,), frozenset({(0, 1), (1, 1)}))
    image = view.grab().toImage()
    for head, width in (((1, 1), 3), ((0, 1), 2)):
        box = view.box_of(head)
        assert box is not None
        left, row = round(box[0]), round(box[1] + box[3] / 2)
        shades = [image.pixelColor(left - 1 - i, row) for i in range(1 + width)]
        away = [abs(shade.green() - QColor(LIGHT.accent).green()) for shade in shades]
        assert away[0] > 60  # the ground
        assert max(away[1:width]) < 40
