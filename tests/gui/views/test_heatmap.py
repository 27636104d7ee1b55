"""The heatmap: right cell, right colour, right number, and labels that never touch."""

from __future__ import annotations

import subprocess
import sys
from itertools import combinations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.theme import DARK, LIGHT, Theme
from gui.views.axis_labels import anchors
from gui.views.heatmap import HeatmapView
from models.attention import Float
from models.colour import paint
from tests.helpers.view_inputs import move_to, patches, sentence

LEFT = Qt.MouseButton.LeftButton


def weights(rows: int, columns: int, *, seed: int = 0) -> Float:
    values = np.random.default_rng(seed).random((rows, columns)).astype(np.float32)
    return values / values.sum(axis=1, keepdims=True)


@pytest.fixture
def view(qtbot: QtBot) -> HeatmapView:
    """Ten tokens by ten, in a wide widget."""
    widget = HeatmapView()
    qtbot.addWidget(widget)
    widget.resize(700, 460)
    labels = [token.label for token in sentence()]
    widget.set_labels(labels, labels)
    widget.set_weights(weights(10, 10), low=0.0, high=0.3, colour_map="viridis")
    widget.show()
    qtbot.waitExposed(widget)
    return widget


def picture(view: HeatmapView) -> QImage:
    return view.canvas.viewport().grab().toImage()


def middle(view: HeatmapView, query: int, key: int) -> QPoint:
    return view.canvas.cell_rect(query, key).center().toPoint()


def colour(view: HeatmapView, query: int, key: int) -> tuple[int, ...]:
    return QColor(picture(view).pixel(middle(view, query, key))).getRgb()[:3]


def point(view: HeatmapView, place: QPoint) -> None:
    move_to(view.canvas.viewport(), place)


def turn(view: HeatmapView, place: QPoint, delta: int) -> None:
    at = QPointF(place)
    event = QWheelEvent(
        at,
        view.canvas.viewport().mapToGlobal(at),
        QPoint(),
        QPoint(0, delta),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view.canvas.viewport(), event)


def drag(qtbot: QtBot, view: HeatmapView, start: QPoint, end: QPoint) -> None:
    viewport = view.canvas.viewport()
    qtbot.mousePress(viewport, LEFT, pos=start)
    for step in range(1, 6):
        place = start + (end - start) * step / 5
        qtbot.mouseMove(viewport, place)
        event = QMouseEvent(
            QEvent.Type.MouseMove,
            QPointF(place),
            viewport.mapToGlobal(QPointF(place)),
            Qt.MouseButton.NoButton,
            LEFT,
            Qt.KeyboardModifier.NoModifier,
        )
        QApplication.sendEvent(viewport, event)
    qtbot.mouseRelease(viewport, LEFT, pos=end)


def double_click(qtbot: QtBot, view: HeatmapView, place: QPoint) -> None:
    """Send what Qt sends: press, release, double click, release."""
    viewport = view.canvas.viewport()
    qtbot.mouseClick(viewport, LEFT, pos=place)
    qtbot.mouseDClick(viewport, LEFT, pos=place)
    qtbot.mouseRelease(viewport, LEFT, pos=place)


def test_every_cell_has_the_colour_of_its_weight_rows_down_columns_across(
    view: HeatmapView,
) -> None:
    expected = paint(weights(10, 10), name="viridis", low=0.0, high=0.3)
    for query in range(10):
        for key in range(10):
            assert colour(view, query, key) == tuple(int(c) for c in expected[query, key])


def test_rows_and_columns_may_differ_in_number_and_cells_stay_square(view: HeatmapView) -> None:
    wide = weights(4, 9, seed=3)
    view.set_labels([f"q{i}" for i in range(4)], [f"k{i}" for i in range(9)])
    view.set_weights(wide, low=0.0, high=0.3, colour_map="magma")
    expected = paint(wide, name="magma", low=0.0, high=0.3)
    for query in range(4):
        for key in range(9):
            assert colour(view, query, key) == tuple(int(c) for c in expected[query, key])
    rect = view.canvas.cell_rect(2, 5)
    assert rect.width() == pytest.approx(rect.height())


def test_limits_are_the_given_ones_not_the_data(view: HeatmapView) -> None:
    view.set_weights(np.full((10, 10), 0.25, dtype=np.float32), low=0.0, high=1.0)
    expected = paint(np.array(0.25, dtype=np.float32), low=0.0, high=1.0)
    assert colour(view, 4, 4) == tuple(int(c) for c in expected)


