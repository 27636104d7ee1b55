"""Bringing a variant here: whole, stopped, resumed, refused, damaged; never more than asked."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections import namedtuple
from pathlib import Path

import pytest

from models.errors import CancelledError, HubError, HubOutOfReachError, MiranteError
from models.hub.cache import cached_listing, cached_repositories, part_path
from models.hub.download import download, looked_again
from models.hub.reference import HubReference
from models.hub.remote import list_variants
from models.runtime import Cancel
from tests.helpers.hub_server import Hub, Repository, sha256

SECRET = "hf_secret"  # noqa: S105  # of the imitation
TINY = HubReference("org/tiny")
WEIGHTS = b"".join(i.to_bytes(4, "little") for i in range(300_000))  # 1.2 MB, no two parts alike
FILES = {
    "config.json": b'{"model_type": "bert"}',
    "README.md": b"---\nlicense: mit\n---\n# Tiny\n",
    "onnx/model.onnx": b"graph" * 30,
    "onnx/model.onnx_data": WEIGHTS,
    "onnx/model_fp16.onnx": bytes(5000),
}
Usage = namedtuple("Usage", "total used free")  # noqa: PYI024  # as shutil has it


@pytest.fixture(autouse=True)
def _tiny(hub: Hub) -> None:
    hub.repositories["org/tiny"] = Repository(dict(FILES))


def blob(home: Path, name: str = "onnx/model.onnx_data") -> Path:
    return home / "hub" / "models--org--tiny" / "blobs" / sha256(FILES[name])


def test_one_variant_arrives_whole_in_the_caches_own_layout(hub: Hub, home: Path) -> None:
    listing = list_variants(TINY)
    told: list[tuple[int, int]] = []
    path = download(listing, listing.pick(), progress=lambda *now: told.append(now))
    snapshot = home / "hub" / "models--org--tiny" / "snapshots" / ("a" * 40)
    assert path == snapshot / "onnx" / "model.onnx"
    assert path.read_bytes() == FILES["onnx/model.onnx"]
    weights = snapshot / "onnx" / "model.onnx_data"
    assert weights.is_symlink()
    assert weights.resolve() == blob(home)
    assert weights.read_bytes() == WEIGHTS
    assert not (snapshot / "onnx" / "model_fp16.onnx").exists()
    assert told[-1] == (listing.pick().bytes, listing.pick().bytes)
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert looked_again(listing, listing.pick()).cached


def test_what_was_downloaded_is_found_again_without_the_hub(hub: Hub) -> None:
    listing = list_variants(TINY)
    download(listing, listing.pick())
    hub.status = 500
    found = cached_listing(TINY)
    assert found is not None
    assert [v.name for v in found.variants] == ["model"]
    assert found.licence == "mit"
    assert cached_repositories() == ("org/tiny",)


def test_a_second_download_asks_for_nothing(hub: Hub) -> None:
    listing = list_variants(TINY)
    download(listing, listing.pick())
    hub.requests.clear()
    download(listing, listing.pick())
    assert hub.requests == []


def test_small_files_are_shared_between_variants(hub: Hub) -> None:
    listing = list_variants(TINY)
    download(listing, listing.pick())
    again = list_variants(TINY).pick("fp16")
    assert again.missing_bytes == 5000
    hub.requests.clear()
    download(listing, again)
    assert len(hub.asked("GET", "/resolve/")) == 1


def test_a_broken_connection_is_taken_up_where_it_broke(hub: Hub, home: Path) -> None:
    hub.breaks_after = 700_000
    listing = list_variants(TINY)
    download(listing, listing.pick())
    ranges = [headers.get("range") for headers in hub.asked("GET", "/large/")]
    assert ranges[0] is None
    assert ranges[1] is not None
    assert 0 < int(ranges[1].removeprefix("bytes=").rstrip("-")) <= 700_000
    assert blob(home).read_bytes() == WEIGHTS


def test_cancel_keeps_the_part_and_the_next_download_goes_on_from_it(hub: Hub, home: Path) -> None:
    hub.pause_after = 600_000
    listing, cancel = list_variants(TINY), Cancel()

    def stop(done: int, _total: int) -> None:
        if done > 500_000:
            cancel.cancel()

    with pytest.raises(CancelledError):
        download(listing, listing.pick(), progress=stop, cancel=cancel)
    part = part_path(blob(home))
    kept = part.stat().st_size
    assert 500_000 < kept <= 600_000
    assert WEIGHTS.startswith(part.read_bytes())
    assert cached_listing(TINY) is None  # a model without its weights is not offered

    hub.released.set()
    hub.pause_after = 0
    variant = list_variants(TINY).pick()
    assert variant.started
    assert variant.missing_bytes == listing.pick().bytes - kept - sum(
        len(FILES[name]) for name in ("config.json", "README.md")
    )
    told: list[int] = []
    download(listing, variant, progress=lambda done, _total: told.append(done))
    assert next(done for done in told if done > 100) >= kept  # it does not begin at 0 again
    assert hub.asked("GET", "/large/")[-1]["range"] == f"bytes={kept}-"
    assert blob(home).read_bytes() == WEIGHTS
    assert not part.exists()


def test_a_server_without_ranges_begins_again_and_the_file_is_right(hub: Hub, home: Path) -> None:
    part = part_path(blob(home))
    part.parent.mkdir(parents=True)
    part.write_bytes(WEIGHTS[:1000])
    hub.ranges = False
    listing = list_variants(TINY)
    download(listing, listing.pick())
    assert blob(home).read_bytes() == WEIGHTS


@pytest.mark.parametrize("length", [len(WEIGHTS) + 5, len(WEIGHTS)])
def test_a_part_that_belongs_to_something_else_is_never_taken_for_the_file(
    hub: Hub, home: Path, length: int
) -> None:
    part = part_path(blob(home))
    part.parent.mkdir(parents=True)
    part.write_bytes(b"z" * length)
    listing = list_variants(TINY)
    download(listing, listing.pick())
    assert blob(home).read_bytes() == WEIGHTS
    assert not part.exists()


def test_damaged_weights_are_thrown_away_and_never_offered(hub: Hub, home: Path) -> None:
    hub.corrupt = True
    listing = list_variants(TINY)
    with pytest.raises(HubError, match=r"model\.onnx_data” arrived damaged"):
        download(listing, listing.pick())
    assert not blob(home).exists()
    assert not part_path(blob(home)).exists()
    assert cached_listing(TINY) is None


def test_the_token_goes_to_the_hub_and_never_to_the_other_host(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", SECRET)
    hub.repositories["org/tiny"].token = SECRET
    listing = list_variants(TINY)
    download(listing, listing.pick())
    assert all("authorization" in headers for headers in hub.asked("GET", "/resolve/"))
    assert not any("authorization" in headers for headers in hub.asked("GET", "/large/"))


@pytest.mark.parametrize("token", ["", "hf_other"])
def test_a_gated_repository_is_listed_and_says_what_to_accept(
    hub: Hub, monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    hub.repositories["org/tiny"].token = SECRET
    hub.repositories["org/tiny"].gated = True
    if token:
        monkeypatch.setenv("HF_TOKEN", token)
    listing = list_variants(TINY)
    with pytest.raises(HubError) as caught:
        download(listing, listing.pick())
    assert "is gated" in str(caught.value)
    assert f"{hub.address.removeprefix('http://')}/org/tiny" in str(caught.value)
    assert "HF_TOKEN" in str(caught.value)


@pytest.mark.parametrize("length", [10, 5_000_000])
def test_a_login_page_is_never_kept_as_a_file(hub: Hub, home: Path, length: int) -> None:
    listing = list_variants(TINY)
    hub.garbage = b"<html>" + bytes(length)
    with pytest.raises(HubError):
        download(listing, listing.pick())
    assert cached_listing(TINY) is None
    hub.garbage = b""
    download(listing, listing.pick())
    assert blob(home).read_bytes() == WEIGHTS


def test_a_hub_that_goes_away_meanwhile_is_out_of_reach(hub: Hub) -> None:
    listing = list_variants(TINY)
    hub.status = 503
    with pytest.raises(HubOutOfReachError):
        download(listing, listing.pick())


def test_offline_nothing_is_asked(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    listing = list_variants(TINY)
    hub.requests.clear()
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(HubOutOfReachError):
        download(listing, listing.pick())
    assert hub.requests == []


def test_too_little_room_is_said_before_a_byte_is_asked_for(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    listing = list_variants(TINY)
    hub.requests.clear()
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: Usage(100, 90, 10))
    with pytest.raises(MiranteError) as caught:
        download(listing, listing.pick())
    assert "1.2 MB must fit into" in str(caught.value)
    assert "10 B are free" in str(caught.value)
    assert hub.requests == []


def test_a_disk_that_fills_up_keeps_the_part(
    hub: Hub, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listing = list_variants(TINY)

    def full(_self: Path, _target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(MiranteError, match="The disk is full"):
        download(listing, listing.pick())


def test_a_folder_that_cannot_be_written_is_named(hub: Hub, home: Path) -> None:
    home.write_text("a file where the folder should be", encoding="ascii")
    listing = list_variants(TINY)
    with pytest.raises(MiranteError, match="cannot be kept in"):
        download(listing, listing.pick())


def test_where_links_are_forbidden_files_are_copied(
    hub: Hub, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(*_: object) -> None:
        raise OSError(1314, "A required privilege is not held by the client")

    monkeypatch.setattr(Path, "symlink_to", forbidden)
    listing = list_variants(TINY)
    path = download(listing, listing.pick())
    assert not path.is_symlink()
    assert path.read_bytes() == FILES["onnx/model.onnx"]


def test_a_second_program_downloading_the_same_is_waited_for_by_nobody(
    hub: Hub, home: Path
) -> None:
    listing = list_variants(TINY)
    from huggingface_hub.utils import WeakFileLock  # noqa: PLC0415  # slow; only here

    lock = home / "hub" / ".locks" / "models--org--tiny" / f"{sha256(WEIGHTS)}.lock"
    lock.parent.mkdir(parents=True)
    with WeakFileLock(lock), pytest.raises(HubError, match="Another program is downloading"):
        download(listing, listing.pick())


def test_the_hubs_own_program_finds_what_was_downloaded_here(hub: Hub, home: Path) -> None:
    listing = list_variants(TINY)
    path = download(listing, listing.pick())
    from huggingface_hub import scan_cache_dir, try_to_load_from_cache  # noqa: PLC0415  # slow

    found = try_to_load_from_cache("org/tiny", "onnx/model.onnx", cache_dir=home / "hub")
    assert found == str(path)
    scanned = scan_cache_dir(home / "hub")
    assert [repo.repo_id for repo in scanned.repos] == ["org/tiny"]
    assert scanned.warnings == []


def test_a_fresh_process_asks_for_the_list_and_the_files_and_nothing_else(
    hub: Hub, home: Path
) -> None:
    """What the hub's library asks on its own would go to the endpoint known at its import."""
    root = Path(__file__).resolve().parent.parent.parent.parent
    command = [sys.executable, "main.py", "download", "org/tiny", "--yes"]
    subprocess.run(command, cwd=root, check=True, capture_output=True)
    kinds = {path.split("/")[1] for _, path, _ in hub.requests}
    assert kinds == {"api", "org", "large"}
    assert [path for _, path, _ in hub.requests if path.startswith("/api/")] == [
        "/api/models/org/tiny/revision/main?blobs=true"
    ]
    assert {entry.name for entry in home.iterdir()} == {"hub"}
