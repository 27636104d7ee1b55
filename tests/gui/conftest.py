"""What tests of widgets share."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication


@pytest.fixture(autouse=True)
def _no_widget_left(qapp: QApplication) -> Iterator[None]:
    """Fail a test that leaves a top-level widget on screen."""
    before = set(map(id, qapp.topLevelWidgets()))
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    left = [w for w in qapp.topLevelWidgets() if id(w) not in before and w.isVisible()]
    if left:  # unless only a cycle that nobody holds keeps it
        left.clear()
        gc.collect()
        left = [w for w in qapp.topLevelWidgets() if id(w) not in before and w.isVisible()]
    assert left == [], f"left on screen: {left}"
