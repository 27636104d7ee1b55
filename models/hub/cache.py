"""The Hugging Face cache on this computer, read and written in its own layout, without a network.

``models--org--name/`` holds ``blobs/`` (contents, named by checksum), ``snapshots/<commit>/``
(links into the blobs, under the files' names) and ``refs/<revision>`` (a commit). The layout is
documented at huggingface.co/docs/huggingface_hub/guides/manage-cache, so what other programs
downloaded opens here, and the reverse.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from models.hub.reference import HubReference
from models.hub.variants import Listing, StoredFile, Variant, is_model, variants_of
from models.licence import licence_of

_COMMIT: Final = re.compile(r"[0-9a-f]{40}")
_BLOB: Final = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_DEEPEST: Final = 4  # folders below a snapshot in which models are looked for
_PREFIX: Final = "models--"


def cache_folder() -> Path:
    """Return where models of the hub are kept: HF_HUB_CACHE, HF_HOME, or the usual place."""
    for name in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"):
        if os.environ.get(name):
            return _expanded(os.environ[name])
    home = os.environ.get("HF_HOME")
    if home:
        return _expanded(home) / "hub"
    above = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return _expanded(above) / "huggingface" / "hub"


def _expanded(path: str) -> Path:
    return Path(os.path.expandvars(path)).expanduser()


def repository_folder(repo: str) -> Path:
    """Return the folder of one repository in the cache, there or not."""
    return cache_folder() / (_PREFIX + repo.replace("/", "--"))


def commit_here(reference: HubReference) -> str | None:
    """Return the commit that a revision stands for on this computer, None when nothing is."""
    if _COMMIT.fullmatch(reference.revision):
        return reference.revision
    try:
        ref = repository_folder(reference.repo) / "refs" / reference.revision
        commit = ref.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return None
    return commit if _COMMIT.fullmatch(commit) else None


def snapshot_folder(repo: str, commit: str) -> Path:
    """Return the folder of one state of a repository, there or not."""
    return repository_folder(repo) / "snapshots" / commit


def blob_path(repo: str, blob: str, *, commit: str, path: str) -> Path:
    """Return where a file's content is kept: under its checksum, or under its own name's."""
    name = (
        blob if _BLOB.fullmatch(blob) else hashlib.sha256(f"{commit}/{path}".encode()).hexdigest()
    )
    return repository_folder(repo) / "blobs" / name


def part_path(blob: Path) -> Path:
    """Return where the beginning of an unfinished download of ``blob`` is kept."""
    return blob.with_name(f"{blob.name}.incomplete")


def bytes_here(repo: str, commit: str, *, path: str, blob: str, size: int) -> int:
    """Return how many of a file's bytes are on this computer, finished or not."""
    content = blob_path(repo, blob, commit=commit, path=path)
    if (snapshot_folder(repo, commit) / path).is_file() or content.is_file():
        return size
    try:
        return min(part_path(content).stat().st_size, max(size - 1, 0))
    except OSError:
        return 0


def cached_listing(reference: HubReference) -> Listing | None:
    """Return the models of a repository that are on this computer, None when there are none.

    The revision's own state comes first; where that has no model, the newest other one that has.
    """
    for commit in _commits(reference):
        folder = snapshot_folder(reference.repo, commit)
        variants = variants_of(_files_in(folder))
        if variants:
            return Listing(
                title=reference.repo,
                place="cache",
                variants=variants,
                reference=reference,
                commit=commit,
                licence=licence_of(folder),
            )
    return None


def variant_path(listing: Listing, variant: Variant) -> Path:
    """Return the .onnx file of a variant in the cache."""
    assert listing.reference is not None  # noqa: S101  # listings of the hub and its cache
    return snapshot_folder(listing.reference.repo, listing.commit) / variant.path


def cached_repositories() -> tuple[str, ...]:
    """Return the repositories of the cache that hold at least one .onnx file, by name."""
    try:
        folders = sorted(cache_folder().glob(f"{_PREFIX}*"))
    except OSError:
        return ()
    return tuple(
        repository_name(folder)
        for folder in folders
        if any(is_model(path) for path, _ in _walk(folder / "snapshots"))
    )


def repository_name(folder: Path) -> str:
    """Return the repository that a folder of the cache is of."""
    return folder.name.removeprefix(_PREFIX).replace("--", "/")


def snapshot_of(path: Path) -> Path | None:
    """Return the snapshot folder that a file of the cache lies in, None for any other file."""
    for folder in path.absolute().parents:
        above = folder.parent
        if above.name == "snapshots" and above.parent.name.startswith(_PREFIX):
            return folder
    return None


def _commits(reference: HubReference) -> Iterator[str]:
    commit = commit_here(reference)
    if commit is not None:
        yield commit
    if commit == reference.revision:
        return
    snapshots = repository_folder(reference.repo) / "snapshots"
    try:
        others = [path for path in snapshots.iterdir() if _COMMIT.fullmatch(path.name)]
        others.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    except OSError:
        return
    # A named revision that was never downloaded is not the same as whatever else is here.
    if commit is not None or reference.revision == "main":
        yield from (path.name for path in others if path.name != commit)


def _files_in(folder: Path) -> Iterator[StoredFile]:
    for path, size in _walk(folder):
        yield StoredFile(path, size, here=size)


def _walk(folder: Path, *, above: str = "", depth: int = 0) -> Iterator[tuple[str, int]]:
    """Yield (path with slashes, bytes) of every whole file, links followed."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        path = f"{above}{entry.name}"
        try:
            if entry.is_file():
                yield path, entry.stat().st_size
            elif entry.is_dir(follow_symlinks=False) and depth < _DEEPEST:
                yield from _walk(folder / entry.name, above=f"{path}/", depth=depth + 1)
        except OSError:
            continue
