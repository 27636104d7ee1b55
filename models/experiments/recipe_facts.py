"""Writing recipes as the JSON documents that ``recipe_json`` reads."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

from models.experiments.recipe import MODELS_OWN, Cell, Cut, Hide, Recipe, ReplaceRow, Study
from models.writing import write_text


def facts_of(recipe: Recipe) -> dict[str, Any]:
    """Return the recipe as a JSON document: what ``recipe_of`` reads. Empty keys are left out."""
    found: dict[str, Any] = {
        "heads_off": [_cell(cell) for cell in recipe.heads_off],
        "heads_mean": [_cell(cell) for cell in recipe.heads_mean],
        "hide_tokens": [_hide_facts(hide) for hide in recipe.hide_tokens],
        "cut_arrows": [_cut_facts(cut) for cut in recipe.cut_arrows],
        "replace_rows": [_row_facts(row) for row in recipe.replace_rows],
        "occlude": list(recipe.occlude),
    }
    if recipe.dropout is not None:
        rates = {"attention": recipe.dropout.attention, "hidden": recipe.dropout.hidden}
        found["dropout"] = {
            **{k: "model" if rate == MODELS_OWN else rate for k, rate in rates.items()},
            "seed": recipe.dropout.seed,
            "passes": recipe.dropout.passes,
        }
    if recipe.study is not None:
        found["study"] = _study_facts(recipe.study)
    found |= {"seed": recipe.seed, "note": recipe.note}
    return {key: value for key, value in found.items() if value not in ([], "", 0)}


def save_recipe(recipe: Recipe, path: Path) -> None:
    """Write the recipe as JSON; raise ExportError when that fails."""
    write_text(path, json.dumps(facts_of(recipe), ensure_ascii=False, indent=2) + "\n")


def _study_facts(study: Study) -> dict[str, Any]:
    usual = Study(study.kind)
    found: dict[str, Any] = {"kind": study.kind}
    for one in fields(Study)[1:]:
        value = getattr(study, one.name)
        if value != getattr(usual, one.name):
            more = one.name in {"layer", "head"}
            found[one.name] = value + 1 if more else list(value) if one.name == "orders" else value
    return found


def _cell(cell: Cell) -> list[int]:
    return [cell[0] + 1, cell[1] + 1]


def _hide_facts(hide: Hide) -> object:
    if hide.layer is None:
        return hide.token
    found = {"token": hide.token, "layer": hide.layer + 1}
    return found if hide.head is None else {**found, "head": hide.head + 1}


def _cut_facts(cut: Cut) -> dict[str, Any]:
    found = {"layer": cut.layer + 1, "head": cut.head + 1, "token": cut.token, "key": cut.key}
    return {**found, "renormalise": True} if cut.renormalise else found


def _row_facts(row: ReplaceRow) -> dict[str, Any]:
    given = row.weights if isinstance(row.weights, str) else list(row.weights)
    place = {"layer": row.layer + 1, "head": row.head + 1, "token": row.token}
    return {**place, "with": given}
