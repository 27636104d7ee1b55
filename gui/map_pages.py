"""The pages of the map card beside the heatmap: their words, and how each is built and wired."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from PySide6.QtCore import SignalInstance

from gui.controller import Controller
from gui.panels.map_card import MapCard
from gui.panels.map_pages import Page
from gui.wording import Wording
from models.i18n import mark
from models.settings import HEATMAP

if TYPE_CHECKING:
    from models.compare_other import Other

WORDS: Final = {
    HEATMAP: mark("Map"),
    "heads": mark("Heads"),
    "lines": mark("Lines"),
    "layers": mark("Layers"),
    "compare": mark("Compare"),
}


def add_pages(card: MapCard, controller: Controller) -> None:
    """Offer every page; each imports what it needs when it is first seen."""
    for key, build in _BUILDS.items():
        card.add_page(key, WORDS[key], lambda build=build: build(controller))  # type: ignore[misc]
    card.put_away.connect(controller.memory.trim)


def _lines(do: Controller) -> Page:
    from gui.panels.lines_page import LinesPage  # noqa: PLC0415  # when first seen

    page, words = LinesPage(counted=do.counted_job), Wording(do)
    page.view.query_hovered.connect(words.hover_token)
    page.view.key_hovered.connect(words.point_key)
    page.view.query_clicked.connect(words.click_token)
    page.view.key_clicked.connect(words.mark_key)
    page.view.stepped.connect(words.step_query_key)
    page.legend.heads_picked.connect(do.pick_heads)
    page.limits_changed.connect(lambda value: do.change(map_limits=value))
    return page


def _heads(do: Controller) -> Page:
    from gui.panels.atlas_page import AtlasPage  # noqa: PLC0415  # when first seen

    page = AtlasPage(lambda: do.bench.model, lambda: do.drifts, counted=do.counted_job)
    page.heads_picked.connect(
        lambda layer, heads, marked: do.change(layer=layer, heads=heads, marked=marked)
    )
    page.look_chosen.connect(
        lambda scale, pinned: do.change(atlas_scale=scale, atlas_pinned=pinned)
    )
    page.message.connect(do.message)
    _count(do, "heads", page, page.source.thumbnails_made)
    return page


def _layers(do: Controller) -> Page:
    from gui.flow_source import FlowSource  # noqa: PLC0415  # when first seen
    from gui.panels.layers_page import LayersPage  # noqa: PLC0415

    page, words = LayersPage(FlowSource(do), counted=do.counted_job), Wording(do)
    page.flows.setParent(page)  # both end together, though each knows the other
    page.layer_picked.connect(do.pick_layer)
    page.cell_clicked.connect(words.click_layer)
    _count(do, "layers", page, page.paths.ready, page.flows.changed)
    return page


def _compare(do: Controller) -> Page:
    from gui.compare_source import CompareSource  # noqa: PLC0415  # when first seen
    from gui.panels.compare_page import ComparePage  # noqa: PLC0415

    page = ComparePage(CompareSource(do), reference=lambda: do.bench.reference)
    page.source.setParent(page)  # the same
    page.cell_clicked.connect(do.click_cell)
    page.stepped.connect(do.step_query_key)
    page.layer_picked.connect(do.pick_layer)
    page.limits_changed.connect(lambda value: do.change(map_limits=value))
    page.text_asked.connect(do.set_text)
    page.token_asked.connect(lambda token: do.change(pinned=token, key=None, hovered=None))
    page.swapped.connect(lambda other: _bring(do, other))
    _count(do, "compare", page, page.source.compared)
    return page


class _Keeping(Protocol):
    """What keeps something that can be computed again."""

    @property
    def nbytes(self) -> int:
        """How much memory it takes."""

    def forget(self) -> bool:
        """Let go of it, unless it is on screen; tell whether it went."""


def _count(do: Controller, name: str, page: _Keeping, *told: SignalInstance) -> None:
    """Count what ``page`` keeps within the memory that is shown and can be set.

    It holds the model that it was computed with: out of sight it goes when another is opened.
    """
    for signal in told:
        signal.connect(lambda *_: do.memory.hold((name,), page.nbytes, page.forget))

    def replaced() -> None:
        if page.forget():
            do.memory.drop((name,))

    do.model_ready.connect(replaced)


def _bring(do: Controller, other: Other) -> None:
    """Bring what stood beside to the screen."""
    if other.kind == "text":
        do.set_text(other.text)
    elif other.kind == "head":
        do.pick_heads((other.number,))
    elif other.kind == "layer":
        do.pick_layer(other.number)
    elif other.kind == "model":
        do.open_model(other.place)
    elif other.picture is not None:
        do.set_photo(other.picture, name=other.text)
    else:
        do.set_photo(other.place, name=Path(other.place).name)


_BUILDS: Final[dict[str, Callable[[Controller], Page]]] = {
    "heads": _heads,
    "lines": _lines,
    "layers": _layers,
    "compare": _compare,
}
