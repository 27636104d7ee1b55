"""Records for tests of figures: seeded or given weights, any number of tokens. Never real ones."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from PIL import Image

from models.attention import Float
from models.encoded import Encoded, PatchGrid, Token
from models.figure.page import Box, Page
from models.record import Layer, Provenance, Record

HEADS, SIZE = 4, 16


def layers(
    count: int,
    *,
    heads: int = HEADS,
    number: int = 2,
    sharp: float = 2.0,
    mask: Float | None = None,
) -> tuple[Layer, ...]:
    """Return layers of seeded queries, keys and values for ``count`` tokens."""
    made = []
    for index in range(number):
        random = np.random.default_rng(7 + index)
        q, k, v = (random.standard_normal((heads, count, SIZE)).astype(np.float32) for _ in "qkv")
        scale = np.full(heads, sharp / np.sqrt(SIZE), dtype=np.float32)
        made.append(Layer(index, "plain", q, k, v, scale, bias=mask))
    return tuple(made)


def provenance(
    name: str = "multilingual-e5-small", *, differences: tuple[float | None, ...] = (3.6e-7, None)
) -> Provenance:
    """Return where nothing real comes from."""
    return Provenance(name, "ab" * 32, "CPUExecutionProvider", 12.5, differences)


def text_record(
    words: Sequence[str], *, pair: Sequence[str] = (), padding: int = 0, heads: int = HEADS
) -> Record:
    tokens = [Token("<s>", "<s>", "special")]
    tokens += [Token("▁" + w, w, "text", word=i) for i, w in enumerate(words)]
    tokens.append(Token("</s>", "</s>", "special"))
    if pair:
        tokens += [Token("▁" + w, w, "text", word=i, segment=1) for i, w in enumerate(pair)]
        tokens.append(Token("</s>", "</s>", "special", segment=1))
    tokens += [Token("<pad>", "<pad>", "padding")] * padding
    bias = None
    if padding:
        bias = np.zeros((1, 1, len(tokens)), dtype=np.float32)
        bias[..., -padding:] = -np.inf
    encoded = Encoded("text", {}, tuple(tokens), " ".join(words), " ".join(pair) if pair else None)
    return Record(encoded, layers(len(tokens), heads=heads, mask=bias), {}, provenance())


def matrix_record(weights: Float, *, labels: Sequence[str] | None = None) -> Record:
    """Return a record whose only layer has exactly ``weights`` [H, N, N]."""
    heads, count, _ = weights.shape
    labels = labels or [f"t{i}" for i in range(count)]
    zeros = np.zeros((heads, count, SIZE), dtype=np.float32)
    scale = np.ones(heads, dtype=np.float32)
    layer = Layer(0, "plain", zeros, zeros, zeros, scale, direct=weights)
    tokens = tuple(Token(label, label) for label in labels)
    encoded = Encoded("text", {}, tokens, " ".join(labels))
    return Record(encoded, (layer,), {}, provenance())


def gradient_photo(width: int, height: int) -> Image.Image:
    """Return a photo in which every pixel has a colour of its own place."""
    across = np.linspace(40, 230, width)[None, :, None]
    down = np.linspace(60, 200, height)[:, None, None]
    pixels = np.concatenate([across + 0 * down, down + 0 * across, (across + down) / 2], axis=2)
    return Image.fromarray(pixels.astype(np.uint8))


def photo_record(
    side: int, *, photo: Image.Image | None = None, registers: int = 0, name: str = "cat.jpg"
) -> Record:
    """Return a record of a photo whose middle square the model saw."""
    photo = photo or gradient_photo(320, 240)
    tokens = [Token("[CLS]", "CLS", "special")]
    tokens += [Token(f"[REG{i}]", f"R{i + 1}", "special") for i in range(registers)]
    tokens += [
        Token(f"patch {r},{c}", f"r{r + 1} c{c + 1}", "patch", cell=(r, c))
        for r in range(side)
        for c in range(side)
    ]
    short = min(photo.size)
    left, top = (photo.width - short) / 2, (photo.height - short) / 2
    grid = PatchGrid(side, side, (left, top, left + short, top + short))
    encoded = Encoded("image", {}, tuple(tokens), photo=photo, photo_name=name, grid=grid)
    return Record(encoded, layers(len(tokens)), {}, provenance("dinov2-small"))


def touch(one: Box, other: Box) -> bool:
    """Whether two boxes have a point in common."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def check_words(page: Page) -> None:
    """Fail where a word of ``page`` leaves it or stands on another word."""
    words = [line for line in page.words() if line.text]
    for one, other in combinations(words, 2):
        assert not touch(one.box, other.box), (one.text, other.text)
    for line in page.words():
        left, top, right, bottom = line.box
        assert left >= 0, line
        assert top >= 0, line
        assert right <= page.width, line
        assert bottom <= page.height, line
