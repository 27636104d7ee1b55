"""How far the output moved in an experiment: read off one that was made, or made to check."""

from __future__ import annotations

from collections.abc import Callable

from models.api import Model
from models.experiments.laboratory import Laboratory
from models.experiments.recipe import Cut, Dropout, Recipe, Study
from models.experiments.results import Result
from models.experiments.studying import Studied, make_study
from models.lessons.lesson import Scene
from models.lessons.live import AbsentError, Asked
from models.lessons.naming import position
from models.record import Record


def moved(asked: Asked) -> float:
    """How far the output moved in the last `experiment` made (`arrow`, `search`, `training`).

    1 − cosine of vectors, Jensen–Shannon divergence of probabilities; of several passes the first.
    """
    found = asked.live.moved(asked.word("experiment"))
    if found is None:
        raise AbsentError("experiment")
    return found


def movement(result: Result | None, studied: Studied | None) -> float | None:
    """Return how far the output moved; None where an experiment tells no such thing."""
    best = None if studied is None else studied.facts.get("best")
    if isinstance(best, dict):
        return float(best["drift"])
    drift = None if result is None else result.headline
    return None if drift is None else drift.value


def rehearsed(
    laboratory_of: Callable[[Model], Laboratory],
    model: Model,
    record: Record,
    *,
    layer: int,
    scene: Scene,
) -> Callable[[str], float | None]:
    """Return what makes the experiment of that name where ``scene`` looks, as the window would.

    ``layer`` counts from 0; ``laboratory_of`` keeps what experiments have in common.
    """

    def make(kind: str) -> float | None:
        token, key = (
            None if name is None else position(record, name) for name in (scene.token, scene.key)
        )
        laboratory, head = laboratory_of(model), (scene.heads or (1,))[0] - 1
        if kind == "training":
            recipe = Recipe(dropout=Dropout(passes=1))
        elif kind == "arrow" and token is not None and key is not None:
            recipe = Recipe(cut_arrows=(Cut(layer=layer, head=head, token=token, key=key),))
        elif kind == "search" and token is not None:
            study = Study("row_search", layer, head, token)
            return movement(None, make_study(laboratory, record.encoded, study))
        else:
            return None
        return movement(laboratory.run(record.encoded, recipe), None)

    return make
