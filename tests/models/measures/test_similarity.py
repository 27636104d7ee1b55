"""How alike heads look, against the definition in loops."""

from __future__ import annotations

import math

import numpy as np
import pytest

from models.measures.similarity import evenly, flat_map, similarity
from tests.helpers.records import image_record, text_record


def kullback(p: list[float], q: list[float]) -> float:
    return sum(a * math.log(a / b) for a, b in zip(p, q, strict=True) if a > 0)


def jensen_shannon(p: list[float], q: list[float]) -> float:
    middle = [(a + b) / 2 for a, b in zip(p, q, strict=True)]
    return (kullback(p, middle) + kullback(q, middle)) / 2


def test_the_divergence_is_the_mean_over_rows() -> None:
    record = text_record(heads=3)
    found = similarity(record)
    heads = [one.weights(h).astype(float).tolist() for one in record.layers for h in range(3)]
    wanted = np.array(
        [
            [np.mean([jensen_shannon(p, q) for p, q in zip(a, b, strict=True)]) for b in heads]
            for a in heads
        ]
    )
    np.testing.assert_allclose(found.divergence, wanted, atol=1e-5)
    assert found.heads == tuple((layer, head) for layer in range(2) for head in range(3))
    assert (found.rows, found.of) == (tuple(range(8)), 8)


def test_long_inputs_are_compared_on_as_many_rows_as_fit_and_say_so() -> None:
    record = image_record(rows=5, columns=5)
    found = similarity(record, most=6 * 26 * 4)
    assert found.rows == (0, 8, 17, 25)
    assert found.of == 26
    whole = similarity(record)
    assert len(whole.rows) == 26
    assert not np.allclose(found.divergence, whole.divergence)


def test_even_steps_keep_both_ends() -> None:
    assert evenly(np.arange(10), 3).tolist() == [0, 4, 9]
    assert evenly(np.arange(3), 5).tolist() == [0, 1, 2]


def test_points_that_lie_flat_are_found_again() -> None:
    true = np.array([[0.0, 0.0], [3.0, 0.0], [3.0, 1.0], [-2.0, 0.5]])
    distances = np.linalg.norm(true[:, None] - true[None], axis=2)
    points, kept = flat_map(distances)
    again = np.linalg.norm(points[:, None] - points[None], axis=2)
    np.testing.assert_allclose(again, distances, atol=1e-9)
    assert kept == pytest.approx(1.0)


def test_the_same_distances_give_the_same_map_whatever_the_signs_of_the_solver() -> None:
    record = text_record(heads=4)
    first, second = similarity(record), similarity(record)
    np.testing.assert_array_equal(first.points, second.points)
    furthest = np.abs(first.points).argmax(axis=0)
    assert (first.points[furthest, [0, 1]] > 0).all()


def test_one_head_or_equal_heads_lie_on_one_point() -> None:
    assert flat_map(np.zeros((1, 1)))[0].tolist() == [[0.0, 0.0]]
    points, kept = flat_map(np.zeros((3, 3)))
    assert not points.any()
    assert kept == 1.0
