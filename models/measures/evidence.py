"""What the measures are over many inputs, because one input does not make a head's nature.

The bundled inputs are short sentences in Portuguese and English, written for this program, with
names, repeated words and punctuation; and the bundled photos.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from models.api import Model
from models.encoded import Modality
from models.errors import InputError
from models.i18n import mark
from models.measures.per_head import Figures, HeadMeasures, is_tagged, measure
from models.measures.table import MEASURES, TAGS, Measure, applies
from models.runtime import Cancel

_ASSETS: Final = Path(__file__).resolve().parent.parent.parent / "assets"


@dataclass(frozen=True, slots=True)
class EvidenceInput:
    """One bundled input: a sentence and its language, or a photo's file."""

    text: str = ""
    language: str = ""
    photo: Path | None = None

    @property
    def name(self) -> str:
        """The sentence, or the photo's name."""
        return self.text or (self.photo.name if self.photo else "")


@dataclass(frozen=True, slots=True)
class Spread:
    """How a figure of one head spreads over inputs.

    ``inputs`` counts those where the figure exists: a sentence without repeated tokens says
    nothing about repetition. ``tagged`` is the share of these that earn the tag; None for
    measures that are no tags. All are NaN and None without inputs.
    """

    mean: float
    least: float
    most: float
    inputs: int
    tagged: float | None


@dataclass(frozen=True, eq=False)
class Evidence:
    """The figures of every head for every input taken so far.

    ``values[name]`` [inputs, T] and ``chance[name]`` [inputs] follow ``names``; T counts the heads
    of all layers, layer by layer, ``heads`` per layer.
    """

    modality: Modality
    names: tuple[str, ...]
    heads: tuple[int, ...]
    values: dict[str, NDArray[np.float64]]
    chance: dict[str, NDArray[np.float64]]

    @property
    def inputs(self) -> int:
        """How many inputs were taken."""
        return len(self.names)

    def spread(self, measure: Measure, layer: int, head: int) -> Spread:
        """Return how ``measure`` of this head spreads over the inputs."""
        scores = self.values[measure.name][:, sum(self.heads[:layer]) + head]
        known = np.flatnonzero(~np.isnan(scores))
        if not known.size:
            return Spread(float("nan"), float("nan"), float("nan"), 0, None)
        seen, tagged = scores[known], None
        if measure.threshold is not None:
            chance = self.chance[measure.name][known]
            marks = [is_tagged(measure, s, chance=c) for s, c in zip(seen, chance, strict=True)]
            tagged = sum(marks) / len(marks)
        least, most = float(seen.min()), float(seen.max())
        return Spread(float(seen.mean()), least, most, len(known), tagged)

    def tags(self, layer: int, head: int) -> tuple[tuple[Measure, Spread], ...]:
        """Return the tags that more than half of the inputs earn, the most frequent first."""
        found = [(m, self.spread(m, layer, head)) for m in TAGS if applies(m, self.modality)]
        kept = [(m, s) for m, s in found if s.tagged is not None and s.tagged > 0.5]  # noqa: PLR2004
        return tuple(sorted(kept, key=lambda pair: -(pair[1].tagged or 0)))


@dataclass(frozen=True, eq=False)
class Progress:
    """How far the evidence is: ``done`` of ``total`` inputs, and what they say so far."""

    done: int
    total: int
    evidence: Evidence


def bundled_inputs(modality: Modality) -> tuple[EvidenceInput, ...]:
    """Return the bundled sentences or photos.

    Raises InputError for models that take neither.
    """
    if modality == "text":
        return tuple(
            EvidenceInput(text=line, language=language)
            for language in ("pt", "en")
            for line in _lines(_ASSETS / "evidence" / f"{language}.txt")
        )
    if modality == "image":
        return tuple(EvidenceInput(photo=p) for p in sorted((_ASSETS / "images").glob("*.jpg")))
    raise InputError(mark("There are no bundled inputs for a model of raw numbers."))


def _lines(path: Path) -> list[str]:
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def gather(
    model: Model,
    *,
    inputs: Sequence[EvidenceInput] | None = None,
    cancel: Cancel | None = None,
) -> Iterator[Progress]:
    """Run ``inputs`` (the bundled ones when None) one by one and yield what they say so far.

    Raises what ``Model.run`` raises, CancelledError too.
    """
    chosen = bundled_inputs(model.modality) if inputs is None else tuple(inputs)
    taken: list[HeadMeasures] = []
    for i, each in enumerate(chosen):
        if each.photo is not None:
            encoded = model.encode_image(each.photo)
        else:
            encoded = model.encode_text(each.text)
        taken.append(measure(model.run(encoded, cancel=cancel), cancel=cancel))
        yield Progress(i + 1, len(chosen), evidence_of(taken, names=[e.name for e in chosen]))


def evidence_of(taken: Sequence[HeadMeasures], *, names: Sequence[str]) -> Evidence:
    """Return the figures of ``taken``, one for each of the first ``names``, side by side."""
    first = taken[0]
    wanted = [m for m in (*MEASURES, *TAGS) if applies(m, first.modality)]
    return Evidence(
        first.modality,
        tuple(names[: len(taken)]),
        tuple(layer.heads for layer in first.layers),
        {m.name: np.stack([_every_head(t, m.name) for t in taken]) for m in wanted},
        {m.name: np.array([t.chance[m.name] for t in taken]) for m in wanted if m.threshold},
    )


def _every_head(measured: HeadMeasures, name: str) -> Figures:
    return np.concatenate([layer.values[name] for layer in measured.layers])
