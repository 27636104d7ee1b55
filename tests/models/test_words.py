"""Words by characters: what a reader would call one word, in any script."""

from __future__ import annotations

import pytest

from models.labels import visible
from models.words import is_blank, number_words, visible_span, words_of

# A black flag with the letters gbeng in tag characters, and the one that ends them.
ENGLAND = "\U0001f3f4" + "".join(chr(0xE0000 + ord(c)) for c in "gbeng") + "\U000e007f"


def grouped(text: str) -> list[str]:
    words = words_of(text)
    last = max((w for w in words if w is not None), default=-1)
    return [
        "".join(c for c, w in zip(text, words, strict=True) if w == number)
        for number in range(last + 1)
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("O gato está no telhado.", ["O", "gato", "está", "no", "telhado", "."]),
        ("guarda-chuva d’água", ["guarda-chuva", "d’água"]),
        ("- sim -não", ["-", "sim", "-", "não"]),
        ("don't stop", ["don't", "stop"]),
        ("custa 3,50 ou 1.000", ["custa", "3,50", "ou", "1.000"]),
        ("fim. Novo", ["fim", ".", "Novo"]),
        ("snake_case", ["snake_case"]),
        ("e\u0301 a\u0303o", ["e\u0301", "a\u0303o"]),
        ("👨\u200d👩\u200d👧 👍🏽", ["👨\u200d👩\u200d👧", "👍🏽"]),
        ("🇧🇷🇵🇹", ["🇧🇷", "🇵🇹"]),
        (f"{ENGLAND}{ENGLAND} x", [ENGLAND, ENGLAND, "x"]),
        ("我喜欢猫", ["我", "喜", "欢", "猫"]),
        ("ok中文ok", ["ok", "中", "文", "ok"]),
        ("नमस्ते दुनिया", ["नमस्ते", "दुनिया"]),
        ("שלום עולם", ["שלום", "עולם"]),
        ("...", [".", ".", "."]),
        ("a\u00a0b\u200bc\ufeffd", ["a", "b", "c", "d"]),
        ("\n\t ", []),
        ("", []),
    ],
)
def test_characters_run_together_as_a_reader_would(text: str, words: list[str]) -> None:
    assert grouped(text) == words


def test_blanks_are_what_shows_nothing() -> None:
    assert all(is_blank(c) for c in " \n\t\u00a0\u200b\u2028\x00\ufeff")
    assert not any(is_blank(c) for c in "a.👍\u200d\u0301")


def test_a_span_loses_its_blanks_and_gains_the_marks_that_follow() -> None:
    assert visible_span(" gato ", (0, 6), limit=6) == (1, 5)
    assert visible_span("e\u0301x", (0, 1), limit=3) == (0, 2)
    assert visible_span("e\u0301x", (0, 1), limit=1) == (0, 1)
    assert visible_span("a  b", (1, 3), limit=4) == (1, 3)


def test_words_are_numbered_in_order_of_appearance_across_segments() -> None:
    groups = [None, (0, 4), (0, 4), (0, 9), None, (1, 4)]
    assert number_words(groups) == [None, 0, 0, 1, None, 2]


def test_letters_of_a_flag_are_spelled_out_only_where_the_flag_is_not_with_them() -> None:
    assert visible(f" {ENGLAND}") == ENGLAND
    assert visible(ENGLAND[1]) == "U+E0067"
    assert visible("soft\u00adhyphen") == "softU+00ADhyphen"
