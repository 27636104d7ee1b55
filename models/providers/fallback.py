"""When a provider fails, the CPU takes over once, and says so; how far the two are apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from textwrap import shorten
from typing import TYPE_CHECKING, Final

import numpy as np

from models.differences import bound
from models.encoded import Array, Notice
from models.errors import MiranteError, ModelFileError, RunError
from models.i18n import mark
from models.providers.candidates import title_of
from models.providers.options import CPU
from models.record import Layer
from models.runtime import Cancel, RuntimeOptions

if TYPE_CHECKING:
    from models.tapped import Capture, TappedModel

FAILURES: Final = (RunError, ModelFileError)
STRAYING: Final = 1e-2
_LONGEST: Final = 200


def open_somewhere(
    path: Path, *, options: RuntimeOptions, cancel: Cancel | None
) -> tuple[TappedModel, Notice | None]:
    """Open a model on the provider of ``options``, or else on the CPU with a notice that says so.

    Raises what ``TappedModel.open`` raises when the CPU cannot open it either.
    """
    from models.tapped import TappedModel  # noqa: PLC0415  # loads onnx, only wanted now

    try:
        tapped = TappedModel.open(path, options=options, cancel=cancel)
    except FAILURES as error:
        if options.provider == CPU:
            raise
        spare = replace(options, provider=CPU)
        return TappedModel.open(path, options=spare, cancel=cancel), lost(options.provider, error)
    return tapped, _untaken(tapped, options.provider)


def move_somewhere(
    tapped: TappedModel, provider: str, *, cancel: Cancel | None
) -> tuple[TappedModel, Notice | None]:
    """Return an opened model on ``provider``, or else on the CPU with a notice that says so."""
    try:
        moved = tapped.on(provider, cancel=cancel)
    except FAILURES as error:
        if provider == CPU:
            raise
        return tapped.on(CPU, cancel=cancel), lost(provider, error)
    return moved, _untaken(moved, provider)


def _untaken(tapped: TappedModel, provider: str) -> Notice | None:
    if tapped.provider == provider:
        return None
    message = mark("{provider} takes none of this model's operators: it runs on the CPU.")
    return Notice(message, {"provider": title_of(provider)})


def straying(provider: str, difference: float | None) -> Notice | None:
    """Return a warning when a provider is further from the CPU than rounding explains."""
    if difference is None or difference <= STRAYING:
        return None
    message = mark("{provider} computes this model differently from the CPU, by up to {worst}.")
    return Notice(message, {"provider": title_of(provider), "worst": bound(difference)})


def capture_somewhere(
    tapped: TappedModel,
    feeds: Mapping[str, Array],
    *,
    layers: Sequence[int] | None,
    cancel: Cancel | None,
) -> tuple[Capture, TappedModel, Notice | None]:
    """Run once; where a provider other than the CPU fails, run on the CPU and say so.

    Returns the model to go on with: the given one, or its like on the CPU. When the CPU fails
    too, the input is at fault and its error is raised.
    """
    try:
        return tapped.capture(feeds, layers=layers, cancel=cancel), tapped, None
    except FAILURES as error:
        if tapped.provider == CPU:
            raise
        spare = tapped.on(CPU, cancel=cancel)
        capture = spare.capture(feeds, layers=layers, cancel=cancel)
        return capture, spare, lost(tapped.provider, error)


def lost(provider: str, error: MiranteError) -> Notice:
    """Return the sentence that tells a person that the CPU has taken over."""
    cause = " ".join((error.details or str(error)).split())
    message = mark("{provider} failed ({cause}). The model runs on the CPU now.")
    return Notice(
        message,
        {"provider": title_of(provider), "cause": shorten(cause, _LONGEST, placeholder=" …")},
    )


def difference_from_cpu(
    tapped: TappedModel, feeds: Mapping[str, Array], *, cancel: Cancel | None
) -> float | None:
    """Return how far a run is from the same run on the CPU; None when it is on the CPU already."""
    if tapped.provider == CPU:
        return None
    here = tapped.capture(feeds, cancel=cancel)
    there = tapped.on(CPU, cancel=cancel).capture(feeds, cancel=cancel)
    return difference(here, there)


def difference(one: Capture, other: Capture) -> float:
    """Return the largest absolute difference over queries, keys, values and outputs.

    A number on one side against none on the other is infinitely far.
    """
    return max((_apart(a, b) for a, b in _pairs(one, other)), default=0.0)


def _pairs(one: Capture, other: Capture) -> Iterator[tuple[Array, Array]]:
    for mine, theirs in zip(one.layers, other.layers, strict=True):
        yield from zip(_tensors(mine), _tensors(theirs), strict=True)
    for name, mine_too in one.outputs.items():
        yield np.asarray(mine_too), np.asarray(other.outputs[name])


def _tensors(layer: Layer) -> tuple[Array, Array, Array]:
    return layer.query, layer.key, layer.value


def _apart(one: Array, other: Array) -> float:
    if one.shape != other.shape:
        return float("inf")
    if one.dtype.kind not in "fiub" or not one.size:
        return 0.0 if np.array_equal(one, other) else float("inf")
    if np.array_equal(one, other, equal_nan=one.dtype.kind == "f"):
        return 0.0
    a, b = one.astype(np.float64), other.astype(np.float64)
    same = (a == b) | (np.isnan(a) & np.isnan(b))
    with np.errstate(invalid="ignore"):
        apart = np.where(same, 0.0, np.abs(a - b))
    return float(np.nan_to_num(apart, nan=np.inf, posinf=np.inf).max())
