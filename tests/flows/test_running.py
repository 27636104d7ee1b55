"""Choosing what models run on, in the whole window, with providers that are not really there."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from gui.app import Program
from models.encoded import Notice
from models.providers import trying
from models.providers.candidates import CPU_CANDIDATE, Candidate
from models.providers.options import CPU
from tests.flows.conftest import START, Opener

GONE = "LostExecutionProvider:GPU"  # passed its trial once, and fails now
FOUND = (
    CPU_CANDIDATE,
    Candidate(GONE, "GPU", "A card"),
    Candidate("CUDAExecutionProvider", "GPU", why_not=Notice("It is not installed.")),
)


@pytest.fixture(autouse=True)
def _found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trying, "candidates", lambda **_: FOUND)
    known = {candidate.provider: candidate.provider for candidate in FOUND}
    monkeypatch.setattr(trying, "chosen", lambda written, **_: known.get(written, CPU))


def said(program: Program) -> list[str]:
    strips = program.window.messages.strips
    return [strip.message.sentence for strip in strips if strip.message.kind == "warning"]


def test_a_provider_that_fails_leaves_input_pin_layer_and_heads_and_a_banner(
    program: Program, qtbot: QtBot, tmp_path: Path
) -> None:
    do = program.controller
    do.pick_layer(4)
    do.pick_heads((2,))
    do.click_token(2)
    before, text = do.bench.state, do.bench.text
    menu = program.run_on.menu
    menu.aboutToShow.emit()
    qtbot.waitUntil(lambda: len(menu.actions()) > 2, timeout=20_000)
    with qtbot.waitSignal(do.record_changed, timeout=60_000):
        menu.actions()[1].trigger()
    now = do.bench.state
    assert (now.layer, now.heads, now.pinned) == (before.layer, before.heads, before.pinned)
    assert do.bench.text == text
    assert program.window.status.provider.text() == "CPU"
    assert any("Lost (GPU) failed" in sentence for sentence in said(program))
    stored = json.loads((tmp_path / "preferences.json").read_text("utf-8"))
    assert stored["provider"] == GONE


def test_a_program_started_on_what_is_gone_runs_on_the_cpu_and_says_so(
    open_program: Opener,
) -> None:
    program = open_program(replace(START, provider=GONE))
    assert program.window.status.provider.text() == "CPU"
    assert "382 operators on CPUExecutionProvider" in program.window.status.provider.toolTip()
    assert any("runs on the CPU" in sentence for sentence in said(program))
