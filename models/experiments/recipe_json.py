"""Reading recipes; everything unknown or out of place is refused in one sentence."""

from __future__ import annotations

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
from models.experiments.recipe_file import document_in
from models.experiments.recipe_study import study
from models.experiments.recipe_values import (
    HINT,
    bad,
    counted,
    fields,
    listed,
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


def recipe_in(path: Path) -> Recipe:
    """Return the recipe in a JSON file; raise InputError when it is missing or makes no sense."""
    return recipe_of(document_in(path))


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
    for at, pair in listed(value, key):
        if not isinstance(pair, list) or len(pair) != _PAIR:
            raise bad(at, pair, "[layer, head]")
        found.append((counted(pair[0], f"{at}[0]"), counted(pair[1], f"{at}[1]")))
    return tuple(dict.fromkeys(found))


def _hides(value: object, key: str) -> tuple[Hide, ...]:
    return tuple(_hide(entry, at) for at, entry in listed(value, key))


def _hide(entry: object, key: str) -> Hide:
    if isinstance(entry, int):
        return Hide(token(entry, key))
    given = fields(entry, key, needed=("token",), optional=("layer", "head"))
    layer, head = given.get("layer"), given.get("head")
    if head is not None and layer is None:
        raise bad(key, entry, '{"token": …, "layer": …, "head": …}')
    return Hide(
        token(given["token"], f"{key}.token"),
        None if layer is None else counted(layer, f"{key}.layer"),
        None if head is None else counted(head, f"{key}.head"),
    )


def _cuts(value: object, key: str) -> tuple[Cut, ...]:
    return tuple(_cut(entry, at) for at, entry in listed(value, key))


def _cut(entry: object, key: str) -> Cut:
    needed = ("layer", "head", "token", "key")
    given = fields(entry, key, needed=needed, optional=("renormalise",))
    again = given.get("renormalise", False)
    if not isinstance(again, bool):
        raise bad(f"{key}.renormalise", again, "true / false")
    return Cut(
        counted(given["layer"], f"{key}.layer"),
        counted(given["head"], f"{key}.head"),
        token(given["token"], f"{key}.token"),
        token(given["key"], f"{key}.key"),
        again,
    )


def _rows(value: object, key: str) -> tuple[ReplaceRow, ...]:
    rows = tuple(_row(entry, at) for at, entry in listed(value, key))
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
        raise bad(key, value, '"uniform" / "permuted" / [0.25, 0.75, …]')
    return tuple(number(x, f"{key}[{i}]") for i, x in enumerate(value))


def _tokens(value: object, key: str) -> tuple[int, ...]:
    return tuple(dict.fromkeys(token(entry, at) for at, entry in listed(value, key)))


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
