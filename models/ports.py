"""What each input of a model is for, told by its name, type and shape."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

import numpy as np

from models.encoded import Array, Modality, Notice
from models.errors import InputError
from models.i18n import mark
from models.runtime import Port

Role = Literal[
    "ids", "decoder_ids", "mask", "types", "positions", "pixels", "pixel_mask", "past", "other"
]

_NAMES: Final[Mapping[Role, tuple[str, ...]]] = {
    "mask": (
        "attention_mask",
        "input_mask",
        "mask",
        "encoder_attention_mask",
        "decoder_attention_mask",
    ),
    "decoder_ids": ("decoder_input_ids",),
    "past": ("past_key_values", "past", "past_key", "past_value"),
    "types": ("token_type_ids", "segment_ids", "segments", "token_type", "type_ids"),
    "positions": ("position_ids", "positions"),
    "pixel_mask": ("pixel_mask",),
    "pixels": ("pixel_values", "image", "images", "pixels", "input_image"),
    "ids": ("input_ids", "input_word_ids", "ids", "tokens", "token_ids", "word_ids"),
}
_TEXT_RANK: Final = 2
_IMAGE_RANK: Final = 4
_PAST_RANK: Final = 3
_CHANNELS: Final = {1, 3}


def roles_of(ports: Sequence[Port]) -> dict[str, Role]:
    """Return the role of every input, by input name.

    Where names say nothing, a picture is recognised by its four axes, and whole numbers with two
    axes are taken in the order in which BERT has them: ids, mask, types.
    """
    roles: dict[str, Role] = {port.name: _by_name(port) for port in ports}
    taken = set(roles.values())
    unnamed = [port for port in ports if roles[port.name] == "other"]
    if "pixels" not in taken and "ids" not in taken:
        for port in unnamed:
            if len(port.shape) == _IMAGE_RANK and _is_picture(port):
                roles[port.name] = "pixels"
                return roles
    if not taken & {"ids", "pixels"} and "decoder_ids" in taken:
        name = next(name for name, role in roles.items() if role == "decoder_ids")
        roles[name] = "ids"
        taken = set(roles.values())
    order: list[Role] = [role for role in ("ids", "mask", "types") if role not in taken]
    if "pixels" not in taken:
        whole = [p for p in unnamed if len(p.shape) == _TEXT_RANK and kind_of(p) in "iu"]
        for port, role in zip(whole, order, strict=False):
            roles[port.name] = role
    return roles


def _by_name(port: Port) -> Role:
    name = port.name.lower().replace(":", "_").replace(".", "_")
    for role, names in _NAMES.items():
        rank = _IMAGE_RANK if role == "pixels" else None
        if rank is not None and len(port.shape) != rank:
            continue
        if role == "past" and len(port.shape) < _PAST_RANK:
            continue
        if any(name == known or name.startswith(known + "_") for known in names):
            return role
    return "other"


def _is_picture(port: Port) -> bool:
    free = not any(isinstance(size, int) for size in port.shape[1:])
    known = port.shape[1] in _CHANNELS or port.shape[3] in _CHANNELS
    return (free or known) and kind_of(port) in "fu"


def kind_of(port: Port) -> str:
    """Return NumPy's letter for the kind of the input's numbers, "O" for what NumPy lacks."""
    return port.dtype.kind if isinstance(port.dtype, np.dtype) else "O"


def modality_of(roles: Mapping[str, Role]) -> Modality:
    """Return what the model takes: a text, an image, or something else (both, for one)."""
    found = set(roles.values())
    if "pixels" in found and "ids" not in found:
        return "image"
    return "text" if "ids" in found and "pixels" not in found else "other"


def number_type(port: Port) -> np.dtype[Any]:
    """Return the type of the input's numbers; raise InputError where NumPy has none."""
    if isinstance(port.dtype, np.dtype):
        return port.dtype
    raise InputError(
        mark("The model's input “{name}” has the type {type}, which cannot be fed here."),
        hint=mark("Export the model with 32-bit inputs."),
        name=port.name,
        type=port.dtype,
    )


def fill(port: Port, *, role: Role, sizes: Sequence[int]) -> tuple[Array, Notice]:
    """Return a neutral value for an input that nobody fills, and the notice that says so.

    Masks become ones, everything else zeros; a decoder's memory of earlier tokens (``past``) is
    left empty along its free axis. ``sizes`` are used for the free axes after the batch, in
    order. Raises InputError when the shape cannot be told.
    """
    waiting = [0] * len(port.shape) if role == "past" else list(sizes)
    shape: list[int] = [1]
    for size in port.shape[1:]:
        known = size if isinstance(size, int) else (waiting.pop(0) if waiting else None)
        if known is None:
            raise InputError(
                mark("The model also needs the input “{name}”, which cannot be made up."),
                hint=mark("Feed it from a script: main.py capture MODEL --feeds INPUTS.npz."),
                name=port.name,
            )
        shape.append(known)
    if role == "past":
        empty = np.zeros(shape, dtype=number_type(port))
        message = mark("No earlier tokens were given: the model's memory of them was left empty.")
        return empty, Notice(message)
    ones = role in {"pixel_mask", "mask"}
    value = np.full(shape if port.shape else (), 1 if ones else 0, dtype=number_type(port))
    message = mark("The model also takes “{name}”; it was filled with {value}.")
    return value, Notice(message, {"name": port.name, "value": int(ones)})
