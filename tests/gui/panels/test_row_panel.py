"""The row panel, told facts and used with mouse, keys and clipboard."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QPoint, QRect, Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from gui.panels.row import words
from gui.panels.row.facts import RowFacts
from gui.panels.row.key_list import KeyList
from gui.panels.row.link import Part, Pointed
from gui.panels.row_panel import EMPTY_PAGE, ROW_PAGE, STEPS_TAB, TABLE_TAB, RowPanel
from gui.state import ViewState, resolve
from gui.theme import DARK, Theme
from models import i18n
from models.record import Record
from tests.helpers.records import image_record, text_record

ONE_HEAD = ViewState(layer=1, heads=(1,), pinned=2)


@pytest.fixture
def panel(qtbot: QtBot) -> RowPanel:
    widget = RowPanel()
    qtbot.addWidget(widget)
    widget.resize(440, 800)
    widget.show()
    qtbot.waitExposed(widget)
    return widget


def tell(panel: RowPanel, record: Record, state: ViewState = ONE_HEAD) -> None:
    shown = resolve(state, record)
    token = shown.token
    parts = None if token is None else shown.layer.parts(token, shown.inspected_head)
    panel.set_facts(shown, parts)
    settle()


def settle() -> None:
    """Let layouts follow: cards first, then the page, then its scroll bar."""
    for _ in range(3):
        QCoreApplication.processEvents()


def paint_every_step(panel: RowPanel) -> None:
    for canvas in panel.steps.canvases:
        canvas.grab()


def expected(record: Record, state: ViewState) -> dict[str, np.ndarray]:
    """The row's numbers in float64, from nothing but query, keys, values and scale."""
    layer, head = record.layers[state.layer], state.heads[0]
    query, keys, values = (
        array[head].astype(np.float64) for array in (layer.query, layer.key, layer.value)
    )
    dots = keys @ query[state.pinned]
    scores = dots / np.sqrt(keys.shape[1])
    weights = np.exp(scores) / np.exp(scores).sum()
    return {"dot": dots, "score": scores, "weight": weights, "vector": weights @ values}


def key_canvas(panel: RowPanel, index: int = 1) -> KeyList:
    canvas = panel.steps.canvases[index]
    assert isinstance(canvas, KeyList)
    panel.steps.ensureWidgetVisible(canvas)
    settle()
    return canvas


def line_centre(canvas: KeyList, line: int) -> QPoint:
    return canvas.line_rect(line).center().toPoint()


def clipboard_lines() -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(QGuiApplication.clipboard().text()), delimiter="\t"))


# -- what is shown


def test_without_a_token_one_sentence_says_what_to_click(panel: RowPanel) -> None:
    tell(panel, text_record(), ViewState(pinned=None))

    assert panel.pages.currentIndex() == EMPTY_PAGE
    assert "Click a token" in panel.empty_text.text()


def test_without_a_record_the_panel_is_empty_too(panel: RowPanel) -> None:
    tell(panel, text_record())
    panel.set_facts(None, None)

    assert panel.pages.currentIndex() == EMPTY_PAGE


def test_the_header_names_position_layer_head_and_size(panel: RowPanel) -> None:
    tell(panel, text_record())

    assert panel.pages.currentIndex() == ROW_PAGE
    assert panel.header.name.accessibleName() == "gato, position 2 · L2 · H2 · d = 8"
    assert not panel.header.picker.isVisible()


def test_the_description_lists_weights_from_the_largest_down(panel: RowPanel) -> None:
    record = text_record()
    tell(panel, record)

    weights = expected(record, ONE_HEAD)["weight"]
    order = np.argsort(-weights)
    said = panel.accessibleDescription()
    places = [said.index(f"{record.tokens[i].label} {weights[i]:.4f}") for i in order]

    assert places == sorted(places)
    assert said.startswith("Attention from gato, layer 2, head 2: ")


def test_the_readout_gives_the_numbers_of_the_key_pointed_at(panel: RowPanel) -> None:
    record = text_record()
    tell(panel, record)

    facts = panel.link.facts
    assert facts is not None
    said = words.readout(facts, Pointed("score", 3))
    numbers = expected(record, ONE_HEAD)

    assert said.startswith("está (3): ")
    assert f"{numbers['dot'][3]:.4g}"[:5].replace("-", "−") in said
    assert f"α = {numbers['weight'][3]:.5f}"[:9] in said


