"""Making the study that a recipe asks for, and telling what came out as arrays and facts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from models.encoded import Array, Encoded
from models.errors import InputError
from models.experiments.faithfulness import faithfulness
from models.experiments.heads import rank_heads
from models.experiments.laboratory import Laboratory, Progress
from models.experiments.occlusion import importance
from models.experiments.placing import NO_TOKEN, Placing
from models.experiments.recipe import Dropout, Kind, Study
from models.experiments.rowdropout import RowDropout
from models.experiments.rows import RowChange, find_different_row
from models.experiments.settling import NO_LAYER
from models.i18n import mark, tr
from models.runtime import Cancel
from models.windowed import spread


@dataclass(frozen=True, eq=False)
class Studied:
    """What came out: ``arrays`` by name, ``facts`` fit for JSON, and ``lines`` of a table.

    A line is (what, layer, head, token, value); layers and heads from 1, tokens from 0, None
    where they mean nothing.
    """

    kind: Kind
    arrays: Mapping[str, Array]
    facts: Mapping[str, Any]
    lines: tuple[tuple[str, int | None, int | None, int | None, float], ...]


def make_study(
    laboratory: Laboratory,
    encoded: Encoded,
    study: Study,
    *,
    seed: int = 0,
    progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> Studied:
    """Make a study on the model as it is; raises as the study's own function does."""
    base = laboratory.base(encoded, cancel=cancel)
    if study.layer is not None and study.layer >= len(base.ground.layers):
        raise InputError(NO_LAYER, number=study.layer + 1, last=len(base.ground.layers))
    if study.token is not None and study.token >= len(base.record.tokens):
        raise InputError(NO_TOKEN, token=study.token, last=len(base.record.tokens) - 1)
    return _STUDIES[study.kind](laboratory, encoded, study, seed, progress, cancel)


_Made = tuple[Laboratory, Encoded, Study, int, Progress | None, Cancel | None]


def _heads(*asked: *_Made) -> Studied:
    laboratory, encoded, study, _, progress, cancel = asked
    found = rank_heads(laboratory, encoded, without=study.without, progress=progress, cancel=cancel)
    ranked = [[one.layer + 1, one.head + 1, one.drift.value] for one in found.ranked]
    lines = tuple(("drift", x.layer + 1, x.head + 1, None, x.drift.value) for x in found.heads)
    facts = {"measure": found.measure, "without": found.without, "ranked": ranked}
    return Studied("heads", {"drift": found.drifts}, facts, lines)


def _occlusion(*asked: *_Made) -> Studied:
    laboratory, encoded, study, _, progress, cancel = asked
    found = importance(laboratory, encoded, progress=progress, cancel=cancel)
    base = laboratory.base(encoded, cancel=cancel)
    layer = spread(base.ground.layers[-1 if study.layer is None else study.layer])
    chosen = slice(None) if study.head is None else slice(study.head, study.head + 1)
    if study.head is not None:
        Placing(layer, len(base.record.tokens)).check_head(study.head)
    shares = layer.weights()[chosen].mean(axis=0)
    if shares.shape[1] != len(base.record.tokens):
        shares = np.zeros((1, 0), np.float32)
    row = shares.mean(axis=0) if study.token is None else shares[study.token]
    facts = {
        "measure": found.measure,
        "attention_layer": layer.index + 1,
        "rank_correlation": found.correlation(row) if row.size else None,
        "attention_row": "mean of all rows" if study.token is None else study.token,
    }
    arrays = {"tokens": np.array(found.tokens), "importance": found.values, "attention": row}
    lines = tuple(
        ("importance", None, None, token, float(value))
        for token, value in zip(found.tokens, found.values, strict=True)
    )
    return Studied("occlusion", arrays, facts, lines)


