"""From what a person names (a bundled model, a file, a folder) to the files of one model."""

from __future__ import annotations

import stat
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from models.config import ConfigFile, read_config
from models.encoded import Notice
from models.errors import ModelFileError
from models.i18n import mark

DEFAULT_TEXT_MODEL: Final = "multilingual-e5-small"
DEFAULT_IMAGE_MODEL: Final = "dinov2-small"
BUNDLED: Final = (DEFAULT_TEXT_MODEL, DEFAULT_IMAGE_MODEL)
_ALIASES: Final = {"text": DEFAULT_TEXT_MODEL, "vision": DEFAULT_IMAGE_MODEL}
_FOLDER: Final = Path(__file__).resolve().parent.parent / "assets" / "models"

# Which file of a folder is opened when nobody says: the fewest approximations first, and single
# graphs before the parts of a larger model.
_PREFERRED: Final = ("model", "model_fp16", "model_quantized")
_PARTS: Final = ("decoder", "encoder", "text_", "vision_", "audio_", "embed")

# Only these settings of mirante.json reach the runtime; others can open files or load code.
_SESSION_SETTINGS: Final = {
    "session.disable_quant_qdq",
    "session.qdq_matmulnbits_accuracy_level",
    "session.enable_quant_qdq_cleanup",
}


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


def names_a_model(written: str) -> bool:
    """Whether ``written`` is meant as a model: a bundled name, an .onnx file, a folder."""
    if _ALIASES.get(written, written) in BUNDLED or written.lower().endswith(".onnx"):
        return True
    try:
        return Path(written).expanduser().is_dir()
    except (OSError, ValueError, RuntimeError):
        return False


def resolve(model: str | Path) -> ModelFiles:
    """Return the files of a bundled model's name, an .onnx file or a folder.

    Nothing heavy is read. Raises ModelFileError when there is no such thing.
    """
    name = _ALIASES.get(str(model), str(model))
    if name in BUNDLED:
        return _files(_FOLDER / name / "model.onnx", reference=name)
    path = _expanded(model)
    mode = _mode(path, asked=str(model))
    if stat.S_ISDIR(mode):
        return _from_folder(path)
    if not stat.S_ISREG(mode):
        raise ModelFileError(
            mark("“{file}” is a device or a pipe, not a model file."),
            hint=mark("Choose an .onnx file or a folder that holds one."),
            file=path.name,
        )
    return _files(path, reference=str(path.absolute()))


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


def _from_folder(folder: Path) -> ModelFiles:
    try:
        found = [*folder.glob("*.onnx"), *folder.glob("onnx/*.onnx")]
        found = [path for path in found if path.is_file() and not path.name.startswith(".")]
    except OSError as error:
        raise ModelFileError(
            mark("The folder “{folder}” cannot be read: {cause}."),
            hint=mark("Check its permissions."),
            details=str(error),
            folder=folder.name,
            cause=error.strerror or str(error),
        ) from error
    if not found:
        raise _nothing_inside(folder)
    found.sort(key=_preference)
    return _files(found[0], reference=str(folder.absolute()), others=tuple(found[1:]))


def _preference(path: Path) -> tuple[int, int, str]:
    stem = path.stem
    if stem in _PREFERRED:
        rank = _PREFERRED.index(stem)
    else:
        rank = len(_PREFERRED) + (1 if stem.startswith(_PARTS) else 0)
    return rank, len(path.parts), path.name


def _nothing_inside(folder: Path) -> ModelFileError:
    endings = ("*.safetensors", "*.bin", "*.pt", "*.pth", "*.h5", "*.msgpack")
    other = next((path.name for ending in endings for path in folder.glob(ending)), None)
    if other is not None:
        return ModelFileError(
            mark("The folder “{folder}” holds {other} but no .onnx file."),
            hint=mark("Export it: optimum-cli export onnx --model {folder} exported/"),
            folder=folder.name,
            other=other,
        )
    return ModelFileError(
        mark("There is no .onnx file in the folder “{folder}” nor in its “onnx” folder."),
        hint=mark("Choose the folder that holds the model."),
        folder=folder.name,
    )


def _files(onnx: Path, *, reference: str, others: tuple[Path, ...] = ()) -> ModelFiles:
    own = read_config(_beside(onnx, "mirante.json"))
    name = _name(onnx)
    processor = read_config(_beside(onnx, "preprocessor_config.json"))
    if not processor:
        nested = read_config(_beside(onnx, "processor_config.json")).section("image_processor")
        processor = nested or processor
    return ModelFiles(
        reference=reference,
        name=name,
        title=own.text("title") or name,
        onnx=onnx,
        folder=onnx.parent.parent if onnx.parent.name == "onnx" else onnx.parent,
        config=read_config(_beside(onnx, "config.json")),
        processor=processor,
        tokenizer=_beside(onnx, "tokenizer.json", "vocab.txt", "vocab.json"),
        tokenizer_config=read_config(_beside(onnx, "tokenizer_config.json")),
        special_tokens=read_config(_beside(onnx, "special_tokens_map.json")),
        sentence_config=read_config(_beside(onnx, "sentence_bert_config.json")),
        session=_session(own),
        licence=own.text("licence") or "",
        others=others,
        choice=_choice(onnx, others),
    )


def with_tokenizer(files: ModelFiles, path: Path) -> ModelFiles:
    """Return ``files`` with another tokenizer, and the configs beside it where there are any."""
    tokenizer = read_config(_beside(path, "tokenizer_config.json"))
    special = read_config(_beside(path, "special_tokens_map.json"))
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


def _beside(onnx: Path, *names: str) -> Path | None:
    """Return the first of ``names`` beside the model, or one level up from a folder ``onnx``."""
    folders = [onnx.parent, onnx.parent.parent] if onnx.parent.name == "onnx" else [onnx.parent]
    for name in names:
        for folder in folders:
            if (folder / name).is_file():
                return folder / name
    return None


def _name(onnx: Path) -> str:
    if not onnx.stem.startswith("model"):
        return onnx.stem
    folder = onnx.absolute().parent
    folder = folder.parent if folder.name == "onnx" else folder
    name = folder.name
    if folder.parent.name == "snapshots" and folder.parent.parent.name.startswith("models--"):
        name = folder.parent.parent.name.removeprefix("models--").replace("--", "/")
    return name if onnx.stem == "model" else f"{name}/{onnx.stem}"
