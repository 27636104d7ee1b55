"""Attention small enough to edit: five tokens, vectors of four numbers, every step by hand.

The same ``Layer`` as a real model's is made of the arrays, so that the same views draw it.
Equation 1 of Vaswani et al. 2017 (arXiv:1706.03762), with a temperature that divides the scores,
a mask that puts minus infinity into them, and dropout on the weights (Srivastava et al. 2014).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from models.attention import Float, softmax
from models.encoded import Encoded, Token
from models.record import Layer, Provenance, Record

TOKENS: Final = ("I", "am", "making", "a", "cake")
SIZE: Final = 4
Table = Literal["query", "key", "value"]


@dataclass(frozen=True, eq=False)
class Small:
    """Everything that can be edited.

    ``query``, ``key``, ``value`` are [N, d]. ``temperature`` divides the scores. ``masked`` are
    keys that nobody sees. ``rate`` is the dropout's, drawn with ``dropout_seed``. ``seed`` is what
    the numbers were drawn with, and ``source`` says where they came from when it was a model.
    """

    query: Float
    key: Float
    value: Float
    tokens: tuple[str, ...] = TOKENS
    temperature: float = 1.0
    masked: frozenset[int] = frozenset()
    rate: float = 0.0
    dropout_seed: int = 1
    seed: int = 1
    source: str = ""

    @classmethod
    def random(cls, seed: int, **settings: object) -> Small:
        """Return standard normal numbers drawn with ``seed``, other settings as given."""
        numbers = np.random.default_rng(seed).standard_normal((3, len(TOKENS), SIZE))
        query, key, value = (np.asarray(one, dtype=np.float32).round(2) for one in numbers)
        return cls(query, key, value, seed=seed, **settings)  # type: ignore[arg-type]

    def edited(self, table: Table, *, row: int, column: int, number: float) -> Small:
        """Return this with one number of a table changed."""
        array = getattr(self, table).copy()
        array[row, column] = number
        return replace(self, **{table: array})

    @property
    def scale(self) -> float:
        """1 ÷ (√d · temperature): what q · k is multiplied by."""
        return float(1.0 / (np.sqrt(self.query.shape[1]) * self.temperature))

    @property
    def bias(self) -> Float | None:
        """Minus infinity for masked keys: [1, 1, N]; None without any."""
        if not self.masked:
            return None
        added = np.zeros((1, 1, len(self.tokens)), dtype=np.float32)
        added[..., sorted(self.masked)] = -np.inf
        return added

    @property
    def mask(self) -> NDArray[np.bool_]:
        """Which weights survive the dropout: [N, N]."""
        shape = (len(self.tokens), len(self.tokens))
        return np.random.default_rng(self.dropout_seed).random(shape) >= self.rate

    @property
    def scores(self) -> Float:
        """[N, N], temperature and mask applied."""
        scores = self.query @ self.key.T * np.float32(self.scale)
        return scores if self.bias is None else scores + self.bias[0]

    @property
    def before_dropout(self) -> Float:
        """softmax of the scores: [N, N]; each row sums to 1 unless everything is masked."""
        return softmax(self.scores.astype(np.float32))

    @property
    def weights(self) -> Float:
        """The weights after dropout: the kept ones divided by 1 − rate."""
        if self.rate <= 0:
            return self.before_dropout
        kept = np.where(self.mask, self.before_dropout, np.float32(0))
        return np.asarray(kept / np.float32(1 - self.rate), dtype=np.float32)

    @property
    def vectors(self) -> Float:
        """Weights · values: [N, d]."""
        return self.weights @ self.value

    def layer(self) -> Layer:
        """Return these numbers as a layer of one head."""
        return Layer(
            index=0,
            pattern="playground",
            query=self.query[None],
            key=self.key[None],
            value=self.value[None],
            scale=np.array([self.scale], dtype=np.float32),
            bias=self.bias,
            direct=None if self.rate <= 0 else self.weights[None],
        )

    def record(self) -> Record:
        """Return these numbers as a record, which the window's own views draw."""
        tokens = tuple(Token(text=t, label=t, word=i) for i, t in enumerate(self.tokens))
        encoded = Encoded("text", {}, tokens, text=" ".join(self.tokens))
        origin = Provenance("playground", "", "", 0.0, (None,))
        return Record(encoded, (self.layer(),), {}, origin)


