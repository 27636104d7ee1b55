"""Opening what the hub's cache holds: by name, offline, through links, with weights beside it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from models.api import open_model
from models.errors import ModelFileError, NotDownloadedError
from models.hub.download import download
from models.hub.reference import HubReference
from models.hub.remote import list_variants
from models.library import names_a_model, resolve
from tests.helpers.hub_server import Hub, Repository, keep_in_cache
from tests.helpers.tiny_models import save_text_model
from tests.helpers.tiny_repository import tiny_repository

ROOT = Path(__file__).resolve().parent.parent.parent.parent


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return tiny_repository(tmp_path_factory.mktemp("tiny"))


def test_a_model_whose_file_and_weights_are_links_into_blobs_runs(
    hub: Hub, home: Path, files: dict[str, bytes]
) -> None:
    snapshot = keep_in_cache(home, "org/tiny", files)
    assert (snapshot / "onnx" / "model.onnx_data").is_symlink()
    model = open_model("org/tiny")
    record = model.run_text("o gato")
    weights = record.layers[0].weights()
    np.testing.assert_allclose(weights.sum(axis=-1), 1, atol=1e-6)
    assert max(d for d in model.verify() if d is not None) < 1e-5
    plain = open_model("org/tiny", variant="fp16").run_text("o gato")
    np.testing.assert_allclose(weights, plain.layers[0].weights(), atol=1e-6)
    assert hub.requests == []


def test_its_small_files_its_names_and_its_licence_are_found(
    hub: Hub, home: Path, files: dict[str, bytes]
) -> None:
    snapshot = keep_in_cache(home, "org/tiny", files)
    found = resolve("org/tiny")
    assert found.onnx == snapshot / "onnx" / "model.onnx"
    assert found.tokenizer == snapshot / "tokenizer.json"
    assert found.config.text("model_type") == "bert"
    assert (found.name, found.reference, found.licence) == ("org/tiny", "org/tiny", "cc-by-4.0")
    assert [path.name for path in found.others] == ["model_fp16.onnx"]
    other = resolve("https://huggingface.co/org/tiny", variant="fp16")
    assert (other.name, other.reference) == ("org/tiny/model_fp16", "org/tiny:fp16")
    assert resolve("org/tiny:fp16").onnx == other.onnx
    assert resolve(other.reference).onnx == other.onnx


def test_opening_never_downloads_and_says_how_to(hub: Hub) -> None:
    with pytest.raises(NotDownloadedError) as caught:
        open_model("org/tiny")
    assert "main.py download org/tiny" in str(caught.value)
    assert caught.value.reference == "org/tiny"
    assert hub.requests == []


def test_what_was_downloaded_opens_and_runs(hub: Hub, files: dict[str, bytes]) -> None:
    hub.repositories["org/tiny"] = Repository(files)
    listing = list_variants(HubReference("org/tiny"))
    path = download(listing, listing.pick())
    hub.status = 500
    assert open_model("org/tiny").files.onnx == path
    assert open_model(path).run_text("o gato").tokens
    with pytest.raises(NotDownloadedError) as caught:
        open_model("org/tiny", variant="fp16")
    assert "“fp16” of “org/tiny” is not on this computer; these are: model." in str(caught.value)
    assert caught.value.reference == "org/tiny:fp16"


def test_a_local_folder_wins_over_a_name_on_the_hub(
    home: Path, files: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HOME", str(home))
    keep_in_cache(home, "org/tiny", files)
    local = tmp_path / "org" / "tiny"
    local.mkdir(parents=True)
    (local / "model.onnx").write_bytes(files["onnx/model_fp16.onnx"])
    monkeypatch.chdir(tmp_path)
    assert resolve("org/tiny").onnx == Path("org/tiny/model.onnx")


def test_an_older_state_opens_where_the_newest_has_no_model(
    hub: Hub, home: Path, files: dict[str, bytes]
) -> None:
    old = keep_in_cache(home, "org/tiny", files, commit="b" * 40)
    keep_in_cache(home, "org/tiny", {"config.json": b"{}"}, commit="c" * 40)
    assert resolve("org/tiny").onnx.is_relative_to(old)
    with pytest.raises(NotDownloadedError):
        resolve("org/tiny@v2")


def test_hf_hub_cache_and_xdg_say_where_the_cache_is(
    files: dict[str, bytes], tmp_path: Path, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_in_cache(tmp_path / "a", "org/tiny", files)
    keep_in_cache(tmp_path / "b" / "huggingface", "org/other", files)
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "a" / "hub"))
    assert resolve("org/tiny").name == "org/tiny"
    monkeypatch.delenv("HF_HUB_CACHE")
    monkeypatch.delenv("HF_HOME")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "b"))
    assert resolve("org/other").name == "org/other"


def test_broken_links_are_not_offered(hub: Hub, home: Path, files: dict[str, bytes]) -> None:
    snapshot = keep_in_cache(home, "org/tiny", files)
    (snapshot / "onnx" / "model.onnx").resolve().unlink()
    assert resolve("org/tiny").onnx.name == "model_fp16.onnx"


def test_addresses_elsewhere_are_refused_by_name() -> None:
    with pytest.raises(ModelFileError, match="not the address of a model"):
        resolve("https://example.org/model.onnx")


def test_on_the_command_line_a_name_of_the_hub_is_meant_as_a_model(tmp_path: Path) -> None:
    assert names_a_model("org/name")
    assert names_a_model("https://huggingface.co/org/name")
    assert not names_a_model("O gato está no telhado")
    assert not names_a_model("sim/não")
    assert not names_a_model("https://example.org/x")


def test_opening_a_local_model_imports_nothing_of_the_hub(tmp_path: Path) -> None:
    save_text_model(tmp_path / "model.onnx")
    script = (
        "import sys; sys.path.insert(0, sys.argv[1]);"
        "from models.api import open_model; open_model(sys.argv[2]);"
        "print([m for m in sys.modules if m.startswith(('huggingface_hub', 'httpx'))])"
    )
    said = subprocess.run(
        [sys.executable, "-c", script, str(ROOT), str(tmp_path / "model.onnx")],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "ORT_DISABLE_TELEMETRY": "1"},
    )
    assert said.stdout.strip() == "[]"
