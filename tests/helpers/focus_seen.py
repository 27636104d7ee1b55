"""How well a person sees that a control has the keyboard: pixels that change by 3:1 or more."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractScrollArea, QScrollArea, QWidget

from tests.helpers.states import settle

RATIO: Final = 3.0  # WCAG 2.2, 1.4.11 and 2.4.13
_AROUND: Final = 6  # pixels beside a control where a ring may lie


def luminance(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return the relative luminance of pixels [H, W, 3] as [H, W] (WCAG 2.2)."""
    c = pixels / 255
    linear = np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)
    return np.asarray(linear @ np.array([0.2126, 0.7152, 0.0722]))


def contrasts(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return the contrast ratio of each pixel of one picture to the same of the other."""
    a, b = luminance(one), luminance(other)
    return np.asarray((np.maximum(a, b) + 0.05) / (np.minimum(a, b) + 0.05))


def pixels_of(window: QWidget, part: QRect) -> NDArray[np.uint8]:
    """Return what ``part`` of ``window`` looks like now [H, W, 3]."""
    image = window.grab(part).toImage().convertToFormat(QImage.Format.Format_RGB32)
    shape = (image.height(), image.bytesPerLine() // 4, 4)
    return (
        np.frombuffer(image.constBits(), np.uint8).reshape(shape)[:, : image.width(), 2::-1].copy()
    )


def bring_into_view(widget: QWidget) -> None:
    """Scroll every area around ``widget`` to it."""
    around = widget.parentWidget()
    while around is not None:
        if isinstance(around, QScrollArea):
            around.ensureWidgetVisible(widget, 0, 0)
        around = around.parentWidget()


def seen_changes(widget: QWidget, window: QWidget) -> int | None:
    """Return how many pixels change by 3:1 when ``widget`` gets the keyboard; None if it cannot."""
    bring_into_view(widget)
    settle()
    place = QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())
    part = place.adjusted(-_AROUND, -_AROUND, _AROUND, _AROUND) & window.rect()
    if (here := window.focusWidget()) is not None:
        here.clearFocus()
    before = pixels_of(window, part)
    widget.setFocus(Qt.FocusReason.TabFocusReason)
    if not widget.hasFocus():
        return None
    QTest.keyClick(widget, Qt.Key.Key_Shift)  # the person works by keys
    return int((contrasts(before, pixels_of(window, part)) >= RATIO).sum())


def enough(widget: QWidget) -> int:
    """Return how many pixels tell the keyboard is here: half a line around, 100 for the large."""
    size = widget.viewport().size() if isinstance(widget, QAbstractScrollArea) else widget.size()
    return min(100, size.width() + size.height())
