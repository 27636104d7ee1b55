"""Live numbers of one attention row: equation 1 of Vaswani et al. 2017 (arXiv:1706.03762)."""

from __future__ import annotations

import numpy as np

from models.attention import Float, softmax
from models.lessons.live import AbsentError, Asked


def row(asked: Asked) -> Float:
    """Return the mean row [M] of the heads asked for, from the query asked for."""
    return np.asarray(asked.layer.row(asked.token("query"))[list(asked.heads)].mean(axis=0))


def weight(asked: Asked) -> float:
    """The weight from ``query`` to ``key``, averaged over the heads asked for."""
    return float(row(asked)[asked.token("key")])


def survivor(asked: Asked) -> float:
    """What dropout with rate ``p`` makes of a weight that it keeps: weight ÷ (1 − p).

    "Inverted" dropout (Srivastava et al. 2014, JMLR 15, section 10), as ONNX and PyTorch do it.
    """
    p = asked.number("p", 0.1)
    if not 0 <= p < 1:
        raise AbsentError("p")
    return weight(asked) / (1.0 - p)


def total(asked: Asked) -> float:
    """The sum of the row of ``query``: 1."""
    return float(row(asked).sum(dtype=np.float64))


def special(asked: Asked) -> float:
    """The share of the row of ``query`` that goes to special tokens."""
    return float(row(asked)[asked.record.encoded.special].sum(dtype=np.float64))


def strongest(asked: Asked) -> str:
    """The label of the key with the largest weight.

    ``among=words`` leaves out special tokens and ``query``.
    """
    weights = row(asked).copy()
    if asked.word("among") == "words":
        weights[asked.record.encoded.special] = -1
        weights[asked.token("query")] = -1
    return asked.record.tokens[int(weights.argmax())].label


def dot(asked: Asked) -> float:
    """q · k in one head, before scaling."""
    layer, head = asked.layer, asked.head
    return float(layer.query[head, asked.token("query")] @ layer.key[head, asked.token("key")])


def scaled(asked: Asked) -> float:
    """q · k times the model's own scale, usually 1/√d."""
    return dot(asked) * float(asked.layer.scale[asked.head])


def spread_of_dots(asked: Asked) -> float:
    """The largest minus the smallest q · k of a row; ``scaled=yes`` after scaling."""
    parts = asked.layer.parts(asked.token("query"), asked.head)
    numbers = parts.scaled if asked.word("scaled") == "yes" else parts.dots
    return float(numbers.max() - numbers.min())


def tempered(asked: Asked) -> float:
    """The weight from ``query`` to ``key`` if scores were divided by ``temperature``.

    ``key=strongest`` is the key with the largest weight.
    """
    parts = asked.layer.parts(asked.token("query"), asked.head)
    temperature = asked.number("temperature", 1.0)
    if temperature <= 0:
        raise AbsentError("temperature")
    weights = softmax(np.asarray(parts.scores / np.float32(temperature)))
    if asked.word("key") == "strongest":
        return float(weights.max())
    return float(weights[asked.token("key")])


def query_norm(asked: Asked) -> float:
    """|q|: the length of a query vector."""
    return float(np.linalg.norm(asked.layer.query[asked.head, asked.token("query")]))


def value_norm(asked: Asked) -> float:
    """|v|: the length of a value vector."""
    return float(np.linalg.norm(asked.layer.value[asked.head, asked.token("key")]))


def contribution(asked: Asked) -> float:
    """Weight × |v|: how much of a value arrives (Kobayashi et al. 2020, arXiv:2004.10102)."""
    weights = asked.layer.row(asked.token("query"))[asked.head]
    return float(weights[asked.token("key")]) * value_norm(asked)


def vector_norm(asked: Asked) -> float:
    """The length of the attention vector Σ weight·value."""
    return float(np.linalg.norm(asked.layer.vector(asked.token("query"))[asked.head]))


def cut(asked: Asked) -> float:
    """How far the attention vector moves, relative to its length, when ``key`` is not seen.

    The score of ``key`` becomes minus infinity and the row is shared out again among the others.
    """
    parts = asked.layer.parts(asked.token("query"), asked.head)
    scores = parts.scores.copy()
    scores[asked.token("key")] = -np.inf
    return _moved(parts.vector, softmax(scores) @ parts.values)


def uniform(asked: Asked) -> float:
    """How far the attention vector moves when every key gets the same weight."""
    parts = asked.layer.parts(asked.token("query"), asked.head)
    return _moved(parts.vector, parts.values.mean(axis=0))


def _moved(before: Float, after: Float) -> float:
    return float(np.linalg.norm(after - before) / np.linalg.norm(before))


def alike(asked: Asked) -> float:
    """The cosine between two vectors of all heads together, of two records or two tokens.

    ``what`` is ``value``, ``query``, ``key`` or ``vector`` (the attention vector); ``token`` is
    looked up in this record, ``other`` (the same by default) in the record ``with`` names.
    """
    other = asked.named(asked.word("with")) if asked.word("with") else asked.record
    first = asked.token("token")
    name = "other" if asked.word("other") else "token"
    second = asked.token(name, record=other)
    what = asked.word("what", "vector")
    pairs = ((asked.layer, first), (asked.layer_of(other), second))
    if what == "vector":
        one, two = (layer.vector(token).ravel() for layer, token in pairs)
    elif what in {"value", "query", "key"}:
        one, two = (getattr(layer, what)[:, token].ravel() for layer, token in pairs)
    else:
        raise AbsentError(what)
    return float(one @ two / (np.linalg.norm(one) * np.linalg.norm(two)))
