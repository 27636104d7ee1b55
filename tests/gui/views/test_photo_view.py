"""The photo and its patches: told facts, drawn in the right place; touched, it speaks."""

from __future__ import annotations

from math import ceil

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QEvent, QPoint, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QImage, QPixmap
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from gui.theme import DARK, LIGHT, Theme
from gui.views import photo_stage
from gui.views.kept import KeptPicture
from gui.views.photo_view import PhotoView
from models.colour import paint
from models.encoded import PatchGrid
from tests.helpers.view_inputs import move_to, patches, row_of

GREEN = (30, 160, 60)
GRID = PatchGrid(rows=4, columns=4, box=(50.0, 0.0, 150.0, 100.0))


@pytest.fixture
def view(qtbot: QtBot) -> PhotoView:
    """A green photo, twice as wide as tall, whose middle square the model saw."""
    widget = PhotoView()
    qtbot.addWidget(widget)
    widget.resize(620, 320)
    widget.set_photo(Image.new("RGB", (200, 100), GREEN))
    widget.set_tokens(patches(4, 4, registers=1), GRID)
    widget.show()
    return widget


def picture(view: PhotoView) -> QImage:
    return view.canvas.grab().toImage()


def colour(view: PhotoView, position: int) -> tuple[int, int, int]:
    """The colour just off the middle of a patch."""
    rect = view.canvas.patch_rect(position)
    assert rect is not None
    place = rect.center().toPoint() + QPoint(3, 3)
    return QColor(picture(view).pixel(place)).getRgb()[:3]


def test_without_a_photo_it_invites_one(view: PhotoView) -> None:
    view.set_placeholder("Drop a photo here")
    drawn = picture(view)
    view.set_tokens([], None)
    view.set_photo(None)
    assert picture(view) != drawn
    assert view.canvas.accessibleDescription() == "Drop a photo here"
    assert not view.strip.isVisible()


def test_a_photo_is_drawn_in_its_own_colours(view: PhotoView) -> None:
    assert colour(view, 8) == GREEN


def test_what_the_model_did_not_see_is_dimmed(view: PhotoView) -> None:
    rect = view.canvas.placement().photo_rect()
    image = picture(view)
    outside = QColor(image.pixel(rect.topLeft().toPoint() + QPoint(10, 50)))
    assert outside.getRgb()[:3] != GREEN
    assert outside.lightness() > QColor(*GREEN).lightness()  # veiled with a light surface


def test_each_patch_takes_the_colour_of_its_own_weight(view: PhotoView) -> None:
    row = np.linspace(0, 1, 18).astype(np.float32)
    view.set_overlay(opacity=1.0, smooth=False)
    view.set_colour_map("viridis")
    view.set_row(row, low=0.0, high=1.0)
    expected = paint(row, name="viridis")
    for position in range(2, 18):
        assert colour(view, position) == tuple(int(c) for c in expected[position])


def test_opacity_mixes_photo_and_row(view: PhotoView) -> None:
    row = row_of(18, largest=8)
    view.set_row(row, low=0.0, high=0.5)
    view.set_overlay(opacity=0.0, smooth=False)
    assert colour(view, 8) == GREEN
    view.set_overlay(opacity=0.5, smooth=False)
    mixed = np.array(colour(view, 8))
    top = paint(row[8:9], low=0.0, high=0.5)[0]
    assert np.abs(mixed - (np.array(GREEN) + top) / 2).max() <= 2


def test_smoothing_changes_seams_and_keeps_middles(view: PhotoView) -> None:
    row = row_of(18, largest=8)
    view.set_row(row, low=0.0, high=0.5)
    view.set_overlay(opacity=1.0, smooth=False)
    flat = picture(view)
    view.set_overlay(opacity=1.0, smooth=True)
    smooth = picture(view)
    rect = view.canvas.patch_rect(8)
    middle = rect.center().toPoint()
    near = QPoint(int(rect.left()) + 4, middle.y())
    close = np.array(QColor(smooth.pixel(middle)).getRgb()) - QColor(flat.pixel(middle)).getRgb()
    assert np.abs(close).max() <= 6
    apart = np.array(QColor(smooth.pixel(near)).getRgb()) - QColor(flat.pixel(near)).getRgb()
    assert np.abs(apart).max() > 20


