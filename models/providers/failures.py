"""What onnxruntime raises."""

from __future__ import annotations

from types import ModuleType


def failures(ort: ModuleType, *others: type[Exception]) -> tuple[type[Exception], ...]:
    """Return everything the runtime is known to raise: its classes share no base of their own.

    ``others`` come on top.
    """
    state = ort.capi.onnxruntime_pybind11_state
    own = [x for x in vars(state).values() if isinstance(x, type) and issubclass(x, Exception)]
    return (*others, *own, RuntimeError, ValueError, TypeError, MemoryError)
