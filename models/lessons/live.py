"""What live numbers are taken from: the record on screen, the scene, and what was kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from models.lessons.expression import Expression
from models.lessons.lesson import Scene
from models.lessons.naming import position
from models.record import Layer, Record
from models.windowed import spread


class AbsentError(LookupError):
    """What an expression asks for is not there now; a dash stands in its place."""


@dataclass(frozen=True, eq=False)
class Live:
    """The facts in force.

    ``pinned`` is the token chosen on screen, ``layer`` and ``heads`` (from 0, none for the mean
    of all) what is looked at; ``kept`` are records by the name they were given; ``others`` the
    last record of each modality. ``moved`` says how far the output moved in an experiment.
    """

    record: Record
    scene: Scene
    layer: int
    heads: tuple[int, ...] = ()
    pinned: int | None = None
    kept: Mapping[str, Record] = field(default_factory=dict)
    others: Mapping[str, Record] = field(default_factory=dict)
    moved: Callable[[str], float | None] = lambda _experiment: None


@dataclass(frozen=True, eq=False)
class Asked:
    """One expression put to ``live``: gives arguments as layers, heads and positions."""

    live: Live
    expression: Expression

    @property
    def record(self) -> Record:
        """The record asked about: ``of=name`` one that was kept, ``of=text`` the last text's."""
        name = self.expression.arguments.get("of")
        return self.live.record if name is None else self.named(name)

    def named(self, name: str) -> Record:
        """Return a kept record, or the last one of a modality."""
        found = self.live.kept.get(name) or self.live.others.get(name)
        if found is None:
            raise AbsentError(name)
        return found

    @property
    def layer(self) -> Layer:
        """The layer asked for: ``layer=3``, ``layer=shown``, else the scene's."""
        return self.layer_of(self.record)

    def layer_of(self, record: Record) -> Layer:
        """Return the layer asked for, of another record."""
        return spread_layer(record.layers[self._layer_index(record)])

    def _layer_index(self, record: Record) -> int:
        written = self.expression.arguments.get("layer")
        scene = self.live.scene.layer
        if written == "shown" or (written is None and scene is None):
            return min(self.live.layer, len(record.layers) - 1)
        index = (scene or 1) if written is None else _whole(written)
        if not 1 <= index <= len(record.layers):
            raise AbsentError(written)
        return index - 1

    @property
    def heads(self) -> tuple[int, ...]:
        """The heads asked for, from 0: ``head=7``, ``mean``, ``shown``, or those of the scene."""
        count = self.layer.heads
        written = self.expression.arguments.get("head")
        if written is None and self.live.scene.heads is not None:
            heads = tuple(head - 1 for head in self.live.scene.heads)
        elif written in {None, "shown"}:
            heads = self.live.heads
        elif written == "mean":
            heads = ()
        else:
            heads = (_whole(str(written)) - 1,)
        if any(not 0 <= head < count for head in heads):
            raise AbsentError(written)
        return heads or tuple(range(count))

    @property
    def head(self) -> int:
        """The one head asked for; the first where several are averaged."""
        return self.heads[0]

    def token(self, name: str, *, record: Record | None = None) -> int:
        """Return the position that an argument names; without it, or ``pinned``, the pinned one."""
        written = self.expression.arguments.get(name)
        where = self.record if record is None else record
        if written in {None, "pinned"}:
            found = self.live.pinned if where is self.live.record else None
        else:
            found = position(where, str(written))
        if found is None or found >= len(where.tokens):
            raise AbsentError(written)
        return found

    def number(self, name: str, default: float) -> float:
        """Return a numeric argument."""
        written = self.expression.arguments.get(name)
        if written is None:
            return default
        try:
            return float(written)
        except ValueError as error:
            raise AbsentError(written) from error

    def word(self, name: str, default: str = "") -> str:
        """Return an argument as it is written."""
        return self.expression.arguments.get(name, default)


def spread_layer(layer: Layer) -> Layer:
    """Return a windowed layer as one attention over all tokens."""
    return layer if layer.windows is None else spread(layer)


def _whole(written: str) -> int:
    try:
        return int(written.lstrip("LH"))
    except ValueError as error:
        raise AbsentError(written) from error
