"""Reading the file of a recipe: what is no JSON is refused with the place, in one sentence."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from models.errors import InputError
from models.experiments.recipe_values import HINT
from models.i18n import mark

_LONGEST_FILE: Final = 50_000_000


def document_in(path: Path) -> object:
    """Return the JSON document in a file; raise InputError when there is none."""
    try:
        if path.stat().st_size > _LONGEST_FILE:
            raise InputError(mark("“{file}” is too long for a recipe."), file=path.name)
        text = path.read_text("utf-8-sig")
    except FileNotFoundError as error:
        raise InputError(mark("There is no file “{file}”."), file=path.name) from error
    except OSError as error:
        cause = error.strerror or str(error)
        said = mark("“{file}” is not a recipe: {cause}.")
        raise InputError(said, hint=HINT, file=path.name, cause=cause) from error
    except ValueError as error:
        said = mark("“{file}” is not a recipe: it is no text in UTF-8.")
        raise InputError(said, hint=HINT, file=path.name) from error
    return _read(text, path.name)


def _read(text: str, name: str) -> object:
    try:
        return json.loads(text, object_pairs_hook=_object)
    except json.JSONDecodeError as error:
        raise InputError(
            mark("“{file}” is not a recipe: line {line}, column {column} is not valid JSON."),
            hint=HINT,
            file=name,
            line=error.lineno,
            column=error.colno,
        ) from error
    except RecursionError as error:
        said = mark("“{file}” is not a recipe: its brackets are nested too deep.")
        raise InputError(said, hint=HINT, file=name) from error
    except ValueError as error:  # a number longer than any
        said = mark("“{file}” is not a recipe: one of its numbers has too many digits.")
        raise InputError(said, hint=HINT, file=name) from error


def _object(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    """Return a JSON object; which of two values of one key was meant, nobody can tell."""
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            said = mark("“{key}” stands twice in the recipe; which one counts cannot be told.")
            raise InputError(said, hint=mark("Keep one of them."), key=key)
        found[key] = value
    return found
