"""The card of the input says what is shown: a row, or a column."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from gui.panels.source_card import SourceCard
from gui.state import ViewState, resolve
from tests.helpers.records import text_record


def test_the_limits_of_weights_to_a_token_are_a_column_s(qtbot: QtBot) -> None:
    record = text_record()
    card = SourceCard()
    qtbot.addWidget(card)
    card.set_record(record)
    card.set_shown(resolve(ViewState(pinned=1, direction="to"), record))
    assert card.limits.itemText(0) == "0 – largest of this column"
    card.retranslate()
    assert card.limits.itemText(0) == "0 – largest of this column"
    card.set_shown(resolve(ViewState(pinned=1), record))
    assert card.limits.itemText(0) == "0 – largest of this row"
