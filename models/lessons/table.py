"""A table of a lesson's file that knows its place, so that complaints name the line and key."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from models.i18n import mark, tr
from models.lessons.expression import LessonError

COUNTED: Final = mark("a whole number is expected; layers and heads count from 1")
_EXAMPLES: Final = {"done": '{ token = "…" }', "set": "{ layer = 3, head = 7 }"}
_TAKEN: Final = frozenset({"file", "line", "key", "cause"})


@dataclass(frozen=True, slots=True)
class Table:
    """``values`` of one table. ``start`` is the line in ``source``, from 0, where it begins."""

    values: Mapping[str, Any]
    source: str
    file: str
    start: int = 0
    within: str = ""

    # -- values

    def text(self, key: str) -> str | None:
        """Return words, None where there are none."""
        return self._of(key, str, mark("words between quotes are expected"))

    def items(self, key: str) -> tuple[object, ...]:
        """Return what a list holds."""
        return tuple(self._of(key, list, mark("a list is expected")) or [])

    def choice(self, key: str, names: Sequence[str]) -> str | None:
        """Return one of ``names``, None where there is none."""
        found = self.text(key)
        if found is not None and found not in names:
            raise self.wrong(key, mark("it must be one of: {names}"), names)
        return found

    def number(self, key: str) -> float | None:
        """Return a number."""
        found = self._of(key, (int, float), mark("a number is expected"))
        return None if found is None else float(found)

    def between(self, key: str, low: float, high: float) -> float | None:
        """Return a number from ``low`` to ``high``."""
        found = self.number(key)
        if found is not None and not low <= found <= high:
            raise self.wrong(
                key, mark("the number is out of range: {names}"), (f"{low:g} – {high:g}",)
            )
        return found

    def whole(self, key: str) -> int | None:
        """Return a whole number."""
        return self._of(key, int, mark("a whole number is expected"))

    def at_least_one(self, key: str, why: str = COUNTED) -> int:
        """Return a whole number that counts from 1; ``why`` is said of any other."""
        found = self.values.get(key)
        if type(found) is not int or found < 1:
            raise self.wrong(key, why)
        return found

    def wholes(self, key: str) -> tuple[int, ...] | None:
        """Return a list of numbers that count from 1."""
        found = self._of(key, list, mark("a list is expected"))
        if found is None:
            return None
        if not all(type(one) is int and one >= 1 for one in found):
            raise self.wrong(key, COUNTED)
        return tuple(found)

    def table(self, key: str) -> Table:
        """Return the table at ``key``, an empty one where there is none."""
        found = self._of(key, dict, mark("a table such as {example} is expected"))
        return Table(found or {}, self.source, self.file, self.start, self._path(key))

    def tables(self, key: str) -> list[Table]:
        """Return the tables written as ``[[key]]``."""
        found = self._of(key, list, mark("write it as [[{key}]]")) or []
        if not all(isinstance(one, dict) for one in found):
            raise self.wrong(key, mark("write it as [[{key}]]"))
        header = re.compile(rf"^\s*\[\[\s*(?:step\s*\.\s*)?{re.escape(key)}\s*\]\]")
        lines = self.source.split("\n")
        starts = [i for i in range(self.start, len(lines)) if header.match(lines[i])]
        starts += [self.start] * len(found)
        return [
            Table(one, self.source, self.file, start, self._path(f"{key} {i}"))
            for i, (one, start) in enumerate(zip(found, starts, strict=False), start=1)
        ]

    def only(self, keys: Sequence[str]) -> None:
        """Refuse a key that is not one of ``keys``: it is most likely a slip of the pen."""
        for key in self.values:
            if key not in keys:
                raise self.wrong(key, mark("there is no such key; there are: {names}"), keys)

    def _of(self, key: str, kind: Any, otherwise: str) -> Any:  # noqa: ANN401  # what TOML gives
        found = self.values.get(key)
        if found is None or (isinstance(found, kind) and not isinstance(found, bool)):
            return found
        raise self.wrong(key, otherwise)

    # -- complaints

    def wrong(self, key: str, why: str, names: Sequence[str] = ()) -> LessonError:
        """Return the complaint about ``key``: ``why`` is marked for translation."""
        example = _EXAMPLES.get(key, '{ pt = "…", en = "…" }')
        outer = "step." if self.within.startswith("step") else ""
        cause = tr(why, names=", ".join(names), key=f"{outer}{key}", example=example)
        return LessonError(
            mark("“{file}”, line {line}, “{key}”: {cause}."),
            hint=mark("docs/lessons.md shows what a lesson looks like."),
            file=self.file,
            line=self._line(key),
            key=self._path(key),
            cause=cause,
        )

    def because(self, key: str, error: LessonError) -> LessonError:
        """Return the complaint that something within ``key`` is wrong as ``error`` says."""
        cause = tr(error.message, **error.values).rstrip(".")
        return LessonError(
            mark("“{file}”, line {line}, “{key}”: {cause}."),
            hint=error.hint or mark("docs/lessons.md shows what a lesson looks like."),
            details="",
            file=self.file,
            line=self._line(key),
            key=self._path(key),
            cause=cause,
            **{k: v for k, v in error.values.items() if k not in _TAKEN},
        )

    def _path(self, key: str) -> str:
        return f"{self.within}.{key}" if self.within else key

    def _line(self, key: str) -> int:
        """Return the line, from 1, where ``key`` is first named after the table's beginning."""
        begin = self.start
        for outer in self.within.split("."):
            name = outer.split(" ", 1)[0]
            if outer and name == outer:  # “step 3” is where the table starts already
                begin = self._find(f"{outer}.{key}", begin) or self._find(name, begin) or begin
        return (self._find(key, begin) or begin) + 1

    def _find(self, name: str, begin: int) -> int | None:
        """Return the first line, from 0, where ``name`` is given a value."""
        named = re.compile(rf'(?<![\w-])"?{re.escape(name)}"?\s*[.=\]]')
        lines = self.source.split("\n")
        return next((i for i in range(begin, len(lines)) if named.search(lines[i])), None)
