"""What a drop holds, and what is remembered."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QImage

from gui import drops, preferences

pytestmark = pytest.mark.usefixtures("qapp")


def _files(*paths: str) -> QMimeData:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(path) for path in paths])
    return mime


def test_the_first_file_is_used_and_the_others_are_counted(tmp_path: Path) -> None:
    dropped = drops.read(_files(str(tmp_path / "a.jpg"), str(tmp_path / "b.jpg"), "/c.onnx"))
    assert (dropped.kind, dropped.ignored) == ("photo", 2)
    assert dropped.path == tmp_path / "a.jpg"


def test_an_onnx_file_or_a_folder_is_a_model(tmp_path: Path) -> None:
    assert drops.read(_files("/somewhere/Model.ONNX")).kind == "model"
    assert drops.read(_files(str(tmp_path))).kind == "model"


def test_a_picture_without_a_file_arrives_as_its_pixels() -> None:
    mime = QMimeData()
    image = QImage(3, 2, QImage.Format.Format_RGB32)
    image.fill(0xFF336699)
    mime.setImageData(image)
    dropped = drops.read(mime)
    assert dropped.kind == "photo"
    assert dropped.data.startswith(b"\x89PNG")


def test_words_are_a_sentence_and_a_web_address_is_never_fetched() -> None:
    mime = QMimeData()
    mime.setText("Bom dia")
    assert drops.read(mime).text == "Bom dia"
    remote = QMimeData()
    remote.setUrls([QUrl("https://example.org/cat.jpg")])
    assert (drops.read(remote).kind, drops.read(remote).remote) == ("nothing", True)


def test_preferences_come_back_as_they_were_saved(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "preferences.json"
    wanted = preferences.Preferences(language="pt_BR", theme="dark", recent=("/a.onnx",))
    assert preferences.save(path, wanted)
    assert preferences.load(path) == wanted


@pytest.mark.parametrize("garbage", ["", "{", "[]", '{"version": 99}', "\x00\x01", "null"])
def test_garbage_starts_clean_and_is_kept_beside(tmp_path: Path, garbage: str) -> None:
    path = tmp_path / "preferences.json"
    path.write_text(garbage, encoding="utf-8")
    assert preferences.load(path) == preferences.Preferences()
    assert path.with_suffix(".bak").read_text(encoding="utf-8") == garbage


def test_a_folder_that_cannot_be_written_is_no_reason_to_complain(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("x", encoding="utf-8")
    assert not preferences.save(blocked / "preferences.json", preferences.Preferences())


def test_recent_models_have_no_doubles_and_an_end() -> None:
    kept = preferences.Preferences()
    for name in (*"abcdefghij", "c"):
        kept = kept.with_recent(name)
    assert kept.recent[0] == "c"
    assert len(kept.recent) == len(set(kept.recent)) == preferences.RECENT
