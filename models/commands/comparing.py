"""The command ``main.py compare``: two texts in one model, word by word and layer by layer."""

from __future__ import annotations

import argparse
import json
import sys

import numpy as np

from models.across import cosine
from models.attention import Float
from models.commands.opening import opened
from models.compare import aligned
from models.compare_other import kind_and_value
from models.compare_senses import Curves, WordReader, WordSenses, sense_curves, senses_of
from models.errors import InputError
from models.i18n import mark, ntr, tr
from models.record import Record
from models.word_merging import words_in


def command(args: argparse.Namespace) -> int:
    """Print how the words of two texts align and, of one word, how its vectors compare.

    ``args`` has model, text, other, word (or None) and json. Raises MiranteError.
    """
    other = _text(args.other)
    model = opened(args)
    reader = WordReader(model)
    sides = [model.run(model.encode_text(text)) for text in (args.text, other)]
    facts = _aligned(sides)
    if args.word is not None:
        (of, first), (_, second) = (reader.record(side, args.word) for side in sides)
        facts["word"] = args.word
        facts["vectors"] = of
        facts["cosine"] = [_number(cosine(x, y)) for x, y in zip(first, second, strict=True)]
        senses = senses_of(args.word)
        if senses is not None:
            curves = sense_curves(reader, senses, pair=(args.text, other))
            facts["senses"] = _senses(curves, senses)
    if args.json:
        sys.stdout.write(json.dumps(facts, ensure_ascii=False, indent=2) + "\n")
    else:
        sys.stdout.write("\n".join(_lines(facts)) + "\n")
    return 0


def _text(written: str) -> str:
    """Return the other text, written alone or as ``text=…``; raise InputError for other kinds."""
    kind, value = kind_and_value(written, plain="text")
    if kind != "text":
        raise InputError(
            mark("This command compares two texts, and “{written}” is none."),
            hint=mark("main.py figure --view compare draws a photo, head, layer or model beside."),
            written=written,
        )
    return value


def _aligned(sides: list[Record]) -> dict[str, object]:
    one, other = (words_in(side.encoded).words for side in sides)
    pairs = aligned(sides[0].encoded, sides[1].encoded)
    ours, theirs = {a for a, _ in pairs}, {b for _, b in pairs}
    return {
        "model": sides[0].provenance.model,
        "text": sides[0].encoded.text,
        "with": sides[1].encoded.text,
        "aligned": [one[a].label for a, _ in pairs],
        "only_in_text": [word.label for i, word in enumerate(one) if i not in ours],
        "only_in_with": [word.label for i, word in enumerate(other) if i not in theirs],
    }


def _senses(curves: Curves, senses: WordSenses) -> dict[str, object]:
    assert curves.nearness is not None  # noqa: S101  # two texts were given
    names = [sense.names["en"] for sense in senses.senses]
    count, widest = curves.same.shape[0] * curves.same.shape[1], int(np.argmax(curves.gap))
    return {
        "sentences": count,
        "same_sense": _numbers(curves.same.mean(axis=(0, 1))),
        "other_sense": _numbers(curves.other.mean(axis=(0, 1))),
        "share_nearer_to_own_sense": _numbers(curves.nearer),
        "parted_from": None if curves.parted is None else curves.step_name(curves.parted),
        "widest_at": curves.step_name(widest),
        "nearer_at_widest": round(float(curves.nearer[widest]) * count),
        "text_to": {name: _numbers(x) for name, x in zip(names, curves.nearness[0], strict=True)},
        "with_to": {name: _numbers(x) for name, x in zip(names, curves.nearness[1], strict=True)},
    }


def _lines(facts: dict[str, object]) -> list[str]:
    lines = [
        tr("In both: {words}", words=_listed(facts["aligned"])),
        tr("Only in the first: {words}", words=_listed(facts["only_in_text"])),
        tr("Only in the second: {words}", words=_listed(facts["only_in_with"])),
    ]
    cosines = facts.get("cosine")
    if isinstance(cosines, list):
        first = 0 if facts["vectors"] == "states" else 1
        lines.append(tr("Cosine of “{word}” in both, layer by layer:", word=facts["word"]))
        lines += [
            f"  L{number}  {value:.4f}" if number else f"  –   {value:.4f}"
            for number, value in enumerate(cosines, start=first)
        ]
    senses = facts.get("senses")
    if isinstance(senses, dict):
        lines.append(_verdict(senses))
    return lines


def _verdict(senses: dict[str, object]) -> str:
    count = int(str(senses["sentences"]))
    if senses["parted_from"] is not None:
        return ntr(
            "From {step} on, each of {count} bundled sentence is nearer to its own sense.",
            "From {step} on, each of {count} bundled sentences is nearer to its own sense.",
            count,
            step=senses["parted_from"],
        )
    return ntr(
        "The senses never part for all of {count} bundled sentence; they are farthest apart at "
        "{step}, where {nearer} are nearer to their own sense.",
        "The senses never part for all of {count} bundled sentences; they are farthest apart at "
        "{step}, where {nearer} are nearer to their own sense.",
        count,
        step=senses["widest_at"],
        nearer=senses["nearer_at_widest"],
    )


def _listed(words: object) -> str:
    return ", ".join(map(str, words)) if isinstance(words, list) and words else "–"


def _numbers(values: Float) -> list[float | None]:
    return [_number(float(value)) for value in values]


def _number(value: float) -> float | None:
    return None if np.isnan(value) else round(value, 6)
