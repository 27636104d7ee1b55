"""Something dragged over the window is answered with a frame that says what would happen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from gui.drop_target import DropTarget, drop_words
from gui.theme import DARK, LIGHT


@pytest.fixture
def target(qtbot: QtBot) -> Iterator[DropTarget]:
    window = QWidget()
    qtbot.addWidget(window)
    target = DropTarget(window)
    window.resize(500, 300)
    window.show()
    yield target
    window.close()


def photo() -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile("/somewhere/cat.jpg")])
    return mime


def enter(target: DropTarget, mime: QMimeData) -> bool:
    event = QDragEnterEvent(
        QPoint(9, 9),
        Qt.DropAction.CopyAction,
        mime,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(target.parentWidget(), event)
    return event.isAccepted()


def test_the_frame_comes_with_the_drag_and_goes_when_it_leaves(target: DropTarget) -> None:
    assert not target.isVisible()
    assert enter(target, photo())
    assert target.isVisible()
    assert target.size() == target.parentWidget().size()
    assert "cat.jpg" in target.accessibleName()
    QApplication.sendEvent(target.parentWidget(), QDragLeaveEvent())
    assert not target.isVisible()


def test_a_drop_takes_the_frame_away_and_carries_the_file(target: DropTarget, qtbot: QtBot) -> None:
    mime = photo()
    enter(target, mime)
    event = QDropEvent(
        QPointF(9, 9),
        Qt.DropAction.CopyAction,
        mime,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    with qtbot.waitSignal(target.dropped) as caught:
        QApplication.sendEvent(target.parentWidget(), event)
    assert not target.isVisible()
    assert caught.args[0].path.name == "cat.jpg"


def test_what_cannot_be_used_is_refused_without_a_frame(target: DropTarget) -> None:
    mime = QMimeData()
    mime.setData("application/x-unknown", b"1")
    assert not enter(target, mime)
    assert not target.isVisible()


def test_the_words_say_what_would_happen() -> None:
    model, text, address = QMimeData(), QMimeData(), QMimeData()
    model.setUrls([QUrl.fromLocalFile("/m/Model.ONNX")])
    text.setText("Bom dia")
    address.setText("https://huggingface.co/a/b")
    assert "photo cat.jpg" in drop_words(photo())
    assert "model Model.ONNX" in drop_words(model)
    assert "sentence" in drop_words(text)
    assert drop_words(address) == "Drop a photo, a model or a sentence"


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_the_frame_is_dashed_in_the_accent_colour(target: DropTarget, theme: object) -> None:
    target.set_theme(theme)
    enter(target, photo())
    image = target.grab().toImage()
    line = [QColor(image.pixel(x, 16)).name() for x in range(60, 440)]
    inked = [name == theme.accent for name in line]
    assert any(inked)
    assert not all(inked)
