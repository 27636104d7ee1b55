"""Which figures there are of what is on screen, and one of them on the clipboard."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from PIL import Image
from PySide6.QtCore import QByteArray, QMimeData

from gui import clipboard
from gui.state import Shown
from gui.views.qimages import to_qimage
from models.counting import WHOLE_LAYER
from models.figure import FigureRequest, draw, png_bytes
from models.figure.request import ThemeName
from models.i18n import mark
from models.links import MOST_TOKENS
from models.scales import PAINTED

NOT_THE_MAP: Final = mark(
    "The figure is of the attention row: the map of an output that lies over the photo on screen "
    "cannot be exported yet."
)


def request_for(
    shown: Shown, view: str, *, scale: float = 2.0, theme: ThemeName = "light"
) -> FigureRequest:
    """Return the figure of what is on screen: same layer, heads, token, colours and limits."""
    state = shown.state
    if view == "atlas" and state.measure in WHOLE_LAYER:  # as the window shows the heads then
        state = replace(state, measure="weight")
    fixed = state.map_limits if view == "heatmap" else state.row_limits
    painted = view == "heatmap" and state.map_limits in PAINTED
    return FigureRequest(
        view=view,  # type: ignore[arg-type]
        layer=state.layer,
        heads=() if shown.all_heads else shown.heads,
        token=shown.token,
        key=state.key,
        colour_map=state.colour_map,
        high=1.0 if fixed == "fixed" else None,
        scale=scale,
        opacity=state.opacity,
        smooth=state.smooth,
        theme=theme,
        measure=state.measure,
        direction=state.direction,
        hide_special=state.hide_special,
        guarded=state.guarded,
        limits=state.map_limits if painted else "view",
        words=state.words and shown.record.encoded.modality == "text",
    )


def views_of(shown: Shown) -> tuple[str, ...]:
    """Return which figures there are: a row needs a token, an overlay a photo as well."""
    lines = ("lines",) if _has_lines(shown) else ()
    if shown.token is None:
        return ("heatmap", "atlas", *lines)
    rows = ("row", "overlay") if shown.record.encoded.grid else ("row",)
    return ("heatmap", "atlas", *lines, "layers", *rows)


def _has_lines(shown: Shown) -> bool:
    encoded = shown.record.encoded
    few = shown.token is not None or len(encoded.visible) <= MOST_TOKENS
    return encoded.modality == "text" and few


def front_of(shown: Shown) -> str:
    """Return the figure of the map's page in front, the heatmap where that has none."""
    page = {"heads": "atlas"}.get(shown.state.page, shown.state.page)
    return page if page in views_of(shown) else "heatmap"


def copy_figure(shown: Shown) -> FigureRequest:
    """Copy what is in front: the overlay of a photo, the row of a text, else the heatmap."""
    view = front_of(shown)
    if view == "heatmap" and shown.token is not None:
        view = views_of(shown)[-1]
    request = replace(request_for(shown, view), scale=2.0)
    image = draw(shown.record, request)
    to_clipboard(image, png_bytes(image, shown.record, request))
    return request


def to_clipboard(image: Image.Image, png: bytes) -> None:
    """Put a figure on the clipboard: as a picture, and as the PNG that carries its origin."""
    mime = QMimeData()
    mime.setImageData(to_qimage(image))
    mime.setData("image/png", QByteArray(png))
    clipboard.put(mime)
