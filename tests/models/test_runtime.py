"""The runtime's wrapper: ports, runs, clear errors, and stopping from another thread."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto, helper

from models.errors import CancelledError, InputError, RunError
from models.runtime import Cancel, LoadError, RuntimeOptions, Session
from tests.helpers.sketch import Sketch


def doubled(path: Path) -> Session:
    s = Sketch()
    y = s.node("Add", s.noise("x", 2, 3), "x")
    return Session(s.save(path / "model.onnx", y, s.node("Cast", y, to=TensorProto.INT64)))


def test_ports_tell_types_and_shapes(tmp_path: Path) -> None:
    session = doubled(tmp_path)
    (x,) = session.inputs
    assert (x.name, x.dtype, x.shape) == ("x", np.dtype(np.float32), (2, 3))
    assert [port.dtype for port in session.outputs] == [np.dtype(np.float32), np.dtype(np.int64)]
    assert session.provider == "CPUExecutionProvider"
    assert session.nodes_by_provider == {"CPUExecutionProvider": 2}


def test_free_sizes_keep_their_names(tmp_path: Path) -> None:
    shape = helper.make_tensor_value_info("x", TensorProto.FLOAT, ["batch", 3, None])
    made = helper.make_empty_tensor_value_info("y")
    graph = helper.make_graph([helper.make_node("Relu", ["x"], ["y"])], "g", [shape], [made])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    (x,) = Session(model.SerializeToString()).inputs
    assert x.shape == ("batch", 3, None)


def test_types_that_numpy_lacks_keep_their_names(tmp_path: Path) -> None:
    s = Sketch()
    y = s.node("Cast", s.noise("x", 1), to=TensorProto.BFLOAT16)
    session = Session(s.save(tmp_path / "m.onnx", y))
    assert session.outputs[0].dtype == "bfloat16"


def test_outputs_asked_for_come_back(tmp_path: Path) -> None:
    session = doubled(tmp_path)
    x = np.ones((2, 3), np.float32)
    one, two = (port.name for port in session.outputs)
    assert list(session.run({"x": x})) == [one, two]
    (only,) = session.run({"x": x}, [two]).values()
    np.testing.assert_array_equal(only, 2)


def test_results_outlive_the_session_and_later_runs(tmp_path: Path) -> None:
    session = doubled(tmp_path)
    first = session.run({"x": np.ones((2, 3), np.float32)})
    session.run({"x": np.zeros((2, 3), np.float32)})
    del session
    np.testing.assert_array_equal(next(iter(first.values())), 2)


def test_outputs_looked_at_later_are_those_of_their_own_run(tmp_path: Path) -> None:
    s = Sketch()
    x = s.feed("x", np.zeros((2, 3), np.float32))
    session = Session(s.save(tmp_path / "m.onnx", s.node("Neg", x), s.node("Abs", x)))
    negative, absolute = (port.name for port in session.outputs)
    first = session.fetch({"x": np.ones((2, 3), np.float32)}, [negative, absolute], now=[absolute])
    session.run({"x": np.full((2, 3), 5, np.float32)})
    del session
    assert list(first) == [negative, absolute]
    np.testing.assert_array_equal(first[negative], -np.ones((2, 3)))
    np.testing.assert_array_equal(first[absolute], np.ones((2, 3)))
    assert first[negative] is first[negative]


def test_more_feeds_than_inputs_are_ignored_and_slices_are_fed(tmp_path: Path) -> None:
    wide = np.arange(12, dtype=np.float32).reshape(2, 6)
    results = doubled(tmp_path).run({"x": wide[:, ::2], "other": wide})
    np.testing.assert_array_equal(next(iter(results.values())), wide[:, ::2] * 2)


def test_a_single_number_is_fed_without_an_axis(tmp_path: Path) -> None:
    s = Sketch()
    path = s.save(tmp_path / "m.onnx", s.node("Neg", s.feed("x", np.array(3.0, np.float32))))
    (result,) = Session(path).run({"x": np.array(2.0, np.float32)}).values()
    assert result.shape == ()
    assert result == -2


def test_a_missing_input_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="“x”"):
        doubled(tmp_path).run({})


def test_a_wrong_shape_is_a_run_error_with_details(tmp_path: Path) -> None:
    with pytest.raises(RunError) as caught:
        doubled(tmp_path).run({"x": np.ones((5, 3), np.float32)})
    assert "invalid dimensions" in caught.value.details


def test_a_broken_model_is_a_load_error() -> None:
    with pytest.raises(LoadError):
        Session(b"\x00nonsense")


def test_config_entries_and_threads_reach_the_session(tmp_path: Path) -> None:
    s = Sketch()
    path = s.save(tmp_path / "m.onnx", s.node("Relu", s.noise("x", 1)))
    options = RuntimeOptions(config={"session.disable_quant_qdq": "1"}, threads=1)
    assert Session(path, options=options).run(s.feeds)


def endless(path: Path) -> Path:
    """Write a model whose loop never ends."""
    going = helper.make_tensor_value_info("going", TensorProto.BOOL, [])
    body = helper.make_graph(
        [
            helper.make_node("Identity", ["going"], ["still"]),
            helper.make_node("Identity", ["x"], ["same"]),
        ],
        "body",
        [helper.make_tensor_value_info("i", TensorProto.INT64, []), going],
        [
            helper.make_tensor_value_info("still", TensorProto.BOOL, []),
            helper.make_tensor_value_info("same", TensorProto.FLOAT, [1]),
        ],
    )
    body.input.append(helper.make_tensor_value_info("x", TensorProto.FLOAT, [1]))
    s = Sketch()
    x, yes = s.noise("x0", 1), s.constant(np.array(True), np.bool_)
    s.nodes.append(helper.make_node("Loop", ["", yes, x], ["y"], name="loop", body=body))
    return s.save(path / "endless.onnx", "y")


def test_an_endless_run_is_stopped_from_another_thread(tmp_path: Path) -> None:
    session = Session(endless(tmp_path))
    cancel = Cancel()
    timer = threading.Timer(0.2, cancel.cancel)
    timer.start()
    with pytest.raises(CancelledError):
        session.run({"x0": np.ones(1, np.float32)}, cancel=cancel)
    timer.join()
    assert cancel.cancelled


def test_a_session_runs_again_after_it_was_stopped(tmp_path: Path) -> None:
    session, x = doubled(tmp_path), np.ones((2, 3), np.float32)
    cancel = Cancel()
    cancel.cancel()
    with pytest.raises(CancelledError):
        session.run({"x": x}, cancel=cancel)
    assert session.run({"x": x}, cancel=Cancel())


def test_a_token_used_before_loading_stops_the_load(tmp_path: Path) -> None:
    s = Sketch()
    path = s.save(tmp_path / "m.onnx", s.node("Relu", s.noise("x", 1)))
    cancel = Cancel()
    cancel.cancel()
    with pytest.raises(CancelledError):
        Session(path, cancel=cancel)


def test_a_load_is_stopped_from_another_thread(tmp_path: Path) -> None:
    """A hundred thousand nodes take seconds to load."""
    s = Sketch()
    name = s.noise("x", 1)
    for _ in range(30_000):
        name = s.node("Neg", name)
    content = s.save(tmp_path / "m.onnx", name).read_bytes()
    cancel = Cancel()
    timer = threading.Timer(0.05, cancel.cancel)
    timer.start()
    with pytest.raises(CancelledError):
        Session(content, cancel=cancel)
    timer.join()
