"""The switch of what counts changes every view, and never shows an old number for a new measure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from gui.controller import Controller
from gui.counting import connect_counting
from gui.matrix import MatrixSource
from gui.panels.export_dialog import ExportDialog
from gui.panels.heatmap_page import HeatmapPage
from gui.panels.row_panel import RowPanel
from gui.state import Shown, ViewState, resolve
from gui.views.counts_bar import CountsBar
from models.counting import MEASURES, Asked, Row, disagreement
from models.errors import MiranteError
from models.flow.measured import Measurer
from models.flow.reader import FlowReader
from models.i18n import mark
from models.record import Record
from tests.helpers.records import text_record


class Told:
    """Knows one row."""

    def __init__(self, answer: object) -> None:
        self.answer = answer
        self.asked: list[tuple[Asked, Row]] = []

    def row(self, _record: Record, asked: Asked, row: Row) -> object:
        self.asked.append((asked, row))
        return self.answer

    def ratio(self, _record: Record, asked: Asked, _row: Row) -> float | None:
        return 0.25 if asked.measure == "mixing" else None


@pytest.fixture
def record() -> Record:
    return text_record()


def state(**changes: object) -> ViewState:
    return ViewState(layer=0, pinned=1, **changes)  # type: ignore[arg-type]


def test_the_weights_need_no_measuring(record: Record) -> None:
    known = Told(None)
    shown = resolve(state(), record, known)  # type: ignore[arg-type]
    assert known.asked == []
    assert shown.row is not None
    np.testing.assert_array_equal(shown.row, shown.weights)
    assert not shown.waiting


def test_hidden_special_tokens_leave_a_row_that_sums_to_one(record: Record) -> None:
    special = record.encoded.special
    assert special.any()
    shown = resolve(state(hide_special=True), record)
    assert shown.row is not None
    assert np.all(shown.row[special] == 0)
    assert float(shown.row.sum()) == pytest.approx(1, abs=1e-6)
    assert shown.weights is not None
    assert np.any(shown.weights[special] > 0)


@pytest.mark.parametrize("changes", [{"measure": "output"}, {"direction": "to"}])
def test_a_row_that_is_not_measured_yet_is_no_row(
    record: Record, changes: dict[str, object]
) -> None:
    shown = resolve(state(**changes), record, Told(None))  # type: ignore[arg-type]
    assert shown.row is None
    assert shown.waiting
    assert shown.weights is not None


def test_a_measured_row_is_shown_and_a_refusal_is_told(record: Record) -> None:
    row = np.linspace(0, 1, len(record.tokens), dtype=np.float32)
    known = Told(row)
    shown = resolve(state(measure="mixing", heads=(1,)), record, known)  # type: ignore[arg-type]
    assert shown.row is row
    assert known.asked == [(Asked("mixing", 0), Row(1))], "heads change nothing in the mixing"
    assert shown.ratio == 0.25
    error = MiranteError(mark("Stopped."))
    refused = resolve(state(measure="value"), record, Told(error))  # type: ignore[arg-type]
    assert refused.refusal is error
    assert not refused.waiting


class Window:
    """A controller on a bundled model's record, with the bar and the heatmap that it drives."""

    def __init__(self, qtbot: QtBot) -> None:
        self.controller = Controller()
        self.bar, self.page, self.matrices = CountsBar(), HeatmapPage(), MatrixSource()
        qtbot.addWidget(self.bar)
        qtbot.addWidget(self.page)
        connect_counting(self.bar, self.controller, matrices=self.matrices, heatmap=self.page)
        self.seen: list[Shown] = []
        self.controller.shown_changed.connect(self.seen.append)
        with qtbot.waitSignal(self.controller.record_changed, timeout=60_000):
            self.controller.set_text("O gato dorme")
        self.controller.change(pinned=2, layer=3)

    def close(self) -> None:
        self.controller.close()
        self.matrices.lane.close()
        self.controller.deleteLater()  # what was connected to it holds it until then


@pytest.fixture
def window(qtbot: QtBot) -> Iterator[Window]:
    made = Window(qtbot)
    yield made
    made.close()


def choose(window: Window, box: str, data: str) -> None:
    found = getattr(window.bar, box)
    found.setCurrentIndex(found.findData(data))
    found.activated.emit(found.currentIndex())


def test_every_measure_comes_as_a_script_computes_it(window: Window, qtbot: QtBot) -> None:
    controller = window.controller
    model, record = controller.bench.model, controller.bench.record
    assert model is not None
    assert record is not None
    measurer = Measurer(record, FlowReader(model.tapped))
    for measure in MEASURES[1:]:
        choose(window, "measure", measure)
        qtbot.waitUntil(lambda: not controller.shown.waiting, timeout=30_000)  # type: ignore[union-attr]
        shown = controller.shown
        assert shown is not None
        wanted = measurer.row(Asked(measure, 3), 2)
        np.testing.assert_array_equal(shown.row, wanted)
        if measure == "mixing":
            percent = round(100 * float(measurer.mixing_ratio(3)[2]))
            assert window.bar.note.text().startswith(f"{percent}%")
        assert float(wanted.sum()) == pytest.approx(1, abs=1e-5)


