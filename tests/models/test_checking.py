"""The check against the runtime is of the very input that it is told of."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from models.api import Model, open_model
from models.checking import fingerprint
from models.encoded import Array
from models.graph.edit import Edit
from models.runtime import Cancel, Session
from models.tapping import Loader
from tests.helpers.zoo import ZOO


@pytest.fixture
def model() -> Model:
    return open_model(ZOO / "bert")


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Every session that is made from now on."""
    sessions: list[object] = []
    session = Loader.session

    def noted(loader: Loader, edit: Edit, cancel: Cancel | None) -> Session:
        new = session(loader, edit, cancel)
        sessions.append(new)
        return new

    monkeypatch.setattr(Loader, "session", noted)
    return sessions


def test_a_new_input_is_not_called_checked_by_the_check_of_another(model: Model) -> None:
    first = model.verified(model.run_text("the cat"))
    assert first.provenance.checked_on == "input"
    other = model.run_text("the cat sat on the mat")
    assert other.provenance.checked_on == ""
    assert set(other.provenance.differences) == {None}


def test_each_input_keeps_its_own_result(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    lengths: list[int] = []
    layers = len(model.tapped.blocks)

    def verify(feeds: Mapping[str, Array], *, cancel: Cancel | None) -> tuple[float, ...]:
        lengths.append(feeds["input_ids"].shape[1])
        return (1e-9 * lengths[-1],) * layers

    monkeypatch.setattr(model.tapped, "verify", verify)
    short, long = (model.run_text(text) for text in ("the cat", "the cat sat on the mat"))
    told = [model.verified(record).provenance.differences[0] for record in (short, long, short)]
    assert len(lengths) == 2  # the third was known
    assert told == [1e-9 * lengths[0], 1e-9 * lengths[1], 1e-9 * lengths[0]]
    assert model.run_text("the cat").provenance.differences[0] == told[0]


def test_the_session_of_the_check_is_made_once_for_many_inputs(
    model: Model, made: list[object]
) -> None:
    made.clear()
    for text in ("the cat", "the mat", "a dog sat"):
        model.verified(model.run_text(text))
    assert len(made) == 1


def test_a_heavy_model_is_checked_in_its_one_session(
    model: Model, made: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = model.verified(model.run_text("the cat")).provenance.differences
    monkeypatch.setattr("models.tapping._TWO_SESSIONS_UP_TO", 0)
    made.clear()
    heavy = open_model(model.files.onnx.parent)
    for text in ("the cat", "the red mat"):
        record = heavy.verified(heavy.run_text(text))
        assert None not in record.provenance.differences
        assert set(record.outputs) == set(model.run_text(text).outputs)
    assert len(made) == 1  # the weights are in memory once
    assert heavy.verified(heavy.run_text("the cat")).provenance.differences == pytest.approx(usual)


def test_a_record_that_was_misread_is_run_again(
    model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = model.run_text("the cat")
    tapped = model.tapped

    def verify(feeds: Mapping[str, Array], *, cancel: Cancel | None) -> tuple[float, ...]:
        tapped._turn([0], cancel)  # as for a layer that is far from the runtime
        return (0.0,) * len(tapped.blocks)

    monkeypatch.setattr(tapped, "verify", verify)
    again = model.verified(record)
    assert record.layers[0].direct is None
    assert again.layers[0].direct is not None
    assert again.layers[1].direct is None


def test_equal_inputs_share_a_fingerprint_and_others_do_not() -> None:
    ids = np.arange(6, dtype=np.int64).reshape(1, 6)
    same = fingerprint({"ids": ids, "mask": ids})
    assert same == fingerprint({"mask": ids.copy(), "ids": ids.copy()})
    assert same != fingerprint({"ids": ids, "mask": ids + 1})
    assert same != fingerprint({"ids": ids.reshape(1, 2, 3), "mask": ids})
    assert same != fingerprint({"ids": ids.astype(np.int32), "mask": ids})
