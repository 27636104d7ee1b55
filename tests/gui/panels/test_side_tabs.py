"""Tabs on the right: theme and language reach every page, in front or not."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from gui.panels.side_tabs import SideTabs
from gui.theme import DARK, LIGHT, Theme
from models import i18n


class Page(QWidget):
    """A page that remembers what it was told."""

    def __init__(self) -> None:
        super().__init__()
        self.themes: list[Theme] = []
        self.languages: list[str] = []

    def set_theme(self, theme: Theme) -> None:
        self.themes.append(theme)

    def retranslate(self) -> None:
        self.languages.append(i18n.language())


def test_every_page_follows_theme_and_language(qtbot: QtBot) -> None:
    tabs, pages = SideTabs(), [Page(), Page()]
    qtbot.addWidget(tabs)
    for page in pages:
        tabs.add(page, "Output")
    tabs.set_theme(DARK)
    i18n.set_language("pt_BR")
    tabs.retranslate()
    assert [page.themes for page in pages] == [[LIGHT, DARK]] * 2
    assert [page.languages for page in pages] == [["pt_BR"]] * 2
    assert tabs.tabText(1) == i18n.tr("Output")


def test_a_page_added_late_has_the_theme_in_force(qtbot: QtBot) -> None:
    tabs, page = SideTabs(), Page()
    qtbot.addWidget(tabs)
    tabs.set_theme(DARK)
    assert tabs.add(page, "Output") == 0
    assert page.themes == [DARK]
