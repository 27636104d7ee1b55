"""Single values of a recipe, each refused in one sentence where it makes no sense."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

from models.errors import InputError
from models.experiments.recipe import MODELS_OWN
from models.i18n import mark

HINT: Final = mark("The keys of a recipe are described in docs/experiments.md.")
MOST_SEED: Final = 2**63 - 1


def bad(key: str, wanted: str) -> InputError:
    """Return the error that says what ``key`` should be."""
    return InputError(
        mark("“{key}” of the recipe should be {wanted}."), hint=HINT, key=key, wanted=wanted
    )


def whole(value: object, key: str, *, least: int, most: int = MOST_SEED) -> int:
    """Return a whole number from ``least`` to ``most``."""
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise bad(key, f"{least}, {least + 1}, {least + 2} …")
    return value


def counted(value: object, key: str) -> int:
    """Return a layer or head from 0, written from 1."""
    return whole(value, key, least=1) - 1


def token(value: object, key: str) -> int:
    """Return a token, counted from 0."""
    return whole(value, key, least=0)


def seed(value: object, key: str) -> int:
    """Return a seed."""
    return whole(value, key, least=0)


def entries(value: object, key: str) -> Sequence[object]:
    """Return a list."""
    if not isinstance(value, list):
        raise bad(key, "[…]")
    return value


def words(value: object, key: str) -> str:
    """Return a text."""
    if not isinstance(value, str):
        raise bad(key, '"…"')
    return value


def fields(
    value: object, key: str, *, needed: Sequence[str], optional: Sequence[str] = ()
) -> Mapping[str, Any]:
    """Return an object that has every needed key and no unknown one."""
    wanted = "{" + ", ".join(f'"{name}": …' for name in needed) + "}"
    if not isinstance(value, Mapping) or any(name not in value for name in needed):
        raise bad(key, wanted)
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
        raise bad(key, "[0.25, 0.75, …]")
    return number


def rate(value: object, key: str) -> float:
    """Return a dropout rate; ``MODELS_OWN`` for "model"."""
    if value == "model":
        return MODELS_OWN
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1:
        raise bad(key, '"model" / 0 … 0.99')
    return float(value)
