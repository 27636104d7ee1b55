"""Findings about providers, kept in the person's cache folder: looking takes seconds."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from models.providers.candidates import Candidate, candidate_of

VERSION: Final = 1


def cache_folder() -> Path:
    """Return where this system keeps what a program can make again."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or "~/AppData/Local").expanduser() / "mirante"
    if sys.platform == "darwin":
        return Path("~/Library/Caches/mirante").expanduser()
    return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "mirante"


def kept(packages: str) -> tuple[Candidate, ...] | None:
    """Return what was found with exactly these ``packages``; None when nothing usable is kept."""
    try:
        stored = json.loads(_path(packages).read_text("utf-8"))
        if stored["version"] != VERSION or stored["packages"] != packages:
            return None
        return tuple(candidate_of(item) for item in stored["found"])
    except (OSError, RuntimeError, ValueError, KeyError, TypeError):
        return None


def keep(packages: str, found: Sequence[Candidate]) -> bool:
    """Keep what was found, atomically; return whether it was written."""
    items = [candidate.as_json() for candidate in found]
    text = json.dumps({"version": VERSION, "packages": packages, "found": items}, indent=1)
    try:
        path = _path(packages)
        new = path.with_suffix(f".{os.getpid()}.new")
        path.parent.mkdir(parents=True, exist_ok=True)
        new.write_text(text, encoding="utf-8")
        new.replace(path)
    except (OSError, RuntimeError):
        return False
    return True


def _path(packages: str) -> Path:
    name = hashlib.sha256(packages.encode()).hexdigest()[:12]
    return cache_folder() / f"providers-{name}.json"
