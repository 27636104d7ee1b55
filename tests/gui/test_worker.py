"""Lanes: off the GUI thread, newest wins, nothing late ever arrives."""

from __future__ import annotations

import sys
import threading
import time
import weakref
from collections.abc import Iterator
from functools import partial

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gui.worker import Lane, take_short_turns
from models.errors import CancelledError, InputError
from models.runtime import Cancel


@pytest.fixture
def lane(qtbot: QtBot) -> Iterator[Lane]:
    lane = Lane("test")
    yield lane
    lane.close()


def test_a_job_runs_off_the_gui_thread_and_its_answer_carries_its_number(
    lane: Lane, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(lane.done) as answer:
        number = lane.submit(lambda _cancel: threading.current_thread())
    assert answer.args is not None
    assert answer.args[0] == number
    assert answer.args[1] is not threading.main_thread()


def test_the_newest_job_wins_and_the_older_answer_never_comes(lane: Lane, qtbot: QtBot) -> None:
    started, release = threading.Event(), threading.Event()
    answers: list[object] = []
    lane.done.connect(lambda _number, result: answers.append(result))

    def slow(_cancel: Cancel) -> str:
        started.set()
        release.wait(5)
        return "old"

    lane.submit(slow)
    assert started.wait(5)
    with qtbot.waitSignal(lane.done):
        lane.submit(lambda _cancel: "new")
        release.set()
    assert answers == ["new"]


def test_a_newer_job_cancels_the_running_one(lane: Lane, qtbot: QtBot) -> None:
    started, cancelled = threading.Event(), threading.Event()

    def patient(cancel: Cancel) -> None:
        started.set()
        while not cancel.cancelled:
            pass
        cancelled.set()
        cancel.check()

    lane.submit(patient)
    assert started.wait(5)
    with qtbot.waitSignal(lane.done):
        lane.submit(lambda _cancel: None)
    assert cancelled.is_set()


def test_of_jobs_that_wait_only_the_last_is_done(lane: Lane, qtbot: QtBot) -> None:
    started, release = threading.Event(), threading.Event()
    ran: list[int] = []

    def first(_cancel: Cancel) -> None:
        started.set()
        release.wait(5)

    lane.submit(first)
    assert started.wait(5)
    for number in range(5):
        lane.submit(lambda _cancel, n=number: ran.append(n))
    with qtbot.waitSignal(lane.done):
        release.set()
    assert ran == [4]


def test_an_error_arrives_as_failed_even_one_that_is_not_an_exception(
    lane: Lane, qtbot: QtBot
) -> None:
    class Panic(BaseException):
        """Like the ones that come out of Rust."""

    for kind in (InputError, Panic):

        def job(_cancel: Cancel, kind: type[BaseException] = kind) -> None:
            raise kind("no")

        with qtbot.waitSignal(lane.failed) as answer:
            lane.submit(job)
        assert answer.args is not None
        assert isinstance(answer.args[1], kind)


def test_a_cancelled_job_says_nothing_and_the_lane_is_free_again(lane: Lane, qtbot: QtBot) -> None:
    started, heard = threading.Event(), []
    lane.done.connect(lambda *_: heard.append("done"))
    lane.failed.connect(lambda *_: heard.append("failed"))

    def patient(cancel: Cancel) -> None:
        started.set()
        while not cancel.cancelled:
            pass
        raise CancelledError("stopped")

    lane.submit(patient)
    assert started.wait(5)
    with qtbot.waitSignal(lane.busy_changed, check_params_cb=lambda busy: not busy):
        lane.cancel()
    assert heard == []
    assert not lane.busy


def test_a_lane_is_busy_until_its_answer_has_arrived(lane: Lane, qtbot: QtBot) -> None:
    idle = threading.Event()
    lane.busy_changed.connect(
        lambda busy: None if busy else idle.set(), Qt.ConnectionType.DirectConnection
    )
    told: list[bool] = []
    lane.done.connect(lambda _number, _answer: told.append(lane.busy))
    with qtbot.waitSignal(lane.done):
        lane.submit(lambda _cancel: "late")
        assert idle.wait(5)  # the thread has ended its work, this one has heard nothing
        assert lane.busy
    assert told[-1:] == [False], "who hears the answer finds the lane free"


def test_a_cancelled_lane_is_free_though_an_answer_is_on_its_way(lane: Lane) -> None:
    idle = threading.Event()
    lane.busy_changed.connect(
        lambda busy: None if busy else idle.set(), Qt.ConnectionType.DirectConnection
    )
    lane.submit(lambda _cancel: "late")
    assert idle.wait(5)
    lane.cancel()
    assert not lane.busy


class _Model:
    """Stands for what is large."""


def test_a_lane_that_waits_holds_nothing_of_its_last_job(lane: Lane, qtbot: QtBot) -> None:
    model = _Model()
    held = weakref.ref(model)
    with qtbot.waitSignal(lane.done):
        lane.submit(partial(lambda _model, _cancel: None, model))
    del model
    qtbot.waitUntil(lambda: held() is None)


def test_a_lane_that_waits_holds_nothing_of_its_last_failure(lane: Lane, qtbot: QtBot) -> None:
    def fail(_model: _Model, _cancel: Cancel) -> None:
        raise InputError("No.")  # the frame, which the error remembers, has the model

    model = _Model()
    held = weakref.ref(model)
    with qtbot.waitSignal(lane.failed) as told:
        lane.submit(partial(fail, model))
    told.args = None
    del model
    qtbot.waitUntil(lambda: held() is None)


def _waited() -> float:
    """Return how long coming back from Qt forty times takes, beside a thread that runs Python."""
    ending = threading.Event()

    def work() -> None:
        while not ending.is_set():
            sum(range(50))

    thread = threading.Thread(target=work)
    thread.start()
    begin = time.perf_counter()
    for _turn in range(40):
        time.sleep(1e-4)  # gives way, as waiting for events does
    took = time.perf_counter() - begin
    ending.set()
    thread.join()
    return took


def test_background_work_gives_way_to_the_window_soon() -> None:
    usual = sys.getswitchinterval()
    try:
        long = min(_waited() for _ in range(3))
        take_short_turns()
        short = min(_waited() for _ in range(3))
    finally:
        sys.setswitchinterval(usual)
    assert short < long / 2
