"""Where each chip of a sentence lies: words kept whole, lines filled, a second sentence apart."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby


@dataclass(frozen=True, slots=True)
class ChipItem:
    """One token to place. ``word`` is shared by pieces that belong together, None for none."""

    position: int
    width: int
    word: tuple[int, int] | None = None
    segment: int = 0


@dataclass(frozen=True, slots=True)
class ChipMetrics:
    """Sizes in logical pixels. ``row`` is the height of a line with its bars and numbers."""

    row: int
    gap: int
    line_gap: int
    caption: int
    margin: int


@dataclass(frozen=True, slots=True)
class Chip:
    """One placed token; ``joined_left`` and ``joined_right`` say where it touches its word."""

    position: int
    x: int
    y: int
    width: int
    joined_left: bool = False
    joined_right: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One line of chips, left to right. ``caption`` is the sentence that begins here, or None."""

    y: int
    chips: tuple[Chip, ...]
    caption: int | None = None


@dataclass(frozen=True, slots=True)
class ChipLayout:
    """Every line, top to bottom, and the height of them all."""

    lines: tuple[Line, ...]
    tops: tuple[int, ...]
    row: int
    height: int

    def between(self, top: int, bottom: int) -> Sequence[Line]:
        """Return the lines that touch the band from ``top`` to ``bottom``."""
        first = max(bisect_right(self.tops, top - self.row) - 1, 0)
        return self.lines[first : bisect_right(self.tops, bottom)]

    def line_of(self, position: int) -> tuple[int, Chip] | None:
        """Return (line number, chip) of a token, or None when it has no chip."""
        for number, line in enumerate(self.lines):
            if line.chips and line.chips[0].position <= position <= line.chips[-1].position:
                for chip in line.chips:
                    if chip.position == position:
                        return number, chip
        return None

    def at(self, x: int, y: int) -> int | None:
        """Return the token under a point: its chip, bar or number."""
        number = bisect_right(self.tops, y) - 1
        if number < 0 or y >= self.tops[number] + self.row:
            return None
        for chip in self.lines[number].chips:
            if chip.x <= x < chip.x + chip.width:
                return chip.position
        return None

    def beside(self, position: int, *, lines: int) -> int | None:
        """Return the token above (``lines`` < 0) or below whose middle is nearest."""
        found = self.line_of(position)
        if found is None:
            return None
        number, chip = found
        target = min(max(number + lines, 0), len(self.lines) - 1)
        middle = chip.x + chip.width / 2
        nearest = min(self.lines[target].chips, key=lambda c: abs(c.x + c.width / 2 - middle))
        return nearest.position


def flow(items: Sequence[ChipItem], *, width: int, metrics: ChipMetrics) -> ChipLayout:
    """Place ``items`` in lines of ``width``; a word longer than a line breaks between pieces."""
    lines: list[Line] = []
    y = metrics.margin
    captions = any(item.segment for item in items)
    right = max(width - metrics.margin, metrics.margin + 1)
    for segment, sentence in _sentences(items):
        caption = segment if captions else None
        if caption is not None:
            y += metrics.caption
        for chips in _lines(sentence, right=right, y=y, metrics=metrics):
            lines.append(Line(y=chips[0].y, chips=tuple(chips), caption=caption))
            caption = None
            y = chips[0].y + metrics.row + metrics.line_gap
    height = (lines[-1].y + metrics.row if lines else 0) + metrics.margin
    return ChipLayout(tuple(lines), tuple(line.y for line in lines), metrics.row, height)


def _sentences(items: Sequence[ChipItem]) -> Iterator[tuple[int, list[ChipItem]]]:
    """Split where a later sentence begins; what belongs to none stays with the one before."""
    current: list[ChipItem] = []
    segment = 0
    for item in items:
        if item.segment > segment:
            if current:
                yield segment, current
            current, segment = [], item.segment
        current.append(item)
    if current:
        yield segment, current


def _lines(
    items: Sequence[ChipItem], *, right: int, y: int, metrics: ChipMetrics
) -> Iterator[list[Chip]]:
    line: list[Chip] = []
    x = metrics.margin
    for _, group in groupby(enumerate(items), key=lambda pair: pair[1].word or (-1, pair[0])):
        pieces = [item for _, item in group]
        whole = sum(item.width for item in pieces)
        for number, item in enumerate(pieces):
            needed = whole if number == 0 and whole <= right - metrics.margin else item.width
            if line and x + needed > right:
                yield line
                line, y, x = [], y + metrics.row + metrics.line_gap, metrics.margin
            same_line = bool(line)
            line.append(
                Chip(
                    position=item.position,
                    x=x,
                    y=y,
                    width=item.width,
                    joined_left=number > 0 and same_line,
                    joined_right=number < len(pieces) - 1
                    and x + item.width + pieces[number + 1].width <= right,
                )
            )
            x += item.width
        x += metrics.gap
    if line:
        yield line
