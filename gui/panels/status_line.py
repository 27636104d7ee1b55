"""The line at the foot: model, provider really used, duration, and the check."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QStatusBar, QWidget

from gui.naming import check_colour, check_words, provider_details, provider_words
from gui.numbers import fixed
from gui.panels.link_label import LinkLabel
from gui.theme import LIGHT, SPACE, Theme
from models.i18n import tr
from models.providers.fallback import STRAYING
from models.record import Provenance

_SECOND: Final = 1000.0  # milliseconds
_LONG: Final = 1500  # of waiting, until it is said how it ends


class StatusLine(QStatusBar):
    """Shows facts of the record on screen; every part is its own label, so it can be read."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = LinkLabel()
        self.provider, self.time, self.check = (QLabel() for _ in range(3))
        self.waiting, self.late = QLabel(), QTimer(self)
        self.late.setSingleShot(True)
        self.late.setInterval(_LONG)
        self.late.timeout.connect(self._say_how_it_ends)
        self._theme = LIGHT
        self._facts: tuple[Provenance, str] | None = None
        for label in (self.model, self.provider, self.time, self.waiting):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setContentsMargins(8, 0, 8, 0)
            self.addWidget(label)
        self.check.setTextFormat(Qt.TextFormat.PlainText)
        self.check.setContentsMargins(8, 0, 8, 0)
        self.addPermanentWidget(self.check)
        self.setSizeGripEnabled(False)
        self.setContentsMargins(0, 0, 8, 0)  # as far from the edge as the cards

    def set_facts(self, provenance: Provenance, *, size: str) -> None:
        """Show where the numbers on screen come from."""
        self._facts = (provenance, size)
        self.model.setToolTip(tr("Show the model card"))
        self.provider.setText(provider_words(provenance))
        self.provider.setToolTip(provider_details(provenance))
        apart = provenance.cpu_difference
        strays = apart is not None and apart > STRAYING
        self.provider.setStyleSheet(f"color: {self._theme.warning};" if strays else "")
        self.time.setText(_duration(provenance.milliseconds))
        self.time.setToolTip(tr("Duration of the last run"))
        self.check.setText(check_words(provenance))
        self.check.setToolTip(
            tr(
                "Largest difference, over all layers and heads, between the weights and vectors "
                "of this input shown here and the tensors that onnxruntime itself computed for "
                "it. Where the input is too large to compare, a small sample stands in, and the "
                "line says so."
            )
        )
        self.check.setStyleSheet(f"color: {check_colour(provenance, self._theme)};")
        self._fit()

    def set_busy(self, busy: bool) -> None:  # noqa: FBT001  # the signal's shape
        """Say how to end what takes long, for as long as it does."""
        if not busy:
            self.late.stop()
            self.waiting.clear()
            self._fit()
        elif not self.late.isActive() and not self.waiting.text():
            self.late.start()

    def _say_how_it_ends(self) -> None:
        self.waiting.setText(tr("working … Esc cancels"))
        self._fit()

    def _fit(self) -> None:
        """Leave the model's size out where not all words have room: its card tells it too."""
        if self._facts is None:
            return
        provenance, size = self._facts
        whole = f"{provenance.model} · {size}"
        others = sum(label.sizeHint().width() for label in self._others)
        room = self.width() - others - 4 * SPACE
        self.model.setText(whole)
        if self.model.sizeHint().width() > room:
            self.model.setText(provenance.model)

    @property
    def _others(self) -> tuple[QLabel, ...]:
        """What stands beside the model."""
        return self.provider, self.time, self.waiting, self.check

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Say as much as there is room for."""
        super().resizeEvent(event)
        self._fit()

    def set_nothing(self) -> None:
        """Show no facts: what stood here is of something that is no longer on screen."""
        self._facts = None
        for label in (self.model, self.provider, self.time, self.check):
            label.setText("")
            label.setToolTip("")

    def set_theme(self, theme: Theme) -> None:
        """Recolour the check."""
        self._theme = theme
        self.retranslate()

    def retranslate(self) -> None:
        """Say everything again in the language in force."""
        if self.waiting.text():
            self._say_how_it_ends()
        if self._facts is not None:
            provenance, size = self._facts
            self.set_facts(provenance, size=size)


def _duration(milliseconds: float) -> str:
    """Return how long a run took, from a second on in seconds."""
    if milliseconds < _SECOND:
        return tr("{time} ms", time=fixed(milliseconds, digits=1))
    return tr("{time} s", time=fixed(milliseconds / _SECOND, digits=1))