def test_the_sum_shown_is_the_sum_of_the_weights(panel: RowPanel) -> None:
    from gui.panels.row.score_step import sum_text  # noqa: PLC0415  # only this test needs it

    record = text_record()
    tell(panel, record)

    facts = panel.link.facts
    assert facts is not None
    total = record.layers[1].row(2)[1].sum(dtype=np.float64)
    assert sum_text(facts) == f"Σ α = {total:.9f}"


def test_the_usual_scale_is_written_as_a_root_and_another_as_it_is(panel: RowPanel) -> None:
    record = text_record()
    tell(panel, record)
    assert panel.steps.scale.text() == "Scale: × 0.3536 = ÷ √8."

    odd = [replace(layer, scale=np.full(3, 0.25, np.float32)) for layer in record.layers]
    tell(panel, replace(record, layers=tuple(odd)))

    assert panel.steps.scale.text().startswith("Scale: × 0.25, this model's own")
    assert "× 0.25" in panel.steps.cards[2].formula.text()


def test_a_mask_of_zeros_is_said_and_a_real_one_gets_a_column(panel: RowPanel) -> None:
    record = text_record()
    zeros = np.zeros((1, 1, 8), np.float32)
    masked = zeros.copy()
    masked[..., 7] = -np.inf

    tell(panel, with_bias(record, zeros))
    assert "The mask adds 0 here" in panel.steps.scale.text()
    tell(panel, with_bias(record, masked))

    assert "The mask adds 0" not in panel.steps.scale.text()
    assert "<i>b</i>" in panel.steps.cards[2].formula.text()
    panel.tabs.setCurrentIndex(TABLE_TAB)
    assert table_column(panel, "bias") == ["0"] * 7 + ["−∞"]
    assert table_column(panel, "weight")[7] == "0"


def with_bias(record: Record, bias: np.ndarray) -> Record:
    return replace(record, layers=tuple(replace(each, bias=bias) for each in record.layers))


def test_weights_taken_from_the_runtime_are_said_to_be(panel: RowPanel) -> None:
    record = text_record()
    tell(panel, record)
    assert not panel.steps.odd.isVisible()

    direct = [replace(each, direct=each.weights()) for each in record.layers]
    tell(panel, replace(record, layers=tuple(direct)))

    assert panel.steps.odd.isVisible()
    assert "runtime's own" in panel.steps.odd.text()


def test_weights_dropped_after_softmax_are_said_not_to_sum_to_one(panel: RowPanel) -> None:
    record = text_record()
    keep = np.arange(8)[None, None, :] < 5

    tell(panel, replace(record, layers=tuple(replace(x, keep=keep) for x in record.layers)))

    assert "do not sum to 1" in panel.steps.odd.text()


def test_numbers_that_are_not_finite_are_said_and_drawn_without_a_crash(panel: RowPanel) -> None:
    record = text_record()
    value = record.layers[1].value.copy()
    value[1, 3, 2], value[1, 4, 1] = np.nan, np.inf

    tell(panel, replace(record, layers=(record.layers[0], replace(record.layers[1], value=value))))
    paint_every_step(panel)

    assert "not finite" in panel.steps.odd.text()


def test_a_query_that_sees_nothing_is_said_to(panel: RowPanel) -> None:
    tell(panel, with_bias(text_record(), np.full((1, 1, 8), -np.inf, np.float32)))
    paint_every_step(panel)

    assert panel.steps.odd.text() == "Every key is masked, so this row is all zeros."


def test_the_check_against_the_runtime_is_shown_and_a_bad_one_is_not_called_a_match(
    panel: RowPanel,
) -> None:
    tell(panel, text_record())
    facts = panel.link.facts
    assert facts is not None
    index, made = facts.shown.layer.index, facts.shown.record.provenance

    def said(difference: float | None, *, on: str) -> str:
        gaps = [0.7] * (index + 1)  # those of other layers are not its own
        gaps[index] = difference
        panel.set_check(replace(made, differences=tuple(gaps), checked_on=on))
        return panel.header.check.text()

    assert said(4.2e-7, on="input") == f"✓ L{index + 1} matches onnxruntime to 4.2×10⁻⁷"
    assert said(0.2, on="input") == f"⚠ L{index + 1} differs from onnxruntime by up to 0.2"
    assert said(4e-7, on="sample").endswith(
        "matches onnxruntime to 4.0×10⁻⁷, measured on a small sample"
    )
    assert said(None, on="") == "checking against onnxruntime …"
    panel.set_check(None)
    assert not panel.header.check.isVisible()


