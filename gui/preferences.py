"""What the program remembers between starts: a small versioned JSON file, written atomically."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Final

from PySide6.QtCore import QStandardPaths

VERSION: Final = 1
RECENT: Final = 8


@dataclass(frozen=True, slots=True)
class Preferences:
    """Only choices that outlive a session. Empty strings mean "follow the system"."""

    language: str = ""
    theme: str = "system"
    colour_map: str = "cividis"
    recent: tuple[str, ...] = ()
    geometry: str = ""  # Qt's own bytes, as hexadecimal
    provider: str = ""  # empty: the CPU
    map_memory: str = ""  # bytes that kept maps may take; empty: the usual
    key_order: str = ""  # "position" or "weight"; empty: by how many keys there are
    welcomed: str = ""  # "yes" once the welcome of a first start was shown
    zoom: str = ""  # per cent of the usual size; empty: 100
    motion: str = ""  # "on" or "off": whether things move by themselves; empty: as the system says
    lessons: str = ""  # how far each lesson was read: see gui.lessons.progress

    def with_recent(self, reference: str) -> Preferences:
        """Return these preferences with ``reference`` first among the recent models."""
        rest = tuple(item for item in self.recent if item != reference)
        return replace(self, recent=(reference, *rest)[:RECENT])


def default_path() -> Path:
    """Return where this system keeps a program's choices."""
    where = QStandardPaths.StandardLocation.AppConfigLocation
    return Path(QStandardPaths.writableLocation(where)) / "preferences.json"


def load(path: Path) -> Preferences:
    """Return what is stored; anything unreadable is kept beside as ``.bak`` and replaced."""
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        return _checked(stored)
    except FileNotFoundError:
        return Preferences()
    except (OSError, ValueError, TypeError):
        _keep_aside(path)
        return Preferences()


def save(path: Path, preferences: Preferences) -> bool:
    """Write atomically; return whether it worked. A read-only home is no reason to complain."""
    new = path.with_suffix(".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps({"version": VERSION, **asdict(preferences)}, indent=1)
        new.write_text(text, encoding="utf-8")
        os.replace(new, path)  # noqa: PTH105  # atomic on every system
    except OSError:
        return False
    return True


def _checked(stored: object) -> Preferences:
    if not isinstance(stored, dict) or int(stored.get("version", 0)) > VERSION:
        raise ValueError
    kept: dict[str, object] = {}
    for field in fields(Preferences):
        value = stored.get(field.name)
        if field.name == "recent" and isinstance(value, list):
            kept["recent"] = tuple(item for item in value if isinstance(item, str))[:RECENT]
        elif field.name != "recent" and isinstance(value, str):
            kept[field.name] = value
    return Preferences(**kept)  # type: ignore[arg-type]


def _keep_aside(path: Path) -> None:
    try:
        os.replace(path, path.with_suffix(".bak"))  # noqa: PTH105  # atomic on every system
    except OSError:
        return
