"""From what was chosen to the recipe that a script would run, and back from a recipe's file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from gui.labs.state import Kind, LabState, Place
from models.errors import InputError
from models.experiments.recipe import (
    Cut,
    Dropout,
    Hide,
    Recipe,
    ReplaceRow,
    Study,
)
from models.i18n import mark

NO_TOKEN: Final = mark("Pin a token or patch: click it.")
NO_KEY: Final = mark("Click a weight to choose which one is cut.")
NO_HEADS: Final = mark("Click heads to switch them off.")
NO_WEIGHTS: Final = mark("Drag a weight, or choose what the row becomes.")


def recipe_for(kind: Kind, state: LabState, place: Place) -> Recipe:
    """Return the recipe of one experiment; raise InputError when something is not chosen yet."""
    loaded = state.loaded
    if loaded is not None and loaded.kind == kind:
        return loaded.recipe
    return _MAKERS[kind](state, place)


def kind_of(recipe: Recipe) -> Kind:
    """Return the experiment that shows what ``recipe`` does."""
    study = recipe.study
    if study is not None:
        kinds: Mapping[str, Kind] = {"heads": "ranking", "row_search": "search"}
        return kinds.get(study.kind, study.kind)  # type: ignore[arg-type]  # the others share names
    if recipe.dropout is not None:
        return "training"
    if recipe.replace_rows or recipe.cut_arrows:
        return "arrow"
    return "token" if recipe.hide_tokens or recipe.occlude else "heads"


def _token(place: Place) -> int:
    if place.token is None:
        raise InputError(NO_TOKEN)
    return place.token


def _row_dropout(state: LabState, place: Place) -> Recipe:
    rate = state.attention if state.training else 0.0
    study = Study(
        "row_dropout", place.layer, place.head, _token(place), rate=rate, draws=state.draws
    )
    return Recipe(study=study, seed=state.seed)


def _training(state: LabState, _place: Place) -> Recipe:
    attention, hidden = (state.attention, state.hidden) if state.training else (0.0, 0.0)
    return Recipe(
        dropout=Dropout(attention=attention, hidden=hidden, seed=state.seed, passes=state.passes)
    )


def _heads(state: LabState, _place: Place) -> Recipe:
    if not state.heads:
        raise InputError(NO_HEADS)
    heads = tuple(sorted(state.heads))
    return Recipe(heads_off=heads) if state.without == "zero" else Recipe(heads_mean=heads)


def _ranking(state: LabState, _place: Place) -> Recipe:
    return Recipe(study=Study("heads", without=state.without))


def _hide(state: LabState, place: Place) -> Recipe:
    token = _token(place)
    if state.scope == "input":
        return Recipe(occlude=(token,))
    layer = None if state.scope == "everywhere" else place.layer
    return Recipe(hide_tokens=(Hide(token, layer, place.head if state.scope == "head" else None),))


def _occlusion(_state: LabState, place: Place) -> Recipe:
    head = place.head if place.one_head else None
    return Recipe(study=Study("occlusion", place.layer, head, place.token))


def _arrow(state: LabState, place: Place) -> Recipe:
    token = _token(place)
    at = (place.layer, place.head, token)
    if state.change == "cut":
        if place.key is None:
            raise InputError(NO_KEY)
        return Recipe(cut_arrows=(Cut(*at, place.key, renormalise=state.renormalise),))
    if state.change == "hand":
        if not state.weights:
            raise InputError(NO_WEIGHTS)
        return Recipe(replace_rows=(ReplaceRow(*at, weights=state.weights),))
    seed = state.shuffle if state.change == "permuted" else 0
    return Recipe(replace_rows=(ReplaceRow(*at, weights=state.change),), seed=seed)


def _search(state: LabState, place: Place) -> Recipe:
    at = (place.layer, place.head, _token(place))
    return Recipe(study=Study("row_search", *at, epsilon=state.epsilon), seed=state.shuffle)


def _faithfulness(state: LabState, place: Place) -> Recipe:
    study = Study("faithfulness", place.layer, token=place.token, steps=state.steps)
    return Recipe(study=study, seed=state.seed)


_MAKERS: Final[Mapping[Kind, Callable[[LabState, Place], Recipe]]] = {
    "row_dropout": _row_dropout,
    "training": _training,
    "heads": _heads,
    "ranking": _ranking,
    "token": _hide,
    "occlusion": _occlusion,
    "arrow": _arrow,
    "search": _search,
    "faithfulness": _faithfulness,
}
