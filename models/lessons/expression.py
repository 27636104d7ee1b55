"""The few words in which a lesson asks for a number: ``weight query=gato key="<s>" layer=3``.

A text holds them in braces; a claim holds one bare. The grammar is all there is:

    text        =  (words | "{" expression "}")*       with "{{" and "}}" for the braces themselves
    expression  =  name (space argument)*
    argument    =  name "=" value
    value       =  letters without spaces and quotes, or anything but a quote between quotes

Nothing is evaluated but a table of quantities, so a lesson from a stranger can do no harm.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from models.errors import MiranteError
from models.i18n import mark

_NAME: Final = re.compile(r"\s*([a-z_]+)")
_ARGUMENT: Final = re.compile(r'\s+([a-z_]+)=(?:"([^"]*)"|([^\s"{}]+))')
_PART: Final = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")


class LessonError(MiranteError):
    """A lesson's file is not as it should be."""


@dataclass(frozen=True, slots=True)
class Expression:
    """One question for a number: a quantity and its arguments."""

    name: str
    arguments: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        given = (f'{k}="{v}"' if " " in v or not v else f"{k}={v}" for k, v in self._pairs())
        return " ".join((self.name, *given))

    def _pairs(self) -> list[tuple[str, str]]:
        return list(self.arguments.items())


def parsed(written: str) -> Expression:
    """Return the expression in ``written``; raise LessonError when it is none."""
    named = _NAME.match(written)
    if named is None:
        raise _not_understood(written)
    arguments: dict[str, str] = {}
    place = named.end()
    while (found := _ARGUMENT.match(written, place)) is not None:
        name, quoted, plain = found.groups()
        if name in arguments:
            raise _not_understood(written)
        arguments[name] = plain if quoted is None else quoted
        place = found.end()
    if written[place:].strip():
        raise _not_understood(written)
    return Expression(named.group(1), arguments)


def pieces(text: str) -> list[str | Expression]:
    """Return ``text`` cut into plain words and expressions; raise LessonError for a lone brace."""
    found: list[str | Expression] = []
    place = 0
    for part in _PART.finditer(text):
        found.append(text[place : part.start()])
        place = part.end()
        if part.group() in {"{{", "}}"}:
            found.append(part.group()[0])
        elif part.group(1) is None:
            raise LessonError(
                mark("There is a lone “{brace}” in “{text}”."),
                hint=mark("Write {example} for a live number, and {{{{ or }}}} for a brace."),
                brace=part.group(),
                text=text[max(part.start() - 20, 0) : part.end() + 20].strip(),
                example="{weight query=… key=…}",
            )
        else:
            found.append(parsed(part.group(1)))
    found.append(text[place:])
    return [piece for piece in found if piece]


def _not_understood(written: str) -> LessonError:
    return LessonError(
        mark("“{written}” is no live number: a name, then arguments such as query=word."),
        hint=mark('Words with spaces stand between quotes: key="<s>".'),
        written=written.strip()[:80],
    )
