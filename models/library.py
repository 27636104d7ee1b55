"""From what a person names (a bundled model, a file, a folder) to the files of one model."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from models.config import ConfigFile, read_config
from models.encoded import Notice
from models.errors import ModelFileError, NotDownloadedError
from models.folders import beside, folder_listing, folders_of, name_of
from models.hub.cache import (
    cached_listing,
    snapshot_folder,
    variant_path,
)
from models.hub.reference import hub_reference, is_address, no_such_name
from models.hub.variants import Listing, Variant
from models.i18n import mark
from models.licence import licence_of

DEFAULT_TEXT_MODEL: Final = "multilingual-e5-small"
DEFAULT_IMAGE_MODEL: Final = "dinov2-small"
BUNDLED: Final = (DEFAULT_TEXT_MODEL, DEFAULT_IMAGE_MODEL)
_ALIASES: Final = {"text": DEFAULT_TEXT_MODEL, "vision": DEFAULT_IMAGE_MODEL}
_FOLDER: Final = Path(__file__).resolve().parent.parent / "assets" / "models"

# Only these settings of mirante.json reach the runtime; others can open files or load code.
_SESSION_SETTINGS: Final = {
    "session.disable_quant_qdq",
    "session.qdq_matmulnbits_accuracy_level",
    "session.enable_quant_qdq_cleanup",
}

_DOWNLOAD: Final = mark("To download it from the hub: main.py download {reference}")


@dataclass(frozen=True, eq=False)
class ModelFiles:
    """The files of one model and the facts that the small ones state.

    ``name`` is short and fit for file names but for the slash; ``title`` is for people.
    ``others`` are the further models of the same folder. ``tokenizer`` is tokenizer.json, or the
    vocabulary of an older tokenizer, or None. ``session`` goes to the runtime as it is.
    ``reference`` is what opens the same model again.
    """

    reference: str

    name: str
    title: str
    onnx: Path
    folder: Path
    config: ConfigFile
    processor: ConfigFile
    tokenizer: Path | None
    tokenizer_config: ConfigFile
    special_tokens: ConfigFile
    sentence_config: ConfigFile
    session: Mapping[str, str]
    licence: str
    others: tuple[Path, ...]
    choice: tuple[Notice, ...] = ()

    @property
    def bundled(self) -> bool:
        """Whether the program brought this model with it."""
        return self.reference in BUNDLED

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What was chosen for the person, and what is wrong with the small files."""
        configs = (self.config, self.processor, self.tokenizer_config, self.sentence_config)
        return self.choice + tuple(notice for config in configs for notice in config.notices)


def bundled_models() -> tuple[tuple[str, str], ...]:
    """Return (name, title) of every model that comes with the program."""
    titles = (read_config(_FOLDER / name / "mirante.json").text("title") for name in BUNDLED)
    return tuple((name, title or name) for name, title in zip(BUNDLED, titles, strict=True))


def title_of(reference: str) -> str:
    """Return what people call a model before it is opened: a title, or the last of a path."""
    name = _ALIASES.get(reference, reference)
    return dict(bundled_models()).get(name) or Path(reference).name


def names_a_model(written: str) -> bool:
    """Whether ``written`` is meant as a model: a bundled name, a file, a folder, a hub's name."""
    if _ALIASES.get(written, written) in BUNDLED or written.lower().endswith(".onnx"):
        return True
    try:
        path = Path(written).expanduser()
        return path.is_dir() or (hub_reference(written) is not None and not path.exists())
    except (OSError, ValueError, RuntimeError):
        return False


def resolve(model: str | Path, *, variant: str = "") -> ModelFiles:
    """Return the files of a bundled model, an .onnx file, a folder, or a model of the hub.

    ``variant`` chooses among several. Nothing heavy is read, and nothing is downloaded: a model
    of the hub must be in its cache on this computer. Raises ModelFileError when there is no such
    thing, NotDownloadedError when the hub may have it.
    """
    name = _ALIASES.get(str(model), str(model))
    if not name.strip():
        raise ModelFileError(
            mark("The name of the model is empty."),
            hint=mark("Give a bundled model's name, an .onnx file, a folder or a name on the hub."),
        )
    if name in BUNDLED:
        listing = folder_listing(_FOLDER / name)
        return _files(_FOLDER / name / listing.pick(variant).path, reference=name)
    path = _expanded(model)
    found = None if _exists(path) else _from_hub(str(model), variant)
    if found is not None:
        return found
    mode = _mode(path, asked=str(model))
    if stat.S_ISDIR(mode):
        return _from_folder(path, variant)
    if not stat.S_ISREG(mode):
        raise ModelFileError(
            mark("“{file}” is a device or a pipe, not a model file."),
            hint=mark("Choose an .onnx file or a folder that holds one."),
            file=path.name,
        )
    if variant:
        raise ModelFileError(
            mark("“{file}” is one model: there are no variants of it to choose from."),
            hint=mark("Leave the variant out, or give the folder."),
            file=path.name,
        )
    return _files(path, reference=str(path.absolute()))


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except (OSError, ValueError):
        return True  # what is wrong with it is said later


