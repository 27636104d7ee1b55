"""A model file that stays readable after it was opened, even when it is moved or deleted."""

from __future__ import annotations

import hashlib
import os
import sys
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np

from models.encoded import Array
from models.errors import ModelFileError
from models.graph.files import Stamp
from models.i18n import mark

_CHUNK: Final = 2**20


class KeptFile:
    """Reads pieces of one file as it was when it was opened.

    Holds the file open, so that renaming or deleting it does no harm; except on Windows, where
    that would stop anyone from doing so. ``stamp`` tells whether it is still the same.
    """

    def __init__(self, path: Path, stamp: Stamp) -> None:
        self.path = path
        self.stamp = stamp
        self._descriptor: int | None = None
        if sys.platform != "win32":
            self._descriptor = os.open(path, os.O_RDONLY)
            weakref.finalize(self, os.close, self._descriptor)

    def read(self, start: int, end: int) -> bytes:
        """Return the bytes from ``start`` to ``end``."""
        if sys.platform != "win32" and self._descriptor is not None:
            return os.pread(self._descriptor, end - start, start)
        with self.path.open("rb") as file:
            file.seek(start)
            return file.read(end - start)

    def read_into(self, target: Array, start: int) -> bool:
        """Fill ``target`` with the bytes from ``start``; tell whether there were enough."""
        view = target.reshape(-1).view(np.uint8).data
        if sys.platform != "win32" and self._descriptor is not None:
            return os.preadv(self._descriptor, [view], start) == len(view)
        with self.path.open("rb") as file:
            file.seek(start)
            return file.readinto(view) == len(view)

    def in_place(self) -> bool:
        """Tell whether the path still leads to the file as it was."""
        try:
            found = self.path.stat()
        except OSError:
            return False
        return Stamp(found.st_size, found.st_mtime_ns) == self.stamp

    def check(self) -> None:
        """Raise ModelFileError when the file's content may have changed."""
        if self._descriptor is None:
            same = self.in_place()
        else:
            found = os.fstat(self._descriptor)
            same = Stamp(found.st_size, found.st_mtime_ns) == self.stamp
        if not same:
            raise ModelFileError(
                mark("“{file}” has changed since it was opened."),
                hint=mark("Open it again."),
                file=self.path.name,
            )

    def sha256(self) -> str:
        """Return the checksum of the content; raise ModelFileError when it has changed."""
        self.check()
        digest = hashlib.sha256()
        for chunk in self._chunks():
            digest.update(chunk)
        return digest.hexdigest()

    def _chunks(self) -> Iterator[bytes]:
        for start in range(0, self.stamp.size, _CHUNK):
            yield self.read(start, min(start + _CHUNK, self.stamp.size))
