"""What a recipe asks to be studied: experiments of many runs on the model as it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from models.experiments.recipe import ORDERS, STUDIES, Study
from models.experiments.recipe_values import bad, counted, fields, number, rate, token, whole

_OPTIONS: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "heads": ((), ("without",)),
    "occlusion": ((), ("layer", "head", "token")),
    "row_search": (("layer", "head", "token"), ("epsilon",)),
    "row_dropout": (("layer", "head", "token"), ("rate", "draws")),
    "faithfulness": ((), ("layer", "token", "steps", "orders")),
}
_MOST_DRAWS: Final = 1_000_000


def study(value: object, key: str) -> Study:
    """Return the study that a recipe's ``study`` says; raise InputError when it makes no sense."""
    kind = value.get("kind") if isinstance(value, Mapping) else None
    if kind not in STUDIES:
        raise bad(f"{key}.kind", kind, " / ".join(f'"{name}"' for name in STUDIES))
    needed, optional = _OPTIONS[kind]
    given = fields(value, key, needed=("kind", *needed), optional=optional)
    found: dict[str, Any] = {"kind": kind}
    for name, told in given.items():
        if name != "kind":
            found[name] = _value(name, told, f"{key}.{name}")
    return Study(**found)


def _value(name: str, told: object, key: str) -> object:
    if name in {"draws", "steps"}:
        return whole(told, key, least=1, most=_MOST_DRAWS)
    if name == "orders":
        if not isinstance(told, list) or not told:
            raise bad(key, told, "[" + ", ".join(f'"{order}"' for order in ORDERS) + "]")
        return tuple(dict.fromkeys(_one_of(x, f"{key}[{i}]", ORDERS) for i, x in enumerate(told)))
    if name == "without":
        return _one_of(told, key, ("zero", "mean"))
    return _READERS[name](told, key)


def _positive(told: object, key: str) -> float:
    found = number(told, key)
    if found <= 0:
        raise bad(key, told, "0.001, 0.01 …")
    return found


def _one_of(told: object, key: str, known: tuple[str, ...]) -> str:
    if told not in known:
        raise bad(key, told, " / ".join(f'"{name}"' for name in known))
    return str(told)


_READERS: Final[Mapping[str, Callable[[object, str], object]]] = {
    "layer": counted,
    "head": counted,
    "token": token,
    "rate": rate,
    "epsilon": _positive,
}
