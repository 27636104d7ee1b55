"""Execution providers that are packages of their own, beside onnxruntime.

Each is a native library which onnxruntime loads on demand (its plug-in API, since 1.22); the
package says where the library lies through ``get_library_path()``.
"""

from __future__ import annotations

import importlib
import re
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Final

from models.providers.failures import failures

_PREFIX: Final = "onnxruntime-ep-"
_NAMED_OTHERWISE: Final = ("onnxruntime-qnn", "onnxruntime-ggml")


class PluginError(Exception):
    """A plug-in's package is there, but its library cannot be loaded."""


@dataclass(frozen=True, slots=True)
class Plugin:
    """An installed package that brings a provider: its name, version and Python module."""

    package: str
    version: str
    module: str


def installed_plugins() -> tuple[Plugin, ...]:
    """Return the packages here that bring a provider; none of them is loaded."""
    from importlib import metadata  # noqa: PLC0415  # loads email and more; not at start-up

    found = []
    for module, packages in metadata.packages_distributions().items():
        for package in sorted(set(packages)):
            if module.startswith("onnxruntime_") and _brings_provider(package):
                version = metadata.version(package)
                found.append(Plugin(_plain(package), version, module))
    return tuple(sorted(found, key=lambda plugin: plugin.package))


def _brings_provider(package: str) -> bool:
    name = _plain(package)
    return name.startswith(_PREFIX) or name in _NAMED_OTHERWISE


def _plain(package: str) -> str:
    return re.sub(r"[-_.]+", "-", package).lower()


def register(ort: ModuleType, plugin: Plugin) -> None:
    """Load a plug-in's library into onnxruntime; once is enough, twice does no harm.

    Raises PluginError when the package or its library cannot be loaded.
    """
    try:
        module = importlib.import_module(plugin.module)
        path = getattr(module, "get_library_path", None) or module.library_path
        ort.register_execution_provider_library(plugin.package, str(path()))
    except failures(ort, ImportError, OSError, AttributeError) as error:
        if "already registered" not in str(error):
            raise PluginError(str(error)) from error


def built_in(ort: ModuleType, provider: str) -> bool:
    """Whether onnxruntime itself brings ``provider``.

    Loaded plug-ins join the available providers, but asking for one by name gives the CPU.
    """
    if provider not in ort.get_available_providers():
        return False
    known = _known_devices(ort, provider, "")
    return not any("library_path" in found.ep_metadata for found in known)


def devices(ort: ModuleType, provider: str, *, kind: str = "") -> list[Any]:
    """Return onnxruntime's devices for ``provider``, of one ``kind`` (CPU, GPU, NPU) if asked.

    Plug-ins are loaded until one brings the provider, the likeliest first; what cannot be loaded
    is passed over unless nothing else is found, and then raises PluginError.
    """
    found = _known_devices(ort, provider, kind)
    problem: PluginError | None = None
    for plugin in sorted(installed_plugins(), key=lambda p: not _likely(p, provider)):
        if found:
            return found
        try:
            register(ort, plugin)
        except PluginError as error:
            problem = problem or error
        found = _known_devices(ort, provider, kind)
    if not found and problem is not None:
        raise problem
    return found


def _known_devices(ort: ModuleType, provider: str, kind: str) -> list[Any]:
    known = [found for found in ort.get_ep_devices() if found.ep_name == provider]
    return [found for found in known if kind in ("", kind_of(found))]


def _likely(plugin: Plugin, provider: str) -> bool:
    last_word = plugin.package.rsplit("-", maxsplit=1)[-1]
    return last_word in provider.lower()


def kind_of(device: Any) -> str:  # noqa: ANN401  # untyped library
    """Return what a device is: CPU, GPU or NPU."""
    return str(device.device.type.name)
