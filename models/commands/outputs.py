"""``main.py outputs``: what a model says about one input, for people or as JSON."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from models.api import Model
from models.commands.capturing import read_feeds
from models.commands.inspection import said
from models.commands.opening import opened, prepared, warn
from models.differences import power_of_ten
from models.encoded import Encoded
from models.errors import InputError
from models.i18n import mark, ntr, tr
from models.labels import visible
from models.outputs import Answer, Output, TokenGuesses, TokenLabels, read_outputs
from models.outputs.base import Cell, Table
from models.record import Record


def command(args: argparse.Namespace) -> int:
    """Run what ``args`` gives once and print what each output says."""
    if args.top < 1:
        raise InputError(mark("--top needs a number from 1."))
    model = opened(args)
    record = model.run(_encoded(model, args))
    warn(record.notices)
    outputs = read_outputs(record, model)
    if args.json:
        text = json.dumps(facts(record, model, outputs, top=args.top), ensure_ascii=False, indent=2)
    else:
        text = "\n\n".join("\n".join(lines(output, top=args.top)) for output in outputs)
    sys.stdout.write(text + "\n")
    return 0


def _encoded(model: Model, args: argparse.Namespace) -> Encoded:
    if args.text is not None or args.image is not None:
        return prepared(model, args)
    return model.encode_feeds(read_feeds(Path(args.feeds)))


def facts(record: Record, model: Model, outputs: Sequence[Output], *, top: int) -> dict[str, Any]:
    """Return what every output says, fit for JSON; numbers that are not finite become null."""
    return {
        "model": model.name,
        "text": record.encoded.text,
        "pair": record.encoded.pair,
        "photo": record.encoded.photo_name,
        "outputs": [_facts(output, top) for output in outputs],
        "notices": [said(notice) for notice in (*model.notices, *record.encoded.notices)],
    }


def _facts(output: Output, top: int) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": output.name,
        "kind": output.kind,
        "type": output.dtype,
        "shape": list(output.shape),
        "rows": output.table(top).facts(),
    }
    for field in ("function", "by_graph", "pair", "mode", "style"):
        if hasattr(output, field):
            found[field] = getattr(output, field)
    if isinstance(output, TokenGuesses):
        found["around"] = {str(i): list(output.around(i)) for i in output.positions}
    if isinstance(output, TokenLabels):
        found["entities"] = [
            {"label": e.label, "first": e.first, "last": e.last, "text": e.text,
             "probability": e.probability}
            for e in output.entities
        ]  # fmt: skip
    if isinstance(output, Answer):
        found["no_answer"] = output.none_score
    found["notices"] = [said(notice) for notice in output.notices]
    return found


def lines(output: Output, *, top: int) -> list[str]:
    """Return what an output says as lines for a terminal."""
    shape = "×".join(map(str, output.shape)) or "()"
    table = output.table(top)
    rows = _few(table, top)
    left = len(table.rows) - len(rows)
    more = [ntr("… and {count} more line", "… and {count} more lines", left)] if left else []
    found = [f"{output.name}  {output.dtype} {shape}  {tr(output.title)}", output.remark]
    if isinstance(output, TokenLabels) and output.entities:
        found += [f"{e.label}: {visible(e.text)}  {_shown(e.probability)}" for e in output.entities]
    if isinstance(output, TokenGuesses) and output.mode == "masked":
        found += [_context(output, position) for position in output.positions]
    found += [f"· {said(notice)}" for notice in output.notices]
    return [*found, *_aligned(table.columns, rows), *more]


def _context(output: TokenGuesses, position: int) -> str:
    before, after = output.around(position)
    return f"{position}: " + " ".join(f"{before}{output.mask}{after}".split())


def _few(table: Table, top: int) -> tuple[tuple[Cell, ...], ...]:
    """Return every line of what is ranked or labelled, and ``top`` of long lists of numbers."""
    long = table.columns[-1] in {"norm", "value"} and table.columns[0] != "statistic"
    return table.rows[:top] if long else table.rows


def _aligned(columns: Sequence[str], rows: Sequence[Sequence[Cell]]) -> list[str]:
    if not rows:
        return []
    cells = [list(columns), *([_shown(cell) for cell in row] for row in rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(columns))]
    words = {i for i in range(len(columns)) if any(isinstance(row[i], str) for row in rows)}
    return [
        "  "
        + "  ".join(
            cell.ljust(width) if i in words else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in cells
    ]


def _shown(cell: Cell) -> str:
    if isinstance(cell, float):
        return power_of_ten(f"{cell:.6g}")
    return visible(cell) if isinstance(cell, str) else str(cell)
