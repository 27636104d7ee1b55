"""From what is on screen to a figure: the dialog, and the copy that asks nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from gui.controller import Controller
from gui.main_window import MainWindow
from gui.messages import Message
from gui.state import Shown
from gui.wording import worded
from models.i18n import mark
from models.record import Record

if TYPE_CHECKING:
    from models.compare_senses import Curves
    from models.figure.beside import Beside

_NOT_MEASURED = mark(
    "The map of this measure is not computed yet; export it instead, or copy it once it is shown."
)


class Exporting(QObject):
    """Opens the export dialog on what is shown."""

    def __init__(self, controller: Controller, window: MainWindow) -> None:
        super().__init__(window)
        self.controller, self.window = controller, window
        window.top.export_asked.connect(self.ask)

    def ask(self) -> None:
        """Open the export dialog on what is shown."""
        shown = self.controller.shown_with_check()
        if shown is not None:
            from gui.figures import laid_over  # noqa: PLC0415  # not at start-up
            from gui.panels.export_dialog import ExportDialog  # noqa: PLC0415  # as above

            over = laid_over(shown, self.controller.bench.outputs)
            tell = self.window.messages.show_message
            dialog = ExportDialog(shown, tell, self.window, over=over, beside=self._beside())
            dialog.follow(self.controller.checked, self._checked_like)
            self.window.closing.connect(dialog.reject)  # ends its thread with the window
            dialog.open()

    def _checked_like(self, record: Record) -> Record:
        """Return ``record`` with its check, once that was made."""
        bench = self.controller.bench_holding(record)
        if bench is None or bench.check is None:
            return record
        return replace(record, provenance=bench.check.told_in(record.provenance))

    def _beside(self) -> Beside | Curves | None:
        """Return what is compared, or a word's curves, while that page shows one of them."""
        shown = self.controller.shown
        if shown is None or shown.state.page != "compare":
            return None
        page = self.window.map.pages.get("compare")
        return getattr(page, "drawn", None)

    def _measured(self, shown: Shown) -> bool:
        """Tell whether every number that is asked for can be had without waiting."""
        asked = worded(shown).asked
        return asked.merged_weights or self.controller.measuring.knows(shown.record, asked)

    def copy(self) -> None:
        """Copy the figure of what is in front, without asking anything."""
        now, shown = self.controller.shown, self.controller.shown_with_check()
        beside = self._beside()
        if now is not None and beside is None and not self._measured(now):
            self.controller.message.emit(Message(_NOT_MEASURED, kind="warning"))
            return
        if shown is not None:
            from gui.figures import copy_figure, laid_over  # noqa: PLC0415  # not at start-up

            copy_figure(shown, laid_over(shown, self.controller.bench.outputs), beside)
            self.controller.message.emit(Message(mark("The figure is on the clipboard.")))
