"""``main.py download``: bring a model of the hub here, after saying how large it is."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from typing import Final

from models.errors import InputError
from models.file_size import size_words
from models.hub.download import download
from models.hub.reference import hub_reference, no_such_name
from models.hub.remote import list_variants
from models.hub.variants import Listing, Variant
from models.i18n import mark, tr

STOPPED: Final = 130  # as shells say of a program that Ctrl+C ended
_PAUSE: Final = 0.2  # seconds between two updates of a terminal's line
_STEP: Final = 10  # per cent between two lines where there is no terminal


def command(args: argparse.Namespace) -> int:
    """List what ``args`` names, ask, download, and print the path of the model on its own."""
    reference = hub_reference(args.model, bare=True)
    if reference is None:
        raise no_such_name(args.model)
    listing = list_variants(reference)
    for notice in listing.notices:
        _say(tr(notice.message, **notice.values))
    if args.list:
        sys.stdout.write("\n".join(lines(listing)) + "\n")
        return 0
    variant = listing.pick(args.variant or reference.variant)
    _say(announced(listing, variant))
    if not variant.cached and not args.yes:
        _ask(variant)
    try:
        path = download(listing, variant, progress=_printer())
    except KeyboardInterrupt:
        _say("\n" + tr("Stopped. What has arrived is kept; the same command goes on from there."))
        return STOPPED
    sys.stdout.write(f"{path}\n")
    return 0


def lines(listing: Listing) -> list[str]:
    """Return one line per variant: name, size, where it is, what it means."""
    rows = [(v.name, size_words(v.bytes), whereabouts(v), v.explanation) for v in listing.variants]
    widths = [max(len(row[i]) for row in rows) for i in range(3)]
    return [
        f"{name:<{widths[0]}}  {size:>{widths[1]}}  {where:<{widths[2]}}  {words}".rstrip()
        for name, size, where, words in rows
    ]


def whereabouts(variant: Variant) -> str:
    """Say how much of a variant is on this computer."""
    if variant.cached:
        return tr("here")
    if variant.started:
        share = 100 * (variant.bytes - variant.missing_bytes) // variant.bytes
        return tr("{share}% here", share=share)
    return tr("to download")


def announced(listing: Listing, variant: Variant) -> str:
    """Return the sentence that says what would be downloaded, before it is."""
    values = {"model": listing.title, "file": variant.path}
    if variant.cached:
        return tr("{model}: {file} is on this computer already.", **values)
    return tr(
        "{model}: {file} and its small files, {size}; {missing} to download. Licence: {licence}.",
        size=size_words(variant.bytes),
        missing=size_words(variant.missing_bytes),
        licence=listing.licence or tr("not stated"),
        **values,
    )


def _ask(variant: Variant) -> None:
    """Return when the person agrees; raise InputError when not, or when nobody can be asked."""
    refused = InputError(
        mark("Nothing was downloaded."),
        hint=mark("Add --yes to download {size} without being asked."),
        size=size_words(variant.missing_bytes),
    )
    if not sys.stdin.isatty():
        raise refused
    _say(tr("Download it? [y/N]"), end=" ")
    answer = sys.stdin.readline().strip().lower()
    if answer not in {"y", "yes", "s", "sim"}:
        raise refused


def _printer() -> Callable[[int, int], None]:
    terminal = sys.stderr.isatty()
    last: list[float] = [0.0]

    def show(done: int, total: int) -> None:
        share = 100 * done // max(total, 1)
        if terminal:
            now = time.monotonic()
            if now - last[0] >= _PAUSE or done == total:
                last[0] = now
                end = "\n" if done == total else ""
                _say(f"\r{share:3d}%  {size_words(done)} / {size_words(total)}   ", end=end)
        elif share // _STEP > last[0]:
            last[0] = share // _STEP
            _say(f"{share:3d}%  {size_words(done)} / {size_words(total)}")

    return show


def _say(words: str, *, end: str = "\n") -> None:
    sys.stderr.write(words + end)
    sys.stderr.flush()
