"""``main.py figure --view compare --with [KIND=]VALUE``: what stands beside, run and compared."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from models.api import Model
from models.compare import Comparison, Side
from models.compare_other import Other, Others, kind_and_value
from models.counting import Asked
from models.errors import InputError
from models.figure.beside import Beside
from models.figure.request import FigureRequest
from models.figure.words import side_name
from models.i18n import mark
from models.ranges import HEAD, LAYER, inside
from models.record import Record
from models.windowed import spread


def with_beside(
    written: str | None, request: FigureRequest, model: Model, record: Record
) -> FigureRequest:
    """Return ``request`` with what ``written`` puts beside ``record``, which ``model`` ran.

    Raises InputError for what cannot stand beside, and what opening and running raise.
    """
    if written is None:
        return request
    inside(request.layer, len(record.layers), what=LAYER)
    side = Side(record, request.layer, request.heads)
    other = _other(written, record, request.layer)
    asked = Asked(
        request.measure, hide_special=request.hide_special, guarded=request.guarded
    ).fitted
    others = Others()
    found = others.comparison(side, model, other, asked=asked)
    found = others.checked(found, model, other, asked=asked)
    return replace(request, beside=Beside(found, _names(found, other)))


def _other(written: str, record: Record, layer: int) -> Other:
    image = record.encoded.modality == "image"
    kind, value = kind_and_value(written, plain="photo" if image else "text")
    if kind == "text" and image:
        raise InputError(
            mark("A photo is on side A, so a text cannot stand beside it."),
            hint=mark("Write photo=FILE, head=H, layer=L or model=MODEL."),
        )
    if kind == "photo" and not image:
        raise InputError(
            mark("A text is on side A, so a photo cannot stand beside it."),
            hint=mark("Write the other text, head=H, layer=L or model=MODEL."),
        )
    if kind == "text":
        return Other("text", text=value)
    if kind in {"photo", "model"}:
        return Other(kind, text=Path(value).name, place=value)
    what, count = LAYER, len(record.layers)
    if kind == "head":
        what, count = HEAD, spread(record.layers[layer]).heads
    digits = value.strip().upper().removeprefix("H" if kind == "head" else "L")
    number = int(digits) - 1 if digits.isascii() and digits.isdigit() else -1
    return Other(kind, number=inside(number, count, what=what))


def _names(found: Comparison, other: Other) -> tuple[str, str]:
    """Return what tells the sides apart."""
    sides = (found.a, found.b)
    if other.kind in {"head", "layer"}:
        return side_name(sides[0]), side_name(sides[1])
    if other.kind == "model":
        return sides[0].record.provenance.model, sides[1].record.provenance.model
    encoded = [side.record.encoded for side in sides]
    one, two = (x.text or x.photo_name for x in encoded)
    return one, two or other.text
