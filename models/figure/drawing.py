"""From a record and a request to a picture, by way of a page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Final

from PIL import Image

from models.figure import (
    atlas,
    chosen,
    compared,
    heatmap,
    layers,
    lines,
    mapped,
    picture,
    row,
    senses,
)
from models.figure.page import Page
from models.figure.request import FigureRequest, Subject, fit
from models.record import Record

_VIEWS: Final[Mapping[str, Callable[[Subject], Page]]] = MappingProxyType(
    {
        "heatmap": heatmap.page,
        "row": row.page,
        "overlay": partial(picture.page, photo=True),
        "atlas": atlas.page,
        "lines": lines.page,
        "layers": layers.page,
        "compare": compared.page,
        "senses": senses.page,
        "map": mapped.page,
    }
)


def lay_out(record: Record, request: FigureRequest) -> Page:
    """Return the figure as a page; raise InputError when ``request`` does not fit ``record``."""
    subject = fit(record, request)
    if request.view == "atlas" and request.alone:
        return chosen.page(subject)
    return _VIEWS[request.view](subject)


def draw(record: Record, request: FigureRequest) -> Image.Image:
    """Return the figure as an RGB picture; raise InputError when it cannot be drawn."""
    return lay_out(record, request).draw(scale=request.scale)
