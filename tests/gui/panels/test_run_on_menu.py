"""The menu of providers: what works can be chosen, the rest says why not."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from gui.panels.run_on_menu import RunOnMenu
from models.encoded import Notice
from models.i18n import set_language
from models.providers.candidates import CPU_CANDIDATE, Candidate

CUDA = "CUDAExecutionProvider"
FOUND = (
    CPU_CANDIDATE,
    Candidate(
        CUDA, "GPU", why_not=Notice("It refuses a small model: {cause}", {"cause": "x" * 99})
    ),
    Candidate("OpenVINOExecutionProvider:GPU", "GPU", "Arc", package="onnxruntime-ep-openvino"),
)


def menu_of(qtbot: QtBot) -> RunOnMenu:
    menu = RunOnMenu()
    qtbot.addWidget(menu)
    return menu


def test_opening_the_empty_menu_asks_what_works(qtbot: QtBot) -> None:
    menu = menu_of(qtbot)
    with qtbot.waitSignal(menu.asked):
        menu.aboutToShow.emit()
    menu.set_found(FOUND)
    with qtbot.assertNotEmitted(menu.asked):
        menu.aboutToShow.emit()


def test_what_does_not_work_is_greyed_and_gives_its_whole_reason(qtbot: QtBot) -> None:
    menu = menu_of(qtbot)
    menu.set_found(FOUND)
    action = menu.actions()[1]
    assert not action.isEnabled()
    assert action.text().startswith("CUDA: It refuses a small model: xxx")
    assert action.toolTip().endswith("x" * 99)


def test_what_works_is_picked_by_its_provider(qtbot: QtBot) -> None:
    menu = menu_of(qtbot)
    menu.set_found(FOUND)
    action = menu.actions()[2]
    assert action.text() == "OpenVINO (GPU) · Arc"
    with qtbot.waitSignal(menu.picked) as picked:
        action.trigger()
    assert picked.args == ["OpenVINOExecutionProvider:GPU"]


def test_what_runs_is_marked_even_after_another_language(qtbot: QtBot) -> None:
    menu = menu_of(qtbot)
    menu.set_found(FOUND)
    menu.set_current("CPUExecutionProvider")
    set_language("pt")
    menu.retranslate()
    assert [action.isChecked() for action in menu.actions()[:3]] == [True, False, False]
