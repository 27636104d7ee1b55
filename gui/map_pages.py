"""The pages of the map card beside the heatmap: their words, and how each is built and wired."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from gui.controller import Controller
from gui.panels.map_card import MapCard
from gui.panels.map_pages import Page
from models.i18n import mark
from models.settings import HEATMAP

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


_BUILDS: Final[dict[str, Callable[[Controller], Page]]] = {}
