"""One word in several senses: how its vector moves, layer by layer, towards its own sense.

The vector of a word is the mean over its pieces of the hidden state between layers, as in
Ethayarajh 2019, "How Contextual are Contextualized Word Representations?" (arXiv:1909.00512);
where hidden states cannot be told, the attention vectors of all heads one after the other stand in.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from models.attention import Float
from models.errors import InputError
from models.flow.reader import FlowReader
from models.graph.block import float32
from models.i18n import language, mark
from models.record import Record
from models.runtime import Cancel
from models.windowed import spread
from models.word_merging import words_in

if TYPE_CHECKING:
    from models.api import Model

Of = Literal["states", "vectors"]
_FOLDER: Final = Path(__file__).resolve().parent.parent / "assets" / "senses"


@dataclass(frozen=True, slots=True)
class Sense:
    """One meaning of a word: what it is called, by language, and sentences that have it."""

    names: Mapping[str, str]
    sentences: tuple[str, ...]

    @property
    def name(self) -> str:
        """What it is called in the language in force."""
        return self.names["pt" if language() == "pt_BR" else "en"]


@dataclass(frozen=True, slots=True)
class WordSenses:
    """A word of a language, and its senses."""

    language: str
    word: str
    senses: tuple[Sense, ...]


@cache
def bundled_senses() -> tuple[WordSenses, ...]:
    """Return the words that come with the program, Portuguese first."""
    found = [_read(path) for path in sorted(_FOLDER.glob("*.toml"))]
    return tuple(sorted(found, key=lambda x: (x.language != "pt", x.word)))


def senses_of(word: str) -> WordSenses | None:
    """Return the bundled senses of ``word``, None when there are none."""
    wanted = word.casefold()
    return next((found for found in bundled_senses() if found.word == wanted), None)


def senses_in(text: str, word: str | None = None) -> WordSenses:
    """Return the bundled senses of ``word``, or of the first bundled word that ``text`` has.

    Raises InputError where there are none.
    """
    spelt = re.findall(r"\w+", text.casefold())
    known = bundled_senses()
    if word is None:
        found = next((x for x in known if x.word in spelt), None)
        message = mark("None of the words with bundled senses is in “{text}”.")
    else:
        found, message = senses_of(word), mark("There are no bundled sentences for “{word}”.")
    if found is None:
        raise InputError(
            message,
            hint=mark("These words have some: {known}."),
            text=text,
            word=word or "",
            known=", ".join(x.word for x in known),
        )
    return found


def _read(path: Path) -> WordSenses:
    data = tomllib.loads(path.read_text("utf-8"))
    senses = tuple(Sense(dict(x["name"]), tuple(x["sentences"])) for x in data["senses"])
    return WordSenses(str(data["language"]), str(data["word"]), senses)


# -- vectors


class WordReader:
    """Reads the vectors of words in sentences through one model; the sentences' are kept."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._flows = FlowReader(model.tapped)
        self._kept: dict[tuple[str, str], tuple[Of, Float]] = {}

    def sentence(self, text: str, word: str, *, cancel: Cancel | None = None) -> tuple[Of, Float]:
        """Return what the vectors are and the vectors of ``word`` in ``text``: see ``record``."""
        key = (text, word.casefold())
        if key not in self._kept:
            record = self.model.run(self.model.encode_text(text), cancel=cancel)
            self._kept[key] = self.record(record, word, cancel=cancel)
        return self._kept[key]

    def record(
        self, record: Record, word: str, *, cancel: Cancel | None = None
    ) -> tuple[Of, Float]:
        """Return the vectors of ``word``, mean over pieces: states [L + 1, d] or vectors [L, d].

        Raises InputError where the word is not in the text, RunError, or CancelledError.
        """
        pieces = list(pieces_of(record, word))
        states = self._flows.read(record, cancel=cancel).states
        if states is not None:
            return "states", float32(states[:, pieces].mean(axis=1))
        vectors = [spread(layer).vector() for layer in record.layers]  # [H, N, dv] each
        rows = [np.concatenate(list(x[:, pieces]), axis=-1).mean(axis=0) for x in vectors]
        return "vectors", float32(np.stack(rows))


def pieces_of(record: Record, word: str) -> tuple[int, ...]:
    """Return the positions of the first ``word`` in the text; raise InputError without one."""
    wanted = word.casefold()
    for found in words_in(record.encoded).words:
        if found.label.casefold() == wanted and not found.token.special:
            return found.pieces
    raise InputError(
        mark("The word “{word}” is not in “{text}”."), word=word, text=record.encoded.text
    )


# -- cosines


