"""Which language the environment asks for, and consoles that cannot write all of it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from models.i18n import set_language, system_language

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"LC_ALL": "C"}, "en"),
        ({"LC_ALL": "C.UTF-8"}, "en"),
        ({"LC_ALL": "POSIX", "LANG": "pt_BR.UTF-8"}, "en"),
        ({"LC_ALL": "C", "LANGUAGE": "pt_BR"}, "en"),
        ({"LANG": "pt_PT.UTF-8"}, "pt_BR"),
        ({"LANG": "pt_BR"}, "pt_BR"),
        ({"LANG": "pt_BR@euro"}, "pt_BR"),
        ({"LC_MESSAGES": "pt_BR.UTF-8", "LANG": "de_DE.UTF-8"}, "pt_BR"),
        ({"LANGUAGE": "pt"}, "pt_BR"),
        ({"LANGUAGE": "pt", "LANG": "en_GB.UTF-8"}, "pt_BR"),
        ({"LANGUAGE": "fr:pt_BR:en", "LANG": "fr_FR.UTF-8"}, "pt_BR"),
        ({"LANGUAGE": "en:pt", "LANG": "pt_BR.UTF-8"}, "en"),
        ({"LANG": "fr_FR.UTF-8"}, "en"),
        ({"LC_ALL": "", "LANG": "pt_PT"}, "pt_BR"),
    ],
)
def test_the_environment_chooses_the_language(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], expected: str
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert set_language(system_language()) == expected


def test_without_any_wish_a_language_is_chosen() -> None:
    assert set_language(system_language()) in {"en", "pt_BR"}


def _said(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    kept = {k: v for k, v in os.environ.items() if k not in {"LANG", "LC_ALL", "LANGUAGE"}}
    return subprocess.run(
        [sys.executable, "main.py", *arguments],
        cwd=ROOT,
        env=kept | environment,
        capture_output=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp437", "utf-8"])
def test_a_console_that_lacks_signs_writes_the_rest(encoding: str) -> None:
    """“√” and “░” are in none of these but the last; the words must come, and no traceback."""
    wanted = "zzz√░中"
    said = _said("inspect", wanted, PYTHONIOENCODING=encoding, LANG="pt_BR.UTF-8")
    told = said.stdout + said.stderr
    assert said.returncode == 2
    assert b"Traceback" not in told
    assert b"zzz" in told
    assert ("√".encode() in told) == (encoding == "utf-8")


def test_the_plain_locale_of_old_is_answered_in_english() -> None:
    said = _said("--help", LC_ALL="C", LANG="pt_BR.UTF-8", PYTHONCOERCECLOCALE="0", PYTHONUTF8="0")
    assert said.returncode == 0
    assert said.stdout.startswith(b"usage:")
