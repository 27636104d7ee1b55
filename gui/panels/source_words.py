"""What is said above the input: what is drawn of a photo, and where the row's colours end."""

from __future__ import annotations

from models.counting import Direction
from models.i18n import tr


def photo_words(*, stretched: bool, part: bool) -> tuple[str, str]:
    """Return the title over a photo, and why it is not drawn as it is; empty where it is."""
    title = tr("Photo (stretched)") if stretched else tr("Photo")
    why = tr(
        "The photo is so long and narrow that only the surroundings of its patches are drawn, "
        "or all of it with its short side drawn longer."
    )
    return tr("Photo (a part of it)") if part else title, why if stretched or part else ""


def largest_words(*, image: bool, direction: Direction) -> str:
    """Return of what the colours end at the largest: weights to a token are a column."""
    if image:
        return tr("0 – largest patch")
    return tr("0 – largest of this column") if direction == "to" else tr("0 – largest of this row")


def limits_tip(*, image: bool) -> str:
    """Return what the choice means; on photos CLS and its like would drown every patch."""
    if image:
        return tr(
            "Where the row's colours and bars end. At the largest weight of a patch, special "
            "tokens left out, the same colour is another weight in every row; 0 – 1 is the "
            "same in all; logarithmic colours run evenly over four powers of 10. The legend "
            "has the numbers."
        )
    return tr(
        "Where the row's colours and bars end. At the largest weight of this row, the same "
        "bar is another weight in every row; 0 – 1 is the same in all; logarithmic bars run "
        "evenly over four powers of 10. The legend has the numbers."
    )
