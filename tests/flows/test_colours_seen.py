"""Words stand out from what they are written on, and nothing is told by colour alone."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget
from pytestqt.qtbot import QtBot

from gui.app import Program
from gui.messages import Message, MessageStrip
from gui.theme import DARK, LIGHT, Theme
from gui.views.token_chips import TokenChips
from models.colour import DIVERGING, table
from tests.helpers.focus_seen import contrasts, luminance, pixels_of
from tests.helpers.records import text_record
from tests.helpers.states import lessons, of_input, windows

AA, SIGN = 4.5, 3.0  # WCAG 2.2, 1.4.3 for words and 1.4.11 for signs
# How the two common colour blindnesses see linear RGB: Machado, Oliveira and Fernandes 2009,
# table 1, severity 1.0.
BLIND = {
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
}


def _strongest(window: QWidget, widget: QWidget) -> float:
    """Return the largest contrast of a pixel of ``widget`` to the colour that most of it has."""
    place = QRect(widget.mapTo(window, QPoint(0, 0)), widget.size()) & window.rect()
    pixels = pixels_of(window, place)
    colours, counts = np.unique(pixels.reshape(-1, 3), axis=0, return_counts=True)
    ground = np.broadcast_to(colours[counts.argmax()], pixels.shape)
    return float(contrasts(ground, pixels).max())


def _whole(widget: QWidget, window: QWidget) -> bool:
    seen = widget.visibleRegion().boundingRect()
    return widget.window() is window and widget.isVisible() and seen.height() >= widget.height() > 0


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # offscreen says so
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_word_stands_out_disabled_or_not(program: Program, theme: str) -> None:
    program.window.resize(1280, 800)
    program.use_theme(theme)
    measured: dict[tuple[str, str, bool], float] = {}
    states = (of_input(program, "text"), windows(program), lessons(program))
    for state, window in (one for group in states for one in group):
        texts = [*window.findChildren(QLabel), *window.findChildren(QAbstractButton)]
        for widget in texts:
            name = type(widget).__name__, widget.text().strip(), widget.isEnabled()
            if name[1] and name not in measured and _whole(widget, window):
                measured[name] = _strongest(window, widget)
                assert measured[name] >= (AA if len(name[1]) > 1 else SIGN), (state, name)
    assert len(measured) > 150


def _seen_by(blindness: str, colour: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return ``colour`` as CIE L*a*b* (D65), as it is seen with ``blindness``."""
    c = colour / 255
    linear = np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)
    seen = np.clip(np.array(BLIND[blindness]) @ linear, 0, 1)
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    x, y, z = xyz @ seen / np.array([0.9505, 1.0, 1.089])
    f = [t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in (x, y, z)]
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def _rgb(colour: str) -> NDArray[np.uint8]:
    return np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)], np.uint8)


@pytest.mark.parametrize("blindness", BLIND)
@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_query_key_and_value_are_three_colours_for_every_eye(theme: Theme, blindness: str) -> None:
    colours = [_seen_by(blindness, _rgb(c)) for c in (theme.query, theme.key, theme.value)]
    apart = [np.linalg.norm(a - b) for i, a in enumerate(colours) for b in colours[:i]]
    assert min(apart) > 10  # 2.3 is just noticeable


@pytest.mark.parametrize("blindness", BLIND)
def test_below_and_above_zero_are_two_colours_for_every_eye(blindness: str) -> None:
    ends = table(DIVERGING)[[0, -1], :3]
    low, high = (_seen_by(blindness, end) for end in ends)
    assert np.linalg.norm(low - high) > 60


@pytest.fixture(params=[LIGHT, DARK], ids=lambda theme: theme.name)
def chips(request: pytest.FixtureRequest, qtbot: QtBot) -> TokenChips:
    chips = TokenChips()
    qtbot.addWidget(chips)
    chips.set_theme(request.param)
    record = text_record()
    chips.set_tokens(record.tokens)
    chips.resize(700, 160)
    with qtbot.waitExposed(chips):
        chips.show()
    return chips


def _grey(chips: TokenChips, position: int) -> NDArray[np.float64]:
    rect = chips.chip_rect(position)
    return luminance(pixels_of(chips.viewport(), rect))


def test_special_tokens_have_a_dashed_edge_without_colour(chips: TokenChips) -> None:
    """Light and dark take turns along the upper edge of a special token, and of no other."""
    tokens = text_record().tokens
    for position, token in enumerate(tokens):
        edge = _grey(chips, position)[:3, 8:-8]
        turns = int(np.abs(np.diff(edge, axis=1) > 0.02).sum(axis=1).max())
        assert (turns >= 4) == token.special, (position, token.label, turns)


def test_the_pinned_token_is_told_by_lightness_too(chips: TokenChips) -> None:
    plain = next(i for i, token in enumerate(text_record().tokens) if not token.special)
    before = pixels_of(chips.viewport(), chips.chip_rect(plain))
    chips.set_selection(pinned=plain, hovered=None, key=None)
    after = pixels_of(chips.viewport(), chips.chip_rect(plain))
    assert (contrasts(before, after) >= SIGN).mean() > 0.5


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_an_error_a_warning_and_a_hint_have_signs_of_their_own(qtbot: QtBot, theme: Theme) -> None:
    signs = []
    for kind in ("hint", "warning", "error"):
        strip = MessageStrip(Message("A sentence.", kind=kind), theme)  # type: ignore[arg-type]
        qtbot.addWidget(strip)
        signs.append(strip.sign.text())
        assert strip.sign.text()
    assert len(set(signs)) == 3
