"""How much memory a record of 8,192 tokens takes, explored, against its queries, keys, values."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tests.benchmarks.measure import Result

_ROOT: Final = Path(__file__).resolve().parent.parent.parent
_GOAL: Final = 1.3
_TOKENS, _LAYERS, _HEADS = 8192, 22, 12
_QUICK_LAYERS: Final = 4
_NEAR: Final = 64  # tokens that ModernBERT's local layers see to each side


def results(*, quick: bool) -> Mapping[str, Result]:
    """Return resident memory over that of Q, K and V, of a child that looks at every layer.

    The child clicks rows of every layer through the same code as the window (view state, row,
    steps), and has the heatmap's source make and keep overviews, within its budget. The second
    time two of three layers are masked.
    """
    layers, found = _QUICK_LAYERS if quick else _LAYERS, dict[str, Result]()
    for kind, near in (("", 0), (".masked", _NEAR)):
        child = subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.memory", str(layers), str(near)],
            cwd=_ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        told = json.loads(child.stdout)
        name = f"memory.{_TOKENS}_tokens.{layers}_layers.{_HEADS}_heads{kind}"
        # One mask for all weighs as much against few layers as against many.
        goal = None if quick and near else _GOAL
        found |= {
            f"{name}.resident_over_qkv": Result(told["resident"] / told["qkv"], "×", goal=goal),
            f"{name}.qkv": Result(told["qkv"] / 1e6, "MB"),
            f"{name}.resident": Result(told["resident"] / 1e6, "MB"),
        }
    return found


def resident() -> int:
    """Return how many bytes of this process are in memory now (Linux)."""
    status = Path("/proc/self/status").read_text("ascii").splitlines()
    return int(next(line for line in status if line.startswith("VmRSS")).split()[1]) * 1024


def _explore(layers: int, near: int) -> dict[str, int]:
    from gui.matrix import MatrixSource  # noqa: PLC0415  # in the child only
    from gui.state import ViewState, resolve  # noqa: PLC0415
    from models.tiles import Tiles  # noqa: PLC0415
    from tests.helpers.long_records import long_record  # noqa: PLC0415

    resolve(ViewState(pinned=1), long_record(64))  # what any record needs is there before
    before = resident()
    record = long_record(_TOKENS, layers=layers, heads=_HEADS, near=near)
    kept = MatrixSource().kept
    highest = 0
    for index, layer in enumerate(record.layers):
        for token in range(0, _TOKENS, 997):
            shown = resolve(ViewState(layer=index, pinned=token), record)
            parts = shown.layer.parts(token, 0)
            assert parts.weights.shape == (_TOKENS,)
        tiles = Tiles(layer, (0,))
        *_, overview = tiles.overview(1024)
        kept.put(("maps", layer), overview, overview.dots.nbytes + tiles.nbytes)  # type: ignore[arg-type]
        highest = max(highest, resident() - before)
    return {"qkv": record.bytes, "resident": highest}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_explore(int(sys.argv[1]), int(sys.argv[2]))) + "\n")
    sys.stdout.flush()
    import os

    os._exit(0)  # the source's threads wait for wishes
