"""From the files of a repository or folder to the models in it, each with all that it needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final, Literal

from models.encoded import Notice
from models.errors import ModelFileError
from models.hub.meanings import Meaning, meaning_of, wanted_name
from models.hub.reference import HubReference
from models.i18n import mark, tr

Place = Literal["hub", "cache", "folder"]

_BESIDE: Final = (
    "config.json",
    "mirante.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "preprocessor_config.json",
    "processor_config.json",
    "sentence_bert_config.json",
)
# Older tokenizers, wanted only where there is no tokenizer.json.
_OLDER: Final = ("vocab.txt", "vocab.json", "merges.txt", "added_tokens.json")
_PAPERS: Final = ("license", "license.txt", "license.md", "notice", "notice.txt", "readme.md")
_LARGEST_PAPER: Final = 1_000_000
_LARGEST_SMALL: Final = 100_000_000


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One file: its path (with slashes), bytes, and how much of it is on this computer.

    ``blob`` names its content in the cache (SHA-256, or git's SHA-1), empty when it is unknown.
    """

    path: str
    size: int
    here: int = 0
    blob: str = ""

    @property
    def cached(self) -> bool:
        """Whether all of it is on this computer."""
        return self.here >= self.size


@dataclass(frozen=True, eq=False)
class Variant:
    """One model of a repository or folder: its .onnx file, and the files that belong to it.

    ``name`` is what ``--variant`` takes; ``path`` leads to the .onnx file. ``files`` begins with
    the small ones and ends with the .onnx file, so that its presence means that all is there.
    """

    name: str
    path: str
    files: tuple[StoredFile, ...]
    meaning: Meaning

    @property
    def bytes(self) -> int:
        """The size of everything the model needs."""
        return sum(file.size for file in self.files)

    @property
    def missing_bytes(self) -> int:
        """How many bytes of it are not on this computer."""
        return sum(max(file.size - file.here, 0) for file in self.files)

    @property
    def started(self) -> bool:
        """Whether a download of its large files was begun and not ended."""
        return any(0 < file.here < file.size for file in self.files)

    @property
    def cached(self) -> bool:
        """Whether all of it is on this computer."""
        return all(file.cached for file in self.files)

    @property
    def part(self) -> bool:
        """Whether it is one piece of a model split in several graphs."""
        return self.meaning.part

    @property
    def explanation(self) -> str:
        """What this kind of file means for attention, in the language in force."""
        values = {"processor": self.meaning.processor}
        return " ".join(tr(sentence, **values) for sentence in self.meaning.sentences)


@dataclass(frozen=True, eq=False)
class Listing:
    """The models of one repository or folder, the one to choose first in front.

    ``commit`` is the repository's state, empty for folders. ``place`` says where the list comes
    from; ``notices`` say what the person should know about it.
    """

    title: str
    place: Place
    variants: tuple[Variant, ...]
    reference: HubReference | None = None
    commit: str = ""
    licence: str = ""
    notices: tuple[Notice, ...] = ()

    def pick(self, wanted: str = "") -> Variant:
        """Return the variant called ``wanted``, or the first; ModelFileError when there is none."""
        return pick(self.variants, wanted, title=self.title)


def variants_of(files: Iterable[StoredFile]) -> tuple[Variant, ...]:
    """Return the models among ``files``, the one to choose first in front."""
    known = {file.path: file for file in files}
    models = [path for path in known if is_model(path)]
    meanings = {path: meaning_of(PurePosixPath(path).stem) for path in models}
    models.sort(key=lambda path: (*meanings[path].rank, path.count("/"), path))
    names: dict[str, str] = {}
    for path in models:
        short = meanings[path].name
        names[path] = short if short not in names.values() else path.removesuffix(".onnx")
    return tuple(
        Variant(names[path], path, _needed(path, known), meanings[path]) for path in models
    )


def is_model(path: str) -> bool:
    """Whether a path in a repository is an .onnx file that people may open."""
    name = PurePosixPath(path).name
    return name.lower().endswith(".onnx") and not name.startswith(".")


def pick(variants: Sequence[Variant], wanted: str, *, title: str) -> Variant:
    """Return the variant called ``wanted`` (a name, a file, a path), or the first for "".

    Raises ModelFileError, naming those there are, when there is no such variant.
    """
    if not wanted:
        return variants[0]
    low = wanted.strip().lower()
    tests: tuple[Callable[[Variant], bool], ...] = (
        lambda v: v.path.lower() == low,
        lambda v: v.name.lower() == low,
        lambda v: v.path.removesuffix(".onnx").lower() == low,
        lambda v: PurePosixPath(v.path).name.lower() == low,
        lambda v: PurePosixPath(v.path).stem.lower() == low,
        lambda v: v.name.lower() == wanted_name(wanted).lower(),
    )
    for test in tests:
        found = next((variant for variant in variants if test(variant)), None)
        if found is not None:
            return found
    raise ModelFileError(
        mark("“{model}” has no variant named “{variant}”."),
        hint=mark("There are: {variants}."),
        model=title,
        variant=wanted[:80],
        variants=", ".join(variant.name for variant in variants),
    )


def _needed(path: str, known: dict[str, StoredFile]) -> tuple[StoredFile, ...]:
    data = [file for name, file in known.items() if _holds_data_of(path, name)]
    return (*_small(path, known), *sorted(data, key=lambda file: file.path), known[path])


def _holds_data_of(path: str, other: str) -> bool:
    """Whether ``other`` holds external weights: model.onnx_data, _data_1, model.onnx.data …"""
    stem = path[: -len(".onnx")]
    return other.startswith((f"{path}_data", f"{path}.data")) or other == f"{stem}.data"


def _small(path: str, known: dict[str, StoredFile]) -> tuple[StoredFile, ...]:
    found = [file for name in _BESIDE if (file := _nearest(path, name, known)) is not None]
    if not any(file.path.endswith("tokenizer.json") for file in found):
        older = (_nearest(path, name, known) for name in _OLDER)
        found += [file for file in older if file is not None]
    papers = [
        file
        for name, file in known.items()
        if name.lower() in _PAPERS and file.size <= _LARGEST_PAPER
    ]
    return tuple([file for file in found if file.size <= _LARGEST_SMALL] + papers)


def _nearest(path: str, name: str, known: dict[str, StoredFile]) -> StoredFile | None:
    """Return the file called ``name`` in the model's folder, or in the nearest one above."""
    for folder in PurePosixPath(path).parents:
        found = known.get(str(folder / name))
        if found is not None:
            return found
    return None
