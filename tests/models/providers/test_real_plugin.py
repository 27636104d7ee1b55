"""A real plug-in, wherever onnxruntime-ep-openvino is installed and finds a device."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.api import Model, open_model
from models.providers.candidates import Candidate
from models.providers.plugins import installed_plugins
from models.providers.trying import in_a_child, reason_of
from models.runtime import Cancel, RuntimeOptions

PROVIDER = "OpenVINOExecutionProvider:CPU"
PACKAGE = "onnxruntime-ep-openvino"
ZOO = Path(__file__).resolve().parents[2] / "zoo"


@pytest.fixture(scope="module", autouse=True)
def _plugin() -> None:
    if PACKAGE not in {plugin.package for plugin in installed_plugins()}:
        pytest.skip(f"{PACKAGE} is not installed")
    found = in_a_child(["--plugin", PACKAGE], 60.0, Cancel())
    assert isinstance(found, tuple)
    works = [c for c in found if isinstance(c, Candidate) and c.provider == PROVIDER and c.works]
    if not works:
        pytest.skip(f"{PACKAGE} does not work here: {reason_of(found[0])}")


def on_plugin(model: str | Path) -> Model:
    return open_model(model, options=RuntimeOptions(provider=PROVIDER))


@pytest.mark.parametrize(
    "file", ["bert/onnx/model.onnx", "vit/onnx/model_ts17_sdpa.onnx", "swin/onnx/model.onnx"]
)
def test_what_the_plugin_computes_is_float32(file: str) -> None:
    """In bfloat16, its default where the processor can, this is off by 0.01 and more."""
    model = on_plugin(ZOO / file)
    assert model.fell_back is None
    assert model.tapped.provider == PROVIDER
    assert 0.0 < model.compare_with_cpu() < 5e-5


def test_two_models_run_on_the_plugin_at_once() -> None:
    """The second one used to end up on the CPU: a loaded plug-in is listed like a built-in."""
    first, second = (on_plugin(ZOO / "bert/onnx/model.onnx") for _ in range(2))
    for model in (first, second):
        assert (model.tapped.nodes_by_provider or {}).get("OpenVINOExecutionProvider", 0) > 0


def test_the_check_runs_on_the_plugin_too() -> None:
    model = on_plugin(ZOO / "bert/onnx/model.onnx")
    found = model.verify()
    assert all(value is not None and value < 1e-4 for value in found)
