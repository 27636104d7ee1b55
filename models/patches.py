"""Which token stands for which patch: from the graph's patch embedding and the token count."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from models.config import ConfigFile
from models.encoded import Token

if TYPE_CHECKING:  # slow to import, and this module is needed to start
    import onnx

Size = tuple[int, int]

# What may stand between the input and the patch embedding without changing where things are.
_TRANSPARENT: Final = frozenset(
    {"Cast", "Sub", "Mul", "Div", "Add", "Identity", "QuantizeLinear", "DequantizeLinear"}
    | {"DynamicQuantizeLinear", "Transpose", "BatchNormalization", "Clip"}
)
_CONVOLUTIONS: Final = frozenset(
    {"Conv", "ConvInteger", "QLinearConv", "FusedConv", "NhwcFusedConv"}
)
_MOST_SPECIAL: Final = 64
_TWO: Final = 2


@dataclass(frozen=True, slots=True)
class PatchEmbedding:
    """A convolution that cuts the picture into patches; (vertical, horizontal) pairs in pixels."""

    kernel: Size
    stride: Size
    before: Size = (0, 0)
    after: Size = (0, 0)

    @property
    def certain(self) -> bool:
        """Whether patches lie side by side, so that this can be nothing else."""
        return self.kernel == self.stride

    def grid(self, size: Size) -> Size:
        """Return (rows, columns) for a picture of ``size`` (height, width)."""
        rows, columns = (
            max(
                (size[i] + self.before[i] + self.after[i] - self.kernel[i]) // self.stride[i] + 1, 0
            )
            for i in range(_TWO)
        )
        return rows, columns

    def origin(self) -> tuple[float, float]:
        """Return (y, x) of the first patch's corner; its middle is the kernel's middle."""
        y, x = (self.kernel[i] / 2 - self.stride[i] / 2 - self.before[i] for i in range(_TWO))
        return y, x


def square_patches(side: int) -> PatchEmbedding:
    """Return the embedding of patches ``side`` pixels wide and high."""
    return PatchEmbedding((side, side), (side, side))


def embedding_in(graph: onnx.GraphProto, *, pixels: str) -> PatchEmbedding | None:
    """Return the first convolution that the input ``pixels`` meets, None when it meets none."""
    shapes = {tensor.name: tuple(tensor.dims) for tensor in graph.initializer}
    users: dict[str, list[onnx.NodeProto]] = {}
    for node in graph.node:
        for name in node.input:
            users.setdefault(name, []).append(node)
    waiting, seen = [pixels], {pixels}
    while waiting:
        for node in users.get(waiting.pop(0), ()):
            if node.op_type in _CONVOLUTIONS:
                return _convolution(node, shapes, graph)
            fresh = [o for o in node.output if o and o not in seen]
            if node.op_type in _TRANSPARENT:
                seen.update(fresh)
                waiting.extend(fresh)
    return None


def _convolution(
    node: onnx.NodeProto, shapes: dict[str, tuple[int, ...]], graph: onnx.GraphProto
) -> PatchEmbedding | None:
    facts = {a.name: list(a.ints) for a in node.attribute}
    kernel = facts.get("kernel_shape") or _weight_shape(node, shapes, graph)[2:]
    stride = facts.get("strides") or [1] * len(kernel)
    pads = facts.get("pads") or [0] * (2 * len(kernel))
    if len(kernel) != _TWO or min(*kernel, *stride) < 1:
        return None
    return PatchEmbedding(
        (kernel[0], kernel[1]), (stride[0], stride[1]), (pads[0], pads[1]), (pads[2], pads[3])
    )


def _weight_shape(
    node: onnx.NodeProto, shapes: dict[str, tuple[int, ...]], graph: onnx.GraphProto
) -> list[int]:
    name = node.input[3] if node.op_type == "QLinearConv" else node.input[1]
    makers = {output: maker for maker in graph.node for output in maker.output}
    while name not in shapes and name in makers and makers[name].input:
        name = makers[name].input[0]
    return list(shapes.get(name, ()))


def find_grid(
    count: int,
    *,
    size: Size,
    embeddings: Sequence[PatchEmbedding],
    special: int | None,
) -> PatchEmbedding | None:
    """Return the embedding whose patches, with a few special tokens, make ``count`` tokens.

    ``size`` is the picture's (height, width), ``special`` how many other tokens the config
    promises. Where no given embedding fits and none is certain, even rectangles of the picture's
    own proportions are tried; None when nothing fits.
    """
    fitting = [e for e in embeddings if 0 <= _others(count, e, size) <= _MOST_SPECIAL]
    exact = [e for e in embeddings if _others(count, e, size) == special]
    if exact or fitting:
        return (exact or fitting)[0]
    if any(embedding.certain for embedding in embeddings):
        return None
    return _rectangle(count, size, special)


def _others(count: int, embedding: PatchEmbedding, size: Size) -> int:
    rows, columns = embedding.grid(size)
    return count - rows * columns if rows * columns else -1


def _rectangle(count: int, size: Size, special: int | None) -> PatchEmbedding | None:
    usual = range(min(count, 9))
    for others in usual if special is None else (special, *usual):
        for rows in _divisors(size[0]):
            side = size[0] // rows
            if size[1] % side == 0 and rows * (size[1] // side) == count - others > 1:
                return square_patches(side)
    return None


def _divisors(number: int) -> Iterable[int]:
    return (n for n in range(1, number + 1) if number % n == 0)


# -- the tokens that are not patches


@dataclass(frozen=True, slots=True)
class Extras:
    """Labels of the tokens before and after the patches."""

    before: tuple[str, ...]
    after: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many they are."""
        return len(self.before) + len(self.after)


