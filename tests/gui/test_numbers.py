"""Numbers below each other have as many decimals; nothing is rounded to nothing."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Final

import pytest

from gui.numbers import column, short
from gui.panels.row import text as row
from gui.views import words as views
from models.card import words as card
from models.differences import bound
from models.figure import words as figure
from models.i18n import set_language

ROOT: Final = Path(__file__).resolve().parents[2]


def test_a_column_keeps_its_trailing_zeros() -> None:
    set_language("en")
    assert column([0.17, 0.1, 0.145]) == ["0.170", "0.100", "0.145"]
    assert column([12.0, 3.25]) == ["12.0", "3.2"] or column([12.0, 3.25]) == ["12.0", "3.3"]
    assert column([0.0]) == ["0"]


def test_small_numbers_of_a_column_are_not_rounded_away() -> None:
    set_language("en")
    assert column([0.5, 0.0, 0.0012]) == ["0.5000", "0", "0.0012"]
    assert column([0.5, 4.1e-9, -0.25]) == ["0.500000", "4.1×10⁻⁹", "−0.250000"]
    assert column([1.0, math.nan]) == ["1.00", "nan"]


def test_a_column_is_written_in_the_language_in_force() -> None:
    set_language("pt")
    assert column([0.17, 0.1]) == ["0,170", "0,100"]
    set_language("en")


def test_large_numbers_are_written_out_up_to_a_million() -> None:
    set_language("pt")
    assert short(12_345) == "12.345"
    set_language("en")
    assert [short(x, digits=2) for x in (99, 320.4, 1000)] == ["99", "320", "1,000"]
    assert [short(x) for x in (-12_345.0, 4e6)] == ["−12,345", "4×10⁶"]
    assert [short(x) for x in (999.4, 999.6)] == ["999", "1,000"]


@pytest.mark.parametrize(("name", "mark"), [("en", "."), ("pt", ",")])
def test_tiny_numbers_are_spelt_alike_wherever_they_are_read(name: str, mark: str) -> None:
    set_language(name)
    try:
        wanted = f"7{mark}5×10⁻⁸"
        assert short(7.5e-8) == wanted
        assert column([0.5, 7.5e-8])[1] == wanted
        assert views.exact(7.5e-8) == wanted
        assert row.exact(7.5e-8) == wanted
        assert card.number(7.5e-8) == wanted
        assert figure.number(7.5e-8) == wanted
        assert bound(7.5e-8) == wanted
    finally:
        set_language("en")


_PERCENT_APART: Final = re.compile(r"[0-9½}] %(?![a-z(])")


def test_percent_follows_its_number_without_a_space_in_both_languages() -> None:
    """As the locales of both say (CLDR: ``#,##0%``), in window, lessons, figures and documents."""
    sources = [*ROOT.glob("gui/**/*.py"), *ROOT.glob("models/**/*.py")]
    written = [*ROOT.glob("docs/*.md"), *ROOT.glob("assets/**/*.toml"), *ROOT.glob("*.md")]
    lines = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in (*sources, *written)
        for line in path.read_text("utf-8").splitlines()
        if _PERCENT_APART.search(line)
    ]
    assert lines == []
