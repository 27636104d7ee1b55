"""What is imported behind the window's back, so that no page waits for it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent

_SCRIPT = """
import sys
from gui.controller import Controller
from gui.map_pages import add_pages
from gui.panels.map_card import MapCard
from gui.plotting import Plotting
from PySide6.QtWidgets import QApplication

app = QApplication([])
told = []
plotting = Plotting()
plotting.ready.connect(lambda: told.append("gui.panels.layers_page" in sys.modules))
plotting._import()
known, controller, card = set(sys.modules), Controller(), MapCard()
add_pages(card, controller)
for key in ("heads", "lines", "layers", "compare"):
    card.page(key)
print(told, sorted(name for name in set(sys.modules) - known if name.startswith("gui.")))
"""


def test_no_page_imports_a_module_of_the_window_when_it_is_first_seen() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", _SCRIPT], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ran.stdout.strip() == "[False] []", ran.stdout + ran.stderr
