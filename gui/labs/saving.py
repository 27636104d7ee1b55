"""Writing what an experiment gave, and the command that makes it again."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path

from gui.labs.state import Outcome
from models.commands.capturing import write
from models.encoded import Encoded
from models.experiments.export import contents, table
from models.experiments.laboratory import Laboratory
from models.experiments.recipe import Recipe
from models.experiments.recipe_facts import facts_of
from models.runtime import Cancel
from models.writing import write_text


def save_outcome(laboratory: Laboratory, outcome: Outcome, path: Path, *, cancel: Cancel) -> None:
    """Write an .npz or a .csv file; what was only studied is run once, for its outputs.

    Raises ExportError when it cannot be written.
    """
    result = outcome.result
    if result is None:
        result = laboratory.run(outcome.record.encoded, outcome.recipe, cancel=cancel)
    if path.suffix == ".csv":
        write_text(path, table(result, outcome.studied).text(separator=","))
    else:
        write(path, contents(laboratory.model, result, outcome.studied))


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
