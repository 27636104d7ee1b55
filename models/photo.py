"""Reading a picture file from anywhere, safely, into the upright RGB that a person sees."""

from __future__ import annotations

import io
import re
import stat
import struct
import warnings
from pathlib import Path
from typing import IO, Final, NamedTuple

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from models.encoded import Notice
from models.errors import ImageError
from models.i18n import mark, tr

# Everything else that Pillow knows stays out; EPS, for one, would start Ghostscript.
FORMATS: Final = ("PNG", "JPEG", "WEBP", "BMP", "GIF", "TIFF")
LARGEST_PIXELS: Final = 65_000_000  # a phone's 48, 50 (8192 × 6144) or 64 megapixels
_LARGEST_BYTES: Final = 500_000_000
_HEAD: Final = 64
_WIDE_MODES: Final = ("I", "F", "I;16", "I;16L", "I;16B", "I;16N")
_ALPHA_MODES: Final = ("RGBA", "LA", "PA", "RGBa", "La")
_DAMAGE: Final = (OSError, SyntaxError, ValueError, EOFError, struct.error, MemoryError)
_CONVERT: Final = mark("Save it as PNG or JPEG and open that.")
_RAW: Final = (".cr2", ".cr3", ".nef", ".arw", ".dng", ".raf", ".orf", ".rw2")

Source = str | Path | bytes | Image.Image


class Photo(NamedTuple):
    """An upright RGB picture with no transparency, and what was done to make it one."""

    image: Image.Image
    notices: tuple[Notice, ...]


def load_photo(source: Source) -> Photo:
    """Return the picture in a file, in the bytes of one, or in an open Pillow image.

    PNG, JPEG, WebP, BMP, GIF and TIFF are read. Raises ImageError for everything else, for damaged
    files, and for more than 65 megapixels, which are counted before anything is decoded.
    """
    if isinstance(source, Image.Image):
        return _finish(source)
    if isinstance(source, bytes):
        return _finish(_open(io.BytesIO(source), head=source[:_HEAD], name=tr("the picture")))
    path = Path(source)
    _check_file(path)
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
            file.seek(0)
            return _finish(_open(file, head=head, name=path.name))
    except PermissionError as error:
        raise _unreadable(path, error) from error


def _check_file(path: Path) -> None:
    try:
        found = path.stat()
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    if stat.S_ISDIR(found.st_mode):
        raise ImageError(
            mark("“{file}” is a folder, not a picture."),
            hint=mark("Choose one picture inside it."),
            file=path.name,
        )
    if not stat.S_ISREG(found.st_mode):
        raise ImageError(mark("“{file}” is a device or a pipe, not a picture."), file=path.name)
    if found.st_size > _LARGEST_BYTES:
        raise ImageError(
            mark("“{file}” is too large for a picture ({megabytes} MB)."),
            hint=_CONVERT,
            file=path.name,
            megabytes=found.st_size // 1_000_000,
        )


def _unreadable(path: Path, error: OSError | ValueError) -> ImageError:
    missing = isinstance(error, FileNotFoundError)
    return ImageError(
        mark("There is no picture “{file}”.") if missing else mark("“{file}” cannot be read."),
        hint=mark("Check the path and its permissions."),
        details=str(error),
        file=path.name[:200],
    )


