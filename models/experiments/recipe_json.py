"""Reading recipes; everything unknown or out of place is refused in one sentence."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from models.errors import InputError
from models.experiments.recipe import (
    Cell,
    Cut,
    Dropout,
    Hide,
    Recipe,
    ReplaceRow,
)
from models.experiments.recipe_study import study
from models.experiments.recipe_values import (
    HINT,
    bad,
    counted,
    entries,
    fields,
    number,
    rate,
    seed,
    token,
    whole,
    words,
)
from models.i18n import mark

_MOST_PASSES: Final = 100_000
_WORDS: Final = ("uniform", "permuted")
_PAIR: Final = 2
_LONGEST_FILE: Final = 50_000_000


def recipe_in(path: Path) -> Recipe:
    """Return the recipe in a JSON file; raise InputError when it is missing or makes no sense."""
    try:
        if path.stat().st_size > _LONGEST_FILE:
            raise InputError(mark("“{file}” is too long for a recipe."), file=path.name)
        found = json.loads(path.read_text("utf-8"))
    except FileNotFoundError as error:
        raise InputError(mark("There is no file “{file}”."), file=path.name) from error
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(
            mark("“{file}” is not a recipe: {cause}."),
            hint=HINT,
            file=path.name,
            cause=getattr(error, "strerror", None) or str(error).rstrip("."),
        ) from error
    return recipe_of(found)


def recipe_of(found: object) -> Recipe:
    """Return the recipe that a JSON document says; raise InputError when it makes no sense."""
    if not isinstance(found, Mapping):
        raise InputError(mark("A recipe is a JSON object with keys and values."), hint=HINT)
    values: dict[str, Any] = {}
    for key, value in found.items():
        if key not in _READERS:
            raise InputError(
                mark("“{key}” is no key of a recipe; these are: {keys}."),
                hint=HINT,
                key=key,
                keys=", ".join(_READERS),
            )
        values[key] = _READERS[key](value, key)
    both = set(values.get("heads_off", ())) & set(values.get("heads_mean", ()))
    if both:
        layer, head = min(both)
        raise InputError(
            mark("L{layer} H{head} cannot be off and at its mean at the same time."),
            layer=layer + 1,
            head=head + 1,
        )
    return Recipe(**values)


# -- the keys


def _cells(value: object, key: str) -> tuple[Cell, ...]:
    found = []
    for pair in entries(value, key):
        if not isinstance(pair, list) or len(pair) != _PAIR:
            raise bad(key, "[[layer, head], …]")
        found.append((counted(pair[0], key), counted(pair[1], key)))
    return tuple(dict.fromkeys(found))


def _hides(value: object, key: str) -> tuple[Hide, ...]:
    return tuple(_hide(entry, key) for entry in entries(value, key))


def _hide(entry: object, key: str) -> Hide:
    if isinstance(entry, int):
        return Hide(token(entry, key))
    given = fields(entry, key, needed=("token",), optional=("layer", "head"))
    layer, head = given.get("layer"), given.get("head")
    if head is not None and layer is None:
        raise bad(key, '{"token": …, "layer": …, "head": …}')
    return Hide(
        token(given["token"], f"{key}.token"),
        None if layer is None else counted(layer, f"{key}.layer"),
        None if head is None else counted(head, f"{key}.head"),
    )


def _cuts(value: object, key: str) -> tuple[Cut, ...]:
    return tuple(_cut(entry, key) for entry in entries(value, key))


def _cut(entry: object, key: str) -> Cut:
    needed = ("layer", "head", "token", "key")
    given = fields(entry, key, needed=needed, optional=("renormalise",))
    again = given.get("renormalise", False)
    if not isinstance(again, bool):
        raise bad(f"{key}.renormalise", "true / false")
    return Cut(
        counted(given["layer"], f"{key}.layer"),
        counted(given["head"], f"{key}.head"),
        token(given["token"], f"{key}.token"),
        token(given["key"], f"{key}.key"),
        again,
    )


def _rows(value: object, key: str) -> tuple[ReplaceRow, ...]:
    rows = tuple(_row(entry, key) for entry in entries(value, key))
    if len({(row.layer, row.head, row.token) for row in rows}) < len(rows):
        raise InputError(mark("The recipe replaces the same row twice."), hint=HINT)
    return rows


def _row(entry: object, key: str) -> ReplaceRow:
    given = fields(entry, key, needed=("layer", "head", "token", "with"))
    return ReplaceRow(
        counted(given["layer"], f"{key}.layer"),
        counted(given["head"], f"{key}.head"),
        token(given["token"], f"{key}.token"),
        _weights(given["with"], f"{key}.with"),
    )


def _weights(value: object, key: str) -> Any:  # noqa: ANN401  # a word or numbers, told apart here
    if isinstance(value, str) and value in _WORDS:
        return value
    if not isinstance(value, list) or not value:
        raise bad(key, '"uniform" / "permuted" / [0.25, 0.75, …]')
    return tuple(number(x, key) for x in value)


def _tokens(value: object, key: str) -> tuple[int, ...]:
    return tuple(dict.fromkeys(token(entry, key) for entry in entries(value, key)))


def _dropout(value: object, key: str) -> Dropout:
    names = ("attention", "hidden", "seed", "passes")
    given = fields(value, key, needed=(), optional=names)
    return Dropout(
        attention=rate(given.get("attention", "model"), f"{key}.attention"),
        hidden=rate(given.get("hidden", "model"), f"{key}.hidden"),
        seed=seed(given.get("seed", 0), f"{key}.seed"),
        passes=whole(given.get("passes", 1), f"{key}.passes", least=1, most=_MOST_PASSES),
    )


_READERS: Final[Mapping[str, Callable[[object, str], Any]]] = {
    "heads_off": _cells,
    "heads_mean": _cells,
    "hide_tokens": _hides,
    "cut_arrows": _cuts,
    "replace_rows": _rows,
    "occlude": _tokens,
    "dropout": _dropout,
    "study": study,
    "seed": seed,
    "note": words,
}
