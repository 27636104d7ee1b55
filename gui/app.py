"""Starts the program: application, window, preferences, language, theme, and the first run."""

from __future__ import annotations

import gc
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast, get_args

from PySide6.QtCore import QCoreApplication, QLocale, QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QApplication, QMessageBox

from gui import preferences
from gui.actions import LOOK, Menus
from gui.bugs import watch_for_bugs
from gui.comfort import Comfort
from gui.controller import Controller
from gui.exporting import Exporting
from gui.fonts import use_bundled_font
from gui.labs.tab import LabTab
from gui.main_window import MainWindow
from gui.menu_rows import menu_rows
from gui.messages import Message
from gui.model_tab import ModelTab
from gui.opening import Opening
from gui.panels.memory_menu import MemoryMenu
from gui.panels.row.link import Order
from gui.panels.run_on_menu import RunOnMenu
from gui.panels.top_bar import Choice, recent_choice
from gui.placing import keep_on_screen, restore
from gui.plotting import Plotting
from gui.running import RunOn
from gui.sizing import Sizing
from gui.state import Shown
from gui.stock_words import StockWords
from gui.teaching import Teaching
from gui.theme import theme_for
from gui.timings import OncePainted, Timings
from gui.worker import leave_at_once, take_short_turns, threads_end
from models.i18n import language, mark, preferred, set_language, tr
from models.library import bundled_models
from models.providers.options import CPU
from models.settings import Start
from models.version import VERSION

if TYPE_CHECKING:  # the window is painted before it is loaded
    from models.api import Model

ASSETS: Final = Path(__file__).resolve().parent.parent / "assets"
FIRST_SENTENCE: Final = "O gato está no telhado"
_PATIENCE: Final = 5.0  # seconds that a thread may take to end once the window is closed


