"""What the files of a published model are called, and what each kind means for attention."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from models.i18n import mark

_FULL: Final = mark("The model as it was exported, usually in full precision. Start here.")
_HALF: Final = mark("Numbers of 16 bits: half the size, and weights that differ very slightly.")
_EIGHT: Final = mark(
    "Rounded to 8 bits: about a quarter of the size. Its attention is its own and differs visibly "
    "from the full model's."
)
_FOUR: Final = mark(
    "Weights rounded to 4 bits in blocks: smallest, and the attention that differs most from the "
    "full model's."
)
_FOUR_HALF: Final = mark(
    "Weights rounded to 4 bits in blocks, other numbers of 16 bits: attention that differs much "
    "from the full model's."
)
_BASIC: Final = mark("Rearranged by onnxruntime, level 1: the same numbers.")
_FUSED: Final = mark("Rearranged by onnxruntime, level 2: attention may be fused into one step.")
_APPROXIMATE: Final = mark(
    "Rearranged by onnxruntime, level 3: fused, with a faster, slightly different activation."
)
_GPU: Final = mark("Rearranged by onnxruntime, level 4: as level 3 in 16 bits, meant for GPUs.")
_EIGHT_FOR: Final = mark(
    "Rounded to 8 bits for {processor}: it opens elsewhere too. Its attention is its own and "
    "differs visibly from the full model's."
)
_OTHER: Final = mark("Another version of the model; its name says how it was made.")

# Suffixes of transformers.js and sentence-transformers in the order in which one of them is
# chosen when nobody says: the fewest approximations first.
_MEANINGS: Final[dict[str, str]] = {
    "": _FULL,
    "fp32": _FULL,
    "O1": _BASIC,
    "fp16": _HALF,
    "bf16": _HALF,
    "O2": _FUSED,
    "O3": _APPROXIMATE,
    "quantized": _EIGHT,
    "q8": _EIGHT,
    "int8": _EIGHT,
    "uint8": _EIGHT,
    "O4": _GPU,
    "qint8_avx512_vnni": _EIGHT_FOR,
    "qint8_avx512": _EIGHT_FOR,
    "qint8_arm64": _EIGHT_FOR,
    "quint8_avx2": _EIGHT_FOR,
    "q4": _FOUR,
    "q4f16": _FOUR_HALF,
    "bnb4": _FOUR,
}
_PROCESSORS: Final = {"avx512": "AVX-512", "arm64": "ARM64", "avx2": "AVX2"}
_SAME_AS: Final = {"q8": "quantized", "fp32": "model", "full": "model"}

_MERGED: Final = mark(
    "A decoder with two branches in one graph, part of a model split in several. Attention inside "
    "branches is not read."
)
_DECODER: Final = mark(
    "The decoder of a model split in several graphs. It needs another part's output, which only a "
    "script can feed."
)
_ENCODER: Final = mark("The encoder of a model split in several graphs. It opens by itself.")
_TEXT: Final = mark("The text half of a model for texts and pictures. It opens by itself.")
_VISION: Final = mark("The picture half of a model for texts and pictures. It opens by itself.")
_PIECE: Final = mark("One piece of a model split in several graphs; it may not open by itself.")
# Parts of larger models: how their names begin, in the order in which one is chosen.
_PARTS: Final[tuple[tuple[str, str], ...]] = (
    ("encoder", _ENCODER),
    ("text_", _TEXT),
    ("vision_", _VISION),
    ("image_", _VISION),
    ("embed", _PIECE),
    ("audio_", _PIECE),
    ("lm_head", _PIECE),
    ("decoder", _DECODER),
)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a file's name says: a short name, sentences (marked), and which is chosen first.

    ``rank`` orders files, smallest first. ``part`` is true of a piece of a larger model.
    """

    name: str
    sentences: tuple[str, ...]
    rank: tuple[int, int]
    part: bool
    processor: str = ""


def meaning_of(stem: str) -> Meaning:
    """Return what the name of an .onnx file, without folder and ending, says about it."""
    base, suffix = _split(stem)
    known = suffix in _MEANINGS
    sentence = _MEANINGS.get(suffix) or (_EIGHT if _looks_eight_bit(suffix) else _OTHER)
    order = list(_MEANINGS).index(suffix) if known else len(_MEANINGS)
    place = next((i for i, (head, _) in enumerate(_PARTS) if base.startswith(head)), None)
    processor = next((name for key, name in _PROCESSORS.items() if key in suffix), "")
    if base == "model":
        return Meaning(suffix or "model", (sentence,), (0, order), part=False, processor=processor)
    if place is None and not base.endswith("_merged"):
        first = () if not suffix else (sentence,)
        return Meaning(stem, first, (1, order), part=False, processor=processor)
    part = _MERGED if base.endswith("_merged") or place is None else _PARTS[place][1]
    second = (sentence,) if suffix else ()
    rank = (2 + (len(_PARTS) if place is None else place), order)
    return Meaning(stem, (part, *second), rank, part=True, processor=processor)


def wanted_name(written: str) -> str:
    """Return a variant's name as it is listed here, from any name people give it."""
    name = written.strip().removesuffix(".onnx").removeprefix("model_")
    return _SAME_AS.get(name.lower(), name)


def _split(stem: str) -> tuple[str, str]:
    """Return (base, suffix): ``vision_model_q4f16`` is ``vision_model`` and ``q4f16``."""
    found = re.fullmatch(r"model[_.-](?P<suffix>.+)", stem)
    if found:
        return "model", found["suffix"]
    for suffix in sorted(filter(None, _MEANINGS), key=len, reverse=True):
        if stem.endswith(f"_{suffix}"):
            return stem.removesuffix(f"_{suffix}"), suffix
    return stem, ""


def _looks_eight_bit(suffix: str) -> bool:
    return re.search(r"quant|int8|q8", suffix, re.IGNORECASE) is not None
