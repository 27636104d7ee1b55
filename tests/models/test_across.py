"""One token through the layers, against loops written here and the model's own tensors."""

from __future__ import annotations

import math

import numpy as np
import pytest

from models.across import cosine, path_of, similarities, states_of, steps_of
from models.api import open_model
from models.flow.reader import read_flow
from tests.helpers.figures import text_record
from tests.helpers.zoo import ZOO


def test_the_path_is_the_token_s_row_in_every_layer() -> None:
    record = text_record(["um", "dois", "três"], heads=3)
    path = path_of(record, 2, (0, 2))
    for index, layer in enumerate(record.layers):
        for key in range(5):
            weights = []
            for head in (0, 2):
                scores = [
                    float(np.dot(layer.query[head, 2], layer.key[head, k])) * layer.scale[head]
                    for k in range(5)
                ]
                weights.append(math.exp(scores[key]) / sum(map(math.exp, scores)))
            assert path[index, key] == pytest.approx(sum(weights) / 2, abs=1e-6)


def test_heads_that_a_layer_lacks_give_its_mean() -> None:
    record = text_record(["um"], heads=2)
    assert np.allclose(path_of(record, 0, (7,)), path_of(record, 0))


def test_steps_are_lengths_and_cosines_of_what_passes_between_the_layers() -> None:
    model = open_model(ZOO / "bert" / "onnx" / "model.onnx")
    record = model.run_text("the cat sat on the mat")
    flow, layers = read_flow(model, record), len(record.layers)
    steps = steps_of(flow, 3, layers=layers)
    states = flow.states
    assert states is not None
    for index in range(layers):
        found = flow.layer(index)
        given = [float(x) for x in states[index][3]]
        gives = [float(x) for x in states[index + 1][3]]
        came = [float(x) for x in found.output[3]]
        length = math.sqrt(sum(x * x for x in given))
        ratio = math.sqrt(sum(x * x for x in came)) / length
        assert steps.added[index] == pytest.approx(ratio, rel=1e-5)
        dot = sum(a * b for a, b in zip(given, gives, strict=True))
        both = length * math.sqrt(sum(x * x for x in gives))
        assert steps.kept[index] == pytest.approx(dot / both, abs=1e-5)
        assert steps.start[index] == pytest.approx(cosine(states[0][3], states[index + 1][3]))
    kept = states_of(flow, 3)
    assert kept is not None
    every = similarities(kept)
    assert np.allclose(np.diag(every), 1, atol=1e-6)
    assert every[1, 2] == pytest.approx(float(steps.kept[1]), abs=1e-5)
    assert steps.reasons == ("",) * layers


def test_a_vector_without_length_has_no_cosine() -> None:
    assert math.isnan(cosine(np.zeros(3, np.float32), np.ones(3, np.float32)))
    assert np.isnan(similarities(np.zeros((2, 3), np.float32))).all()
