"""``main.py inspect``: what a model is, what attention was found in it, and how exact it is."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from models.api import Model
from models.card import card_of
from models.card.layers import heads_of
from models.commands.opening import opened
from models.encoded import Notice
from models.errors import InputError, RunError, TokenizerError
from models.i18n import mark
from models.record import Record
from models.runtime import Port


def command(args: argparse.Namespace) -> int:
    """Open the model ``args`` names, run a small sample through it, and print what is known."""
    model = opened(args)
    if args.json:
        text = json.dumps(facts(model), ensure_ascii=False, indent=2)
    else:
        record, notices = _sampled(model)
        text = card_of(model, record).text(layers=False)
        if record is None:  # the last notice says why
            text += f"\n\n{said(notices[-1])}"
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
        "heads": _one_or_all([heads_of(layer) for layer in layers]),
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
    return notice.sentence


def _sampled(model: Model) -> tuple[Record | None, tuple[Notice, ...]]:
    """Run and check the model on its sample; no record where no sample can be made."""
    try:
        record = model.run(model.sample())
        record = model.verified(record)
    except RunError as error:
        message = mark("The model did not run on a sample of its inputs: {cause}")
        return None, (*model.notices, Notice(message, {"cause": first_words(error.details)}))
    except (InputError, TokenizerError) as error:
        return None, (*model.notices, Notice(error.message, error.values))
    return record, (*model.notices, *record.encoded.notices)


def first_words(details: str) -> str:
    """Return what the runtime said, its prefix of codes and node lists left out."""
    return " ".join(details.rsplit("Status Message:", 1)[-1].split())[:300]


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


def _one_or_all(numbers: Sequence[int]) -> int | list[int] | None:
    if not numbers:
        return None
    return numbers[0] if len(set(numbers)) == 1 else list(numbers)


def _plain(counts: Mapping[str, int] | None) -> dict[str, int] | None:
    return None if counts is None else dict(counts)


def _port(port: Port) -> dict[str, Any]:
    kind = port.dtype.name if isinstance(port.dtype, np.dtype) else port.dtype
    return {"name": port.name, "type": kind, "shape": list(port.shape)}
