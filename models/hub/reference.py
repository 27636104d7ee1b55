"""How people name a model on the hub: ``org/name``, a web address, a revision, a variant."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit

from models.errors import ModelFileError
from models.i18n import mark

MAIN: Final = "main"
_HUB: Final = "https://huggingface.co"
_HOSTS: Final = {"huggingface.co", "www.huggingface.co", "hf.co"}
_LONGEST: Final = 96
_MOST_PARTS: Final = 2
# What the hub allows in names; "--" and ".." would be unsafe in folders of the cache.
_PART: Final = r"[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?"
_WRITTEN: Final = re.compile(
    rf"(?P<repo>{_PART}(?:/{_PART})?)"
    r"(?:@(?P<revision>[A-Za-z0-9_][A-Za-z0-9._/-]*))?"
    r"(?::(?P<variant>[A-Za-z0-9_][A-Za-z0-9._/-]*))?",
    re.ASCII,
)
_IN_BETWEEN: Final = {"tree", "blob", "resolve", "raw"}  # .../tree/<revision>/<path>
_NOT_MODELS: Final = {"datasets", "spaces", "docs", "collections", "papers", "blog", "api"}


@dataclass(frozen=True, slots=True)
class HubReference:
    """A model on the hub, and which revision and variant of it is meant.

    ``variant`` is a variant's name or a file's path in the repository; empty means the usual one.
    ``str`` gives what is shown, stored and read again: ``org/name@revision:variant``.
    """

    repo: str
    revision: str = MAIN
    variant: str = ""

    def __str__(self) -> str:
        revision = "" if self.revision == MAIN else f"@{self.revision}"
        return self.repo + revision + (f":{self.variant}" if self.variant else "")


def endpoint() -> str:
    """Return the hub's address: HF_ENDPOINT, else huggingface.co."""
    return os.environ.get("HF_ENDPOINT", "").rstrip("/") or _HUB


def hub_name() -> str:
    """Return the hub's host as people know it."""
    return urlsplit(endpoint()).netloc or endpoint()


def hub_reference(written: str, *, bare: bool = False) -> HubReference | None:
    """Return the model that ``written`` names, None when it is no name of a model on the hub.

    ``bare`` also takes the few old names without an organisation, such as ``gpt2``.
    """
    text = written.strip().strip("\"'<>")
    if (address := _address(text)) is not None:
        return _from_address(address)
    found = _WRITTEN.fullmatch(text)
    if found is None or found["repo"].lower().endswith(".onnx"):
        return None
    if "/" not in found["repo"] and not bare:
        return None
    return _reference(found["repo"], found["revision"] or MAIN, found["variant"] or "")


def is_address(written: str) -> bool:
    """Whether ``written`` is a web address, whosever it is."""
    return _address(written.strip().strip("\"'<>")) is not None


def no_such_name(written: str) -> ModelFileError:
    """Return the error for what names no model on the hub."""
    if is_address(written):
        return ModelFileError(
            mark("“{address}” is not the address of a model on {hub}."),
            hint=mark("Nothing else is downloaded from the web: save the .onnx file and open it."),
            address=written[:200],
            hub=hub_name(),
        )
    return ModelFileError(
        mark("“{name}” is no file or folder here, and cannot be a name on {hub}."),
        hint=mark("A model on the hub is named organisation/model."),
        name=written[:200],
        hub=hub_name(),
    )


def _reference(repo: str, revision: str, variant: str) -> HubReference | None:
    unsafe = "--" in repo or ".." in f"{repo} {revision}" or repo.endswith(".git")
    sound = _WRITTEN.fullmatch(f"{repo}@{revision}") is not None
    if unsafe or not sound or any(len(part) > _LONGEST for part in repo.split("/")):
        return None
    return HubReference(repo, revision, variant)


def _address(text: str) -> str | None:
    """Return ``text`` as an address with its scheme, None when it is none."""
    if re.match(r"https?://", text, re.IGNORECASE):
        return text
    host, slash, _rest = text.partition("/")
    return f"https://{text}" if slash and host.lower() in _HOSTS else None


def _from_address(address: str) -> HubReference | None:
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if parts.netloc.lower() not in _HOSTS | {hub_name().lower()}:
        return None
    segments = [unquote(segment) for segment in parts.path.split("/") if segment]
    if not segments or segments[0] in _NOT_MODELS:
        return None
    names = segments[:_MOST_PARTS]
    if len(names) == _MOST_PARTS and names[1] in _IN_BETWEEN:
        names = names[:1]
    place, rest = segments[len(names) : len(names) + 1], segments[len(names) + 1 :]
    if not place or place[0] not in _IN_BETWEEN or not rest:
        return _reference("/".join(names), MAIN, "")
    path = "/".join(rest[1:])
    variant = path if path.lower().endswith(".onnx") else ""
    return _reference("/".join(names), rest[0], variant)
