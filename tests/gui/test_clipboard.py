"""A figure on the clipboard outlives the window, and must not outlive Python."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

COPY_AND_END = """
from PIL import Image
from PySide6.QtWidgets import QApplication
application = QApplication([])
from gui.figures import to_clipboard
for _ in range(2):
    to_clipboard(Image.new("RGB", (4, 4)), b"the bytes of a PNG")
assert bytes(application.clipboard().mimeData().data("image/png")) == b"the bytes of a PNG"
"""


def test_a_program_that_copied_a_figure_ends_with_0() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", COPY_AND_END],
        capture_output=True, text=True, timeout=120, check=False, cwd=ROOT,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
