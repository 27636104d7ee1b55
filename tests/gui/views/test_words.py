"""Numbers and labels in the views are short, exact, and safe to draw."""

from __future__ import annotations

import numpy as np
import pytest

from gui.views.words import brief, exact, safe_label, strongest
from models.i18n import set_language


@pytest.mark.parametrize(
    ("weight", "said"),
    [
        (0.264, ".26"),
        (1.0, "1"),
        (0.0, "0"),
        (0.0049, "<.01"),
        (0.994, ".99"),
        (float("nan"), "NaN"),
        (0.996, "1.00"),
    ],
)
def test_a_brief_weight_has_two_decimals_and_no_false_zero(weight: float, said: str) -> None:
    assert brief(weight) == said


@pytest.mark.parametrize(
    ("weight", "said"),
    [(0.123456, "0.12346"), (0.0, "0.00000"), (4.2e-7, "4.2×10⁻⁷"), (float("nan"), "NaN")],
)
def test_an_exact_weight_keeps_its_digits_however_small(weight: float, said: str) -> None:
    assert exact(weight).replace("E", "e") == said


def test_portuguese_writes_a_comma() -> None:
    set_language("pt_BR")
    assert exact(0.5) == "0,50000"
    assert brief(0.26) == "0,26"
    assert brief(0.001) == "<0,01"


@pytest.mark.parametrize(
    ("label", "drawn"),
    [
        ("gato", "gato"),
        ("r3 c7", "r3 c7"),
        (" gato", "␣gato"),
        ("   ", "␣␣␣"),
        ("", "∅"),
        ("a\tb\n", "a␣b␣"),
        ("\u202eabc", "‹202E›abc"),
        ("\x00", "‹0›"),
        ("\ud800", "\ufffd"),
        ("👩\u200d👧", "👩\u200d👧"),
        ("مرحبا", "مرحبا"),
    ],
)
def test_a_label_shows_what_would_be_invisible(label: str, drawn: str) -> None:
    assert safe_label(label) == drawn


def test_a_huge_label_is_cut_before_it_is_measured() -> None:
    assert len(safe_label("x" * 100_000)) <= 81


def test_the_strongest_come_first_and_nan_last() -> None:
    row = np.array([0.1, np.nan, 0.4, 0.3], dtype=np.float32)
    assert strongest(row, count=2) == [2, 3]
    assert strongest(row, count=9)[-1] == 1
    assert strongest(np.zeros(0, dtype=np.float32)) == []
