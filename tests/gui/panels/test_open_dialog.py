"""Opening a model by name, address or folder: sizes first, then bytes, and every way it ends."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gui.messages import Message
from gui.panels.open_dialog import OpenDialog
from gui.theme import DARK
from models.hub.cache import cached_repositories
from models.i18n import set_language
from tests.helpers.hub_server import Hub, Repository, keep_in_cache, serving

WEIGHTS = b"".join(i.to_bytes(4, "little") for i in range(500_000))
FILES = {
    "config.json": b"{}",
    "onnx/model.onnx": WEIGHTS,
    "onnx/model_fp16.onnx": WEIGHTS[:1_000_000],
    "onnx/model_quantized.onnx": WEIGHTS[:500_000],
}
LEFT, KEY = Qt.MouseButton.LeftButton, Qt.Key


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "huggingface"


@pytest.fixture
def hub(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    with serving(home, monkeypatch) as running:
        running.repositories["org/tiny"] = Repository(dict(FILES), licence="apache-2.0")
        yield running


@pytest.fixture
def dialog(qtbot: QtBot, hub: Hub) -> Iterator[OpenDialog]:
    made = OpenDialog()
    qtbot.addWidget(made)
    yield made
    made.shut()


def _ask(dialog: OpenDialog, qtbot: QtBot, written: str) -> None:
    """Type a name and press Return, as people do, and wait for the answer."""
    dialog.ask()
    if written.isascii():
        qtbot.keyClicks(dialog.field, written)
    else:
        dialog.field.insert(written)  # QTest types ASCII only
    qtbot.keyClick(dialog.field, KEY.Key_Return)
    _wait(dialog, qtbot)


def _wait(dialog: OpenDialog, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not dialog.stop_button.isVisible(), timeout=20_000)


def _cells(dialog: OpenDialog, column: int) -> list[str]:
    table = dialog.table
    items = [table.item(row, column) for row in range(table.rowCount())]
    return [item.text() for item in items if item is not None]


def _select(dialog: OpenDialog, qtbot: QtBot, row: int) -> None:
    item = dialog.table.item(row, 0)
    assert item is not None
    place = dialog.table.visualItemRect(item).center()
    qtbot.mouseClick(dialog.table.viewport(), LEFT, pos=place)


def _said(dialog: OpenDialog) -> str:
    return " ".join(strip.message.sentence for strip in dialog.messages.strips)


def test_a_name_lists_variants_with_sizes_and_downloads_nothing(
    dialog: OpenDialog, qtbot: QtBot, hub: Hub, home: Path
) -> None:
    _ask(dialog, qtbot, "org/tiny")
    assert _cells(dialog, 0) == ["model", "fp16", "quantized"]
    assert _cells(dialog, 1) == ["2.0 MB", "1.0 MB", "500 kB"]
    assert _cells(dialog, 2) == ["to download"] * 3
    assert all(words.endswith(".") for words in _cells(dialog, 3))
    assert dialog.heading.text() == "org/tiny · 3 variants · licence apache-2.0"
    assert dialog.open_button.text() == "Download 2.0 MB and open"
    assert dialog.total.text().startswith("2.0 MB of 2.0 MB to download from 127.0.0.1")
    assert hub.asked("GET", "/resolve/") == []
    assert not home.exists()


def test_opening_the_dialog_asks_nothing_of_the_network(
    dialog: OpenDialog, qtbot: QtBot, hub: Hub
) -> None:
    dialog.ask("org/tiny")
    with qtbot.waitSignal(dialog.work.suggested):
        dialog.work.suggest()
    assert hub.requests == []
    assert dialog.table.rowCount() == 0
    assert not dialog.open_button.isEnabled()


def test_the_selected_variant_is_downloaded_and_then_opened(
    dialog: OpenDialog, qtbot: QtBot, hub: Hub
) -> None:
    _ask(dialog, qtbot, "org/tiny")
    _select(dialog, qtbot, 1)
    assert dialog.open_button.text() == "Download 1.0 MB and open"
    with qtbot.waitSignal(dialog.chosen, timeout=20_000) as chosen:
        qtbot.mouseClick(dialog.open_button, LEFT)
        assert dialog.progress.isVisible()
        assert not dialog.open_button.isEnabled()
    assert chosen.args == ["org/tiny:fp16"]
    assert not dialog.isVisible()
    assert len(hub.asked("GET", "/large/")) == 1
    assert cached_repositories() == ("org/tiny",)


def test_an_address_selects_the_variant_it_points_to(dialog: OpenDialog, qtbot: QtBot) -> None:
    _ask(dialog, qtbot, "https://huggingface.co/org/tiny/blob/main/onnx/model_quantized.onnx")
    assert dialog.table.variant is not None
    assert dialog.table.variant.name == "quantized"


def test_what_is_here_is_marked_selected_and_opens_without_the_network(
    dialog: OpenDialog, qtbot: QtBot, hub: Hub, home: Path
) -> None:
    here = {name: FILES[name] for name in ("config.json", "onnx/model_quantized.onnx")}
    keep_in_cache(home, "org/tiny", here)
    _ask(dialog, qtbot, "org/tiny")
    assert _cells(dialog, 2) == ["to download", "to download", "✓ here"]
    assert dialog.open_button.text() == "Open"
    with qtbot.waitSignal(dialog.chosen) as chosen:
        qtbot.mouseClick(dialog.open_button, LEFT)
    assert chosen.args == ["org/tiny:quantized"]
    assert hub.asked("GET", "/resolve/") == []


def test_what_is_here_can_be_opened_before_the_hub_has_answered(
    dialog: OpenDialog, qtbot: QtBot, hub: Hub, home: Path
) -> None:
    keep_in_cache(home, "org/tiny", FILES)
    hub.silent = True
    dialog.ask("org/tiny", look=True)
    qtbot.waitUntil(lambda: dialog.table.rowCount() == 3, timeout=20_000)
    assert dialog.stop_button.isVisible()  # still asking
    with qtbot.waitSignal(dialog.chosen) as chosen:
        qtbot.keyClick(dialog.table, KEY.Key_Return)
    assert chosen.args == ["org/tiny"]


def test_stop_keeps_what_arrived_and_the_button_offers_to_go_on(
    dialog: OpenDialog, qtbot: QtBot, hub: Hub
) -> None:
    hub.pause_after = 1_200_000
    _ask(dialog, qtbot, "org/tiny")
    qtbot.mouseClick(dialog.open_button, LEFT)
    qtbot.waitUntil(lambda: "1.0 MB" in dialog.progress.text(), timeout=20_000)
    qtbot.mouseClick(dialog.stop_button, LEFT)
    _wait(dialog, qtbot)
    assert dialog.table.variant is not None
    assert dialog.table.variant.started
    assert _cells(dialog, 2)[0].endswith("% here")
    assert dialog.open_button.text().startswith("Go on: download ")
    hub.released.set()
    hub.pause_after = 0
    with qtbot.waitSignal(dialog.chosen, timeout=20_000) as chosen:
        qtbot.mouseClick(dialog.open_button, LEFT)
    assert chosen.args == ["org/tiny"]
    assert hub.asked("GET", "/large/")[-1]["range"].startswith("bytes=")


def test_esc_stops_the_download_first_and_closes_only_then(
    dialog: OpenDialog, qtbot: QtBot, hub: Hub
) -> None:
    hub.pause_after = 600_000
    _ask(dialog, qtbot, "org/tiny")
    qtbot.mouseClick(dialog.open_button, LEFT)
    assert hub.paused.wait(10)
    qtbot.keyClick(dialog, KEY.Key_Escape)
    assert dialog.isVisible()
    _wait(dialog, qtbot)
    qtbot.keyClick(dialog, KEY.Key_Escape)
    assert not dialog.isVisible()


def test_closing_during_a_download_stops_it_and_keeps_the_part(
    dialog: OpenDialog, qtbot: QtBot, hub: Hub, home: Path
) -> None:
    hub.pause_after = 1_200_000
    chosen: list[str] = []
    dialog.chosen.connect(chosen.append)
    _ask(dialog, qtbot, "org/tiny")
    qtbot.mouseClick(dialog.open_button, LEFT)
    qtbot.waitUntil(lambda: "1.0 MB" in dialog.progress.text(), timeout=20_000)
    dialog.shut()
    hub.released.set()
    parts = list(home.rglob("*.incomplete"))
    assert [WEIGHTS.startswith(part.read_bytes()) for part in parts] == [True]
    assert parts[0].stat().st_size > 500_000
    assert chosen == []


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("org/nothing", "There is no model “org/nothing” on"),
        ("org/torch", "optimum-cli export onnx --model org/torch exported/"),
        ("https://example.org/a/b", "is not the address of a model on"),
        ("what is this", "cannot be a name on"),
    ],
)
def test_what_cannot_be_listed_is_said_inside_and_the_dialog_stays(
    dialog: OpenDialog, qtbot: QtBot, hub: Hub, written: str, sentence: str
) -> None:
    hub.repositories["org/torch"] = Repository({"model.safetensors": bytes(9000)})
    _ask(dialog, qtbot, written)
    assert sentence in _said(dialog)
    assert dialog.isVisible()
    assert dialog.field.text() == written
    _ask(dialog, qtbot, "org/tiny")
    assert _said(dialog) == ""
    assert dialog.table.rowCount() == 3


def test_a_hub_out_of_reach_still_shows_what_is_here(
    dialog: OpenDialog, qtbot: QtBot, hub: Hub, home: Path
) -> None:
    keep_in_cache(home, "org/tiny", FILES)
    hub.status = 503
    _ask(dialog, qtbot, "org/tiny")
    assert "is out of reach: only what is on this computer is listed." in _said(dialog)
    assert _cells(dialog, 2) == ["✓ here"] * 3
    assert dialog.open_button.isEnabled()


def test_a_download_that_fails_is_said_inside_and_can_be_tried_again(
    dialog: OpenDialog, qtbot: QtBot, hub: Hub
) -> None:
    _ask(dialog, qtbot, "org/tiny")
    hub.status = 503
    qtbot.mouseClick(dialog.open_button, LEFT)
    _wait(dialog, qtbot)
    assert "is out of reach" in _said(dialog)
    hub.status = 0
    with qtbot.waitSignal(dialog.chosen, timeout=20_000):
        qtbot.mouseClick(dialog.open_button, LEFT)


def test_models_downloaded_before_are_offered_and_looked_up_with_a_click(
    dialog: OpenDialog, qtbot: QtBot, home: Path
) -> None:
    keep_in_cache(home, "org/tiny", FILES)
    keep_in_cache(home, "org/not-onnx", {"model.safetensors": b"x"})
    dialog.ask()
    qtbot.waitUntil(lambda: dialog.names.rowCount() > 0, timeout=10_000)
    assert dialog.names.stringList() == ["org/tiny"]
    assert dialog.heading.text() == "Downloaded before"
    place = dialog.known.visualRect(dialog.names.index(0)).center()
    qtbot.mouseClick(dialog.known.viewport(), LEFT, pos=place)
    _wait(dialog, qtbot)
    assert dialog.table.rowCount() == 3


def test_a_folder_with_several_models_is_listed_the_same_way(
    dialog: OpenDialog, qtbot: QtBot, hub: Hub, tmp_path: Path
) -> None:
    folder = tmp_path / "several ç"
    (folder / "onnx").mkdir(parents=True)
    for name in ("model.onnx", "model_q4.onnx"):
        (folder / "onnx" / name).write_bytes(WEIGHTS[:2000])
    _ask(dialog, qtbot, str(folder))
    assert _cells(dialog, 0) == ["model", "q4"]
    assert dialog.heading.text() == "several ç · 2 variants"
    _select(dialog, qtbot, 1)
    with qtbot.waitSignal(dialog.chosen) as chosen:
        qtbot.mouseClick(dialog.open_button, LEFT)
    assert chosen.args == [str(folder / "onnx" / "model_q4.onnx")]
    assert hub.requests == []


def test_a_folder_with_one_model_opens_without_showing_the_dialog(
    dialog: OpenDialog, qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "model.onnx").write_bytes(b"x")
    with qtbot.waitSignal(dialog.chosen, timeout=10_000) as chosen:
        dialog.choose(str(tmp_path))
    assert chosen.args == [str(tmp_path / "model.onnx")]
    assert not dialog.isVisible()


def test_a_folder_with_several_models_brings_the_dialog_up(
    dialog: OpenDialog, qtbot: QtBot, tmp_path: Path
) -> None:
    for name in ("model.onnx", "model_fp16.onnx"):
        (tmp_path / name).write_bytes(b"x")
    dialog.choose(str(tmp_path))
    qtbot.waitUntil(dialog.isVisible, timeout=10_000)
    assert dialog.open_button.text() == "Open"


def test_what_is_wrong_with_a_folder_is_told_to_the_window_when_nothing_is_shown(
    dialog: OpenDialog, qtbot: QtBot, tmp_path: Path
) -> None:
    with qtbot.waitSignal(dialog.refused, timeout=10_000) as refused:
        dialog.choose(str(tmp_path))
    assert refused.args is not None
    message = refused.args[0]
    assert isinstance(message, Message)
    assert "There is no .onnx file in the folder" in message.sentence
    assert not dialog.isVisible()


def test_a_file_opens_at_once(dialog: OpenDialog, qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "bert.onnx"
    path.write_bytes(b"x")
    dialog.ask()
    with qtbot.waitSignal(dialog.chosen, timeout=10_000) as chosen:
        qtbot.keyClicks(dialog.field, str(path))
        qtbot.keyClick(dialog.field, KEY.Key_Return)
    assert chosen.args == [str(path)]


def test_every_control_has_a_name_and_the_words_follow_the_language(
    dialog: OpenDialog, qtbot: QtBot
) -> None:
    _ask(dialog, qtbot, "org/tiny")
    for widget in (dialog.field, dialog.table, dialog.known, dialog.progress):
        assert widget.accessibleName()
    english = dialog.close_button.text()
    set_language("pt_BR")
    dialog.retranslate()
    dialog.set_theme(DARK)
    assert _cells(dialog, 1)[0] == "2,0 MB"
    assert dialog.table.rowCount() == 3
    set_language("en")
    dialog.retranslate()
    assert dialog.close_button.text() == english