# -- several heads


def test_a_mean_of_heads_says_whose_steps_these_are_and_offers_the_averaged_heads(
    panel: RowPanel, qtbot: QtBot
) -> None:
    tell(panel, text_record(), ViewState(layer=1, heads=(0, 2), pinned=2, inspected=2))

    said = panel.header.mean.text()
    assert said == "Steps of head H3 · chips show the mean of 2 heads"
    assert panel.header.picker.isVisible()
    heads = panel.header.heads
    assert [heads.itemText(i) for i in range(heads.count())] == ["H1", "H3"]
    assert heads.currentText() == "H3"
    with qtbot.waitSignal(panel.head_asked) as asked:
        qtbot.keyClick(heads, Qt.Key.Key_Up)
    assert asked.args == [0]


def test_the_order_explains_itself_until_it_is_chosen_and_is_then_kept(
    panel: RowPanel, qtbot: QtBot
) -> None:
    panel.link.set_lines(4)
    tell(panel, text_record(), ViewState(layer=1, heads=(0,), pinned=2))
    assert panel.sorting.by_weight.isChecked()
    assert "More than 4 tokens" in panel.order_note.text()
    with qtbot.waitSignal(panel.order_chosen) as chosen:
        qtbot.mouseClick(panel.sorting.by_position, Qt.MouseButton.LeftButton)
    assert chosen.args == ["position"]
    assert not panel.order_note.isVisible()
    tell(panel, text_record(), ViewState(layer=0, heads=(0,), pinned=1))
    assert panel.sorting.by_position.isChecked()


def test_few_keys_need_no_word_about_their_order(panel: RowPanel) -> None:
    panel.link.set_lines(100)
    tell(panel, text_record(), ViewState(layer=1, heads=(0,), pinned=2))
    assert not panel.order_note.isVisible()


@pytest.mark.parametrize("width", [360, 430, 700])
def test_no_column_of_the_table_is_out_of_reach(panel: RowPanel, width: int) -> None:
    panel.resize(width, 500)
    tell(panel, text_record(), ViewState(layer=1, heads=(0, 2), pinned=2))
    panel.tabs.setCurrentIndex(1)
    table, last = panel.table, panel.table.rows.columnCount() - 1
    bar = table.horizontalScrollBar()
    reach = table.viewport().width() + bar.maximum()
    assert table.columnViewportPosition(last) + table.columnWidth(last) <= reach
    bar.setValue(bar.maximum())
    header = table.horizontalHeader()
    assert header.sectionViewportPosition(last) == table.columnViewportPosition(last)


def test_the_mean_row_has_its_own_column(panel: RowPanel) -> None:
    record = text_record()
    tell(panel, record, ViewState(layer=1, heads=(), pinned=2))
    panel.tabs.setCurrentIndex(TABLE_TAB)

    mean = record.layers[1].row(2).mean(axis=0)

    assert table_column(panel, "mean_weight") == [f"{weight:.4f}" for weight in mean]


# -- the table


def table_column(panel: RowPanel, name: str) -> list[str]:
    rows = panel.table.rows
    column = next(i for i in range(rows.columnCount()) if rows.name_of(i) == name)
    return [rows.data(rows.index(i, column)) for i in range(rows.rowCount())]


