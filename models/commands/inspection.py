"""``main.py inspect``: what a model is, what attention was found in it, and how exact it is."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from models.api import Model
from models.commands.opening import opened
from models.encoded import Notice
from models.errors import InputError, TokenizerError
from models.i18n import ntr, tr
from models.record import Layer, Record
from models.runtime import Port


def command(args: argparse.Namespace) -> int:
    """Open the model ``args`` names, run a small sample through it, and print what is known."""
    model = opened(args)
    found = facts(model)
    text = json.dumps(found, ensure_ascii=False, indent=2) if args.json else "\n".join(lines(found))
    sys.stdout.write(text + "\n")
    return 0


def facts(model: Model) -> dict[str, Any]:
    """Return what is known about ``model``, fit for JSON; layers count from 1."""
    record, notices = _sampled(model)
    layers = () if record is None else record.layers
    tapped = model.tapped
    return {
        "model": model.name,
        "title": model.title,
        "file": str(model.files.onnx),
        "bytes": tapped.size,
        "sha256": model.sha256,
        "licence": model.files.licence,
        "modality": model.modality,
        "family": model.family,
        "layers": len(tapped.blocks),
        "heads": _one_or_all([_heads(layer) for layer in layers]),
        "head_size": _one_or_all([layer.head_size for layer in layers]),
        **_sizes(model, record),
        "patterns": [block.pattern for block in tapped.blocks],
        "direct": [block.index + 1 for block in tapped.blocks if block.direct],
        "differences": list(model.differences),
        "largest_difference": max((d for d in model.differences if d is not None), default=None),
        "provider": tapped.provider,
        "nodes_by_provider": _plain(tapped.nodes_by_provider),
        "difference_from_cpu": model.cpu_difference,
        "inputs": [_port(port) for port in model.inputs],
        "outputs": [_port(port) for port in tapped.outputs],
        "opset": tapped.opset,
        "producer": tapped.producer,
        "quantised": tapped.facts.quantised,
        "weights": tapped.facts.weights,
        "corrections": model.corrections.as_json(),
        "others": [path.name for path in model.files.others],
        "notices": [said(notice) for notice in notices],
    }


def said(notice: Notice) -> str:
    """Return a notice as a sentence in the language in force."""
    return tr(notice.message, **notice.values)


def _sampled(model: Model) -> tuple[Record | None, tuple[Notice, ...]]:
    """Run and check the model on its sample; no record where no sample can be made."""
    try:
        record = model.run(model.sample())
    except (InputError, TokenizerError) as error:
        return None, (*model.notices, Notice(error.message, error.values))
    model.verify(record.encoded)
    model.compare_with_cpu(record.encoded)
    return record, (*model.notices, *record.encoded.notices)


def _sizes(model: Model, record: Record | None) -> dict[str, Any]:
    if record is None:
        return {}
    encoded, grid = record.encoded, record.encoded.grid
    sizes: dict[str, Any] = {
        "tokens": len(encoded.tokens),
        "special_tokens": [t.label for t in encoded.tokens if t.kind == "special"],
    }
    if model.modality == "image":
        encoder = model.image_encoder
        pixels = next(name for name, role in model.roles.items() if role == "pixels")
        shape = encoded.feeds[pixels].shape
        sizes["image_size"] = list(encoder.canvas.size_of(encoded.feeds[pixels]) if shape else ())
        sizes["patch_size"] = None if encoder.patch is None else list(encoder.patch)
        sizes["patch_grid"] = None if grid is None else [grid.rows, grid.columns]
        sizes["free_size"] = encoder.free
    elif model.modality == "text" and encoded.text:
        sizes["token_limit"] = model.text_encoder.limit
    return sizes


def _heads(layer: Layer) -> int:
    return layer.heads if layer.windows is None else layer.heads // len(layer.windows)


def _one_or_all(numbers: Sequence[int]) -> int | list[int] | None:
    if not numbers:
        return None
    return numbers[0] if len(set(numbers)) == 1 else list(numbers)


def _plain(counts: Mapping[str, int] | None) -> dict[str, int] | None:
    return None if counts is None else dict(counts)


def _port(port: Port) -> dict[str, Any]:
    kind = port.dtype.name if isinstance(port.dtype, np.dtype) else port.dtype
    return {"name": port.name, "type": kind, "shape": list(port.shape)}


def lines(found: Mapping[str, Any]) -> list[str]:
    """Return the facts as lines for people."""
    kinds = {"text": tr("text"), "image": tr("image"), "other": tr("other inputs")}
    rows = [
        (tr("Model"), found["title"]),
        (tr("File"), f"{found['file']} ({found['bytes'] / 1e6:.1f} MB)"),
        (tr("SHA-256"), found["sha256"]),
        (tr("Licence"), found["licence"]),
        (tr("Takes"), kinds[found["modality"]]),
        (tr("Family"), found["family"]),
        (tr("Attention"), _attention_line(found)),
        (tr("Found as"), _patterns_line(found["patterns"])),
        (tr("Tokens"), _tokens_line(found)),
        (tr("Patches"), _patches_line(found)),
        (tr("Check"), _check_line(found)),
        (tr("Runs on"), _provider_line(found)),
        (tr("Inputs"), _ports_line(found["inputs"])),
        (tr("Outputs"), _ports_line(found["outputs"])),
        (tr("Made by"), tr("{producer}, opset {opset}", **_only(found, "producer", "opset"))),
    ]
    width = max(len(name) for name, _ in rows)
    said_rows = [f"{name:<{width}}  {value}" for name, value in rows if value]
    return said_rows + [f"· {notice}" for notice in found["notices"]]


def _only(found: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: found[name] for name in names}


def _attention_line(found: Mapping[str, Any]) -> str:
    layers = ntr("{count} layer", "{count} layers", found["layers"])
    if found["heads"] is None:
        return layers
    heads = tr("heads: {heads}, of size {size}", heads=found["heads"], size=found["head_size"])
    return f"{layers}, {heads}"


def _patterns_line(patterns: Sequence[str]) -> str:
    counted = Counter(patterns)
    return "; ".join(f"{pattern} (×{count})" for pattern, count in counted.items())


def _tokens_line(found: Mapping[str, Any]) -> str:
    if "token_limit" in found:
        return tr("at most {limit}", limit=found["token_limit"])
    if "tokens" not in found:
        return ""
    special = ", ".join(found["special_tokens"][:6])
    return f"{found['tokens']}" + (f" ({special}…)" if special else "")


def _patches_line(found: Mapping[str, Any]) -> str:
    if not found.get("patch_grid"):
        return ""
    rows, columns = found["patch_grid"]
    height, width = found["image_size"]
    return tr(
        "{rows} rows × {columns} columns, in a picture of {width}×{height} pixels",
        rows=rows,
        columns=columns,
        width=width,
        height=height,
    )


def _check_line(found: Mapping[str, Any]) -> str:
    compared = [d for d in found["differences"] if d is not None]
    if not compared:
        return tr("nothing in the file to compare with")
    return tr(
        "{compared} of {layers} layers compared with onnxruntime, largest difference {worst}",
        compared=len(compared),
        layers=found["layers"],
        worst=f"{max(compared):.1e}",
    )


def _provider_line(found: Mapping[str, Any]) -> str:
    nodes = found["nodes_by_provider"]
    if not nodes:
        return str(found["provider"])
    counted = ", ".join(f"{name} ({count})" for name, count in nodes.items())
    apart = found["difference_from_cpu"]
    if apart is None:
        return counted
    return tr("{nodes}; differs from CPU by at most {worst}", nodes=counted, worst=f"{apart:.1e}")


def _ports_line(ports: Sequence[Mapping[str, Any]]) -> str:
    return ", ".join(f"{p['name']} {p['type']} {_shape(p['shape'])}" for p in ports)


def _shape(sizes: Sequence[object]) -> str:
    return "×".join("?" if size is None else str(size) for size in sizes) or "()"
