"""What of a figure's request fits no record: refused in one sentence, before anything is drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from models import colour
from models.counting import DIRECTIONS, MEASURES, WHOLE_LAYER
from models.errors import InputError
from models.i18n import mark
from models.record import Record
from models.scales import MAP_LIMITS
from models.settings import FIGURE_THEMES, FIGURE_VIEWS

if TYPE_CHECKING:
    from models.figure.request import FigureRequest

SCALES: Final = (1.0, 4.0)


def check_input(record: Record, request: FigureRequest) -> None:
    """Raise InputError where the view needs what ``record`` or ``request`` does not have."""
    _check_map(record, request)
    if request.view == "overlay" and (record.encoded.photo is None or record.encoded.grid is None):
        raise InputError(
            mark("An overlay needs a photo, and this input has none."),
            hint=mark("Choose the heatmap or the row."),
        )
    if request.view == "compare" and request.beside is None:
        raise InputError(
            mark("There is nothing to compare with."),
            hint=mark("Say what stands beside: a text, a photo, a head, a layer or a model."),
        )
    if request.view == "senses" and request.curves is None:
        raise InputError(
            mark("No word was followed through the layers."),
            hint=mark("Choose a word with bundled senses: see docs/comparing.md."),
        )


def _check_map(record: Record, request: FigureRequest) -> None:
    """Raise InputError for a map of an output without one, or without a photo to lie over."""
    if request.view == "map" and (request.drawn is None or record.encoded.photo is None):
        raise InputError(
            mark("No output of the model lies over a photo here."),
            hint=mark("Choose another view; “outputs” says what the model gives."),
        )


def check_heads(request: FigureRequest) -> None:
    """Raise InputError where every head is to be drawn by what knows no heads, or none of them."""
    if request.view == "atlas" and request.alone and not (request.marked or request.heads):
        raise InputError(
            mark("No head was chosen to be drawn alone."),
            hint=mark("Name heads: --mark L3H7,L9H1."),
        )
    if request.view == "atlas" and request.limits == "row":
        raise InputError(
            mark("Small pictures of heads have no scale for each row."),
            hint=mark("Choose one of: view, fixed, log."),
        )
    if request.view == "atlas" and request.measure in WHOLE_LAYER:
        raise InputError(
            mark("“{measure}” is of a whole layer and knows no single heads."),
            hint=mark("Choose another measure for the figure of every head."),
            measure=request.measure,
        )


_VIEW: Final = mark("There is no view “{chosen}”. Choose one of: {known}.")
_THEME: Final = mark("There is no theme “{chosen}”. Choose one of: {known}.")
_COLOUR_MAP: Final = mark("There is no colour map “{chosen}”. Choose one of: {known}.")
_MEASURE: Final = mark("There is no measure “{chosen}”. Choose one of: {known}.")
_LIMITS: Final = mark("There is no scale “{chosen}”. Choose one of: {known}.")
_DIRECTION: Final = mark("There is no direction “{chosen}”. Choose one of: {known}.")
_SCALE: Final = mark("The scale must be from {least} to {most}, not {value}.")
_OPACITY: Final = mark("The opacity must be from 0 to 1, not {value}.")


def check_choices(request: FigureRequest) -> None:
    """Raise InputError for a choice or a number that no figure has."""
    choices = (
        (request.view, FIGURE_VIEWS, _VIEW),
        (request.theme, FIGURE_THEMES, _THEME),
        (request.measure, MEASURES, _MEASURE),
        (request.direction, DIRECTIONS, _DIRECTION),
        (request.limits, MAP_LIMITS, _LIMITS),
        (request.colour_map, (*colour.SEQUENTIAL, colour.DIVERGING), _COLOUR_MAP),
    )
    for chosen, known, message in choices:
        if chosen not in known:
            raise InputError(message, chosen=chosen, known=", ".join(known))
    least, most = SCALES
    if not least <= request.scale <= most:
        raise InputError(_SCALE, value=f"{request.scale:g}", least=f"{least:g}", most=f"{most:g}")
    if not 0.0 <= request.opacity <= 1.0:
        raise InputError(_OPACITY, value=f"{request.opacity:g}")
    _check_limits(request.low, request.high)


def _check_limits(low: float, high: float | None) -> None:
    if np.isfinite(low) and (high is None or (np.isfinite(high) and high > low)):
        return
    raise InputError(mark("The upper limit of the colours must be above the lower one."))
