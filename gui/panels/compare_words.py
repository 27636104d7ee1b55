"""What is said of a comparison: which side is which, and where senses part."""

from __future__ import annotations

from pathlib import Path

from gui.naming import heads_name
from gui.numbers import fixed
from gui.state import Shown
from models.compare import Comparison
from models.compare_other import Other
from models.compare_photos import UNSEEN
from models.differences import of_layer
from models.i18n import ntr, tr


def titles(shown: Shown, found: Comparison, other: Other | None) -> tuple[str, str]:
    """Return what tells the sides apart."""
    here = f"L{found.a.layer + 1} · {heads_name(shown)}"
    if other is None or other.kind == "head":
        return here, f"L{found.b.layer + 1} · H{found.b.heads[0] + 1 if found.b.heads else 1}"
    if other.kind == "layer":
        return here, f"L{found.b.layer + 1} · {heads_name(shown)}"
    if other.kind == "model":
        return found.a.record.provenance.model, found.b.record.provenance.model
    encoded = (found.a.record.encoded, found.b.record.encoded)
    names = [x.text or x.photo_name for x in encoded]
    return names[0], names[1] or other.text or Path(other.place).name


def aligned_words(found: Comparison) -> str:
    """Return how many words or patches stand beside each other, and by what they were found."""
    encoded, other = found.a.record.encoded, found.b.record.encoded
    count, image = len(found.pairs), encoded.modality == "image"
    only_a = len(found.words_a.words) - len({a for a, _b in found.pairs})
    only_b = len(found.words_b.words) - len({b for _a, b in found.pairs})
    words = ntr("{count} word aligned", "{count} words aligned", count)
    if image:
        words = ntr("{count} token aligned", "{count} tokens aligned", count)
    if only_a > 0:
        words += " · " + ntr("{count} only in A", "{count} only in A", only_a)
    if only_b > 0:
        words += " · " + ntr("{count} only in B", "{count} only in B", only_b)
    if found.placed is None:
        photos = image and encoded.photo is not other.photo
        return words + " · " + tr("by place in the grid") if photos else words
    score = fixed(found.placed.place.score)
    if found.placed.unseen:
        return f"{words} · {tr(UNSEEN)}"
    if found.placed.b_in_a:
        return f"{words} · " + tr(
            "B was found in A (correlation {score}): each patch stands beside the one that shows "
            "the same place",
            score=score,
        )
    return f"{words} · " + tr(
        "A was found in B (correlation {score}): each patch stands beside the one that shows the "
        "same place",
        score=score,
    )


def checked_words(found: Comparison) -> str:
    """Return what the check of side B's own run found; nothing before, or where it is A's run."""
    record = found.b.record
    if record.layers is found.a.record.layers or not record.provenance.checked_on:
        return ""
    direct = record.layers[found.b.layer].direct is not None
    return " · B: " + of_layer(record.provenance, found.b.layer, direct=direct)
