"""A record with the numbers that a figure of another measure than the weights needs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from models.figure.request import HEADS_OR_LAYERS, FigureRequest, asked_of
from models.flow.measured import Measurer
from models.flow.reader import FlowReader
from models.lazy_matrices import LazyMatrices
from models.record import Record
from models.windowed import spread

if TYPE_CHECKING:
    from models.api import Model


def with_measure(model: Model, record: Record, request: FigureRequest) -> Record:
    """Return ``record`` with the numbers that a figure of another measure needs.

    Where ``request`` fits no layer or head of it, it comes back as it is: drawing says why.
    Raises as ``Measurer.matrix`` does.
    """
    if not 0 <= request.layer < len(record.layers):
        return record
    layer = spread(record.layers[request.layer])
    if any(not 0 <= head < layer.heads for head in request.heads):
        return record
    asked = asked_of(request, layer)
    measurer = Measurer(record, FlowReader(model.tapped))
    if request.view in HEADS_OR_LAYERS:
        return replace(record, measured=LazyMatrices(record.measured, measurer.matrix))
    matrix = measurer.matrix(asked)
    return replace(record, measured={**record.measured, asked: matrix})
