"""The page of all heads: it computes off the GUI thread and shows what it computed."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.messages import Message
from gui.numbers import short
from gui.panels.atlas_page import AtlasPage
from gui.state import ViewState, resolve
from models import colour
from models.api import open_model
from models.measures.per_head import measure
from models.measures.table import MEASURES, measure_named
from models.record import Record
from tests.helpers.records import image_record, text_record
from tests.helpers.zoo import ZOO

BERT = open_model(ZOO / "bert")


@pytest.fixture
def page(qtbot: QtBot) -> Iterator[AtlasPage]:
    page = AtlasPage(lambda: BERT)
    qtbot.addWidget(page)
    page.resize(700, 500)
    page.show()
    page.set_active(active=True)
    yield page
    page.close_lanes()


def show(page: AtlasPage, record: Record, qtbot: QtBot, **state: object) -> None:
    with qtbot.waitSignals([page.source.thumbnails_done, page.source.measured]):
        page.set_shown(resolve(ViewState(**state), record))  # type: ignore[arg-type]


def choose(page: AtlasPage, **choices: str) -> None:
    for name, key in choices.items():
        box = getattr(page.tools, name)
        box.setCurrentIndex(box.findData(key))
        box.activated.emit(box.currentIndex())


def test_every_head_is_shown_and_the_chosen_ones_framed(page: AtlasPage, qtbot: QtBot) -> None:
    show(page, text_record(), qtbot, layer=1, heads=(2,))
    assert sorted(page.atlas.found) == [0, 1]
    assert page.atlas._selected == (1, (2,))
    assert page.note.text() == "" or "comparing" in page.note.text() or "axes" in page.note.text()


def test_what_is_picked_is_told(page: AtlasPage, qtbot: QtBot) -> None:
    show(page, text_record(), qtbot)
    with qtbot.waitSignal(page.heads_picked) as told:
        page.atlas.heads_picked.emit(1, (0, 2), ((0, 1), (1, 0), (1, 2)))
    assert told.args == [1, (0, 2), ((0, 1), (1, 0), (1, 2))]


def test_a_set_over_layers_is_framed_measured_and_copied(page: AtlasPage, qtbot: QtBot) -> None:
    record = text_record()
    chosen = ((0, 1), (1, 0), (1, 2))
    show(page, record, qtbot, layer=1, heads=(0, 2), marked=chosen)
    assert page.atlas._chosen == page.map._chosen == frozenset(chosen)
    choose(page, measure="entropy")
    found = measure(record)
    values = [found.value("entropy", *head) for head in chosen]
    assert "3 heads chosen in 2 layers" in page.note.text()
    assert f"{short(float(np.mean(values)))} on average" in page.note.text()
    assert f"{short(min(values))} to {short(max(values))}" in page.note.text()
    page.tools.views["table"].click()
    lines = page.table.copied().split("\n")[1:]
    assert [line.split("\t")[:2] for line in lines] == [["L1", "H2"], ["L2", "H1"], ["L2", "H3"]]


def test_another_layer_ends_a_set_over_layers(page: AtlasPage, qtbot: QtBot) -> None:
    show(page, text_record(), qtbot, layer=0, heads=(2,), marked=((0, 1), (1, 0)))
    assert page.atlas._chosen == {(0, 2)}
    assert "chosen" not in page.note.text()


def test_sorting_puts_the_largest_first(page: AtlasPage, qtbot: QtBot) -> None:
    record = text_record()
    show(page, record, qtbot)
    choose(page, measure="confidence")
    page.tools.sort.setChecked(True)
    found = measure(record)
    heads = [(layer, head) for layer in range(2) for head in range(3)]
    wanted = sorted(heads, key=lambda head: -found.value("confidence", *head))
    assert list(page.atlas.atlas.order) == wanted
    assert "This input alone: 8 tokens" in page.note.text()
    page.tools.sort.setChecked(False)
    assert list(page.atlas.atlas.order) == heads


def test_the_tooltip_of_a_measure_gives_formula_and_paper(page: AtlasPage, qtbot: QtBot) -> None:
    show(page, text_record(), qtbot)
    choose(page, measure="entropy")
    assert measure_named("entropy").formula in page.tools.measure.toolTip()
    assert "1906.04341" in page.tools.measure.toolTip()


def test_the_words_of_a_head_say_every_measure_and_how_many_inputs(
    page: AtlasPage, qtbot: QtBot
) -> None:
    show(page, text_record(), qtbot)
    words = page._tip((1, 2))
    assert words.startswith("L2 · H3\nEntropy: ")
    assert "This input alone: 8 tokens" in words


def test_the_scale_of_the_small_pictures_is_told(page: AtlasPage, qtbot: QtBot) -> None:
    show(page, text_record(), qtbot)
    with qtbot.waitSignal(page.look_chosen) as told:
        choose(page, scale="log")
    assert told.args == ["log", False]
    assert "logarithmic" in page.legend.accessibleName()
    assert page.legend.marks == (f"≤ {short(1e-4)}", short(1e-2), "1")


def test_photos_offer_maps_of_the_pinned_patch(page: AtlasPage, qtbot: QtBot) -> None:
    record = image_record()
    show(page, record, qtbot, pinned=5)
    assert page.tools.subject.isVisible()
    assert page.atlas.found[0].map
    first = page.atlas.found[0].dots
    with qtbot.waitSignal(page.source.thumbnails_done):
        choose(page, subject="pinned")
    assert (page.atlas.found[0].dots != first).any()
    assert page.tools.chosen_scale == "layer"
    show(page, text_record(), qtbot)
    assert not page.tools.subject.isVisible()
    assert page.tools.chosen_scale == "all"


def test_the_table_sorts_by_a_column_and_copies_what_it_shows(
    page: AtlasPage, qtbot: QtBot
) -> None:
    record = text_record()
    show(page, record, qtbot)
    page.tools.views["table"].click()
    column = 3 + [m.name for m in page.table.lines.columns].index("confidence")
    page.table.sortByColumn(column, Qt.SortOrder.DescendingOrder)
    page.tools.copy.click()
    lines = [line.split("\t") for line in QApplication.clipboard().text().split("\n")]
    assert lines[0][:3] == ["Layer", "Head", "Tags"]
    numbers = [float(line[column]) for line in lines[1:]]
    assert numbers == sorted(numbers, reverse=True)
    assert len(numbers) == 6


def test_the_name_of_a_column_stands_over_its_numbers(page: AtlasPage, qtbot: QtBot) -> None:
    show(page, text_record(), qtbot)
    lines, across, role = page.table.lines, Qt.Orientation.Horizontal, Qt.ItemDataRole
    left = page.table.horizontalHeader().defaultAlignment()
    for column in range(lines.columnCount()):
        name = lines.headerData(column, across, role.TextAlignmentRole)
        number = lines.data(lines.index(0, column), role.TextAlignmentRole)
        assert name == number, lines.headerData(column, across)
        assert (number is None) == (column < 3)
    assert left & Qt.AlignmentFlag.AlignLeft


def test_the_table_picks_the_head_of_its_line(page: AtlasPage, qtbot: QtBot) -> None:
    show(page, text_record(), qtbot)
    page.tools.views["table"].click()
    page.table.sortByColumn(0, Qt.SortOrder.DescendingOrder)
    with qtbot.waitSignal(page.heads_picked) as told:
        page.table.activated.emit(page.table.sorted.index(0, 0))
    assert told.args == [1, (2,), ()]


def test_the_map_lays_out_every_head_and_a_click_picks_one(page: AtlasPage, qtbot: QtBot) -> None:
    record = text_record()
    show(page, record, qtbot)
    if page._similarity is None:
        with qtbot.waitSignal(page.source.compared):
            page.tools.views["map"].click()
    page.tools.views["map"].click()
    assert not page.area.scroll_area.isVisible()
    places = page.map.places()
    assert len(places) == 6
    with qtbot.waitSignal(page.heads_picked) as told:
        qtbot.mouseClick(page.map, Qt.MouseButton.LeftButton, pos=places[4].toPoint())
    assert told.args == [1, (1,), ()]
    assert "8 of 8 rows" in page.note.text()


def test_a_measure_colours_heads_and_their_points_alike(page: AtlasPage, qtbot: QtBot) -> None:
    record = text_record()
    show(page, record, qtbot)
    by_layer = [page.map.shade((layer, 1)) for layer in (0, 1)]
    assert by_layer[0] != by_layer[1]
    choose(page, measure="confidence")
    colours, found = colour.table(page.map._map), measure(record)
    for head in ((0, 0), (1, 2)):
        wanted = colours[round(255 * found.value("confidence", *head))]
        shade = page.map.shade(head)
        assert (shade.red(), shade.green(), shade.blue()) == tuple(wanted.tolist())
    choose(page, measure="")
    assert [page.map.shade((layer, 1)) for layer in (0, 1)] == by_layer


def test_evidence_runs_behind_and_then_stands_behind_the_figures(
    page: AtlasPage, qtbot: QtBot
) -> None:
    show(page, BERT.run_text("the cat sat"), qtbot)
    with qtbot.waitSignal(page.source.evidence_ended, timeout=30_000):
        page.tools.evidence.click()
        assert page.tools.stop.isVisible()
    assert page.tools.from_evidence
    figures = page.figures
    assert figures is not None
    assert figures.inputs == 48
    assert "Means over 48 bundled inputs" in page._tip((0, 0))
    choose(page, basis="one")
    assert page.figures is not None
    assert page.figures.inputs == 1


def test_evidence_can_be_stopped_and_leaves_nothing_behind(page: AtlasPage, qtbot: QtBot) -> None:
    show(page, BERT.run_text("the cat sat"), qtbot)
    with qtbot.waitSignal(page.source.evidence_ended, timeout=30_000):
        page.tools.evidence.click()
        page.tools.stop.click()
    assert not page.tools.stop.isVisible()
    assert page.figures is not None
    assert page.figures.inputs == 1


def test_every_figure_can_be_saved(page: AtlasPage, qtbot: QtBot, tmp_path: Path) -> None:
    record = text_record()
    show(page, record, qtbot)
    said: list[Message] = []
    page.message.connect(said.append)
    page.save_csv(str(tmp_path / "heads.csv"))
    with (tmp_path / "heads.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    assert len(lines) == 6
    found = measure(record)
    assert float(lines[5]["entropy"]) == found.value("entropy", 1, 2)
    assert lines[0]["same_word"] == ""
    page.save_csv(str(tmp_path / "nowhere" / "heads.csv"))
    assert [message.kind for message in said] == ["hint", "error"]


def test_a_page_out_of_sight_computes_nothing(page: AtlasPage, qtbot: QtBot) -> None:
    show(page, text_record(), qtbot)
    page.set_active(active=False)
    assert not any(lane.busy for lane in page.source.lanes())


def test_every_measure_has_words_for_people(page: AtlasPage) -> None:
    for each in MEASURES:
        assert each.title
        assert each.formula
        assert "arXiv" in each.paper
    page.retranslate()


def test_the_decimals_of_a_column_of_the_table_stand_below_each_other(
    page: AtlasPage, qtbot: QtBot
) -> None:
    show(page, text_record(), qtbot)
    page.tools.views["table"].click()
    lines = page.table.lines
    for at, one in enumerate(lines.columns, start=3):
        told = [str(lines.index(row, at).data()) for row in range(lines.rowCount())]
        plain = [words for words in told if words not in {"0", "–"} and "10" not in words]
        decimals = {len(words.partition(".")[2]) for words in plain}
        assert len(decimals) <= 1, (one.name, told)


def test_choosing_a_set_leaves_the_mosaic_as_large(page: AtlasPage, qtbot: QtBot) -> None:
    record = text_record()
    show(page, record, qtbot, layer=1, heads=(2,))
    choose(page, measure="entropy")
    moved = []
    for width in range(560, 1000, 40):
        page.resize(width, 500)
        boxes = []
        for together in ((), ((0, 0), (1, 2))):
            page.set_shown(resolve(ViewState(layer=1, heads=(2,), marked=together), record))
            QApplication.processEvents()
            assert ("heads chosen" in page.note.text()) is bool(together)
            boxes.append(page.atlas.box_of((1, 2)))
        moved += [width] if boxes[0] != boxes[1] else []
    assert moved == []
