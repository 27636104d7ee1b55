"""Which providers really work here: each is tried once in a child process, and remembered."""

from __future__ import annotations

import importlib.metadata
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from models.encoded import Notice
from models.errors import InputError
from models.i18n import mark, tr
from models.providers.candidates import (
    ANSWER,
    CPU_CANDIDATE,
    HIDDEN,
    KINDS,
    Candidate,
    candidate_of,
    names_of,
)
from models.providers.kept import keep, kept
from models.providers.options import CPU
from models.providers.plugins import Plugin, built_in, installed_plugins
from models.runtime import Cancel, onnxruntime

AUTO: Final = "auto"
SECONDS: Final = 60.0
_SLOW_SECONDS: Final = 300.0  # TensorRT prepares even a small model for long
_ROOT: Final = Path(__file__).resolve().parent.parent.parent

Try = Callable[[Sequence[str], float, Cancel], "tuple[Candidate, ...] | Notice"]


def candidates(
    *, fresh: bool = False, cancel: Cancel | None = None, attempt: Try | None = None
) -> tuple[Candidate, ...]:
    """Return everything that might run a model here, the CPU first, and whether it works.

    What was found before with the same packages is not tried again unless ``fresh``. ``attempt``
    stands in for the child process in tests. Raises CancelledError.
    """
    found = None if fresh else kept(packages())
    if found is None:
        found = tuple(_tried(attempt or in_a_child, cancel or Cancel()))
        keep(packages(), found)
    return (CPU_CANDIDATE, *found)


def _tried(attempt: Try, cancel: Cancel) -> Iterator[Candidate]:
    ort = onnxruntime()
    plugins = installed_plugins()
    brought: set[str] = set()
    by_plugins: list[Candidate] = []
    for plugin in plugins:
        by_plugins += _by_plugin(plugin, attempt, cancel)
    brought = {candidate.provider.partition(":")[0] for candidate in by_plugins}
    known = [kind.name for kind in KINDS if sys.platform in kind.systems]
    others = [name for name in ort.get_available_providers() if built_in(ort, name)]
    for name in dict.fromkeys([*known, *others]):
        if name in others and name not in (CPU, *HIDDEN):
            yield _by_name(name, attempt, cancel)
        elif name not in brought and name not in (CPU, *HIDDEN):
            device = next(kind.device for kind in KINDS if kind.name == name)
            yield Candidate(name, device, why_not=Notice(mark("It is not installed.")))
    yield from by_plugins


def _by_name(name: str, attempt: Try, cancel: Cancel) -> Candidate:
    seconds = _SLOW_SECONDS if "tensorrt" in name.lower() else SECONDS
    answer = attempt([name], seconds, cancel)
    if isinstance(answer, Notice):
        device = next((kind.device for kind in KINDS if kind.name == name), "")
        return Candidate(name, device, why_not=answer)
    return answer[0]


def _by_plugin(plugin: Plugin, attempt: Try, cancel: Cancel) -> tuple[Candidate, ...]:
    seconds = _SLOW_SECONDS if "tensorrt" in plugin.package else SECONDS
    answer = attempt(["--plugin", plugin.package], seconds, cancel)
    if isinstance(answer, Notice):
        name = plugin.package.removeprefix("onnxruntime-ep-").removeprefix("onnxruntime-")
        known = (kind.name for kind in KINDS if kind.name.lower().startswith(name))
        provider = next(known, f"{name}ExecutionProvider")
        return (Candidate(provider, "", why_not=answer, package=plugin.package),)
    return answer


def in_a_child(
    arguments: Sequence[str],
    seconds: float,
    cancel: Cancel,
    *,
    program: Sequence[str] = ("-m", "models.providers.probe"),
) -> tuple[Candidate, ...] | Notice:
    """Run the probe in another process; return what it found, or how it came to grief."""
    command = [sys.executable, *program, *arguments]
    child = subprocess.Popen(  # noqa: S603  # our own module, with words of ours
        command,
        cwd=_ROOT,
        env={**os.environ, "PYTHONPATH": str(_ROOT), "PYTHONIOENCODING": "utf-8"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    with child, cancel.stopping(child.kill):
        try:
            output, _ = child.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            child.kill()
            child.communicate()
            message = mark("It did not answer within {seconds} seconds.")
            return Notice(message, {"seconds": round(seconds)})
    cancel.check()
    return _understood(output.decode("utf-8", "replace"), child.returncode)


def _understood(output: str, status: int) -> tuple[Candidate, ...] | Notice:
    lines = [line for line in output.splitlines() if line.startswith(ANSWER)]
    if lines:
        try:
            return tuple(candidate_of(item) for item in json.loads(lines[-1].removeprefix(ANSWER)))
        except (ValueError, KeyError, TypeError):
            pass
    message = mark("Trying it ended the process that tried it (status {status}).")
    return Notice(message, {"status": status})


def packages() -> str:
    """Return what the findings depend on: every package of onnxruntime, and this Python."""
    names = {
        f"{dist.name} {dist.version}"
        for dist in importlib.metadata.distributions()
        if dist.name.lower().startswith("onnxruntime")
    }
    return "; ".join([sys.prefix, *sorted(names)])


def chosen(
    written: str,
    *,
    cancel: Cancel | None = None,
    find: Callable[[], tuple[Candidate, ...]] | None = None,
) -> str:
    """Return the provider that ``written`` means, for ``RuntimeOptions``; empty means the CPU.

    ``auto`` is the first graphics card that works, else the CPU. Raises InputError for a provider
    that nobody knows or that does not work here, with the reason.
    """
    asked = written.strip().lower()
    if asked in ("", "cpu", CPU.lower()):
        return CPU
    found = find() if find is not None else candidates(cancel=cancel)
    working = [candidate for candidate in found if candidate.works]
    if asked == AUTO:
        return next((c.provider for c in working if c.automatic and c.provider != CPU), CPU)
    meant = [c for c in found if asked in names_of(c.provider) | _without_device(c)]
    if any(candidate.works for candidate in meant):
        return next(candidate.provider for candidate in meant if candidate.works)
    names = ", ".join(candidate.title for candidate in working)
    if not meant:
        raise InputError(
            mark("No provider is called “{written}”."),
            hint=mark("What works here: {names}. See: main.py providers"),
            written=written,
            names=names,
        )
    raise InputError(
        mark("{provider} does not work here. {reason}"),
        hint=mark("What works here: {names}. See: main.py providers"),
        provider=meant[0].title,
        reason=reason_of(meant[0]),
        names=names,
    )


def _without_device(candidate: Candidate) -> frozenset[str]:
    return names_of(candidate.provider.partition(":")[0])


def reason_of(candidate: Candidate) -> str:
    """Return why a candidate does not work, in the language in force; empty when it does."""
    reason = candidate.why_not
    return "" if reason is None else tr(reason.message, **reason.values)