def test_a_single_bright_cell_among_1370_is_seen_from_afar(view: HeatmapView) -> None:
    lonely = np.zeros((1370, 1370), dtype=np.float32)
    lonely[1001, 333] = 1.0
    view.set_weights(lonely, low=0.0, high=1.0, colour_map="grey")
    assert view.canvas.cells_per_dot() > 1
    bright = QColor(*(int(c) for c in paint(np.array(1.0, dtype=np.float32), name="grey")))
    image = picture(view)
    rect = view.canvas.cell_rect(1001, 333)
    around = {
        QColor(image.pixel(int(rect.x()) + dx, int(rect.y()) + dy)).name()
        for dx in range(-3, 4)
        for dy in range(-3, 4)
    }
    assert bright.name() in around


def test_the_readout_says_the_exact_weight_under_the_pointer(view: HeatmapView) -> None:
    heard: list[object] = []
    view.cell_hovered.connect(heard.append)
    values = weights(10, 10)
    values[3, 5] = 0.12345
    view.set_weights(values, low=0.0, high=0.3)
    point(view, middle(view, 3, 5))
    assert heard[-1] == (3, 5)
    assert view.readout.text() == "query 3 está → key 5 tel: 0.12345"


def test_the_pointer_beside_the_map_reads_nothing(view: HeatmapView) -> None:
    heard: list[object] = []
    view.cell_hovered.connect(heard.append)
    point(view, middle(view, 3, 5))
    QApplication.sendEvent(view.canvas, QEvent(QEvent.Type.Leave))
    assert heard == [(3, 5), None]
    assert "→" not in view.readout.text()


def test_the_readout_falls_back_to_the_selected_cell(view: HeatmapView) -> None:
    view.set_selection(2, 4)
    assert view.readout.text().startswith("query 2 gato → key 4 no: 0.")
    assert view.accessibleDescription() == view.readout.text()


def test_a_narrow_readout_cuts_words_never_the_number(view: HeatmapView) -> None:
    view.set_labels(["x" * 90] * 10, ["y" * 90] * 10)
    view.set_selection(2, 4)
    number = f"{weights(10, 10)[2, 4]:.5f}"
    assert view.readout.text().endswith(number)
    assert "…" in view.readout.text()
    width = view.readout.fontMetrics().horizontalAdvance(view.readout.text())
    assert width <= view.width()


def test_a_click_says_query_and_key(view: HeatmapView, qtbot: QtBot) -> None:
    for query, key in ((0, 0), (3, 7), (9, 9), (9, 0)):
        with qtbot.waitSignal(view.cell_clicked) as caught:
            qtbot.mouseClick(view.canvas.viewport(), LEFT, pos=middle(view, query, key))
        assert caught.args == [query, key]


