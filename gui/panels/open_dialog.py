"""One dialog to open a model: by its name on the hub, an address, a file or a folder."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final, Literal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QFileDialog, QWidget

from gui.acquiring import Acquisition, reference_to
from gui.messages import Message
from gui.panels.open_form import OpenForm
from gui.panels.open_words import (
    button_words,
    folder_named,
    heading_of,
    total_of,
    wanted_path,
)
from gui.player import show_busy
from gui.theme import LIGHT, Theme
from models.file_size import size_words
from models.hub.download import looked_again
from models.hub.reference import hub_name
from models.hub.variants import Listing
from models.i18n import tr

Doing = Literal["nothing", "looking", "downloading"]
_STEPS: Final = 1000  # of the progress bar


class OpenDialog(OpenForm):
    """Shows sizes before anything is downloaded; ``chosen(reference)`` when it can be opened.

    What goes wrong is said inside; ``refused`` carries it when the dialog is not on screen.
    """

    chosen = Signal(str)
    refused = Signal(object)  # Message

    def __init__(self, parent: QWidget | None = None, *, theme: Theme = LIGHT) -> None:
        super().__init__(parent, theme=theme)
        self.work = Acquisition(self)
        self._listing: Listing | None = None
        self._folder: Path | None = None
        self._doing: Doing = "nothing"
        self._done = (0, 0)
        self._connect()
        self.retranslate()

    def _connect(self) -> None:
        self.field.returnPressed.connect(self.look_up)
        self.look_button.clicked.connect(self.look_up)
        self.file_button.clicked.connect(self._browse_file)
        self.folder_button.clicked.connect(self._browse_folder)
        self.table.picked.connect(self._show_state)
        self.table.taken.connect(self.take)
        self.open_button.clicked.connect(self.take)
        for signal in (self.known.clicked, self.known.activated):
            signal.connect(lambda index: self._take_path(index.data()))
        self.stop_button.clicked.connect(self.stop)
        self.close_button.clicked.connect(self.close)
        queued = Qt.ConnectionType.QueuedConnection
        self.work.listed.connect(self._on_listed, queued)
        self.work.progressed.connect(self._on_progress, queued)
        self.work.ready.connect(self._finish)
        self.work.failed.connect(self._on_failed)
        self.work.suggested.connect(self._on_suggested)

    # -- what the person asks for

    def ask(self, written: str = "", *, look: bool = False) -> None:
        """Show the dialog with ``written`` in its field, and look it up at once when ``look``."""
        if self._doing == "downloading":
            self._bring_up()
            return
        self._listing = None
        self.field.setText(written)
        self._say_nothing()
        self.table.set_listing(None)
        self.work.suggest()
        self._show_state()
        self._bring_up()
        if look and written:
            self.look_up()

    def choose(self, folder: str) -> None:
        """Open a folder's model at once when it has one; show what to choose from otherwise."""
        if self._doing == "downloading":
            self._bring_up()
            return
        self.field.setText(folder)
        self.look_up()

    def look_up(self) -> None:
        """List what the field names."""
        written = self.field.text().strip()
        if not written or self._doing == "downloading":
            return
        self._say_nothing()
        self._listing, self._folder = None, folder_named(written)
        self.table.set_listing(None)
        self._doing = "looking"
        self.work.look_up(written)
        self._show_state()

    def take(self) -> None:
        """Open the selected variant, downloading it before when it is not here."""
        listing, variant = self._listing, self.table.variant
        if listing is None or variant is None or self._doing == "downloading":
            return
        self._say_nothing()
        self.work.stop()  # the hub's own list may still be on its way
        if variant.cached:
            self._finish(reference_to(listing, variant, folder=self._folder))
            return
        self._doing = "downloading"
        self._done = (variant.bytes - variant.missing_bytes, variant.bytes)
        self.work.bring(listing, variant)
        self._show_state()

    def stop(self) -> None:
        """Stop looking up or downloading; what has arrived stays and is shown."""
        self.work.stop()
        self._doing = "nothing"
        self._look_again()

    def shut(self) -> None:
        """Stop everything and wait for it: the program ends."""
        self.close()
        self.work.close()

    def _browse_file(self) -> None:
        title, kinds = tr("Open an ONNX file"), tr("ONNX models (*.onnx);;All files (*)")
        path, _kind = QFileDialog.getOpenFileName(self, title, "", kinds)
        self._take_path(path)

    def _browse_folder(self) -> None:
        self._take_path(QFileDialog.getExistingDirectory(self, tr("Open a model folder")))

    def _take_path(self, path: str) -> None:
        if path and self._doing != "downloading":
            self.field.setText(path)
            self.look_up()

    # -- answers

    def _on_suggested(self, names: tuple[str, ...]) -> None:
        self.names.setStringList(list(names))
        self._show_state()

    def _on_listed(self, listing: Listing, final: bool) -> None:  # noqa: FBT001  # signal's shape
        if self._doing != "looking":
            return
        if final:
            self._doing = "nothing"
        selected = self.table.variant
        reference = listing.reference
        asked = "" if reference is None else reference.variant
        self._listing = listing
        if final and not self.isVisible() and len(listing.variants) == 1:
            self.table.set_listing(listing)
            self.take()
            return
        self.table.set_listing(listing, wanted=wanted_path(listing, asked, selected))
        for notice in listing.notices:
            self._say(Message(notice.message, values=notice.values, kind="warning"))
        self._show_state()
        if not self.isVisible():
            self._bring_up()
        self.table.setFocus()

    def _on_progress(self, done: int, total: int) -> None:
        self._done = (done, total)
        if self._doing == "downloading":
            self._show_progress()

    def _on_failed(self, error: BaseException) -> None:
        self._doing = "nothing"
        if self.isVisible():
            self._say(Message.of(error))
        else:
            self.refused.emit(Message.of(error))
        self._look_again()

    def _finish(self, reference: str) -> None:
        self._doing = "nothing"
        self.chosen.emit(reference)
        self.hide()

    def _look_again(self) -> None:
        """Show what is on this computer now, after a download that was not finished."""
        listing = self._listing
        if listing is not None and listing.reference is not None:
            variants = tuple(looked_again(listing, variant) for variant in listing.variants)
            wanted = "" if self.table.variant is None else self.table.variant.path
            self._listing = replace(listing, variants=variants)
            self.table.set_listing(self._listing, wanted=wanted)
        self._show_state()

    # -- what is shown

    def _bring_up(self) -> None:
        self.show()
        self.activateWindow()
        self.field.selectAll()
        self.field.setFocus()

    def _say(self, message: Message) -> None:
        self.messages.show_message(message)

    def _say_nothing(self) -> None:
        for strip in self.messages.strips:
            self.messages.clear_kind(strip.message.kind)

    def _show_state(self) -> None:
        downloading, variant = self._doing == "downloading", self.table.variant
        listing = self._listing
        known = listing is None and self._doing == "nothing"
        self.stack.setCurrentWidget(self.known if known else self.table)
        if listing is not None:
            self.heading.setText(heading_of(listing))
        elif self._doing == "looking":
            asking = self._folder is None
            self.heading.setText(tr("asking {hub} …", hub=hub_name()) if asking else "")
        else:
            self.heading.setText(tr("Downloaded before") if self.names.rowCount() else "")
        self.progress.setVisible(self._doing != "nothing")
        self.total.setVisible(self._doing == "nothing")
        self.stop_button.setVisible(self._doing != "nothing")
        self.open_button.setEnabled(variant is not None and not downloading)
        for widget in (self.field, self.look_button, self.file_button, self.folder_button):
            widget.setEnabled(not downloading)
        self.table.setEnabled(not downloading)
        self.total.setText("" if variant is None else total_of(variant))
        self.open_button.setText(button_words(variant))
        self._show_progress()

    def _show_progress(self) -> None:
        done, total = self._done
        if self._doing == "looking":
            show_busy(self.progress)
            return
        self.progress.setRange(0, _STEPS)
        self.progress.setValue(_STEPS * done // max(total, 1))
        words = tr("{done} of {total}", done=size_words(done), total=size_words(total))
        self.progress.setFormat(words)

    def retranslate(self) -> None:
        """Say everything again in the language in force."""
        super().retranslate()
        self._show_state()

    # -- the dialog's own events

    def reject(self) -> None:
        """Esc stops what is going on; with nothing going on it closes the dialog."""
        if self._doing != "nothing":
            self.stop()
        else:
            super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop what is going on: the part that has arrived is kept."""
        self.stop()
        event.accept()
