"""The words of the window and what they mean, in both languages: read from assets/glossary.toml."""

from __future__ import annotations

import tomllib
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from models.lessons.lesson import Said

FILE: Final = Path(__file__).resolve().parent.parent / "assets" / "glossary.toml"


@dataclass(frozen=True, slots=True)
class Term:
    """One word: what it means in one sentence, its formula and source where it has one.

    ``parts`` names the parts of the window that it explains.
    """

    name: str
    title: Said
    says: Said
    formula: str = ""
    source: str = ""
    parts: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def terms() -> tuple[Term, ...]:
    """Return every term, in the order of the file."""
    written = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return tuple(
        Term(
            name=one["id"],
            title=Said(**one["name"]),
            says=Said(**one["says"]),
            formula=one.get("formula", ""),
            source=one.get("source", ""),
            parts=tuple(one.get("parts", ())),
        )
        for one in written["term"]
    )


def term_of(part: str) -> Term | None:
    """Return the term that explains a part of the window, None where there is none."""
    return next((term for term in terms() if part in term.parts), None)


def found(written: str) -> list[Term]:
    """Return the terms that fit every word of ``written``, names first; accents do not count."""
    words = _plain(written).split()
    hits = [term for term in terms() if all(word in _plain(_all(term)) for word in words)]
    return sorted(hits, key=lambda term: not all(word in _plain(str(term.title)) for word in words))


def _all(term: Term) -> str:
    both = (term.title.pt, term.title.en, term.says.pt, term.says.en)
    return " ".join((*both, term.formula, term.source))


def _plain(text: str) -> str:
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(one for one in parts if not unicodedata.combining(one))
