"""Every measure and every tag: its name, its words for people, its formula and its paper.

A figure of a head is one number: what a function of ``quantities`` adds up over the rows that
count, divided by what it counts. Which rows count is part of the definition and said in ``words``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from models.encoded import Modality
from models.i18n import mark
from models.measures import quantities
from models.measures.blocks import Block
from models.measures.facts import Bools, TokenFacts

TAG_THRESHOLD: Final = 0.4
BROAD_THRESHOLD: Final = 0.9
SINK_THRESHOLD: Final = 0.3

_TEXT: Final[tuple[Modality, ...]] = ("text",)
_IMAGE: Final[tuple[Modality, ...]] = ("image",)
_BOTH: Final[tuple[Modality, ...]] = ("text", "image")


def every_row(facts: TokenFacts) -> Bools:
    """All rows but those of padding."""
    return facts.visible


def ordinary_rows(facts: TokenFacts) -> Bools:
    """Rows of words and patches: no special tokens, no padding."""
    return facts.ordinary


def ordinary_rows_but_the_first(facts: TokenFacts) -> Bools:
    """Ordinary rows, without the first token's own where that is ordinary."""
    rows = facts.ordinary.copy()
    rows[facts.first : facts.first + 1] = False
    return rows


@dataclass(frozen=True, slots=True)
class Measure:
    """One number per head: Σ_i over ``rows`` of ``of``'s first array, by that of its second.

    ``unit`` is empty, ``tokens`` or ``px``; ``most`` is the largest value there can be, None for
    distances. ``any_layer`` measures need not know what the positions are. ``threshold`` makes it
    a tag: a head has it when its score is above the threshold and above what a head that looks
    everywhere alike would score on the same input; ``by_chance`` is False where that makes no
    sense. ``of`` is None for what is read off the mean row instead (``sink``).
    """

    name: str
    title: str
    words: str
    formula: str
    paper: str
    of: Callable[[Block], quantities.Pair] | None
    rows: Callable[[TokenFacts], Bools] = ordinary_rows
    unit: str = ""
    most: float | None = 1.0
    modalities: tuple[Modality, ...] = _BOTH
    any_layer: bool = False
    threshold: float | None = None
    by_chance: bool = True


_CLARK: Final = "Clark et al. 2019, arXiv:1906.04341"
_KOVALEVA: Final = "Kovaleva et al. 2019, arXiv:1908.08593"
_VOITA: Final = "Voita et al. 2019, arXiv:1905.09418"

MEASURES: Final = (
    Measure(
        name="entropy",
        title=mark("Entropy"),
        words=mark(
            "How evenly a row is spread: 0 looks at one token, 1 looks at all alike. "
            "Mean of all rows but padding."
        ),
        formula="mean_i (−Σ_j α_ij ln α_ij) / ln n",
        paper=_CLARK,
        of=quantities.entropy,
        rows=every_row,
        any_layer=True,
    ),
    Measure(
        name="confidence",
        title=mark("Confidence"),
        words=mark(
            "The largest weight of a row. Mean of the rows of ordinary tokens; weight on special "
            "tokens does not count."
        ),
        formula="mean_i max_j α_ij",
        paper=_VOITA,
        of=quantities.confidence,
    ),
    Measure(
        name="distance",
        title=mark("Mean distance"),
        words=mark(
            "How many tokens away the weight falls. Rows and keys of special tokens do not count."
        ),
        formula="Σ_i Σ_j α_ij |i − j| / Σ_i Σ_j α_ij",
        paper="Vig & Belinkov 2019, arXiv:1906.04284",
        of=quantities.distance,
        unit="tokens",
        most=None,
        modalities=_TEXT,
    ),
    Measure(
        name="pixel_distance",
        title=mark("Mean distance"),
        words=mark(
            "How many pixels of the model's picture away the weight falls, from the centre of a "
            "patch to that of another. Tokens that are no patch do not count."
        ),
        formula="Σ_i Σ_j α_ij ‖p_i − p_j‖ / Σ_i Σ_j α_ij",
        paper="Dosovitskiy et al. 2020, arXiv:2010.11929",
        of=quantities.pixel_distance,
        unit="px",
        most=None,
        modalities=_IMAGE,
    ),
    Measure(
        name="special",
        title=mark("On special tokens"),
        words=mark(
            "The share of the weight that falls on special tokens. Mean of the rows of ordinary "
            "tokens."
        ),
        formula="mean_i Σ_{j special} α_ij",
        paper=_CLARK,
        of=quantities.special_share,
    ),
    Measure(
        name="sink",
        title=mark("Strongest sink"),
        words=mark(
            "The mean weight on the token that receives most, over all rows but padding. Above "
            "0.3 that token is called a sink."
        ),
        formula="max_j s_j,  s_j = mean_i α_ij",
        paper="Xiao et al. 2023, arXiv:2309.17453",
        of=None,
        rows=every_row,
        any_layer=True,
    ),
)


