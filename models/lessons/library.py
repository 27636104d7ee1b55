"""The lessons that come with the program, in their order."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from models.lessons.lesson import Lesson
from models.lessons.reading import read_lesson

FOLDER: Final = Path(__file__).resolve().parent.parent.parent / "assets" / "lessons"


def gallery() -> Lesson:
    """Return the things to try: a lesson of which every step stands alone."""
    return read_lesson(FOLDER / "gallery.toml")


def first_lesson() -> Lesson:
    """Return the first lesson of the program alone."""
    return read_lesson(min(FOLDER.glob("[0-9]*.toml")))


def bundled_lessons() -> tuple[Lesson, ...]:
    """Return every lesson of the program, first to last."""
    return tuple(read_lesson(path) for path in sorted(FOLDER.glob("[0-9]*.toml")))
