"""onnxruntime reports home from version 1.29 on, unless told otherwise before its import.

Continuous integration hides this (``CI`` also silences it), so the proof runs without it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OUTSIDE = ("CI", "ORT_DISABLE_TELEMETRY", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME")


def run_at_home(home: Path, *arguments: str) -> list[str]:
    """Run a program whose home is ``home`` and return the files it left there."""
    home.mkdir()
    kept = {name: value for name, value in os.environ.items() if name not in OUTSIDE}
    places = {"HOME": str(home), "USERPROFILE": str(home), "LOCALAPPDATA": str(home)}
    subprocess.run(
        [sys.executable, *arguments],
        env={**kept, **places, "PYTHONDONTWRITEBYTECODE": "1"},
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=120,
    )
    return sorted(str(path.relative_to(home)) for path in home.rglob("*") if path.is_file())


def test_a_run_of_a_model_leaves_nothing_at_home(tmp_path: Path) -> None:
    out = str(tmp_path / "o.npz")
    arguments = ("main.py", "capture", "text", "--text", "gato", "--layers", "1", "--npz", out)
    assert run_at_home(tmp_path / "home", *arguments) == []


def test_opening_a_model_from_python_leaves_nothing_at_home(tmp_path: Path) -> None:
    script = "from models.api import open_model; open_model('text').run_text('gato')"
    assert run_at_home(tmp_path / "home", "-c", script) == []
