"""Writing what an experiment gave, and the command that makes it again."""

from __future__ import annotations

import json
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from gui.labs.state import Outcome
from models.api import Model
from models.commands.capturing import write
from models.encoded import Array, Encoded
from models.errors import ExportError
from models.experiments.export import arrays, meta, table
from models.experiments.laboratory import Laboratory, Result
from models.experiments.recipe import Recipe
from models.experiments.recipe_facts import facts_of
from models.experiments.studying import Studied
from models.i18n import mark
from models.runtime import Cancel


def save_outcome(laboratory: Laboratory, outcome: Outcome, path: Path, *, cancel: Cancel) -> None:
    """Write an .npz or a .csv file; what was only studied is run once, for its outputs.

    Raises ExportError when it cannot be written.
    """
    result = outcome.result
    if result is None:
        result = laboratory.run(outcome.record.encoded, outcome.recipe, cancel=cancel)
    if path.suffix == ".csv":
        _write_text(path, table(result, outcome.studied).text(separator=","))
    else:
        write(path, _contents(laboratory.model, result, outcome.studied))


def script_command(model: str, encoded: Encoded, recipe: Recipe, *, photo: str = "") -> str:
    """Return lines for a shell that write the recipe and run it: POSIX, or PowerShell on Windows.

    ``photo`` is the path of the photo where it is known; else its name stands there.
    """
    document = json.dumps(facts_of(recipe), ensure_ascii=False)
    if encoded.modality == "image":
        given = ["--image", photo or encoded.photo_name or "PHOTO"]
    else:
        given = ["--text", encoded.text]
        given += [] if encoded.pair is None else ["--pair", encoded.pair]
    words = ["main.py", "experiment", model, *given, "--recipe", "recipe.json", "--out", "out.npz"]
    if sys.platform == "win32":
        quoted = " ".join("'" + word.replace("'", "''") + "'" for word in words)
        return f"@'\n{document}\n'@ | Set-Content -Encoding utf8 recipe.json\nuv run {quoted}\n"
    return f"cat > recipe.json <<'END'\n{document}\nEND\nuv run {shlex.join(words)}\n"


def _contents(model: Model, result: Result, studied: Studied | None) -> Iterator[tuple[str, Array]]:
    yield from arrays(result, studied)
    said = json.dumps(_plain(meta(model, result, studied)), ensure_ascii=False)
    yield "meta", np.array(said)


def _plain(value: object) -> object:
    """Return ``value`` fit for JSON: numbers that are not finite become null."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return None if isinstance(value, float) and not np.isfinite(value) else value


def _write_text(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ExportError(
            mark("“{file}” cannot be written: {cause}."),
            hint=mark("Check the folder, its permissions and the space left."),
            details=str(error),
            file=path.name,
            cause=error.strerror or str(error),
        ) from error
