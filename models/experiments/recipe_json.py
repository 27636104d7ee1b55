"""Reading recipes; everything unknown or out of place is refused in one sentence."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from models.errors import InputError
from models.experiments.recipe import (
    MODELS_OWN,
    Cell,
    Cut,
    Dropout,
    Hide,
    Recipe,
    ReplaceRow,
)
from models.i18n import mark

_HINT: Final = mark("The keys of a recipe are described in docs/experiments.md.")
_MOST_PASSES: Final = 100_000
_MOST_SEED: Final = 2**63 - 1
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
            hint=_HINT,
            file=path.name,
            cause=getattr(error, "strerror", None) or str(error).rstrip("."),
        ) from error
    return recipe_of(found)


def recipe_of(found: object) -> Recipe:
    """Return the recipe that a JSON document says; raise InputError when it makes no sense."""
    if not isinstance(found, Mapping):
        raise InputError(mark("A recipe is a JSON object with keys and values."), hint=_HINT)
    values: dict[str, Any] = {}
    for key, value in found.items():
        if key not in _READERS:
            raise InputError(
                mark("“{key}” is no key of a recipe; these are: {keys}."),
                hint=_HINT,
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


# -- one value


def _bad(key: str, wanted: str) -> InputError:
    return InputError(
        mark("“{key}” of the recipe should be {wanted}."), hint=_HINT, key=key, wanted=wanted
    )


def _whole(value: object, key: str, *, least: int, most: int = _MOST_SEED) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise _bad(key, f"{least}, {least + 1}, {least + 2} …")
    return value


def _counted(value: object, key: str) -> int:
    """Return a layer or head from 0, written from 1."""
    return _whole(value, key, least=1) - 1


def _token(value: object, key: str) -> int:
    return _whole(value, key, least=0)


def _seed(value: object, key: str) -> int:
    return _whole(value, key, least=0)


def _list(value: object, key: str) -> Sequence[object]:
    if not isinstance(value, list):
        raise _bad(key, "[…]")
    return value


def _note(value: object, key: str) -> str:
    if not isinstance(value, str):
        raise _bad(key, '"…"')
    return value


def _fields(
    value: object, key: str, *, needed: Sequence[str], optional: Sequence[str] = ()
) -> Mapping[str, Any]:
    wanted = "{" + ", ".join(f'"{name}": …' for name in needed) + "}"
    if not isinstance(value, Mapping) or any(name not in value for name in needed):
        raise _bad(key, wanted)
    for name in value:
        if name not in needed and name not in optional:
            known = ", ".join([*needed, *optional])
            raise InputError(
                mark("“{key}” is no key of a recipe; these are: {keys}."),
                hint=_HINT,
                key=f"{key}.{name}",
                keys=known,
            )
    return value


# -- the keys


def _cells(value: object, key: str) -> tuple[Cell, ...]:
    found = []
    for pair in _list(value, key):
        if not isinstance(pair, list) or len(pair) != _PAIR:
            raise _bad(key, "[[layer, head], …]")
        found.append((_counted(pair[0], key), _counted(pair[1], key)))
    return tuple(dict.fromkeys(found))


def _hides(value: object, key: str) -> tuple[Hide, ...]:
    return tuple(_hide(entry, key) for entry in _list(value, key))


def _hide(entry: object, key: str) -> Hide:
    if isinstance(entry, int):
        return Hide(_token(entry, key))
    given = _fields(entry, key, needed=("token",), optional=("layer", "head"))
    layer, head = given.get("layer"), given.get("head")
    if head is not None and layer is None:
        raise _bad(key, '{"token": …, "layer": …, "head": …}')
    return Hide(
        _token(given["token"], f"{key}.token"),
        None if layer is None else _counted(layer, f"{key}.layer"),
        None if head is None else _counted(head, f"{key}.head"),
    )


def _cuts(value: object, key: str) -> tuple[Cut, ...]:
    return tuple(_cut(entry, key) for entry in _list(value, key))


def _cut(entry: object, key: str) -> Cut:
    needed = ("layer", "head", "token", "key")
    given = _fields(entry, key, needed=needed, optional=("renormalise",))
    again = given.get("renormalise", False)
    if not isinstance(again, bool):
        raise _bad(f"{key}.renormalise", "true / false")
    return Cut(
        _counted(given["layer"], f"{key}.layer"),
        _counted(given["head"], f"{key}.head"),
        _token(given["token"], f"{key}.token"),
        _token(given["key"], f"{key}.key"),
        again,
    )


def _rows(value: object, key: str) -> tuple[ReplaceRow, ...]:
    rows = tuple(_row(entry, key) for entry in _list(value, key))
    if len({(row.layer, row.head, row.token) for row in rows}) < len(rows):
        raise InputError(mark("The recipe replaces the same row twice."), hint=_HINT)
    return rows


def _row(entry: object, key: str) -> ReplaceRow:
    given = _fields(entry, key, needed=("layer", "head", "token", "with"))
    return ReplaceRow(
        _counted(given["layer"], f"{key}.layer"),
        _counted(given["head"], f"{key}.head"),
        _token(given["token"], f"{key}.token"),
        _weights(given["with"], f"{key}.with"),
    )


def _weights(value: object, key: str) -> Any:  # noqa: ANN401  # a word or numbers, told apart here
    if isinstance(value, str) and value in _WORDS:
        return value
    if not isinstance(value, list) or not value:
        raise _bad(key, '"uniform" / "permuted" / [0.25, 0.75, …]')
    return tuple(_number(x, key) for x in value)


def _number(value: object, key: str) -> float:
    number = float(value) if isinstance(value, int | float) else math.nan
    if isinstance(value, bool) or not math.isfinite(number) or abs(number) > 1e30:  # noqa: PLR2004  # float32 overflows
        raise _bad(key, "[0.25, 0.75, …]")
    return number


def _tokens(value: object, key: str) -> tuple[int, ...]:
    return tuple(dict.fromkeys(_token(entry, key) for entry in _list(value, key)))


def _dropout(value: object, key: str) -> Dropout:
    names = ("attention", "hidden", "seed", "passes")
    given = _fields(value, key, needed=(), optional=names)
    return Dropout(
        attention=_rate(given.get("attention", "model"), f"{key}.attention"),
        hidden=_rate(given.get("hidden", "model"), f"{key}.hidden"),
        seed=_seed(given.get("seed", 0), f"{key}.seed"),
        passes=_whole(given.get("passes", 1), f"{key}.passes", least=1, most=_MOST_PASSES),
    )


def _rate(value: object, key: str) -> float:
    if value == "model":
        return MODELS_OWN
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1:
        raise _bad(key, '"model" / 0 … 0.99')
    return float(value)


_READERS: Final[Mapping[str, Callable[[object, str], Any]]] = {
    "heads_off": _cells,
    "heads_mean": _cells,
    "hide_tokens": _hides,
    "cut_arrows": _cuts,
    "replace_rows": _rows,
    "occlude": _tokens,
    "dropout": _dropout,
    "seed": _seed,
    "note": _note,
}
