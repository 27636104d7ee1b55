"""Names with bars: as long as their share, and clickable where asked for."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QColor, QHelpEvent
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from gui.theme import DARK, LIGHT
from gui.views.bar_list import LINE, Bar, BarList

BARS = (
    Bar("cat", "50%", 0.5, tip="class 3"),
    Bar("a very long name that no column is wide enough for, whatever the font", "100%", 1.0),
    Bar("none", "0%", 0.0, note="##none"),
    Bar("number", "7", None),
)


def shown(qtbot: QtBot, *, clickable: bool = False) -> BarList:
    widget = BarList(clickable=clickable)
    qtbot.addWidget(widget)
    widget.set_theme(LIGHT)
    widget.set_bars(BARS)
    widget.resize(400, widget.sizeHint().height())
    widget.show()
    return widget


def length(widget: BarList, line: int, colour: str) -> int:
    """How many pixels in the middle of a line have the colour."""
    image = widget.grab().toImage()
    y = line * LINE + LINE // 2
    return sum(QColor(image.pixel(x, y)).name() == colour for x in range(widget.width()))


def test_a_bar_is_as_long_as_its_share(qtbot: QtBot) -> None:
    widget = shown(qtbot)
    half, full = (length(widget, line, LIGHT.accent) for line in (0, 1))
    assert full > 80
    assert half == pytest.approx(full / 2, abs=2)
    assert length(widget, 2, LIGHT.accent) == 0
    assert length(widget, 2, LIGHT.raised) == pytest.approx(full, abs=2)
    assert length(widget, 3, LIGHT.raised) == 0


def test_a_bar_may_have_its_own_colour_and_follows_the_theme(qtbot: QtBot) -> None:
    widget = shown(qtbot)
    widget.set_bars([Bar("red", "1", 1.0, colour="#d55e00"), Bar("plain", "1", 1.0)])
    widget.set_theme(DARK)
    assert length(widget, 0, "#d55e00") > 80
    assert length(widget, 1, DARK.accent) > 80


def test_a_click_says_which_line_only_where_lines_can_be_clicked(qtbot: QtBot) -> None:
    widget = shown(qtbot, clickable=True)
    with qtbot.waitSignal(widget.clicked) as caught:
        qtbot.mouseClick(widget, Qt.MouseButton.LeftButton, pos=QPoint(20, LINE + 3))
    assert caught.args == [1]
    quiet = shown(qtbot)
    with qtbot.assertNotEmitted(quiet.clicked):
        qtbot.mouseClick(quiet, Qt.MouseButton.LeftButton, pos=QPoint(20, LINE + 3))


def test_arrows_go_from_line_to_line_and_stop_at_the_ends(qtbot: QtBot) -> None:
    widget = shown(qtbot, clickable=True)
    widget.clicked.connect(widget.set_chosen)
    said: list[int] = []
    widget.clicked.connect(said.append)
    for _ in range(5):
        qtbot.keyClick(widget, Qt.Key.Key_Down)
    qtbot.keyClick(widget, Qt.Key.Key_Up)
    assert said == [0, 1, 2, 3, 3, 2]


def test_the_tool_tip_is_the_lines_own(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda _at, text, *_more: said.append(text))
    widget, place = shown(qtbot), QPoint(20, 3)
    QApplication.sendEvent(widget, QHelpEvent(QEvent.Type.ToolTip, place, place))
    assert said == ["class 3"]


def test_everything_is_said_to_screen_readers(qtbot: QtBot) -> None:
    said = shown(qtbot).accessibleDescription()
    assert said.startswith("cat 50%; ")
    assert said.endswith("number 7")


def test_only_lines_in_view_are_drawn(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    widget = shown(qtbot)
    widget.set_bars([Bar(str(i), "1", 1.0) for i in range(2_000)])
    widget.resize(400, widget.sizeHint().height())
    drawn: list[int] = []
    real = widget._draw_name
    monkeypatch.setattr(widget, "_draw_name", lambda *a: (drawn.append(1), real(*a)))
    from PySide6.QtGui import QRegion  # noqa: PLC0415

    widget.grab(QRegion(0, 50 * LINE, 400, 10 * LINE).boundingRect())
    assert 10 <= len(drawn) <= 12
