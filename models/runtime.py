"""onnxruntime, wrapped in one small class: load, run, cancel. Nothing else imports it."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any, Final

import numpy as np

from models.arena import is_long, share, shrink
from models.encoded import Array
from models.errors import CancelledError, InputError, RunError
from models.i18n import mark
from models.native_memory import give_back
from models.providers.failures import failures
from models.providers.options import CPU, NO_FALLBACK, parted, place
from models.providers.plugins import PluginError

_FATAL_ONLY = 4
_EXTERNAL_FOLDER = "session.model_external_initializers_file_folder_path"
_TYPES: Final[Mapping[str, str]] = {  # names, since NumPy may come later: see models.later
    "float": "float32",
    "float16": "float16",
    "double": "float64",
    "bool": "bool",
    **{f"{u}int{n}": f"{u}int{n}" for u in ("", "u") for n in (8, 16, 32, 64)},
}


class Cancel:
    """A token that stops a load or a run from another thread, at once or before it starts."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cancelled = False
        self._stops: list[Callable[[], None]] = []

    @property
    def cancelled(self) -> bool:
        """Whether ``cancel`` was called."""
        return self._cancelled

    def cancel(self) -> None:
        """Stop whatever holds this token, now and later."""
        with self._lock:
            self._cancelled = True
            stops = list(self._stops)
        for stop in stops:
            stop()

    def check(self) -> None:
        """Raise CancelledError when ``cancel`` was called."""
        if self._cancelled:
            raise CancelledError(mark("Stopped."))

    @contextmanager
    def stopping(self, stop: Callable[[], None]) -> Iterator[None]:
        """Call ``stop`` if ``cancel`` is called inside the ``with``."""
        with self._lock:
            self._stops.append(stop)
        try:
            self.check()
            yield
        finally:
            with self._lock:
                self._stops.remove(stop)


@dataclass(frozen=True)
class Port:
    """An input or output: ``shape`` holds numbers, names of free sizes, or None when unknown.

    ``dtype`` is a NumPy type, or the runtime's word for what NumPy does not have.
    """

    name: str
    dtype: np.dtype[Any] | str
    shape: tuple[int | str | None, ...]


@dataclass(frozen=True)
class RuntimeOptions:
    """How a session is made: provider, session config entries, threads (None: the runtime's).

    ``provider`` is onnxruntime's name, followed by a colon and CPU, GPU or NPU where one provider
    drives several; plug-ins are loaded when named.
    """

    provider: str = CPU
    config: Mapping[str, str] = field(default_factory=dict)
    threads: int | None = None


def onnxruntime() -> ModuleType:
    """Import onnxruntime, its telemetry switched off beforehand: afterwards is too late."""
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime as ort  # noqa: PLC0415  # slow, and only wanted when a model is opened

    ort.set_default_logger_severity(_FATAL_ONLY)
    return ort


