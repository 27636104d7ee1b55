"""Finding out what a person named, and bringing it here: off the GUI thread, without widgets."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal

from gui.worker import Lane
from models.folders import folder_listing
from models.hub.cache import cached_listing, cached_repositories
from models.hub.download import download
from models.hub.reference import HubReference, hub_reference, is_address, no_such_name
from models.hub.remote import list_variants
from models.hub.variants import Listing, Variant
from models.library import BUNDLED
from models.runtime import Cancel

_PAUSE: Final = 0.05  # seconds between two words about less than a per cent


@dataclass(frozen=True, slots=True)
class Ready:
    """What can be opened now: ``models.api.open_model`` takes it."""

    reference: str


class Acquisition(QObject):
    """Looks up names, paths and addresses, and downloads what was chosen from their lists.

    ``listed(listing, final)`` comes twice for a name of the hub of which something is on this
    computer: at once with that, and again when the hub has answered.
    """

    listed = Signal(object, bool)  # Listing, whether it is the last word
    progressed = Signal(object, object)  # bytes here, bytes of all: ints beyond 32 bits
    ready = Signal(str)  # a reference to open
    failed = Signal(object)  # BaseException
    suggested = Signal(object)  # tuple of names on this computer

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.lister, self.downloader = Lane("list", self), Lane("download", self)
        self._suggester = Lane("suggest", self)
        queued = Qt.ConnectionType.QueuedConnection
        for lane in (self.lister, self.downloader):
            lane.done.connect(self._on_done, queued)
            lane.failed.connect(self._on_failed, queued)
        self._suggester.done.connect(self._on_suggested, queued)

    def suggest(self) -> None:
        """Find the names of what was downloaded before; ``suggested`` follows."""
        self._suggester.submit(lambda _cancel: cached_repositories())

    def look_up(self, written: str) -> None:
        """Find out what ``written`` names; ``listed``, ``ready`` or ``failed`` follows."""

        def tell(here: Listing) -> None:
            self.listed.emit(here, False)  # the signal's shape

        self.lister.submit(lambda cancel: _looked_up(written, tell, cancel))

    def bring(self, listing: Listing, variant: Variant) -> None:
        """Download a variant; ``progressed`` and then ``ready`` or ``failed`` follow."""
        self.downloader.submit(
            lambda cancel: _brought(listing, variant, self.progressed.emit, cancel)
        )

    def stop(self) -> None:
        """End the look-up and the download; what has arrived stays."""
        for lane in (self.lister, self.downloader):
            lane.cancel()

    def close(self) -> None:
        """Stop, and wait for the threads."""
        for lane in (self.lister, self.downloader, self._suggester):
            lane.close()

    def _on_done(self, _number: int, result: object) -> None:
        if isinstance(result, Listing):
            self.listed.emit(result, True)  # the signal's shape
        elif isinstance(result, Ready):
            self.ready.emit(result.reference)

    def _on_failed(self, _number: int, error: object) -> None:
        self.failed.emit(error)

    def _on_suggested(self, _number: int, names: object) -> None:
        self.suggested.emit(names)


def reference_to(listing: Listing, variant: Variant, *, folder: Path | None = None) -> str:
    """Return what opens a variant that is on this computer."""
    if listing.reference is None:
        assert folder is not None  # noqa: S101  # lists of folders come with theirs
        return str(folder.absolute() / variant.path)
    found = listing.reference
    short = "" if variant.name == "model" else variant.name
    return str(HubReference(found.repo, found.revision, short))


def _looked_up(written: str, tell: Callable[[Listing], object], cancel: Cancel) -> Listing | Ready:
    text = written.strip().strip("\"'")
    path = _path(text)
    if path is not None and path.is_dir():
        return folder_listing(path)
    named_file = text.lower().endswith(".onnx") and not is_address(text)
    if text in BUNDLED or path is not None or named_file:
        return Ready(text if path is None else str(path.absolute()))
    reference = hub_reference(text, bare=True)
    if reference is None:
        raise no_such_name(text)
    here = cached_listing(reference)
    if here is not None:
        tell(here)
    return list_variants(reference, cancel=cancel)


def _path(text: str) -> Path | None:
    """Return the file or folder that ``text`` names, None when there is none."""
    try:
        path = Path(text.removeprefix("file://")).expanduser()
        return path if text and path.exists() else None
    except (OSError, ValueError, RuntimeError):
        return None


def _brought(
    listing: Listing,
    variant: Variant,
    tell: Callable[[int, int], object],
    cancel: Cancel,
) -> Ready:
    said_at, said = 0.0, -1

    def progress(done: int, total: int) -> None:
        nonlocal said_at, said
        now, share = time.monotonic(), 100 * done // max(total, 1)
        if share != said or now - said_at >= _PAUSE:
            said_at, said = now, share
            tell(done, total)

    download(listing, variant, progress=progress, cancel=cancel)
    return Ready(reference_to(listing, variant))
