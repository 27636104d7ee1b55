"""A character that no font draws is told by its number."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.views.glyphs import boxes
from gui.views.token_words import token_tip
from models.encoded import Token

NOBODY = "\U000f1234"  # for private use: no font that people install draws it


def test_letters_and_joiners_are_no_boxes(qapp: QApplication) -> None:
    assert boxes("gato\u200d\ufe0f", qapp.font()) == ""


def test_what_no_font_draws_is_told_once_by_its_number(qapp: QApplication) -> None:
    assert boxes(f"a{NOBODY}{NOBODY}b", qapp.font()) == "U+F1234"


@pytest.mark.parametrize(("text", "told"), [("gato", False), (NOBODY, True)])
def test_the_tool_tip_tells_the_number_only_then(qtbot: QtBot, *, text: str, told: bool) -> None:
    tip = token_tip(Token(text=text, label=text), position=0, weight=None)
    assert ("U+F1234" in tip) == told
