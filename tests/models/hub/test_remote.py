"""What the hub says, what it refuses, and what happens when it says nothing."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from models.errors import CancelledError, HubError, HubOutOfReachError, ModelFileError
from models.hub.reference import HubReference
from models.hub.remote import list_variants
from models.runtime import Cancel
from tests.helpers.hub_server import Hub, Repository, keep_in_cache

SECRET = "hf_secret"  # noqa: S105  # of the imitation
TINY = HubReference("org/tiny")
FILES = {
    "config.json": b"{}",
    "onnx/model.onnx": bytes(range(256)) * 40,
    "onnx/model_fp16.onnx": bytes(range(256)) * 20,
    "pytorch_model.bin": bytes(9000),
}


@pytest.fixture(autouse=True)
def _tiny(hub: Hub) -> None:
    hub.repositories["org/tiny"] = Repository(dict(FILES), licence="apache-2.0")


def test_one_request_tells_every_variant_and_its_size_and_downloads_nothing(
    hub: Hub, home: Path
) -> None:
    listing = list_variants(TINY)
    assert [(v.name, v.bytes, v.cached) for v in listing.variants] == [
        ("model", 10242, False),
        ("fp16", 5122, False),
    ]
    assert (listing.place, listing.licence, listing.commit) == ("hub", "apache-2.0", "a" * 40)
    assert [path for _, path, _ in hub.requests] == [
        "/api/models/org/tiny/revision/main?blobs=true"
    ]
    assert not home.exists()


def test_where_the_list_has_no_sizes_they_are_asked_for_needed_files_alone(hub: Hub) -> None:
    hub.sizes = False
    assert [v.bytes for v in list_variants(TINY).variants] == [10242, 5122]
    asked = [path.rsplit("/", 1)[1] for method, path, _ in hub.requests if method == "HEAD"]
    assert sorted(asked) == ["config.json", "model.onnx", "model_fp16.onnx"]


def test_what_the_cache_has_is_marked(hub: Hub, home: Path) -> None:
    keep_in_cache(home, "org/tiny", {k: FILES[k] for k in ("config.json", "onnx/model_fp16.onnx")})
    assert [(v.name, v.cached) for v in list_variants(TINY).variants] == [
        ("model", False),
        ("fp16", True),
    ]


def test_a_file_that_did_not_change_between_two_states_is_not_downloaded_again(
    hub: Hub, home: Path
) -> None:
    keep_in_cache(home, "org/tiny", FILES, commit="b" * 40)
    assert all(variant.cached for variant in list_variants(TINY).variants)


def test_the_only_token_that_is_sent_is_the_one_in_the_environment(
    hub: Hub, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.mkdir()
    (home / "token").write_text("hf_of_another_program", encoding="ascii")
    hub.repositories["org/tiny"].token = SECRET
    with pytest.raises(HubError, match="HF_TOKEN"):
        list_variants(TINY)
    assert "authorization" not in hub.requests[-1][2]
    monkeypatch.setenv("HF_TOKEN", SECRET)
    assert len(list_variants(TINY).variants) == 2
    assert hub.requests[-1][2]["authorization"] == "Bearer hf_secret"


@pytest.mark.parametrize(
    ("token", "repo", "sentence"),
    [
        ("", "org/nothing", "There is no model “org/nothing” on 127.0.0.1"),
        ("hf_x", "org/nothing", "There is no model “org/nothing” on 127.0.0.1"),
        ("", "org/private", "There is no model “org/private” on 127.0.0.1"),
        ("hf_old", "org/private", "does not accept the token in HF_TOKEN."),
    ],
)
def test_a_missing_or_private_repository_says_how_to_give_a_token(
    hub: Hub, monkeypatch: pytest.MonkeyPatch, token: str, repo: str, sentence: str
) -> None:
    hub.repositories["org/private"] = Repository(dict(FILES), token=SECRET)
    if token:
        monkeypatch.setenv("HF_TOKEN", token)
    with pytest.raises(HubError) as caught:
        list_variants(HubReference(repo))
    assert sentence in str(caught.value)
    assert "token" in str(caught.value)
    assert not isinstance(caught.value, HubOutOfReachError)


def test_a_revision_that_does_not_exist_is_named() -> None:
    with pytest.raises(HubError, match="“org/tiny” has no revision “v9” on"):
        list_variants(HubReference("org/tiny", "v9"))


def test_a_repository_without_onnx_says_how_to_export(hub: Hub) -> None:
    hub.repositories["org/torch"] = Repository({"model.safetensors": bytes(5000)})
    with pytest.raises(ModelFileError) as caught:
        list_variants(HubReference("org/torch"))
    assert "optimum-cli export onnx --model org/torch exported/" in str(caught.value)


@pytest.mark.parametrize("status", [500, 503, 504, 429])
def test_a_hub_that_cannot_answer_now_leaves_what_is_here(
    hub: Hub, home: Path, status: int
) -> None:
    hub.status = status
    with pytest.raises(HubOutOfReachError):
        list_variants(TINY)
    keep_in_cache(home, "org/tiny", FILES)
    listing = list_variants(TINY)
    assert listing.place == "cache"
    assert all(variant.cached for variant in listing.variants)
    assert len(listing.notices) == 1


@pytest.mark.parametrize("answer", [b"<html>Log in</html>", b"[]", b"{}", b"null", b'{"id": 3}'])
def test_a_login_page_in_place_of_the_hub_is_told_from_the_hub(
    hub: Hub, home: Path, answer: bytes
) -> None:
    hub.garbage = answer
    with pytest.raises(HubOutOfReachError, match="Something other than 127"):
        list_variants(TINY)
    keep_in_cache(home, "org/tiny", FILES)
    assert list_variants(TINY).place == "cache"


def test_nobody_listening_is_said_quickly(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    list_variants_once = time.monotonic()
    with pytest.raises(HubOutOfReachError) as caught:
        list_variants(TINY)
    assert time.monotonic() - list_variants_once < 5
    assert str(caught.value) == (
        "127.0.0.1:9 is out of reach. Models that are already on this computer still open."
    )


def test_a_hub_that_accepts_and_says_nothing_is_left_after_the_limit(hub: Hub) -> None:
    list_variants(TINY)  # what must be imported is
    hub.silent = True
    began = time.monotonic()
    with pytest.raises(HubOutOfReachError):
        list_variants(TINY, seconds=0.3)
    assert time.monotonic() - began < 2
    assert len(hub.asked("GET", "/api/")) == 2  # no second try, no back-off


def test_cancel_ends_the_wait_at_once(hub: Hub) -> None:
    hub.silent = True
    cancel = Cancel()
    timer = threading.Timer(0.2, cancel.cancel)
    timer.start()
    began = time.monotonic()
    with pytest.raises(CancelledError):
        list_variants(TINY, cancel=cancel, seconds=20)
    assert time.monotonic() - began < 5
    timer.join()


def test_hf_hub_offline_asks_nothing(hub: Hub, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(HubOutOfReachError, match="HF_HUB_OFFLINE"):
        list_variants(TINY)
    keep_in_cache(home, "org/tiny", FILES)
    assert list_variants(TINY).place == "cache"
    assert hub.requests == []


@pytest.mark.parametrize(
    "path", ["../evil.onnx", "/etc/evil.onnx", "a\\..\\evil.onnx", "C:evil.onnx"]
)
def test_paths_that_leave_the_folder_are_not_listed(hub: Hub, path: str) -> None:
    hub.repositories["org/tiny"].files[path] = b"x"
    assert {v.path for v in list_variants(TINY).variants} == {
        "onnx/model.onnx",
        "onnx/model_fp16.onnx",
    }


def test_an_answer_without_a_sound_commit_is_no_answer(hub: Hub) -> None:
    hub.repositories["org/tiny"].commit = "../../.."
    with pytest.raises(HubOutOfReachError):
        list_variants(TINY)
