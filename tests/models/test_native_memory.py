"""A model that nobody holds is out of memory: its sessions, and what the C library would keep."""

from __future__ import annotations

import subprocess
import sys
import weakref

import pytest

from models.api import Model, open_model
from models.record import Record
from models.runtime import Session
from tests.helpers.zoo import ZOO

MEGABYTE = 1_000_000


OPENED_THREE_TIMES = """
from pathlib import Path
from models.api import open_model

def resident():  # bytes of this process that are in memory now (Linux)
    status = Path("/proc/self/status").read_text("ascii").splitlines()
    return int(next(line for line in status if line.startswith("RssAnon")).split()[1]) * 1024

open_model("text").run_text("O gato")  # the first opening loads libraries
before, taken = resident(), 0
for _ in range(3):
    model = open_model("text")
    record = model.verified(model.run_text("O gato no telhado"))
    taken = max(taken, resident() - before)
    del record, model
print(taken, resident() - before)
"""


def _sessions(model: Model) -> list[weakref.ref[Session]]:
    tapped = model.tapped
    made = tapped._verifier._made
    assert made is not None
    return [weakref.ref(tapped._tapping.session), weakref.ref(made[1])]


def _ran() -> tuple[Record, list[weakref.ref[Session]]]:
    model = open_model(ZOO / "bert")
    record = model.verified(model.run_text("the cat"))
    return record, _sessions(model)


def test_a_record_outlives_its_model_and_holds_none_of_its_sessions() -> None:
    record, sessions = _ran()
    assert [session() for session in sessions] == [None, None]
    assert record.layers[0].weights(0).shape == (len(record.tokens),) * 2


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads what Linux tells")
def test_a_model_that_was_let_go_is_out_of_memory() -> None:
    """In a process of its own: what other tests left would be given back meanwhile."""
    ended = subprocess.run(
        [sys.executable, "-c", OPENED_THREE_TIMES], check=True, capture_output=True, text=True
    )
    taken, left = map(int, ended.stdout.split())
    assert taken > 60 * MEGABYTE, "a model takes memory, or this sees nothing"
    assert left < taken / 3