def promised(config: ConfigFile) -> Extras | None:
    """Return the tokens besides patches that the config promises, None when it is silent."""
    family = config.text("model_type") or ""
    if not family:
        return _promised_by_timm(config)
    if family.startswith("siglip") or family in {"ijepa", "segformer", "swin", "swinv2", "pvt"}:
        return Extras(())
    detections = config.whole("num_detection_tokens", low=1, high=10_000) or 0
    registers = config.whole("num_register_tokens", high=1000) or 0
    first = ["CLS"]
    if family == "deit" or "distill" in str(config.values.get("architectures", "")).lower():
        first.append("DIST")
    return Extras((*first, *_numbered("R", registers)), _numbered("D", detections))


def _promised_by_timm(config: ConfigFile) -> Extras | None:
    name = config.text("architecture")
    if name is None:
        return None
    arguments = config.section("model_args")
    first = [] if arguments.flag("class_token") is False else ["CLS"]
    if "distilled" in name:
        first.append("DIST")
    registers = arguments.whole("reg_tokens", high=1000) or 0
    return Extras((*first, *_numbered("R", registers)))


def _numbered(letter: str, count: int) -> tuple[str, ...]:
    return tuple(f"{letter}{i}" for i in range(1, count + 1))


def extras_for(count: int, config: ConfigFile, *, said: Extras | None = None) -> Extras:
    """Return labels for ``count`` tokens that are not patches; the count comes from the graph.

    ``said`` is what to believe first; without it, or where its number differs, the config is.
    """
    for names in (said, promised(config)):
        if names is not None and names.count == count:
            return names
    believed = said or promised(config)
    after = believed.after if believed is not None and len(believed.after) < count else ()
    before = count - len(after)
    first = believed.before if believed is not None and believed.before else ("CLS",)
    first = (*first[:before], *_numbered("R", before - len(first)))
    return Extras(first[:before], after)


def tokens_of(
    grid: Size | None, *, count: int, config: ConfigFile, said: Extras | None = None
) -> tuple[Token, ...]:
    """Return ``count`` tokens: specials around the patches of ``grid`` (rows, columns).

    Without a grid every token is a patch of unknown place. ``said`` as in ``extras_for``.
    """
    if grid is None:
        return tuple(Token(text=f"t{i}", label=f"t{i}", kind="patch") for i in range(count))
    rows, columns = grid
    extras = extras_for(count - rows * columns, config, said=said)
    patches = [_patch(row, column) for row in range(rows) for column in range(columns)]
    before = [Token(text=name, label=name, kind="special") for name in extras.before]
    after = [Token(text=name, label=name, kind="special") for name in extras.after]
    return (*before, *patches, *after)


def _patch(row: int, column: int) -> Token:
    label = f"r{row} c{column}"
    return Token(text=label, label=label, kind="patch", cell=(row, column))
