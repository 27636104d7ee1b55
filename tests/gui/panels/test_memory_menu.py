"""The memory for maps: shown as it is, set at once, and told to be remembered."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from gui.panels.memory_menu import MemoryMenu
from models.byte_cache import MEGABYTE, USUAL_BUDGET, ByteCache


def test_what_is_kept_is_told_each_time_the_menu_opens(qtbot: QtBot) -> None:
    kept: ByteCache[str] = ByteCache()
    menu = MemoryMenu(kept)
    qtbot.addWidget(menu)
    kept.put(("maps", 1), "numbers", 3 * MEGABYTE)
    menu.aboutToShow.emit()
    assert menu.actions()[0].text() == "Kept now: 3.0 MB of 256 MB"
    assert menu.actions()[1].text().strip() == "maps: 3.0 MB"


def test_picking_a_budget_lets_go_of_what_exceeds_it_and_is_told(qtbot: QtBot) -> None:
    kept: ByteCache[str] = ByteCache()
    menu = MemoryMenu(kept)
    qtbot.addWidget(menu)
    kept.put(("maps", 1), "numbers", 3 * MEGABYTE)
    with qtbot.waitSignal(menu.picked) as told:
        next(x for x in menu.actions() if x.text() == "keep none").trigger()
    assert told.args == ["0"]
    assert (kept.budget, kept.used) == (0, 0)
    menu.retranslate()
    assert [action.isChecked() for action in menu.actions()[2:]].count(True) == 1


def test_a_remembered_budget_is_used_and_nonsense_is_the_usual(qtbot: QtBot) -> None:
    kept: ByteCache[str] = ByteCache()
    menu = MemoryMenu(kept)
    qtbot.addWidget(menu)
    menu.set_budget(str(64 * MEGABYTE))
    assert kept.budget == 64 * MEGABYTE
    for nonsense in ("", "-1", "12", "lots"):
        menu.set_budget(nonsense)
        assert kept.budget == USUAL_BUDGET


def test_the_menu_says_what_its_memory_does_not_count(qtbot: QtBot) -> None:
    kept: ByteCache[str] = ByteCache()
    menu = MemoryMenu(kept)
    qtbot.addWidget(menu)
    tip = menu.actions()[-1].toolTip()
    assert "Not counted: opened models" in tip
    assert "what is on screen stays" in tip
