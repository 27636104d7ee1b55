"""Data goes one way: ``models`` knows neither Qt nor ``gui``; and starting stays light."""

from __future__ import annotations

import pkgutil
import subprocess
import sys
from pathlib import Path

import pytest

import models

ROOT = Path(__file__).resolve().parents[2]


def loaded_by(script: str) -> set[str]:
    """Return the top-level modules that a fresh interpreter has loaded after ``script``."""
    tail = "import sys; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    done = subprocess.run(
        [sys.executable, "-c", f"{script}\n{tail}"],
        capture_output=True, text=True, check=True, cwd=ROOT, timeout=120,
    )  # fmt: skip
    return set(done.stdout.split())


def test_no_module_of_models_imports_qt_pyqtgraph_or_gui() -> None:
    found = pkgutil.walk_packages(models.__path__, "models.")
    names = [module.name for module in found]
    assert len(names) > 30
    loaded = loaded_by("\n".join(f"import {name}" for name in names))
    assert "numpy" in loaded
    assert not loaded & {"PySide6", "shiboken6", "pyqtgraph", "gui"}


@pytest.mark.parametrize("module", ["models.api", "models.commands.program", "main"])
def test_nothing_slow_is_imported_before_it_is_needed(module: str) -> None:
    assert not loaded_by(f"import {module}") & {"onnxruntime", "onnx", "tokenizers", "PySide6"}


def test_the_window_is_imported_without_what_only_a_model_needs() -> None:
    slow = {"onnxruntime", "onnx", "tokenizers", "pyqtgraph", "huggingface_hub"}
    assert not loaded_by("import gui.app") & slow
