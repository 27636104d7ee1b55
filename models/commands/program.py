"""From the words on the command line to a finished command, or to what the window should open."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import Final

from models.commands.argparse_words import translate_argparse
from models.commands.parsers import (
    COMMANDS,
    asked_language,
    command_parser,
    counted,
    heads_of,
    window_parser,
)
from models.errors import InputError, MiranteError
from models.i18n import mark, set_language, system_language
from models.library import bundled_models, names_a_model
from models.settings import Start

REFUSED: Final = 2
_PICTURES: Final = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif", ".tif", ".tiff")
_MOST_THINGS: Final = 2
# Each command is imported only when it is asked for: they load the runtime or draw.
_MODULES: Final = {
    "inspect": "models.commands.inspection",
    "capture": "models.commands.capturing",
    "compare": "models.commands.comparing",
    "download": "models.commands.downloading",
    "experiment": "models.commands.experimenting",
    "figure": "models.figure",
    "measure": "models.commands.measuring",
    "outputs": "models.commands.outputs",
    "providers": "models.commands.running",
}


def run(arguments: Sequence[str]) -> int | Start:
    """Return the exit status of a command, or what the window should open.

    What is refused is said in one sentence on standard error, with status 2.
    """
    set_language(asked_language(arguments) or system_language())
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a console may lack “ and ▁
    try:
        translate_argparse()
        if arguments and arguments[0] in COMMANDS:
            return _command(command_parser().parse_args(arguments))
        return start_of(window_parser().parse_args(arguments))
    except MiranteError as error:
        sys.stderr.write(" ".join(str(error).split()) + "\n")
        if "--details" in arguments and error.details:
            sys.stderr.write(error.details + "\n")
        return REFUSED


def _command(args: argparse.Namespace) -> int:
    if getattr(args, "pair", None) is not None and args.text is None:
        raise InputError(mark("--pair needs --text."))
    if getattr(args, "size", None) is not None and args.image is None:
        raise InputError(mark("--size needs --image."))
    return int(import_module(_MODULES[args.command]).command(args))


def start_of(args: argparse.Namespace) -> Start:
    """Return what the window should open; raise InputError for a contradiction."""
    model, text, image = _sorted_out(args)
    if text is not None and image is not None:
        raise InputError(mark("Give a sentence or a photo, not both."))
    if args.pair is not None and text is None:
        raise InputError(mark("--pair needs --text."))
    if args.token is not None and args.token < 0:
        raise InputError(mark("Tokens count from 0."))
    return Start(
        model=model,
        variant=args.variant,
        provider=args.provider,
        text=text,
        pair=args.pair,
        image=image,
        layer=None if args.layer is None else counted(args.layer, letter="L"),
        heads=heads_of(args.head),
        token=args.token,
        page=args.page,
        language=args.language,
        theme=args.theme,
        timings=args.timings,
        exit_when_idle=args.exit_when_idle,
        lesson=args.lesson,
    )


def _refuse_mistyped(thing: str) -> None:
    """Refuse one bare word of small letters that names nothing: it is hardly a sentence."""
    if not re.fullmatch(r"[a-z][a-z0-9_-]*", thing) or names_a_model(thing):
        return
    if Path(thing).exists():  # a file of another kind is refused, or read, for what it is
        return
    hint = mark("A sentence of one word is given as --text {thing}.")
    near = get_close_matches(thing, [*COMMANDS, *(name for name, _ in bundled_models())], n=1)
    if near:
        raise InputError(
            mark("There is no command or model “{thing}”: did you mean “{near}”?"),
            hint=hint,
            thing=thing,
            near=near[0],
        )
    raise InputError(
        mark("There is no command or model “{thing}”; the commands are {commands}."),
        hint=hint,
        thing=thing,
        commands=", ".join(COMMANDS),
    )


def _sorted_out(args: argparse.Namespace) -> tuple[str | None, str | None, str | None]:
    """Return (model, text, image) with the words that have no option put where they belong."""
    model, text, image = args.model, args.text, args.image
    if len(args.things) > _MOST_THINGS:
        raise InputError(
            mark("At most a model and a photo or sentence can be opened at once."),
            hint=mark("Put a sentence in quotes."),
        )
    if args.things and model is None:
        _refuse_mistyped(args.things[0])
    for thing in args.things:
        picture = Path(thing).suffix.lower() in _PICTURES
        if model is None and not picture and names_a_model(thing):
            model = thing
        elif image is None and picture:
            image = thing
        elif text is None:
            text = thing
        else:
            raise InputError(mark("“{thing}” is one input too many."), thing=thing)
    return model, text, image
