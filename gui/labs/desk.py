"""Recipes in and out: files that are asked for, and the command on the clipboard."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final, cast

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from gui.labs.laboratory import LabController
from gui.labs.saving import script_command
from gui.labs.state import Kind
from gui.messages import Message
from models.errors import MiranteError
from models.experiments.recipe_facts import save_recipe
from models.i18n import mark, tr

SAMPLES: Final = Path(__file__).resolve().parents[2] / "assets" / "images"
_SUFFIXES: Final = {"save": ".json", "csv": ".csv", "npz": ".npz"}


class RecipeDesk(QObject):
    """Answers what a card's recipe menu asks for; tells with ``message`` how it went."""

    message = Signal(object)  # Message

    def __init__(self, lab: LabController, parent: QWidget) -> None:
        super().__init__(parent)
        self._lab, self._over = lab, parent
        self._doing: dict[str, Callable[[Kind, Path], None]] = {
            "save": self._save,
            "csv": self._export,
            "npz": self._export,
        }
        lab.exported.connect(
            lambda name: self._tell(Message(mark("Saved as {file}."), values={"file": name}))
        )
        lab.export_failed.connect(lambda error: self._tell(Message.of(error)))

    def answer(self, kind: str, what: str) -> None:
        """Save, export or copy the experiment of one kind."""
        asked = cast("Kind", kind)
        if what == "copy":
            self._copy(asked)
            return
        suffix = _SUFFIXES[what]
        name, _filter = QFileDialog.getSaveFileName(
            self._over, tr("Save as"), f"mirante-{kind}{suffix}", f"*{suffix}"
        )
        if name:
            path = Path(name)
            self._doing[what](asked, path if path.suffix == suffix else path.with_suffix(suffix))

    def load(self) -> None:
        """Ask for a recipe's file, and run it."""
        name, _filter = QFileDialog.getOpenFileName(self._over, tr("Load a recipe"), "", "*.json")
        if name:
            try:
                self._lab.load(Path(name))
            except MiranteError as error:
                self._tell(Message.of(error))

    def _save(self, kind: Kind, path: Path) -> None:
        recipe = self._lab.recipe(kind)
        if isinstance(recipe, MiranteError):
            self._tell(Message.of(recipe))
            return
        try:
            save_recipe(recipe, path)
        except MiranteError as error:
            self._tell(Message.of(error))
        else:
            self._tell(Message(mark("Saved as {file}."), values={"file": path.name}))

    def _export(self, kind: Kind, path: Path) -> None:
        self._lab.export(kind, path)

    def _copy(self, kind: Kind) -> None:
        recipe, record = self._lab.recipe(kind), self._lab.record
        if isinstance(recipe, MiranteError) or record is None:
            return
        encoded, bench = record.encoded, self._lab.controller.bench
        sample = SAMPLES / encoded.photo_name
        photo = f"assets/images/{sample.name}" if encoded.photo_name and sample.is_file() else ""
        command = script_command(bench.reference, encoded, recipe, photo=photo)
        QGuiApplication.clipboard().setText(command)
        self._tell(Message(mark("The command is on the clipboard: paste it into a terminal.")))

    def _tell(self, message: Message) -> None:
        self.message.emit(message)
