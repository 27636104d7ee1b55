"""A number in a lesson stays when the window goes on: its words name its layer and head."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from models.lessons.expression import Expression, pieces
from models.lessons.lesson import Lesson, Scene
from models.lessons.library import bundled_lessons, gallery

# The same in every layer and head, of the whole run, or named by the experiment beside it.
_EVERYWHERE = {
    "sum", "tokens", "heads", "layers", "size", "hidden", "root", "patches", "grid", "where",
    "spelled", "model", "sentence", "moved",
}  # fmt: skip
_ALL_HEADS = {"alike"}


def _numbers(text: str) -> Iterator[Expression]:
    for piece in pieces(text):
        if isinstance(piece, Expression) and piece.name not in _EVERYWHERE:
            yield piece


def _unnamed(text: str, one: Expression, scene: Scene) -> Iterator[str]:
    """Yield what of the place of a number its words leave out; what follows needs no name."""
    layer = one.arguments.get("layer", scene.layer)
    if layer not in {None, "shown"} and not re.search(
        rf"([Ll]ayer |[Cc]amada |\bL){layer}\b|^\| {layer} \|", text, re.MULTILINE
    ):
        yield f"{one}: layer {layer}"
    if one.name in _ALL_HEADS:
        return
    heads = one.arguments.get("head", scene.heads)
    if heads in {None, "shown"}:
        return
    if heads in {"mean", ()}:
        if not re.search(r"mean|média|average", text):
            yield f"{one}: mean"
        return
    for head in [heads] if isinstance(heads, str) else heads:
        if not re.search(rf"([Hh]ead |[Cc]abeça |\bH){head}\b", text):
            yield f"{one}: head {head}"


@pytest.mark.parametrize("lesson", [*bundled_lessons(), gallery()], ids=lambda one: one.name)
@pytest.mark.parametrize("language", ["pt", "en"])
def test_every_number_of_one_head_names_its_layer_and_head(lesson: Lesson, language: str) -> None:
    missing = []
    for number, step in enumerate(lesson.steps, start=1):
        for said in (step.text, step.ask):
            if said is None:
                continue
            text = getattr(said, language)
            missing += [
                f"step {number}: {words}"
                for one in _numbers(text)
                for words in _unnamed(re.sub(r"\{[^}]*\}", "", text), one, step.scene)
            ]
    assert not missing
