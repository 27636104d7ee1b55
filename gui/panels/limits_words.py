"""The choices of where the colours or lines of a map end, in few words."""

from __future__ import annotations

from models.i18n import tr


def short_limits() -> dict[str, str]:
    """Return every choice and its words: ``HeatmapPage`` has room for longer ones."""
    return {
        "view": tr("0 – map max"),
        "fixed": tr("0 – 1"),
        "row": tr("0 – row max"),
        "log": tr("logarithmic"),
    }
