"""Which other sizes a vision model may be given, and what each would take."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from models.config import whole_number
from models.costs import Cost, cost_of, shapes_of
from models.file_size import size_words
from models.i18n import tr
from models.sizes import Size

if TYPE_CHECKING:  # loads onnx, and the window opens without waiting for it
    from models.api import Model
    from models.record import Layer

LARGE: Final = 1_000_000_000  # bytes from which a run is asked for twice
_COMMON: Final = (224, 336, 448, 518, 672, 896)


@dataclass(frozen=True, slots=True)
class SizeOffer:
    """A size (height, width) of the model's picture, its patches (rows, columns) and its cost.

    ``grid`` and ``cost`` are None where they cannot be told before a run.
    """

    size: Size
    grid: Size | None
    cost: Cost | None

    @property
    def large(self) -> bool:
        """Whether the run takes so much memory that it should be asked for twice."""
        return large(self.cost)


def large(cost: Cost | None) -> bool:
    """Whether a run takes so much memory that it should be asked for twice."""
    return cost is not None and cost.run > LARGE


def cost_words(cost: Cost, *, free: int | None) -> str:
    """Return what a run takes, and what the computer has if that is known."""
    said = tr(
        "Queries, keys and values will take {kept}; the runtime's tokens × tokens tensors up "
        "to {working} more while it runs.",
        kept=_unbroken(cost.kept),
        working=_unbroken(cost.working),
    )
    if free is None:
        return said
    return f"{said} " + tr("{free} are free on this computer.", free=_unbroken(free))


def again_words(layers: Sequence[Layer], tokens: int) -> str:
    """Return what another run of an input takes while it runs, told by its layers; "" if little."""
    cost = cost_of(shapes_of(layers), tokens)
    return tr("up to {size}", size=_unbroken(cost.working)) if large(cost) else ""


def _unbroken(count_of_bytes: int) -> str:
    """Return a size whose unit stays on the line of its number."""
    return size_words(count_of_bytes).replace(" ", "\u00a0")


def offer(model: Model, size: Size) -> SizeOffer:
    """Return what ``size`` would give; raise InputError where the graph does not allow it."""
    model.image_encoder.check_size(size)
    return _offer(model, size)


def _offer(model: Model, size: Size) -> SizeOffer:
    encoder = model.image_encoder
    tokens = encoder.patches.expected(size)
    cost = None if tokens is None else model.cost(tokens)
    return SizeOffer(size, encoder.patches.grid(size), cost)


def offers(model: Model) -> tuple[SizeOffer, ...]:
    """Return the usual sizes that divide into patches, the model's own among them, rising.

    Only the model's own where the graph allows no other; none where the photo decides.
    """
    encoder = model.image_encoder
    usual = encoder.size
    if not encoder.free:
        return () if usual is None else (_offer(model, usual),)
    wanted = {(side, side) for side in _sides(model)}
    wanted |= set() if usual is None else {usual}
    return tuple(_offer(model, size) for size in sorted(wanted))


def _sides(model: Model) -> Iterator[int]:
    patch = model.image_encoder.patch or (1, 1)
    trained = whole_number(model.files.config.values.get("image_size"))
    for side in (*_COMMON, trained or 0):
        if side > 0 and all(side % part == 0 for part in patch):
            yield side


def free_memory() -> int | None:
    """Return how many bytes this computer could still give away, None where it does not say."""
    try:
        lines = Path("/proc/meminfo").read_text("ascii").splitlines()
        said = dict(line.split(":", 1) for line in lines)
        return int(said["MemAvailable"].split()[0]) * 1024
    except (OSError, KeyError, ValueError, IndexError):
        return None
