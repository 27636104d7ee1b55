"""How providers are asked for, with a stand-in for onnxruntime."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from models.providers import plugins
from models.providers.options import CPU, place
from models.providers.plugins import Plugin, PluginError

OPENVINO = "OpenVINOExecutionProvider"


def device(name: str, kind: str, **metadata: str) -> Any:
    return SimpleNamespace(
        ep_name=name,
        ep_metadata=metadata,
        device=SimpleNamespace(type=SimpleNamespace(name=kind)),
    )


class Settings:
    def __init__(self) -> None:
        self.added: list[Any] = []
        self.enable_mem_pattern = True
        self.execution_mode = "parallel"

    def add_provider_for_devices(self, devices: list[Any], options: dict[str, str]) -> None:
        self.added.append((devices, options))


class Runtime:
    """The few calls of onnxruntime that choosing a provider makes."""

    ExecutionMode = SimpleNamespace(ORT_SEQUENTIAL="sequential")
    capi = SimpleNamespace(onnxruntime_pybind11_state=SimpleNamespace())

    def __init__(self, *available: str, devices: tuple[Any, ...] = ()) -> None:
        self.available, self.devices = available, devices

    def get_available_providers(self) -> list[str]:
        return [*self.available, CPU]

    def get_ep_devices(self) -> list[Any]:
        return list(self.devices)

    def preload_dlls(self) -> None:
        print("cannot find libcudart")  # noqa: T201  # as the real one does


@pytest.fixture(autouse=True)
def _no_plugins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plugins, "installed_plugins", tuple)


def placed(runtime: Runtime, provider: str, **options: bool) -> tuple[Any, Settings]:
    settings = Settings()
    return place(runtime, settings, provider, **options), settings  # type: ignore[arg-type]


def test_cuda_computes_in_full_float32_and_keeps_standard_output_clean(
    capsys: pytest.CaptureFixture[str],
) -> None:
    providers, _ = placed(Runtime("CUDAExecutionProvider"), "CUDAExecutionProvider")
    assert providers == [("CUDAExecutionProvider", {"use_tf32": "0"}), CPU]
    assert capsys.readouterr().out == ""


def test_a_trial_leaves_the_cpu_out() -> None:
    providers, _ = placed(Runtime("CUDAExecutionProvider"), "CUDAExecutionProvider", alone=True)
    assert CPU not in providers


def test_directml_runs_the_only_way_it_can() -> None:
    _, settings = placed(Runtime("DmlExecutionProvider"), "DmlExecutionProvider")
    assert settings.enable_mem_pattern is False
    assert settings.execution_mode == "sequential"


def test_openvino_as_a_plugin_computes_in_float32_on_the_device_asked_for() -> None:
    both = (device(OPENVINO, "CPU"), device(OPENVINO, "GPU"))
    providers, settings = placed(Runtime(devices=both), f"{OPENVINO}:GPU")
    assert providers is None
    ((devices, options),) = settings.added
    assert devices == [both[1]]
    assert json.loads(options["load_config"]) == {"GPU": {"INFERENCE_PRECISION_HINT": "f32"}}


def test_a_plugin_once_loaded_is_still_asked_for_by_its_device() -> None:
    """It then joins the available providers, but naming it there would give the CPU."""
    loaded = device(OPENVINO, "CPU", library_path="/somewhere/libopenvino.so")
    providers, settings = placed(Runtime(OPENVINO, devices=(loaded,)), f"{OPENVINO}:CPU")
    assert providers is None
    assert settings.added


def test_openvino_within_onnxruntime_is_asked_for_by_name() -> None:
    providers, _ = placed(Runtime(OPENVINO), OPENVINO)
    assert providers[0] == (OPENVINO, {"device_type": "CPU", "precision": "FP32"})


def test_a_provider_without_a_device_is_refused() -> None:
    with pytest.raises(PluginError):
        placed(Runtime(), "NoExecutionProvider")


def test_a_plugin_whose_package_is_broken_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = Plugin("onnxruntime-ep-broken", "1", "onnxruntime_ep_that_is_not_there")
    monkeypatch.setattr(plugins, "installed_plugins", lambda: (broken,))
    with pytest.raises(PluginError, match="onnxruntime_ep_that_is_not_there"):
        placed(Runtime(), "BrokenExecutionProvider")
