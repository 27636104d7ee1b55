"""What is said of a row by views that show the same one."""

from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from gui.views import token_words
from gui.views.photo_view import PhotoView
from gui.views.token_words import RowWords, row_words
from models.encoded import PatchGrid
from models.i18n import set_language
from tests.helpers.view_inputs import patches, row_of


def test_a_row_is_said_once_and_anew_for_everything_that_changes() -> None:
    words, tokens, row = RowWords(), tuple(patches(2, 2)), row_of(4, largest=2)
    said = words.of(tokens, row, pinned=1, hovered=None)
    assert said == row_words(tokens, row, pinned=1, hovered=None)
    assert words.of(tokens, row, pinned=1, hovered=None) is said
    for other in (
        {"row": row.copy() * np.float32(0.5), "pinned": 1, "hovered": None},
        {"row": row, "pinned": 1, "hovered": 3},
        {"row": row, "pinned": 2, "hovered": None},
        {"row": None, "pinned": 2, "hovered": None},
    ):
        assert words.of(tokens, **other) == row_words(tokens, **other) != said
    set_language("pt_BR")
    try:
        assert words.of(tokens, row, pinned=1, hovered=None) != said
    finally:
        set_language("en")


def test_the_photo_and_the_strip_beside_it_say_the_row_together(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    view, said = PhotoView(), list[object]()
    qtbot.addWidget(view)
    view.set_tokens(patches(2, 2, registers=1), PatchGrid(2, 2, (0.0, 0.0, 20.0, 20.0)))
    view.set_selection(pinned=2, hovered=None, key=None)
    original = token_words.row_said
    monkeypatch.setattr(
        token_words, "row_said", lambda row, labels: (said.append(row), original(row, labels))[1]
    )
    row = row_of(6, largest=3)
    view.set_row(row, low=0.0, high=1.0)
    assert len(said) == 1
    assert view.canvas.accessibleDescription() == view.strip.accessibleDescription() != ""
