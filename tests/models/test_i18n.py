"""Every sentence for people exists in Portuguese, complete, and can be filled."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from models import i18n
from models.errors import InputError
from tests.helpers import words

MARKS = {"tr", "ntr", "mark"}


@pytest.fixture
def _portuguese() -> Iterator[None]:
    before = i18n.language()
    i18n.set_language("pt")
    yield
    i18n.set_language(before)


def _places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def _sources() -> list[Path]:
    return sorted([*(words.ROOT / "models").rglob("*.py"), *(words.ROOT / "gui").rglob("*.py")])


def test_every_sentence_of_the_code_is_translated() -> None:
    catalogue = words.stored()
    missing = []
    for message in words.collect():
        if not message.id:
            continue
        known = catalogue.get(message.id)
        strings = () if known is None else known.string
        strings = (strings,) if isinstance(strings, str) else tuple(strings or ())
        if not strings or not all(strings) or (known is not None and known.fuzzy):
            missing.append(message.id)
    assert missing == []


def test_translations_fill_the_same_places() -> None:
    wrong = []
    for message in words.stored():
        ids = message.id if isinstance(message.id, tuple | list) else (message.id,)
        strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
        wanted = _places(ids[-1])
        wrong += [text for text in strings if message.id and _places(text) != wanted]
    assert wrong == []


def test_the_compiled_catalogue_is_the_one_of_the_sentences() -> None:
    assert words.PO.with_suffix(".mo").read_bytes() == words.compiled()


@pytest.mark.parametrize("path", _sources(), ids=lambda path: str(path.relative_to(words.ROOT)))
def test_no_sentence_is_built_in_a_way_that_cannot_be_collected(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS:
            for argument in node.args[:2] if node.func.id == "ntr" else node.args[:1]:
                bad = (ast.JoinedStr, ast.BinOp)
                assert not isinstance(argument, bad), f"{path}:{node.lineno}"


@pytest.mark.parametrize(("asked", "said"), [("en", "7,124 tokens"), ("pt", "7.124 tokens")])
def test_counts_have_their_thousands_apart(asked: str, said: str) -> None:
    before = i18n.language()
    try:
        i18n.set_language(asked)
        assert i18n.ntr("{count} token", "{count} tokens", 7124) == said
        assert i18n.ntr("{count} token", "{count} tokens", 512).startswith("512 ")
    finally:
        i18n.set_language(before)


@pytest.mark.usefixtures("_portuguese")
def test_portuguese_is_spoken_and_filled() -> None:
    assert i18n.tr("Photo") == "Foto"
    assert i18n.ntr("mean of {count} head", "mean of {count} heads", 12) == "média de 12 cabeças"


@pytest.mark.parametrize(
    ("asked", "given"),
    [("pt", "pt_BR"), ("pt_PT.UTF-8", "pt_BR"), ("en_GB", "en"), ("de", "en"), ("", "en")],
)
def test_languages_fall_back_to_the_two_we_speak(asked: str, given: str) -> None:
    before = i18n.language()
    try:
        assert i18n.set_language(asked) == given
    finally:
        i18n.set_language(before)


def test_a_count_is_written_in_the_language_in_force_when_it_is_said() -> None:
    error = InputError("{count} tokens.", count=i18n.Count(17143))
    try:
        i18n.set_language("en")
        assert str(error) == "17,143 tokens."
        i18n.set_language("pt")
        assert str(error) == "17.143 tokens."
        assert f"{i18n.Count(17143):d}" == "17143"
    finally:
        i18n.set_language("en")
