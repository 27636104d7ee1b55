"""The licence a model's folder states: in the head of its README, or in a LICENSE file."""

from __future__ import annotations

import re
import stat
from pathlib import Path
from typing import Final

_HEAD: Final = 20_000
_LONGEST: Final = 60
_FIELD: Final = re.compile(r"^(license|license_name):[ \t]*[\"']?([^\"'#\r\n]+)", re.MULTILINE)
# How common licences begin, in their first lines.
_KNOWN: Final = (
    ("apache license", "Apache-2.0"),
    ("mit license", "MIT"),
    ("permission is hereby granted, free of charge", "MIT"),
    ("bsd 3-clause", "BSD-3-Clause"),
    ("gnu general public license", "GPL"),
)


def licence_of(folder: Path) -> str:
    """Return the licence's short name as the folder states it, empty when it does not."""
    return licence_in_card(_head(folder / "README.md")) or _named(_head(folder / "LICENSE"))


def licence_in_card(text: str) -> str:
    """Return the licence field of a model card: the lines between two ``---`` at its head."""
    parts = re.split(r"^---[ \t]*$", text.lstrip("\ufeff\r\n \t"), maxsplit=2, flags=re.MULTILINE)
    if len(parts) < 3 or parts[0].strip():  # noqa: PLR2004  # before, between, after
        return ""
    fields = dict(_FIELD.findall(parts[1]))
    name = fields.get("license", "").strip()
    if name == "other" and fields.get("license_name"):
        name = fields["license_name"].strip()
    return name if len(name) <= _LONGEST else ""


def _named(text: str) -> str:
    low = " ".join(text[:600].lower().split())
    return next((name for words, name in _KNOWN if words in low), "")


def _head(path: Path) -> str:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return ""
        with path.open("rb") as file:
            return file.read(_HEAD).decode("utf-8", "replace")
    except OSError:
        return ""