def test_no_row_leaves_the_photo_alone(view: PhotoView) -> None:
    view.set_row(row_of(18, largest=8), low=0.0, high=0.5)
    view.set_row(None, low=0.0, high=1.0)
    assert colour(view, 8) == GREEN


def test_a_row_of_another_photo_is_not_drawn(view: PhotoView) -> None:
    view.set_row(row_of(5, largest=1), low=0.0, high=0.5)
    assert colour(view, 8) == GREEN


def test_padding_beyond_the_photo_is_drawn_and_can_be_clicked(
    view: PhotoView, qtbot: QtBot
) -> None:
    view.set_tokens(patches(4, 4, registers=1), PatchGrid(4, 4, (0.0, -50.0, 200.0, 150.0)))
    beyond = view.canvas.patch_rect(2)
    assert beyond.bottom() <= view.canvas.placement().photo_rect().top() + 1
    with qtbot.waitSignal(view.token_clicked) as caught:
        place = beyond.center().toPoint()
        qtbot.mouseClick(view.canvas, Qt.MouseButton.LeftButton, pos=place)
    assert caught.args == [2]


def test_a_click_says_the_token_of_the_patch(view: PhotoView, qtbot: QtBot) -> None:
    for position in range(2, 18):
        with qtbot.waitSignal(view.token_clicked) as caught:
            place = view.canvas.patch_rect(position).center().toPoint()
            qtbot.mouseClick(view.canvas, Qt.MouseButton.LeftButton, pos=place)
        assert caught.args == [position]


def test_a_click_on_what_the_model_did_not_see_says_nothing(view: PhotoView, qtbot: QtBot) -> None:
    rect = view.canvas.placement().photo_rect()
    with qtbot.assertNotEmitted(view.token_clicked):
        place = rect.topLeft().toPoint() + QPoint(5, 5)
        qtbot.mouseClick(view.canvas, Qt.MouseButton.LeftButton, pos=place)


def test_hover_says_each_patch_once_and_none_at_the_end(view: PhotoView) -> None:
    said: list[object] = []
    view.token_hovered.connect(said.append)
    for position in (5, 5, 6):
        move_to(view.canvas, view.canvas.patch_rect(position).center())
    move_to(view.canvas, QPoint(1, 1))
    assert said == [5, 6, None]
    move_to(view.canvas, view.canvas.patch_rect(5).center())
    QApplication.sendEvent(view.canvas, QEvent(QEvent.Type.Leave))
    assert said == [5, 6, None, 5, None]


@pytest.mark.parametrize(
    ("key", "step"),
    [
        (Qt.Key.Key_Left, [0, -1]),
        (Qt.Key.Key_Right, [0, 1]),
        (Qt.Key.Key_Up, [-1, 0]),
        (Qt.Key.Key_Down, [1, 0]),
    ],
)
def test_arrow_keys_step_in_the_grid(
    view: PhotoView, qtbot: QtBot, key: Qt.Key, step: list[int]
) -> None:
    with qtbot.waitSignal(view.cell_stepped) as caught:
        qtbot.keyClick(view.canvas, key)
    assert caught.args == step


