"""The program as a person meets it: an X server, a real mouse, a real drag and drop."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageChops, ImageGrab

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 60.0
TOOLS = ("Xvfb", "xdotool")

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux") or any(shutil.which(tool) is None for tool in TOOLS),
    reason="needs Linux with Xvfb and xdotool",
)


def until(reached: Callable[[], bool], what: str) -> None:
    """Poll another process: there is no signal to wait for across that border."""
    end = time.monotonic() + PATIENCE
    while not reached():
        assert time.monotonic() < end, f"waited in vain for: {what}"
        time.sleep(0.05)


class Screen:
    """One X server and the program on it."""

    def __init__(self, tmp_path: Path) -> None:
        read, write = os.pipe()
        self.server = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", "1400x900x24", "-nolisten", "tcp"],
            pass_fds=(write,),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(write)
        with os.fdopen(read) as display:
            self.display = ":" + display.readline().strip()
        home = tmp_path / "home"
        home.mkdir()
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("XDG_", "WAYLAND"))},
            "DISPLAY": self.display,
            "QT_QPA_PLATFORM": "xcb",
            "HOME": str(home),
            "LANG": "en_US.UTF-8",
        }
        self.children: list[subprocess.Popen[str]] = []

    def start(self, *command: str) -> subprocess.Popen[str]:
        child = subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.children.append(child)
        return child

    def xdotool(self, *words: str | int) -> str:
        done = subprocess.run(
            ["xdotool", *map(str, words)],
            env=self.environment,
            check=True,
            capture_output=True,
            text=True,
            timeout=30,
        )
        return done.stdout.strip()

    def window(self) -> str:
        return self.xdotool("search", "--onlyvisible", "--name", "Mirante").split()[-1]

    def title(self) -> str:
        return self.xdotool("getwindowname", self.window())

    def picture(self) -> Image.Image:
        return ImageGrab.grab(xdisplay=self.display).convert("RGB")

    def close(self) -> None:
        for child in self.children:
            child.terminate()
            child.communicate(timeout=30)
        self.server.terminate()
        self.server.wait(30)


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Screen]:
    screen = Screen(tmp_path)
    yield screen
    screen.close()


def _wait_for_first_row(program: subprocess.Popen[str]) -> dict[str, float]:
    reached: dict[str, float] = {}
    assert program.stdout is not None
    for line in program.stdout:
        if line.startswith("{"):
            milestone = json.loads(line)
            reached[milestone["milestone"]] = milestone["seconds"]
        if "first_row" in reached:
            return reached
    pytest.fail(f"the program ended before its first row: {reached}")


def _changed(before: Image.Image, after: Image.Image) -> int:
    return int(np.asarray(ImageChops.difference(before, after)).any(axis=2).sum())


def test_a_person_types_clicks_drops_a_photo_and_comes_back(screen: Screen) -> None:
    program = screen.start("main.py", "--timings", "--language", "en", "--theme", "light")
    reached = _wait_for_first_row(program)
    assert list(reached) == ["window_shown", "model_ready", "first_row"]
    until(lambda: "telhado" in screen.title(), "the first sentence in the title")
    window = screen.window()
    screen.xdotool("windowmove", "--sync", window, 0, 0)

    # Click another layer by key, then a token by mouse: the picture of the row changes.
    before = screen.picture()
    screen.xdotool("key", "--window", window, "alt+Down")
    until(lambda: _changed(before, screen.picture()) > 500, "another layer on screen")

    # Type a sentence over the old one.
    screen.xdotool("mousemove", 400, 93, "click", "--repeat", 3, 1)
    screen.xdotool("type", "--delay", 5, "The cat sleeps on the roof")
    until(lambda: "sleeps" in screen.title(), "the typed sentence in the title")

    # Drop a photo: the window follows.
    photo = ROOT / "assets" / "images" / "coffee.jpg"
    source = screen.start(
        str(ROOT / "tests" / "helpers" / "drag_source.py"), str(photo), "1230", "835"
    )
    assert source.stdout is not None
    assert source.stdout.readline().strip() == "ready"
    before = screen.picture()
    screen.xdotool("mousemove", 1280, 860, "mousedown", 1)
    for x, y in ((1200, 800), (900, 600), (600, 480), (590, 470), (580, 460)):
        screen.xdotool("mousemove", "--sync", x, y)
    until(lambda: _changed(before, screen.picture()) > 200_000, "the sign that it may be dropped")
    screen.xdotool("mouseup", 1)
    until(lambda: "coffee" in screen.title(), "the photo's name in the title")

    # Return in the sentence field goes back to the text, which is still there.
    screen.xdotool("windowfocus", "--sync", window)  # what a window manager would do
    screen.xdotool("mousemove", 400, 98, "click", 1, "key", "Return")
    until(lambda: "sleeps" in screen.title(), "the sentence again")
    assert program.poll() is None


def test_ctrl_e_asks_for_the_figure_while_the_sentence_has_the_keyboard(screen: Screen) -> None:
    """Under X11 it is “end of the line” in a field, and so never came to the menu."""
    program = screen.start("main.py", "--timings", "--language", "en", "--theme", "light")
    _wait_for_first_row(program)
    window = screen.window()
    screen.xdotool("windowmove", "--sync", window, 0, 0)
    screen.xdotool("windowfocus", "--sync", window)
    screen.xdotool("mousemove", 400, 93, "click", 1, "key", "ctrl+e")

    def asked() -> bool:
        windows = screen.xdotool("search", "--onlyvisible", "--name", "").split()
        return any("Export PNG" in screen.xdotool("getwindowname", one) for one in windows)

    until(asked, "the export dialog")
