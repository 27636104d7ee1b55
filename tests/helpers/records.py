"""Records made of seeded numbers, for tests of what is drawn. Never part of the program."""

from __future__ import annotations

import numpy as np
from PIL import Image

from models.encoded import Encoded, PatchGrid, Token
from models.record import Layer, Provenance, Record

SENTENCE = ("<s>", "O", "gato", "está", "no", "te", "lhado", "</s>")
PROVENANCE = Provenance(
    model="tiny", sha256="0" * 64, provider="CPUExecutionProvider", milliseconds=12.5,
    differences=(2e-7, 4e-7),
)  # fmt: skip


def layer(index: int, *, heads: int, tokens: int, size: int, seed: int) -> Layer:
    """Return one layer of seeded queries, keys and values [heads, tokens, size]."""
    numbers = np.random.default_rng(seed)
    query, key, value = numbers.standard_normal((3, heads, tokens, size), dtype=np.float32)
    scale = np.full(heads, size**-0.5, dtype=np.float32)
    return Layer(index=index, pattern="test", query=query, key=key, value=value, scale=scale)


def text_record(
    words: tuple[str, ...] = SENTENCE, *, layers: int = 2, heads: int = 3, seed: int = 7
) -> Record:
    """Return a record of one sentence; words in angle brackets are special tokens."""
    tokens = tuple(
        Token(text=word, label=word, kind="special" if word.startswith("<") else "text", word=i)
        for i, word in enumerate(words)
    )
    encoded = Encoded("text", {}, tokens, text=" ".join(words))
    made = tuple(
        layer(i, heads=heads, tokens=len(words), size=8, seed=seed + i) for i in range(layers)
    )
    return Record(encoded, made, {}, PROVENANCE)


def image_record(*, rows: int = 4, columns: int = 4, heads: int = 2, seed: int = 3) -> Record:
    """Return a record of a grey photo with CLS and rows × columns patches of 10 pixels."""
    cells = [(row, column) for row in range(rows) for column in range(columns)]
    patches = [Token(f"patch {c}", f"r{c[0]} c{c[1]}", "patch", cell=c) for c in cells]
    tokens = (Token("CLS", "CLS", "special"), *patches)
    photo = Image.new("RGB", (10 * columns, 10 * rows), "grey")
    grid = PatchGrid(rows, columns, (0.0, 0.0, 10.0 * columns, 10.0 * rows))
    encoded = Encoded("image", {}, tokens, photo=photo, photo_name="grey.png", grid=grid)
    made = tuple(layer(i, heads=heads, tokens=len(tokens), size=8, seed=seed + i) for i in range(2))
    return Record(encoded, made, {}, PROVENANCE)
