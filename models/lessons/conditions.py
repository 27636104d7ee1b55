"""Whether what a step asks for was done: facts of the window against what is wanted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from models.lessons.lesson import Fact, Step, Wanted

FACTS: Final = (
    "modality", "model", "text", "pair", "photo", "layer", "head", "token", "key", "page", "tab",
    "experiment", "steps", "colours", "opacity", "playground", "playground.temperature",
    "playground.masked", "playground.dropout", "playground.seed", "playground.numbers",
    "ran.training", "ran.arrow", "ran.search",
)  # fmt: skip
_INPUT: Final = ("modality", "model", "text", "pair", "photo")


def met(
    wanted: tuple[Wanted, ...], *, facts: Mapping[str, Fact], before: Mapping[str, Fact]
) -> bool:
    """Whether every condition holds now; ``before`` are the facts when the step was set."""
    return all(_holds(one, facts.get(one.fact), before.get(one.fact)) for one in wanted)


def strayed(step: Step, *, facts: Mapping[str, Fact], before: Mapping[str, Fact]) -> bool:
    """Whether the window shows something else than what ``step`` speaks of and asks for.

    Another input or model, or the playground closed; what the step asks to change may change.
    """
    if step.scene.playground is not None and not facts.get("playground"):
        return True
    asked = {wanted.fact for wanted in step.done}
    if "photo" in asked and facts.get("modality") == "image":
        return False
    followed = [fact for fact in _INPUT if fact not in asked]
    if "text" in asked and "pair" in followed:
        followed.remove("pair")
    return any(facts.get(fact) != before.get(fact) for fact in followed)


def _holds(wanted: Wanted, now: Fact, before: Fact) -> bool:
    if wanted.changed:
        return now is not None and now != before
    if wanted.at_least is not None or wanted.at_most is not None:
        if not isinstance(now, (int, float)):
            return False
        low = wanted.at_least is None or now >= wanted.at_least
        return low and (wanted.at_most is None or now <= wanted.at_most)
    if isinstance(wanted.equals, str) and isinstance(now, str):
        return now.strip().casefold() == wanted.equals.strip().casefold()
    return now == wanted.equals
