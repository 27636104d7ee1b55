"""How near our numbers are to the runtime's: one spelling and one rule for screen and figures.

Where one layer is shown it is that layer's own difference, and named; where all are, the worst.
"""

from __future__ import annotations

import math
from typing import Final

from models.i18n import language, tr
from models.record import Provenance

GOOD: Final = 1e-4  # what is further apart does not match
_PLAIN: Final = 1e-3  # from here on without a power of ten
_SUPERSCRIPTS: Final = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def localised(digits: str) -> str:
    """Return ``digits`` with the language's decimal mark: ``0,123`` in Portuguese."""
    return digits.replace(".", ",") if language() == "pt_BR" else digits


def scientific(value: float, *, digits: int) -> str:
    """Return ``value`` as ``3.8×10⁻⁶`` with ``digits`` significant digits."""
    return power_of_ten(localised(f"{value:.{digits - 1}e}")).replace("-", "−")


def power_of_ten(text: str) -> str:
    """Return a number as people write it: ``4.1e-07`` is ``4.1×10⁻⁷``; others stay.

    The one spelling of window, figures and reports; files of data keep the machine's.
    """
    mantissa, mark, exponent = text.partition("e")
    if not mark or not exponent.lstrip("+-").isdigit():
        return text
    return f"{mantissa}×10{str(int(exponent)).translate(_SUPERSCRIPTS)}"


def bound(value: float) -> str:
    """Return a difference rounded up to two digits, so that "matches to" stays true: 3.8×10⁻⁶."""
    if not math.isfinite(value):
        return tr("not a number")
    if value == 0.0:
        return "0"
    place = math.floor(math.log10(value)) - 1
    up = math.ceil(value / 10.0**place - 1e-9) * 10.0**place
    return localised(f"{up:.2g}") if _PLAIN <= up < 100 else scientific(up, digits=2)  # noqa: PLR2004  # two digits


def good(difference: float | None) -> bool:
    """Whether a difference is so small that the numbers match; false where there is none."""
    return difference is not None and difference <= GOOD


def of_layer(provenance: Provenance, index: int, *, direct: bool = False) -> str:
    """Return what the check says of one layer, counted from 0.

    ``direct`` tells that its weights are the runtime's own, where a runtime ran.
    """
    if direct and provenance.provider:  # else nothing ran, as in the playground
        return tr("weights as onnxruntime computed them")
    known = index < len(provenance.differences)
    difference = provenance.differences[index] if known else None
    if difference is None:
        return not_compared(provenance)
    if good(difference):
        said = tr("L{layer} matches onnxruntime to {difference}", **_named(index, difference))
    else:
        said = tr(
            "L{layer} differs from onnxruntime by up to {difference}", **_named(index, difference)
        )
    return _whereof(said, provenance)


def of_all(provenance: Provenance) -> str:
    """Return what the check says of all layers: the worst of them."""
    index = provenance.worst_layer
    worst = None if index is None else provenance.differences[index]
    if index is None or worst is None:
        return not_compared(provenance)
    if good(worst):
        said = tr(
            "matches onnxruntime to {difference} (worst layer: L{layer})", **_named(index, worst)
        )
    else:
        said = tr(
            "differs from onnxruntime by up to {difference} (worst layer: L{layer})",
            **_named(index, worst),
        )
    return _whereof(said, provenance)


def not_compared(provenance: Provenance) -> str:
    """Return why there is no difference to tell."""
    if provenance.checked_on == "failed":
        return tr("not compared with onnxruntime: the check failed")
    if provenance.checked_on:
        return tr("nothing in this file to check against")
    return tr("not compared with onnxruntime's own weights")


def _named(index: int, difference: float) -> dict[str, object]:
    return {"layer": index + 1, "difference": bound(difference)}


def _whereof(said: str, provenance: Provenance) -> str:
    if provenance.checked_on == "sample":
        return tr("{check}, measured on a small sample", check=said)
    return said
