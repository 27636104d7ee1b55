"""``main.py measure``: the measures and tags of every head, for people or as JSON."""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Callable, Sequence
from typing import Any, Final

from models.api import Model
from models.commands.inspection import said
from models.commands.opening import opened, prepared, warn
from models.differences import power_of_ten
from models.i18n import ntr, tr
from models.measures.evidence import Evidence, Spread, gather
from models.measures.per_head import HeadMeasures, measure
from models.measures.table import Measure, measures_for, tags_for

_GAP: Final = "  "
_THREE_DIGITS: Final = 999.5  # hold no more; up to a million a whole number reads better
_WIDEST: Final = 1e6
Head = tuple[int, int]


def command(args: argparse.Namespace) -> int:
    """Print every head's figures for one input, or over the bundled ones, and return 0."""
    model = opened(args)
    if args.evidence:
        evidence = _gathered(model)
        facts, lines = _evidence_facts(model, evidence), _evidence_lines(evidence)
    else:
        record = model.run(prepared(model, args))
        warn(record.notices)
        found = measure(record)
        facts, lines = _facts(model, found), _lines(found)
        notices = (*model.notices, *record.encoded.notices)
        facts["notices"] = [said(notice) for notice in notices]
    text = json.dumps(facts, ensure_ascii=False, indent=2) if args.json else "\n".join(lines)
    sys.stdout.write(text + "\n")
    return 0


def _gathered(model: Model) -> Evidence:
    found = None
    for progress in gather(model):
        found = progress.evidence
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{progress.done}/{progress.total}")
    if sys.stderr.isatty():
        sys.stderr.write("\n")
    assert found is not None  # noqa: S101  # the bundled inputs are not empty
    return found


def described(measures: Sequence[Measure]) -> list[dict[str, object]]:
    """Return what each measure is, fit for JSON."""
    return [
        {
            "name": m.name,
            "title": tr(m.title),
            "words": tr(m.words),
            "formula": m.formula,
            "paper": m.paper,
            "unit": m.unit,
            "threshold": m.threshold,
        }
        for m in measures
    ]


def _facts(model: Model, found: HeadMeasures) -> dict[str, Any]:
    measures, tags = measures_for(found.modality), tags_for(found.modality)
    every = (*measures, *tags)
    return {
        "model": model.name,
        "inputs": 1,
        "tokens": found.tokens,
        "measures": described(measures),
        "tags": described(tags),
        "chance": {name: _number(value) for name, value in found.chance.items()},
        "rows": [{m.name: layer.rows[m.name] for m in every} for layer in found.layers],
        "heads": [
            {
                "layer": layer + 1,
                "head": head + 1,
                **{m.name: _number(found.value(m.name, layer, head)) for m in every},
                "tags": [tag.name for tag in found.tags(layer, head)],
                "sinks": [
                    {"token": sink.token, "weight": sink.weight}
                    for sink in found.layers[layer].sinks(head)
                ],
            }
            for layer, head in _heads([layer.heads for layer in found.layers])
        ],
    }


def _evidence_facts(model: Model, found: Evidence) -> dict[str, Any]:
    measures, tags = measures_for(found.modality), tags_for(found.modality)
    return {
        "model": model.name,
        "inputs": found.inputs,
        "names": list(found.names),
        "measures": described(measures),
        "tags": described(tags),
        "heads": [
            {
                "layer": layer + 1,
                "head": head + 1,
                **{m.name: _spread(found.spread(m, layer, head)) for m in (*measures, *tags)},
                "tags": [m.name for m, _ in found.tags(layer, head)],
            }
            for layer, head in _heads(found.heads)
        ],
    }


def _spread(spread: Spread) -> dict[str, float | int | None]:
    return {
        "mean": _number(spread.mean),
        "min": _number(spread.least),
        "max": _number(spread.most),
        "inputs": spread.inputs,
        "tagged": spread.tagged,
    }


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _heads(counts: Sequence[int]) -> list[Head]:
    return [(layer, head) for layer, count in enumerate(counts) for head in range(count)]


def _lines(found: HeadMeasures) -> list[str]:
    def value(each: Measure, layer: int, head: int) -> str:
        return _shown(found.value(each.name, layer, head))

    def tags(layer: int, head: int) -> str:
        named = {m.name: tr(m.title) for m in tags_for(found.modality)}
        return ", ".join(f"{named[t.name]} {t.score:.2f}" for t in found.tags(layer, head))

    one = ntr(
        "One input of {count} token. One input does not make a head's nature: see --evidence.",
        "One input of {count} tokens. One input does not make a head's nature: see --evidence.",
        found.tokens,
    )
    heads = _heads([layer.heads for layer in found.layers])
    return [one, *_table(measures_for(found.modality), heads, value=value, tags=tags)]


def _evidence_lines(found: Evidence) -> list[str]:
    def value(each: Measure, layer: int, head: int) -> str:
        return _shown(found.spread(each, layer, head).mean)

    def tags(layer: int, head: int) -> str:
        return ", ".join(
            f"{tr(m.title)} {spread.mean:.2f} ({_shown(spread.least)}–{_shown(spread.most)}, "
            f"{round((spread.tagged or 0) * spread.inputs)}/{spread.inputs})"
            for m, spread in found.tags(layer, head)
        )

    said_first = ntr(
        "Means over {count} bundled input; behind a tag its mean score, range, and the inputs "
        "that earn it.",
        "Means over {count} bundled inputs; behind a tag its mean score, range, and the inputs "
        "that earn it.",
        found.inputs,
    )
    heads = _heads(found.heads)
    return [said_first, *_table(measures_for(found.modality), heads, value=value, tags=tags)]


def _table(
    measures: Sequence[Measure],
    heads: Sequence[Head],
    *,
    value: Callable[[Measure, int, int], str],
    tags: Callable[[int, int], str],
) -> list[str]:
    """Return one line per head under the measures' names, and the formulas below."""
    names = [tr(m.title) + (f" ({tr(m.unit)})" if m.unit else "") for m in measures]
    widths = [max(len(name), 6) for name in names]
    head_line = _GAP.join(["      ", *(n.rjust(w) for n, w in zip(names, widths, strict=True))])
    lines = [head_line]
    for layer, head in heads:
        cells = [value(m, layer, head).rjust(w) for m, w in zip(measures, widths, strict=True)]
        place = f"L{layer + 1} H{head + 1}".ljust(7)
        lines.append(_GAP.join([place, *cells, tags(layer, head)]).rstrip())
    formulas = [f"{n}: {m.formula}; {m.paper}" for n, m in zip(names, measures, strict=True)]
    return [*lines, *formulas]


def _shown(value: float) -> str:
    if not math.isfinite(value):
        return "–"
    if _THREE_DIGITS <= abs(value) < _WIDEST:
        return f"{value:.0f}"
    return power_of_ten(f"{value:.3g}")
