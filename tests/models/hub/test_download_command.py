"""``main.py download``: sizes first, then the question, then the bytes."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from models.commands.program import run
from tests.helpers.hub_server import Hub, Repository, keep_in_cache

FILES = {
    "config.json": b"{}",
    "onnx/model.onnx": bytes(range(256)) * 8000,
    "onnx/model_fp16.onnx": bytes(range(256)) * 4000,
}
Captured = pytest.CaptureFixture[str]


class Terminal(io.StringIO):
    """Somebody who types."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _tiny(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    hub.repositories["org/tiny"] = Repository(dict(FILES))


def test_yes_downloads_the_usual_variant_and_prints_its_path_alone(
    capsys: Captured, home: Path
) -> None:
    assert run(["download", "org/tiny", "--yes"]) == 0
    said = capsys.readouterr()
    path = Path(said.out.strip())
    assert path.is_relative_to(home)
    assert path.read_bytes() == FILES["onnx/model.onnx"]
    first, *progress = said.err.splitlines()
    assert first == (
        "org/tiny: onnx/model.onnx and its small files, 2.0 MB; 2.0 MB to download. Licence: mit."
    )
    assert progress[-1] == "100%  2.0 MB / 2.0 MB"
    assert len(progress) <= 11


def test_the_variant_can_be_chosen_by_option_or_in_the_name(capsys: Captured) -> None:
    assert run(["download", "org/tiny", "--variant", "fp16", "--yes"]) == 0
    assert capsys.readouterr().out.strip().endswith("onnx/model_fp16.onnx")
    assert run(["download", "org/tiny:fp16"]) == 0  # it is here: nothing to ask
    assert "is on this computer already" in capsys.readouterr().err


def test_without_yes_and_without_anybody_to_ask_nothing_is_downloaded(
    capsys: Captured, hub: Hub, home: Path
) -> None:
    assert run(["download", "org/tiny"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.splitlines()[-1] == (
        "Nothing was downloaded. Add --yes to download 2.0 MB without being asked."
    )
    assert hub.asked("GET", "/resolve/") == []
    assert not home.exists()


@pytest.mark.parametrize(("answer", "status"), [("y\n", 0), ("n\n", 2), ("\n", 2), ("", 2)])
def test_in_a_terminal_it_asks(
    monkeypatch: pytest.MonkeyPatch, hub: Hub, answer: str, status: int
) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal(answer))
    assert run(["download", "org/tiny"]) == status
    assert bool(hub.asked("GET", "/resolve/")) == (status == 0)


def test_list_tells_names_sizes_and_what_is_here(capsys: Captured, home: Path, hub: Hub) -> None:
    keep_in_cache(home, "org/tiny", {k: FILES[k] for k in ("config.json", "onnx/model_fp16.onnx")})
    assert run(["download", "org/tiny", "--list"]) == 0
    full, half = capsys.readouterr().out.splitlines()
    assert full.split()[:4] == ["model", "2.0", "MB", "to"]
    assert half.split()[:4] == ["fp16", "1.0", "MB", "here"]
    assert half.endswith(".")
    assert hub.asked("GET", "/resolve/") == []


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("org/nothing", "There is no model “org/nothing” on"),
        ("https://example.org/a/b", "is not the address of a model on"),
        ("not a name", "cannot be a name on"),
    ],
)
def test_what_cannot_be_downloaded_is_one_sentence_and_status_2(
    capsys: Captured, name: str, sentence: str
) -> None:
    assert run(["download", name, "--yes"]) == 2
    said = capsys.readouterr().err
    assert sentence in said
    assert said.count("\n") == 1


def test_ctrl_c_keeps_what_arrived(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    from models.commands import downloading  # noqa: PLC0415

    def stopped(*_: object, **__: object) -> Path:
        raise KeyboardInterrupt

    monkeypatch.setattr(downloading, "download", stopped)
    assert run(["download", "org/tiny", "--yes"]) == 130
    assert "the same command goes on from there" in capsys.readouterr().err


def test_commands_open_what_was_downloaded_or_say_how(capsys: Captured) -> None:
    assert run(["inspect", "org/tiny"]) == 2
    assert "main.py download org/tiny" in capsys.readouterr().err
