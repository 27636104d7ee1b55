"""The model card: what an opened model is, what was found in it, and what is missing.

``card_of`` collects everything in the language in force; the window's Model tab and
``main.py inspect`` show the same card.
"""

from __future__ import annotations

from models.card.layers import LayerLine, layer_lines
from models.card.missing import Missing, missing_from
from models.card.sections import Card, Row, Section, card_of

__all__ = [
    "Card",
    "LayerLine",
    "Missing",
    "Row",
    "Section",
    "card_of",
    "layer_lines",
    "missing_from",
]