def test_a_click_beside_the_map_says_nothing(view: HeatmapView, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(view.cell_clicked):
        qtbot.mouseClick(view.canvas.viewport(), LEFT, pos=QPoint(3, 3))
        qtbot.mouseClick(view.canvas.viewport(), Qt.MouseButton.RightButton, pos=middle(view, 3, 3))


@pytest.mark.parametrize(
    ("key", "step"),
    [
        (Qt.Key.Key_Left, [0, -1]),
        (Qt.Key.Key_Right, [0, 1]),
        (Qt.Key.Key_Up, [-1, 0]),
        (Qt.Key.Key_Down, [1, 0]),
    ],
)
def test_arrow_keys_step_cells(
    view: HeatmapView, qtbot: QtBot, key: Qt.Key, step: list[int]
) -> None:
    with qtbot.waitSignal(view.cell_stepped) as caught:
        qtbot.keyClick(view, key)
    assert caught.args == step


def test_the_wheel_zooms_around_the_pointer(view: HeatmapView) -> None:
    view.canvas.zoom(2)
    place = middle(view, 4, 5)
    before = view.canvas.cell_rect(4, 5)
    turn(view, place, 120)
    near = view.canvas.cell_rect(4, 5)
    assert near.width() > before.width() * 1.1
    assert near.center().x() == pytest.approx(place.x(), abs=1)
    assert near.center().y() == pytest.approx(place.y(), abs=1)
    turn(view, place, -120)
    assert view.canvas.cell_rect(4, 5).width() == pytest.approx(before.width())
    assert view.reset.isVisible()


def test_clicks_and_colours_are_right_when_zoomed(view: HeatmapView, qtbot: QtBot) -> None:
    for _ in range(3):
        turn(view, middle(view, 7, 2), 240)
    expected = paint(weights(10, 10), name="viridis", low=0.0, high=0.3)
    assert colour(view, 7, 2) == tuple(int(c) for c in expected[7, 2])
    with qtbot.waitSignal(view.cell_clicked) as caught:
        qtbot.mouseClick(view.canvas.viewport(), LEFT, pos=middle(view, 7, 2))
    assert caught.args == [7, 2]


def test_dragging_moves_the_map_and_clicks_nothing(view: HeatmapView, qtbot: QtBot) -> None:
    for _ in range(3):
        turn(view, middle(view, 5, 5), 240)
    before = view.canvas.cell_rect(5, 5).topLeft()
    start = middle(view, 5, 5)
    with qtbot.assertNotEmitted(view.cell_clicked):
        drag(qtbot, view, start, start + QPoint(40, -25))
    moved = view.canvas.cell_rect(5, 5).topLeft() - before
    assert moved.x() == pytest.approx(40, abs=1)
    assert moved.y() == pytest.approx(-25, abs=1)


def test_every_way_back_shows_the_whole_map(view: HeatmapView, qtbot: QtBot) -> None:
    whole = view.canvas.cell_rect(0, 0)
    ways = (
        lambda: qtbot.mouseClick(view.reset, LEFT),
        lambda: qtbot.keyClick(view, Qt.Key.Key_0),
        lambda: double_click(qtbot, view, middle(view, 5, 5)),
    )
    for way in ways:
        turn(view, middle(view, 5, 5), 480)
        assert view.canvas.cell_rect(0, 0) != whole
        way()
        assert view.canvas.cell_rect(0, 0) == whole
        assert not view.reset.isVisible()


def test_keys_zoom_around_the_selected_cell(view: HeatmapView, qtbot: QtBot) -> None:
    view.set_selection(8, 8)
    for _ in range(6):
        qtbot.keyClick(view, Qt.Key.Key_Plus)
    assert view.canvas.box.geometry().contains(view.canvas.cell_rect(8, 8).center())
    near = view.canvas.cell_rect(8, 8).width()
    qtbot.keyClick(view, Qt.Key.Key_Minus)
    assert view.canvas.cell_rect(8, 8).width() < near


def test_a_selection_out_of_view_is_brought_into_it(view: HeatmapView) -> None:
    for _ in range(6):
        turn(view, middle(view, 0, 0), 240)
    view.set_selection(9, 9)
    assert view.canvas.box.geometry().contains(view.canvas.cell_rect(9, 9).center())


def test_new_weights_of_the_same_size_keep_the_zoom(view: HeatmapView) -> None:
    turn(view, middle(view, 5, 5), 480)
    here = view.canvas.cell_rect(5, 5)
    view.set_weights(weights(10, 10, seed=9), low=0.0, high=1.0)
    assert view.canvas.cell_rect(5, 5) == here
    view.set_weights(weights(11, 11), low=0.0, high=1.0)
    assert not view.canvas.window_.zoomed_in


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_selected_row_and_column_are_lined_without_hiding_a_weight(
    view: HeatmapView, theme: Theme
) -> None:
    view.set_theme(theme)
    plain = picture(view)
    view.set_selection(6, 2)
    marked = picture(view)
    for query in range(10):
        for key in range(10):
            inside = view.canvas.cell_rect(query, key).toRect().adjusted(5, 5, -5, -5)
            assert plain.copy(inside) == marked.copy(inside)
    row, column = view.canvas.cell_rect(6, 5), view.canvas.cell_rect(1, 2)
    above = {
        QColor(marked.pixel(int(row.center().x()), int(row.top()) + d)).name() for d in (-3, -2, -1)
    }
    beside = {
        QColor(marked.pixel(int(column.left()) + d, int(column.center().y()))).name()
        for d in (-3, -2, -1)
    }
    assert theme.query in above
    assert theme.key in beside


def test_nan_has_its_own_colour_and_its_own_word(view: HeatmapView) -> None:
    values = weights(10, 10)
    values[3, 5] = np.nan
    view.set_weights(values, low=0.0, high=0.3, colour_map="viridis")
    assert QColor(*colour(view, 3, 5)).name() == LIGHT.error
    expected = paint(values[3, 4], name="viridis", low=0.0, high=0.3)
    assert colour(view, 3, 4) == tuple(int(c) for c in expected)
    point(view, middle(view, 3, 5))
    assert view.readout.text().endswith(": NaN")


def test_nothing_but_nan_is_drawn_without_complaint(view: HeatmapView) -> None:
    view.set_weights(np.full((10, 10), np.nan, dtype=np.float32), low=0.0, high=1.0)
    assert QColor(*colour(view, 5, 5)).name() == LIGHT.error


@pytest.mark.parametrize("nothing", [None, np.zeros((0, 0), dtype=np.float32)])
def test_without_weights_it_is_empty_and_comes_back(
    view: HeatmapView, nothing: Float | None
) -> None:
    view.set_weights(nothing, low=0.0, high=1.0)
    assert not view.canvas.queries.isVisible()
    point(view, QPoint(200, 200))
    assert "→" not in view.readout.text()
    view.set_weights(weights(10, 10), low=0.0, high=0.3, colour_map="viridis")
    expected = paint(weights(10, 10), name="viridis", low=0.0, high=0.3)
    assert colour(view, 2, 7) == tuple(int(c) for c in expected[2, 7])


def test_the_colour_bar_says_both_ends_and_the_middle(view: HeatmapView) -> None:
    view.set_weights(weights(10, 10) * 0.1, low=0.0, high=0.3)
    assert view.canvas.scale_bar.labels() == ("0", "0.15", "0.3")
    view.set_weights(np.full((10, 10), 0.5, dtype=np.float32), low=0.0, high=0.3)
    assert view.canvas.scale_bar.labels() == ("0", "0.15", "≥ 0.3")


@pytest.mark.parametrize("size", [(300, 240), (700, 460), (1200, 900)])
@pytest.mark.parametrize("zoom", [1.0, 1.7, 4.0, 30.0])
@pytest.mark.parametrize("tokens", [sentence(), patches(16, 16), patches(37, 37, registers=4)])
def test_labels_never_touch_each_other(
    qtbot: QtBot, size: tuple[int, int], zoom: float, tokens: list
) -> None:
    view = HeatmapView()
    qtbot.addWidget(view)
    view.resize(*size)
    labels, starts, count = [t.label for t in tokens], anchors(tokens), len(tokens)
    view.set_labels(labels, labels, query_starts=starts, key_starts=starts)
    view.set_weights(np.zeros((count, count), dtype=np.float32), low=0.0, high=1.0)
    view.show()
    view.set_selection(count // 3, count // 2)
    view.canvas.zoom(zoom)
    for axis, wanted in ((view.canvas.queries, count // 3), (view.canvas.keys, count // 2)):
        placed = axis.placed()
        assert placed
        assert wanted in [place for place, _ in placed]
        for (_, a), (_, b) in combinations(placed, 2):
            assert not a.intersects(b)
        thick = axis.thickness + 1
        for _, rect in placed:
            across = rect.width() if axis is view.canvas.queries else rect.height()
            assert across <= thick
    QApplication.processEvents()  # painted while it is still held, not by a collector later


def test_labels_lie_beside_their_own_row_and_column(view: HeatmapView) -> None:
    for place, rect in view.canvas.queries.placed():
        y = view.canvas.queries.geometry().top() + rect.center().y()
        assert y == pytest.approx(view.canvas.cell_rect(place, 0).center().y(), abs=1)
    for place, rect in view.canvas.keys.placed():
        x = view.canvas.keys.geometry().left() + rect.center().x()
        assert x == pytest.approx(view.canvas.cell_rect(0, place).center().x(), abs=1)


def test_axes_keep_close_to_the_map(view: HeatmapView) -> None:
    matrix = view.canvas.cell_rect(0, 0)
    assert view.canvas.queries.geometry().right() == pytest.approx(matrix.left(), abs=1)
    assert view.canvas.keys.geometry().bottom() == pytest.approx(matrix.top(), abs=1)


def test_no_english_menu_of_the_plotting_library_opens(view: HeatmapView, qtbot: QtBot) -> None:
    assert not view.canvas.box.menuEnabled()
    qtbot.mouseClick(view.canvas.viewport(), Qt.MouseButton.RightButton, pos=middle(view, 3, 3))
    assert QApplication.activePopupWidget() is None


def test_the_other_views_do_not_import_the_plotting_library() -> None:
    code = (
        "import sys, gui.views.token_chips, gui.views.photo_view, gui.views.layer_head_bar\n"
        "raise SystemExit('pyqtgraph' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_one_long_word_leaves_the_matrix_most_of_a_low_view(view: HeatmapView) -> None:
    labels = ["Desafortunadamente", *(["no"] * 9)]
    view.set_labels(labels, labels)
    view.resize(700, 260)
    cell, height = view.canvas.cell_rect(0, 0), view.canvas.height()
    assert 10 * cell.height() > 0.45 * height
    assert view.canvas.keys.thickness < 0.5 * height
