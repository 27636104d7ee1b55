"""What is said of the senses of a word: where they part on a model, and what was compared."""

from __future__ import annotations

import numpy as np

from models.compare_senses import Curves
from models.i18n import tr


def verdict(curves: Curves) -> str:
    """Return where the senses of a word part on this model, or that they do not."""
    count = curves.count
    widest = int(np.argmax(curves.gap))
    nearer = round(float(curves.nearer[widest]) * count)
    facts = {"word": curves.senses.word, "count": count}
    best = tr(
        "Widest apart at {step}: {nearer} of {count} sentences are nearer to their own sense.",
        step=curves.step_name(widest),
        nearer=nearer,
        count=count,
    )
    if curves.parted is not None:
        step = curves.step_name(curves.parted)
        return tr(
            "From {step} on, “{word}” is nearer to its own sense in all of {count} sentences.",
            step=step,
            **facts,
        ) + (" " + best)
    return (
        tr("On this model the senses of “{word}” never part for all sentences.", **facts)
        + " "
        + best
    )


def compared_words(curves: Curves) -> str:
    """Return what the cosines are of: whose vectors, from which sentences."""
    if curves.of == "states":
        return tr(
            "Cosine of the hidden state of “{word}” (mean over its pieces) in one sentence with "
            "that in another; step 0 is what the first layer is given.",
            word=curves.senses.word,
        )
    return tr(
        "Cosine of the attention vectors of “{word}” (all heads, mean over its pieces) in one "
        "sentence with those in another.",
        word=curves.senses.word,
    )


def curve_facts(curves: Curves) -> dict[str, object]:
    """Return every number of the curves, by step, for files and scripts."""
    between = None if curves.between is None else [float(x) for x in curves.between]
    return {
        "word": curves.senses.word,
        "vectors": curves.of,
        "pair": None if curves.pair is None else list(curves.pair),
        "steps": [curves.step_name(step) for step in range(curves.steps)],
        "same_sense": [float(x) for x in curves.same.mean(axis=(0, 1))],
        "other_sense": [float(x) for x in curves.other.mean(axis=(0, 1))],
        "two_sentences": between,
        "share_nearer_to_own_sense": [float(x) for x in curves.nearer],
        "sentences": [list(sense.sentences) for sense in curves.senses.senses],
    }
