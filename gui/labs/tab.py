"""The Experiments tab: costs nothing until it is first shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gui.controller import Controller
from gui.main_window import MainWindow
from gui.theme import LIGHT, Theme
from models.i18n import mark

if TYPE_CHECKING:
    from gui.labs.laboratory import LabController
    from gui.labs.panel import LabPanel


class LabTab(QObject):
    """Puts the tab beside the others and builds what is in it on first use."""

    def __init__(self, controller: Controller, window: MainWindow) -> None:
        super().__init__(window)
        self.controller, self.window = controller, window
        self.page = _LazyPage(self)
        window.side.add(self.page, mark("Experiments"))

    @property
    def panel(self) -> LabPanel | None:
        """What is in the tab; None until it was first shown."""
        return self.page.panel

    @property
    def lab(self) -> LabController | None:
        """What runs the experiments; None until the tab was first shown."""
        return self.page.lab

    def show(self) -> None:
        """Bring the experiments to the front."""
        self.window.side.setCurrentWidget(self.page)


class _LazyPage(QWidget):
    """An empty page that makes its panel when it is first seen."""

    def __init__(self, tab: LabTab) -> None:
        super().__init__()
        self._tab, self._theme = tab, LIGHT
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self.panel: LabPanel | None = None
        self.lab: LabController | None = None

    def set_theme(self, theme: Theme) -> None:
        """Use another look."""
        self._theme = theme
        if self.panel is not None:
            self.panel.set_theme(theme)

    def retranslate(self) -> None:
        """Say everything again in the language in force."""
        if self.panel is not None:
            self.panel.retranslate()

    def showEvent(self, event: QShowEvent) -> None:
        """Make the panel."""
        super().showEvent(event)
        if self.panel is None:
            self._build()

    def _build(self) -> None:
        from gui.labs.desk import RecipeDesk  # noqa: PLC0415  # not at start-up
        from gui.labs.laboratory import LabController  # noqa: PLC0415  # not at start-up
        from gui.labs.panel import LabPanel  # noqa: PLC0415  # not at start-up

        controller, window = self._tab.controller, self._tab.window
        lab = LabController(controller, self._tab)
        panel = LabPanel(lab)
        desk = RecipeDesk(lab, panel)
        panel.set_theme(self._theme)
        panel.recipe_asked.connect(desk.answer)
        panel.load_asked.connect(desk.load)
        panel.token_clicked.connect(controller.click_token)
        panel.key_clicked.connect(lambda key: controller.change(key=key))
        panel.head_clicked.connect(
            lambda layer, head: controller.change(layer=layer, heads=(head,))
        )
        desk.message.connect(controller.message)
        window.closing.connect(lab.close)
        window.stoppers.append(lab.stop)
        self.panel, self.lab = panel, lab
        self._column.addWidget(panel)
        panel.show()