def click_heading(panel: RowPanel, name: str, qtbot: QtBot) -> None:
    rows, header = panel.table.rows, panel.table.horizontalHeader()
    column = next(i for i in range(rows.columnCount()) if rows.name_of(i) == name)
    place = QPoint(header.sectionViewportPosition(column) + 8, header.height() // 2)
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_the_table_shows_the_numbers_computed_here_from_scratch(panel: RowPanel) -> None:
    record = text_record()
    tell(panel, record)
    panel.tabs.setCurrentIndex(TABLE_TAB)

    numbers = expected(record, ONE_HEAD)
    shown = [float(text.replace("−", "-")) for text in table_column(panel, "dot")]

    assert shown == pytest.approx(numbers["dot"], abs=5e-4)
    assert table_column(panel, "weight") == [f"{weight:.4f}" for weight in numbers["weight"]]


def test_clicking_a_heading_sorts_and_clicking_again_turns_the_order_round(
    panel: RowPanel, qtbot: QtBot
) -> None:
    record = text_record()
    tell(panel, record)
    panel.tabs.setCurrentIndex(TABLE_TAB)
    rising = np.argsort(expected(record, ONE_HEAD)["weight"]).tolist()

    click_heading(panel, "weight", qtbot)
    assert panel.table.order() == rising
    click_heading(panel, "weight", qtbot)

    assert panel.table.order() == rising[::-1]


def test_another_row_keeps_the_table_sorted(panel: RowPanel, qtbot: QtBot) -> None:
    record = text_record()
    tell(panel, record)
    panel.tabs.setCurrentIndex(TABLE_TAB)
    click_heading(panel, "weight", qtbot)

    other = replace(ONE_HEAD, pinned=5)
    tell(panel, record, other)

    assert panel.table.order() == np.argsort(expected(record, other)["weight"]).tolist()


def test_numbers_follow_the_language_on_screen_but_not_in_copied_text(panel: RowPanel) -> None:
    record = text_record()
    i18n.set_language("pt_BR")
    panel.retranslate()
    tell(panel, record)
    panel.tabs.setCurrentIndex(TABLE_TAB)

    weight = expected(record, ONE_HEAD)["weight"][0]

    assert table_column(panel, "weight")[0] == f"{weight:.4f}".replace(".", ",")
    panel.copy("row")
    assert float(clipboard_lines()[0]["weight"]) == pytest.approx(weight, rel=1e-5)


def test_clicking_a_line_of_the_table_marks_its_key(panel: RowPanel, qtbot: QtBot) -> None:
    tell(panel, text_record())
    panel.tabs.setCurrentIndex(TABLE_TAB)
    view = panel.table
    place = view.visualRect(view.rows.index(4, 1)).center()

    with qtbot.waitSignal(panel.key_clicked) as clicked:
        qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)

    assert clicked.args == [4]


def test_the_marked_key_is_the_selected_line(panel: RowPanel) -> None:
    tell(panel, text_record(), replace(ONE_HEAD, key=6))
    panel.tabs.setCurrentIndex(TABLE_TAB)

    assert panel.table.chosen() == [6]


# -- copying


def test_the_copied_row_is_a_table_whose_weights_sum_to_one(panel: RowPanel) -> None:
    record = text_record()
    tell(panel, record)

    panel.header.copies["row"].trigger()
    lines = clipboard_lines()

    assert [line["token"] for line in lines] == [token.label for token in record.tokens]
    assert sum(float(line["weight"]) for line in lines) == pytest.approx(1, abs=1e-6)
    assert panel.readout.text() == "Copied 8 lines."


def test_the_copied_vector_is_the_weighted_mean_of_the_values(panel: RowPanel) -> None:
    record = text_record()
    tell(panel, record)

    panel.header.copies["vector"].trigger()
    vector = [float(line["attention_vector"]) for line in clipboard_lines()]

    assert vector == pytest.approx(expected(record, ONE_HEAD)["vector"], abs=1e-6)


def test_the_copied_key_is_the_marked_one_and_its_products_sum_to_q_dot_k(panel: RowPanel) -> None:
    record = text_record()
    tell(panel, record, replace(ONE_HEAD, key=6))

    panel.header.copies["key"].trigger()
    lines = clipboard_lines()

    assert np.array_equal(np.float32([line["key"] for line in lines]), record.layers[1].key[1, 6])
    products = sum(float(line["query_times_key"]) for line in lines)
    assert products == pytest.approx(expected(record, ONE_HEAD)["dot"][6], abs=1e-5)


def test_control_c_in_the_table_copies_the_chosen_lines_in_the_order_shown(
    panel: RowPanel, qtbot: QtBot
) -> None:
    tell(panel, text_record())
    panel.tabs.setCurrentIndex(TABLE_TAB)
    click_heading(panel, "weight", qtbot)
    panel.table.selectRow(1)

    qtbot.keyClick(panel.table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)

    assert [int(line["position"]) for line in clipboard_lines()] == [panel.table.order()[1]]