def test_a_column_says_that_it_need_not_sum_to_one(window: Window, qtbot: QtBot) -> None:
    controller = window.controller
    choose(window, "direction", "to")
    assert window.bar.note.text() == "computing …"
    qtbot.waitUntil(lambda: not controller.shown.waiting, timeout=30_000)  # type: ignore[union-attr]
    shown = controller.shown
    assert shown is not None
    wanted = shown.layer.mean_weights(range(shown.layer.heads))[:, 2]
    np.testing.assert_allclose(shown.row, wanted, atol=1e-6)
    assert "need not sum to 1" in window.bar.note.text()


def test_a_column_of_more_tokens_than_a_map_has_room_for_is_shown_without_the_map(
    window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    controller = window.controller
    monkeypatch.setattr("models.flow.filling._LARGEST", 1)
    choose(window, "direction", "to")
    qtbot.waitUntil(lambda: not controller.shown.waiting, timeout=30_000)  # type: ignore[union-attr]
    shown = controller.shown
    assert shown is not None
    assert shown.refusal is None
    wanted = shown.layer.mean_weights(range(shown.layer.heads))[:, 2]
    np.testing.assert_allclose(shown.row, wanted, atol=1e-6)


def test_the_heatmap_gets_the_measure_and_shows_none_meanwhile(
    window: Window, qtbot: QtBot
) -> None:
    controller, page, matrices = window.controller, window.page, window.matrices
    page.build_view()
    shown = controller.shown
    matrices.ready.connect(page.set_matrix)
    page.set_shown(shown)
    matrices.want(shown)
    assert page.view is not None
    assert not page.view.isHidden()
    controller.change(measure="output")
    page.set_shown(controller.shown)
    assert page.view.isHidden(), "an old map of another measure must not be seen"
    with qtbot.waitSignal(matrices.ready, timeout=30_000) as got:
        matrices.want(controller.shown)
    assert not page.view.isHidden()
    assert "|αvW|" in page.title.text()
    np.testing.assert_allclose(got.args[0].weights.sum(axis=1), 1, atol=1e-5)


def test_what_cannot_be_measured_is_said_in_a_sentence(window: Window, qtbot: QtBot) -> None:
    page = window.page
    page.build_view()
    page.set_shown(window.controller.shown)
    page.set_refusal(MiranteError(mark("Stopped.")))
    assert page.waiting.text() == "Stopped."


def test_words_of_the_bar_fit_a_small_window_in_both_languages(window: Window) -> None:
    assert window.bar.sizeHint().width() < 1200
    for part in (window.bar.measure, window.bar.direction, window.bar.hide_special):
        assert part.toolTip()
        assert part.accessibleName() or part.text()


def test_the_row_panel_tells_where_weight_and_vector_disagree(qtbot: QtBot) -> None:
    record = text_record()
    first = record.layers[0]
    value = first.value.copy()
    key = int(first.row(1)[0].argmax())
    value[0, key] *= 1e-3
    layer = replace(first, value=value)
    told = RowPanel()
    qtbot.addWidget(told)
    for changed, seen in ((layer, True), (first, False)):
        changed_record = replace(record, layers=(changed, record.layers[1]))
        shown = resolve(state(heads=(0,)), changed_record)
        told.set_facts(shown, changed.parts(1, 0))
        facts = told.link.facts
        assert facts is not None
        gap = disagreement(facts.parts.weights, facts.contributions)
        assert (gap is not None) == seen, "the seeded numbers make a case of each kind"
        assert told.header.badge.isHidden() != seen
        if gap is not None:
            assert gap.key == key
            assert f"{round(100 * gap.weight)}% of the weight" in told.header.badge.text()


def test_a_page_that_keeps_to_the_weights_says_so(qtbot: QtBot) -> None:
    record, bar = text_record(), CountsBar()
    qtbot.addWidget(bar)
    whole = np.full(len(record.tokens), 0.1, dtype=np.float32)
    bar.set_shown(resolve(state(measure="rollout", page="heads"), record, Told(whole)))
    assert "keeps to the weights" in bar.note.text()
    for follows in (state(measure="rollout", page="lines"), state(hide_special=True, page="heads")):
        bar.set_shown(resolve(follows, record))
        assert "keeps to the weights" not in bar.note.text()


def test_an_exported_figure_measures_what_is_shown(window: Window, qtbot: QtBot) -> None:
    controller = window.controller
    controller.change(measure="mixing", hide_special=True)
    shown = controller.shown_with_check()
    assert shown is not None
    told: list[object] = []
    dialog = ExportDialog(shown, told.append)
    qtbot.addWidget(dialog)
    qtbot.waitUntil(dialog.save_button.isEnabled, timeout=30_000)
    assert dialog.request.measure == "mixing"
    assert dialog.request.hide_special
    assert told == []
    dialog.lane.close()
