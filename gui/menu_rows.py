"""What the menus offer: a table per menu, each row a word, its keys and an intent."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from gui.actions import FILE, GO, HELP, LOOK, Row
from gui.map_pages import WORDS
from gui.player import moves
from models.i18n import mark
from models.settings import PAGES

if TYPE_CHECKING:
    from gui.app import Program


def menu_rows(program: Program) -> dict[str, tuple[Row, ...]]:
    """Return the rows of every menu, in their order."""
    return {FILE: _file(program), LOOK: _look(program), GO: _go(program), HELP: _help(program)}


def _file(program: Program) -> tuple[Row, ...]:
    opening, exporting, window = program.opening, program.exporting, program.window
    return (
        Row(mark("Open an ONNX file …"), ("Ctrl+O",), opening.ask_file),
        Row(mark("Open a model …"), ("Ctrl+Shift+O",), opening.ask),
        Row(mark("Open a photo …"), ("Ctrl+I",), opening.ask_photo),
        Row(mark("Paste a photo or a sentence"), ("Ctrl+V",), window.paste),
        Row(),
        Row(mark("Export PNG …"), ("Ctrl+E", "Ctrl+S"), exporting.ask),
        Row(mark("Copy the figure"), ("Ctrl+Shift+C",), exporting.copy),
        Row(),
        Row(mark("Quit"), ("Ctrl+Q",), window.close),
    )


def _look(program: Program) -> tuple[Row, ...]:
    return (
        Row(mark("Larger"), ("Ctrl++", "Ctrl+="), lambda: program.comfort.zoom(1)),
        Row(mark("Smaller"), ("Ctrl+-",), lambda: program.comfort.zoom(-1)),
        Row(mark("Usual size"), ("Ctrl+0",), lambda: program.comfort.zoom(0)),
        Row(),
        Row(mark("Light or dark"), ("Ctrl+T",), program.toggle_theme),
        Row(mark("Português"), (), lambda: program.use_language("pt_BR")),
        Row(mark("English"), (), lambda: program.use_language("en")),
        Row(),
        *_pages(program),
        Row(),
        Row(mark("Let things move"), (), program.comfort.toggle_motion, ticked=moves),
        Row(
            mark("Close the newest message"),
            ("Shift+Esc",),
            program.window.messages.dismiss,
        ),
        Row(mark("Full screen"), ("F11",), program.window.toggle_full_screen),
    )


def _pages(program: Program) -> tuple[Row, ...]:
    """Return a row per page of the map card; Ctrl and its number bring it to the front."""
    do = program.controller
    return tuple(
        Row(words, (f"Ctrl+{PAGES.index(key) + 1}",), partial(do.pick_page, key))
        for key, words in WORDS.items()
        if key in program.window.map.strip.keys
    )


def _go(program: Program) -> tuple[Row, ...]:
    do = program.controller
    return (
        Row(mark("Next layer"), ("Alt+Up", "PgUp"), lambda: do.step_layer(1)),
        Row(mark("Previous layer"), ("Alt+Down", "PgDown"), lambda: do.step_layer(-1)),
        Row(mark("Next head"), ("Alt+Right",), lambda: do.step_head(1)),
        Row(mark("Previous head"), ("Alt+Left",), lambda: do.step_head(-1)),
        Row(mark("Mean of all heads"), ("Alt+0",), lambda: do.pick_heads(())),
        Row(),
        Row(mark("Text"), ("F2",), lambda: do.bring_front("text")),
        Row(mark("Photo"), ("F3",), lambda: do.bring_front("image")),
        Row(mark("Next area of the window"), ("F6",), lambda: program.comfort.go_on(1)),
        Row(mark("Previous area of the window"), ("Shift+F6",), lambda: program.comfort.go_on(-1)),
        Row(mark("Release the token, or cancel"), ("Esc",), program.window.escape),
    )


def _help(program: Program) -> tuple[Row, ...]:
    return (
        Row(mark("Lessons"), ("Ctrl+L",), program.teaching.toggle_lessons),
        Row(mark("Open a lesson …"), (), program.teaching.ask_lesson),
        Row(mark("Things to try"), (), program.teaching.show_things),
        Row(mark("Playground"), ("Ctrl+P",), program.teaching.open_playground),
        Row(),
        Row(mark("Glossary"), ("F1",), program.teaching.explain),
        Row(mark("What is this?"), ("Shift+F1",), program.teaching.ask_what),
        Row(mark("Keyboard shortcuts"), ("Ctrl+/",), program.show_shortcuts),
        Row(mark("About Mirante"), (), program.about),
    )
