"""Live numbers of a whole head, layer or run."""

from __future__ import annotations

import numpy as np

from models.attention import Float
from models.lessons.live import AbsentError, Asked


def _map(asked: Asked) -> Float:
    return asked.layer.mean_weights(asked.heads)


def offset(asked: Asked) -> float:
    """The mean weight of ordinary tokens on the token ``by`` places on (−1: the previous one).

    Special tokens neither ask nor answer. After the positional heads of Clark et al. 2019
    (arXiv:1906.04341).
    """
    by = int(asked.number("by", -1))
    weights, special = _map(asked), asked.record.encoded.special
    count = len(special)
    pairs = [(i, i + by) for i in range(count) if 0 <= i + by < count]
    found = [float(weights[q, k]) for q, k in pairs if not special[q] and not special[k]]
    if not found:
        raise AbsentError("by")
    return float(np.mean(found))


def neighbour(asked: Asked) -> float:
    """The mean weight of patches on the patch ``rows`` down and ``columns`` to the right."""
    cells = {t.cell: i for i, t in enumerate(asked.record.tokens) if t.cell is not None}
    down, right = int(asked.number("rows", 0)), int(asked.number("columns", 0))
    weights = _map(asked)
    pairs = [(i, cells.get((cell[0] + down, cell[1] + right))) for cell, i in cells.items()]
    found = [float(weights[q, k]) for q, k in pairs if k is not None]
    if not found:
        raise AbsentError("neighbour")
    return float(np.mean(found))


def received(asked: Asked) -> float:
    """The mean weight that ``key`` gets from every token; ``first`` is usually CLS or <s>."""
    return float(_map(asked)[:, asked.token("key")].mean())


def sink(asked: Asked) -> float:
    """The largest mean weight that any one ordinary token gets from the ordinary ones."""
    ordinary = ~asked.record.encoded.special
    return float(_map(asked)[np.ix_(ordinary, ordinary)].mean(axis=0).max())


def to_special(asked: Asked) -> float:
    """The mean share of weight that all tokens give to special tokens."""
    special = asked.record.encoded.special
    return float(_map(asked)[:, special].sum(axis=1).mean())


def layers(asked: Asked) -> float:
    """How many layers there are."""
    return float(len(asked.record.layers))


def heads(asked: Asked) -> float:
    """How many heads a layer has."""
    return float(asked.layer.heads)


def tokens(asked: Asked) -> float:
    """How many tokens there are."""
    return float(len(asked.record.tokens))


def size(asked: Asked) -> float:
    """d: the length of a query."""
    return float(asked.layer.head_size)


def hidden(asked: Asked) -> float:
    """Heads × d: the length of all heads' vectors together."""
    return float(asked.layer.heads * asked.layer.head_size)


def root(asked: Asked) -> float:
    """√d, by which scores are divided."""
    return float(np.sqrt(asked.layer.head_size))


def patches(asked: Asked) -> float:
    """How many patches there are."""
    return float(sum(token.cell is not None for token in asked.record.tokens))


def grid(asked: Asked) -> str:
    """Rows × columns of patches."""
    found = asked.record.encoded.grid
    if found is None:
        raise AbsentError("grid")
    return f"{found.rows} × {found.columns}"


def where(asked: Asked) -> float:
    """The position of a ``token``, from 0."""
    return float(asked.token("token"))


def spelled(asked: Asked) -> str:
    """The tokens of the input, one after the other."""
    found = [asked.record.tokens[i].label for i in asked.record.encoded.visible]
    return " · ".join(found)


def model(asked: Asked) -> str:
    """The model's name."""
    return asked.record.provenance.model


def sentence(asked: Asked) -> float:
    """The cosine between the mean output vectors of this run and of the one ``with`` names.

    The first output of shape [1, N, hidden] is averaged over its tokens.
    """
    one, two = (_pooled(record) for record in (asked.record, asked.named(asked.word("with"))))
    return float(one @ two / (np.linalg.norm(one) * np.linalg.norm(two)))


def _pooled(record: object) -> Float:
    outputs = getattr(record, "outputs", {})
    for array in outputs.values():
        rows = np.asarray(array, dtype=np.float32)
        rows = rows[0] if rows.ndim == 3 else rows  # noqa: PLR2004  # [1, N, hidden]
        if rows.ndim == 2:  # noqa: PLR2004  # [N, hidden]
            return np.asarray(rows.mean(axis=0))
    raise AbsentError("output")
