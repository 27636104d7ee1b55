"""What the hub says about a repository: its state, its files and their sizes. One request.

Only the hub's own address is asked (HF_ENDPOINT, else huggingface.co), without telemetry, and the
only token ever sent is the one in the environment (HF_TOKEN).
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final

from models.encoded import Notice
from models.errors import HubOutOfReachError, MiranteError
from models.hub.cache import bytes_here, cached_listing
from models.hub.interrupt import interruptible
from models.hub.problems import explained, no_model_in, nonsense, offline, out_of_reach
from models.hub.reference import HubReference, endpoint, hub_name
from models.hub.variants import Listing, StoredFile, variants_of
from models.i18n import mark
from models.runtime import Cancel
from models.version import VERSION

if TYPE_CHECKING:  # half a second to import, and only when the network is used
    from huggingface_hub.hf_api import ModelInfo

PATIENCE: Final = 10.0  # seconds for the hub's first answer
_COMMIT: Final = re.compile(r"[0-9a-f]{40}")
_TRUE: Final = {"1", "ON", "YES", "TRUE"}


@dataclass(frozen=True, slots=True)
class _Answer:
    commit: str
    licence: str
    files: tuple[StoredFile, ...]


def token() -> str | None:
    """Return the access token that the environment holds, None when it holds none."""
    return os.environ.get("HF_TOKEN") or os.environ.get("HUGGING_FACE_HUB_TOKEN") or None


def is_offline() -> bool:
    """Whether the environment forbids the network (HF_HUB_OFFLINE)."""
    asked = os.environ.get("HF_HUB_OFFLINE") or os.environ.get("TRANSFORMERS_OFFLINE") or ""
    return asked.upper() in _TRUE


def import_hub() -> None:
    """Prepare the environment in which ``huggingface_hub`` may be imported.

    It reads these when it is imported. Without the first it asks the hub for a list of programs
    and reports which of them runs this one; the second would fetch from other servers.
    """
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    os.environ["HF_HUB_DISABLE_XET"] = "1"


def list_variants(
    reference: HubReference, *, cancel: Cancel | None = None, seconds: float = PATIENCE
) -> Listing:
    """Return the models of a repository with their sizes, asking the hub first.

    Where the hub is out of reach, what is on this computer is returned, with a notice. Raises
    HubError (no such repository, private, gated, out of reach), ModelFileError (no .onnx file in
    it), CancelledError.
    """
    if is_offline():
        return _from_cache(reference, offline())
    try:
        info = _ask(reference, cancel=cancel, seconds=seconds)
    except HubOutOfReachError as error:
        return _from_cache(reference, error)
    return _listing(reference, info)


def _from_cache(reference: HubReference, error: HubOutOfReachError) -> Listing:
    found = cached_listing(reference)
    if found is None:
        raise error
    message = mark("{hub} is out of reach: only what is on this computer is listed.")
    return replace(found, notices=(Notice(message, {"hub": hub_name()}),))


def _ask(reference: HubReference, *, cancel: Cancel | None, seconds: float) -> _Answer:
    def source(_stopped: threading.Event) -> Generator[_Answer]:
        import_hub()
        from huggingface_hub import HfApi  # noqa: PLC0415  # slow, see above

        api = HfApi(
            endpoint=endpoint(),
            token=token() or False,
            library_name="mirante",
            library_version=VERSION,
        )
        info = api.model_info(
            reference.repo, revision=reference.revision, files_metadata=True, timeout=seconds
        )
        yield _Answer(info.sha or "", _licence(info), tuple(_files(info, seconds=seconds)))

    try:
        answer = next(interruptible(source, cancel=cancel, seconds=seconds))
    except TimeoutError as error:
        raise out_of_reach(str(error)) from error
    except MiranteError:
        raise
    except Exception as error:
        known = explained(error, reference, with_token=token() is not None)
        if known is None:
            raise
        raise known from error
    if not _COMMIT.fullmatch(answer.commit):
        raise nonsense(f"no commit in the answer: {answer.commit[:60]!r}")
    return answer


def _files(info: ModelInfo, *, seconds: float) -> Iterator[StoredFile]:
    """Yield the files of an answer; their sizes are asked one by one where it has none."""
    siblings = [sibling for sibling in info.siblings or () if _safe(sibling.rfilename)]
    names = [StoredFile(sibling.rfilename, 0) for sibling in siblings]
    wanted = {file.path for variant in variants_of(names) for file in variant.files}
    for sibling in siblings:
        blob = (sibling.lfs.sha256 if sibling.lfs else sibling.blob_id) or ""
        if sibling.size is not None:
            yield StoredFile(sibling.rfilename, max(sibling.size, 0), blob=blob)
        elif sibling.rfilename in wanted:
            yield _asked(info.id, info.sha or "", sibling.rfilename, seconds=seconds)


def _asked(repo: str, commit: str, path: str, *, seconds: float) -> StoredFile:
    from huggingface_hub import get_hf_file_metadata, hf_hub_url  # noqa: PLC0415  # slow, see above

    url = hf_hub_url(repo, path, revision=commit, endpoint=endpoint())
    found = get_hf_file_metadata(url, token=token() or False, timeout=seconds, endpoint=endpoint())
    return StoredFile(path, found.size or 0, blob=found.etag or "")


def _listing(reference: HubReference, answer: _Answer) -> Listing:
    commit = answer.commit
    files = [_with_bytes_here(reference.repo, commit, file) for file in answer.files]
    variants = variants_of(files)
    if not variants:
        raise no_model_in(reference, [file.path for file in files])
    return Listing(
        title=reference.repo,
        place="hub",
        variants=variants,
        reference=reference,
        commit=commit,
        licence=answer.licence,
    )


def _with_bytes_here(repo: str, commit: str, file: StoredFile) -> StoredFile:
    here = bytes_here(repo, commit, path=file.path, blob=file.blob, size=file.size)
    return replace(file, here=here)


def _safe(path: str) -> bool:
    """Whether a path that a server names stays inside the folder it is put in."""
    parts = PurePosixPath(path)
    odd = any(sign in path for sign in "\\:\0") or not path or path.startswith("/")
    return not odd and ".." not in parts.parts


def _licence(info: ModelInfo) -> str:
    card = info.card_data
    named = card.get("license") if card is not None else None
    if isinstance(named, str) and named != "other":
        return named
    tags = (tag for tag in info.tags or () if tag.startswith("license:"))
    return next(tags, "").removeprefix("license:")
