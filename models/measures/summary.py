"""What is known about heads, from one input or from many, in one shape and in words."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable
from dataclasses import dataclass

from models.encoded import Modality
from models.i18n import ntr, tr
from models.measures.evidence import Evidence
from models.measures.per_head import HeadMeasures
from models.measures.table import Measure, measures_for, tags_for
from models.row_table import COMMA

Number = Callable[[float], str]


@dataclass(frozen=True, eq=False)
class HeadFigures:
    """The figures that are looked at: those of ``one`` input, or the means of ``many``."""

    one: HeadMeasures
    many: Evidence | None = None

    @property
    def modality(self) -> Modality:
        """What kind of input the figures are about."""
        return self.one.modality

    @property
    def inputs(self) -> int:
        """How many inputs the figures rest on."""
        return 1 if self.many is None else self.many.inputs

    @property
    def heads(self) -> tuple[tuple[int, int], ...]:
        """Every (layer, head), from 0, in order."""
        counts = enumerate(layer.heads for layer in self.one.layers)
        return tuple((layer, head) for layer, count in counts for head in range(count))

    @property
    def measures(self) -> tuple[Measure, ...]:
        """The measures of this kind of input."""
        return measures_for(self.modality)

    @property
    def tags(self) -> tuple[Measure, ...]:
        """The tags of this kind of input."""
        return tags_for(self.modality)

    def value(self, measure: Measure, layer: int, head: int) -> float:
        """Return one figure, the mean over inputs where there are many; NaN where there is none."""
        if self.many is not None:
            return self.many.spread(measure, layer, head).mean
        return self.one.value(measure.name, layer, head)

    def tagged(self, layer: int, head: int) -> tuple[Measure, ...]:
        """Return the tags of a head, the strongest first."""
        if self.many is not None:
            return tuple(measure for measure, _ in self.many.tags(layer, head))
        known = {measure.name: measure for measure in self.tags}
        return tuple(known[tag.name] for tag in self.one.tags(layer, head))

    def basis(self) -> str:
        """Say what the figures rest on."""
        if self.many is not None:
            return ntr(
                "Means over {count} bundled input",
                "Means over {count} bundled inputs",
                self.many.inputs,
            )
        return ntr(
            "This input alone: {count} token",
            "This input alone: {count} tokens",
            self.one.tokens,
        )

    def lines(self, layer: int, head: int, *, number: Number) -> list[str]:
        """Return a head's measures and tags as lines of words, and what they rest on."""
        found = [f"L{layer + 1} · H{head + 1}"]
        for measure in self.measures:
            words = self.value_words(measure, layer, head, number=number)
            found.append(f"{tr(measure.title)}: {words}")
        tags = [self.tag_words(tag, layer, head, number=number) for tag in self.tagged(layer, head)]
        found.append(tr("Tags: {tags}", tags="; ".join(tags)) if tags else tr("No tag"))
        found.append(self.basis())
        return found

    def value_words(self, measure: Measure, layer: int, head: int, *, number: Number) -> str:
        """Return a figure with its unit, and its range over many inputs."""
        value = self.value(measure, layer, head)
        if not math.isfinite(value):
            return "–"
        unit = f" {unit_words(measure)}" if measure.unit else ""
        if self.many is None:
            one = measure.unit == "tokens" and number(value) == number(1.0)
            return f"{number(value)} {tr('token')}" if one else number(value) + unit
        spread = self.many.spread(measure, layer, head)
        return f"{number(value)} ({number(spread.least)}–{number(spread.most)}){unit}"

    def tag_words(self, tag: Measure, layer: int, head: int, *, number: Number) -> str:
        """Return a tag with its score and, over many inputs, how many of them earn it."""
        title, score = tr(tag.title), number(self.value(tag, layer, head))
        if self.many is None:
            return f"{title} {score}"
        spread = self.many.spread(tag, layer, head)
        return tr(
            "{tag} {score} ({least}–{most}, {tagged} of {inputs} inputs)",
            tag=title,
            score=score,
            least=number(spread.least),
            most=number(spread.most),
            tagged=round((spread.tagged or 0) * spread.inputs),
            inputs=spread.inputs,
        )

    def csv_text(self, *, separator: str = COMMA) -> str:
        """Return every figure as a table: a line per head, a point for decimals, empty for NaN.

        Over many inputs each figure has its mean, min, max and number of inputs.
        """
        every, parts = (*self.measures, *self.tags), ("mean", "min", "max", "inputs")
        names = [m.name for m in every]
        if self.many is not None:
            names = [f"{name}_{part}" for name in names for part in parts]
        written = io.StringIO()
        lines = csv.writer(written, delimiter=separator, lineterminator="\n")
        lines.writerow(["layer", "head", *names, "tags"])
        for layer, head in self.heads:
            cells = [cell for m in every for cell in self._cells(m, layer, head)]
            tags = " ".join(tag.name for tag in self.tagged(layer, head))
            lines.writerow([layer + 1, head + 1, *cells, tags])
        return written.getvalue()

    def _cells(self, measure: Measure, layer: int, head: int) -> list[str]:
        if self.many is None:
            return [_written(self.value(measure, layer, head))]
        spread = self.many.spread(measure, layer, head)
        numbers = (spread.mean, spread.least, spread.most)
        return [*map(_written, numbers), str(spread.inputs)]


def unit_words(measure: Measure) -> str:
    """Return the unit of ``measure`` for people, empty for shares."""
    return tr("tokens") if measure.unit == "tokens" else measure.unit


def explained(measure: Measure) -> str:
    """Return what a measure says, its formula, its threshold if it is a tag, and its source."""
    lines = [tr(measure.words), measure.formula]
    if measure.threshold is not None:
        said = tr("A head has this tag above {threshold}.", threshold=f"{measure.threshold:g}")
        lines.append(said)
    return "\n".join((*lines, measure.paper))


def _written(value: float) -> str:
    return repr(value) if math.isfinite(value) else ""
