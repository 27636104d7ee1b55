"""How large chips are drawn, and how wide each becomes: roomy when they are few."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetrics

from gui.theme import SPACE
from gui.views.chip_layout import ChipItem, ChipMetrics
from gui.views.words import safe_label, tabular
from gui.zoom import scaled
from models.encoded import Token

_SCALES: Final = ("font_scale", "number_scale")


@dataclass(frozen=True, slots=True)
class ChipSizes:
    """Sizes in logical pixels; ``bar`` is the length of a bar at ``high`` under every chip.

    ``tag`` is the height of the line of tags above the chips, 0 where there are none.
    """

    font_scale: float
    number_scale: float
    chip: int
    bar: int
    bar_height: int
    number_height: int
    padding: int
    widest: int
    tag: int = 0

    @property
    def zoomed(self) -> ChipSizes:
        """These sizes at the zoom in force; the scales of fonts stay."""
        lengths = {
            field.name: scaled(getattr(self, field.name))
            for field in fields(self)
            if field.name not in _SCALES
        }
        return replace(self, **lengths)

    @property
    def bar_top(self) -> int:
        """From the top of the chip to its bar."""
        return self.chip + SPACE // 2 + 1

    @property
    def number_top(self) -> int:
        """From the top of the chip to its number."""
        return self.bar_top + self.bar_height + 2

    @property
    def metrics(self) -> ChipMetrics:
        """What the flow over lines needs to know."""
        row = self.tag + self.number_top + self.number_height
        return ChipMetrics(
            row=row, gap=SPACE // 2 + 2, line_gap=SPACE, caption=2 * SPACE + 4, margin=SPACE // 2
        )


NORMAL: Final = ChipSizes(
    font_scale=1.0,
    number_scale=0.82,
    chip=28,
    bar=36,
    bar_height=7,
    number_height=14,
    padding=10,
    widest=200,
)
ROOMY: Final = ChipSizes(
    font_scale=1.3,
    number_scale=1.0,
    chip=38,
    bar=56,
    bar_height=11,
    number_height=18,
    padding=14,
    widest=280,
)
TAG: Final = 18


def chip_font(font: QFont, sizes: ChipSizes) -> QFont:
    """Return the font of the labels."""
    return tabular(font, scale=sizes.font_scale)


def tag_font(font: QFont) -> QFont:
    """Return the font of the tags above chips."""
    return tabular(font, scale=0.82, bold=True)


def measure(
    tokens: Sequence[Token], positions: Sequence[int], *, font: QFont, sizes: ChipSizes
) -> tuple[list[str], list[ChipItem]]:
    """Return what is written on the chip of each of ``positions``, and the chips to place."""
    metrics = QFontMetrics(chip_font(font, sizes))
    known: dict[str, tuple[str, int]] = {}
    labels: list[str] = []
    items: list[ChipItem] = []
    for position in positions:
        token = tokens[position]
        if token.label not in known:
            known[token.label] = _fitted(token.label, metrics=metrics, sizes=sizes)
        label, width = known[token.label]
        labels.append(label)
        word = None if token.word is None or token.special else (token.segment, token.word)
        segment = 0 if token.special else token.segment
        items.append(ChipItem(position, width, word, segment))
    return labels, items


def _fitted(label: str, *, metrics: QFontMetrics, sizes: ChipSizes) -> tuple[str, int]:
    """Return a label cut to the widest chip, and the chip's width: never less than its bar."""
    room = sizes.widest - 2 * sizes.padding
    text = metrics.elidedText(safe_label(label), Qt.TextElideMode.ElideRight, room)
    width = metrics.horizontalAdvance(text) + 2 * sizes.padding
    return text, max(width, sizes.bar + SPACE // 2)
