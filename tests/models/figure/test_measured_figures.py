"""Figures of other measures and directions carry exactly the numbers that were measured."""

from __future__ import annotations

import json
from argparse import Namespace
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from models.counting import Asked, hidden
from models.errors import InputError
from models.figure import FigureRequest, draw, words
from models.figure.request import asked_of, fit
from models.figure.script import command
from models.record import Record
from tests.helpers.records import text_record


def measured_record() -> tuple[Record, np.ndarray]:
    record = text_record()
    count = len(record.tokens)
    matrix = np.random.default_rng(1).random((count, count), np.float32)
    asked = Asked("output", 1, (2,))
    return replace(record, measured={asked: matrix}), matrix


def request(**more: object) -> FigureRequest:
    return FigureRequest("row", 1, (2,), token=3, measure="output", **more)  # type: ignore[arg-type]


def test_a_row_and_a_column_come_from_what_was_measured() -> None:
    record, matrix = measured_record()
    np.testing.assert_array_equal(fit(record, request()).row, matrix[3])
    np.testing.assert_array_equal(fit(record, request(direction="to")).row, matrix[:, 3])
    np.testing.assert_array_equal(fit(record, request()).weights, matrix)


def test_what_was_not_measured_is_refused_in_a_sentence() -> None:
    with pytest.raises(InputError, match="not measured"):
        fit(text_record(), request())


def test_heads_change_nothing_where_the_layer_is_looked_at_as_a_whole() -> None:
    layer = text_record().layers[1]
    rolled = FigureRequest("row", 1, (2,), measure="rollout", guarded=True)
    assert asked_of(rolled, layer) == Asked("rollout", 1, (), guarded=True)
    assert asked_of(replace(rolled, measure="value"), layer) == Asked("value", 1, (2,))


def test_hidden_special_tokens_and_columns_of_weights_need_no_measuring() -> None:
    record = text_record()
    plain = FigureRequest("row", 0, (1,), token=2)
    weights = record.layers[0].weights(1)
    column = fit(record, replace(plain, direction="to"))
    np.testing.assert_allclose(column.row, weights[:, 2], atol=1e-6)
    left = fit(record, replace(plain, hide_special=True))
    np.testing.assert_allclose(left.row, hidden(weights, record.encoded.special)[2], atol=1e-6)


def test_the_figure_says_what_its_numbers_are() -> None:
    record, _ = measured_record()
    subject = fit(record, request(direction="to", hide_special=False))
    assert words.title(subject) == "Attention to “está” (token 3)"
    assert "|αvW|" in words.subtitle(subject)
    assert words.counted(subject) == "share of |αvW|"
    assert draw(record, request()).size != (0, 0)


def test_the_command_measures_and_writes_it_into_the_file(tmp_path: Path) -> None:
    out = tmp_path / "figure.png"
    asked = Namespace(
        model="multilingual-e5-small", variant="", provider=None, text="O gato dorme", pair=None,
        image=None, size=None, corrections=None, view="row", layer="3", head="2", token=1,
        scale=1.0, theme="light", out=str(out), measure="mixing", direction="from",
        hide_special=True, guarded=False,
    )  # fmt: skip
    assert command(asked) == 0
    facts = json.loads(Image.open(out).text["mirante"])  # type: ignore[attr-defined]
    assert facts["measure"] == "mixing"
    assert facts["special_tokens_hidden"] is True
