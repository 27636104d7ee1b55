"""Pages of the map card: built when first seen, told facts only while seen."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSpacerItem, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from gui.controller import Controller
from gui.map_pages import add_pages
from gui.panels.map_card import MapCard
from gui.state import Shown, ViewState, resolve
from gui.theme import DARK, Theme
from tests.helpers.records import text_record
from tests.helpers.states import settle


class _Page(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.told: list[object] = []

    def set_shown(self, shown: Shown | None) -> None:  # noqa: ARG002  # only that it came
        self.told.append("shown")

    def set_active(self, *, active: bool) -> None:
        self.told.append(active)

    def set_theme(self, theme: Theme) -> None:
        self.told.append(theme.name)

    def retranslate(self) -> None:
        self.told.append("words")


@pytest.fixture
def card(qtbot: QtBot) -> MapCard:
    card = MapCard()
    qtbot.addWidget(card)
    card.add_page("lines", "Lines", _Page)
    card.add_page("heads", "Heads", _Page)
    card.show()
    return card


def _told(card: MapCard, key: str) -> list[object]:
    page = card.pages[key]
    assert isinstance(page, _Page)
    return page.told


SHOWN = resolve(ViewState(), text_record())


def _on(page: str) -> Shown:
    return replace(SHOWN, state=replace(SHOWN.state, page=page))


def test_tabs_stand_in_the_order_of_the_pages_whatever_order_they_came_in(card: MapCard) -> None:
    assert card.strip.keys == ["heatmap", "heads", "lines"]


def test_a_page_is_built_when_it_is_first_seen_and_told_facts_only_while_seen(
    card: MapCard,
) -> None:
    card.set_theme(DARK)
    card.set_shown(SHOWN)
    assert "lines" not in card.pages
    card.set_shown(_on("lines"))
    card.set_shown(SHOWN)
    card.set_shown(SHOWN)
    assert _told(card, "lines") == ["dark", "words", True, "shown", False]


def test_a_hidden_card_stops_its_page_and_tells_it_on_coming_back(card: MapCard) -> None:
    card.set_shown(_on("heads"))
    card.hide()
    card.set_shown(_on("heads"))
    card.show()
    assert _told(card, "heads") == ["light", "words", True, "shown", False, True, "shown"]


def test_a_click_on_a_tab_asks_for_its_page_and_changes_nothing_itself(
    card: MapCard, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(card.page_chosen) as chosen:
        qtbot.mouseClick(card.strip, Qt.MouseButton.LeftButton, pos=card.strip.tabRect(2).center())
    assert chosen.args == ["lines"]
    assert card.front == "heatmap"


def test_a_page_that_is_not_offered_leaves_the_heatmap_in_front(card: MapCard) -> None:
    card.set_shown(_on("compare"))
    assert card.front == "heatmap"


def test_a_page_out_of_sight_takes_no_room_from_what_stands_beside(card: MapCard) -> None:
    card.resize(900, 600)  # room enough that nothing is said in fewer words
    card.set_shown(_on("heatmap"))
    settle()
    without = card.minimumSizeHint().width()
    card.set_shown(_on("lines"))
    page = card.pages["lines"]
    assert isinstance(page, QWidget)
    QVBoxLayout(page).addSpacerItem(QSpacerItem(3 * without, 1))
    card.layout().invalidate()
    assert card.minimumSizeHint().width() > without
    card.set_shown(_on("heatmap"))
    settle()
    assert card.minimumSizeHint().width() == without


def test_what_only_stayed_because_it_was_seen_goes_when_its_page_leaves_the_screen(
    qtbot: QtBot,
) -> None:
    card, controller = MapCard(), Controller()
    qtbot.addWidget(card)
    add_pages(card, controller)
    card.show()
    card.set_shown(_on("lines"))
    page = card.pages["lines"]
    assert isinstance(page, QWidget)
    controller.memory.hold(("lines",), 60, lambda: not page.isVisible())
    controller.memory.budget = 0
    assert controller.memory.used == 60
    card.set_shown(SHOWN)
    assert controller.memory.used == 0
    card.close_lanes()
