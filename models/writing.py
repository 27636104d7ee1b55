"""Files that could not be written, said in one sentence; and text files that can."""

from __future__ import annotations

from pathlib import Path

from models.errors import ExportError
from models.i18n import mark


def write_text(path: Path, text: str) -> None:
    """Write ``text`` as UTF-8; raise ExportError when that fails."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise not_written(path, error) from error


def not_written(path: Path, error: OSError | ValueError) -> ExportError:
    """Return the sentence for what kept ``path`` from being written."""
    return ExportError(
        mark("“{file}” cannot be written: {cause}."),
        hint=mark("Check the folder, its permissions and the space left."),
        details=str(error),
        file=path.name,
        cause=getattr(error, "strerror", None) or str(error),
    )