@dataclass(frozen=True, eq=False)
class Projected:
    """A real head in few dimensions.

    ``small`` holds its numbers, ``error`` the largest difference between the projected and the
    real q · k ÷ √d of these tokens, ``largest`` the largest real one, to compare with.
    """

    small: Small
    error: float
    largest: float
    positions: tuple[int, ...] = field(default_factory=tuple)


def projected(
    record: Record, *, layer: int, head: int, positions: tuple[int, ...], size: int = SIZE
) -> Projected:
    """Return tokens of a real head projected down to ``size`` numbers each.

    Queries and keys are projected on the first ``size`` principal directions of both together,
    the right singular vectors of the stacked [Q; K] of the tokens taken; values on those of V.
    Queries and keys share directions, so q · k is kept as well as so few allow (Eckart & Young
    1936). Queries are multiplied so that ÷ √size gives the model's own scaled scores.
    """
    one = record.layers[layer]
    places = list(positions)
    query, key, value = (array[head, places] for array in (one.query, one.key, one.value))
    both = _directions(np.concatenate((query, key)), size)
    scaled = query @ key.T * one.scale[head]
    stretch = np.float32(one.scale[head] * np.sqrt(size))
    small_query, small_key = query @ both * stretch, key @ both
    small = Small(
        query=small_query,
        key=small_key,
        value=value @ _directions(value, size),
        tokens=tuple(record.tokens[i].label for i in places),
        source=f"{record.provenance.model} L{layer + 1} H{head + 1}",
    )
    error = float(np.abs(small_query @ small_key.T * np.float32(small.scale) - scaled).max())
    return Projected(small, error, float(np.abs(scaled).max()), positions)


def _directions(vectors: Float, size: int) -> Float:
    """Return the first right singular vectors as columns, [d, size]; missing ones are zeros."""
    _u, _s, rows = np.linalg.svd(vectors.astype(np.float64), full_matrices=False)
    found = np.zeros((vectors.shape[1], size), dtype=np.float32)
    count = min(size, len(rows))
    found[:, :count] = rows[:count].T
    return found


def script(small: Small, *, query: int) -> str:
    """Return the same arithmetic as lines of NumPy that anybody can run."""
    names = ", ".join(f'"{token}"' for token in small.tokens)
    masked = ", ".join(str(i) for i in sorted(small.masked))
    lines = [
        "import numpy as np",
        "",
        f"tokens = [{names}]",
        f"Q = np.array({_numbers(small.query)})",
        f"K = np.array({_numbers(small.key)})",
        f"V = np.array({_numbers(small.value)})",
        f"scores = Q @ K.T / np.sqrt(Q.shape[1]) / {small.temperature:g}",
    ]
    if small.masked:
        lines.append(f"scores[:, [{masked}]] = -np.inf")
    lines += [
        "powers = np.exp(scores - scores.max(axis=1, keepdims=True))",
        "weights = powers / powers.sum(axis=1, keepdims=True)",
    ]
    if small.rate > 0:
        rate = f"{small.rate:g}"
        draw = f"np.random.default_rng({small.dropout_seed}).random(weights.shape)"
        lines += [f"kept = {draw} >= {rate}", f"weights = weights * kept / (1 - {rate})"]
    lines += [
        "vectors = weights @ V",
        f"print(tokens[{query}], weights[{query}], vectors[{query}])",
    ]
    return "\n".join(lines) + "\n"


def _numbers(array: Float) -> str:
    rows = ("[" + ", ".join(f"{float(n):.6g}" for n in row) + "]" for row in array)
    return "[" + ",\n              ".join(rows) + "]"
