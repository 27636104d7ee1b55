"""Tokens, grids and rows that tests of the views share."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from models.attention import Float
from models.encoded import Token


def special(label: str) -> Token:
    return Token(text=f"[{label}]", label=label, kind="special")


def words(*pieces: str | Sequence[str], segment: int = 0) -> list[Token]:
    """One word per argument, in pieces when it is a list."""
    return [
        Token(text=f"▁{piece}", label=piece, word=number, segment=segment)
        for number, word in enumerate(pieces)
        for piece in ([word] if isinstance(word, str) else word)
    ]


def sentence() -> list[Token]:
    """CLS O gato está no tel|ha|do SEP, and one place of padding."""
    return [
        special("CLS"),
        *words("O", "gato", "está", "no", ["tel", "ha", "do"]),
        special("SEP"),
        Token(text="[PAD]", label="PAD", kind="padding"),
    ]


def patches(rows: int, columns: int, *, registers: int = 0) -> list[Token]:
    """CLS, registers, then every patch row by row."""
    return [
        special("CLS"),
        *(special(f"REG{i + 1}") for i in range(registers)),
        *(
            Token(text="", label=f"r{r + 1} c{c + 1}", kind="patch", cell=(r, c))
            for r in range(rows)
            for c in range(columns)
        ),
    ]


def row_of(count: int, *, largest: int) -> Float:
    """A row that sums to 1 and gives half of it to ``largest``."""
    row = np.full(count, 0.5 / (count - 1), dtype=np.float32)
    row[largest] = 0.5
    return row


def move_to(widget: QWidget, point: QPoint | QPointF) -> None:
    """Move the pointer over ``widget`` with no button held."""
    place = QPointF(point)
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        place,
        widget.mapToGlobal(place),
        Qt.MouseButton.NoButton,
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(widget, event)
