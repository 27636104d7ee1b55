"""What a lesson may write where a name is expected, and of what kind a fact is."""

from __future__ import annotations

from typing import Final

from models.i18n import mark
from models.lessons.lesson import Fact
from models.lessons.table import Table
from models.settings import PAGES

PHOTOS: Final = ("cat", "coffee", "rocket", "own")  # assets/images, and the one that is there
TABS: Final = ("row", "output", "model", "experiments")
_NAMES: Final = {
    "page": PAGES,
    "tab": TABS,
    "modality": ("text", "image"),
    "steps": ("steps", "table"),
}
_NUMBERS: Final = (
    "layer", "opacity", "playground.temperature", "playground.masked", "playground.dropout",
    "playground.seed", "playground.numbers",
)  # fmt: skip
_YES_OR_NO: Final = ("pair", "playground", "ran.training", "ran.arrow", "ran.search")
_PLAYGROUND: Final = ("temperature", "dropout", "dropout_seed", "seed")


def playground(table: Table) -> dict[str, object] | None:
    """Return what a step sets in the playground, None where it sets nothing."""
    if "playground" not in table.values:
        return None
    found = table.table("playground")
    found.only(_PLAYGROUND)
    found.between("temperature", 0.1, 10)
    found.between("dropout", 0, 0.9)
    for seed in ("dropout_seed", "seed"):
        found.whole(seed)
        found.between(seed, 0, 9999)
    return dict(found.values)


def check_fact(done: Table, fact: str, value: Fact) -> None:
    """Raise LessonError where ``value`` is none that ``fact`` ever has."""
    if fact in _NAMES:
        done.choice(fact, _NAMES[fact])
    elif fact in _NUMBERS:
        done.number(fact)
    elif fact in _YES_OR_NO:
        if not isinstance(value, bool):
            raise done.wrong(fact, mark("true or false is expected"))
    elif fact == "head":
        if value not in {"mean", "several"}:
            done.at_least_one(fact, HEAD)
    else:
        done.text(fact)


HEAD: Final = mark("a whole number from 1 is expected, or “mean”")
