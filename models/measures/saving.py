"""The figures of every head as a file."""

from __future__ import annotations

from pathlib import Path

from models.errors import ExportError
from models.i18n import mark
from models.measures.summary import HeadFigures


def save_csv(figures: HeadFigures, path: str | Path) -> None:
    """Write ``figures`` as a CSV table at ``path``; ExportError when it cannot be written."""
    target = Path(path)
    try:
        target.write_text(figures.csv_text(), encoding="utf-8", newline="")
    except OSError as error:
        raise ExportError(
            mark("“{name}” could not be written: {cause}."),
            hint=mark("Choose another folder or name."),
            name=target.name,
            cause=error.strerror or str(error),
        ) from error
