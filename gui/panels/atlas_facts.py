"""What is known of the heads on the page of all of them, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from gui.numbers import short
from gui.panels.atlas_parts import AtlasParts
from gui.panels.atlas_tools import DRIFT, MOSAIC
from gui.panels.atlas_words import (
    bars_in_force,
    basis_words,
    counted_words,
    dot_words,
    map_words,
    set_words,
)
from gui.state import Shown
from gui.views.atlas_layout import Head, head_name
from models.api import Model
from models.i18n import tr
from models.measures.evidence import Evidence
from models.measures.per_head import HeadMeasures
from models.measures.similarity import Similarity
from models.measures.summary import HeadFigures
from models.measures.table import Measure, measure_named

Drifts = Callable[[], Mapping[Head, float] | None]


class AtlasFacts(AtlasParts):
    """Keeps the figures of heads and writes them; ``AtlasPage`` asks for them."""

    def __init__(self, model: Callable[[], Model | None], drifts: Drifts) -> None:
        """Say what ``model`` gave and, by head, what an experiment's ``drifts`` are."""
        super().__init__()
        self._model, self._drifts = model, drifts
        self._shown: Shown | None = None
        self._refusal = ""  # why there are no thumbnails of what counts
        self._measures: HeadMeasures | None = None
        self._evidence: tuple[Model, Evidence] | None = None
        self._similarity: Similarity | None = None
        self._refining = False

    @property
    def _many(self) -> Evidence | None:
        """The evidence about the model on screen, if any was gathered."""
        known = self._evidence
        return known[1] if known is not None and known[0] is self._model() else None

    @property
    def figures(self) -> HeadFigures | None:
        """The figures in force: this input's, or those over the bundled inputs."""
        if self._measures is None:
            return None
        return HeadFigures(self._measures, self._many if self.tools.from_evidence else None)

    @property
    def similarity(self) -> Similarity | None:
        """How alike the heads are, once compared."""
        return self._similarity

    @property
    def measure(self) -> Measure | None:
        """The measure that is written under the heads."""
        name = self.tools.chosen_measure
        return measure_named(name) if name and name != DRIFT else None

    def retranslate(self) -> None:
        """Say everything again in the language in force."""
        super().retranslate()
        self._say()

    def _show_figures(self) -> None:
        """Write the measure under the heads, in its order; fill the table where it is seen."""
        figures = self.figures
        bars = bars_in_force(figures, self.tools.chosen_measure, self._drifts())
        self.atlas.set_bars(bars)
        self.map.set_bars(bars)
        sort = bars is not None and self.tools.sort.isChecked()
        self.atlas.set_order(bars.largest_first() if bars is not None and sort else None)
        if self.stack.currentWidget() is self.table:
            self.table.set_figures(figures)
        self._say()

    # -- words

    def _tip(self, head: Head) -> str:
        figures = self.figures
        if figures is None or head not in figures.heads:
            return head_name(head)
        return "\n".join(figures.lines(*head, number=short))

    def _say(self) -> None:
        """Write where colours end and what figures rest on."""
        mosaic = self.tools.view == MOSAIC
        self.legend.setVisible(mosaic)
        limits, shown = self.atlas.limits, self._shown
        name = "cividis" if shown is None else shown.state.colour_map
        layer = limits.scale == "layer"
        self.legend.set_facts(
            limits.told,
            colour_map=name,
            end=tr("largest of the layer") if layer else "",
            said=tr("linear, in each layer from 0 to its largest weight") if layer else "",
        )
        words = self._words(mosaic=mosaic)
        self.note.setText(" · ".join(words))
        self.note.setToolTip("\n".join(words))

    def _words(self, *, mosaic: bool) -> list[str]:
        """Return what is said below: of the heads chosen together first."""
        together = set_words(self._shown, self.figures, self.measure)
        return [*([together] if together else []), *self._view_words(mosaic=mosaic)]

    def _view_words(self, *, mosaic: bool) -> list[str]:
        if self.tools.view == "map":
            return map_words(self._similarity, self._coloured())
        if not mosaic:
            return [basis_words(self.figures)]
        return [*counted_words(self._shown, self._refusal), *self._mosaic_words()]

    def _mosaic_words(self) -> list[str]:
        words = [tr("logarithmic")] if self.tools.chosen_scale == "log" else []
        words += dot_words(self.atlas.found.values(), refining=self._refining)
        words += [basis_words(self.figures)] if self.measure is not None else []
        if not self.area.map_seen:
            return words
        return [*words, *map_words(self._similarity, self._coloured())]

    def _coloured(self) -> str:
        """Return what the points of the map are coloured by, where that is not the layer."""
        return "" if self.map.bars is None else self.tools.measure.currentText()
