"""Everything about experiments that the window knows: what was chosen, what came out, what runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Literal

from models.experiments.montecarlo import Spread
from models.experiments.recipe import MODELS_OWN, Cell, Recipe
from models.experiments.results import Result
from models.experiments.studying import Studied
from models.record import Record

BenchName = Literal["dropout", "heads", "tokens", "arrow", "faithfulness"]
Kind = Literal[
    "row_dropout", "training", "heads", "ranking", "token", "occlusion", "arrow", "search",
    "faithfulness",
]  # fmt: skip
Scope = Literal["everywhere", "layer", "head", "input"]
Change = Literal["cut", "uniform", "permuted", "hand"]
BENCHES: Final[Mapping[Kind, BenchName]] = MappingProxyType(
    {
        "row_dropout": "dropout",
        "training": "dropout",
        "heads": "heads",
        "ranking": "heads",
        "token": "tokens",
        "occlusion": "tokens",
        "arrow": "arrow",
        "search": "arrow",
        "faithfulness": "faithfulness",
    }
)


@dataclass(frozen=True, slots=True)
class Place:
    """What the experiments speak of: each from 0. ``token`` and ``key`` are None when none is.

    ``one_head`` tells whether only ``head`` is shown, or the mean of several.
    """

    layer: int
    head: int
    token: int | None = None
    key: int | None = None
    one_head: bool = True


@dataclass(frozen=True, eq=False)
class Outcome:
    """What one experiment gave, and what it was made of: the run ``record`` and the ``recipe``.

    ``identical`` tells whether every output of every pass equals the base run's bit for bit; None
    where nothing was run to compare. ``hidden_gap`` is how far a hidden state is from the base
    run's at most. ``passes`` counts runs of the changed model. ``place`` is where the person
    looked.
    """

    kind: Kind
    record: Record
    recipe: Recipe
    place: Place
    passes: int
    seconds: float
    result: Result | None = None
    studied: Studied | None = None
    spread: Spread | None = None
    identical: bool | None = None
    hidden_gap: float = 0.0


@dataclass(frozen=True, slots=True)
class Loaded:
    """A recipe from a file: it stands for its kind until something of it is changed."""

    kind: Kind
    recipe: Recipe
    name: str


@dataclass(frozen=True, slots=True)
class Running:
    """An experiment under way: ``done`` of ``whole`` runs; 0 of 0 while the base run is made."""

    kind: Kind
    done: int = 0
    whole: int = 0


@dataclass(frozen=True)
class LabState:
    """What was chosen on the benches, what came out, and what went wrong, by kind.

    Rates of ``MODELS_OWN`` are those that config.json names. ``training`` is the switch of the
    dropout bench. ``weights`` are those dragged by hand, empty for the row as it is.
    """

    bench: BenchName = "dropout"
    training: bool = False
    attention: float = MODELS_OWN
    hidden: float = MODELS_OWN
    seed: int = 0
    draws: int = 1000
    passes: int = 30
    heads: tuple[Cell, ...] = ()
    without: Literal["zero", "mean"] = "zero"
    scope: Scope = "everywhere"
    change: Change = "cut"
    renormalise: bool = False
    weights: tuple[float, ...] = ()
    shuffle: int = 0
    epsilon: float = 0.01
    steps: int = 10
    loaded: Loaded | None = None
    outcomes: Mapping[Kind, Outcome] = field(default_factory=dict)
    errors: Mapping[Kind, BaseException] = field(default_factory=dict)
    running: Running | None = None
