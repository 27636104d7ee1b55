"""Choose what becomes a figure and how large, see it, then save or copy it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PIL import Image
from PySide6.QtCore import QSize, QStandardPaths, Qt, SignalInstance
from PySide6.QtGui import QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui.figures import front_of, request_for, to_clipboard, views_of
from gui.first_size import FirstSize
from gui.messages import Message
from gui.state import Shown
from gui.theme import SPACE
from gui.views.flow import FlowLayout
from gui.views.qimages import to_qimage
from gui.worker import Lane
from gui.zoom import scaled
from models.errors import MiranteError
from models.figure import FigureRequest, draw, png_bytes, propose_name, save
from models.i18n import mark, tr
from models.record import Record
from models.settings import FIGURE_THEMES

if TYPE_CHECKING:
    from models.compare_senses import Curves
    from models.figure.beside import Beside
    from models.outputs.layered import Layered

SCALES: Final = (1, 2, 3, 4)


class ExportDialog(FirstSize):
    """The picture shown is the picture saved, only smaller on screen."""

    def __init__(
        self,
        shown: Shown,
        tell: Callable[[Message], object],
        parent: QWidget | None = None,
        *,
        over: Layered | None = None,
        beside: Beside | Curves | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._shown, self._tell, self._over, self._beside = shown, tell, over, beside
        self._checked: Callable[[Record], Record] = lambda record: record
        self._image: Image.Image | None = None
        self._request: FigureRequest | None = None
        self._pixmap = QPixmap()
        self.views, self.scales = QButtonGroup(self), QButtonGroup(self)
        self.themes = QButtonGroup(self)
        self.preview, self.size_label, self.note = QLabel(), QLabel(), QLabel()
        self.save_button, self.copy_button = QPushButton(), QPushButton()
        self.close_button = QPushButton()
        self.lane = Lane("figure", self)
        queued = Qt.ConnectionType.QueuedConnection
        self.lane.done.connect(self._on_drawn, queued)
        self.lane.failed.connect(self._on_failed, queued)
        self.finished.connect(lambda _result: self.lane.close())
        self._lay_out()
        self._redraw()

    def _lay_out(self) -> None:
        self.setWindowTitle(tr("Export PNG"))
        choices, foot = self._choices(), self._foot()
        self.preview.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.preview.setMinimumSize(480, 320)
        self.preview.setAccessibleName(tr("Preview of the figure"))
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * SPACE, 2 * SPACE, 2 * SPACE, 2 * SPACE)
        column.setSpacing(2 * SPACE)
        column.addLayout(choices)
        column.addWidget(self.preview, 1)
        column.addLayout(foot)
        drawn = self.views.checkedButton()
        assert drawn is not None  # noqa: S101  # one of them is always on
        drawn.setFocus()  # the keyboard begins at what is drawn

    def _choices(self) -> QLayout:
        """Lay out which figure is drawn, and how large and in which colours below it."""
        which = QWidget()
        views, tools = FlowLayout(which, spacing=SPACE // 2), QHBoxLayout()
        tools.setSpacing(SPACE // 2)
        names, first = self._names(), front_of(self._shown, self._over, self._beside)
        for number, view in enumerate(self._views):
            self._add_choice(views, self.views, names[view], number, on=view == first)
        for scale in SCALES:
            self._add_choice(tools, self.scales, f"{scale}×", scale, on=scale == SCALES[1])
        tools.addSpacing(2 * SPACE)
        for number, (words, tip) in enumerate(
            (
                (tr("Light"), tr("Dark on white, for paper, whatever the window's theme")),
                (tr("Dark"), tr("Light on black, for slides and screens")),
            )
        ):
            self._add_choice(tools, self.themes, words, number, on=number == 0, tip=tip)
        tools.addStretch(1)
        self.size_label.setProperty("muted", True)
        tools.addWidget(self.size_label)
        choices = QVBoxLayout()
        choices.setSpacing(SPACE)
        choices.addWidget(which)
        choices.addLayout(tools)
        return choices

    def _names(self) -> dict[str, str]:
        """Return what every figure is called."""
        return {
            "heatmap": tr("Heatmap"),
            "atlas": tr("Every head"),
            "chosen": tr("Chosen heads"),
            "lines": tr("Lines"),
            "layers": tr("Layers"),
            "compare": tr("Comparison"),
            "senses": tr("Senses"),
            "row": tr("Row"),
            "overlay": tr("Attention over the photo"),
            "map": "" if self._over is None else self._over.title,
        }

    def _foot(self) -> QLayout:
        """Lay out the note and what can be done with the figure."""
        for button, words in (
            (self.save_button, tr("Save …")),
            (self.copy_button, tr("Copy")),
            (self.close_button, tr("Close")),
        ):
            button.setText(words)
            button.setEnabled(button is self.close_button)
        self.save_button.setDefault(True)
        self.close_button.setAutoDefault(False)
        self.close_button.clicked.connect(self.reject)
        self.save_button.clicked.connect(self.ask_path)
        self.copy_button.clicked.connect(self.copy)
        self.note.setProperty("muted", True)
        self.note.setWordWrap(True)
        foot = QHBoxLayout()
        foot.addWidget(self.note, 1)
        for button in (self.close_button, self.copy_button, self.save_button):
            foot.addWidget(button)
        return foot

    def _add_choice(
        self,
        row: QLayout,
        group: QButtonGroup,
        words: str,
        number: int,
        *,
        on: bool,
        tip: str = "",
    ) -> None:
        button = QToolButton()
        button.setText(words)
        button.setToolTip(tip or words)
        button.setCheckable(True)
        button.setChecked(on)
        group.addButton(button, number)
        row.addWidget(button)
        button.clicked.connect(self._redraw)

    def follow(self, told: SignalInstance, checked: Callable[[Record], Record]) -> None:
        """Draw again what the figure says of the check when ``told`` says that it was made."""
        self._checked = checked
        told.connect(self._on_checked)

    def _on_checked(self) -> None:
        record = self._checked(self._shown.record)
        if record is not self._shown.record:
            self._shown = replace(self._shown, record=record)
            self._redraw()

    @property
    def _views(self) -> tuple[str, ...]:
        return views_of(self._shown, self._over, self._beside)

    @property
    def request(self) -> FigureRequest:
        """The figure that the buttons ask for."""
        view = self._views[max(self.views.checkedId(), 0)]
        theme = FIGURE_THEMES[max(self.themes.checkedId(), 0)]
        scale = float(self.scales.checkedId())
        return request_for(
            self._shown, view, scale=scale, theme=theme, over=self._over, beside=self._beside
        )

    def _redraw(self) -> None:
        self.note.setText(self._pending())
        request, record = self.request, self._shown.record
        self.lane.submit(lambda _cancel: (draw(record, request), request))

    def _pending(self) -> str:
        """Return what a person should know before they save."""
        outputs = self.request.view == "map"  # nothing is recomputed there
        if outputs or self._shown.record.provenance.checked_on:
            return ""
        return tr("The check against onnxruntime is still running; the figure will say its result.")

    def _on_drawn(self, _number: int, result: object) -> None:
        self._image, self._request = result  # type: ignore[misc]
        assert self._image is not None  # noqa: S101  # the lane's only result
        self._pixmap = QPixmap.fromImage(to_qimage(self._image))
        self.size_label.setText(
            tr("{width} × {height} pixels", width=self._image.width, height=self._image.height)
        )
        for button in (self.save_button, self.copy_button):
            button.setEnabled(True)
        self._fit()

    def _on_failed(self, _number: int, error: object) -> None:
        assert isinstance(error, BaseException)  # noqa: S101  # what lanes send
        self._tell(Message.of(error))
        self.reject()

    def _fit(self) -> None:
        if self._pixmap.isNull():
            return
        ratio = self.devicePixelRatioF()
        room = self.preview.size() * ratio
        fitted = self._pixmap.scaled(
            room.boundedTo(self._pixmap.size()),
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        fitted.setDevicePixelRatio(ratio)
        self.preview.setPixmap(fitted)

    def sizeHint(self) -> QSize:
        """Room for a preview of which the words can be read."""
        return QSize(scaled(860), scaled(640))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the preview again."""
        super().resizeEvent(event)
        self._fit()

    def ask_path(self) -> None:
        """Let the person choose where to save; a proposed name is there already."""
        assert self._request is not None  # noqa: S101  # the button is off until drawn
        where = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.PicturesLocation)
        proposed = Path(where) / propose_name(self._shown.record, self._request)
        path, _kind = QFileDialog.getSaveFileName(
            self, tr("Save the figure"), str(proposed), tr("PNG pictures (*.png)")
        )
        if path:
            self.save_to(Path(path))

    def save_to(self, path: Path) -> None:
        """Write the figure; on failure say why and stay open, so that nothing is lost."""
        assert self._image is not None  # noqa: S101  # the button is off until drawn
        assert self._request is not None  # noqa: S101
        target = path if path.suffix.lower() == ".png" else path.with_name(path.name + ".png")
        try:
            save(self._image, self._shown.record, self._request, target)
        except MiranteError as error:
            self._tell(Message.of(error))
            return
        self._tell(Message(mark("Saved {name}."), values={"name": target.name}))
        self.accept()

    def copy(self) -> None:
        """Put the figure on the clipboard, as a picture and as PNG with its text fields."""
        assert self._image is not None  # noqa: S101  # the button is off until drawn
        assert self._request is not None  # noqa: S101
        to_clipboard(self._image, png_bytes(self._image, self._shown.record, self._request))
        self._tell(Message(mark("The figure is on the clipboard.")))
        self.note.setText(tr("The figure is on the clipboard."))
