"""What a figure says about itself in the text fields of its PNG (W3C PNG, iTXt and tEXt).

The keys and the numbers are the same in every language; layers and heads count from 1.
"""

from __future__ import annotations

import json
from typing import Final

from PIL.PngImagePlugin import PngInfo

from models.figure import words
from models.figure.request import EVERY_LAYER, Subject
from models.sense_words import curve_facts
from models.version import VERSION

_SOFTWARE: Final = f"Mirante {VERSION}"


def text_fields(subject: Subject) -> dict[str, str]:
    """Return the text fields by key: Title to Difference, and all of it as JSON in ``mirante``."""
    provenance = subject.record.provenance
    difference = layer_difference(subject)
    if subject.request.view in EVERY_LAYER:
        difference = provenance.largest_difference
    fields = {
        "Title": f"{words.title(subject)} · {words.subtitle(subject)}",
        "Software": _SOFTWARE,
        "Model": provenance.model,
        "SHA-256": provenance.sha256,
        "Layer": "all" if subject.request.view in EVERY_LAYER else str(subject.layer.index + 1),
        "Head": _head(subject),
        "Token": _token(subject),
        "Input": _input(subject),
        "Provider": provenance.provider,
        "Difference": "" if difference is None else f"{difference:.3g}",
        "mirante": json.dumps(_everything(subject), ensure_ascii=False, sort_keys=True),
    }
    if subject.request.view == "compare":
        facts = json.dumps(subject.beside.facts, ensure_ascii=False, sort_keys=True)
        return {**fields, "Compared with": facts}
    if subject.request.view == "senses":
        kept = {k: v for k, v in fields.items() if k not in {"Head", "Token", "Difference"}}
        facts = json.dumps(curve_facts(subject.curves), ensure_ascii=False, sort_keys=True)
        return {**kept, "Senses": facts}
    return _of_map(subject, fields) if subject.request.view == "map" else fields


def _of_map(subject: Subject, fields: dict[str, str]) -> dict[str, str]:
    """Return the fields with what a map of an output says in place of layer, head and check."""
    drawn = subject.drawn
    token = "" if drawn.token is None else f"{drawn.token}: {subject.tokens[drawn.token].label}"
    chosen = "" if drawn.channel is None else str(drawn.channel)
    kept = {k: v for k, v in fields.items() if k not in {"Layer", "Head", "Difference"}}
    return {**kept, "Output": drawn.output, "Channel": chosen, "Token": token}


def png_info(subject: Subject) -> PngInfo:
    """Return the text fields as Pillow writes them; an empty one is left out."""
    info = PngInfo()
    for key, value in text_fields(subject).items():
        clean = value.replace("\0", "").encode("utf-8", "replace").decode()
        if clean.isascii():
            info.add_text(key, clean)
        else:
            info.add_itxt(key, clean)
    return info


def layer_difference(subject: Subject) -> float | None:
    """Return the largest difference found for the layer; None when it was not compared."""
    differences = subject.record.provenance.differences
    index = subject.layer.index
    return differences[index] if index < len(differences) else None


def _head(subject: Subject) -> str:
    heads = subject.heads
    if subject.request.view == "atlas" and subject.request.alone:
        return ", ".join(f"L{layer + 1} H{head + 1}" for layer, head in sorted(subject.framed))
    if subject.request.view == "atlas":
        return "all"
    if len(heads) == 1:
        return str(heads[0] + 1)
    if len(heads) == subject.layer.heads:
        return "mean"
    return "mean of " + ", ".join(str(head + 1) for head in heads)


def _asked(subject: Subject) -> int | None:
    """Return the query that is drawn or pointed out; None on a heatmap without one."""
    whole = subject.request.view in {"heatmap", "lines", "compare"} or _of_texts(subject)
    return subject.token if whole else subject.query


def _of_texts(subject: Subject) -> bool:
    """Whether this is an atlas of matrices, which are of no one token."""
    return subject.request.view == "atlas" and subject.record.encoded.grid is None


def _token(subject: Subject) -> str:
    position = _asked(subject)
    return "" if position is None else f"{position}: {subject.tokens[position].label}"


def _input(subject: Subject) -> str:
    encoded = subject.record.encoded
    if encoded.modality == "image":
        return encoded.photo_name
    return encoded.text if encoded.pair is None else f"{encoded.text}\n{encoded.pair}"


def _everything(subject: Subject) -> dict[str, object]:
    request, encoded = subject.request, subject.record.encoded
    provenance = json.loads(subject.record.provenance.as_json())
    del provenance["milliseconds"]  # the same figure of another run is the same file
    drawn = request.drawn
    output = {} if drawn is None else {"output": drawn.key, "channel": drawn.channel}
    ends = (request.low, request.high) if drawn is None else (drawn.low, drawn.high)
    return {
        **output,
        **({} if request.beside is None else {"compared_with": request.beside.facts}),
        **({} if request.curves is None else {"senses": curve_facts(request.curves)}),
        "software": _SOFTWARE,
        "view": request.view,
        "layer": subject.layer.index + 1,
        "heads": [head + 1 for head in subject.heads],
        "by_layer": request.by_layer,
        "marked": [[layer + 1, head + 1] for layer, head in request.marked],
        "alone": request.alone,
        "token": _asked(subject),
        "key": subject.key,
        "measure": request.measure,
        "direction": request.direction,
        "limits": request.limits,
        "special_tokens_hidden": request.hide_special,
        "special_tokens_pass_nothing_on": subject.asked.guarded,
        "words": subject.in_words,
        "tokens": [token.text for token in subject.tokens],
        "colour_map": request.colour_map,
        "low": ends[0],
        "high": ends[1],
        "scale": request.scale,
        "opacity": request.opacity,
        "smooth": request.smooth,
        "theme": request.theme,
        "text": encoded.text,
        "pair": encoded.pair,
        "photo": encoded.photo_name,
        "provenance": provenance,
    }
