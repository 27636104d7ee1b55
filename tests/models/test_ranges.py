"""What does not exist is refused in one sentence that says what does, to people and to scripts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from models.api import open_model
from models.errors import MiranteError, OutOfRangeError
from models.record import Record
from models.settings import Start
from tests.helpers.zoo import ZOO


@pytest.fixture(scope="module")
def record() -> Record:
    return open_model(ZOO / "bert").run_text("the cat")


@pytest.mark.parametrize("head", [-1, 4, 99])
def test_a_head_that_does_not_exist_is_an_index_error_with_a_sentence(
    record: Record, head: int
) -> None:
    layer = record.layers[0]
    assert layer.heads == 4
    for ask in (lambda: layer.weights(head=head), lambda: layer.parts(0, head)):
        with pytest.raises(IndexError) as caught:
            ask()
        assert isinstance(caught.value, MiranteError)
        assert str(caught.value).startswith(f"There is no head={head}: it goes from 0 to 3. Python")


@pytest.mark.parametrize("token", [-1, 5, 99])
def test_a_token_that_does_not_exist_is_an_index_error_with_a_sentence(
    record: Record, token: int
) -> None:
    layer = record.layers[0]
    assert len(record.tokens) == 5
    for ask in (layer.row, layer.vector, layer.column, lambda i: layer.parts(i, 0)):
        with pytest.raises(OutOfRangeError, match=f"no token={token}: it goes from 0 to 4"):
            ask(token)


def test_layers_count_as_python_does_and_end_where_they_end(record: Record) -> None:
    assert record.layers[-1] is record.layers[1]
    assert len(list(record.layers)) == 2
    for place in (2, -3):
        with pytest.raises(OutOfRangeError, match=r"no layers\[-?\d\]: it goes from 0 to 1"):
            record.layers[place]


def test_what_the_command_line_asks_for_is_refused_as_people_count(record: Record) -> None:
    asked = Start(layer=98, heads=(0, 98), token=99)
    assert [str(error) for error in asked.refusals(record)] == [
        "There is no layer 99: this model has layers 1 to 2.",
        "There is no head 99: this layer has heads 1 to 4.",
        "There is no token 99: this input has tokens 0 to 4.",
    ]
    assert replace(asked, layer=1, heads=(1,), token=3).refusals(record) == []
    assert Start().refusals(record) == []
