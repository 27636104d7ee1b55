"""The command line's words for a figure."""

from __future__ import annotations

import argparse

from models.counting import DIRECTIONS, MEASURES
from models.i18n import tr
from models.scales import MAP_LIMITS
from models.settings import FIGURE_THEMES, FIGURE_VIEWS


def add_figure(figure: argparse.ArgumentParser) -> None:
    """Add what a figure can be told."""
    _add_subject(figure)
    _add_counting(figure)
    figure.add_argument(
        "--scale", type=float, default=2.0, metavar="S", help=tr("the size, from 1 to 4")
    )
    figure.add_argument(
        "--theme", choices=FIGURE_THEMES, default="light", help=tr("the colours of the figure")
    )
    figure.add_argument("--out", required=True, metavar="OUT.png", help=tr("the file to write"))


def _add_subject(figure: argparse.ArgumentParser) -> None:
    """Add what is drawn, and of what."""
    figure.add_argument("--view", required=True, choices=FIGURE_VIEWS, help=tr("what to draw"))
    figure.add_argument("--layer", metavar="L", help=tr("the layer, from 1"))
    figure.add_argument(
        "--head", default="mean", metavar="H", help=tr("the head, from 1, or “mean”")
    )
    figure.add_argument("--token", type=int, metavar="I", help=tr("the token, from 0"))
    figure.add_argument(
        "--output", metavar="NAME", help=tr("for --view map: the output, the first map without")
    )
    figure.add_argument(
        "--channel", type=int, metavar="C", help=tr("for --view map: one class or channel, from 0")
    )
    figure.add_argument(
        "--with",
        dest="other",
        metavar="[KIND=]VALUE",
        help=tr(
            "for --view compare: another text (of a photo, its file), or text=…, photo=FILE, "
            "head=H, layer=L, model=MODEL; for --view senses: another sentence with the word"
        ),
    )
    figure.add_argument(
        "--word", metavar="W", help=tr("for --view senses: the word, else the first known one")
    )
    figure.add_argument(
        "--mark", metavar="L3H7,L9H1", help=tr("for --view atlas: heads of any layers to frame")
    )
    figure.add_argument(
        "--alone",
        action="store_true",
        help=tr("for --view atlas: draw only the framed heads, large"),
    )
    figure.add_argument("--words", action="store_true", help=tr("merge pieces into words"))


def _add_counting(figure: argparse.ArgumentParser) -> None:
    """Add what counts as attention, and where its colours end."""
    figure.add_argument(
        "--measure", choices=MEASURES, default="weight", help=tr("what counts as attention")
    )
    figure.add_argument(
        "--direction",
        choices=DIRECTIONS,
        default="from",
        help=tr("from the token, or to it: a column"),
    )
    figure.add_argument(
        "--hide-special", action="store_true", help=tr("leave special tokens out as keys")
    )
    figure.add_argument(
        "--limits",
        choices=MAP_LIMITS,
        default="view",
        help=tr("where colours end: largest of the view, 1, each row's largest, powers of 10"),
    )
    figure.add_argument(
        "--guarded", action="store_true", help=tr("special tokens pass nothing on in the rollout")
    )