class Program(QObject):
    """The running program: owns the window, the controller and the preferences."""

    failed = Signal(object)  # an error that nobody caught, from any thread

    def __init__(
        self, start: Start, *, stored: Path | None = None, welcoming: bool = False
    ) -> None:
        super().__init__()
        self._path = stored or preferences.default_path()
        self.preferences = preferences.load(self._path)
        self.start = start
        self._welcoming = welcoming and not start.asked
        self.timings = Timings(printed=start.timings)
        wanted = start.language or self.preferences.language
        set_language(wanted or preferred(QLocale.system().uiLanguages()))
        self.comfort, self.plotting = Comfort(self), Plotting(self)
        self._stock = StockWords(self)
        self.controller = Controller(self)
        self.window = MainWindow(self.controller)
        self.opening = Opening(self.controller, self.window)
        self.model_tab = ModelTab(self.controller, self.window)
        self.labs = LabTab(self.controller, self.window)
        self.sizing = Sizing(self.controller, self.window)
        if start.exit_when_idle:  # nobody is there to answer
            self.controller.cost_asked.connect(lambda ran: self.controller.run_agreed(ran.feed))
        self.controller.corrections_path = self._path.with_name("corrections.json")
        self.exporting = Exporting(self.controller, self.window)
        self.teaching = Teaching(self)
        self.menus = Menus(self.window, menu_rows(self))
        self.run_on = RunOn(self.controller, RunOnMenu(self.window))
        self.menus.add_menu(LOOK, self.run_on.menu)
        self.memory = MemoryMenu(self.window.matrices.kept, self.window)
        self.memory.set_budget(self.preferences.map_memory)
        self.menus.add_menu(LOOK, self.memory)
        self.controller.provider = start.provider or self.preferences.provider or CPU
        self._connect()
        self.use_theme(start.theme or self.preferences.theme)
        self.retranslate()
        restore(self.window, self.preferences.geometry)

    # -- start

    def show(self) -> None:
        """Show the window; everything slow begins after its first paint."""
        OncePainted(self.window, self._on_window_painted)
        self.window.show()

    def _on_window_painted(self) -> None:
        self.timings.note("window_shown")
        keep_on_screen(self.window)  # now that the desktop has drawn its frame
        self.window.source.chips.setFocus()
        start, do = self.start, self.controller
        do.prepare(layer=start.layer, heads=start.heads, token=start.token, page=start.page)
        do.pick_colour_map(self.preferences.colour_map)
        if start.model:
            do.open_model(start.model, start.variant)
        if start.image:
            do.bring_front("image")  # its place says what is loading
            do.set_photo(start.image, name=Path(start.image).name)
        elif start.text or not start.model:
            do.set_text(start.text or FIRST_SENTENCE, start.pair)
        else:
            do.keep_text(FIRST_SENTENCE)
        if start.lesson:
            self.teaching.open_lesson(Path(start.lesson))

    def _on_model_ready(self, model: Model) -> None:
        self.timings.note("model_ready")
        if not model.files.bundled:
            self.remember(self.preferences.with_recent(str(model.files.reference)))
        self._offer_models()
        if self.start.exit_when_idle and model.modality == "image" and not self.start.image:
            missing = mark("{name} takes photos, and none was given. Give one with --image.")
            self._leave_on_error(Message(missing, values={"name": model.title}, kind="error"))

    def _leave_on_error(self, message: Message) -> None:
        """Nobody is there to read the banner of a start that failed: say it and leave."""
        if message.kind == "error":
            sys.stderr.write(message.sentence + "\n")
            self.window.close()
            QCoreApplication.exit(2)

    def _on_shown(self, shown: Shown | None) -> None:
        if shown is None or "first_row" in self.timings.reached:
            return
        self.controller.shown_changed.disconnect(self._on_shown)
        if self._refused(shown) and self.start.exit_when_idle:
            return
        image = shown.record.encoded.modality == "image"
        source = self.window.source
        OncePainted(source.photo.canvas if image else source.chips.viewport(), self._on_first_row)

    def _refused(self, shown: Shown) -> bool:
        """Say what was asked for on the command line and does not exist; the rest is shown."""
        errors = self.start.refusals(shown.record)
        for error in errors:
            self.controller.message.emit(Message.of(error))
        return bool(errors)

    def _on_first_row(self) -> None:
        self.timings.note("first_row")
        if not self.window.isVisible():  # closed meanwhile: a greeting would keep Qt from ending
            return
        if self.start.exit_when_idle:
            self.window.close()
            return
        if self._welcoming and not self.preferences.welcomed:
            self.teaching.greet()
        self.plotting.load()

    # -- wiring

    def _connect(self) -> None:
        told, top, window = self.controller, self.window.top, self.window
        told.model_ready.connect(self._on_model_ready)
        if self.start.exit_when_idle:
            told.message.connect(self._leave_on_error)
        told.shown_changed.connect(self._on_shown)
        self.plotting.ready.connect(window.map.build_view, Qt.ConnectionType.QueuedConnection)
        self.failed.connect(self._on_bug, Qt.ConnectionType.QueuedConnection)
        top.file_asked.connect(self.opening.ask_file)
        top.model_asked.connect(self.opening.ask)
        top.theme_asked.connect(self.toggle_theme)
        top.language_asked.connect(self.use_language)
        window.input.photo_asked.connect(self.opening.ask_photo)
        window.map.colour_map_changed.connect(
            lambda name: self.remember(replace(self.preferences, colour_map=name))
        )
        window.row.order_chosen.connect(
            lambda order: self.remember(replace(self.preferences, key_order=order))
        )
        if self.preferences.key_order in get_args(Order):
            window.row.set_order(cast("Order", self.preferences.key_order))
        window.closing.connect(self._on_closing)
        self.memory.picked.connect(
            lambda budget: self.remember(replace(self.preferences, map_memory=budget))
        )
        self.run_on.picked.connect(
            lambda name: self.remember(replace(self.preferences, provider=name))
        )

    # -- intents of the menus

    def show_shortcuts(self) -> None:
        """List every keyboard shortcut."""
        from gui.panels.shortcuts_dialog import ShortcutsDialog  # noqa: PLC0415  # not at start-up

        dialog = ShortcutsDialog(self.menus.shortcuts(), self.window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def about(self) -> None:
        """Say what this is."""
        text = tr(
            "Mirante {version}: see where BERT and ViT look. Every number comes from the opened "
            "model's own tensors.",
            version=VERSION,
        )
        box = QMessageBox(QMessageBox.Icon.NoIcon, tr("About Mirante"), text, parent=self.window)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.open()

    def toggle_theme(self) -> None:
        """Go from light to dark or back, and remember it."""
        name = "light" if self.window.theme.name == "dark" else "dark"
        self.use_theme(name)
        self.remember(replace(self.preferences, theme=name))

    def use_language(self, language: str) -> None:
        """Switch every word on screen, and remember it."""
        self.remember(replace(self.preferences, language=set_language(language)))
        self.retranslate()

    def retranslate(self) -> None:
        """Say everything again in the language in force."""
        self._stock.follow(language())
        self.menus.retranslate()
        self.run_on.menu.retranslate()
        self.memory.retranslate()
        self._offer_models()
        self.window.retranslate()
        self.opening.follow()
        self.teaching.retranslate()

    # -- inside

    def use_theme(self, choice: str) -> None:
        """Recolour everything: ``light``, ``dark`` or ``system``."""
        self.window.set_theme(theme_for(choice))
        self.opening.follow()
        self.teaching.set_theme()

    def _offer_models(self) -> None:
        bundled = [Choice(name, label) for name, label in bundled_models()]
        self.window.top.set_choices(bundled, [recent_choice(p) for p in self.preferences.recent])

    def remember(self, new: preferences.Preferences) -> None:
        """Keep these preferences, and write them down."""
        self.preferences = new
        preferences.save(self._path, new)

    def _on_closing(self) -> None:
        self.run_on.close()
        geometry = bytes(self.window.saveGeometry().toHex().data()).decode()
        self.remember(replace(self.preferences, geometry=geometry))

    def _on_bug(self, error: BaseException) -> None:
        self.window.messages.show_message(Message.of(error))


def _collect_garbage() -> None:
    """Begin, or go on; what the window is made of lives as long as it and is passed by."""
    gc.freeze()
    gc.enable()


def run(start: Start) -> int:
    """Open the window in the state ``start`` asks for; return the exit status."""
    QApplication.setStyle("Fusion")
    QGuiApplication.setApplicationName("mirante")
    QGuiApplication.setApplicationDisplayName("Mirante")
    QGuiApplication.setDesktopFileName("mirante")
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)  # noqa: S101
    use_bundled_font(app)
    app.setWindowIcon(QIcon(str(ASSETS / "icons" / "mirante.svg")))
    take_short_turns()
    program = Program(start, welcoming=True)
    watch_for_bugs(program.failed.emit)
    program.show()
    OncePainted(program.window, _collect_garbage)
    status = app.exec()
    if not threads_end(_PATIENCE):
        leave_at_once(status)
    return status
