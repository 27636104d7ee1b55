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
from models.i18n import large_number, tr
from models.offers import cost_words, free_memory, large
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
    """Return the sentence, pair or photo of ``args``, ready to run; ``--size`` is the photo's.

    What a large run takes is said on standard error.
    """
    if args.text is not None:
        encoded: Encoded = model.encode_text(args.text, args.pair)
    else:
        asked = getattr(args, "size", None)
        size = None if asked is None else read_size(asked)
        encoded = model.encode_image(args.image, size=size)
    _tell_cost(model, len(encoded.tokens))
    return encoded


def _tell_cost(model: Model, tokens: int) -> None:
    """Say on standard error what a large run will take, before it starts."""
    cost = model.cost(tokens)
    if cost is not None and large(cost):
        first = tr("This input has {tokens} tokens.", tokens=large_number(tokens))
        sys.stderr.write(f"{first} {cost_words(cost, free=free_memory())}\n")
