"""What the model calls tokens, written over their chips."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QRect
from PySide6.QtGui import QColor, QHelpEvent, QImage
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from gui.theme import LIGHT
from gui.views.chip_sizes import TAG
from gui.views.token_chips import TokenChips
from tests.helpers.view_inputs import sentence

# CLS O gato está no tel|ha|do SEP padding
TAGS = (None, None, "B-CAT", None, None, "B-LOC", "I-LOC", "I-LOC", None, None)


@pytest.fixture
def chips(qtbot: QtBot) -> TokenChips:
    widget = TokenChips(compact=True)
    qtbot.addWidget(widget)
    widget.resize(700, 120)
    widget.set_tokens(sentence())
    widget.show()
    return widget


def rect(chips: TokenChips, position: int) -> QRect:
    found = chips.chip_rect(position)
    assert found is not None
    return found


def lined(chips: TokenChips, left: int, right: int) -> bool:
    """Whether the line of a tag runs over a chip's whole width."""
    image: QImage = chips.viewport().grab().toImage()
    y = rect(chips, left).top() - 4
    across = range(rect(chips, left).left() + 4, rect(chips, right).right() - 4)
    return all(QColor(image.pixel(x, y)).name() == LIGHT.accent for x in across)


def test_a_tag_lies_over_its_chip_and_over_no_other(chips: TokenChips) -> None:
    before = rect(chips, 2)
    chips.set_tags(TAGS)
    assert rect(chips, 2).top() == before.top() + TAG
    assert lined(chips, 2, 2)
    assert not lined(chips, 1, 1)
    assert not lined(chips, 3, 3)


def test_pieces_of_one_name_share_one_tag(chips: TokenChips) -> None:
    chips.set_tags(TAGS)
    assert lined(chips, 5, 7)
    chips.set_tags((None,) * 5 + ("B-LOC", "B-LOC", None, None, None))
    assert not lined(chips, 5, 6)  # two names, two lines


def test_without_tags_nothing_moves_and_they_go_with_the_sentence(chips: TokenChips) -> None:
    before = rect(chips, 2)
    chips.set_tags((None,) * 10)
    assert rect(chips, 2) == before
    chips.set_tags(TAGS)
    chips.set_tokens(sentence())
    assert rect(chips, 2) == before
    chips.set_tags(TAGS)
    chips.set_tags(())
    assert rect(chips, 2) == before


def test_tags_of_another_sentence_are_not_shown(chips: TokenChips) -> None:
    before = rect(chips, 2)
    chips.set_tags(TAGS[:4])
    assert rect(chips, 2) == before


def test_the_tool_tip_holds_the_whole_label(
    chips: TokenChips, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(QToolTip, "showText", lambda _at, text, *_more: said.append(text))
    chips.set_tags(TAGS)
    place = rect(chips, 6).center()
    QApplication.sendEvent(chips.viewport(), QHelpEvent(QEvent.Type.ToolTip, place, place))
    assert "label I-LOC" in said[0]


def test_a_tag_belongs_to_its_chip_for_the_pointer(chips: TokenChips) -> None:
    chips.set_tags(TAGS)
    over = rect(chips, 2).center()
    over.setY(rect(chips, 2).top() - TAG // 2)
    assert chips.token_at(over) == 2


def test_tags_ask_for_their_room(chips: TokenChips) -> None:
    before = chips.sizeHint().height()
    chips.set_tags(TAGS)
    assert chips.sizeHint().height() == before + 2 * TAG
