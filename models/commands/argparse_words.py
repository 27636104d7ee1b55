"""What argparse itself says, in the language of the program.

argparse takes its words from gettext under the names below, in its own module, and gettext asks
the system for the language. Here they are asked of our catalogue, so that ``--language`` counts.
"""

from __future__ import annotations

import argparse
from typing import Final

from models.i18n import mark, plural, tr

WORDS: Final = (
    mark("usage: "),
    mark("positional arguments"),
    mark("options"),
    mark("show this help message and exit"),
    mark("show program's version number and exit"),
    mark("argument %(argument_name)s: %(message)s"),
    mark("unrecognized arguments: %s"),
    mark("expected one argument"),
    mark("expected at most one argument"),
    mark("expected at least one argument"),
    mark("not allowed with argument %s"),
    mark("ignored explicit argument %r"),
    mark("one of the arguments %s is required"),
    mark("the following arguments are required: %s"),
    mark("ambiguous option: %(option)s could match %(matches)s"),
    mark("invalid %(type)s value: %(value)r"),
    mark("invalid choice: %(value)r (choose from %(choices)s)"),
)


def translate_argparse() -> None:
    """Have argparse say its words in the language in force, now and after a switch."""
    argparse._ = tr  # type: ignore[attr-defined]  # gettext's name for itself
    argparse.ngettext = plural  # type: ignore[attr-defined]
