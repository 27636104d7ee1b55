"""One file from the hub: fetched by ranges into a part that survives, checked, then put in place.

``huggingface_hub`` 2.x throws the beginning of a stopped download away; this keeps it.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from models.errors import HubError, HubOutOfReachError, MiranteError
from models.hub.cache import part_path
from models.hub.interrupt import interruptible
from models.hub.problems import explained, out_of_reach
from models.hub.reference import HubReference, endpoint
from models.hub.remote import import_hub, token
from models.hub.variants import StoredFile
from models.i18n import mark
from models.runtime import Cancel
from models.version import VERSION

_CHUNK: Final = 256 * 1024
_PARTIAL: Final = 206
_BEYOND: Final = 416
_MOST_RESTARTS: Final = 2  # from the first byte
_SHA256: Final = 64  # hexadecimal digits


@dataclass(frozen=True, slots=True)
class Wanted:
    """One file of one state of a repository, and how long to wait for its next bytes."""

    reference: HubReference
    commit: str
    file: StoredFile
    seconds: float


@dataclass(frozen=True, slots=True)
class _Start:
    """Where the server begins: at the byte that was asked for, or at 0."""

    offset: int


def fetch(wanted: Wanted, blob: Path, *, progress: Callable[[int], None], cancel: Cancel) -> None:
    """Bring one file's content to ``blob``, going on from what an earlier try left.

    ``progress`` is told the bytes of it that are here. A connection that breaks after bytes came
    is taken up again. Raises HubError, CancelledError, OSError of the disk.
    """
    part = part_path(blob)
    part.parent.mkdir(parents=True, exist_ok=True)
    with part.open("ab") as target:
        began_at = target.tell()
        _complete(wanted, target, progress=progress, cancel=cancel)
    if began_at and not _is_whole(part, wanted.file):  # the old beginning was of something else
        part.unlink()
        fetch(wanted, blob, progress=progress, cancel=cancel)
        return
    if not _is_whole(part, wanted.file):
        part.unlink()
        raise HubError(
            mark("“{file}” arrived damaged, so it was thrown away."),
            hint=mark("Download it again."),
            details=f"{wanted.file.size} bytes, checksum {wanted.file.blob} expected",
            file=wanted.file.path,
        )
    part.replace(blob)


def _complete(
    wanted: Wanted, target: BinaryIO, *, progress: Callable[[int], None], cancel: Cancel
) -> None:
    if target.tell() > wanted.file.size:
        target.truncate(0)
        target.seek(0)
    restarts = 0
    while target.tell() < wanted.file.size:
        had = target.tell()
        try:
            _append(wanted, target, progress=progress, cancel=cancel)
        except HubOutOfReachError:
            if target.tell() == had:
                raise
        restarts += target.tell() < had
        if target.tell() == had or restarts > _MOST_RESTARTS:
            raise out_of_reach("the connection is closed again and again")


def _append(
    wanted: Wanted, target: BinaryIO, *, progress: Callable[[int], None], cancel: Cancel
) -> None:
    for item in _items(wanted, target.tell(), cancel=cancel):
        if isinstance(item, _Start):
            target.truncate(item.offset)
            target.seek(item.offset)
        else:
            target.write(item)
        progress(min(target.tell(), wanted.file.size))


def _items(wanted: Wanted, start: int, *, cancel: Cancel) -> Iterator[_Start | bytes]:
    try:
        yield from interruptible(
            lambda stopped: _received(wanted, start, stopped),
            cancel=cancel,
            seconds=wanted.seconds,
        )
    except TimeoutError as error:
        raise out_of_reach(str(error)) from error
    except MiranteError:
        raise
    except Exception as error:
        known = explained(error, wanted.reference, with_token=token() is not None)
        if known is None:
            raise
        raise known from error


def _received(wanted: Wanted, start: int, stopped: threading.Event) -> Generator[_Start | bytes]:
    """Yield where the answer begins, then its bytes. Runs on the network's own thread."""
    import_hub()
    from huggingface_hub import (  # noqa: PLC0415  # slow, see remote
        get_session,
        hf_hub_url,
        hf_raise_for_status,
    )

    headers = {"User-Agent": f"mirante/{VERSION}"}
    if (secret := token()) is not None:
        headers["Authorization"] = f"Bearer {secret}"
    headers["Accept-Encoding"] = "identity"  # ranges count the file's own bytes
    if start:
        headers["Range"] = f"bytes={start}-"
    repo, path = wanted.reference.repo, wanted.file.path
    url = hf_hub_url(repo, path, revision=wanted.commit, endpoint=endpoint())
    with get_session().stream("GET", url, headers=headers, timeout=wanted.seconds) as answer:
        if answer.status_code == _BEYOND:  # what is here does not belong to this file
            yield _Start(0)
            return
        hf_raise_for_status(answer)
        begins = _first_byte(answer.headers.get("Content-Range", ""))
        partial = answer.status_code == _PARTIAL and begins == start
        if answer.status_code == _PARTIAL and not partial:
            raise out_of_reach(f"bytes from {start} were asked for, from {begins} offered")
        yield _Start(start if partial else 0)
        for chunk in answer.iter_bytes(chunk_size=_CHUNK):
            if stopped.is_set():
                return
            yield chunk


def _first_byte(content_range: str) -> int | None:
    """Return where ``bytes 100-999/1000`` begins; None when it does not say."""
    first = content_range.removeprefix("bytes ").partition("-")[0].strip()
    return int(first) if first.isdecimal() else None


def _is_whole(part: Path, file: StoredFile) -> bool:
    """Whether size, and the checksum where the hub states one, are right."""
    if part.stat().st_size != file.size:
        return False
    if len(file.blob) != _SHA256:
        return True
    with part.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest() == file.blob
