"""The window: lays the parts out and passes facts down and intents up. It decides nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QGuiApplication, QResizeEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QMainWindow,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from gui import drops
from gui.bench import Bench
from gui.controller import Controller
from gui.counting import connect_counting
from gui.drop_target import DropTarget
from gui.floating import FloatingMessages
from gui.intents import connect_intents
from gui.map_pages import add_pages
from gui.matrix import MatrixSource
from gui.messages import INPUT, MessageStack
from gui.middle import Middle
from gui.panels.busy_line import BusyLine
from gui.panels.input_and_map import InputAndMap
from gui.panels.input_bar import InputBar
from gui.panels.map_card import MapCard
from gui.panels.output_panel import OutputPanel
from gui.panels.row_panel import RowPanel
from gui.panels.side_tabs import SideTabs
from gui.panels.source_card import SourceCard
from gui.panels.status_line import StatusLine
from gui.panels.top_bar import TopBar
from gui.spoken import read_in_order
from gui.state import Shown
from gui.steady import SteadySplitter
from gui.tab_order import step
from gui.taking import take
from gui.theme import LIGHT, SPACE, Theme, palette, style_sheet
from gui.views.layer_head_bar import LayerHeadBar
from gui.wording import IN_WORDS, Wording, worded
from gui.zoom import keep_own_fonts, scaled, scaled_sheet
from models.i18n import mark, tr
from models.record import Record
from models.settings import HEATMAP

SAMPLES: Final = Path(__file__).resolve().parent.parent / "assets" / "images"
LOW: Final = 720  # a window of less height, in logical pixels, has a lower header


class _Part(Protocol):
    def set_theme(self, theme: Theme) -> None: ...
    def retranslate(self) -> None: ...


class MainWindow(QMainWindow):
    """Every part of the window, wired to one controller."""

    closing = Signal()

    def __init__(self, controller: Controller) -> None:
        super().__init__()
        self.controller, self.wording = controller, Wording(controller)
        self.stoppers: list[Callable[[], bool]] = []  # each ends a long job and tells if it did
        self._seen: Record | None = None  # what the chips hold: pieces or words
        self.theme: Theme = LIGHT
        self.setWindowTitle("Mirante")
        self.setMinimumSize(960, 620)
        self.top, self.messages = TopBar(), MessageStack()
        self.input = InputBar([SAMPLES / f"{name}.jpg" for name in ("cat", "coffee", "rocket")])
        self.choice = LayerHeadBar()
        self.source, self.map, self.row = SourceCard(), MapCard(), RowPanel()
        self.side, self.output = SideTabs(), OutputPanel()
        add_pages(self.map, self.controller)
        self.status, self.working = StatusLine(), BusyLine()
        self.matrices = MatrixSource(self, memory=controller.memory)
        self._lay_out()
        self.floating = FloatingMessages(self.messages, over=self.left, inside=self.middle)
        self.drop_target = DropTarget(self)
        connect_intents(self)
        self._connect_facts()
        self._show_shown(None)  # the first frame offers nothing that cannot be had yet

    # -- layout

    def _lay_out(self) -> None:
        keep = self.choice.sizePolicy()
        keep.setRetainSizeWhenHidden(True)
        self.choice.setSizePolicy(keep)
        self.left, self.across = InputAndMap(self.source, self.map), SteadySplitter()
        row_card = QFrame()
        row_card.setProperty("card", True)
        inside = QVBoxLayout(row_card)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(self.side)
        self.side.add(self.row, mark("Row"))
        self.side.add(self.output, mark("Output"))
        self.across.addWidget(self.left)
        self.across.addWidget(row_card)
        read_in_order(self.left, row_card)
        for splitter in (self.left, self.across):
            splitter.setChildrenCollapsible(False)
            splitter.setHandleWidth(SPACE)
        self.across.setStretchFactor(0, 3)
        self.across.setStretchFactor(1, 2)
        heads = (self.top, self.working, self.input, self.choice)
        self.middle = Middle(self.across, heads=heads)
        self.setCentralWidget(self.middle)
        self.setStatusBar(self.status)

    # -- wiring

    def _connect_facts(self) -> None:
        told = self.controller
        told.bench_changed.connect(self._show_bench)
        told.record_changed.connect(self._show_record)
        told.shown_changed.connect(self._show_shown)
        told.checked.connect(self._show_check)
        told.busy_changed.connect(self.working.set_busy)
        told.busy_changed.connect(self.status.set_busy)
        told.busy_changed.connect(lambda _on: self._say_what_comes())
        told.message.connect(self.messages.show_message)
        told.opening_changed.connect(self._show_opening)
        self.matrices.ready.connect(self.map.set_matrix)
        self.map.heatmap.part_wanted.connect(self.matrices.refine)
        counts, heatmap = self.choice.counts, self.map.heatmap
        connect_counting(counts, told, matrices=self.matrices, heatmap=heatmap)

    # -- facts

    def _show_bench(self, bench: Bench) -> None:
        text = self.controller.bench_of("text")
        self.input.set_text(text.text, text.pair)
        self.input.set_front(image=bench.modality == "image")
        self.source.show_modality(image=bench.modality == "image")
        self.left.arrange(image=bench.modality == "image")
        opening = self.controller.opening if bench.model is None else ""
        title = "" if bench.model is None else bench.model.title
        self.top.set_model(opening or title, opening=bool(opening))
        self._say_what_comes()

    def _show_opening(self, name: str) -> None:
        self.top.set_model(name, opening=True)
        self._say_what_comes()

    def _say_what_comes(self) -> None:
        """Say in the empty place of the photo what is waited for: the photo, then the model."""
        self.source.set_coming(photo=self.controller.loading, model=self.controller.opening)

    def _show_record(self, record: Record) -> None:
        from models.outputs import mask_in  # noqa: PLC0415  # loaded by the run

        self.messages.clear_kind("error")
        self.messages.clear_about(INPUT)
        subject = record.encoded.text or record.encoded.photo_name
        self.setWindowTitle(f"{subject[:80]} · Mirante")
        self._lay_tokens(record)
        self._say_what_comes()
        outputs = self.controller.bench.outputs
        self.output.set_outputs(outputs)
        self.input.set_mask(mask_in(self.controller.bench_of("text").outputs))
        self.left.arrange(image=record.encoded.modality == "image")
        self._show_check()

    def _lay_tokens(self, record: Record) -> None:
        """Show the chips or the patches of ``record``; labels of pieces do not fit words."""
        self._seen, bench = record, self.controller.bench
        self.source.set_record(record)
        self.source.set_outputs(bench.outputs if record is bench.record else (), record)

    def _show_shown(self, shown: Shown | None) -> None:
        looked = None if shown is None else worded(shown, self.controller.measuring)
        self.choice.setEnabled(shown is not None)
        self.choice.setVisible(shown is not None)  # nothing to choose from: keeps its room
        self.top.export_button.setEnabled(shown is not None)
        self.map.set_shown(looked if shown and shown.state.page in IN_WORDS else shown)
        self.matrices.want(looked if self.map.front == HEATMAP else None)
        self.output.set_shown(shown)
        if shown is None:
            self.row.set_facts(None, None)
            self.source.set_nothing()
            self.status.set_nothing()
            return
        self.choice.set_counts(layers=len(shown.record.layers), heads=shown.layer.heads)
        chosen = () if shown.all_heads else shown.heads
        self.choice.set_choice(layer=shown.state.layer, heads=chosen)
        assert looked is not None  # noqa: S101  # something is shown
        if looked.record is not self._seen:
            self._lay_tokens(looked.record)
        self.source.set_shown(looked)
        token, head = shown.token, shown.inspected_head
        self.row.set_facts(shown, None if token is None else shown.layer.parts(token, head))

    def _show_check(self) -> None:
        bench = self.controller.bench
        if bench.record is None or bench.model is None:
            return
        provenance = self.controller.provenance
        layer = bench.record.layers[-1]
        size = tr(
            "{layers} layers × {heads} heads × {size}",
            layers=len(bench.record.layers),
            heads=layer.heads,
            size=layer.head_size,
        )
        self.status.set_facts(provenance, size=size)
        self.row.set_check(provenance)

    # -- look and words

    def set_theme(self, theme: Theme) -> None:
        """Recolour everything."""
        self.theme = theme
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.setPalette(palette(theme))
            app.setStyleSheet(scaled_sheet(style_sheet(theme)))
            keep_own_fonts()
        for part in self._parts():
            part.set_theme(theme)
        self.middle.arrange()  # the interface may be larger, or smaller, than it was
        self.drop_target.set_theme(theme)
        self.working.set_theme(theme)

    def retranslate(self) -> None:
        """Say everything again in the language in force."""
        for part in self._parts():
            part.retranslate()
        self.working.retranslate()
        if (shown := self.controller.shown) is not None:
            self._show_shown(shown)
            self._show_check()

    def _parts(self) -> tuple[_Part, ...]:
        """Return the parts in the order of reading."""
        return (
            self.top, self.messages, self.input, self.choice,
            self.source, self.map, self.side, self.status,
        )  # fmt: skip

    def run_text(self, text: str, pair: str | None) -> None:
        """Run another sentence, or pair."""
        self.messages.clear_about(INPUT)  # said of what was typed before
        self.controller.set_text(text, pair)

    def escape(self) -> None:
        """Put a tool tip away, and cancel what runs or release the pinned token."""
        QToolTip.hideText()
        if not any(stop() for stop in self.stoppers):
            self.controller.escape()

    def toggle_full_screen(self) -> None:
        """Fill the screen, or stop filling it."""
        if self.isFullScreen():
            self.showNormal()
        else:
            self.showFullScreen()

    # -- pastes

    def paste(self) -> None:
        """Use what the clipboard holds, as if it were dropped."""
        take(drops.read(QGuiApplication.clipboard().mimeData()), self.controller)

    # -- the window's own events

    def focusNextPrevChild(self, following: bool) -> bool:  # noqa: FBT001  # Qt's own shape
        """Go on as the window is read, where the desktop lets Tab visit every control."""
        every = Qt.TabFocusBehavior.TabFocusAllControls
        if QGuiApplication.styleHints().tabFocusBehavior() != every:
            return super().focusNextPrevChild(following)
        areas = [part for part in self._parts() if isinstance(part, QWidget)]
        return step(self, areas, on=following)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave more of a low window to the work."""
        super().resizeEvent(event)
        low = event.size().height() < scaled(LOW)
        for bar in (self.top, self.input, self.choice):
            bar.set_low(low=low)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop all work before the window goes."""
        self.closing.emit()
        self.controller.close()
        self.matrices.close()
        self.map.close_lanes()
        event.accept()
