"""The table of live numbers: a name in a lesson, and how it is taken from a record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from models.i18n import mark
from models.lessons import layer_quantities as whole
from models.lessons import row_quantities as one
from models.lessons.experiments import moved
from models.lessons.expression import Expression, LessonError
from models.lessons.live import AbsentError, Asked, Live

_COMMON: Final = frozenset({"layer", "head", "of", "digits", "as"})
_TABLE: Final[dict[str, tuple[Callable[[Asked], float | str], frozenset[str]]]] = {
    "weight": (one.weight, frozenset({"query", "key"})),
    "survivor": (one.survivor, frozenset({"query", "key", "p"})),
    "sum": (one.total, frozenset({"query"})),
    "special": (one.special, frozenset({"query"})),
    "strongest": (one.strongest, frozenset({"query", "among"})),
    "dot": (one.dot, frozenset({"query", "key"})),
    "scaled": (one.scaled, frozenset({"query", "key"})),
    "spread": (one.spread_of_dots, frozenset({"query", "scaled"})),
    "tempered": (one.tempered, frozenset({"query", "key", "temperature"})),
    "query_norm": (one.query_norm, frozenset({"query"})),
    "value_norm": (one.value_norm, frozenset({"key"})),
    "contribution": (one.contribution, frozenset({"query", "key"})),
    "vector_norm": (one.vector_norm, frozenset({"query"})),
    "cut": (one.cut, frozenset({"query", "key"})),
    "uniform": (one.uniform, frozenset({"query"})),
    "alike": (one.alike, frozenset({"what", "token", "other", "with"})),
    "offset": (whole.offset, frozenset({"by"})),
    "neighbour": (whole.neighbour, frozenset({"rows", "columns"})),
    "received": (whole.received, frozenset({"key"})),
    "sink": (whole.sink, frozenset()),
    "to_special": (whole.to_special, frozenset()),
    "layers": (whole.layers, frozenset()),
    "heads": (whole.heads, frozenset()),
    "tokens": (whole.tokens, frozenset()),
    "size": (whole.size, frozenset()),
    "hidden": (whole.hidden, frozenset()),
    "root": (whole.root, frozenset()),
    "patches": (whole.patches, frozenset()),
    "grid": (whole.grid, frozenset()),
    "where": (whole.where, frozenset({"token"})),
    "spelled": (whole.spelled, frozenset()),
    "model": (whole.model, frozenset()),
    "sentence": (whole.sentence, frozenset({"with"})),
    "moved": (moved, frozenset({"experiment"})),
}
COUNTS: Final = frozenset({"layers", "heads", "tokens", "size", "hidden", "patches", "where"})


def names() -> tuple[str, ...]:
    """Return every name that can stand in braces."""
    return tuple(_TABLE)


def meaning(name: str) -> str:
    """Return in one English sentence what a quantity is, for the documentation."""
    return (_TABLE[name][0].__doc__ or "").split("\n\n")[0].replace("\n    ", " ")


def check_known(expression: Expression) -> None:
    """Raise LessonError for a quantity or an argument that does not exist."""
    if expression.name not in _TABLE:
        raise LessonError(
            mark("There is no live number called “{name}”."),
            hint=mark("There are: {names}."),
            name=expression.name,
            names=", ".join(_TABLE),
        )
    allowed = _TABLE[expression.name][1] | _COMMON
    for argument in expression.arguments:
        if argument not in allowed:
            raise LessonError(
                mark("“{name}” takes no “{argument}”."),
                hint=mark("It takes: {names}."),
                name=expression.name,
                argument=argument,
                names=", ".join(sorted(allowed)),
            )


def value_of(expression: Expression, live: Live) -> float | str | None:
    """Return the number or label asked for; None where it is not there now."""
    take, _arguments = _TABLE[expression.name]
    try:
        return take(Asked(live, expression))
    except AbsentError:
        return None
