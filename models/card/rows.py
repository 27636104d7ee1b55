"""The rows of the card about the model, its attention, its ports and its file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from models.card.layers import LayerLine
from models.card.words import (
    difference,
    grouped,
    listed,
    number,
    port_words,
    ranges,
    worst_of,
)
from models.checking import Check
from models.file_size import size_words
from models.i18n import large_number, ntr, tr
from models.outputs.labels import names_in

if TYPE_CHECKING:  # loads onnx, and the window opens without waiting for it
    from models.api import Model

Pairs = Iterator[tuple[str, str]]
_WHOLE: Final = 10  # per cent from here on have no decimals


def model_rows(model: Model) -> Pairs:
    """Yield what the model is; a value may be empty."""
    kinds = {"text": tr("text"), "image": tr("image"), "other": tr("other inputs")}
    said = model.files.config.values.get("architectures")
    yield tr("Model"), model.title
    yield tr("Family"), model.family
    yield tr("Built as"), listed([str(name) for name in said]) if isinstance(said, list) else ""
    yield tr("Takes"), kinds[model.modality]
    yield tr("Licence"), model.files.licence


def attention_rows(lines: Sequence[LayerLine], check: Check) -> Pairs:
    """Yield what attention was found, where its parts sit, and how exact it is."""
    yield tr("Attention"), _layers(lines)
    heads = {(line.heads, line.size) for line in lines}
    if len(heads) > 1:
        words = [_heads({x.heads}, {x.size}) for x in lines]
        yield tr("Heads per layer"), grouped(words)
    yield tr("Attends"), grouped([line.attends for line in lines])
    yield tr("Found as"), grouped([line.pattern for line in lines])
    yield tr("Scale"), grouped([line.scale for line in lines])
    yield tr("Mask"), grouped([line.mask for line in lines])
    yield tr("Position bias"), grouped([line.bias for line in lines])
    direct = [line.index for line in lines if line.direct]
    if direct:
        yield tr("Weights"), tr("the runtime's own in {layers}", layers=ranges(direct))
    yield tr("Check"), _check(lines, check)


def _layers(lines: Sequence[LayerLine]) -> str:
    layers = ntr("{count} layer", "{count} layers", len(lines))
    heads = {line.heads for line in lines}
    sizes = {line.size for line in lines}
    if None in heads or not lines:
        return layers
    each = _heads(heads, sizes)
    if len(lines) == 1:
        return tr("{layers} with {heads}", layers=layers, heads=each)
    return tr("{layers}, each with {heads}", layers=layers, heads=each)


def _heads(counts: set[int | None], sizes: set[int | None]) -> str:
    """Return how many heads there are and of what size; where layers differ, every number."""
    many, size = (" / ".join(str(x) for x in sorted(found, key=str)) for found in (counts, sizes))
    if many == "1":
        return tr("1 head of size {size}", size=size)
    return tr("{heads} heads of size {size}", heads=many, size=size)


def _check(lines: Sequence[LayerLine], check: Check) -> str:
    if not check.on:
        return tr("not made yet")
    compared = [line.difference for line in lines if line.difference is not None]
    if not compared:
        return tr("nothing in the file to compare with")
    said = tr(
        "{compared} of {layers} layers compared with onnxruntime, largest difference {worst}",
        compared=len(compared),
        layers=len(lines),
        worst=difference(worst_of(compared)),
    )
    if check.on == "sample":
        said += "\n" + tr("measured on a small sample: this input is too large to compare")
    if check.cpu is None:
        return said
    away = tr("largest difference from the CPU: {worst}", worst=difference(check.cpu))
    return f"{said}\n{away}"


def port_rows(model: Model) -> Pairs:
    """Yield inputs, outputs and the names of classes."""
    yield tr("Inputs"), "\n".join(map(port_words, model.inputs))
    yield tr("Outputs"), "\n".join(map(port_words, model.tapped.outputs))
    names = names_in(model.files.config)
    shown = listed([names[i] for i in sorted(names) if names[i]], most=6)
    yield tr("Labels"), shown


def file_rows(model: Model, *, hashed: bool) -> Pairs:
    """Yield what the file is; without ``hashed`` the checksum only if it is known."""
    from models.graph.precision import precision_of  # noqa: PLC0415  # loads onnx

    tapped = model.tapped
    precision, facts = precision_of(tapped.graph), tapped.facts
    size = size_words(tapped.size)
    if precision.beside:
        size = tr("{size}, and {more} beside it", size=size, more=size_words(precision.beside))
    yield tr("File"), str(model.files.onnx)
    yield tr("Size"), size
    known = hashed or model.sha256_known
    yield tr("SHA-256"), model.sha256 if known else tr("not computed yet")
    yield tr("Precision"), _precision(precision.kinds, precision.operators)
    yield tr("Numbers in weights"), large_number(facts.weights)
    yield tr("Made by"), _producer(tapped.producer, tapped.opset, facts.ir_version)
    nodes = tapped.nodes_by_provider
    yield tr("Runs on"), _providers(nodes) if nodes else tapped.provider
    yield tr("Also here"), listed([path.name for path in model.files.others])


def _precision(kinds: Sequence[tuple[str, float]], operators: Sequence[str]) -> str:
    shares = [f"{kind} ({_percent(100 * share)}%)" for kind, share in kinds]
    shown = kinds[0][0] if len(kinds) == 1 else ", ".join(shares)
    return f"{shown} · {', '.join(operators)}" if operators else shown


def _percent(share: float) -> str:
    return number(round(share) if share >= _WHOLE else float(f"{share:.2g}"))


def _producer(producer: str, opset: int, version: int) -> str:
    if not producer:
        return tr("opset {opset}, IR {version}", opset=opset, version=version)
    return tr(
        "{producer}, opset {opset}, IR {version}", producer=producer, opset=opset, version=version
    )


def _providers(nodes: Mapping[str, int]) -> str:
    ranked = sorted(nodes.items(), key=lambda item: -item[1])
    return ", ".join(f"{name} ({large_number(number_of)})" for name, number_of in ranked)
