"""What an experiment writes: arrays by name for an .npz file, lines for a .csv file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from models.api import Model
from models.encoded import Array
from models.experiments.montecarlo import Spread, spread_of
from models.experiments.recipe import Recipe
from models.experiments.recipe_facts import facts_of
from models.experiments.results import Result
from models.experiments.studying import Studied
from models.i18n import tr
from models.outputs.base import Table
from models.version import VERSION

COLUMNS = ("what", "name", "measure", "pass", "layer", "head", "token", "value")
Line = tuple[str | int | float, ...]


def contents(model: Model, result: Result, studied: Studied | None) -> Iterator[tuple[str, Array]]:
    """Yield all that an .npz file of an experiment holds: ``arrays`` and, as JSON, ``meta``."""
    yield from arrays(result, studied)
    said = json.dumps(_plain(meta(model, result, studied)), ensure_ascii=False)
    yield "meta", np.array(said)


def _plain(value: object) -> object:
    """Return ``value`` fit for JSON: numbers that are not finite become null."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return None if isinstance(value, float) and not np.isfinite(value) else value


def arrays(result: Result, studied: Studied | None) -> Iterator[tuple[str, Array]]:
    """Yield every (name, array) but ``meta``; K counts passes, layers count from 1.

    ``tokens``, ``special``; ``feeds.<input>`` as the passes were fed and ``base.feeds.<input>`` as
    the base run was; ``base.outputs.<name>`` and ``outputs.<name>``
    [K, …]; ``base.hidden.L00`` (what the first layer is given), ``L01`` … and ``hidden.L00`` …
    [K, …]; ``hidden_deviation.L00`` … for K > 1; ``drift.<name>`` [K] in the measure that
    ``meta`` names, ``drift_l2.<name>`` [K]; ``drift.hidden`` [layers] and
    ``drift.hidden_tokens.L00`` … [N], of the first pass; ``weights.L01`` … of layers that the
    recipe names, as the first pass used them; ``study.<what>`` of a study.
    """
    base = result.base
    yield "tokens", np.array([token.text for token in base.record.tokens], dtype=np.str_)
    yield "special", base.record.encoded.special
    for name, array in result.feeds.items():
        yield f"feeds.{name}", np.asarray(array)
        yield f"base.feeds.{name}", np.asarray(base.record.encoded.feeds[name])
    for name, array in base.outputs.items():
        yield f"base.outputs.{name}", np.asarray(array)
        yield f"outputs.{name}", result.outputs[name]
    for layer, array in sorted(base.hidden.items()):
        yield f"base.hidden.{_layer(layer)}", np.asarray(array)
        yield f"hidden.{_layer(layer)}", result.hidden[layer]
        if result.passes > 1:
            yield f"hidden_deviation.{_layer(layer)}", result.hidden_deviation[layer]
    yield from _drifts(result)
    for layer in named_layers(result.recipe):
        yield f"weights.{_layer(layer)}", result.record.layers[layer].weights()
    for name, array in ({} if studied is None else studied.arrays).items():
        yield f"study.{name}", np.asarray(array)


def _drifts(result: Result) -> Iterator[tuple[str, Array]]:
    each = [result.drifts_of(draw) for draw in range(result.passes)]
    for i, reading in enumerate(result.base.readings):
        yield f"drift.{reading.name}", np.array([drifts[i].value for drifts in each])
        yield f"drift_l2.{reading.name}", np.array([drifts[i].relative_l2 for drifts in each])
    yield "drift.hidden", np.array([one.relative for one in result.hidden_drifts])
    for one in result.hidden_drifts:
        yield f"drift.hidden_tokens.{_layer(one.layer)}", one.tokens


def meta(model: Model, result: Result, studied: Studied | None) -> dict[str, Any]:
    """Return where the numbers come from, fit for JSON."""
    base = result.base
    return {
        "program": f"Mirante {VERSION}",
        "model": model.name,
        "sha256": model.sha256,
        "provider": base.record.provenance.provider,
        "text": base.record.encoded.text,
        "pair": base.record.encoded.pair,
        "photo": base.record.encoded.photo_name,
        "labels": [token.label for token in base.record.tokens],
        "recipe": facts_of(result.recipe),
        "passes": result.passes,
        "rates": {"attention": result.rates[0], "hidden": result.rates[1]},
        "measures": {drift.name: drift.measure for drift in result.drifts},
        "tops": {
            drift.name: [drift.top_before, drift.top_after]
            for drift in result.drifts
            if drift.top_before is not None
        },
        "hidden": "mean over passes" if result.hidden_mean_only else "every pass",
        "hidden_places": [f"{place.where} L{place.number + 1:02d}" for place in result.places],
        "uncertainty": _uncertainty(result),
        "study": None if studied is None else {"kind": studied.kind, **studied.facts},
        "notices": [tr(notice.message, **notice.values) for notice in result.notices],
    }


def _uncertainty(result: Result) -> dict[str, Any] | None:
    if result.passes == 1:
        return None
    spread = spread_of(result)
    return {
        "passes": spread.passes,
        "layers": {_layer(layer): value for layer, value in spread.layers.items()},
        "least_sure_tokens": spread.least_sure[:10].tolist(),
        "outputs": {
            one.reading.name: _of_output(spread, i) for i, one in enumerate(spread.outputs)
        },
    }


def _of_output(spread: Spread, place: int) -> dict[str, Any]:
    one = spread.outputs[place]
    found: dict[str, Any] = {"mean_deviation": float(one.deviation.mean())}
    if one.prediction is not None:
        found |= {
            "predictive_entropy": one.prediction.entropy.tolist(),
            "mutual_information": one.prediction.mutual_information.tolist(),
            "agreement": one.prediction.agreement.tolist(),
        }
    return found


def table(result: Result, studied: Studied | None) -> Table:
    """Return one line per number that tells how far something moved; layers from 1."""
    return Table(COLUMNS, (*_run_lines(result), *_study_lines(studied)))


def _run_lines(result: Result) -> Iterator[Line]:
    for draw in range(result.passes):
        for one in result.drifts_of(draw):
            yield ("drift", one.name, one.measure, draw + 1, "", "", "", one.value)
            yield ("drift", one.name, "relative_l2", draw + 1, "", "", "", one.relative_l2)
    for state in result.hidden_drifts:
        number = state.layer + 1
        yield ("hidden", "", "relative_l2", 1, number, "", "", state.relative)
        for token, value in enumerate(state.tokens.tolist()):
            yield ("hidden", "", "relative_l2", 1, number, "", token, value)
    if result.passes > 1:
        for layer, values in spread_of(result).tokens.items():
            for token, value in enumerate(values.tolist()):
                yield ("spread", "", "relative_deviation", "", layer + 1, "", token, value)


def _study_lines(studied: Studied | None) -> Iterator[Line]:
    if studied is None:
        return
    measure = str(studied.facts.get("measure", ""))
    for what, layer, head, token, value in studied.lines:
        place = ("" if x is None else x for x in (layer, head, token))
        yield ("study", what, measure, "", *place, value)


def named_layers(recipe: Recipe) -> Sequence[int]:
    """Return the layers (from 0) that a recipe names."""
    cells = [layer for layer, _ in (*recipe.heads_off, *recipe.heads_mean)]
    cells += [row.layer for row in recipe.replace_rows]
    cells += [cut.layer for cut in recipe.cut_arrows]
    cells += [hide.layer for hide in recipe.hide_tokens if hide.layer is not None]
    return sorted(set(cells))


def _layer(number: int) -> str:
    return f"L{number + 1:02d}"
