"""What the benches say: how far things moved, what the numbers are, and what they cannot show."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from gui.labs.state import Kind, Outcome, Running
from gui.numbers import fixed, short
from models.attention import Float
from models.experiments.distances import jensen_shannon, total_variation
from models.experiments.drift import Drift
from models.experiments.recipe import Order
from models.i18n import mark, ntr, tr

_ANOTHER_SUM: Final = 1e-3  # a row is that far from summing to 1

MOVED: Final[Mapping[str, str]] = {
    "jensen_shannon": mark(
        "The predicted probabilities moved by {value} (Jensen–Shannon, from 0 to 0.693)."
    ),
    "cosine": mark("The output's vectors turned by {value} (1 − cosine, from 0 to 2)."),
    "relative_l2": mark("The output moved by {value} of its own length (relative L2)."),
}
MEASURES: Final[Mapping[str, str]] = {
    "jensen_shannon": mark("Jensen–Shannon"),
    "cosine": mark("1 − cosine"),
    "relative_l2": mark("relative L2"),
}
TITLES: Final[Mapping[Kind, str]] = {
    "row_dropout": mark("Dropout on the pinned row"),
    "training": mark("The whole model, many masks"),
    "heads": mark("Heads off"),
    "ranking": mark("Rank all heads"),
    "token": mark("Hide a token or patch"),
    "occlusion": mark("Importance by occlusion"),
    "arrow": mark("Does this arrow matter?"),
    "search": mark("Search a very different row"),
    "faithfulness": mark("Which order is faithful?"),
}
ORDERS: Final[Mapping[Order, str]] = {
    "attention": mark("attention"),
    "norm": mark("norm-weighted"),
    "rollout": mark("rollout"),
    "occlusion": mark("occlusion"),
    "random": mark("random"),
}
HONESTY: Final[Mapping[Kind, str]] = {
    "row_dropout": mark(
        "A replay: the model's own row and values times masks made here, with the masks that the "
        "runs below use. It does not show what later layers would make of it."
    ),
    "training": mark(
        "The model itself, with masks put into its graph where training has them. The spread shows "
        "how much the answer rests on single weights; it is a measure of being unsure only as far "
        "as the model was trained with these rates."
    ),
    "heads": mark(
        "The model itself, run on without these heads. A head that matters little here may matter "
        "on another input, or be made up for by others."
    ),
    "ranking": mark(
        "The model itself, one run for each head. Heads are switched off one at a time: two that "
        "stand in for each other both look useless."
    ),
    "token": mark(
        "The model itself, run on without this token. It was never trained on inputs with holes: "
        "part of the drift is surprise, not lost content."
    ),
    "occlusion": mark(
        "The model itself, one run for each token or patch covered. What two tokens both say seems "
        "unimportant, since each alone can be covered; attention is the base run's row."
    ),
    "arrow": mark(
        "The model itself, run on with one row changed. One row of one head out of many: little "
        "drift does not show that attention is unimportant."
    ),
    "search": mark(
        "The model itself, one run for each row tried. Jain & Wallace 2019, “Attention is not "
        "Explanation”, search such rows; Wiegreffe & Pinter 2019, “Attention is not not "
        "Explanation”, answer that one row set by hand is no model that was trained that way. No "
        "row found proves nothing about rows not tried."
    ),
    "faithfulness": mark(
        "The model itself, run on inputs with more and more covered. Attention, norm and rollout "
        "are computed from the base run. Covered inputs are unlike any the model was trained on, "
        "and one input is no general answer."
    ),
}  # fmt: skip
DOING: Final[Mapping[Kind, str]] = {
    "row_dropout": mark("Dropping weights of the row"),
    "training": mark("Running with dropout"),
    "heads": mark("Running without heads"),
    "ranking": mark("Ranking heads"),
    "token": mark("Running without the token"),
    "occlusion": mark("Covering one by one"),
    "arrow": mark("Running with the changed row"),
    "search": mark("Trying rows"),
    "faithfulness": mark("Covering in order"),
}


def drift_words(drift: Drift | None) -> str:
    """Return how far the output moved, and whether the likeliest class is another now."""
    if drift is None:
        return tr("The model has no output of numbers that could be compared.")
    said = tr(MOVED[drift.measure], value=short(drift.value))
    if drift.top_before is None:
        return said
    if drift.top_changed:
        return said + " " + tr("Another class is the likeliest now.")
    return said + " " + tr("The likeliest class stays the same.")


def row_moved_words(before: Float, after: Float) -> str:
    """Return how far a row [M] moved, and that it was brought to sum 1 where it has another."""
    shares = _shares(before), _shares(after)
    said = tr(
        "The row moved by {divergence} (Jensen–Shannon, from 0 to 0.693; total variation "
        "{variation}).",
        divergence=short(float(jensen_shannon(*shares))),
        variation=short(float(total_variation(*shares))),
    )
    if abs(float(np.sum(after, dtype=np.float64)) - 1) < _ANOTHER_SUM:
        return said
    return said + " " + tr("For this, both rows were brought to sum 1.")


def _shares(row: Float) -> Float:
    """Return a row brought to sum 1, weights counted by their size."""
    sizes = np.abs(row)
    total = float(sizes.sum(dtype=np.float64))
    return np.asarray(sizes / total if total else np.full(sizes.size, 1 / sizes.size), np.float32)


def honesty_words(kind: Kind, outcome: Outcome | None) -> str:
    """Return what is the model's own and what is not, and how many runs were made."""
    said = tr(HONESTY[kind])
    if outcome is None:
        return said
    if not outcome.passes:
        return said + " " + tr("Runs of the model: none.")
    runs = ntr("{count} run of the model", "{count} runs of the model", outcome.passes)
    return f"{said} {_took(runs, outcome.seconds)}"


def _took(runs: str, seconds: float) -> str:
    if seconds < 1:
        return tr(
            "{runs}, {milliseconds} ms.", runs=runs, milliseconds=short(1000 * seconds, digits=2)
        )
    return tr("{runs}, {seconds} s.", runs=runs, seconds=fixed(seconds, digits=1))


def running_words(running: Running) -> str:
    """Return what is under way and how far it is."""
    doing = tr(DOING[running.kind])
    if running.whole <= 1:
        return f"{doing} …"
    return tr("{doing}: {done} of {whole}", doing=doing, done=running.done, whole=running.whole)
