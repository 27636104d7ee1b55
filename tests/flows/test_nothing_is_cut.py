"""Every panel, tab, bench and dialog: no word is cut, nothing out of place or untranslated."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import pytest

from gui.app import Program
from gui.fonts import use_bundled_font
from tests.flows.conftest import START, Opener
from tests.helpers.clipping import faults, texts
from tests.helpers.states import State, every_state, settle, show_input, until

SIZES: Final = ((1280, 800), (1920, 1080))  # the first: what everything must be read in
# Spelled alike in both languages: names, terms of the field and of formulas, sample words.
_TERMS: Final = frozenset(
    [
        "mirante",
        "bert",
        "vit",
        "dinov",
        "last",
        "hidden",
        "state",
        "float",
        "onnxruntime",
        "cpu",
        "english",
        "português",
        "numpy",
        "query",
        "queries",
        "key",
        "keys",
        "value",
        "values",
        "token",
        "tokens",
        "patch",
        "patches",
        "score",
        "rollout",
        "dropout",
        "softmax",
        "nearest",
        "lanczos",
        "bilinear",
        "bicubic",
        "box",
        "hamming",
        "cividis",
        "viridis",
        "magma",
        "inferno",
        "cet",
        "cbl",
        "making",
        "cake",
        "multilingual",
        "small",
        "sentence",
    ]
)
_WORD: Final = re.compile(r"[^\W\d_]{3,}")
_NOT_WORDS: Final = re.compile(r"<[^>]*>|“[^“”]*”|\w+\.\w+|\b\w+_\w+\b")  # tags, quotes, files


def _more_states(program: Program) -> Iterator[State]:
    """Yield what is tight: a mean of heads, a lesson beside a photo, a long measure's name."""
    do, window, learning = program.controller, program.window, program.teaching.learning
    show_input(program, "image")
    do.change(heads=(), smooth=True)
    settle()
    yield "image: mean of heads", window
    learning.open(learning.panel.list.buttons[6].lesson)
    for _step in range(2):
        until(lambda: not learning.stage.waiting)
        learning.go(1)
    until(lambda: not learning.stage.waiting and not do.busy)
    settle()
    yield "lesson beside a photo", window
    program.teaching.put_away()
    show_input(program, "text")
    do.change(measure="rollout", direction="to", hide_special=False)
    until(lambda: do.shown is not None and not do.shown.waiting)
    settle()
    yield "text: a column of the rollout", window
    do.change(measure="weight", direction="from", heads=())


def _states(program: Program) -> Iterator[State]:
    yield from every_state(program)
    yield from _more_states(program)


@pytest.fixture
def seen(open_program: Opener, qapp: object) -> Program:
    """Return the program in the bundled typeface, whose widths are the same everywhere."""
    use_bundled_font(qapp)  # type: ignore[arg-type]
    return open_program(replace(START, language="pt_BR"))


@pytest.mark.parametrize("size", SIZES, ids=["1280", "1920"])
def test_no_word_is_cut_and_none_untranslated_anywhere(
    seen: Program, size: tuple[int, int]
) -> None:
    found: list[str] = []
    said: list[list[tuple[str, dict[str, str]]]] = []
    seen.window.resize(*size)
    for language in ("pt_BR", "en"):
        seen.use_language(language)
        said.append([])
        for name, window in _states(seen):
            found += [f"{language}, {name}: {fault}" for fault in faults(window)]
            said[-1].append((name, texts(window)))
    found += _untranslated(*said)
    assert not found, "\n".join(found)


def _same_by_nature(text: str) -> bool:
    found = 1
    while found:  # a quotation may stand inside another
        text, found = _NOT_WORDS.subn(" ", text)
    words = _WORD.findall(text)
    return all(word.lower() in _TERMS for word in words)


def _untranslated(
    portuguese: list[tuple[str, dict[str, str]]], english: list[tuple[str, dict[str, str]]]
) -> list[str]:
    """Return what is said in the same words in both languages and is no name or number."""
    found: dict[str, str] = {}
    for (name, here), (_name, there) in zip(portuguese, english, strict=True):
        for part in here.keys() & there.keys():
            if here[part] == there[part] and not _same_by_nature(here[part]):
                found.setdefault(here[part], f"{name}: {part}: not translated: “{here[part]}”")
    return list(found.values())
