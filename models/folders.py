"""Folders laid out as on the hub: the models in them, and the small files of each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from models.errors import ModelFileError
from models.hub.cache import repository_name, snapshot_of
from models.hub.variants import Listing, StoredFile, is_model, variants_of
from models.i18n import mark
from models.licence import licence_of


def folder_listing(folder: Path) -> Listing:
    """Return the models of a folder, the one to choose first in front.

    Raises ModelFileError when it cannot be read or holds none.
    """
    try:
        variants = variants_of(_files_in(folder))
    except OSError as error:
        raise ModelFileError(
            mark("The folder “{folder}” cannot be read: {cause}."),
            hint=mark("Check its permissions."),
            details=str(error),
            folder=folder.name,
            cause=error.strerror or str(error),
        ) from error
    if not variants:
        raise _nothing_inside(folder)
    title = folder.absolute().name or str(folder)
    return Listing(title=title, place="folder", variants=variants, licence=licence_of(folder))


def _files_in(folder: Path) -> Iterator[StoredFile]:
    for above, inside in (("", folder), ("onnx/", folder / "onnx")):
        if above and not inside.is_dir():
            continue
        for path in inside.iterdir():
            # A pipe or a device is never a model; links are followed.
            if path.is_file() and (is_model(path.name) or not path.name.startswith(".")):
                size = path.stat().st_size
                yield StoredFile(f"{above}{path.name}", size, here=size)


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


def beside(onnx: Path, *names: str) -> Path | None:
    """Return the first of ``names`` in one of the folders whose small files are the model's."""
    for name in names:
        for folder in folders_of(onnx):
            if (folder / name).is_file():
                return folder / name
    return None


def folders_of(onnx: Path) -> list[Path]:
    """Return the model's folder; above a folder ``onnx``, and in the hub's cache, more of them."""
    snapshot = snapshot_of(onnx)
    if snapshot is not None:
        return [folder for folder in onnx.absolute().parents if folder.is_relative_to(snapshot)]
    return [onnx.parent, onnx.parent.parent] if onnx.parent.name == "onnx" else [onnx.parent]


def name_of(onnx: Path) -> str:
    """Return a short name for a model: its repository's, its folder's, or its own."""
    snapshot = snapshot_of(onnx)
    if snapshot is not None:
        name = repository_name(snapshot.parent.parent)
        return name if onnx.stem == "model" else f"{name}/{onnx.stem}"
    if not onnx.stem.startswith("model"):
        return onnx.stem
    folder = onnx.absolute().parent
    name = (folder.parent if folder.name == "onnx" else folder).name
    return name if onnx.stem == "model" else f"{name}/{onnx.stem}"
