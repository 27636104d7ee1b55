"""What every test shares: no display, no telemetry, nothing of the developer's own settings."""

from __future__ import annotations

import gc
import os
import sys
import threading
from collections.abc import Generator, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

os.environ["ORT_DISABLE_TELEMETRY"] = "1"
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as main.py does
if "--headed" not in sys.argv:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ.setdefault("QT_QUICK_BACKEND", "software")

ROOT = Path(__file__).resolve().parent.parent
MOST = 5_000_000_000  # bytes that a process may take; over twice what it does on two cores
PEAKS = pytest.StashKey[dict[str, int]]()  # bytes, by process
KEEPING = type(cache(len))  # what functools.cache and lru_cache make of a function


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--headed", action="store_true", help="show the windows that are tested")


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every test begins in English and leaves no language behind."""
    from models import i18n  # noqa: PLC0415  # after the environment is set

    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    i18n.set_language("en")
    yield
    i18n.set_language("en")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(
    item: pytest.Item, nextitem: pytest.Item | None
) -> Generator[None, object, object]:
    """Free what a test made, once nothing of the test is left: its fixtures hold windows, models.

    What outlives a test with widgets is frozen until the file ends: looking through all of it
    after every test took a third of the time of the whole suite.
    """
    done = yield
    if nextitem is None or nextitem.path != item.path:
        from models.native_memory import give_back  # noqa: PLC0415  # after the environment is set

        for made in vars(item.module).values() if isinstance(item, pytest.Function) else ():
            if isinstance(made, KEEPING):  # opened models, mostly
                made.cache_clear()
        gc.unfreeze()
        gc.collect()
        give_back()
    elif "qapp" in getattr(item, "fixturenames", ()):
        gc.collect()
        gc.freeze()
    return done


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Tell the process that shares out the tests how much this one took; fail if it is too much.

    Threads that destroy sessions end first: one that comes back from native code into an
    interpreter that is being taken down would end the process with an abort.
    """
    for thread in threading.enumerate():
        if thread.name == "mirante-let-go":
            thread.join(10)
    config = session.config
    if hasattr(config, "workeroutput"):
        config.workeroutput["peak"] = _peak()
    elif max(config.stash.get(PEAKS, {}).values(), default=0) > MOST:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Note what a process that ended has told; one that died has told nothing."""
    peaks = node.config.stash.setdefault(PEAKS, {})
    peaks[node.gateway.id] = getattr(node, "workeroutput", {}).get("peak", 0)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Say how much memory each process took at most: a suite that grows shows here first."""
    peaks = config.stash.get(PEAKS, {})
    told = sorted((peaks or {"this process": _peak()}).items())
    said = ", ".join(
        f"{name} {f'{peak / 1e9:.2f} GB' if peak else 'not known'}" for name, peak in told
    )
    terminalreporter.write_line(f"Memory at most: {said}")
    if max(peaks.values(), default=0) > MOST:
        terminalreporter.write_line(
            f"FAILED: more than {MOST / 1e9} GB. Something that a test made outlives it.", red=True
        )


def _peak() -> int:
    """Return the most bytes of this process that were in memory; 0 where nobody tells."""
    if sys.platform == "win32":
        return 0
    import resource  # noqa: PLC0415  # not on Windows

    unit = 1 if sys.platform == "darwin" else 1024  # getrusage(2) of each
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """Share the whole suite out to processes; a file or a test alone is quicker in one."""
    whole = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    chosen = config.option.keyword or config.option.markexpr or config.option.headed
    return None if whole and not chosen else 0
