"""Single values of a recipe, each refused in one sentence where it makes no sense."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

from models.errors import InputError
from models.experiments.recipe import MODELS_OWN
from models.i18n import mark

HINT: Final = mark("The keys of a recipe are described in docs/experiments.md.")
MOST_SEED: Final = 2**63 - 1
_COUNTING: Final = mark("Layers and heads count from 1, tokens from 0.")
_LONGEST: Final = 40


def bad(key: str, given: object, wanted: str, *, hint: str = HINT) -> InputError:
    """Return the error that says what ``key``, written as in ``heads_off[0][1]``, should be."""
    return InputError(
        mark("“{key}” of the recipe is {given}, but should be {wanted}."),
        hint=hint,
        key=key,
        given=_written(given),
        wanted=wanted,
    )


def _written(value: object) -> str:
    """Return ``value`` as JSON has it, its beginning where it is long."""
    try:
        text = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError):  # no JSON: a script gave it
        text = repr(value)
    return text if len(text) <= _LONGEST else text[:_LONGEST] + " …"


def whole(value: object, key: str, *, least: int, most: int = MOST_SEED, hint: str = HINT) -> int:
    """Return a whole number from ``least`` to ``most``."""
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        high = isinstance(value, int) and value > most
        some = f"{least} … {most}" if high else f"{least}, {least + 1}, {least + 2} …"
        raise bad(key, value, some, hint=hint)
    return value


def counted(value: object, key: str) -> int:
    """Return a layer or head from 0, written from 1."""
    return whole(value, key, least=1, hint=_COUNTING) - 1


def token(value: object, key: str) -> int:
    """Return a token, counted from 0."""
    return whole(value, key, least=0, hint=_COUNTING)


def seed(value: object, key: str) -> int:
    """Return a seed."""
    return whole(value, key, least=0)


def listed(value: object, key: str) -> list[tuple[str, object]]:
    """Return every entry of a list with where it stands: ``key[0]``, ``key[1]`` …"""
    if not isinstance(value, list):
        raise bad(key, value, "[…]")
    return [(f"{key}[{i}]", entry) for i, entry in enumerate(value)]


def words(value: object, key: str) -> str:
    """Return a text."""
    if not isinstance(value, str):
        raise bad(key, value, '"…"')
    return value


def fields(
    value: object, key: str, *, needed: Sequence[str], optional: Sequence[str] = ()
) -> Mapping[str, Any]:
    """Return an object that has every needed key and no unknown one."""
    wanted = "{" + ", ".join(f'"{name}": …' for name in needed or optional) + "}"
    if not isinstance(value, Mapping) or any(name not in value for name in needed):
        raise bad(key, value, wanted)
    for name in value:
        if name not in needed and name not in optional:
            known = ", ".join([*needed, *optional])
            raise InputError(
                mark("“{key}” is no key of a recipe; these are: {keys}."),
                hint=HINT,
                key=f"{key}.{name}",
                keys=known,
            )
    return value


def number(value: object, key: str) -> float:
    """Return a number that float32 can hold."""
    number = float(value) if isinstance(value, int | float) else math.nan
    if isinstance(value, bool) or not math.isfinite(number) or abs(number) > 1e30:  # noqa: PLR2004  # float32 overflows
        raise bad(key, value, "0.25, 0.75 …")
    return number


def rate(value: object, key: str) -> float:
    """Return a dropout rate; ``MODELS_OWN`` for "model"."""
    if value == "model":
        return MODELS_OWN
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1:
        raise bad(key, value, '"model" / 0 … 0.99')
    return float(value)
