"""The parts of the page of comparisons, and how they are laid out."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui.panels.choice_box import ChoiceBox
from gui.panels.compare_choice import CompareChoice
from gui.panels.compare_maps import CompareMaps
from gui.panels.limits_words import short_limits
from gui.theme import SPACE, Theme
from gui.views.sense_chart import SenseChart
from models.compare_other import Other
from models.i18n import tr


class CompareParts(QWidget):
    """Choices above, the maps or the curves, and what they say below.

    ``limits`` is for texts: beside a photo its own choice of limits stays in sight.
    """

    limits_changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choice, self.chart = CompareChoice(), SenseChart()
        self.words, self.photos = CompareMaps(photos=False), CompareMaps(photos=True)
        self.swap, self.clear, self.senses = QToolButton(), QToolButton(), QToolButton()
        self.limits = ChoiceBox()
        self.blank, self.start = QWidget(), QPushButton()
        self.menu = QMenu(self.senses)
        self.notice, self.readout, self.turn = QLabel(), QLabel(), QPushButton()
        self.limits.activated.connect(
            lambda _i: self.limits_changed.emit(self.limits.currentData())
        )
        self.choice.photo_asked.connect(self._ask_photo)
        self.choice.model_asked.connect(self._ask_model)
        self._lay_out()

    def _lay_out(self) -> None:
        for label in (self.notice, self.readout):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.notice.setProperty("muted", True)
        self.notice.setWordWrap(True)
        self.senses.setMenu(self.menu)
        self.senses.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.swap.setText("⇄")
        self.clear.setText("✕")
        self.limits.setSizeAdjustPolicy(
            ChoiceBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.limits.setMinimumContentsLength(9)
        head = QHBoxLayout()
        head.addWidget(self.choice, 1)
        for part in (self.swap, self.clear, self.limits, self.senses):
            head.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, 0, 0, 0)
        column.setSpacing(SPACE // 2)
        column.addLayout(head)
        inside = QVBoxLayout(self.blank)  # takes the room while nothing stands beside
        inside.addWidget(self.start, 0, Qt.AlignmentFlag.AlignCenter)
        for view in (self.words, self.photos, self.chart, self.blank):
            column.addWidget(view, 1)
        foot = QHBoxLayout()
        foot.addWidget(self.notice, 1)
        foot.addWidget(self.turn, 0, Qt.AlignmentFlag.AlignTop)
        self.turn.hide()
        column.addLayout(foot)
        column.addWidget(self.readout)

    def set_theme(self, theme: Theme) -> None:
        """Use another look."""
        for part in (self.words, self.photos, self.chart):
            part.set_theme(theme)

    def retranslate(self) -> None:
        """Say everything again in the language in force."""
        for button, words in (
            (self.swap, tr("Swap the two sides")),
            (self.clear, tr("Clear side B")),
            (self.senses, tr("Follow a word with two senses through the layers")),
        ):
            button.setToolTip(words)
            button.setAccessibleName(words)
        self.senses.setText(tr("Senses") + "   ")
        self.limits.fill(short_limits())
        self.limits.setAccessibleName(tr("Where the colours of A and B end"))
        self.limits.setToolTip(
            tr(
                "Both sides share one scale: to the largest of both, to 1, each row to its own "
                "largest, or by powers of 10. A − B always runs evenly from −m to m around 0."
            )
        )
        words = tr("Two sentences with the same word, and where its meanings part, layer by layer.")
        self.start.setToolTip(words)
        self.start.setAccessibleDescription(words)
        self.turn.setToolTip(tr("The two sentences as maps, or the word through the layers"))
        self.choice.retranslate()
        self.chart.retranslate()

    def _ask_photo(self) -> None:
        kinds = tr("Photos (*.png *.jpg *.jpeg *.webp *.bmp *.gif *.tif *.tiff);;All files (*)")
        path, _kind = QFileDialog.getOpenFileName(self, tr("Open a photo"), "", kinds)
        if path:
            self.choice.set_other(Other("photo", place=path))

    def _ask_model(self) -> None:
        kinds = tr("ONNX models (*.onnx);;All files (*)")
        path, _kind = QFileDialog.getOpenFileName(self, tr("Open an ONNX file"), "", kinds)
        if path:
            self.choice.set_other(Other("model", place=path))
