"""Colours that can be read, and lists that show their entries whole."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.panels.choice_box import ChoiceBox
from gui.theme import DARK, LIGHT, Theme, palette, style_sheet

THEMES = (LIGHT, DARK)
GROUNDS = ("background", "surface", "raised")
INKS = ("text", "muted", "accent", "query", "key", "value", "warning", "error", "good")
# What stands on a ground that only some inks are ever written on.
PAIRS = (
    ("text", "accent_soft"),
    ("muted", "accent_soft"),
    ("accent", "accent_soft"),
    ("on_accent", "accent"),
)


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    """Contrast ratio, WCAG 2.2."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_the_yardstick_knows_black_on_white() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_text_reaches_wcag_aa_on_every_ground(theme: Theme) -> None:
    pairs = [*itertools.product(INKS, GROUNDS), *PAIRS]
    found = {pair: contrast(*(getattr(theme, name) for name in pair)) for pair in pairs}
    assert {pair: round(ratio, 2) for pair, ratio in found.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_the_focus_ring_stands_out_from_every_ground(theme: Theme) -> None:
    """WCAG 2.2, 1.4.11: 3:1 for what tells a state."""
    assert all(contrast(theme.accent, getattr(theme, ground)) >= 3 for ground in GROUNDS)


@pytest.fixture(params=THEMES, ids=lambda theme: theme.name)
def themed(qapp: QApplication, request: pytest.FixtureRequest) -> Iterator[None]:
    old = qapp.palette(), qapp.styleSheet()
    qapp.setPalette(palette(request.param))
    qapp.setStyleSheet(style_sheet(request.param))
    yield
    qapp.setPalette(old[0])
    qapp.setStyleSheet(old[1])


@pytest.mark.usefixtures("themed")
@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # offscreen says so
@pytest.mark.parametrize("count", [1, 2, 5, 10, 30])
def test_an_open_list_shows_its_entries_whole(qtbot: QtBot, count: int) -> None:
    box = ChoiceBox()
    qtbot.addWidget(box)
    box.addItems([f"{'a long entry ' * (i % 3)}{i}" for i in range(count)])
    box.setCurrentIndex(count - 1)
    box.resize(80, box.sizeHint().height())
    box.show()
    box.showPopup()
    view = box.view()
    rows = min(count, box.maxVisibleItems())
    assert view.viewport().height() == sum(view.sizeHintForRow(i) for i in range(rows))
    assert view.viewport().width() >= view.sizeHintForColumn(0)
    assert view.viewport().rect().contains(view.visualRect(box.model().index(count - 1, 0)))
    box.hidePopup()
