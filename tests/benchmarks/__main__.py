"""``python -m tests.benchmarks [--quick] [--json OUT]``: measure, print, write.

The JSON maps each name to ``{"value", "unit", "goal", "lower_is_better"}``.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Final, Protocol

from tests.benchmarks import atlas, eager, figures, memory, runs, window
from tests.benchmarks.measure import Result


class Suite(Protocol):
    """A module's function that measures one thing after the other."""

    def __call__(self, *, quick: bool) -> Mapping[str, Result]:
        """Return the results by name."""
        ...


SUITES: Final[tuple[Suite, ...]] = (
    runs.results,
    eager.results,
    figures.results,
    atlas.results,
    window.results,
    memory.results,
)


def main(arguments: list[str] | None = None) -> int:
    """Run every suite and return 0, or 1 when a goal was missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer repetitions, more noise")
    parser.add_argument("--json", type=Path, metavar="OUT", help="write the results here")
    chosen = parser.parse_args(arguments)
    found: dict[str, Result] = {}
    for suite in SUITES:
        results = suite(quick=chosen.quick)
        show(results, write=sys.stdout.write)
        found.update(results)
    if chosen.json is not None:
        stored = {name: asdict(result) for name, result in found.items()}
        chosen.json.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")
    return 0 if all(result.reached for result in found.values()) else 1


def show(results: Mapping[str, Result], *, write: Callable[[str], object]) -> None:
    """Write one line for each result, its goal beside it."""
    for name, result in results.items():
        goal = "" if result.goal is None else f"  goal {result.goal:g} {result.unit}"
        missed = "" if result.reached else "  MISSED"
        write(f"{name:<48}{result.value:>10.3f} {result.unit}{goal}{missed}\n")


if __name__ == "__main__":
    sys.exit(main())
