"""What a drop or a paste holds: a photo, a model, a sentence, or nothing we can use."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from PySide6.QtCore import QBuffer, QIODevice, QMimeData
from PySide6.QtGui import QImage

from models.hub.reference import hub_reference, is_address

MODEL_ENDINGS: Final = {".onnx", ".ort"}
LESSON_ENDING: Final = ".toml"


@dataclass(frozen=True, slots=True)
class Dropped:
    """One usable thing. ``ignored`` counts the rest; ``remote``: it was a web address."""

    kind: Literal["photo", "model", "hub", "text", "lesson", "nothing"]
    path: Path | None = None
    data: bytes = b""
    text: str = ""
    ignored: int = 0
    remote: bool = False


def read(mime: QMimeData) -> Dropped:
    """Return the first usable thing in ``mime``; files win over pixels, pixels over words."""
    urls = mime.urls()
    files = [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
    if files:
        return Dropped(_kind_of(files[0]), path=files[0], ignored=len(urls) - 1)
    if mime.hasImage():
        return Dropped("photo", data=_png(QImage(mime.imageData())))
    address = urls[0].toString() if urls else mime.text().strip()
    if is_address(address) and hub_reference(address) is not None:
        return Dropped("hub", text=address)
    if urls:
        return Dropped("nothing", remote=True)
    if mime.hasText() and mime.text().strip():
        return Dropped("text", text=mime.text())
    return Dropped("nothing")


def _kind_of(file: Path) -> Literal["photo", "model", "lesson"]:
    ending = file.suffix.lower()
    if ending == LESSON_ENDING:
        return "lesson"
    return "model" if file.is_dir() or ending in MODEL_ENDINGS else "photo"


def usable(mime: QMimeData) -> bool:
    """Whether a drag may be dropped here; refusing later explains more than a dead cursor."""
    return mime.hasUrls() or mime.hasImage() or mime.hasText()


def _png(image: QImage) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]  # the stubs miss this overload
    return bytes(buffer.data().data())