def _from_hub(written: str, variant: str) -> ModelFiles | None:
    """Return the files of a model in the hub's cache; None when ``written`` is no name there."""
    reference = hub_reference(written)
    if reference is None:
        if is_address(written):
            raise no_such_name(written)
        return None
    asked = variant or reference.variant
    wanted = str(replace(reference, variant=asked))
    listing = cached_listing(reference)
    if listing is None:
        raise NotDownloadedError(
            mark("There is no file or folder “{reference}”, nor a downloaded model of this name."),
            hint=_DOWNLOAD,
            reference=wanted,
        )
    try:
        chosen = listing.pick(asked)
    except ModelFileError as error:
        raise NotDownloadedError(
            mark("“{variant}” of “{model}” is not on this computer; these are: {here}."),
            hint=_DOWNLOAD,
            reference=wanted,
            variant=asked,
            model=reference.repo,
            here=", ".join(found.name for found in listing.variants),
        ) from error
    short = "" if chosen.name == "model" else chosen.name
    return _files(
        variant_path(listing, chosen),
        reference=str(replace(reference, variant=short)),
        others=_others(listing, chosen, snapshot_folder(reference.repo, listing.commit)),
        chosen=bool(asked),
    )


def _expanded(model: str | Path) -> Path:
    try:
        return Path(model).expanduser()
    except RuntimeError:  # a ~name that nobody has
        return Path(model)


def _mode(path: Path, *, asked: str) -> int:
    try:
        return path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError) as error:
        raise ModelFileError(
            mark("There is no model, file or folder named “{name}”."),
            hint=mark("Bundled models: {bundled}. Otherwise give an .onnx file or a folder."),
            details=str(error),
            name=asked,
            bundled=", ".join(BUNDLED),
        ) from error
    except (OSError, ValueError) as error:
        raise ModelFileError(
            mark("“{name}” cannot be read: {cause}."),
            hint=mark("Check the path and its permissions."),
            details=str(error),
            name=asked[:200],
            cause=getattr(error, "strerror", None) or str(error),
        ) from error


def _from_folder(folder: Path, variant: str) -> ModelFiles:
    listing = folder_listing(folder)
    chosen = listing.pick(variant)
    onnx = folder / chosen.path
    return _files(
        onnx,
        reference=str((onnx if variant else folder).absolute()),
        others=_others(listing, chosen, folder),
        chosen=bool(variant),
    )


def _others(listing: Listing, chosen: Variant, folder: Path) -> tuple[Path, ...]:
    return tuple(folder / other.path for other in listing.variants if other is not chosen)


def _files(
    onnx: Path, *, reference: str, others: tuple[Path, ...] = (), chosen: bool = False
) -> ModelFiles:
    own = read_config(beside(onnx, "mirante.json"))
    name, folder = name_of(onnx), folders_of(onnx)[-1]
    processor = read_config(beside(onnx, "preprocessor_config.json"))
    if not processor:
        nested = read_config(beside(onnx, "processor_config.json")).section("image_processor")
        processor = nested or processor
    return ModelFiles(
        reference=reference,
        name=name,
        title=own.text("title") or name,
        onnx=onnx,
        folder=folder,
        config=read_config(beside(onnx, "config.json")),
        processor=processor,
        tokenizer=beside(onnx, "tokenizer.json", "vocab.txt", "vocab.json"),
        tokenizer_config=read_config(beside(onnx, "tokenizer_config.json")),
        special_tokens=read_config(beside(onnx, "special_tokens_map.json")),
        sentence_config=read_config(beside(onnx, "sentence_bert_config.json")),
        session=_session(own),
        licence=own.text("licence") or licence_of(folder),
        others=others,
        choice=() if chosen else _choice(onnx, others),
    )


def with_tokenizer(files: ModelFiles, path: Path) -> ModelFiles:
    """Return ``files`` with another tokenizer, and the configs beside it where there are any."""
    tokenizer = read_config(beside(path, "tokenizer_config.json"))
    special = read_config(beside(path, "special_tokens_map.json"))
    return replace(
        files,
        tokenizer=path,
        tokenizer_config=tokenizer or files.tokenizer_config,
        special_tokens=special or files.special_tokens,
    )


def _session(own: ConfigFile) -> Mapping[str, str]:
    asked = own.section("session").values
    return {k: str(v) for k, v in asked.items() if k in _SESSION_SETTINGS}


def _choice(onnx: Path, others: tuple[Path, ...]) -> tuple[Notice, ...]:
    if not others:
        return ()
    message = mark("The folder holds several models; {chosen} was opened. The others: {others}.")
    names = ", ".join(path.name for path in others)
    return (Notice(message, {"chosen": onnx.name, "others": names}),)