def test_control_c_in_a_step_copies_what_it_shows(panel: RowPanel, qtbot: QtBot) -> None:
    record = text_record()
    tell(panel, record)

    copied = {}
    for index, name in ((0, "query"), (2, "weight"), (4, "attention_vector")):
        canvas = panel.steps.canvases[index]
        qtbot.keyClick(canvas, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
        copied[name] = [float(line[name]) for line in clipboard_lines()]

    assert np.array_equal(np.float32(copied["query"]), record.layers[1].query[1, 2])
    assert sum(copied["weight"]) == pytest.approx(1, abs=1e-6)
    assert len(copied["attention_vector"]) == 8


# -- pointer and keys


@pytest.mark.parametrize("step", [1, 2, 3])
def test_pointing_at_a_line_announces_its_key_and_leaving_announces_none(
    panel: RowPanel, qtbot: QtBot, step: int
) -> None:
    tell(panel, text_record())
    canvas = key_canvas(panel, step)

    with qtbot.waitSignal(panel.key_hovered) as hovered:
        qtbot.mouseMove(canvas, line_centre(canvas, 3))
    assert hovered.args == [3]
    with qtbot.waitSignal(panel.key_hovered) as hovered:
        qtbot.mouseMove(canvas, QPoint(20, 3))
    assert hovered.args == [None]


@pytest.mark.parametrize("step", [1, 2, 3])
def test_clicking_a_line_announces_its_key(panel: RowPanel, qtbot: QtBot, step: int) -> None:
    tell(panel, text_record())
    canvas = key_canvas(panel, step)

    with qtbot.waitSignal(panel.key_clicked) as clicked:
        qtbot.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=line_centre(canvas, 5))

    assert clicked.args == [5]


def test_pointing_at_a_cell_reads_out_the_models_own_number(panel: RowPanel, qtbot: QtBot) -> None:
    record = text_record()
    tell(panel, record)
    canvas, facts = key_canvas(panel), panel.link.facts
    assert facts is not None
    left, wide = canvas.line_columns(facts).middle

    qtbot.mouseMove(canvas, QPoint(round(left + wide * 5.5 / 8), line_centre(canvas, 3).y()))

    value = float(record.layers[1].key[1, 3, 5])
    assert panel.readout.toolTip().startswith(f"está (3): k[5] = {value:.6g}".replace("-", "−"))


def test_the_lists_follow_the_weight_when_asked_and_the_position_again(
    panel: RowPanel, qtbot: QtBot
) -> None:
    record = text_record()
    tell(panel, record)
    heaviest = np.argsort(-expected(record, ONE_HEAD)["weight"]).tolist()

    qtbot.mouseClick(panel.sorting.by_weight, Qt.MouseButton.LeftButton)
    assert panel.link.visible().tolist() == heaviest
    qtbot.mouseClick(panel.sorting.by_position, Qt.MouseButton.LeftButton)

    assert panel.link.visible().tolist() == list(range(8))


def test_arrow_keys_walk_the_keys_and_return_marks_one(panel: RowPanel, qtbot: QtBot) -> None:
    tell(panel, text_record())
    canvas = key_canvas(panel)

    qtbot.keyClick(canvas, Qt.Key.Key_Down)
    qtbot.keyClick(canvas, Qt.Key.Key_Down)
    assert panel.link.key == 1
    qtbot.keyClick(canvas, Qt.Key.Key_End)
    assert panel.link.key == 7
    with qtbot.waitSignal(panel.key_clicked) as clicked:
        qtbot.keyClick(canvas, Qt.Key.Key_Return)

    assert clicked.args == [7]


def test_left_and_right_walk_the_dimensions_of_the_key(panel: RowPanel, qtbot: QtBot) -> None:
    record = text_record()
    tell(panel, record)
    canvas = key_canvas(panel)

    for pressed in (Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Right):
        qtbot.keyClick(canvas, pressed)

    value = float(record.layers[1].key[1, 0, 1])
    assert f"k[1] = {value:.6g}".replace("-", "−") in panel.readout.toolTip()


def test_a_key_hovered_elsewhere_is_pointed_at_without_an_echo(
    panel: RowPanel, qtbot: QtBot
) -> None:
    tell(panel, text_record())

    with qtbot.assertNotEmitted(panel.key_hovered):
        panel.highlight_key(4)

    assert panel.link.key == 4
    assert panel.readout.toolTip().startswith("no (4)")


