"""The command line's words: one parser for the window, one for the commands."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Final, NoReturn

from models.commands.figure_options import add_figure
from models.errors import InputError
from models.i18n import mark, tr
from models.settings import HEATMAP, PAGES
from models.version import VERSION

COMMANDS: Final = (
    "inspect", "capture", "figure", "outputs", "measure", "compare", "experiment", "download",
    "providers",
)  # fmt: skip


class Parser(argparse.ArgumentParser):
    """A parser whose complaints are sentences for people."""

    def error(self, message: str) -> NoReturn:
        """Raise InputError instead of leaving."""
        raise InputError(
            mark("The command line was not understood: {cause}."),
            hint=mark("See: {program} --help"),
            cause=message.rstrip("."),
            program=self.prog,
        )


def window_parser() -> Parser:
    """Return the parser of what opens the window."""
    parser = Parser(
        prog="main.py",
        description=tr("See where BERT and ViT look: opens the window."),
        epilog=tr("Commands that need no display: {commands}.", commands=", ".join(COMMANDS)),
    )
    parser.add_argument("things", nargs="*", metavar="MODEL|PHOTO|TEXT", help=tr("what to open"))
    parser.add_argument("--model", help=_model_help())
    _add_variant(parser)
    _add_input(parser, required=False)
    _add_provider(parser)
    parser.add_argument("--layer", metavar="L", help=tr("the layer to show, from 1"))
    parser.add_argument("--head", metavar="H", help=tr("the head to show, from 1, or “mean”"))
    parser.add_argument("--token", type=int, metavar="I", help=tr("the token to pin, from 0"))
    parser.add_argument(
        "--page", choices=PAGES, default=HEATMAP, help=tr("the way to look at the attention")
    )
    parser.add_argument("--language", choices=("pt", "en"), help=tr("the language of the window"))
    parser.add_argument(
        "--theme", choices=("light", "dark", "system"), help=tr("the colours of the window")
    )
    parser.add_argument("--lesson", metavar="F.toml", help=tr("a lesson to open beside the work"))
    parser.add_argument(
        "--timings", action="store_true", help=tr("print one line of JSON per milestone")
    )
    parser.add_argument(
        "--exit-when-idle", action="store_true", help=tr("leave once the first row is painted")
    )
    parser.add_argument("--version", action="version", version=f"Mirante {VERSION}")
    return parser


def command_parser() -> Parser:
    """Return the parser of the commands that need no display."""
    parser = Parser(prog="main.py")
    commands = parser.add_subparsers(dest="command", required=True)
    _add_inspect(commands.add_parser("inspect", help=tr("say what a model is and what was found")))
    _add_capture(commands.add_parser("capture", help=tr("write one run's attention into a file")))
    _add_outputs(commands.add_parser("outputs", help=tr("say what the model makes of an input")))
    _add_measure(commands.add_parser("measure", help=tr("measure what every head looks at")))
    _add_figure(commands.add_parser("figure", help=tr("draw the figure that the window exports")))
    _add_compare(commands.add_parser("compare", help=tr("compare two texts in one model")))
    _add_experiment(
        commands.add_parser("experiment", help=tr("change the attention and see what follows"))
    )
    _add_download(commands.add_parser("download", help=tr("bring a model here from the hub")))
    _add_providers(commands.add_parser("providers", help=tr("say what can run models here")))
    return parser


def _add_inspect(parser: Parser) -> None:
    _add_model(parser)
    parser.add_argument("--json", action="store_true", help=tr("answer in JSON"))
    _add_corrections(parser)
    _add_language(parser)


def _add_capture(parser: Parser) -> None:
    _add_model(parser)
    _add_feeds(_add_input(parser, required=True))
    parser.add_argument("--npz", required=True, metavar="OUT", help=tr("the file to write"))
    parser.add_argument("--layers", metavar="1,5", help=tr("only these layers, from 1"))
    _add_preparation(parser)
    _add_language(parser)


def _add_outputs(parser: Parser) -> None:
    _add_model(parser)
    _add_feeds(_add_input(parser, required=True))
    parser.add_argument(
        "--top", type=int, default=5, metavar="K", help=tr("how many of each ranking")
    )
    parser.add_argument("--json", action="store_true", help=tr("answer in JSON"))
    _add_preparation(parser)
    _add_language(parser)


def _add_measure(parser: Parser) -> None:
    _add_model(parser)
    given = _add_input(parser, required=True)
    given.add_argument(
        "--evidence", action="store_true", help=tr("over the bundled sentences or photos")
    )
    parser.add_argument("--json", action="store_true", help=tr("answer in JSON"))
    _add_preparation(parser)
    _add_language(parser)


def _add_figure(parser: Parser) -> None:
    _add_model(parser)
    _add_input(parser, required=True)
    add_figure(parser)
    _add_preparation(parser)
    _add_language(parser)


def _add_experiment(parser: Parser) -> None:
    _add_model(parser)
    _add_feeds(_add_input(parser, required=True))
    parser.add_argument(
        "--recipe",
        required=True,
        metavar="R.json",
        help=tr("what to change; see docs/experiments.md"),
    )
    parser.add_argument("--out", required=True, metavar="OUT.npz", help=tr("the file to write"))
    parser.add_argument("--csv", metavar="OUT.csv", help=tr("the distances as a table, too"))
    _add_preparation(parser)
    _add_language(parser)


def _add_download(parser: Parser) -> None:
    parser.add_argument("model", metavar="ORG/NAME", help=tr("a name or address on the hub"))
    _add_variant(parser)
    parser.add_argument(
        "--list", action="store_true", help=tr("only list the variants and their sizes")
    )
    parser.add_argument(
        "--yes", action="store_true", help=tr("do not ask before downloading what was listed")
    )
    _add_language(parser)


def _model_help() -> str:
    return tr(
        "a bundled model's name, an .onnx file, a folder that holds one, or a downloaded model's "
        "name on the hub"
    )


def _add_providers(parser: Parser) -> None:
    parser.add_argument("--json", action="store_true", help=tr("answer in JSON"))
    parser.add_argument(
        "--fresh", action="store_true", help=tr("try everything again instead of remembering")
    )
    _add_language(parser)


def _add_compare(compare: Parser) -> None:
    _add_model(compare)
    compare.add_argument("--text", required=True, metavar="A", help=tr("a sentence"))
    compare.add_argument(
        "--with",
        dest="other",
        required=True,
        metavar="B",
        help=tr("the sentence beside it; text=… is understood too"),
    )
    compare.add_argument("--word", metavar="W", help=tr("a word of both, to compare its vectors"))
    compare.add_argument("--json", action="store_true", help=tr("answer in JSON"))
    _add_corrections(compare)
    _add_language(compare)


def _add_model(parser: Parser) -> None:
    parser.add_argument("model", metavar="M", help=_model_help())
    _add_variant(parser)
    _add_provider(parser)


def _add_provider(parser: Parser) -> None:
    parser.add_argument(
        "--provider",
        metavar="P",
        help=tr("what to run on: cpu, cuda, openvino …, or “auto”; see main.py providers"),
    )


def _add_variant(parser: Parser) -> None:
    parser.add_argument(
        "--variant",
        default="",
        metavar="V",
        help=tr("which of several files of the model: fp16, quantized …"),
    )


def _add_input(parser: Parser, *, required: bool) -> argparse._MutuallyExclusiveGroup:
    parser.add_argument("--pair", metavar="T2", help=tr("a second sentence"))
    group = parser.add_mutually_exclusive_group(required=required)
    group.add_argument("--text", metavar="T", help=tr("the sentence"))
    group.add_argument("--image", metavar="F", help=tr("the photo's file"))
    return group


def _add_feeds(given: argparse._MutuallyExclusiveGroup) -> None:
    given.add_argument("--feeds", metavar="IN.npz", help=tr("the model's raw inputs, by name"))


def _add_preparation(parser: Parser) -> None:
    parser.add_argument(
        "--size",
        metavar="448",
        help=tr("the picture's size in pixels, or 640x448, width first: more patches, finer map"),
    )
    _add_corrections(parser)


def _add_corrections(parser: Parser) -> None:
    parser.add_argument(
        "--corrections",
        metavar="FILE.json",
        help=tr("what to believe instead of the model's small files; see docs/corrections.md"),
    )


def _add_language(parser: Parser) -> None:
    parser.add_argument("--language", choices=("pt", "en"), help=tr("the language of messages"))
    parser.add_argument(
        "--details", action="store_true", help=tr("on a refusal, also the technical details")
    )


def counted(written: str, *, letter: str) -> int:
    """Return a layer or head from 0, written from 1 as ``3`` or ``L3``."""
    digits = written.strip().upper().removeprefix(letter)
    if digits.isascii() and digits.isdigit() and int(digits) > 0:
        return int(digits) - 1
    sentence = mark("“{written}” is no layer: give a number from 1.")
    if letter == "H":
        sentence = mark("“{written}” is no head: give a number from 1, or “mean”.")
    raise InputError(sentence, written=written)


def heads_of(written: str | None) -> tuple[int, ...]:
    """Return heads from 0; none, for the mean of all, for ``mean`` and for nothing."""
    if written is None or written.strip().lower() == "mean":
        return ()
    return tuple(counted(part, letter="H") for part in written.split(","))


def asked_language(arguments: Sequence[str]) -> str | None:
    """Return what follows ``--language``, read before any sentence is spoken."""
    for i, argument in enumerate(arguments):
        if argument == "--language" and i + 1 < len(arguments):
            return arguments[i + 1]
        if argument.startswith("--language="):
            return argument.partition("=")[2]
    return None
