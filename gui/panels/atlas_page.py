"""The page of all heads: the mosaic, the map of similar heads, and the table of their figures."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog

from gui.atlas_source import AtlasSource
from gui.messages import Message
from gui.panels.atlas_facts import AtlasFacts, Drifts
from gui.path_source import Counted
from gui.state import Shown
from gui.views.atlas_picture import Limits
from models.api import Model
from models.errors import ExportError
from models.i18n import mark, tr
from models.measures.evidence import Progress
from models.measures.per_head import HeadMeasures
from models.measures.saving import save_csv
from models.measures.similarity import Similarity
from models.record import Record
from models.windowed import spread


class AtlasPage(AtlasFacts):
    """Tells which heads were picked; everything it shows comes from the record and the model."""

    heads_picked = Signal(int, tuple, tuple)  # layer, heads, the set where it is of more layers
    look_chosen = Signal(str, bool)  # the scale, and whether maps are of the pinned token
    message = Signal(object)  # Message

    def __init__(
        self,
        model: Callable[[], Model | None],
        drifts: Drifts = lambda: None,
        *,
        counted: Counted | None = None,
    ) -> None:
        """Show heads; ``model`` gathers evidence, ``drifts`` are an experiment's, by head.

        ``counted`` makes the record through what counts; without it heads are shown by weights.
        """
        super().__init__(model, drifts)
        self._record: Record | None = None
        self._ran: Record | None = None  # the same in pieces, where that is of words
        self._active = False
        self.source = AtlasSource(self, counted=counted)
        self._connect()
        self.retranslate()

    def _connect(self) -> None:
        self.atlas.heads_picked.connect(self.heads_picked)
        for view in (self.map, self.table):
            view.heads_picked.connect(lambda layer, heads: self.heads_picked.emit(layer, heads, ()))
        for told in (self.atlas, self.map):
            told.set_tips(self._tip)
        self.area.map_shown.connect(self._compare)
        self.tools.view_chosen.connect(self._show_view)
        self.tools.changed.connect(self._follow_tools)
        self.tools.evidence_asked.connect(self._gather)
        self.tools.stop_asked.connect(self.source.stop_gathering)
        self.tools.copy_asked.connect(self._copy)
        self.tools.save_asked.connect(self._save)
        self.source.thumbnails_made.connect(self._on_thumbnails)
        self.source.unmeasured.connect(self._on_unmeasured)
        self.source.thumbnails_done.connect(partial(self._set_refining, refining=False))
        self.source.measured.connect(self._on_measured)
        self.source.compared.connect(self._on_compared)
        self.source.evidence_grew.connect(self._on_evidence_grew)
        self.source.evidence_ended.connect(self._on_evidence_ended)
        self.source.failed.connect(self._on_failed)

    # -- facts

    def set_active(self, *, active: bool) -> None:
        """Stop what nobody sees; evidence that was asked for goes on."""
        self._active = active
        if not active:
            self.source.rest()

    @property
    def nbytes(self) -> int:
        """How much memory the small pictures take."""
        return sum(each.dots.nbytes for each in self.atlas.found.values())

    def forget(self) -> bool:
        """Let go of them, unless they are on screen; tell whether they went."""
        if self._active:
            return False
        self.atlas.set_heads(())
        self._record = None
        return True

    def close_lanes(self) -> None:
        """End every thread and wait for it."""
        self.source.close()

    def set_shown(self, shown: Shown | None) -> None:
        """Show the heads of the record, framing those that are shown elsewhere."""
        self._shown = shown
        if shown is None:
            self._record = None
            self.atlas.set_heads(())
            return
        if shown.record is not self._record:
            self._begin(shown)
        if self.tools.offer_drifts(self._drifts()):
            self._show_figures()
        self._want()
        self.source.want_measures(shown.ran)
        self._compare()
        scale = self.tools.chosen_scale
        self.atlas.set_look(
            limits=Limits(scale, self.atlas.limits.high), colour_map=shown.state.colour_map
        )
        self.map.set_colour_map(shown.state.colour_map)
        for view in (self.atlas, self.map):
            view.set_selected(shown.state.layer, shown.heads, shown.head_set)
        self._say()

    def _begin(self, shown: Shown) -> None:
        """Forget what was known of the record before; measures of a text do not change in words."""
        record, same = shown.record, shown.ran is self._ran
        self._record, self._ran = record, shown.ran
        self.atlas.set_heads([spread(layer).heads for layer in record.layers])
        if same:
            return
        self._measures = self._similarity = None
        self.map.set_similarity(None)
        self.tools.set_modality(record.encoded.modality)
        self.tools.set_evidence(self._many.inputs if self._many is not None else 0)
        self._show_figures()

    def _want(self) -> None:
        """Ask for thumbnails, on a photo of the token that is asked for."""
        shown, record = self._shown, self._record
        if shown is None or record is None:
            return
        token = None
        if record.encoded.grid is not None:
            token = 0
            if self.tools.of_pinned and shown.state.pinned is not None:
                token = shown.state.pinned
        if self.source.want(shown, token=token):
            self._refusal = ""
            self._refining = not shown.asked.plain

    # -- what was made

    def _on_thumbnails(self, found: object) -> None:
        assert isinstance(found, dict)  # noqa: S101  # what the source sends
        self.atlas.set_layers(found)
        self._set_refining(refining=any(each.skipped for each in self.atlas.found.values()))

    def _on_unmeasured(self, error: object) -> None:
        """Show no thumbnails of anything else than what counts."""
        assert isinstance(error, BaseException)  # noqa: S101  # what lanes send
        self._refusal, self._refining = Message.of(error).sentence, False
        if self._record is not None:
            self.atlas.set_heads([spread(layer).heads for layer in self._record.layers])
        self._show_figures()

    def _set_refining(self, *, refining: bool) -> None:
        self._refining = refining
        self._say()

    def _on_measured(self, measures: object) -> None:
        assert isinstance(measures, HeadMeasures)  # noqa: S101  # what the source sends
        self._measures = measures
        self._show_figures()

    def _on_compared(self, found: object) -> None:
        assert isinstance(found, Similarity)  # noqa: S101  # what the source sends
        self._similarity = found
        self.map.set_similarity(found)
        if self._shown is not None:
            self.map.set_selected(self._shown.state.layer, self._shown.heads, self._shown.head_set)
        self._say()

    def _on_evidence_grew(self, progress: object) -> None:
        assert isinstance(progress, Progress)  # noqa: S101  # what the source sends
        self.tools.set_gathering((progress.done, progress.total))

    def _on_evidence_ended(self, answer: object) -> None:
        self.tools.set_gathering(None)
        if isinstance(answer, tuple):
            model, progress = answer
            self._evidence = (model, progress.evidence)
            self.tools.set_evidence(self._many.inputs if self._many is not None else 0)
            self._show_figures()

    def _on_failed(self, error: object) -> None:
        assert isinstance(error, BaseException)  # noqa: S101  # what lanes send
        self.tools.set_gathering(None)
        self.message.emit(Message.of(error))

    # -- choices

    def _show_view(self, key: str) -> None:
        self.stack.setCurrentWidget(self.table if key == "table" else self.area)
        self.area.show_map_alone(alone=key == "map")
        if key == "table":
            self.table.set_figures(self.figures)
            self._select_lines()
        self._compare()
        self._say()

    def _select_lines(self) -> None:
        """Choose the lines of the heads that are chosen together: these are copied."""
        shown = self._shown
        several = shown is not None and not (shown.all_heads and not shown.state.marked)
        self.table.choose(shown.head_set if shown is not None and several else frozenset())

    def _compare(self) -> None:
        """Ask how alike heads are, where the map of it is seen."""
        if self._shown is not None and self.area.map_seen and self.stack.currentIndex() == 0:
            self.source.want_similarity(self._shown.ran)

    def _follow_tools(self) -> None:
        self._want()
        limits = Limits(self.tools.chosen_scale, 1.0)
        map_name = self._shown.state.colour_map if self._shown is not None else "cividis"
        self.atlas.set_look(limits=limits, colour_map=map_name)
        self._show_figures()
        self.look_chosen.emit(self.tools.chosen_scale, self.tools.of_pinned)

    def _gather(self) -> None:
        model = self._model()
        if model is not None:
            self.tools.set_gathering((0, 0))
            self.source.gather(model)

    # -- the rest

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.table.copied())
        self.message.emit(Message(mark("The table is on the clipboard.")))

    def _save(self) -> None:
        figures = self.figures
        if figures is None:
            return
        path, _ = QFileDialog.getSaveFileName(self, tr("Save CSV"), "heads.csv", "CSV (*.csv)")
        if path:
            self.save_csv(path)

    def save_csv(self, path: str) -> None:
        """Write every figure to ``path``; what goes wrong is said in one sentence."""
        if self.figures is None:
            return
        try:
            save_csv(self.figures, path)
        except ExportError as error:
            self.message.emit(Message.of(error))
        else:
            name = Path(path).name
            self.message.emit(Message(mark("Saved as “{name}”."), values={"name": name}))
