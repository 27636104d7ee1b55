"""What the dialog that opens models says about a list and about one variant of it."""

from __future__ import annotations

from pathlib import Path

from models.errors import ModelFileError
from models.file_size import size_words
from models.hub.cache import cache_folder
from models.hub.reference import hub_name
from models.hub.variants import Listing, Variant
from models.i18n import ntr, tr


def heading_of(listing: Listing) -> str:
    """Return the line above the list: whose models these are, and under which licence."""
    title = listing.title if listing.reference is None else str(listing.reference)
    count = ntr("{count} variant", "{count} variants", len(listing.variants))
    parts = [title, count]
    if listing.licence:
        parts.append(tr("licence {licence}", licence=listing.licence))
    return " · ".join(parts)


def total_of(variant: Variant) -> str:
    """Return what opening a variant costs, before it is opened."""
    if variant.cached:
        return tr("On this computer: nothing to download.")
    return tr(
        "{missing} of {size} to download from {hub} into {folder}.",
        missing=size_words(variant.missing_bytes),
        size=size_words(variant.bytes),
        hub=hub_name(),
        folder=_short(cache_folder()),
    )


def button_words(variant: Variant | None) -> str:
    """Return the words of the button that opens: they name the size, so it is never a surprise."""
    if variant is None or variant.cached:
        return tr("Open")
    size = size_words(variant.missing_bytes)
    if variant.started:
        return tr("Go on: download {size} and open", size=size)
    return tr("Download {size} and open", size=size)


def wanted_path(listing: Listing, asked: str, selected: Variant | None) -> str:
    """Return the path of what should be selected: as it is, as it was asked, or the first."""
    if selected is not None:
        return selected.path
    try:
        return listing.pick(asked).path
    except ModelFileError:
        return listing.variants[0].path


def folder_named(written: str) -> Path | None:
    """Return the folder that ``written`` is, None when it is none."""
    try:
        path = Path(written).expanduser()
        return path if path.is_dir() else None
    except (OSError, ValueError, RuntimeError):
        return None


def _short(folder: Path) -> str:
    home = Path.home()
    return (
        f"~/{folder.relative_to(home).as_posix()}" if folder.is_relative_to(home) else str(folder)
    )
