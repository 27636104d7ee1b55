"""Telling a model file from everything else that carries its name."""

from __future__ import annotations

import mmap
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from models.errors import ModelFileError
from models.i18n import mark

_LARGEST = 2**31 - 1
_MAPPED_FROM = 2**23
_HEAD = 512
_GENERIC = mark("Choose a file that was exported to ONNX.")
_EXPORT = mark("Export the model to ONNX, for example with “optimum-cli export onnx”.")

# How a file of another kind begins, what to call it, and what to do.
_MAGIC = (
    (
        b"version https://git-lfs",
        mark("“{file}” is a Git LFS pointer, not the model itself."),
        mark("Run “git lfs pull” in its folder, or download the file itself."),
    ),
    (
        b"PK\x03\x04",
        mark("“{file}” is a ZIP archive (or a PyTorch checkpoint), not ONNX."),
        _EXPORT,
    ),
    (b"\x80\x02", mark("“{file}” is a Python pickle (a PyTorch checkpoint), not ONNX."), _EXPORT),
    (b"\x80\x03", mark("“{file}” is a Python pickle (a PyTorch checkpoint), not ONNX."), _EXPORT),
    (b"\x80\x04", mark("“{file}” is a Python pickle (a PyTorch checkpoint), not ONNX."), _EXPORT),
    (b"\x80\x05", mark("“{file}” is a Python pickle (a PyTorch checkpoint), not ONNX."), _EXPORT),
    (b"\x89HDF", mark("“{file}” is an HDF5 (Keras) file, not ONNX."), _EXPORT),
    (b"GGUF", mark("“{file}” is a GGUF file, not ONNX."), _EXPORT),
    (b"ORTM", mark("“{file}” is in ONNX Runtime's own ORT format, not ONNX."), _GENERIC),
    (b"\x1f\x8b", mark("“{file}” is compressed with gzip."), mark("Unpack it first.")),
    (b"\x89PNG", mark("“{file}” is a picture, not a model."), _GENERIC),
    (b"\xff\xd8\xff", mark("“{file}” is a picture, not a model."), _GENERIC),
    (b"GIF8", mark("“{file}” is a picture, not a model."), _GENERIC),
    (b"RIFF", mark("“{file}” is a picture or a sound, not a model."), _GENERIC),
    (b"%PDF", mark("“{file}” is a PDF document, not a model."), _GENERIC),
)


@dataclass(frozen=True, slots=True)
class Stamp:
    """What changes when a file is written again: its size and the time of the last change."""

    size: int
    changed: int


@contextmanager
def opened(path: Path) -> Iterator[tuple[bytes | mmap.mmap, Stamp]]:
    """Give the content of the model file at ``path``, large ones mapped for as long as needed.

    Raises ModelFileError for anything that is not a regular, readable, non-empty file: it is
    looked at before it is opened, so that a pipe or a device is never waited for.
    """
    stamp = stamp_of(path)
    if stamp.size == 0:
        raise ModelFileError(
            mark("“{file}” is empty."), hint=mark("Download it again."), file=path.name
        )
    try:
        if stamp.size <= _MAPPED_FROM:
            yield path.read_bytes(), stamp
            return
        with path.open("rb") as file:
            if stamp.size > _LARGEST:
                raise _too_large(path, file.read(_HEAD))
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
                yield content, stamp
    except OSError as error:
        raise _unreadable(path, error) from error


def _too_large(path: Path, head: bytes) -> ModelFileError:
    return _other_kind(path, head, details="") or ModelFileError(
        mark("“{file}” is larger than 2 GB, which one ONNX file cannot be."),
        hint=mark("Export it with its weights in a second file (external data)."),
        file=path.name,
    )


def stamp_of(path: Path) -> Stamp:
    """Return what tells whether the file at ``path`` was written again.

    Raises ModelFileError when there is no such regular file.
    """
    try:
        found = path.stat()
    except FileNotFoundError as error:
        raise ModelFileError(
            mark("There is no file “{file}”."),
            hint=mark("It may have been moved, renamed or deleted."),
            details=str(error),
            file=path.name,
        ) from error
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    if not stat.S_ISREG(found.st_mode):
        kind = mark("“{file}” is a folder, not a model file.")
        other = mark("“{file}” is a device or a pipe, not a model file.")
        message = kind if stat.S_ISDIR(found.st_mode) else other
        raise ModelFileError(message, hint=_GENERIC, file=path.name)
    return Stamp(found.st_size, found.st_mtime_ns)


def _unreadable(path: Path, error: Exception) -> ModelFileError:
    return ModelFileError(
        mark("“{file}” cannot be read."),
        hint=mark("Check that you are allowed to read it."),
        details=str(error),
        file=path.name,
    )


def not_a_model(path: Path, content: bytes | mmap.mmap, *, details: str) -> ModelFileError:
    """Return the error that says what the file is instead of a model, as far as can be told."""
    return _other_kind(path, content[:_HEAD], details=details) or ModelFileError(
        mark("“{file}” is incomplete, or not an ONNX model ({size} bytes)."),
        hint=mark("Download it again, or choose a file that was exported to ONNX."),
        details=details,
        file=path.name,
        size=len(content),
    )


def _other_kind(path: Path, head: bytes, *, details: str) -> ModelFileError | None:
    for magic, message, hint in _MAGIC:
        if head.startswith(magic):
            return ModelFileError(message, hint=hint, details=details, file=path.name)
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith((b"<!doctype", b"<html", b"<?xml", b"<head", b"<body", b"<svg")):
        message = mark("“{file}” is a web page or XML, not a model.")
        hint = mark("The download link led to a page: download the file itself.")
        return ModelFileError(message, hint=hint, details=details, file=path.name)
    if _looks_like_safetensors(head):
        message = mark("“{file}” is a safetensors checkpoint, not ONNX.")
        return ModelFileError(message, hint=_EXPORT, details=details, file=path.name)
    return None


def _looks_like_safetensors(head: bytes) -> bool:
    return head[8:9] == b"{" and int.from_bytes(head[:8], "little") < _LARGEST
