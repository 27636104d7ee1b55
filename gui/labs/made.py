"""What a result was made of, for as long as other choices are in force: no number without it."""

from __future__ import annotations

from gui.labs.facts import label_of
from gui.labs.state import Outcome
from gui.views.words import safe_label
from models.experiments.recipe import Cell, Cut, Hide
from models.i18n import tr
from models.record import Record


def stale_words(outcome: Outcome, *, runs: bool) -> str:
    """Say that ``outcome`` is of other choices and which; ``runs`` tells if it can run again."""
    made = made_words(outcome)
    if not made:
        again = tr("Made with other choices: run it again.")
        return again if runs else tr("Made with other choices.")
    if runs:
        return tr("Made with other choices: {made}. Run it again.", made=made)
    return tr("Made with other choices: {made}.", made=made)


def made_words(outcome: Outcome) -> str:
    """Name the heads, token, row or arrow of a result; empty where its own words name them."""
    recipe, record = outcome.recipe, outcome.record
    if recipe.heads_off or recipe.heads_mean:
        without = tr("zero") if recipe.heads_off else tr("mean")
        heads = named_heads((*recipe.heads_off, *recipe.heads_mean))
        return tr("heads off: {heads} ({without})", heads=heads, without=without)
    if recipe.hide_tokens:
        return _hidden(recipe.hide_tokens[0], record)
    if recipe.occlude:
        return tr("“{token}” hidden in the input", token=_token(record, recipe.occlude[0]))
    if recipe.cut_arrows:
        return _cut(recipe.cut_arrows[0], record)
    if outcome.kind in {"arrow", "occlusion", "search"}:
        return _row(outcome)
    return ""


def named_heads(heads: tuple[Cell, ...]) -> str:
    """Return heads, each (layer, head) from 0, as they are called."""
    return ", ".join(f"L{layer + 1} H{head + 1}" for layer, head in sorted(heads))


def _hidden(hide: Hide, record: Record) -> str:
    token = _token(record, hide.token)
    if hide.layer is None:
        return tr("“{token}” hidden everywhere", token=token)
    head = "" if hide.head is None else f" H{hide.head + 1}"
    return tr("“{token}” hidden only in {place}", token=token, place=f"L{hide.layer + 1}{head}")


def _cut(cut: Cut, record: Record) -> str:
    return tr(
        "the arrow from “{token}” to “{key}” cut in L{layer} H{head}",
        token=_token(record, cut.token),
        key=_token(record, cut.key),
        layer=cut.layer + 1,
        head=cut.head + 1,
    )


def _row(outcome: Outcome) -> str:
    place = outcome.place
    if place.token is None:
        return ""
    head = f" H{place.head + 1}" if outcome.kind != "occlusion" or place.one_head else ""
    where = f"L{place.layer + 1}{head}"
    return tr("row of “{token}”, {place}", token=_token(outcome.record, place.token), place=where)


def _token(record: Record, token: int) -> str:
    return safe_label(label_of(record, token))