def test_a_new_sentence_lets_go_of_the_key_that_was_pointed_at(
    panel: RowPanel, qtbot: QtBot
) -> None:
    tell(panel, text_record())
    qtbot.mouseMove(key_canvas(panel), line_centre(key_canvas(panel), 3))

    with qtbot.waitSignal(panel.key_hovered) as hovered:
        tell(panel, text_record(("<s>", "Oi", "</s>")), replace(ONE_HEAD, pinned=1))

    assert hovered.args == [None]


# -- many keys


def test_of_many_keys_the_heaviest_are_listed_and_all_can_be_scrolled_through(
    panel: RowPanel, qtbot: QtBot
) -> None:
    record = image_record(rows=16, columns=16)
    state = replace(ONE_HEAD, pinned=100)
    tell(panel, record, state)
    order = np.argsort(-expected(record, state)["weight"], kind="stable").tolist()
    lines = panel.link.lines

    assert panel.link.visible().tolist() == order[:lines]
    assert panel.link.rest == 257 - lines
    qtbot.mouseClick(panel.steps.show_all, Qt.MouseButton.LeftButton)
    qtbot.keyClick(key_canvas(panel), Qt.Key.Key_End)

    assert panel.link.rest == 0
    assert panel.link.visible().tolist() == order[-lines:]


def test_a_lower_window_lists_fewer_keys_and_never_scrolls_sideways(panel: RowPanel) -> None:
    tell(panel, image_record(rows=16, columns=16), replace(ONE_HEAD, pinned=100))
    many = panel.link.lines

    panel.resize(360, 420)
    settle()

    assert panel.link.lines < many
    inside = panel.steps.widget()
    assert inside is not None
    assert inside.width() <= panel.steps.viewport().width()
    assert not panel.steps.horizontalScrollBar().isVisible()


def test_the_steps_line_up_their_columns_inside_the_panel_even_with_mask_and_mean(
    panel: RowPanel,
) -> None:
    bias = np.full((1, 1, 8), -3.4e38, np.float32)
    bias[..., :6] = 0
    tell(panel, with_bias(text_record(), bias), ViewState(layer=1, heads=(), pinned=2))

    for width in (360, 380, 460, 620):
        panel.resize(width, 800)
        canvas, facts = key_canvas(panel, 2), panel.link.facts
        assert facts is not None
        placed = canvas.line_columns(facts)
        spans = sorted([placed.label, placed.middle, *placed.numbers])
        ends = [left + wide for left, wide in spans]
        assert all(end <= span[0] for end, span in zip(ends, spans[1:], strict=False))
        assert ends[-1] <= canvas.inner_width


# -- look and words


def test_stacked_contributions_add_up_to_the_vector(panel: RowPanel) -> None:
    from gui.panels.row.stack import stack_of  # noqa: PLC0415  # only this test needs it

    record = text_record()
    tell(panel, record)

    facts = panel.link.facts
    assert facts is not None
    for pointed in (None, 7, 0):
        total = stack_of(facts, pointed=pointed).heights.sum(axis=0)
        assert total == pytest.approx(expected(record, ONE_HEAD)["vector"], abs=1e-6)


def test_a_bar_of_the_stack_belongs_to_the_key_it_is_drawn_for(
    panel: RowPanel, qtbot: QtBot
) -> None:
    from PySide6.QtCore import QRectF  # noqa: PLC0415

    from gui.panels.row.stack import lay_out, stack_of  # noqa: PLC0415

    tell(panel, text_record())
    facts = panel.link.facts
    assert facts is not None
    stack = stack_of(facts, pointed=None)
    bars = lay_out(stack, area=QRectF(0, 0, 160, 100))

    for line, key in enumerate(stack.keys):
        for dimension, rect in enumerate(bars.rects(line)):
            if rect.height() > 0.01:
                assert bars.key_at(rect.center(), dimension=dimension) == key


def test_strip_colours_put_zero_in_the_middle_and_keep_the_sign() -> None:
    from gui.panels.row.drawing import diverging, strip_image  # noqa: PLC0415

    values = np.array([[-2.0, 0.0, 2.0]], np.float32)
    image = strip_image(values, limit=2.0, theme=DARK)
    found = [image.pixelColor(i, 0).getRgb()[:3] for i in range(3)]
    table = diverging("dark")

    assert [tuple(table[i].tolist()) for i in (0, 255)] == [found[0], found[2]]
    assert found[1] in {tuple(table[i].tolist()) for i in (127, 128)}


