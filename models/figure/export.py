"""A figure as PNG bytes and as a file that is either whole or not there."""

from __future__ import annotations

import errno
import io
import os
import re
import secrets
import unicodedata
from pathlib import Path
from typing import Final

from PIL import Image

from models.errors import ExportError
from models.figure.metadata import png_info
from models.figure.request import FigureRequest, Subject, fit
from models.figure.style import DOTS_PER_INCH
from models.i18n import mark
from models.record import Record

_LONGEST_NAME: Final = 100
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_FORBIDDEN: Final = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_BAD_NAME: Final = frozenset({errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ})


def png_bytes(image: Image.Image, record: Record, request: FigureRequest) -> bytes:
    """Return ``image`` as a PNG with its text fields and its resolution; no date, no path.

    Raise InputError when ``request`` does not fit ``record``.
    """
    dots = DOTS_PER_INCH * request.scale
    subject = fit(record, request)
    written = io.BytesIO()
    image.save(written, "PNG", pnginfo=png_info(subject), dpi=(dots, dots), compress_level=6)
    return written.getvalue()


def save(
    image: Image.Image,
    record: Record,
    request: FigureRequest,
    path: str | os.PathLike[str],
) -> None:
    """Write ``image`` as a PNG at ``path``: whole, or not at all and what was there stays.

    Raise ExportError with one sentence when it cannot be written.
    """
    data = png_bytes(image, record, request)
    try:
        target = _target(path)
        temporary = target.with_name(f".mirante-{secrets.token_hex(6)}.tmp")
        try:
            with temporary.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, target)  # noqa: PTH105  # the one whose atomicity is documented
        finally:
            temporary.unlink(missing_ok=True)
    except (OSError, ValueError) as error:  # ValueError: a zero byte or a lone surrogate
        raise _failure(error, Path(path)) from error


def _target(path: str | os.PathLike[str]) -> Path:
    """Return where the file really goes, behind links; raise for what cannot be one."""
    if Path(path).suffix.lower() != ".png":
        raise ExportError(
            mark("A figure is saved as PNG, and “{name}” does not end in .png."),
            hint=mark("Choose a name that ends in .png."),
            name=Path(path).name,
        )
    target = Path(path).resolve()
    if target.exists():
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(target))
        if not os.access(target, os.W_OK):  # replacing asks the folder only
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(target))
    return target


def _failure(error: OSError | ValueError, path: Path) -> ExportError:
    """Return the sentence for what went wrong."""
    folder, number = str(path.parent), error.errno if isinstance(error, OSError) else None
    message, hint = mark("The figure could not be saved as “{name}”."), mark("Try another name.")
    if number in _FULL:
        message = mark("The disk that holds “{folder}” is full; the figure was not saved.")
        hint = mark("Make room or choose another folder.")
    elif number in _FORBIDDEN:
        message = mark("“{name}” may not be written in “{folder}”.")
        hint = mark("Choose another folder.")
    elif number == errno.EISDIR:
        message = mark("“{name}” is a folder, so the figure cannot be saved under that name.")
    elif number in {errno.ENOENT, errno.ENOTDIR}:
        message = mark("There is no folder “{folder}”; the figure was not saved.")
        hint = mark("Choose a folder that exists.")
    elif number in _BAD_NAME or isinstance(error, ValueError):
        message = mark("“{name}” cannot be the name of a file here.")
    name = path.name.encode("utf-8", "replace").decode()
    return ExportError(message, hint=hint, details=str(error), name=name, folder=folder)


def propose_name(record: Record, request: FigureRequest) -> str:
    """Return a file name for the figure: ASCII, no reserved name, at most 100 characters.

    For instance ``mirante_multilingual-e5-small_L12_H3_gato_row.png``.
    """
    subject = fit(record, request)
    model = _safe(record.provenance.model, longest=40) or "model"
    if request.view == "atlas":
        which = "chosen-heads" if request.alone else "every-head"
        return "_".join(("mirante", model, which, *_token(subject), "atlas")) + ".png"
    if request.view == "map":
        drawn = subject.drawn
        channel = () if drawn.channel is None else (f"channel{drawn.channel}",)
        output = _safe(drawn.key, longest=30) or "output"
        return "_".join(("mirante", model, output, *channel, "map")) + ".png"
    if request.view == "layers":
        named = ("mirante", model, "every-layer", _heads(subject), *_token(subject), "layers")
        return "_".join(named) + ".png"
    if request.view == "senses":
        word = _safe(subject.curves.senses.word, longest=20) or "word"
        return f"mirante_{model}_{word}_senses.png"
    if request.view == "compare":
        found = subject.beside.comparison
        sides = [f"L{side.layer + 1}" for side in (found.a, found.b)]
        return "_".join(("mirante", model, *sides, _heads(subject), "compare")) + ".png"
    middle = [f"L{subject.layer.index + 1}", _heads(subject), *_token(subject), request.view]
    return "_".join(("mirante", model, *middle)) + ".png"


def _heads(subject: Subject) -> str:
    heads = subject.heads
    if len(heads) == subject.layer.heads and len(heads) > 1:
        return "mean"
    listed = "-".join(f"H{head + 1}" for head in heads)
    return listed if len(listed) <= 20 else f"mean-of-{len(heads)}"  # noqa: PLR2004  # readable


def _token(subject: Subject) -> list[str]:
    """Return the query's name, its position where nothing of the name is left."""
    if subject.request.view in {"heatmap", "atlas", "lines"} and subject.token is None:
        return []
    position = subject.query
    return [_safe(subject.tokens[position].label, longest=20) or f"token{position}"]


def _safe(text: str, *, longest: int) -> str:
    """Return ``text`` as ASCII letters, digits, points and hyphens, accents dropped."""
    if any(unicodedata.category(c) == "Lo" for c in text):
        return ""  # a script that would be cut to pieces
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Za-z0-9.]+", "-", plain).strip("-.")[:longest].strip("-.")
