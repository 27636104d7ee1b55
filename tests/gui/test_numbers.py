"""Numbers below each other have as many decimals; nothing is rounded to nothing."""

from __future__ import annotations

import math

from gui.numbers import column, short
from models.i18n import set_language


def test_a_column_keeps_its_trailing_zeros() -> None:
    set_language("en")
    assert column([0.17, 0.1, 0.145]) == ["0.170", "0.100", "0.145"]
    assert column([12.0, 3.25]) == ["12.0", "3.2"] or column([12.0, 3.25]) == ["12.0", "3.3"]
    assert column([0.0]) == ["0"]


def test_small_numbers_of_a_column_are_not_rounded_away() -> None:
    set_language("en")
    assert column([0.5, 0.0, 0.0012]) == ["0.5000", "0", "0.0012"]
    assert column([0.5, 4.1e-9, -0.25]) == ["0.500000", "4.1e−9", "−0.250000"]
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
    assert [short(x) for x in (-12_345.0, 4e6)] == ["−12,345", "4e+6"]
