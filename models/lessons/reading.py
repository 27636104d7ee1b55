"""From a lesson's file to a ``Lesson``, or to one sentence that says where it is wrong.

The format is TOML; docs/lessons.md describes it. ``Table`` walks through it and knows the line
of everything that it complains about.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Final

from models.i18n import mark
from models.lessons.allowed import HEAD, PHOTOS, TABS, check_fact, playground
from models.lessons.conditions import FACTS
from models.lessons.expression import Expression, LessonError, parsed, pieces
from models.lessons.lesson import Claim, Lesson, Said, Scene, Step, Wanted
from models.lessons.quantities import check_known
from models.lessons.table import Table
from models.library import BUNDLED, DEFAULT_IMAGE_MODEL, DEFAULT_TEXT_MODEL
from models.settings import PAGES

MINUTES: Final = mark("a whole number from 1 is expected")
LARGEST: Final = 1_000_000  # bytes; a lesson is a few thousand
_PLACES: Final = (
    "sentence", "pair", "samples", "photo", "model", "layers", "heads", "tokens", "map", "row",
    "query", "keys", "scores", "values", "vector", "tabs", "output", "export", "learn",
    "temperature", "mask", "dropout", "draw", "numbers",
)  # fmt: skip
_LESSON: Final = ("title", "summary", "step", "sources", "minutes", "author")
_STEP: Final = ("title", "text", "set", "point", "ask", "done", "claim")
_SCENE: Final = (
    "model", "text", "pair", "photo", "layer", "head", "heads", "token", "key", "page", "tab",
    "keep", "playground",
)  # fmt: skip


def places() -> tuple[str, ...]:
    """Return the parts of the window that ``point`` can name."""
    return _PLACES


def read_lesson(path: Path) -> Lesson:
    """Return the lesson in the file at ``path``; raise LessonError with one sentence."""
    try:
        if path.stat().st_size > LARGEST:
            raise LessonError(
                mark("“{file}” is too large to be a lesson."),
                hint=mark("A lesson is a plain text file; see docs/lessons.md."),
                file=path.name,
            )
        data = path.read_bytes()
    except OSError as error:
        raise LessonError(
            mark("The lesson “{file}” cannot be read: {cause}."),
            hint=mark("Check the path and its permissions."),
            file=path.name,
            cause=error.strerror or str(error),
        ) from error
    try:
        source = data.decode("utf-8-sig").replace("\r\n", "\n")
        return lesson_of(source, file=path.name)
    except UnicodeDecodeError as error:
        raise LessonError(
            mark("“{file}” is not plain text in UTF-8."),
            hint=mark("Save the lesson as UTF-8 text."),
            file=path.name,
        ) from error


def lesson_of(source: str, *, file: str) -> Lesson:
    """Return the lesson written in ``source``; ``file`` is named in complaints."""
    try:
        values = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        raise LessonError(
            mark("“{file}” is not valid TOML: {cause}."),
            hint=mark("See docs/lessons.md for an example."),
            file=file,
            cause=str(error),
        ) from error
    top = Table(values, source=source, file=file)
    top.only(_LESSON)
    steps: list[Step] = []
    scene = Scene()
    for table in top.tables("step"):
        step = _step(table, scene)
        scene = step.scene
        steps.append(step)
    if not steps:
        raise top.wrong("step", mark("a lesson needs at least one [[step]]"))
    return Lesson(
        name=file.removesuffix(".toml"),
        title=_said(top, "title"),
        summary=_said(top, "summary"),
        steps=tuple(steps),
        sources=tuple(_source(top, item) for item in top.items("sources")),
        minutes=top.at_least_one("minutes", MINUTES) if "minutes" in top.values else 5,
        author=top.text("author") or "",
    )


def _step(table: Table, earlier: Scene) -> Step:
    table.only(_STEP)
    text = _said(table, "text", live=True)
    point = table.text("point") or ""
    if point and point not in _PLACES:
        raise table.wrong("point", mark("there is no such part; there are: {names}"), _PLACES)
    asked = _said(table, "ask", live=True) if "ask" in table.values else None
    done = tuple(_wanted(table, fact) for fact in table.table("done").values)
    if (asked is None) != (not done):
        raise table.wrong("ask", mark("“ask” and “done” go together"))
    return Step(
        title=_said(table, "title"),
        text=text,
        scene=_scene(table.table("set")).after(earlier),
        point=point,
        ask=asked,
        done=done,
        claims=tuple(_claim(claim) for claim in table.tables("claim")),
    )


def _source(top: Table, item: object) -> Said:
    """Return a source: the same words in both languages, or ``{ pt = "…", en = "…" }``."""
    both = item if isinstance(item, dict) else {"pt": item, "en": item}
    words = [both.get(language) for language in ("pt", "en")]
    if len(both) != len(words) or not all(isinstance(one, str) and one.strip() for one in words):
        raise top.wrong(
            "sources", mark("each is words between quotes, or a table of such words: pt and en")
        )
    return Said(pt=str(words[0]), en=str(words[1]))


def _said(table: Table, key: str, *, live: bool = False) -> Said:
    both = table.table(key)
    both.only(("pt", "en"))
    words = {language: both.text(language) for language in ("pt", "en")}
    for language, text in words.items():
        if not text or not text.strip():
            raise table.wrong(key, mark("it needs words in both languages: pt and en"))
        if live:
            _check_live(both, language, text)
    return Said(pt=str(words["pt"]).strip(), en=str(words["en"]).strip())


def _check_live(table: Table, key: str, text: str) -> None:
    try:
        for piece in pieces(text):
            if isinstance(piece, Expression):
                check_known(piece)
    except LessonError as error:
        raise table.because(key, error) from error


def _scene(table: Table) -> Scene:
    table.only(_SCENE)
    photo, text = table.choice("photo", PHOTOS), table.text("text")
    if photo is not None and text is not None:
        raise table.wrong("photo", mark("a step shows a sentence or a photo, not both"))
    heads = table.wholes("heads")
    if "head" in table.values:
        heads = () if table.values["head"] == "mean" else (table.at_least_one("head", HEAD),)
    return Scene(
        model=table.choice("model", _models(text=text, photo=photo)),
        text=text,
        pair=table.text("pair"),
        photo=photo,
        layer=None if "layer" not in table.values else table.at_least_one("layer"),
        heads=heads,
        token=table.text("token"),
        key=table.text("key"),
        page=table.choice("page", PAGES),
        tab=table.choice("tab", TABS),
        keep=table.text("keep"),
        playground=playground(table),
    )


def _models(*, text: str | None, photo: str | None) -> tuple[str, ...]:
    """Return the models that a step may name: those that take its sentence or photo."""
    if photo is not None:
        return (DEFAULT_IMAGE_MODEL,)
    return BUNDLED if text is None else (DEFAULT_TEXT_MODEL,)


def _wanted(table: Table, fact: str) -> Wanted:
    done = table.table("done")
    value = done.values[fact]
    if fact not in FACTS:
        raise done.wrong(fact, mark("there is no such fact; there are: {names}"), FACTS)
    if isinstance(value, dict):
        bounds = done.table(fact)
        bounds.only(("at_least", "at_most"))
        return Wanted(fact, at_least=bounds.number("at_least"), at_most=bounds.number("at_most"))
    if value == "changed":
        return Wanted(fact, changed=True)
    if not isinstance(value, (str, int, float, bool)):
        raise done.wrong(fact, mark("a word, a number, true or false is expected"))
    check_fact(done, fact, value)
    return Wanted(fact, equals=value)


def _claim(table: Table) -> Claim:
    table.only(("value", "at_least", "at_most"))
    value = _expression(table, "value")
    low, high = (_bound(table, key) for key in ("at_least", "at_most"))
    if low is None and high is None:
        raise table.wrong("value", mark("a claim needs “at_least” or “at_most”"))
    return Claim(value, low, high)


def _bound(table: Table, key: str) -> float | Expression | None:
    if isinstance(table.values.get(key), str):
        return _expression(table, key)
    return table.number(key)


def _expression(table: Table, key: str) -> Expression:
    written = table.text(key) or ""
    try:
        found = parsed(written)
        check_known(found)
    except LessonError as error:
        raise table.because(key, error) from error
    return found
