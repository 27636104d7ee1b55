"""The card of the input before any input is known: what the very first frame shows."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from gui.panels.source_card import SourceCard


def test_the_first_frame_has_no_controls_of_a_photo(qtbot: QtBot) -> None:
    card = SourceCard()
    qtbot.addWidget(card)
    card.resize(700, 300)
    card.show()
    over = card.overlay
    there = (over.opacity, over.smooth, over.layers, over.label, card.pixels)
    assert [part for part in there if part.isVisible()] == []
    assert card.chips.isVisible()
    assert not card.photo.isVisible()
