"""One arena for the working memory of all sessions, which the system gets back after long inputs.

onnxruntime keeps what a run took for the next one, in an arena that every session has of its own:
7,000 tokens left 3 GB behind, and as much again for each further session of the same model. All
of Mirante's sessions share one instead. Shrinking it frees the regions that nothing lies in, and
happens at the end of a run only: hence a run of a graph that does nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from types import ModuleType
from typing import Any, Final

import numpy as np

from models.encoded import Array

LONG: Final = 2_048  # positions: 12 heads have 200 MB of scores then, and several such tensors
_SHARE: Final = "session.use_env_allocators"
_SHRINK: Final = ("memory.enable_memory_arena_shrinkage", "cpu:0")
_LAST: Final = 3  # outputs looked at: queries, keys, values of the last layer


def share(ort: ModuleType, settings: Any) -> None:  # noqa: ANN401  # untyped library
    """Let a session that will be made with ``settings`` use the arena of all."""
    _made(ort)
    settings.add_session_config_entry(_SHARE, "1")


def shrink(ort: ModuleType) -> None:
    """Give the system what no array lies in."""
    options = ort.RunOptions()
    options.add_run_config_entry(*_SHRINK)
    _idle(ort).run(None, {"x": np.zeros(1, np.float32)}, options)


def is_long(feeds: Mapping[str, Array], results: Iterable[Any]) -> bool:
    """Whether a run had so many positions that what it took is worth giving back.

    Told by token ids [B, N], or by what the last layer gave, [.., N, d].
    """
    ids = (a.shape[1] for a in feeds.values() if a.ndim == 2 and a.dtype.kind in "iu")  # noqa: PLR2004  # batch, tokens
    shapes = (tuple(value.shape()) for value in list(results)[-_LAST:] if value.is_tensor())
    given = (shape[-2] for shape in shapes if len(shape) > 2)  # noqa: PLR2004  # at least [B, N, d]
    return max((*ids, *given), default=0) >= LONG


@cache
def _made(ort: ModuleType) -> None:
    """Make the arena, once in a process: regions grow by doubling, as in sessions of their own."""
    place = ort.OrtMemoryInfo(
        "Cpu", ort.OrtAllocatorType.ORT_ARENA_ALLOCATOR, 0, ort.OrtMemType.DEFAULT
    )
    ort.create_and_register_allocator(place, ort.OrtArenaCfg({"arena_extend_strategy": 0}))


@cache
def _idle(ort: ModuleType) -> Any:  # noqa: ANN401  # untyped library
    """Return a session that hands on one number."""
    from onnx import TensorProto, helper  # noqa: PLC0415  # slow, and loaded once a model is open

    ports = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1]) for name in "xy"]
    node = helper.make_node("Identity", ["x"], ["y"])
    graph = helper.make_graph([node], "idle", ports[:1], ports[1:])
    opsets = [helper.make_opsetid("", 17)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=8)
    settings = ort.SessionOptions()
    settings.intra_op_num_threads = 1
    settings.add_session_config_entry(_SHARE, "1")
    return ort.InferenceSession(
        model.SerializeToString(), settings, providers=["CPUExecutionProvider"]
    )
