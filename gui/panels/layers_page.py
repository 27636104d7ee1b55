"""The page of layers: one token's row through all of them, and what each did to the token."""

from __future__ import annotations

import weakref

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from gui.elided import ElidedLabel
from gui.flow_source import FlowSource, estimate
from gui.messages import Message
from gui.panels.layer_walk import LayerWalk
from gui.panels.layers_words import numbers_words, title_words
from gui.panels.legend import Legend
from gui.path_source import Counted, PathSource
from gui.state import Shown
from gui.steady import Steady
from gui.theme import SPACE, Theme
from gui.views.layer_maps import LayerMaps
from gui.views.layer_strip import LayerStrip
from gui.wording import pieces_of
from models import colour
from models.across import Steps, steps_of
from models.attention import Float
from models.file_size import size_words
from models.flow.flow import Flow
from models.i18n import tr
from models.scales import MapLimits, Scale


class LayersPage(QWidget):
    """Draws a strip for words, small maps for photos; plays and scrubs through the layers."""

    layer_picked = Signal(int)
    cell_clicked = Signal(int, object)  # layer, key | None

    def __init__(
        self,
        flows: FlowSource,
        parent: QWidget | None = None,
        *,
        counted: Counted | None = None,
    ) -> None:
        """``counted`` makes the record through what counts; without it only weights are shown."""
        super().__init__(parent)
        self.flows, self.walk = flows, LayerWalk(self)
        self.paths = PathSource(self, counted=counted)
        self.strip, self.maps = LayerStrip(), LayerMaps()
        self.title, self.notice, self.readout = ElidedLabel(), QLabel(), QLabel()
        self.read, self.legend = QPushButton(), Legend()
        self._shown: Shown | None = None
        self._refused: tuple[BaseException, ...] = ()
        self._active = False
        self._known: tuple[weakref.ref[Flow], object, Steps] | None = None
        self._lay_out()
        self._connect()
        self.retranslate()

    def _lay_out(self) -> None:
        for label in (self.title, self.notice, self.readout):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.title.setProperty("title", True)
        self.notice.setProperty("muted", True)
        self.notice.setWordWrap(True)
        head, foot = QHBoxLayout(), QHBoxLayout()
        head.addWidget(Steady(self.title), 3)
        head.addWidget(self.legend)
        head.addWidget(self.walk.play)
        head.addWidget(self.walk.slider, 1)
        foot.addWidget(Steady(self.notice), 1)
        foot.addWidget(self.read)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, 0, 0, 0)
        column.setSpacing(SPACE // 2)
        column.addLayout(head)
        column.addWidget(self.strip, 1)
        column.addWidget(self.maps, 1)
        column.addWidget(Steady(self.readout))
        column.addLayout(foot)

    def _connect(self) -> None:
        self.paths.ready.connect(self._show_path)
        self.paths.failed.connect(self._show_error)
        self.paths.late.connect(self._show_nothing)
        self.flows.changed.connect(self._show_steps)
        self.walk.layer_picked.connect(self.layer_picked)
        self.strip.cell_clicked.connect(self.cell_clicked)
        self.strip.cell_hovered.connect(self._on_cell_hovered)
        self.strip.stepped.connect(self._on_stepped)
        self.maps.layer_clicked.connect(self.layer_picked)
        self.maps.stepped.connect(lambda step: self._on_stepped(step, 0))
        self.read.clicked.connect(self._read_large)

    # -- facts

    def set_active(self, *, active: bool) -> None:
        """Compute nothing while out of sight."""
        self._active = active
        if not active:
            self.walk.stop()
            self.paths.stop()
            self.flows.stop()

    def set_shown(self, shown: Shown | None) -> None:
        """Follow the token and the layer."""
        self._shown = shown
        image = shown is not None and shown.record.encoded.grid is not None
        there = shown is not None and shown.token is not None
        self.strip.setVisible(there and not image)
        self.legend.setVisible(there and not image)
        self.maps.setVisible(there and image)
        self.walk.enable(there=there)
        self._say_title()
        if shown is None or shown.token is None:
            self.paths.stop()
            self.readout.clear()
            self._say()
            return
        self._set_layer(shown)
        self.paths.want(shown)
        self.flows.want(shown.ran)
        self._show_steps()

    @property
    def nbytes(self) -> int:
        """How much memory the rows and hidden states take that are kept."""
        flow = self.flows.flow
        return self.paths.nbytes + (0 if flow is None else flow.nbytes)

    def forget(self) -> bool:
        """Let go of them, unless they are on screen; tell whether they went."""
        if self._active:
            return False
        self.paths.forget()
        self.flows.forget()
        return True

    def set_theme(self, theme: Theme) -> None:
        """Use another look."""
        self.strip.set_theme(theme)
        self.legend.set_theme(theme)
        self.maps.set_theme(theme)

    def retranslate(self) -> None:
        """Say everything again in the language in force."""
        self.strip.retranslate()
        self.maps.retranslate()
        self.walk.retranslate()
        self._say_title()
        self._say()

    def close_lanes(self) -> None:
        """End the threads."""
        self.paths.lane.close()
        self.flows.close()

    # -- inside

    def _set_layer(self, shown: Shown) -> None:
        layer = shown.state.layer
        self.walk.set_layer(layer, count=len(shown.record.layers))
        self.strip.set_selection(layer=layer, key=shown.marked_key)
        self.maps.set_layer(layer)

    def _show_error(self, error: BaseException) -> None:
        self._refused = (error,)
        self._show_nothing()
        self._show_steps()

    def _show_nothing(self) -> None:
        """Draw no numbers under a title that is not theirs."""
        self.strip.set_path(None, (), (), high=1.0, colour_map=colour.DEFAULT)
        shown = self._shown
        if shown is not None and shown.record.encoded.grid is not None:
            blank = np.full((len(shown.record.layers), len(shown.record.tokens)), np.nan)
            self.maps.set_path(blank.astype(np.float32), shown.record.encoded, token=shown.token)

    def _show_path(self, path: Float, reasons: tuple[BaseException, ...]) -> None:
        shown = self._shown
        self._refused = reasons
        if shown is None or shown.token is None or path.shape[1] != len(shown.record.tokens):
            return
        encoded, state = shown.record.encoded, shown.state
        fixed, limits = state.row_limits == "fixed", self._limits(shown)
        if encoded.grid is None:
            high = 1.0 if fixed else float(np.nan_to_num(path).max(initial=0.0)) or 1.0
            scale = Scale(0.0, high, limits, chosen=fixed)
            self.legend.set_facts(scale, colour_map=state.colour_map)
            positions = encoded.visible
            self.strip.set_path(
                path,
                encoded.tokens,
                positions,
                high=high,
                colour_map=state.colour_map,
                limits=limits,
            )
            self.strip.set_selection(layer=state.layer, key=shown.marked_key)
        else:
            self.maps.set_path(path, encoded, token=shown.token)
            self.maps.set_look(
                high=1.0 if fixed else None,
                colour_map=state.colour_map,
                opacity=state.opacity,
                smooth=state.smooth,
                limits=limits,
            )
        self._show_steps()

    @staticmethod
    def _limits(shown: Shown) -> MapLimits:
        """Return how colours run: those of the row beside; one limit for all layers of a text."""
        return "log" if shown.state.row_limits == "log" else "view"

    def _show_steps(self) -> None:
        steps, shown = None, self._shown
        if shown is not None and shown.token is not None and self.flows.flow is not None:
            steps = self._steps_of(self.flows.flow, shown)
        self.strip.set_steps(steps)
        self.maps.set_steps(steps)
        self._say(steps)

    def _steps_of(self, flow: Flow, shown: Shown) -> Steps:
        """Return what each layer did, computed once although told of token and states apart."""
        pieces, layers = pieces_of(shown), len(shown.record.layers)
        known = self._known
        if known is None or known[0]() is not flow or known[1] != (pieces, layers):
            steps = steps_of(flow, pieces, layers=layers)
            self._known = known = weakref.ref(flow), (pieces, layers), steps
        return known[2]

    def _say_title(self) -> None:
        words = title_words(self._shown)
        self.title.setText(words)
        self.title.setToolTip(words)

    def _say(self, steps: Steps | None = None) -> None:
        """Say what the numbers are, or why they are not there."""
        shown, flows = self._shown, self.flows
        if shown is None or shown.token is None:
            self.read.hide()
            self.notice.setText(tr("Pin a token to follow its row through the layers."))
            return
        words = numbers_words(shown, steps)
        if flows.error is not None:
            words = Message.of(flows.error).sentence
        elif flows.flow is None and flows.busy:
            words = tr("Reading the hidden states …")
        elif flows.flow is None:
            size = size_words(estimate(shown.ran))
            words = tr("The hidden states take about {size} of memory.", size=size)
            self.read.setText(tr("Read them"))
        self.read.setVisible(flows.flow is None and flows.error is None and not flows.busy)
        if self.paths.busy:
            words = f"{tr('computing …')}\n{words}"
        elif self._refused:
            words = f"{Message.of(self._refused[0]).sentence}\n{words}"
        self.notice.setText(words)

    # -- intents

    def _on_stepped(self, layers: int, keys: int) -> None:
        shown = self._shown
        if shown is None:
            return
        layer = min(max(shown.state.layer + layers, 0), len(shown.record.layers) - 1)
        if not keys:
            self.layer_picked.emit(layer)
            return
        places = shown.record.encoded.visible
        now = places.index(shown.state.key) if shown.state.key in places else -1
        self.cell_clicked.emit(layer, places[min(max(now + keys, 0), len(places) - 1)])

    def _on_cell_hovered(self, cell: object) -> None:
        words = self.strip.words(*cell) if isinstance(cell, tuple) else ""
        self.readout.setText(words)

    def _read_large(self) -> None:
        if self._shown is not None:
            self.flows.want(self._shown.ran, large=True)
            self._say()
