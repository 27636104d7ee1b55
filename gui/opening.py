"""Every way to a model or a photo that asks the person something first."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from gui.controller import Controller
from gui.main_window import MainWindow
from models.i18n import tr

if TYPE_CHECKING:
    from gui.panels.open_dialog import OpenDialog


class Opening(QObject):
    """Owns the dialog that opens models, made when it is first wanted."""

    def __init__(self, controller: Controller, window: MainWindow) -> None:
        super().__init__(window)
        self.controller, self.window = controller, window
        self._made: OpenDialog | None = None
        controller.model_asked.connect(self._on_asked)
        window.closing.connect(self._on_closing)

    @property
    def dialog(self) -> OpenDialog:
        """The dialog, shown or not."""
        if self._made is None:
            from gui.panels.open_dialog import OpenDialog  # noqa: PLC0415  # not at start-up

            self._made = OpenDialog(self.window, theme=self.window.theme)
            self._made.chosen.connect(self.controller.open_model)
            self._made.refused.connect(self.window.messages.show_message)
        return self._made

    def ask(self) -> None:
        """Let the person name a model on the hub, a file or a folder."""
        self.dialog.ask()

    def ask_file(self) -> None:
        """Let the person choose an ONNX file."""
        title, kinds = tr("Open an ONNX file"), tr("ONNX models (*.onnx);;All files (*)")
        path, _kind = QFileDialog.getOpenFileName(self.window, title, "", kinds)
        if path:
            self.controller.open_model(path)

    def ask_photo(self) -> None:
        """Let the person choose a photo."""
        kinds = tr("Photos (*.png *.jpg *.jpeg *.webp *.bmp *.gif *.tif *.tiff);;All files (*)")
        path, _kind = QFileDialog.getOpenFileName(self.window, tr("Open a photo"), "", kinds)
        if path:
            self.controller.set_photo(path, name=Path(path).name)

    def follow(self) -> None:
        """Take over the window's theme and the language in force."""
        if self._made is not None:
            self._made.set_theme(self.window.theme)
            self._made.retranslate()

    def _on_asked(self, written: str, look: bool) -> None:  # noqa: FBT001  # the signal's shape
        from gui.panels.open_words import folder_named  # noqa: PLC0415  # not at start-up

        if folder_named(written) is not None:
            self.dialog.choose(written)
        else:
            self.dialog.ask(written, look=look)

    def _on_closing(self) -> None:
        if self._made is not None:
            self._made.shut()
