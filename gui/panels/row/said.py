"""What each step of the row shows, as words: the text that a screen reader reads in its place."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from gui.panels.row.facts import RowFacts
from gui.panels.row.link import Part
from gui.panels.row.text import brief
from gui.panels.row.words import TOLD, description
from models.attention import Float
from models.i18n import tr


def step_said(part: Part, facts: RowFacts) -> str:
    """Return the numbers of one step, those of keys from the largest down."""
    parts = facts.parts
    if part == "query":
        return tr("The numbers of the query: {numbers}.", numbers=_numbers(parts.query))
    if part == "key":
        return tr("q · k with each key: {numbers}.", numbers=_largest(facts, parts.dots))
    if part == "value":
        return tr(
            "Length of each value: {lengths}. Times its weight: {shares}.",
            lengths=_largest(facts, facts.value_norms),
            shares=_largest(facts, facts.contributions),
        )
    if part == "vector":
        strongest = ", ".join(facts.name(key) for key in facts.strongest)
        return tr(
            "The numbers of the attention vector: {numbers}. Most comes from {tokens}.",
            numbers=_numbers(parts.vector),
            tokens=strongest,
        )
    return description(facts)


def _numbers(values: Iterable[float]) -> str:
    return "; ".join(brief(float(value)) for value in values)


def _largest(facts: RowFacts, values: Float) -> str:
    order = np.argsort(-np.nan_to_num(values, nan=-np.inf), kind="stable")[:TOLD]
    told = "; ".join(f"{facts.name(key)} {brief(float(values[key]))}" for key in order.tolist())
    return told if len(order) == facts.count else f"{told}; …"
