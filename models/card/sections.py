"""The card itself: sections of rows, in the language in force, for a panel, a terminal, a page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.card import rows
from models.card.fed import contradictions, token_rows
from models.card.layers import COLUMNS, LayerLine, check_shown, layer_lines
from models.card.missing import Missing, missing_from
from models.i18n import tr
from models.record import Record

if TYPE_CHECKING:  # loads onnx, and the window opens without waiting for it
    from models.api import Model


@dataclass(frozen=True, slots=True)
class Row:
    """One fact: what it is called and what it is; ``value`` may have several lines."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Section:
    """Rows that belong together under a title."""

    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, eq=False)
class Card:
    """Everything known about a model, in words. ``rejected``: softmaxes that are no attention."""

    title: str
    sections: tuple[Section, ...]
    layers: tuple[LayerLine, ...]
    notices: tuple[str, ...]
    missing: tuple[Missing, ...]
    rejected: tuple[Row, ...]

    def text(self, *, layers: bool = True) -> str:
        """Return the card as plain text, with a table of the layers (tabs between) if asked."""
        lines = [self.title]
        width = max((len(row.label) for s in self.sections for row in s.rows), default=0)
        for section in self.sections:
            lines += ["", section.title]
            for row in section.rows:
                first, *more = row.value.split("\n")
                lines.append(f"  {row.label:<{width}}  {first}")
                lines += [f"  {'':<{width}}  {line}" for line in more]
        if layers:
            lines += ["", tr("Layers"), "\t".join(map(tr, COLUMNS))]
            lines += ["\t".join(line.cells()) for line in self.layers]
        if self.missing:
            lines += ["", tr("What is missing")]
            lines += [f"  {line}" for m in self.missing for line in m.text().split("\n")]
        if self.notices:
            lines += ["", tr("Assumptions and notices"), *(f"  · {said}" for said in self.notices)]
        if self.rejected:
            lines += ["", tr("Softmaxes that are no attention")]
            lines += [f"  {row.label}: {row.value}" for row in self.rejected]
        return "\n".join(lines)


def card_of(model: Model, record: Record | None, *, hashed: bool = True) -> Card:
    """Return the card of ``model``; ``record`` is one of its runs, which tells heads and tokens.

    Without ``hashed`` the checksum is left out unless it is known: it reads the whole file.
    """
    lines = layer_lines(model, record)
    found = (
        _section(tr("Model"), rows.model_rows(model)),
        _section(tr("Attention"), rows.attention_rows(lines, check_shown(model, record))),
        _section(tr("Tokens"), token_rows(model, record)),
        _section(tr("Inputs and outputs"), rows.port_rows(model)),
        _section(tr("File"), rows.file_rows(model, hashed=hashed)),
    )
    encoded = () if record is None else record.encoded.notices
    notices = (*model.notices, *contradictions(model, lines), *encoded)
    return Card(
        title=model.title,
        sections=tuple(section for section in found if section.rows),
        layers=lines,
        notices=tuple(dict.fromkeys(notice.sentence for notice in notices)),
        missing=missing_from(model, record, lines),
        rejected=tuple(Row(r.name, tr(r.reason)) for r in model.tapped.rejected),
    )


def _section(title: str, pairs: Iterable[tuple[str, str]]) -> Section:
    return Section(title, tuple(Row(label, value) for label, value in pairs if value))
