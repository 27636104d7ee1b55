"""Corrections in the file that the window keeps, and in those that scripts pass."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from models.corrections import NONE, Corrections
from models.errors import InputError
from models.remembered import corrections_in, recall, remember

ONE, OTHER = "1" * 64, "2" * 64
FOURTEEN = Corrections(patch_size=(14, 14), special_before=())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config" / "corrections.json"


def test_each_model_has_its_own_and_is_forgotten_alone(path: Path) -> None:
    assert recall(path, ONE) == NONE
    assert remember(path, ONE, FOURTEEN, model="tiny")
    assert remember(path, OTHER, Corrections(token_limit=64))
    assert recall(path, ONE) == FOURTEEN
    assert recall(path, OTHER).token_limit == 64
    assert remember(path, ONE, NONE)
    assert recall(path, ONE) == NONE
    assert recall(path, OTHER).token_limit == 64
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[1]", b"\xff\xfe", b'{"version": 2, "models": {}}', b'{"version": 1}'],
)
def test_what_cannot_be_read_is_kept_beside_when_something_is_written(
    path: Path, content: bytes
) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    assert recall(path, ONE) == NONE
    assert path.read_bytes() == content
    assert remember(path, ONE, FOURTEEN)
    assert recall(path, ONE) == FOURTEEN
    assert path.with_suffix(".bak").read_bytes() == content


def test_one_models_nonsense_is_nothing_and_leaves_the_others(path: Path) -> None:
    remember(path, ONE, FOURTEEN)
    stored = json.loads(path.read_text())
    stored["models"][OTHER] = {"patch_size": -1}
    path.write_text(json.dumps(stored))
    assert recall(path, OTHER) == NONE
    assert recall(path, ONE) == FOURTEEN


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert not remember(tmp_path / "file" / "corrections.json", ONE, FOURTEEN)


def test_a_script_passes_plain_corrections(tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    file.write_text('{"patch_size": 14, "special_before": []}')
    assert corrections_in(file, ONE) == FOURTEEN


def test_a_script_may_pass_what_the_window_remembered(path: Path) -> None:
    remember(path, ONE, FOURTEEN, model="tiny")
    assert corrections_in(path, ONE) == FOURTEEN
    assert corrections_in(path, OTHER) == NONE


@pytest.mark.parametrize("content", ["", "[]", '{"patch": 14}', '{"patch_size": "no"}'])
def test_a_script_is_told_what_makes_no_sense(tmp_path: Path, content: str) -> None:
    file = tmp_path / "mine.json"
    file.write_text(content)
    with pytest.raises(InputError):
        corrections_in(file, ONE)


def test_a_missing_file_is_named_with_an_example(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"“mine\.json” cannot be read") as caught:
        corrections_in(tmp_path / "mine.json", ONE)
    assert '{"patch_size": 14}' in str(caught.value)