def _open(file: IO[bytes], *, head: bytes, name: str) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # about broken metadata
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return Image.open(file, formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        counted = re.search(r"\d{6,}", str(error))
        raise _too_large(int(counted.group()) if counted else 2 * LARGEST_PIXELS) from error
    except UnidentifiedImageError as error:
        raise _not_a_picture(head, name=name) from error
    except _DAMAGE as error:
        raise _damaged(error, name=name) from error


def _too_large(pixels: int) -> ImageError:
    return ImageError(
        mark("The picture is too large: {megapixels} megapixels, and {limit} is the limit."),
        hint=mark("Make it smaller; the model sees far fewer pixels anyway."),
        megapixels=round(pixels / 1e6),
        limit=LARGEST_PIXELS // 1_000_000,
    )


def _damaged(error: BaseException, *, name: str) -> ImageError:
    return ImageError(
        mark("The picture is incomplete or damaged, so it was not opened."),
        hint=mark("Download or copy it again."),
        details=f"{name}: {type(error).__name__}: {error}",
    )


def _not_a_picture(head: bytes, *, name: str) -> ImageError:
    start, lower = head.lstrip().lower(), name.lower()
    sentence, hint = mark("“{file}” is not a picture that can be read."), _CONVERT
    if not head:
        sentence, hint = mark("“{file}” is empty."), mark("Download or copy it again.")
    elif head[4:12] in {b"ftypheic", b"ftypheix", b"ftypmif1", b"ftyphevc", b"ftypmsf1"}:
        sentence = mark("“{file}” is a HEIC photo, which cannot be read here.")
    elif head[4:12] in {b"ftypavif", b"ftypavis"}:
        sentence = mark("“{file}” is an AVIF picture, which cannot be read here.")
    elif b"<svg" in start or lower.endswith(".svg"):
        sentence = mark("“{file}” is a drawing (SVG), not a photo.")
    elif start.startswith((b"%pdf", b"%!ps")):
        sentence = mark("“{file}” is a document (PDF or PostScript), not a photo.")
    elif start.startswith((b"<!doctype", b"<html")):
        sentence = mark("“{file}” is a web page that was saved, not a picture.")
    elif lower.endswith(_RAW):
        sentence = mark("“{file}” is a camera's RAW file, which cannot be read here.")
    return ImageError(sentence, hint=hint, file=name)


def _finish(image: Image.Image) -> Photo:
    """Check, decode, turn upright, flatten: cheap checks before anything is decoded."""
    if image.format is not None and image.format not in (*FORMATS, "MPO"):
        raise ImageError(
            mark("Pictures in the format {format} are not read."),
            hint=_CONVERT,
            format=image.format,
        )
    width, height = image.size
    if width * height > LARGEST_PIXELS:
        raise _too_large(width * height)
    if not width * height:
        raise ImageError(mark("The picture has no pixels."), hint=_CONVERT)
    notices: list[Notice] = []
    try:
        if image.format in {"GIF", "WEBP", "TIFF", "PNG"} and getattr(image, "is_animated", False):
            notices.append(
                Notice(mark("The file holds several pictures; the first one was taken."))
            )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # about broken metadata
            image.load()
            flat = _flatten(_upright(image), notices)
    except _DAMAGE as error:
        raise _damaged(error, name=str(image.format)) from error
    return Photo(flat, tuple(notices))


def _upright(image: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(image)
    except _DAMAGE:  # broken EXIF says nothing about the pixels
        return image


def _flatten(image: Image.Image, notices: list[Notice]) -> Image.Image:
    if image.mode in _WIDE_MODES:
        return _stretched(image, notices)
    if image.mode in _ALPHA_MODES or "transparency" in image.info:
        layer = image.convert("RGBA")
        if layer.getchannel("A").getextrema() != (255, 255):
            notices.append(Notice(mark("The picture is partly transparent; it was put on white.")))
        white = Image.new("RGBA", layer.size, "white")
        return Image.alpha_composite(white, layer).convert("RGB")
    if image.mode == "CMYK":
        notices.append(Notice(mark("The picture is in print colours (CMYK); they were converted.")))
    return image.convert("RGB")


def _stretched(image: Image.Image, notices: list[Notice]) -> Image.Image:
    """Return 16-bit, 32-bit and float grey scaled from its own range to 0–255."""
    with np.errstate(invalid="ignore"):  # a float that is not a number may complain when widened
        values = np.asarray(image).astype(np.float64)
    finite = np.isfinite(values)
    low, high = (values[finite].min(), values[finite].max()) if finite.any() else (0.0, 0.0)
    span = high - low
    known = np.where(finite, values, low)
    grey = np.zeros(values.shape) if span == 0 else (known - low) / span * 255
    grey = np.where(finite, grey, 0)
    message = mark("The picture's values, {low} to {high}, were stretched to 0–255.")
    notices.append(Notice(message, {"low": f"{low:g}", "high": f"{high:g}"}))
    return Image.fromarray(np.rint(grey).astype(np.uint8)).convert("RGB")
