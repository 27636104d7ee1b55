"""Words for people, in Portuguese and English, without Qt.

English sentences are the keys (GNU gettext); ``assets/i18n/<language>/LC_MESSAGES/mirante.mo``
holds the Portuguese. Code marks a sentence with ``tr`` (translate now), ``ntr`` (with a count) or
``mark`` (translate later, when it is shown: this is what errors do, so that a language switched
while a message is on screen can change the message too).
"""

from __future__ import annotations

import gettext
import locale
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

LANGUAGES: Final = ("pt_BR", "en")
_FOLDER: Final = Path(__file__).resolve().parent.parent / "assets" / "i18n"


class _Current:
    """The language in force: one value for the whole process, as gettext itself keeps it."""

    language: str = "en"
    catalogue: gettext.NullTranslations = gettext.NullTranslations()


def set_language(language: str) -> str:
    """Switch every later ``tr`` to ``language`` and return the one chosen.

    Any Portuguese (``pt``, ``pt_PT``) becomes ``pt_BR``; everything unknown becomes ``en``.
    """
    chosen = "pt_BR" if language.lower().startswith("pt") else "en"
    _Current.language = chosen
    if chosen == "en":
        _Current.catalogue = gettext.NullTranslations()
    else:
        _Current.catalogue = gettext.translation(
            "mirante", localedir=_FOLDER, languages=[chosen], fallback=True
        )
    return chosen


def language() -> str:
    """Return the language in force, one of ``LANGUAGES``."""
    return _Current.language


def system_language() -> str:
    """Return what the environment asks for as gettext reads it, else what the system reports.

    The first of LC_ALL, LC_MESSAGES and LANG that is set is the locale; C and POSIX mean English,
    whatever LANGUAGE lists; otherwise the first language of that list that we speak comes first.
    """
    asked = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    if asked.split(".", maxsplit=1)[0] in {"C", "POSIX"}:
        return "en"
    listed = [name for name in os.environ.get("LANGUAGE", "").split(":") if name]
    if listed:
        return preferred(listed)
    return asked or locale.getlocale()[0] or "en"


def preferred(names: Iterable[str]) -> str:
    """Return the first of these names of languages that we speak, ``en`` where there is none."""
    for name in names:
        if name.lower().startswith(("pt", "en")):
            return name
    return "en"


def mark(message: str) -> str:
    """Return ``message`` unchanged: it is translated where it is shown."""
    return message


def tr(message: str, /, **values: object) -> str:
    """Translate ``message`` and fill its ``{named}`` places from ``values``."""
    text = _Current.catalogue.gettext(message) if message else ""
    return text.format(**values) if values else text


def plural(singular: str, plural: str, count: int, /) -> str:
    """Translate with the plural form for ``count``, and fill nothing in."""
    return _Current.catalogue.ngettext(singular, plural, count)


def ntr(singular: str, plural: str, count: int, /, **values: object) -> str:
    """Translate with the plural form for ``count``, which also fills ``{count}``: 7,124 tokens."""
    said = large_number(count) if isinstance(count, int) else count
    return _Current.catalogue.ngettext(singular, plural, count).format(count=said, **values)


def large_number(count: int, /) -> str:
    """Return a whole number with its thousands apart: 118,000,000 (118.000.000 in Portuguese)."""
    return f"{count:,}".replace(",", "." if language() == "pt_BR" else ",")


class Count(int):
    """A whole number for the words of an error or a notice, which are said later.

    It is written with its thousands apart in the language that is in force then.
    """

    def __format__(self, written: str, /) -> str:
        """Return it with its thousands apart, unless ``written`` says how."""
        return super().__format__(written) if written else large_number(int(self))
