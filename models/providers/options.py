"""How each provider is asked to compute, so that its numbers stay those of float32."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Mapping
from types import ModuleType
from typing import Any, Final

from models.providers.plugins import PluginError, built_in, devices, kind_of

CPU: Final = "CPUExecutionProvider"
NO_FALLBACK: Final = "session.disable_cpu_ep_fallback"

# TF32 would round float32 to 10 bits; OpenVINO computes in bfloat16 where the processor can.
_BUILT_IN: Final[Mapping[str, Mapping[str, str]]] = {
    "CUDAExecutionProvider": {"use_tf32": "0"},
    "CoreMLExecutionProvider": {"ModelFormat": "MLProgram", "MLComputeUnits": "CPUAndGPU"},
    "OpenVINOExecutionProvider": {"device_type": "CPU", "precision": "FP32"},
}
_WITH_LIBRARIES: Final = ("CUDAExecutionProvider", "TensorrtExecutionProvider")


def parted(provider: str) -> tuple[str, str]:
    """Return onnxruntime's name of a provider and the kind of device asked for after a colon."""
    name, _, kind = provider.partition(":")
    return name, kind


def place(
    ort: ModuleType,
    settings: Any,  # noqa: ANN401  # untyped library
    provider: str,
    *,
    alone: bool = False,
) -> list[Any] | None:
    """Prepare ``settings`` for ``provider`` and return what to pass as ``providers``.

    None stands for a plug-in, which ``settings`` already holds. ``alone`` leaves the CPU out.
    Raises PluginError when no device can run it.
    """
    name, kind = parted(provider)
    if name == CPU:
        return [CPU]
    if built_in(ort, name):
        _prepare(ort, settings, name)
        own = dict(_BUILT_IN.get(name, {}))
        if kind and "device_type" in own:
            own["device_type"] = kind
        return [(name, own)] if alone else [(name, own), CPU]
    found = devices(ort, name, kind=kind)
    if not found:
        raise PluginError(f"{provider}: no device")
    settings.add_provider_for_devices(found[:1], dict(_plugin_options(name, kind_of(found[0]))))
    return None


def _prepare(ort: ModuleType, settings: Any, name: str) -> None:  # noqa: ANN401  # untyped library
    if name in _WITH_LIBRARIES and hasattr(ort, "preload_dlls"):
        # It prints what it does not find; standard output belongs to the answer of a command.
        with contextlib.redirect_stdout(sys.stderr):
            ort.preload_dlls()
    if name == "DmlExecutionProvider":  # refuses any other way of running
        settings.enable_mem_pattern = False
        settings.execution_mode = ort.ExecutionMode.ORT_SEQUENTIAL


def _plugin_options(name: str, kind: str) -> Mapping[str, str]:
    if name == "OpenVINOExecutionProvider" and kind in ("CPU", "GPU"):
        return {"load_config": json.dumps({kind: {"INFERENCE_PRECISION_HINT": "f32"}})}
    return {}