class Session:
    """A loaded model. ``run`` may be called from any thread, one call at a time.

    ``handed`` are weights that ``model`` names and does not hold.
    """

    def __init__(
        self,
        model: bytes | Path,
        *,
        options: RuntimeOptions | None = None,
        folder: Path | None = None,
        handed: Mapping[str, Array] = MappingProxyType({}),
        cancel: Cancel | None = None,
    ) -> None:
        chosen = options or RuntimeOptions()
        ort = onnxruntime()
        settings = _settings(ort, chosen, folder)
        self._handed = dict(handed)  # used where they are: they must live as long as the session
        if handed:
            values = [ort.OrtValue.ortvalue_from_numpy(array) for array in handed.values()]
            settings.add_external_initializers(list(handed), values)
        with (cancel or Cancel()).stopping(lambda: settings.set_load_cancellation_flag(True)):
            try:
                alone = chosen.config.get(NO_FALLBACK) == "1"
                providers = place(ort, settings, chosen.provider, alone=alone)
                self._session = ort.InferenceSession(
                    model if isinstance(model, bytes) else str(model),
                    settings,
                    providers,
                    enable_fallback=0,  # it would print, and go to the CPU without a word
                )
                self.inputs = tuple(_port(x) for x in self._session.get_inputs())
                self.outputs = tuple(_port(x) for x in self._session.get_outputs())
            except failures(ort, PluginError) as error:
                if cancel is not None:
                    cancel.check()
                raise LoadError(str(error)) from error
        if parted(chosen.provider)[0] not in self._session.get_providers():
            raise LoadError(f"{chosen.provider}: onnxruntime took the CPU instead")
        self.provider = self._used(chosen.provider)
        give_back()  # what loading needed beside the weights

    def __del__(self) -> None:
        """Let the system have what the weights took."""
        if not sys.is_finalizing():
            self._session = None
            self._handed = {}
            shrink(onnxruntime())
            give_back()

    @property
    def nodes_by_provider(self) -> Mapping[str, int] | None:
        """How many nodes run on each provider, None when the runtime does not say."""
        return _assignment(self._session)

    def _used(self, asked: str) -> str:
        """Return ``asked`` if it took any of the model's operators, else the CPU."""
        nodes = self.nodes_by_provider
        return asked if not nodes or nodes.get(parted(asked)[0]) else CPU

    def run(
        self,
        feeds: Mapping[str, Array],
        fetch: Sequence[str] | None = None,
        *,
        cancel: Cancel | None = None,
    ) -> dict[str, Array]:
        """Run once and return the outputs named in ``fetch`` (all of them when None).

        Raises InputError when ``feeds`` do not fit, RunError when the runtime fails, and
        CancelledError when ``cancel`` stops it.
        """
        names = [port.name for port in self.outputs] if fetch is None else list(fetch)
        return dict(self.fetch(feeds, names, now=names, cancel=cancel))

    def fetch(
        self,
        feeds: Mapping[str, Array],
        names: Sequence[str],
        *,
        now: Sequence[str] = (),
        cancel: Cancel | None = None,
    ) -> Mapping[str, Array]:
        """Run once like ``run``; outputs that are not in ``now`` become arrays when looked at.

        A short text runs in milliseconds: to make arrays of all that is tapped would be felt.
        Of a long input they are copied, and what it took is given back.
        """
        ort = onnxruntime()
        options = ort.RunOptions()
        given = {name: np.asarray(feeds[name], order="C") for name in self._fed(feeds)}
        with (cancel or Cancel()).stopping(lambda: setattr(options, "terminate", True)):
            try:
                # Values of the runtime's own are handed over without copying.
                values = {k: ort.OrtValue.ortvalue_from_numpy(v) for k, v in given.items()}
                results = self._session.run_with_ort_values(names, values, options)
                found = Fetched(dict(zip(names, results, strict=True)), now)
            except failures(ort) as error:
                if is_long(given, ()):
                    shrink(ort)
                if cancel is not None:
                    cancel.check()
                raise RunError(
                    mark("The model could not run on this input."),
                    hint=mark("The details hold what ONNX Runtime said."),
                    details=str(error),
                ) from error
        if not is_long(given, results):
            return found
        copied = found.copied()
        del found, results  # nothing lies in the arena then
        shrink(ort)
        return copied

    def _fed(self, feeds: Mapping[str, Array]) -> list[str]:
        missing = [port.name for port in self.inputs if port.name not in feeds]
        if missing:
            raise InputError(
                mark("The model also needs the input “{missing}”."),
                hint=mark("It was made for other inputs than these."),
                missing=", ".join(missing),
            )
        return [port.name for port in self.inputs]


class Fetched(Mapping[str, Array]):
    """What a run gave, in the runtime's own memory: an array is a view of it, no copy."""

    def __init__(self, values: Mapping[str, Any], now: Sequence[str]) -> None:
        self._values = values
        self._arrays: dict[str, Array] = {name: values[name].numpy() for name in now}

    def __getitem__(self, name: str) -> Array:
        """Return the output of that name."""
        found = self._arrays.get(name)
        if found is None:
            found = self._arrays.setdefault(name, self._values[name].numpy())
        return found

    def copied(self) -> dict[str, Array]:
        """Return every output out of the runtime's memory."""
        return {name: np.array(self[name]) for name in self}

    def __iter__(self) -> Iterator[str]:
        """Name every output."""
        return iter(self._values)

    def __len__(self) -> int:
        """Count the outputs."""
        return len(self._values)


class LoadError(Exception):
    """What onnxruntime said when it could not load a model, for ``models.graph.diagnosis``."""


def _settings(ort: ModuleType, options: RuntimeOptions, folder: Path | None) -> Any:  # noqa: ANN401  # untyped library
    settings = ort.SessionOptions()
    settings.log_severity_level = _FATAL_ONLY
    share(ort, settings)
    if options.threads is not None:
        settings.intra_op_num_threads = options.threads
    if folder is not None:
        settings.add_session_config_entry(_EXTERNAL_FOLDER, str(folder))
    settings.add_session_config_entry("session.record_ep_graph_assignment_info", "1")
    for key, value in options.config.items():
        settings.add_session_config_entry(key, value)
    return settings


def _port(found: Any) -> Port:  # noqa: ANN401  # untyped library
    kind = str(found.type)
    inner = kind[len("tensor(") : -1] if kind.startswith("tensor(") else kind
    shape = tuple(size if isinstance(size, int | str) else None for size in found.shape)
    known = _TYPES.get(inner)
    return Port(str(found.name), inner if known is None else np.dtype(known), shape)


def _assignment(session: Any) -> Mapping[str, int] | None:  # noqa: ANN401  # untyped library
    ask = getattr(session, "get_provider_graph_assignment_info", None)
    if ask is None:
        return None
    counts: dict[str, int] = {}
    for part in ask():
        counts[str(part.ep_name)] = counts.get(str(part.ep_name), 0) + len(part.get_nodes())
    return counts
