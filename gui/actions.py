"""Menus and shortcuts: a table of rows, each a word, keys and an intent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu, QMenuBar

from gui.menu_keys import MenuKeys
from models.i18n import mark, tr


@dataclass(frozen=True, slots=True)
class Row:
    """One menu entry. ``words`` is marked for translation; no words is a separator."""

    words: str = ""
    keys: tuple[str, ...] = ()
    do: Callable[[], object] | None = None
    ticked: Callable[[], bool] | None = None  # asked each time its menu is opened


class Menus:
    """Builds the menu bar from rows and says it again when the language changes."""

    def __init__(self, window: QMainWindow, menus: dict[str, tuple[Row, ...]]) -> None:
        self._menus: list[tuple[QMenu, str]] = []
        self._actions: list[tuple[QAction, str]] = []
        # Made here, not by Qt: PySide takes what Qt made for deleted when it forgets what held it.
        bar = QMenuBar(window)
        window.setMenuBar(bar)
        for title, rows in menus.items():
            menu = QMenu(bar)
            bar.addMenu(menu)
            self._menus.append((menu, title))
            for row in rows:
                self._add(menu, row)
        self._taken = MenuKeys(window, self._all_keys)
        self.retranslate()

    def _add(self, menu: QMenu, row: Row) -> None:
        if row.do is None:
            menu.addSeparator()
            return
        action = QAction(menu)
        action.setShortcuts([QKeySequence(keys) for keys in row.keys])
        action.triggered.connect(lambda _=False, do=row.do: do())
        menu.addAction(action)
        if row.ticked is not None:
            action.setCheckable(True)
            action.setChecked(row.ticked())
            menu.aboutToShow.connect(lambda seen=row.ticked: action.setChecked(seen()))
        self._actions.append((action, row.words))

    def add_menu(self, title: str, inner: QMenu) -> None:
        """Put a menu that translates itself at the end of the one called ``title``."""
        next(menu for menu, words in self._menus if words == title).addMenu(inner)

    def _all_keys(self) -> list[QKeySequence]:
        return [keys for action, _words in self._actions for keys in action.shortcuts()]

    def shortcuts(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Return the menus with what they do and by which keys, as this system writes keys."""
        found = []
        for menu, words in self._menus:
            rows = [
                (action.text(), _keys_of(action)) for action in menu.actions() if action.shortcuts()
            ]
            found.append((tr(words), rows))
        return found

    def retranslate(self) -> None:
        """Say everything again in the language in force."""
        for menu, words in self._menus:
            menu.setTitle(tr(words))
        for action, words in self._actions:
            action.setText(tr(words))


def _keys_of(action: QAction) -> str:
    native = QKeySequence.SequenceFormat.NativeText
    return ", ".join(keys.toString(native) for keys in action.shortcuts())


FILE, LOOK, GO, HELP = mark("File"), mark("View"), mark("Go"), mark("Help")
