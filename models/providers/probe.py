"""Tries one provider in a process of its own, because drivers may crash: see ``trying``.

``python -m models.providers.probe NAME`` tries what onnxruntime was built with; ``--plugin
PACKAGE`` tries every device of an installed plug-in. The answer is one line on standard output.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from typing import Any, Final

import numpy as np

from models.differences import power_of_ten
from models.encoded import Notice
from models.errors import MiranteError
from models.i18n import mark
from models.providers.candidates import ANSWER, KINDS, Candidate
from models.providers.options import NO_FALLBACK
from models.providers.plugins import PluginError, installed_plugins, kind_of, register
from models.providers.tiny import expected, tiny_input, tiny_model
from models.runtime import LoadError, RuntimeOptions, Session, onnxruntime

_WORST: Final = 1e-2  # half precision passes, wrong numbers do not
_LONGEST: Final = 300


def trial(provider: str) -> Notice | None:
    """Run a small model on ``provider`` and nothing else; return why that failed, if it did."""
    options = RuntimeOptions(provider=provider, config={NO_FALLBACK: "1"})
    try:
        results = Session(tiny_model(), options=options).run({"x": tiny_input()})
    except LoadError as error:
        return Notice(mark("It refuses a small model: {cause}"), {"cause": _short(str(error))})
    except MiranteError as error:
        cause = _short(error.details or error.message)
        return Notice(mark("It fails at running a small model: {cause}"), {"cause": cause})
    difference = float(np.abs(results["y"] - expected()).max())
    if difference <= _WORST:
        return None
    message = mark("It computes a small model wrongly, by {difference}.")
    return Notice(message, {"difference": power_of_ten(f"{difference:.1e}")})


def _short(words: str) -> str:
    plain = " ".join(words.split())
    return plain if len(plain) <= _LONGEST else plain[: _LONGEST - 1] + "…"


def try_built_in(name: str) -> Candidate:
    """Return whether a provider that onnxruntime was built with works."""
    device = next((kind.device for kind in KINDS if kind.name == name), "")
    return Candidate(name, device, why_not=trial(name))


def try_plugin(package: str) -> Iterator[Candidate]:
    """Yield each device of an installed plug-in and whether it works, or why there is none."""
    ort = onnxruntime()
    before = {device.ep_name for device in ort.get_ep_devices()}
    plugin = next(plugin for plugin in installed_plugins() if plugin.package == package)
    try:
        register(ort, plugin)
    except PluginError as error:
        message = mark("Its library cannot be loaded: {cause}")
        reason = Notice(message, {"cause": _short(str(error))})
        yield Candidate(_guess(plugin.package), "", why_not=reason, package=package)
        return
    found = [d for d in ort.get_ep_devices() if d.ep_name not in before and "." not in d.ep_name]
    if not found:
        reason = Notice(mark("Its package is installed, but it finds no device that it can use."))
        yield Candidate(_guess(plugin.package), "", why_not=reason, package=package)
    for kind, device in {kind_of(device): device for device in reversed(found)}.items():
        provider = f"{device.ep_name}:{kind}"
        yield Candidate(provider, kind, _maker(device), trial(provider), package)


def _guess(package: str) -> str:
    """Return the name of a package's provider, told by its last word."""
    word = package.rsplit("-", maxsplit=1)[-1]
    known = (kind.name for kind in KINDS if word in kind.name.lower())
    return next(known, f"{word}ExecutionProvider")


def _maker(device: Any) -> str:  # noqa: ANN401  # untyped library
    told = device.ep_metadata.get("FULL_DEVICE_NAME") or device.device.metadata.get("Description")
    return str(told or device.device.vendor).strip()


def main(arguments: Sequence[str]) -> int:
    """Try what ``arguments`` name and print the answer."""
    if arguments[0] == "--plugin":
        found = list(try_plugin(arguments[1]))
    else:
        found = [try_built_in(arguments[0])]
    print(ANSWER + json.dumps([candidate.as_json() for candidate in found]), flush=True)  # noqa: T201  # to the parent
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
