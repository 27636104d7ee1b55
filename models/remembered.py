"""Corrections that outlive a session: one small JSON file, kept by the model file's SHA-256."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from models.corrections import NONE, Corrections, corrections_of
from models.errors import InputError
from models.i18n import mark

VERSION: Final = 1
_LARGEST: Final = 5_000_000


class UnreadableError(Exception):
    """The file is there but is none of ours."""


def recall(path: Path, sha256: str) -> Corrections:
    """Return what was remembered in ``path`` about the model with this checksum.

    Nothing, when the file is missing or unreadable, or when what it says makes no sense.
    """
    try:
        return _sensible(_stored(path).get(sha256))
    except UnreadableError:
        return NONE


def remember(path: Path, sha256: str, corrections: Corrections, *, model: str = "") -> bool:
    """Keep ``corrections`` for one model, or forget it when there are none.

    Other models' are left as they are; a file that cannot be read is kept beside as ``.bak``.
    Returns whether it was written.
    """
    try:
        models = dict(_stored(path))
    except UnreadableError:
        models = {}
        _keep_aside(path)
    models.pop(sha256, None)
    if corrections:
        models[sha256] = {"model": model, **corrections.as_json()}
    return _write(path, {"version": VERSION, "models": models})


def corrections_in(path: Path, sha256: str) -> Corrections:
    """Return the corrections that a script passes: one model's own, or a remembered file.

    Raises InputError when the file cannot be read or makes no sense.
    """
    values = _object_in(path)
    if "models" in values:
        models = values["models"]
        own = models.get(sha256) if isinstance(models, Mapping) else None
        values = own if isinstance(own, Mapping) else {}
    return corrections_of({name: value for name, value in values.items() if name != "model"})


def _object_in(path: Path) -> Mapping[str, Any]:
    try:
        values = json.loads(path.read_text("utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise InputError(
            mark("The corrections in “{file}” cannot be read."),
            hint=mark('Write a JSON object, for example {{"patch_size": 14}}.'),
            details=str(error),
            file=path.name,
        ) from error
    if isinstance(values, dict):
        return values
    raise InputError(
        mark("“{file}” holds no JSON object of corrections."),
        hint=mark('Write a JSON object, for example {{"patch_size": 14}}.'),
        file=path.name,
    )


def _stored(path: Path) -> Mapping[str, Any]:
    try:
        if path.stat().st_size > _LARGEST:
            raise UnreadableError
        values = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        raise UnreadableError from error
    known = isinstance(values, dict) and values.get("version") == VERSION
    models = values.get("models") if known else None
    if not isinstance(models, dict):
        raise UnreadableError
    return models


def _sensible(values: object) -> Corrections:
    if not isinstance(values, Mapping):
        return NONE
    try:
        return corrections_of({name: value for name, value in values.items() if name != "model"})
    except InputError:
        return NONE


def _write(path: Path, values: Mapping[str, Any]) -> bool:
    new = path.with_suffix(".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        new.write_text(json.dumps(values, indent=1, ensure_ascii=False), encoding="utf-8")
        os.replace(new, path)  # noqa: PTH105  # atomic on every system
    except OSError:
        return False
    return True


def _keep_aside(path: Path) -> None:
    try:
        os.replace(path, path.with_suffix(".bak"))  # noqa: PTH105  # atomic on every system
    except OSError:
        return
