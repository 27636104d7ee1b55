"""Which figures there are of what is on screen, and one of them on the clipboard."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from PIL import Image
from PySide6.QtCore import QByteArray, QMimeData

from gui import clipboard
from gui.state import RowLimits, Shown
from gui.views.qimages import to_qimage
from models.compare_senses import Curves
from models.counting import WHOLE_LAYER
from models.figure import FigureRequest, draw, png_bytes
from models.figure.beside import Beside
from models.links import MOST_TOKENS
from models.scales import PAINTED
from models.settings import HEATMAP, FigureTheme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.outputs import Output
    from models.outputs.layered import Layered

_LOGARITHMIC: Final = frozenset(
    {"layers", "compare", "row", "overlay", "atlas"}
)  # rows that follow the row's own choice

CHOSEN: Final = "chosen"  # the atlas of a set of heads alone
_ATLAS_LIMITS: Final[dict[str, RowLimits]] = {
    "": "row", "all": "row", "layer": "row", "fixed": "fixed", "log": "log",
}  # fmt: skip


def request_for(
    shown: Shown,
    view: str,
    *,
    scale: float = 2.0,
    theme: FigureTheme = "light",
    over: Layered | None = None,
    beside: Beside | Curves | None = None,
) -> FigureRequest:
    """Return the figure of what is on screen: same layer, heads, token, colours and limits.

    ``over`` is the map of an output that lies over the photo, for the view "map"; ``beside`` is
    what is compared, for the view "compare", or the curves of a word, for the view "senses".
    """
    state, image = shown.state, shown.record.encoded.grid is not None
    alone, view = view == CHOSEN, "atlas" if view == CHOSEN else view
    if view == "atlas" and state.measure in WHOLE_LAYER:  # as the window shows the heads then
        state = replace(state, measure="weight")
    if view in {"map", "senses"}:  # of an output or of states, whatever counts as attention
        state = replace(state, measure="weight", direction="from", hide_special=False)
    if view == "atlas":  # has a scale of its own
        state = replace(state, row_limits=_ATLAS_LIMITS[state.atlas_scale])
    of_map = view in {"heatmap", "lines"} or (view == "compare" and not image)
    fixed = state.map_limits if of_map else state.row_limits
    painted = fixed in PAINTED and (of_map or (fixed == "log" and view in _LOGARITHMIC))
    return FigureRequest(
        view=view,  # type: ignore[arg-type]
        layer=state.layer,
        heads=() if shown.all_heads else shown.heads,
        token=_of_maps(shown) if view == "atlas" and image else shown.token,
        key=state.key,
        colour_map=state.colour_map,
        high=1.0 if fixed == "fixed" or (view == "atlas" and fixed == "log") else None,
        scale=scale,
        opacity=state.opacity,
        smooth=state.smooth,
        theme=theme,
        measure=state.measure,
        direction=state.direction,
        hide_special=state.hide_special,
        guarded=state.guarded,
        limits=fixed if painted else "view",
        drawn=over if view == "map" else None,
        beside=beside if isinstance(beside, Beside) and view == "compare" else None,
        curves=beside if isinstance(beside, Curves) and view == "senses" else None,
        marked=_marked(shown) if view == "atlas" else (),
        alone=alone,
        by_layer={"all": False, "layer": True}.get(state.atlas_scale),
        words=state.words and shown.record.encoded.modality == "text",
    )


def _of_maps(shown: Shown) -> int | None:
    """Return the token whose maps the small pictures of a photo are, as the window shows them."""
    return shown.state.pinned if shown.state.atlas_pinned else None


def _marked(shown: Shown) -> tuple[tuple[int, int], ...]:
    """Return the heads of several layers that are chosen together; none where one layer's are."""
    found = shown.head_set
    return tuple(sorted(found)) if len({layer for layer, _ in found}) > 1 else ()


def views_of(
    shown: Shown, over: Layered | None = None, beside: Beside | Curves | None = None
) -> tuple[str, ...]:
    """Return which figures there are: a row needs a token, an overlay a photo as well.

    That of a comparison or of a word's senses follows the heatmap; with a map ``over`` the photo,
    its own comes last.
    """
    heads = ("atlas",) if beside is None else (_view_beside(beside), "atlas")
    if len(shown.head_set) > 1 and (_marked(shown) or not shown.all_heads):
        heads = (*heads, CHOSEN)
    lines = ("lines",) if _has_lines(shown) else ()
    laid = () if over is None else ("map",)
    if shown.token is None:
        return ("heatmap", *heads, *lines, *laid)
    rows = ("row", "overlay") if shown.record.encoded.grid else ("row",)
    return ("heatmap", *heads, *lines, "layers", *rows, *laid)


def _view_beside(beside: Beside | Curves) -> str:
    return "senses" if isinstance(beside, Curves) else "compare"


def laid_over(shown: Shown, outputs: Sequence[Output]) -> Layered | None:
    """Return the map of ``outputs`` that lies over the photo on screen; None for the row."""
    state = shown.state
    if not state.overlay or shown.record.encoded.photo is None:
        return None
    from models.outputs.layered import layered  # noqa: PLC0415  # not at start-up

    encoded = shown.record.encoded
    return layered(outputs, encoded, key=state.overlay, channel=state.channel, token=shown.token)


def _has_lines(shown: Shown) -> bool:
    encoded = shown.record.encoded
    few = shown.token is not None or len(encoded.visible) <= MOST_TOKENS
    return encoded.modality == "text" and few


def front_of(
    shown: Shown, over: Layered | None = None, beside: Beside | Curves | None = None
) -> str:
    """Return the figure of the map's page in front; where that is the heatmap, a map ``over``."""
    if over is not None and shown.state.page == HEATMAP:
        return "map"
    page = {"heads": "atlas"}.get(shown.state.page, shown.state.page)
    if page == "compare" and beside is not None:
        page = _view_beside(beside)
    return page if page in views_of(shown, beside=beside) else "heatmap"


def copy_figure(
    shown: Shown, over: Layered | None = None, beside: Beside | Curves | None = None
) -> FigureRequest:
    """Copy what is in front: what lies over a photo, the row of a text, else the heatmap."""
    view = front_of(shown, over, beside)
    if view == "heatmap" and shown.token is not None:
        view = views_of(shown)[-1]
    request = request_for(shown, view, over=over, beside=beside)
    image = draw(shown.record, request)
    to_clipboard(image, png_bytes(image, shown.record, request))
    return request


def to_clipboard(image: Image.Image, png: bytes) -> None:
    """Put a figure on the clipboard: as a picture, and as the PNG that carries its origin."""
    mime = QMimeData()
    mime.setImageData(to_qimage(image))
    mime.setData("image/png", QByteArray(png))
    clipboard.put(mime)
