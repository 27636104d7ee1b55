"""What every command does first: open the model as the person corrects it, and prepare an input."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

from models.api import Model, open_model
from models.commands.running import asked_options
from models.corrections import Corrections
from models.encoded import Encoded, Notice
from models.i18n import tr
from models.remembered import corrections_in
from models.sizes import read_size


def opened(args: argparse.Namespace) -> Model:
    """Return the model that ``args`` names: model, variant, provider and corrections, if any.

    Raises what ``open_model`` raises, InputError for a file of corrections that makes no sense.
    """
    model = open_model(args.model, variant=args.variant, options=asked_options(args))
    if model.fell_back is not None:
        warn([model.fell_back])
    said = corrections_asked(args, model)
    return model.corrected(said) if said is not None else model


def warn(notices: Iterable[Notice]) -> None:
    """Say on standard error what a person must not miss: that the CPU had to take over."""
    for notice in notices:
        sys.stderr.write(tr(notice.message, **notice.values) + "\n")


def corrections_asked(args: argparse.Namespace, model: Model) -> Corrections | None:
    """Return what ``--corrections`` says about ``model``, None without it."""
    written = getattr(args, "corrections", None)
    if written is None:
        return None
    return corrections_in(Path(written).expanduser(), model.sha256)


def prepared(model: Model, args: argparse.Namespace) -> Encoded:
    """Return the sentence, pair or photo of ``args``, ready to run; ``--size`` is the photo's."""
    if args.text is not None:
        return model.encode_text(args.text, args.pair)
    asked = getattr(args, "size", None)
    return model.encode_image(args.image, size=None if asked is None else read_size(asked))
