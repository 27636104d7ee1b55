"""``main.py experiment``: what a recipe does to a model, in a file that any program can read."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from models.api import Model
from models.commands.capturing import read_feeds, with_suffix, write
from models.commands.opening import opened, prepared, warn
from models.encoded import Array, Encoded
from models.errors import ExportError
from models.experiments.export import arrays, meta, table
from models.experiments.laboratory import Laboratory, Result
from models.experiments.recipe_json import recipe_in
from models.experiments.studying import Studied, make_study
from models.i18n import mark, tr


def command(args: argparse.Namespace) -> int:
    """Make the experiment that ``args`` names and write what came out; return 0."""
    recipe = recipe_in(Path(args.recipe).expanduser())
    model = opened(args)
    encoded = _encoded(model, args)
    laboratory = Laboratory(model)
    result = laboratory.run(encoded, recipe, progress=_told)
    studied = None
    if recipe.study is not None:
        studied = make_study(laboratory, encoded, recipe.study, seed=recipe.seed, progress=_told)
    warn(result.notices)
    path = with_suffix(Path(args.out))
    write(path, _contents(model, result, studied))
    if path.name != Path(args.out).name:
        sys.stderr.write(tr("Written as {file}.", file=path) + "\n")
    if args.csv is not None:
        _write_text(Path(args.csv), table(result, studied).text(separator=","))
    return 0


def _encoded(model: Model, args: argparse.Namespace) -> Encoded:
    if args.text is not None or args.image is not None:
        return prepared(model, args)
    return model.encode_feeds(read_feeds(Path(args.feeds)))


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


def _told(done: int, whole: int) -> None:
    if sys.stderr.isatty() and whole > 1:
        sys.stderr.write(f"\r{done}/{whole}" + ("\n" if done == whole else ""))


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
