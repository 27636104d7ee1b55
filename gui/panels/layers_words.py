"""What is said above and below the layers."""

from __future__ import annotations

from gui.naming import summed_name
from gui.state import Shown
from gui.views.words import safe_label
from gui.wording import pieces_of
from models.across import Steps
from models.i18n import tr


def title_words(shown: Shown | None) -> str:
    """Return whose row is shown through the layers, of which heads and by what."""
    if shown is None or shown.token is None:
        return tr("Layers")
    name = safe_label(shown.record.tokens[shown.token].label)
    heads = summed_name(shown)
    if shown.state.direction == "to":
        return tr("To “{token}” · {heads}", token=name, heads=heads)
    return tr("From “{token}” · {heads}", token=name, heads=heads)


def numbers_words(shown: Shown, steps: Steps | None) -> str:
    """Return what the numbers beside the layers are, and why some are not there."""
    words = tr(
        "added: |attention output| ÷ |residual| · kept: cosine of the token's hidden state "
        "after the layer with the one before it"
    )
    if shown.record.encoded.grid is not None:
        words = tr("+ is |attention output| ÷ |residual| at the token · colours end below each")
    if len(pieces_of(shown)) > 1:
        words += " · " + tr("of the mean of the word's pieces")
    reasons = [reason for reason in (steps.reasons if steps is not None else ()) if reason]
    return f"{words}\n{tr(reasons[0])}" if reasons else words
