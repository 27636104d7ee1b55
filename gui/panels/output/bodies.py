"""What every body of a card can do, and the bodies of classes, scores and plain numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from gui.numbers import fixed
from gui.panels.row.text import exact
from gui.state import Shown
from gui.theme import LIGHT, SPACE, Theme
from gui.views.bar_list import Bar, BarList
from gui.views.words import safe_label
from models.i18n import ntr, tr
from models.outputs import Classes, Plain, Score

FEW: Final = 10


def percent(probability: float) -> str:
    """Return a probability to be read: 61.2%; <0.1% and >99.9% where only 0 and 1 are whole."""
    least, most = 0.0005, 0.9995  # what one decimal would round to 0 and to 100
    if 0 < probability < least:
        return "<" + tr("{number}%", number=fixed(0.1, digits=1))
    if most <= probability < 1:
        return ">" + tr("{number}%", number=fixed(99.9, digits=1))
    return tr("{number}%", number=fixed(100 * probability, digits=1))


class Body(QWidget):
    """What a card holds. ``token_clicked`` pins a token; ``layer_asked`` lays a map over the photo.

    ``layer_asked(name | "", channel | None)``: the empty name takes the map away again.
    """

    token_clicked = Signal(int)
    layer_asked = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(SPACE // 2)
        self._theme = LIGHT

    def set_shown(self, shown: Shown) -> None:
        """Follow the token and the layer that are chosen."""

    def set_theme(self, theme: Theme) -> None:
        """Use another look."""
        self._theme = theme
        for part in self.findChildren(BarList):
            part.set_theme(theme)

    def note(self, text: str = "") -> QLabel:
        """Add a quiet line of words."""
        label = QLabel(text)
        label.setWordWrap(True)
        label.setProperty("muted", True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        self.column.addWidget(label)
        return label

    def bars(self, bars: Sequence[Bar], *, name: str, clickable: bool = False) -> BarList:
        """Add a list of bars."""
        drawn = BarList(clickable=clickable)
        drawn.setAccessibleName(name)
        drawn.set_bars(bars)
        self.column.addWidget(drawn)
        return drawn


class ClassesBody(Body):
    """The likeliest classes, and all of them when asked."""

    def __init__(self, output: Classes) -> None:
        super().__init__()
        self.output = output
        self.list = self.bars((), name=tr("Classes"))
        self.more = QPushButton(self)
        self.more.setCheckable(True)
        count = len(output.labels)
        self.more.setText(ntr("All {count} class", "All {count} classes", count))
        self.more.setVisible(count > FEW)
        self.more.toggled.connect(self._fill)
        self.column.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)
        self._fill()

    def _fill(self) -> None:
        top = self.output.top(None if self.more.isChecked() else FEW)
        self.list.set_bars([self._bar(number) for number in top])

    def _bar(self, number: int) -> Bar:
        output, score = self.output, float(self.output.scores[number])
        label = output.labels[number]
        tip = tr("{label}, class {number}: output {score}", label=safe_label(label),
                 number=number, score=exact(score))  # fmt: skip
        if output.probabilities is None:
            return Bar(label, exact(score), None, tip=tip)
        share = float(output.probabilities[number])
        tip += " · " + tr("probability {share}", share=exact(share))
        return Bar(label, percent(share), share, tip=tip)


class ScoreBody(Body):
    """The number itself, and its sigmoid as a bar."""

    def __init__(self, output: Score) -> None:
        super().__init__()
        lines = []
        if output.value is not None:
            lines.append(Bar(tr("Output (logit)"), exact(output.value), None))
        if output.probability is not None:
            shown = exact(output.probability)
            lines.append(Bar(tr("Sigmoid"), shown, output.probability))
        self.list = self.bars(lines, name=tr(output.title))


class PlainBody(Body):
    """A few statistics."""

    def __init__(self, output: Plain) -> None:
        super().__init__()
        found = output.statistics
        if found is None:
            self.note(tr("It holds no finite numbers."))
            return
        lines = [
            (tr("lowest"), found.low),
            (tr("highest"), found.high),
            (tr("mean"), found.mean),
            (tr("standard deviation"), found.deviation),
        ]
        bars = [Bar(name, exact(value), None) for name, value in lines]
        if found.odd:
            bars.append(Bar(tr("not finite"), str(found.odd), None))
        self.list = self.bars(bars, name=tr(output.title))