def _row_search(*asked: *_Made) -> Studied:
    laboratory, encoded, study, seed, progress, cancel = asked
    found = find_different_row(
        laboratory, encoded, _place(study), epsilon=study.epsilon, seed=seed,
        progress=progress, cancel=cancel,
    )  # fmt: skip
    best = found.best
    facts = {
        "epsilon": found.epsilon,
        "passes": len(found.tried),
        "best": None if best is None else _row_facts(best),
        "sentence": tr(mark("No other row kept the output within ε.")) if best is None
        else best.sentence,
    }  # fmt: skip
    arrays = {
        "before": found.tried[0].before,
        "tried": np.stack([one.after for one in found.tried]),
        "row_divergence": np.array([one.row_divergence for one in found.tried]),
        "drift": np.array([one.drift.value for one in found.tried]),
    }
    if best is not None:
        arrays["best"] = best.after
    numbers = {"row_divergence": "row_divergence", "drift": "drift"}
    at = (study.layer or 0) + 1, (study.head or 0) + 1, study.token
    lines = tuple(
        (f"{name} of row {i + 1}", *at, float(arrays[name][i]))
        for i in range(len(found.tried))
        for name in numbers
    )
    return Studied("row_search", arrays, facts, lines)


def _row_facts(one: RowChange) -> dict[str, Any]:
    return {
        "row_divergence": one.row_divergence,
        "row_variation": one.row_variation,
        "drift": one.drift.value,
        "measure": one.drift.measure,
    }


def _row_dropout(*asked: *_Made) -> Studied:
    laboratory, encoded, study, seed, _, cancel = asked
    base = laboratory.base(encoded, cancel=cancel)
    layer, head, token = _place(study)
    rate, _hidden = laboratory.rates.settled(Dropout(attention=study.rate))
    row = RowDropout(base.ground.layers[layer], head, token, len(base.record.tokens), rate, seed)
    first, average = row.draw(0), row.average(study.draws)
    arrays: dict[str, Array] = {
        "weights": row.weights,
        "vector": row.vector,
        "first.mask": first.mask,
        "first.weights": first.weights,
        "first.vector": first.vector,
        "mean.weights": average.mean_weights,
        "mean.vector": average.mean_vector,
        "error": average.errors,
        "expected_error": average.expected,
        "row_error": average.row_errors,
        "expected_row_error": average.expected_row,
    }
    facts = {"rate": rate, "draws": study.draws, "seed": seed, "replay": True,
             "dropped": first.dropped.tolist(), "sum": first.total}  # fmt: skip
    lines = tuple(
        (f"error after {k + 1} draws", layer + 1, head + 1, token, float(average.errors[k]))
        for k in range(study.draws)
    )
    return Studied("row_dropout", arrays, facts, lines)


def _faithfulness(*asked: *_Made) -> Studied:
    laboratory, encoded, study, seed, progress, cancel = asked
    found = faithfulness(
        laboratory, encoded, orders=study.orders, token=study.token, steps=study.steps, seed=seed,
        layer=-1 if study.layer is None else study.layer, progress=progress, cancel=cancel,
    )  # fmt: skip
    arrays: dict[str, Array] = {}
    lines = []
    for curve in found.curves:
        arrays |= {
            f"{curve.order}.tokens": np.array(curve.tokens),
            f"{curve.order}.scores": curve.scores,
            f"{curve.order}.shares": curve.shares,
            f"{curve.order}.deletion": curve.deletion,
            f"{curve.order}.insertion": curve.insertion,
        }
        for name, area in (("deletion", curve.deletion_area), ("insertion", curve.insertion_area)):
            lines.append((f"{name} area, {curve.order}", found.layer + 1, None, found.token, area))
    facts = {
        "kept": found.kept,
        "layer": found.layer + 1,
        "token": found.token,
        "passes": found.passes,
        "areas": {
            curve.order: {"deletion": curve.deletion_area, "insertion": curve.insertion_area}
            for curve in found.curves
        },
        "missing": {order: tr(reason) for order, reason in found.missing.items()},
    }
    return Studied("faithfulness", arrays, facts, tuple(lines))


def _place(study: Study) -> tuple[int, int, int]:
    return study.layer or 0, study.head or 0, study.token or 0


_STUDIES: Final[Mapping[Kind, Callable[[*_Made], Studied]]] = {
    "heads": _heads,
    "occlusion": _occlusion,
    "row_search": _row_search,
    "row_dropout": _row_dropout,
    "faithfulness": _faithfulness,
}
