"""Putting tokens out of sight in the input itself: [MASK] for words, the mean colour for patches.

Zeiler & Fergus 2014, "Visualizing and Understanding Convolutional Networks" (arXiv:1311.2901),
section 3.2, covers parts of a picture in grey; Li et al. 2016 (arXiv:1612.08220) erase words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from models.canvas import canvas_of
from models.encoded import Array, Encoded
from models.errors import InputError, TokenizerError
from models.i18n import mark

if TYPE_CHECKING:
    from models.api import Model


def occluded(model: Model, encoded: Encoded, tokens: Sequence[int]) -> dict[str, Array]:
    """Return what is fed when ``tokens`` cannot be seen in the input; the rest is unchanged.

    Raises InputError where a token is no part of the text or photo, or the model has no [MASK].
    """
    feeds = dict(encoded.feeds)
    for token in tokens:
        _check(encoded, token)
    if not tokens:
        return feeds
    if encoded.modality == "image":
        return _covered(model, encoded, tokens)
    name = next((name for name in feeds if model.roles.get(name) == "ids"), None)
    if name is None:
        raise InputError(mark("The model takes no token ids, so no token can be masked."))
    ids = np.array(feeds[name])
    ids[..., list(tokens)] = mask_id(model)
    return {**feeds, name: ids}


def mask_id(model: Model) -> int:
    """Return the id of [MASK], or of the unknown token where there is none.

    Raises InputError where there is neither.
    """
    try:
        vocabulary = model.text_encoder.vocabulary
    except TokenizerError as error:
        raise InputError(
            mark("Without a tokenizer nobody can tell which token is [MASK]."),
            hint=mark("Put tokenizer.json beside the model and open it again."),
        ) from error
    rows = model.tapped.embedding_rows
    for found in (vocabulary.mask_id, vocabulary.unknown_id):
        if found is not None and (rows is None or found < rows):
            return found
    raise InputError(mark("This tokenizer has no [MASK] and no token for unknown words."))


def can_occlude(encoded: Encoded) -> tuple[int, ...]:
    """Return the tokens that can be occluded: words and patches."""
    if encoded.modality == "image" and encoded.grid is None:
        return ()
    wanted = "patch" if encoded.modality == "image" else "text"
    return tuple(i for i, token in enumerate(encoded.tokens) if token.kind == wanted)


def _check(encoded: Encoded, token: int) -> None:
    if token >= len(encoded.tokens):
        raise InputError(
            mark("There is no token {token}: the input has tokens 0 to {last}."),
            token=token,
            last=len(encoded.tokens) - 1,
        )
    if token not in can_occlude(encoded):
        raise InputError(
            mark("Token {token} ({label}) is no part of the text or photo: nothing to cover."),
            token=token,
            label=encoded.tokens[token].label,
        )


def _covered(model: Model, encoded: Encoded, tokens: Sequence[int]) -> dict[str, Array]:
    """Return the feeds with patches painted in the mean colour of the picture as it is fed."""
    port = next(port for port in model.inputs if model.roles[port.name] == "pixels")
    canvas = canvas_of(port)
    fed = np.array(encoded.feeds[port.name])
    picture = fed if canvas.last else np.moveaxis(fed, 1, -1)
    colour = picture.mean(axis=(1, 2), keepdims=True, dtype=np.float64).astype(fed.dtype)
    for token in tokens:
        rows, columns = _square(encoded, token, canvas.size_of(fed))
        picture[:, rows, columns] = colour[:, 0]
    return {**encoded.feeds, port.name: fed}


def _square(encoded: Encoded, token: int, size: Sequence[int]) -> tuple[slice, slice]:
    grid, cell = encoded.grid, encoded.tokens[token].cell
    if grid is None or cell is None:
        raise InputError(mark("Where the patches lie in the photo is not known."))
    edges = [
        (size[i] * cell[i] // count, size[i] * (cell[i] + 1) // count)
        for i, count in enumerate((grid.rows, grid.columns))
    ]
    return slice(*edges[0]), slice(*edges[1])


def feeds_changed(before: Mapping[str, Array], after: Mapping[str, Array]) -> bool:
    """Tell whether two sets of feeds differ."""
    return any(not np.array_equal(before[name], after[name]) for name in before)
