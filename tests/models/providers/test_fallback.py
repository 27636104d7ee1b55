"""What happens when a provider fails, and how far two runs are apart."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest

from models.api import Model, open_model
from models.encoded import Array
from models.errors import InputError, ModelFileError, RunError
from models.i18n import tr
from models.providers.fallback import difference, straying
from models.providers.options import CPU
from models.record import Layer
from models.runtime import RuntimeOptions
from models.tapped import Capture
from tests.helpers.tiny_models import save_text_model

BROKEN = "BrokenExecutionProvider"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return save_text_model(tmp_path / "model.onnx")


class Failing:
    """An opened model on a provider that loses its device while running."""

    provider = BROKEN

    def __init__(self, real: Any, error: Exception) -> None:
        self.real, self.error = real, error

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)

    def capture(self, _feeds: Mapping[str, Array], **_: object) -> Capture:
        raise self.error

    def on(self, provider: str, **_: object) -> Any:
        assert provider == CPU
        return self.real


def failing(path: Path, error: Exception) -> Model:
    model = open_model(path)
    model.tapped = Failing(model.tapped, error)  # type: ignore[assignment]
    return model


def test_a_provider_that_cannot_load_gives_way_to_the_cpu_and_says_so(path: Path) -> None:
    model = open_model(path, options=RuntimeOptions(provider=BROKEN))
    assert model.tapped.provider == CPU
    assert model.fell_back is not None
    assert "Broken" in tr(model.fell_back.message, **model.fell_back.values)
    assert model.fell_back in model.notices


def test_a_model_that_the_cpu_cannot_load_either_is_at_fault_itself(tmp_path: Path) -> None:
    bad = tmp_path / "bad.onnx"
    bad.write_bytes(b"not a model")
    with pytest.raises(ModelFileError):
        open_model(bad, options=RuntimeOptions(provider=BROKEN))


def test_out_of_memory_while_running_is_retried_on_the_cpu_once(path: Path) -> None:
    plain = open_model(path)
    encoded = plain.sample()
    model = failing(path, RunError("The model could not run.", details="CUDA out of memory"))
    record = model.run(encoded)
    assert record.provenance.provider == CPU
    assert "CUDA out of memory" in str(record.notices[0].values)
    assert model.fell_back == record.notices[0]
    np.testing.assert_array_equal(record.layers[0].query, plain.run(encoded).layers[0].query)
    assert model.run(encoded).notices == ()  # it stays on the CPU


def test_an_input_that_does_not_fit_is_no_reason_to_leave_the_provider(path: Path) -> None:
    model = failing(path, InputError("It does not fit."))
    with pytest.raises(InputError):
        model.run(open_model(path).sample())
    assert model.tapped.provider == BROKEN


def test_on_the_cpu_nothing_is_compared(path: Path) -> None:
    model = open_model(path)
    assert model.compare_with_cpu() == 0.0
    assert model.cpu_difference is None


def test_a_moved_model_computes_the_same(path: Path) -> None:
    model = open_model(path)
    encoded = model.sample()
    moved = model.on(CPU)
    assert moved.tapped is not model.tapped
    one, other = model.run(encoded).layers[0], moved.run(encoded).layers[0]
    np.testing.assert_array_equal(one.weights(), other.weights())


def capture(query: float = 0.0, output: float = 0.0) -> Capture:
    zeros = np.zeros((1, 2, 2), np.float32)
    moved = zeros + np.float32(query)
    layer = Layer(0, "made", moved, zeros, zeros, np.ones(1, np.float32))
    out = np.full((1, 2), output, np.float32)
    return Capture((layer,), MappingProxyType({"out": out}), 1.0)


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [
        (capture(), capture(), 0.0),
        (capture(query=0.5), capture(), 0.5),
        (capture(output=0.25), capture(query=-0.125), 0.25),
        (capture(output=np.nan), capture(output=np.nan), 0.0),
        (capture(output=np.inf), capture(output=np.inf), 0.0),
        (capture(output=np.nan), capture(), np.inf),
    ],
)
def test_the_difference_is_the_largest_of_all(one: Capture, other: Capture, apart: float) -> None:
    assert difference(one, other) == apart


@pytest.mark.parametrize(("apart", "warns"), [(None, False), (4e-6, False), (0.54, True)])
def test_a_provider_far_from_the_cpu_is_warned_of(apart: float | None, warns: bool) -> None:  # noqa: FBT001  # a parameter of the table
    assert (straying("CUDAExecutionProvider", apart) is not None) == warns
