"""Finding out what works, with children that crash, hang and chatter."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from models.encoded import Notice
from models.errors import CancelledError, InputError
from models.providers import trying
from models.providers.candidates import ANSWER, CPU_CANDIDATE, Candidate
from models.providers.kept import keep, kept
from models.providers.options import CPU
from models.providers.plugins import Plugin
from models.providers.trying import candidates, chosen, in_a_child, reason_of
from models.runtime import Cancel

CUDA = "CUDAExecutionProvider"
GOOD = Candidate("NewExecutionProvider:GPU", "GPU", "A card", package="onnxruntime-ep-new")
BAD = Candidate(CUDA, "GPU", why_not=Notice("It is not installed."))
TENSORRT = Candidate("TensorrtExecutionProvider", "GPU")
ON_CPU = Candidate("OpenVINOExecutionProvider:CPU", "CPU", package="onnxruntime-ep-openvino")


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA", "HOME"):
        monkeypatch.setenv(name, str(tmp_path))


def child(code: str, *, seconds: float = 30.0, cancel: Cancel | None = None) -> object:
    return in_a_child([], seconds, cancel or Cancel(), program=("-c", code))


def test_a_child_that_dies_is_a_reason_and_no_crash() -> None:
    found = child("import os; os._exit(139)")
    assert isinstance(found, Notice)
    assert found.values == {"status": 139}


def test_a_child_that_hangs_is_ended_in_time() -> None:
    found = child("import time; time.sleep(60)", seconds=0.5)
    assert isinstance(found, Notice)
    assert "did not answer" in found.message


def test_a_child_that_hangs_is_ended_when_the_person_cancels() -> None:
    cancel = Cancel()
    threading.Timer(0.3, cancel.cancel).start()
    with pytest.raises(CancelledError):
        child("import time; time.sleep(60)", cancel=cancel)


def test_noise_around_the_answer_does_no_harm() -> None:
    answer = ANSWER + json.dumps([GOOD.as_json()])
    assert child(f"print('*** EP Error ***'); print({answer!r}); print('bye')") == (GOOD,)


def test_the_real_probe_says_why_a_provider_that_is_not_there_fails() -> None:
    found = in_a_child(["NoSuchExecutionProvider"], 60.0, Cancel())
    assert isinstance(found, tuple)
    assert not found[0].works
    assert "NoSuchExecutionProvider" in reason_of(found[0])


def test_findings_are_kept_and_tried_again_only_when_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plugin = Plugin("onnxruntime-ep-new", "1.0", "onnxruntime_ep_new")
    monkeypatch.setattr(trying, "installed_plugins", lambda: (plugin,))
    tried: list[list[str]] = []

    def attempt(
        arguments: Sequence[str], _seconds: float, _cancel: Cancel
    ) -> tuple[Candidate, ...] | Notice:
        tried.append(list(arguments))
        return (GOOD,)

    first = candidates(attempt=attempt)
    assert first[0] == CPU_CANDIDATE
    assert GOOD in first
    assert all("Azure" not in candidate.provider for candidate in first)
    assert candidates(attempt=attempt) == first
    assert tried == [["--plugin", "onnxruntime-ep-new"]]
    candidates(attempt=attempt, fresh=True)
    assert len(tried) == 2


def test_what_was_found_with_other_packages_is_not_believed() -> None:
    assert keep("onnxruntime 1.0", [GOOD, BAD])
    assert kept("onnxruntime 1.0") == (GOOD, BAD)
    assert kept("onnxruntime 1.1") is None


def test_a_spoilt_file_of_findings_is_ignored(tmp_path: Path) -> None:
    keep("packages", [GOOD])
    for path in tmp_path.rglob("providers-*.json"):
        path.write_text('{"version": 1, "packages": "packages", "found": [{}]}')
    assert kept("packages") is None


@pytest.mark.parametrize(
    ("written", "found", "expected"),
    [
        ("", (), CPU),
        ("cpu", (), CPU),
        ("auto", (CPU_CANDIDATE, BAD, TENSORRT, ON_CPU), CPU),
        ("auto", (CPU_CANDIDATE, TENSORRT, GOOD), GOOD.provider),
        ("openvino", (CPU_CANDIDATE, ON_CPU), ON_CPU.provider),
        ("OpenVINO:cpu", (CPU_CANDIDATE, ON_CPU), ON_CPU.provider),
        ("OpenVINOExecutionProvider:CPU", (CPU_CANDIDATE, ON_CPU), ON_CPU.provider),
        ("tensorrt", (CPU_CANDIDATE, TENSORRT), TENSORRT.provider),
    ],
)
def test_a_provider_is_chosen_as_people_write_it(
    written: str, found: tuple[Candidate, ...], expected: str
) -> None:
    assert chosen(written, find=lambda: found) == expected


@pytest.mark.parametrize("written", ["cuda", "nonsense"])
def test_a_provider_that_does_not_work_is_refused_with_what_does(written: str) -> None:
    with pytest.raises(InputError, match=r"CPU, New \(GPU\)"):
        chosen(written, find=lambda: (CPU_CANDIDATE, BAD, GOOD))
