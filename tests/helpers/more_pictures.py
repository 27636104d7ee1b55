"""More states for ``pictures``: lessons, every other window, what models say, what is empty."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QApplication, QDialog, QWidget

from gui.app import Program
from models.i18n import mark
from tests.helpers.pictures import ROOT, SHOTS, Shot, settle, wait
from tests.helpers.tiny_heads import colours, save_image

_STATES: Final = {shot.name: shot.prepare for shot in SHOTS}


def _lesson(program: Program, *, before: str, number: int, step: int = 0) -> None:
    """Open a lesson from this state, at a step."""
    _STATES[before](program)
    learning = program.teaching.learning
    learning.open(learning.panel.list.buttons[number].lesson)
    wait(lambda: not learning.stage.waiting)
    for _ in range(step):
        learning.go(1)
        wait(lambda: not learning.stage.waiting)
    wait(lambda: not program.controller.busy)


def _lessons(program: Program) -> None:
    _STATES["text"](program)
    program.teaching.learning.show()
    program.teaching.learning.show_list()


def _things(program: Program, *, before: str = "text") -> None:
    _STATES[before](program)
    program.teaching.show_things()


def _playground(program: Program) -> QWidget:
    _STATES["text"](program)
    program.teaching.open_playground()
    settle()
    return program.teaching.playground


def _glossary(program: Program) -> QWidget:
    _STATES["text"](program)
    program.teaching.explain()
    settle()
    return program.teaching.glossary


def _welcome(program: Program) -> QWidget | None:
    _STATES["text"](program)
    program.teaching.greet()
    settle()
    return program.teaching.welcome


def _dialog(program: Program) -> QDialog:
    """Return the dialog that is open."""
    settle()
    open_ones = [
        widget
        for widget in QApplication.topLevelWidgets()
        if isinstance(widget, QDialog) and widget.isVisible()
    ]
    assert open_ones, f"no dialog over {program.window.windowTitle()}"
    return open_ones[-1]


def _export(program: Program, *, before: Callable[[Program], object]) -> QWidget:
    before(program)
    program.exporting.ask()
    dialog = _dialog(program)
    wait(dialog.save_button.isEnabled)  # type: ignore[attr-defined]
    return dialog


def _shortcuts(program: Program) -> QWidget:
    program.show_shortcuts()
    return _dialog(program)


def _about(program: Program) -> QWidget:
    program.about()
    return _dialog(program)


def _open(program: Program) -> QWidget:
    program.opening.ask()
    return _dialog(program)


def _output(program: Program, *, before: str) -> None:
    _STATES[before](program)
    program.window.side.setCurrentWidget(program.window.output)


def _map_output(program: Program, *, name: str = "saliency") -> None:
    """A model whose outputs lie over the photo, one of them shown there."""
    folder = Path(tempfile.gettempdir()) / "mirante-pictures" / "maps"
    if not folder.exists():
        heads = {
            "logits": colours(4, ((1, 0, 0), (0, 1, 0), (0, 0, 1.15))),
            "saliency": colours(4, [(1, -0.5, 0.2)]),
        }
        names = {"0": "red", "1": "green", "2": "blue"}
        config = {"architectures": ["ViTForSemanticSegmentation"], "id2label": names}
        save_image(folder, heads, size=96, config=config)
    program.controller.open_model(str(folder))
    wait(lambda: program.controller.bench_of("image").reference == str(folder))
    program.controller.set_photo(ROOT / "assets" / "images" / "coffee.jpg", name="coffee.jpg")
    wait(lambda: not program.controller.busy and program.controller.bench.record is not None)
    wait(lambda: bool(program.controller.bench.outputs))
    program.controller.change(overlay=name, channel=None, pinned=0)
    program.window.side.setCurrentWidget(program.window.output)


def _long(program: Program) -> None:
    """A sentence of many words, an accent, an emoji and a script that runs the other way."""
    words = "A atenção não é explicação 🙂, disse ela ao מחשב enquanto o gato dormia no telhado. "
    program.controller.set_text(words * 4)
    wait(lambda: not program.controller.busy)
    program.controller.change(layer=5, heads=(), pinned=12, key=None)


def _many_messages(program: Program) -> None:
    _STATES["error"](program)
    from gui.messages import Message  # noqa: PLC0415

    notice = mark("The figure is on the clipboard.")
    program.window.messages.show_message(Message(notice))


def _no_text(program: Program) -> None:
    """Nothing typed: what the window says then."""
    program.controller.set_text("")
    settle()


MORE: Final = (
    Shot("lessons", _lessons),
    Shot("lesson-photo", partial(_lesson, before="photo", number=6, step=2)),
    Shot("lesson-heads", partial(_lesson, before="heads", number=4)),
    Shot("things", _things),
    Shot("things-photo", partial(_things, before="photo")),
    Shot("playground", _playground),
    Shot("glossary", _glossary),
    Shot("welcome", _welcome),
    Shot("export", partial(_export, before=_STATES["text-head"])),
    Shot("export-photo", partial(_export, before=_STATES["patch"])),
    Shot("shortcuts", _shortcuts),
    Shot("about", _about),
    Shot("open", _open),
    Shot("output", partial(_output, before="text")),
    Shot("output-photo", partial(_output, before="photo")),
    Shot("output-map", _map_output),
    Shot("output-classes", partial(_map_output, name="logits")),
    Shot("export-map", partial(_export, before=_map_output)),
    Shot("export-classes", partial(_export, before=partial(_map_output, name="logits"))),
    Shot("long", _long),
    Shot("messages", _many_messages),
    Shot("no-text", _no_text),
)