def _tag(
    name: str,
    title: str,
    words: str,
    *,
    formula: str,
    paper: str,
    of: Callable[[Block], quantities.Pair],
    rows: Callable[[TokenFacts], Bools] = ordinary_rows,
    modalities: tuple[Modality, ...] = _BOTH,
) -> Measure:
    """Return a tag whose score is the mean weight on a pattern."""
    return Measure(
        name, title, words, formula, paper, of,
        rows=rows, modalities=modalities, threshold=TAG_THRESHOLD,
    )  # fmt: skip


TAGS: Final = (
    _tag(
        "self",
        mark("itself"),
        mark("The weight of a token on itself. Rows of ordinary tokens."),
        formula="mean_i α_ii",
        paper=_KOVALEVA,
        of=quantities.own,
    ),
    _tag(
        "previous",
        mark("previous token"),
        mark("The weight on the token before. Ordinary tokens that follow an ordinary one."),
        formula="mean_i α_i,i−1",
        paper=_CLARK,
        of=quantities.previous,
        modalities=_TEXT,
    ),
    _tag(
        "next",
        mark("next token"),
        mark("The weight on the token after. Ordinary tokens before an ordinary one."),
        formula="mean_i α_i,i+1",
        paper=_CLARK,
        of=quantities.following,
        modalities=_TEXT,
    ),
    _tag(
        "first",
        mark("first token or CLS"),
        mark("The weight on the first token, CLS where there is one. Rows of ordinary tokens."),
        formula="mean_i α_i,0",
        paper=_KOVALEVA,
        of=quantities.first,
        rows=ordinary_rows_but_the_first,
    ),
    _tag(
        "separator",
        mark("SEP"),
        mark(
            "The weight on the special tokens after the first: SEP, end of sentence. Rows of "
            "ordinary tokens."
        ),
        formula="mean_i Σ_{j SEP} α_ij",
        paper=_CLARK,
        of=quantities.separators,
        modalities=_TEXT,
    ),
    _tag(
        "same_word",
        mark("same word"),
        mark("The weight on the other pieces of the same word. Rows of words in several pieces."),
        formula="mean_i Σ_{j≠i, same word} α_ij",
        paper="Correia et al. 2019, arXiv:1909.00015",
        of=quantities.same_word,
        modalities=_TEXT,
    ),
    _tag(
        "repeated",
        mark("repeated token"),
        mark(
            "The weight on other places of the same vocabulary entry. Rows of tokens that occur "
            "more than once."
        ),
        formula="mean_i Σ_{j≠i, token_j = token_i} α_ij",
        paper="Wang et al. 2022, arXiv:2211.00593",
        of=quantities.repeated,
        modalities=_TEXT,
    ),
    _tag(
        "punctuation",
        mark("punctuation"),
        mark("The weight on punctuation other than itself. Rows of ordinary tokens."),
        formula="mean_i Σ_{j≠i, punctuation} α_ij",
        paper=_CLARK,
        of=quantities.punctuation,
        modalities=_TEXT,
    ),
    _tag(
        "neighbours",
        mark("neighbouring patches"),
        mark("The weight on the up to eight patches around a patch. Rows of patches."),
        formula="mean_i Σ_{j touches i} α_ij",
        paper="Cordonnier et al. 2020, arXiv:1911.03584",
        of=quantities.neighbours,
        modalities=_IMAGE,
    ),
    Measure(
        name="broad",
        title=mark("broad"),
        words=mark(
            "Close to looking everywhere alike: the entropy is above 0.9. All rows but padding."
        ),
        formula="mean_i (−Σ_j α_ij ln α_ij) / ln n",
        paper=_CLARK,
        of=quantities.entropy,
        rows=every_row,
        any_layer=True,
        threshold=BROAD_THRESHOLD,
        by_chance=False,
    ),
)

ALL: Final = (*MEASURES, *TAGS)


def measure_named(name: str) -> Measure:
    """Return the measure or tag of this name; raise KeyError."""
    return {m.name: m for m in ALL}[name]


def measures_for(modality: Modality) -> tuple[Measure, ...]:
    """Return the measures that inputs of ``modality`` have; raw inputs, those of any layer."""
    return tuple(m for m in MEASURES if applies(m, modality))


def tags_for(modality: Modality) -> tuple[Measure, ...]:
    """Return the tags that inputs of ``modality`` can have."""
    return tuple(m for m in TAGS if applies(m, modality))


def applies(measure: Measure, modality: Modality) -> bool:
    """Whether ``measure`` makes sense of an input of ``modality``."""
    return modality in measure.modalities or (modality == "other" and measure.any_layer)
