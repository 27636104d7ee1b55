"""Bringing one variant of a model into the cache: with progress, stoppable, resumable."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

from models.errors import HubError, MiranteError
from models.file_size import size_words
from models.hub.cache import (
    blob_path,
    bytes_here,
    cache_folder,
    repository_folder,
    snapshot_folder,
)
from models.hub.problems import offline
from models.hub.reference import HubReference
from models.hub.remote import PATIENCE, import_hub, is_offline
from models.hub.transfer import Wanted, fetch
from models.hub.variants import Listing, Variant
from models.i18n import mark
from models.runtime import Cancel

Progress = Callable[[int, int], None]
_SPARE: Final = 50_000_000  # left free on the disk
_LOCK_SECONDS: Final = 1.0


def download(
    listing: Listing,
    variant: Variant,
    *,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
    seconds: float = PATIENCE,
) -> Path:
    """Bring every file of ``variant`` here and return its .onnx file in the cache.

    ``progress(done, total)`` counts bytes, those already here included. Stopping leaves what
    arrived, and the next call goes on from there. Raises HubError, CancelledError, and
    MiranteError when the disk is full.
    """
    reference = listing.reference
    assert reference is not None  # noqa: S101  # folders need no download
    if not variant.cached:
        if is_offline():
            raise offline()
        _check_space(variant)
    done = 0
    for file in variant.files:

        def tell(bytes_of_file: int, before: int = done) -> None:
            if progress is not None:
                progress(before + bytes_of_file, variant.bytes)

        _bring(
            Wanted(reference, listing.commit, file, seconds),
            progress=tell,
            cancel=cancel or Cancel(),
        )
        tell(file.size)
        done += file.size
    if listing.place == "hub":
        _remember_commit(reference, listing.commit)
    return snapshot_folder(reference.repo, listing.commit) / variant.path


def looked_again(listing: Listing, variant: Variant) -> Variant:
    """Return the variant with what of it is on this computer now."""
    assert listing.reference is not None  # noqa: S101  # as above
    repo, commit = listing.reference.repo, listing.commit
    files = tuple(
        replace(f, here=bytes_here(repo, commit, path=f.path, blob=f.blob, size=f.size))
        for f in variant.files
    )
    return replace(variant, files=files)


def _bring(wanted: Wanted, *, progress: Callable[[int], None], cancel: Cancel) -> None:
    cancel.check()
    repo, file = wanted.reference.repo, wanted.file
    pointer = snapshot_folder(repo, wanted.commit) / file.path
    if pointer.is_file():
        return
    blob = blob_path(repo, file.blob, commit=wanted.commit, path=file.path)
    with _disk_errors():
        if not blob.is_file():
            with _locked(repo, blob.name):
                fetch(wanted, blob, progress=progress, cancel=cancel)
        _link(blob, pointer)


def _link(blob: Path, pointer: Path) -> None:
    """Put a content into the snapshot as the cache does: by a relative link, or as a copy."""
    pointer.parent.mkdir(parents=True, exist_ok=True)
    pointer.unlink(missing_ok=True)  # a link whose content is gone
    try:
        pointer.symlink_to(os.path.relpath(blob, pointer.parent))
    except (OSError, NotImplementedError):  # Windows lets developers alone make links
        shutil.copyfile(blob, pointer)


def _remember_commit(reference: HubReference, commit: str) -> None:
    if reference.revision == commit:
        return
    ref = repository_folder(reference.repo) / "refs" / reference.revision
    with _disk_errors():
        ref.parent.mkdir(parents=True, exist_ok=True)
        ref.write_text(commit, "ascii")


@contextmanager
def _locked(repo: str, blob: str) -> Iterator[None]:
    """Hold the lock that every program using this cache takes for one content."""
    import_hub()
    from huggingface_hub import utils  # noqa: PLC0415  # slow, see remote

    folder = cache_folder() / ".locks" / repository_folder(repo).name
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as held:
        try:
            # public, though named only in a table that mypy cannot read
            lock = utils.WeakFileLock(  # type: ignore[attr-defined]
                folder / f"{blob}.lock", timeout=_LOCK_SECONDS
            )
            held.enter_context(lock)
        except TimeoutError as error:
            raise HubError(
                mark("Another program is downloading this model now."),
                hint=mark("Wait until it has ended, then open the model."),
            ) from error
        yield


def _check_space(variant: Variant) -> None:
    folder = cache_folder()
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    try:
        free = shutil.disk_usage(folder).free
    except OSError:
        return  # writing will tell
    if free < variant.missing_bytes + _SPARE:
        raise MiranteError(
            mark("The disk is too full: {needed} must fit into {folder}, {free} are free."),
            hint=mark("Make room, or let HF_HOME name a folder on another disk."),
            needed=size_words(variant.missing_bytes),
            free=size_words(free),
            folder=str(cache_folder()),
        )


@contextmanager
def _disk_errors() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise MiranteError(
                mark("The disk is full. What has arrived is kept."),
                hint=mark("Make room and download again: it goes on where it stopped."),
                details=str(error),
            ) from error
        raise MiranteError(
            mark("The model cannot be kept in {folder}: {cause}."),
            hint=mark("Check its permissions, or let HF_HOME name another folder."),
            details=str(error),
            folder=str(cache_folder()),
            cause=error.strerror or str(error),
        ) from error
