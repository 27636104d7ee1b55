"""The small JSON files beside a model, read without trusting a word of them."""

from __future__ import annotations

import json
import math
import stat
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from models.encoded import Notice
from models.i18n import mark

_LARGEST: Final = 5_000_000
_MISSING: Final = object()


class ConfigFile:
    """One JSON object and what was wrong with it.

    Every getter returns None for a field that is absent or makes no sense; the second kind is
    remembered once per field in ``notices``, so that the person learns that a default was used.
    """

    def __init__(self, values: Mapping[str, Any] | None = None, *, file: str = "") -> None:
        self.values: Mapping[str, Any] = values or {}
        self.file = file
        self._notices: dict[str, Notice] = {}

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def __bool__(self) -> bool:
        return bool(self.values)

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What was wrong so far, in the order in which it was met."""
        return tuple(self._notices.values())

    def warn(self, name: str, notice: Notice) -> None:
        """Remember ``notice`` about the field ``name``, once."""
        self._notices.setdefault(name, notice)

    def reject(self, name: str) -> None:
        """Remember that the field ``name`` makes no sense and a default takes its place."""
        message = mark("“{field}” in {file} makes no sense ({value}); a default was used instead.")
        value = json.dumps(self.values.get(name), ensure_ascii=False, default=str)
        shown = value if len(value) <= 40 else value[:37] + "…"  # noqa: PLR2004  # fits a line
        values = {"field": name, "file": self.file, "value": shown}
        self.warn(name, Notice(message, values))

    def whole(self, *names: str, low: int = 0, high: int = 2**31) -> int | None:
        """Return the first of ``names`` that is present, if a whole number in [low, high]."""
        name, value = self._first(names)
        if value is _MISSING:
            return None
        number = whole_number(value)
        if number is None or not low <= number <= high:
            self.reject(name)
            return None
        return number

    def number(self, name: str, *, low: float, high: float) -> float | None:
        """Return the field ``name``, if a finite number in [low, high]."""
        _, value = self._first((name,))
        if value is _MISSING:
            return None
        number = real_number(value)
        if number is None or not low <= number <= high:
            self.reject(name)
            return None
        return number

    def flag(self, name: str) -> bool | None:
        """Return the field ``name``, if true or false."""
        _, value = self._first((name,))
        if value is _MISSING:
            return None
        if isinstance(value, bool):
            return value
        self.reject(name)
        return None

    def text(self, name: str) -> str | None:
        """Return the field ``name``, if a string; of an added token, its content."""
        value = self.values.get(name)
        if isinstance(value, Mapping):
            value = value.get("content")
        return value if isinstance(value, str) else None

    def section(self, name: str) -> ConfigFile:
        """Return the object in the field ``name``, empty when there is none."""
        value = self.values.get(name)
        inner = {str(k): v for k, v in value.items()} if isinstance(value, Mapping) else {}
        return ConfigFile(inner, file=self.file)

    def _first(self, names: Sequence[str]) -> tuple[str, object]:
        for name in names:
            if self.values.get(name) is not None:
                return name, self.values[name]
        return names[0], _MISSING


def whole_number(value: object) -> int | None:
    """Return ``value`` as an int when it is one, however it is written; else None."""
    number = real_number(value)
    return int(number) if number is not None and number == int(number) else None


def real_number(value: object) -> float | None:
    """Return ``value`` as a finite float when it is one, written as a string or not; else None."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def read_config(path: Path | None) -> ConfigFile:
    """Return the JSON object in ``path``: empty when it is missing, with a notice when broken."""
    if path is None:
        return ConfigFile()
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode) or found.st_size > _LARGEST:
            return _broken(path)
        values = json.loads(path.read_text("utf-8-sig"), parse_constant=lambda _: None)
    except FileNotFoundError:
        return ConfigFile(file=path.name)
    except (OSError, ValueError, RecursionError):
        return _broken(path)
    if not isinstance(values, dict):
        return _broken(path)
    return ConfigFile(values, file=path.name)


def _broken(path: Path) -> ConfigFile:
    config = ConfigFile(file=path.name)
    message = mark("{file} cannot be read as a JSON object, so it was ignored.")
    config.warn("", Notice(message, {"file": path.name}))
    return config
