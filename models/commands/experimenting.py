"""``main.py experiment``: what a recipe does to a model, in a file that any program can read."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from models.api import Model
from models.commands.capturing import read_feeds, with_suffix, write
from models.commands.opening import opened, prepared, warn
from models.encoded import Encoded
from models.experiments.export import contents, table
from models.experiments.laboratory import Laboratory
from models.experiments.recipe_json import recipe_in
from models.experiments.studying import make_study
from models.i18n import tr
from models.writing import write_text


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
    write(path, contents(model, result, studied))
    if path.name != Path(args.out).name:
        sys.stderr.write(tr("Written as {file}.", file=path) + "\n")
    if args.csv is not None:
        write_text(Path(args.csv), table(result, studied).text(separator=","))
    return 0


def _encoded(model: Model, args: argparse.Namespace) -> Encoded:
    if args.text is not None or args.image is not None:
        return prepared(model, args)
    return model.encode_feeds(read_feeds(Path(args.feeds)))


def _told(done: int, whole: int) -> None:
    if sys.stderr.isatty() and whole > 1:
        sys.stderr.write(f"\r{done}/{whole}" + ("\n" if done == whole else ""))
