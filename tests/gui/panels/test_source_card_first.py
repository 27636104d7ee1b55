"""The card of the input before any input is known: what the very first frame shows."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from gui.panels.source_card import SourceCard


def test_the_first_frame_has_no_controls_of_a_photo(qtbot: QtBot) -> None:
    card = SourceCard()
    qtbot.addWidget(card)
    card.resize(700, 300)
    card.show()
    there = (card.opacity, card.smooth, card.layers, card.pixels, card.opacity_label)
    assert [part for part in there if part.isVisible()] == []
    assert card.chips.isVisible()
    assert not card.photo.isVisible()