def test_special_tokens_stand_in_the_strip_and_can_be_clicked(
    view: PhotoView, qtbot: QtBot
) -> None:
    assert view.strip.chip_rect(2) is None
    with qtbot.waitSignal(view.token_clicked) as caught:
        place = view.strip.chip_rect(1).center()
        qtbot.mouseClick(view.strip.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert caught.args == [1]


def test_a_model_without_special_tokens_has_no_strip(view: PhotoView) -> None:
    view.set_tokens(patches(4, 4)[1:], GRID)
    assert not view.strip.isVisible()
    view.set_tokens(patches(4, 4), GRID)
    assert view.strip.isVisible()


@pytest.mark.parametrize(("size", "above"), [((700, 300), False), ((300, 700), True)])
def test_the_strip_stands_where_it_leaves_the_photo_larger(
    view: PhotoView, qtbot: QtBot, size: tuple[int, int], *, above: bool
) -> None:
    view.resize(*size)
    qtbot.waitUntil(lambda: (view.canvas.y() > view.strip.height()) == above)
    beside = view.canvas.x() > view.strip.width()
    assert beside != above
    assert view.strip.verticalScrollBar().maximum() == 0
    for position in (0, 1):
        assert view.strip.viewport().rect().contains(view.strip.chip_rect(position))


def test_the_pinned_the_key_and_the_hovered_patch_are_outlined(view: PhotoView) -> None:
    view.set_selection(pinned=8, hovered=10, key=15)
    image = picture(view)
    for position, expected in ((8, LIGHT.accent), (10, LIGHT.text), (15, LIGHT.key)):
        rect = view.canvas.patch_rect(position)
        edge = {
            QColor(image.pixel(QPoint(x, int(rect.center().y())))).name()
            for x in range(int(rect.left()) - 4, int(rect.left()) + 2)
        }
        assert expected in edge


def test_an_outline_hides_nothing_of_its_patch(view: PhotoView) -> None:
    before = picture(view)
    view.set_selection(pinned=8, hovered=None, key=None)
    after = picture(view)
    inside = view.canvas.patch_rect(8).toRect().adjusted(2, 2, -2, -2)
    assert before.copy(inside) == after.copy(inside)


def test_grid_lines_show_on_large_patches_and_on_small_ones_only_under_the_pointer(
    qtbot: QtBot,
) -> None:
    view = PhotoView()
    qtbot.addWidget(view)
    view.resize(320, 240)
    view.set_photo(Image.new("RGB", (100, 100), GREEN))
    view.set_tokens(patches(37, 37), PatchGrid(37, 37, (0.0, 0.0, 100.0, 100.0)))
    view.show()
    inner = view.canvas.placement().photo_rect().toRect().adjusted(4, 4, -4, -4)

    def colours() -> set[int]:
        image = picture(view)
        y = inner.center().y()
        return {image.pixel(x, y) for x in range(inner.left(), inner.right())}

    assert len(colours()) == 1
    move_to(view.canvas, inner.topLeft())
    assert len(colours()) > 1


def test_1370_patches_are_painted_as_one_picture(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The overlay is made once per row, however often it is painted or the selection moves."""
    from gui.views import photo_layer  # noqa: PLC0415  # patched below

    made: list[int] = []
    real = photo_layer.field_rgba
    monkeypatch.setattr(
        photo_layer, "field_rgba", lambda *a, **k: (made.append(1), real(*a, **k))[1]
    )
    view = PhotoView()
    qtbot.addWidget(view)
    view.resize(500, 400)
    view.set_photo(Image.new("RGB", (100, 100), GREEN))
    view.set_tokens(patches(37, 37), PatchGrid(37, 37, (0.0, 0.0, 100.0, 100.0)))
    view.set_row(row_of(1370, largest=700), low=0.0, high=0.5)
    view.show()
    picture(view)
    view.set_selection(pinned=5, hovered=9, key=None)
    picture(view)
    assert len(made) == 1


def test_the_tool_tip_says_the_exact_weight(
    view: PhotoView, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda _at, text, *_more: said.append(text))
    view.set_row(row_of(18, largest=8), low=0.0, high=0.5)
    at = view.canvas.patch_rect(8).center().toPoint()
    QApplication.sendEvent(view.canvas, QHelpEvent(QEvent.Type.ToolTip, at, at))
    (tip,) = said
    assert "r2 c3" in tip
    assert "0.50000" in tip


def test_a_screen_reader_hears_the_pin_and_the_largest_weights(view: PhotoView) -> None:
    view.set_row(row_of(18, largest=8), low=0.0, high=0.5)
    view.set_selection(pinned=0, hovered=None, key=None)
    assert view.canvas.accessibleName()
    said = view.canvas.accessibleDescription()
    assert "Pinned: CLS, position 0." in said
    assert "r2 c3 0.50000" in said


def test_nan_weights_leave_their_patch_uncovered(view: PhotoView) -> None:
    row = row_of(18, largest=8)
    row[9] = np.nan
    view.set_overlay(opacity=1.0, smooth=False)
    view.set_row(row, low=0.0, high=0.5)
    assert colour(view, 9) == GREEN
    assert colour(view, 10) != GREEN


def afresh(view: PhotoView, qtbot: QtBot, *, theme: Theme = LIGHT) -> QImage:
    """The same facts in a view that has drawn nothing before."""
    new = PhotoView()
    qtbot.addWidget(new)
    new.set_theme(theme)
    new.resize(view.size())
    new.set_photo(Image.new("RGB", (200, 100), GREEN))
    new.set_tokens(patches(4, 4, registers=1), GRID)
    new.set_row(row_of(18, largest=8), low=0.0, high=1.0)
    new.show()
    return picture(new)


def test_what_is_kept_of_a_photo_looks_as_if_drawn_anew(view: PhotoView, qtbot: QtBot) -> None:
    view.set_row(row_of(18, largest=3), low=0.0, high=1.0)
    before = picture(view)  # everything is kept from here on
    view.set_row(row_of(18, largest=8), low=0.0, high=1.0)
    assert picture(view) != before
    assert picture(view) == afresh(view, qtbot)
    for theme in (DARK, LIGHT):
        view.set_theme(theme)
        assert picture(view) == afresh(view, qtbot, theme=theme)
    view.resize(700, 340)
    assert picture(view) == afresh(view, qtbot)


def test_another_photo_or_another_grid_is_drawn_in_place_of_what_was_kept(
    view: PhotoView,
) -> None:
    before = picture(view)
    view.set_photo(Image.new("RGB", (200, 100), (200, 10, 10)))
    red = picture(view)
    assert red != before
    view.set_tokens(patches(2, 2), PatchGrid(rows=2, columns=2, box=(0.0, 0.0, 100.0, 100.0)))
    assert picture(view) != red


def test_the_photo_is_scaled_once_for_many_rows(
    view: PhotoView, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture(view)
    scaled: list[object] = []
    monkeypatch.setattr(photo_stage, "scaled_pixmap", lambda *_: scaled.append(None))
    for largest in (3, 8, 12):
        view.set_row(row_of(18, largest=largest), low=0.0, high=1.0)
        picture(view)
    assert scaled == []


@pytest.mark.parametrize("ratio", [1.0, 1.25, 2.0])
def test_a_kept_picture_has_a_pixel_for_every_pixel_of_the_screen(ratio: float) -> None:
    kept, drawn = KeptPicture(), list[str]()

    def of(facts: str, ratio: float) -> QPixmap:
        return kept.of(
            facts,
            size=QSize(401, 300),
            ratio=ratio,
            ground=QColor("red"),
            draw=lambda painter: (drawn.append(facts), painter.fillRect(0, 0, 2, 2, "blue"))[1],
        )

    of("a", 1.5)
    first = of("a", ratio)
    assert of("a", ratio) is first
    assert first.devicePixelRatio() == ratio
    assert first.width() == ceil(401 * ratio)
    assert first.toImage().pixelColor(0, 0) == QColor("blue")
    assert of("b", ratio) is not first
    assert drawn == ["a", "a", "b"]
