"""Large whole numbers as people read them, in the language in force."""

from __future__ import annotations

from models.i18n import language


def count(value: int) -> str:
    """Return a large number with its thousands apart: 118,000,000 (118.000.000 in Portuguese)."""
    return f"{value:,}".replace(",", "." if language() == "pt_BR" else ",")