@dataclass(frozen=True, eq=False)
class Curves:
    """Cosines of a word's vector per step S: before the first layer, then after each layer.

    ``same`` [sense, sentence, S] is each sentence's mean cosine with the others of its own sense,
    ``other`` [sense, sentence, S] with those of the other senses. ``between`` [S] is that of the
    two sentences given, ``nearness`` [2, sense, S] the mean cosine of each with every sense's
    sentences, itself left out; both None where no sentences were given, which ``pair`` holds.
    """

    of: Of
    senses: WordSenses
    same: Float
    other: Float
    between: Float | None
    nearness: Float | None
    pair: tuple[str, str] | None = None

    @property
    def count(self) -> int:
        """How many sentences there are."""
        return int(self.same.shape[0] * self.same.shape[1])

    @property
    def steps(self) -> int:
        """How many steps there are."""
        return int(self.same.shape[-1])

    @property
    def nearer(self) -> Float:
        """The share of sentences that are nearer to their own sense than to the others: [S]."""
        return float32((self.same > self.other).reshape(-1, self.steps).mean(axis=0))

    @property
    def gap(self) -> Float:
        """Mean cosine with the own sense minus that with the others: [S]."""
        return float32((self.same - self.other).reshape(-1, self.steps).mean(axis=0))

    @property
    def parted(self) -> int | None:
        """The first step from which on every sentence is nearer to its own sense, None without."""
        whole = self.nearer >= 1.0
        if not whole[-1]:
            return None
        apart = np.flatnonzero(~whole)
        return int(apart[-1]) + 1 if apart.size else 0

    def step_name(self, step: int) -> str:
        """Return how a step is called: ``L3``, or ``0`` for what the first layer was given."""
        number = step if self.of == "states" else step + 1
        return f"L{number}" if number else "0"


def sense_curves(
    reader: WordReader,
    senses: WordSenses,
    *,
    pair: tuple[str, str] | None = None,
    cancel: Cancel | None = None,
    progress: Callable[[float], None] | None = None,
) -> Curves:
    """Return the cosines of ``senses`` through ``reader``'s model, and those of two sentences.

    Raises InputError where the word is missing, RunError or CancelledError.
    """
    texts = [text for sense in senses.senses for text in sense.sentences]
    asked = [*texts, *(pair or ())]
    vectors, of = [], set()
    for number, text in enumerate(asked):
        kind, found = reader.sentence(text, senses.word, cancel=cancel)
        of.add(kind)
        vectors.append(found)
        if progress is not None:
            progress((number + 1) / len(asked))
    cosines = pairwise_cosines(np.stack(vectors))
    groups = np.repeat(np.arange(len(senses.senses)), [len(x.sentences) for x in senses.senses])
    same, other = own_and_other(cosines[:, : len(texts), : len(texts)], groups)
    sizes = (len(senses.senses), -1, cosines.shape[0])
    between, near = None, None
    if pair is not None:
        first, second = len(texts), len(texts) + 1
        between = cosines[:, first, second]
        near = np.stack([_nearness(cosines, row, groups, asked) for row in (first, second)])
    return Curves(of.pop(), senses, same.reshape(sizes), other.reshape(sizes), between, near, pair)


def pairwise_cosines(vectors: Float) -> Float:
    """Return the cosine of every pair at every step: ``vectors`` [n, S, d] to [S, n, n]."""
    wide = np.swapaxes(vectors.astype(np.float64), 0, 1)
    unit = wide / np.linalg.norm(wide, axis=-1, keepdims=True)
    return float32(unit @ np.swapaxes(unit, -1, -2))


def own_and_other(cosines: Float, groups: Sequence[int] | np.ndarray) -> tuple[Float, Float]:
    """Return each one's mean cosine with the others of its group, and with other groups: [n, S].

    ``cosines`` [S, n, n]; ``groups`` [n].
    """
    kinds = np.asarray(groups)
    alike = kinds[:, None] == kinds[None, :]
    own, away = alike & ~np.eye(len(kinds), dtype=np.bool_), ~alike
    same = (cosines * own).sum(axis=-1) / own.sum(axis=-1)
    other = (cosines * away).sum(axis=-1) / away.sum(axis=-1)
    return float32(same.T), float32(other.T)


def _nearness(cosines: Float, row: int, groups: np.ndarray, texts: Sequence[str]) -> Float:
    """Return the mean cosine of one sentence with every group, itself left out: [sense, S]."""
    others = np.array([text != texts[row] for text in texts[: len(groups)]])
    chosen = [(groups == group) & others for group in range(int(groups.max()) + 1)]
    return np.stack([cosines[:, row, : len(groups)][:, x].mean(axis=-1) for x in chosen])