def test_the_dark_look_repaints_with_its_own_ground(panel: RowPanel) -> None:
    tell(panel, text_record())
    panel.set_theme(DARK)

    ground = key_canvas(panel).grab().toImage().pixelColor(1, 1)

    assert ground.name() == DARK.surface


def test_every_control_and_drawing_has_a_name_for_those_who_listen(panel: RowPanel) -> None:
    tell(panel, text_record(), ViewState(layer=1, heads=(), pinned=2))

    named = [
        panel,
        panel.tabs,
        panel.table,
        panel.header.heads,
        panel.header.copy,
        panel.header.name,
        *panel.steps.canvases,
    ]

    assert [widget for widget in named if not widget.accessibleName()] == []
    assert all(canvas.accessibleDescription() for canvas in panel.steps.canvases)


def test_each_step_explains_itself_when_asked(panel: RowPanel) -> None:
    tell(panel, text_record())

    tips = [card.title.toolTip() for card in panel.steps.cards]

    assert len(set(tips)) == 5
    assert all(tips)


def test_the_table_is_up_to_date_after_changing_tabs(panel: RowPanel) -> None:
    record = text_record()
    tell(panel, record)
    panel.tabs.setCurrentIndex(TABLE_TAB)
    panel.tabs.setCurrentIndex(STEPS_TAB)
    other = replace(ONE_HEAD, pinned=5)
    tell(panel, record, other)
    panel.tabs.setCurrentIndex(TABLE_TAB)

    weights = expected(record, other)["weight"]
    assert table_column(panel, "weight") == [f"{weight:.4f}" for weight in weights]


def test_another_photo_with_the_same_labels_has_its_own_thumbnails(panel: RowPanel) -> None:
    first = image_record(rows=4, columns=4)
    photo = first.encoded.photo
    assert photo is not None
    other = replace(first, encoded=replace(first.encoded, photo=photo.copy()))
    for record in (first, other):
        tell(panel, record, replace(ONE_HEAD, pinned=2))
        assert panel.link.thumbnails.encoded is record.encoded


@pytest.mark.parametrize("index", [1, 2, 3])
def test_a_part_of_a_list_is_drawn_as_in_the_whole(panel: RowPanel, index: int) -> None:
    tell(panel, text_record(), replace(ONE_HEAD, key=3))
    canvas = key_canvas(panel, index)
    whole, height = canvas.grab().toImage(), canvas.line_rect(0).height()
    for top in range(0, canvas.height() - 30, round(0.7 * height)):
        part = QRect(0, top, canvas.width(), 30)
        assert canvas.grab(part).toImage() == whole.copy(part)


def test_lines_of_a_list_that_are_scrolled_away_are_not_drawn(panel: RowPanel) -> None:
    tell(panel, text_record())
    canvas = key_canvas(panel)
    canvas.grab()
    assert [line for line, _key in canvas.lines_to_draw()] == list(range(canvas.link.count))
    canvas.grab(canvas.line_rect(2).adjusted(0, 2, 0, -2).toRect())
    assert [line for line, _key in canvas.lines_to_draw()] == [2]


def test_the_words_of_the_steps_are_made_again_only_when_they_say_something_else(
    panel: RowPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    record, made = text_record(), list[str]()
    original = words.formula

    def formula(part: Part, facts: RowFacts, *, theme: Theme) -> str:
        made.append(part)
        return original(part, facts, theme=theme)

    tell(panel, record)
    monkeypatch.setattr(words, "formula", formula)
    tell(panel, record, replace(ONE_HEAD, pinned=4))
    assert made == []
    panel.set_theme(DARK)
    assert made == list(words.PARTS)
    assert DARK.query in panel.steps.cards[0].formula.text()
    layer = record.layers[1]
    doubled = replace(record, layers=(record.layers[0], replace(layer, scale=layer.scale * 2)))
    before = panel.steps.cards[2].formula.text()
    tell(panel, doubled)
    assert panel.steps.cards[2].formula.text() != before
    english = panel.steps.cards[4].title.text()
    i18n.set_language("pt_BR")
    try:
        panel.retranslate()
        assert panel.steps.cards[4].title.text() == words.title("vector") != english
    finally:
        i18n.set_language("en")
    panel.retranslate()
    assert panel.steps.cards[4].title.text() == english
