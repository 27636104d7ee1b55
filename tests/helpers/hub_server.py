"""An imitation of the hub on 127.0.0.1: what Mirante asks of it, and every way it can fail.

It answers as huggingface.co does where that matters here: file lists with sizes and checksums,
``resolve`` that redirects large files to another host, ranges, ETags, error codes in headers.
"""

from __future__ import annotations

import hashlib
import json
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import pytest

COMMIT: Final = "a" * 40
_LARGE: Final = 4096  # files from here on are "LFS": other checksums, other host


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def git_sha1(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


@dataclass
class Repository:
    """One repository: its files, and what is asked of who reads it."""

    files: dict[str, bytes]
    commit: str = COMMIT
    licence: str = "mit"
    token: str = ""
    gated: bool = False
    branches: tuple[str, ...] = ("main",)


@dataclass
class Hub:
    """What the imitation knows and how it misbehaves; tests change it while it runs."""

    repositories: dict[str, Repository] = field(default_factory=dict)
    requests: list[tuple[str, str, Mapping[str, str]]] = field(default_factory=list)
    garbage: bytes = b""  # answer everything with this
    status: int = 0  # answer everything with this
    breaks_after: int = 0  # close the connection after so many bytes of a large file, once
    pause_after: int = 0  # stop sending after so many bytes until ``released``
    ranges: bool = True
    sizes: bool = True  # whether the list of files has their sizes
    corrupt: bool = False
    silent: bool = False  # do not answer until ``released``
    released: threading.Event = field(default_factory=threading.Event)
    paused: threading.Event = field(default_factory=threading.Event)
    address: str = ""
    other_host: str = ""

    def asked(self, method: str, part: str) -> list[Mapping[str, str]]:
        """Return the headers of every request with this method and part of the path."""
        return [headers for m, path, headers in self.requests if m == method and part in path]


class _QuietServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """Say nothing: clients that leave in the middle are what is tested."""


class HubServer:
    """Two servers, as the hub and the host of its large files."""

    def __init__(self) -> None:
        self.hub = Hub()
        handler = type("Handler", (_Handler,), {"hub": self.hub})
        self._servers = [_QuietServer(("127.0.0.1", 0), handler) for _ in range(2)]
        addresses = [f"http://127.0.0.1:{server.server_address[1]}" for server in self._servers]
        self.hub.address, self.hub.other_host = addresses
        for server in self._servers:
            threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        self.hub.released.set()
        for server in self._servers:
            server.shutdown()
            server.server_close()


class _Handler(BaseHTTPRequestHandler):
    hub: Hub
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def do_HEAD(self) -> None:
        self._answer("HEAD")

    def do_GET(self) -> None:
        self._answer("GET")

    def _answer(self, method: str) -> None:
        hub, path = self.hub, unquote(urlsplit(self.path).path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        hub.requests.append((method, self.path, headers))
        if hub.silent:
            hub.released.wait(30)
        if hub.garbage:
            self._send(200, hub.garbage, {"Content-Type": "text/html"})
        elif hub.status:
            self._refuse(hub.status)
        elif path.startswith("/api/models/"):
            self._list(path.removeprefix("/api/models/"))
        elif path.startswith("/large/"):
            _, _, repo_path = path.partition("/large/")
            org, name, rest = repo_path.split("/", 2)
            self._send_file(hub.repositories[f"{org}/{name}"].files[rest], etag="cdn")
        elif "/resolve/" in path:
            self._resolve(*path[1:].split("/resolve/", 1))
        else:
            self._refuse(404, code="EntryNotFound")

    def _list(self, path: str) -> None:
        repo, _, revision = path.partition("/revision/")
        found = self._readable(repo)
        if found is None:
            return
        if revision and revision not in (*found.branches, found.commit):
            self._refuse(404, code="RevisionNotFound")
            return
        answer = {
            "id": repo,
            "sha": found.commit,
            "private": bool(found.token),
            "tags": [f"license:{found.licence}"],
            "cardData": {"license": found.licence},
            "siblings": [self._sibling(name, data) for name, data in found.files.items()],
        }
        self._send(200, json.dumps(answer).encode(), {"Content-Type": "application/json"})

    def _sibling(self, name: str, content: bytes) -> dict[str, Any]:
        if not self.hub.sizes:
            return {"rfilename": name}
        about: dict[str, Any] = {"rfilename": name, "size": len(content)}
        about["blobId"] = git_sha1(content)
        if len(content) >= _LARGE:
            about["lfs"] = {"sha256": sha256(content), "size": len(content), "pointerSize": 130}
        return about

    def _resolve(self, repo: str, rest: str) -> None:
        found = self._readable(repo, inside=True)
        if found is None:
            return
        revision, _, path = rest.partition("/")
        content = found.files.get(path)
        if content is None or revision not in (*found.branches, found.commit):
            self._refuse(404, code="EntryNotFound")
            return
        headers = {"X-Repo-Commit": found.commit}
        if len(content) < _LARGE:
            self._send_file(content, etag=git_sha1(content), headers=headers)
            return
        headers |= {
            "X-Linked-Size": str(len(content)),
            "X-Linked-Etag": f'"{sha256(content)}"',
            "Location": f"{self.hub.other_host}/large/{repo}/{path}",
        }
        self._send(302, b"", headers)

    def _readable(self, repo: str, *, inside: bool = False) -> Repository | None:
        """Return a repository, or refuse as the hub does; ``inside`` it the files are."""
        found = self.hub.repositories.get(repo)
        given = self.headers.get("Authorization", "")
        if found is None:
            self._refuse(404 if given else 401, code="RepoNotFound")  # strangers are not told
        elif not found.token or given == f"Bearer {found.token}":
            return found
        elif found.gated and not inside:
            return found  # everyone may see what there is
        elif found.gated:
            self._refuse(403 if given else 401, code="GatedRepo")
        elif given:
            self._refuse(401, words="Invalid credentials in Authorization header")
        else:
            self._refuse(401, code="RepoNotFound")
        return None

    def _send_file(
        self, content: bytes, *, etag: str, headers: Mapping[str, str] | None = None
    ) -> None:
        first, status = 0, 200
        extra = {"ETag": f'"{etag}"', **(headers or {})}
        asked = self.headers.get("Range", "")
        if asked and self.hub.ranges:
            first, status = int(asked.removeprefix("bytes=").rstrip("-")), 206
            if first >= len(content):
                self._refuse(416)
                return
            extra["Content-Range"] = f"bytes {first}-{len(content) - 1}/{len(content)}"
        if self.hub.corrupt:
            content = bytes(len(content))
        self._send(status, content[first:], extra)

    def _refuse(self, status: int, *, code: str = "", words: str = "") -> None:
        headers = {"X-Error-Code": code} if code else {}
        if words:
            headers["X-Error-Message"] = words
        self._send(status, b"{}", headers)

    def _send(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "HEAD":
            return
        hub, large = self.hub, len(body) >= _LARGE
        limit = (hub.breaks_after or hub.pause_after) if large else 0
        self.wfile.write(body[:limit] if limit else body)
        self.wfile.flush()
        if large and hub.breaks_after:
            hub.breaks_after = 0
            self.close_connection = True
        elif large and hub.pause_after:
            hub.paused.set()
            hub.released.wait(30)
            self.close_connection = True


_ENVIRONMENT: Final = (
    "HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE",
    "HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "XDG_CACHE_HOME",
    "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy",
)  # fmt: skip


@contextmanager
def serving(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """Run the imitation with an empty cache in ``home``, and nothing of the developer's own."""
    server = HubServer()
    for name in _ENVIRONMENT:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HF_ENDPOINT", server.hub.address)
    monkeypatch.setenv("HF_HOME", str(home))
    monkeypatch.setenv("NO_PROXY", "*")
    try:
        yield server.hub
    finally:
        server.close()
        if "huggingface_hub" in sys.modules:
            sys.modules["huggingface_hub"].close_session()  # type: ignore[attr-defined]


def keep_in_cache(
    home: Path, repo: str, files: Mapping[str, bytes], *, commit: str = COMMIT
) -> Path:
    """Lay a repository out in a cache as the hub's own programs do; return its snapshot."""
    folder = home / "hub" / f"models--{repo.replace('/', '--')}"
    snapshot = folder / "snapshots" / commit
    for name, content in files.items():
        blob = folder / "blobs" / (sha256(content) if len(content) >= _LARGE else git_sha1(content))
        blob.parent.mkdir(parents=True, exist_ok=True)
        blob.write_bytes(content)
        pointer = snapshot / name
        pointer.parent.mkdir(parents=True, exist_ok=True)
        pointer.symlink_to(Path(*[".."] * (2 + name.count("/"))) / "blobs" / blob.name)
    ref = folder / "refs" / "main"
    ref.parent.mkdir(parents=True, exist_ok=True)
    ref.write_text(commit, encoding="ascii")
    return snapshot
