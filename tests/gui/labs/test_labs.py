"""The five benches, used as a person does: what they show is what the models' side computes."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QLabel
from pytestqt.qtbot import QtBot

from gui.controller import Controller
from gui.labs.arrow_bench import ArrowBench
from gui.labs.desk import RecipeDesk
from gui.labs.dropout_bench import DropoutBench
from gui.labs.faithfulness_bench import FaithfulnessBench
from gui.labs.heads_bench import HeadsBench
from gui.labs.saving import script_command
from gui.labs.state import Kind
from gui.labs.tab import LabTab
from gui.labs.tokens_bench import TokensBench
from gui.main_window import MainWindow
from gui.messages import Message
from gui.numbers import column, fixed, short
from gui.panels.atlas_page import AtlasPage
from models.experiments.faithfulness import faithfulness
from models.experiments.heads import rank_heads
from models.experiments.masks import dropout_mask
from models.experiments.occlusion import importance
from models.experiments.recipe import Cut, Hide, Recipe
from models.experiments.recipe_facts import save_recipe
from models.experiments.recipe_json import recipe_in
from models.i18n import set_language
from tests.gui.labs.conftest import Desk

KINDS: tuple[Kind, ...] = ("row_dropout", "heads", "token", "arrow", "faithfulness")

# -- dropout


def test_training_drops_weights_of_the_pinned_row_and_scales_the_rest(desk: Desk) -> None:
    bench = desk.bench("row_dropout")
    assert isinstance(bench, DropoutBench)
    desk.press(bench.mode.buttons["training"])
    bench.attention.setValue(0.4)
    desk.rest()
    record = desk.controller.bench.record
    assert record is not None
    layer = record.layers[1]
    mask = dropout_mask(
        layer.weights().shape, 0.4, seed=0, place="weights", layer=1, draw=0
    )[1, 2]  # fmt: skip
    row = layer.weights()[1, 2]
    for pair in bench.row_bars.pairs:
        assert pair.first == pytest.approx(row[pair.key], abs=1e-6)
        assert pair.second == pytest.approx(row[pair.key] * mask[pair.key], abs=1e-6)
        assert pair.gone == (mask[pair.key] == 0)
    assert short(float((row * mask).sum()), digits=4) in bench.row_words.text()
    assert f"1/(1 − 0.4) = {short(1 / 0.6, digits=4)}" in bench.row_words.text()


def test_another_mask_is_another_row_and_the_same_seed_the_same(desk: Desk) -> None:
    bench = desk.bench("row_dropout")
    assert isinstance(bench, DropoutBench)
    desk.press(bench.mode.buttons["training"])
    bench.attention.setValue(0.5)
    desk.rest()
    first = bench.row_bars.pairs
    desk.press(bench.fresh)
    desk.rest()
    assert bench.row_bars.pairs != first
    bench.seed.setValue(0)
    desk.rest()
    assert bench.row_bars.pairs == first


def test_the_error_of_the_mean_falls_as_one_over_the_root_of_k(desk: Desk) -> None:
    bench = desk.bench("row_dropout")
    assert isinstance(bench, DropoutBench)
    desk.press(bench.mode.buttons["training"])
    bench.attention.setValue(0.5)
    desk.rest()
    error, expected = bench.curve.lines
    assert expected.y[99] == pytest.approx(expected.y[0] / 10)
    assert error.y[-1] < 5 * expected.y[-1]
    assert len(error.y) == 1000


def test_with_nothing_dropped_the_distance_of_the_mean_is_called_rounding(desk: Desk) -> None:
    bench = desk.bench("row_dropout")
    assert isinstance(bench, DropoutBench)
    desk.rest()
    found = desk.lab.outcome("row_dropout")
    assert found is not None
    assert found.studied is not None
    exact, mean = found.studied.arrays["vector"], found.studied.arrays["mean.vector"]
    assert exact.dtype == np.float32
    assert 0 < np.abs(mean - exact).max() < 4 * np.spacing(np.abs(exact).max())
    first, last = (label.text() for label in bench.vector_labels[1:])
    assert "rounding" not in first
    assert "rounding alone" in last
    desk.press(bench.mode.buttons["training"])
    bench.attention.setValue(0.5)
    desk.rest()
    assert "rounding" not in bench.vector_labels[2].text()


def test_inference_says_bit_for_bit_after_comparing(desk: Desk) -> None:
    bench = desk.bench("training")
    assert isinstance(bench, DropoutBench)
    bench.passes.setValue(3)
    outcome = desk.run("training")
    assert outcome.identical is True
    assert "bit for bit" in bench.model_words.text()
    assert desk.marked() == []


def test_many_passes_mark_the_least_sure_token_until_something_is_changed(desk: Desk) -> None:
    bench = desk.bench("training")
    assert isinstance(bench, DropoutBench)
    desk.press(bench.mode.buttons["training"])
    bench.attention.setValue(0.3)
    bench.hidden.setValue(0.3)
    bench.passes.setValue(4)
    outcome = desk.run("training")
    assert outcome.spread is not None
    assert outcome.result is not None
    order = [i for i in outcome.spread.least_sure if not outcome.record.encoded.special[i]]
    assert desk.marked() == [order[0]]
    reference = desk.reference().run(outcome.record.encoded, outcome.recipe)
    for name, array in reference.outputs.items():
        np.testing.assert_array_equal(outcome.result.outputs[name], array)
    means = reference.outputs["logits"].astype(np.float64)
    chances = np.exp(means) / np.exp(means).sum(axis=-1, keepdims=True)
    shown = sorted((bar.share or 0.0 for bar in bench.prediction.bars), reverse=True)
    assert shown == pytest.approx(sorted(chances.mean(axis=0)[0], reverse=True)[:5], abs=1e-6)
    bench.passes.setValue(5)
    assert desk.marked() == []
    assert bench.card("training").stale.isVisible()


# -- heads


def test_a_click_on_the_grid_switches_a_head_off_and_says_the_drift(desk: Desk) -> None:
    bench = desk.bench("heads")
    assert isinstance(bench, HeadsBench)
    desk.rest()
    where = bench.grid.cell_rect((0, 1)).center().toPoint()
    desk.qtbot.mouseClick(bench.grid, Qt.MouseButton.LeftButton, pos=where)
    desk.rest()
    record = desk.controller.bench.record
    assert record is not None
    drift = desk.reference().run(record.encoded, Recipe(heads_off=((0, 1),))).headline
    assert drift is not None
    assert short(drift.value) in bench.drift.text()
    assert "Jensen–Shannon" in bench.drift.text()
    desk.press(bench.every_on)
    assert desk.lab.outcome("heads") is None
    assert not bench.card("heads").result.isVisible()


def test_the_ranking_is_that_of_the_models_side_and_colours_the_grid(desk: Desk) -> None:
    outcome = desk.run("ranking")
    bench = desk.panel.bench
    assert isinstance(bench, HeadsBench)
    record = outcome.record
    ranked = rank_heads(desk.reference(), record.encoded).ranked
    best = ranked[0]
    first = bench.best.bars[0]
    assert first.label == f"L{best.layer + 1} H{best.head + 1}"
    values = [one.drift.value for one in ranked[: len(bench.best.bars)]]
    assert [bar.number for bar in bench.best.bars] == column(values)
    assert short(ranked[-1].drift.value) in bench.ranking_words.text()
    assert outcome.passes == len(ranked)


def test_heads_are_toggled_by_the_keyboard(desk: Desk) -> None:
    bench = desk.bench("heads")
    assert isinstance(bench, HeadsBench)
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_Space):
        desk.qtbot.keyClick(bench.grid, key)
    desk.rest()
    assert desk.lab.state.heads == ((1, 1),)


# -- tokens


@pytest.mark.parametrize(
    ("scope", "recipe"),
    [
        ("everywhere", Recipe(hide_tokens=(Hide(2),))),
        ("layer", Recipe(hide_tokens=(Hide(2, 1),))),
        ("head", Recipe(hide_tokens=(Hide(2, 1, 1),))),
        ("input", Recipe(occlude=(2,))),
    ],
)
def test_the_pinned_token_is_hidden_where_it_says(desk: Desk, scope: str, recipe: Recipe) -> None:
    bench = desk.bench("token")
    assert isinstance(bench, TokensBench)
    desk.rest()
    desk.press(bench.scope.buttons[scope])
    desk.rest()
    outcome = desk.run("token")
    assert outcome.recipe == recipe
    drift = desk.reference().run(outcome.record.encoded, recipe).headline
    assert drift is not None
    assert short(drift.value) in bench.drift.text()


def test_the_token_that_covers_a_word_is_named_as_the_vocabulary_spells_it(
    qtbot: QtBot, desk: Desk
) -> None:
    bench = desk.bench("token")
    assert isinstance(bench, TokensBench)
    assert bench.scope.buttons["input"].text() == "in the input: [MASK]"
    with qtbot.waitSignal(desk.controller.record_changed, timeout=30_000):
        desk.controller.open_model("text")
    desk.controller.change(pinned=2)
    assert bench.scope.buttons["input"].text() == "in the input: <mask>"


def test_importance_stands_beside_the_attention_with_their_correlation(desk: Desk) -> None:
    outcome = desk.run("occlusion")
    bench = desk.panel.bench
    assert isinstance(bench, TokensBench)
    found = importance(desk.reference(), outcome.record.encoded)
    row = outcome.record.layers[1].weights()[1, 2]
    for pair, token, value in zip(bench.bars.pairs, found.tokens, found.values, strict=True):
        assert pair.key == token
        assert pair.second == pytest.approx(value)
        assert pair.first == pytest.approx(row[token], abs=1e-6)
    rho = found.correlation(row)
    assert rho is not None
    assert f"ρ = {short(rho, digits=2)}" in bench.agreement.text()


# -- arrows


def test_a_click_on_a_weight_cuts_it(desk: Desk) -> None:
    bench = desk.bench("arrow")
    assert isinstance(bench, ArrowBench)
    desk.rest()
    asked = [x.text() for x in (bench.listed, bench.card("arrow").note) if not x.isHidden()]
    assert asked == ["Click a weight to choose which one is cut."]
    desk.qtbot.mouseClick(
        bench.row, Qt.MouseButton.LeftButton, pos=bench.row.place_rect(3).center()
    )
    desk.rest()
    outcome = desk.lab.outcome("arrow")
    assert outcome is not None
    assert outcome.recipe == Recipe(cut_arrows=(Cut(1, 1, 2, 3),))
    result = desk.reference().run(outcome.record.encoded, outcome.recipe)
    assert result.headline is not None
    assert short(result.headline.value) in bench.moved.text()
    assert bench.row.pairs[3].second == 0
    assert bench.row.pairs[3].gone


def test_a_weight_dragged_by_hand_is_what_the_model_runs_with(desk: Desk) -> None:
    bench = desk.bench("arrow")
    assert isinstance(bench, ArrowBench)
    desk.rest()
    desk.press(bench.change.buttons["hand"])
    track = bench.row.track(1)
    start = QPoint(int(track.left()) + 4, int(track.center().y()))
    end = QPoint(int(track.left() + track.width() * 0.5), start.y())
    desk.qtbot.mousePress(bench.row, Qt.MouseButton.LeftButton, pos=start)
    desk.qtbot.mouseMove(bench.row, end)
    desk.qtbot.mouseRelease(bench.row, Qt.MouseButton.LeftButton, pos=end)
    desk.rest()
    outcome = desk.lab.outcome("arrow")
    assert outcome is not None
    assert outcome.result is not None
    watched = outcome.result.watched
    assert watched is not None
    assert watched.rows[0, 1] == pytest.approx(0.5, abs=0.02)
    np.testing.assert_allclose(np.delete(watched.rows[0], 1), np.delete(watched.base_row, 1))
    assert "brought to sum 1" in bench.moved.text()
    desk.press(bench.level)
    desk.rest()
    assert "brought to sum 1" not in bench.moved.text()
    assert sum(desk.lab.state.weights) == pytest.approx(1, abs=1e-5)
    desk.press(bench.reset)
    assert desk.lab.state.weights == ()


def test_a_key_that_is_not_among_the_largest_is_listed_once_it_is_chosen(desk: Desk) -> None:
    bench = desk.bench("arrow")
    assert isinstance(bench, ArrowBench)
    with desk.qtbot.waitSignal(desk.controller.record_changed, timeout=30_000):
        desk.controller.set_text("the cat sat on the mat " * 4)
    desk.controller.change(pinned=2, key=None)
    record = desk.lab.record
    assert record is not None
    listed = {pair.key for pair in bench.row.pairs}
    least = next(i for i in range(len(record.tokens)) if i not in listed)
    desk.controller.change(key=least)
    assert {pair.key for pair in bench.row.pairs} == {*listed, least}


def test_the_search_says_what_it_found_and_names_both_papers(desk: Desk) -> None:
    outcome = desk.run("search")
    bench = desk.panel.bench
    assert isinstance(bench, ArrowBench)
    assert outcome.studied is not None
    best = outcome.studied.facts["best"]
    assert best["drift"] <= outcome.studied.facts["epsilon"]
    assert short(best["row_divergence"]) in bench.found.text()
    words = bench.card("search").honesty.text()
    assert "Jain & Wallace 2019" in words
    assert "Wiegreffe & Pinter 2019" in words


# -- faithfulness


def test_curves_and_areas_are_those_of_the_models_side(desk: Desk) -> None:
    outcome = desk.run("faithfulness")
    bench = desk.panel.bench
    assert isinstance(bench, FaithfulnessBench)
    found = faithfulness(desk.reference(), outcome.record.encoded, layer=1, token=2)
    assert [line.name for line in bench.deletion.lines] == [
        "attention", "norm-weighted", "rollout", "occlusion", "random",
    ]  # fmt: skip
    cells = [label.text() for label in bench.areas.findChildren(QLabel)]
    for curve, line in zip(found.curves, bench.insertion.lines, strict=True):
        np.testing.assert_allclose(line.y, curve.insertion, atol=1e-6)
        assert any(cell.startswith(fixed(curve.deletion_area, digits=3)) for cell in cells)


# -- all of them


def test_another_input_clears_what_was_found(desk: Desk) -> None:
    desk.run("ranking")
    with desk.qtbot.waitSignal(desk.controller.record_changed, timeout=30_000):
        desk.controller.set_text("a dog")
    assert desk.lab.state.outcomes == {}
    assert not desk.panel.bench.card("ranking").result.isVisible()


def test_another_row_leaves_a_result_pale_and_says_so(desk: Desk) -> None:
    desk.run("search")
    card = desk.panel.bench.card("search")
    assert not card.stale.isVisible()
    desk.controller.change(pinned=3)
    assert card.stale.isVisible()
    assert not card.menu_actions["npz"].isEnabled()
    desk.controller.change(pinned=2)
    assert not card.stale.isVisible()


def test_cancel_stops_and_keeps_what_was_there(desk: Desk) -> None:
    bench = desk.bench("training")
    assert isinstance(bench, DropoutBench)
    desk.press(bench.mode.buttons["training"])
    bench.passes.setValue(2)
    before = desk.run("training")
    bench.passes.setValue(10_000)
    desk.rest()
    desk.press(bench.card("training").run)
    desk.qtbot.waitUntil(lambda: (desk.lab.state.running is not None)
                         and desk.lab.state.running.done > 1, timeout=30_000)  # fmt: skip
    desk.qtbot.waitUntil(lambda: desk.panel.foot.currentIndex() == 1, timeout=5_000)
    assert "of 10000" in desk.panel.doing.text()
    desk.press(desk.panel.cancel)
    assert desk.lab.state.running is None
    assert desk.lab.outcome("training") is before
    assert not desk.lab.stop()  # nothing left for Esc to stop


def test_without_a_pinned_token_it_says_what_to_do(desk: Desk) -> None:
    desk.controller.change(pinned=None)
    bench = desk.bench("token")
    assert not bench.card("token").run.isEnabled()
    assert "Pin a token" in bench.card("token").note.text()


def test_a_recipe_is_saved_loaded_and_gives_the_same_numbers(desk: Desk, tmp_path: Path) -> None:
    bench = desk.bench("heads")
    assert isinstance(bench, HeadsBench)
    desk.rest()
    bench.grid.toggled.emit(0, 0)
    desk.rest()
    words, recipe = bench.drift.text(), desk.lab.recipe("heads")
    assert isinstance(recipe, Recipe)
    save_recipe(recipe, tmp_path / "mine.json")
    desk.press(bench.every_on)
    desk.bench("token")
    desk.lab.load(tmp_path / "mine.json")
    desk.rest()
    assert desk.panel.bench is bench
    assert bench.drift.text() == words
    assert "mine.json" in bench.card("heads").loaded.text()
    bench.grid.toggled.emit(0, 1)
    desk.rest()
    assert desk.lab.state.heads == ((0, 0), (0, 1))
    assert desk.lab.state.loaded is None


def test_exports_hold_the_numbers_and_the_recipe(desk: Desk, tmp_path: Path) -> None:
    desk.run("ranking")
    for name in ("out.npz", "out.csv"):
        with desk.qtbot.waitSignal(desk.lab.exported, timeout=30_000):
            desk.lab.export("ranking", tmp_path / name)
    with np.load(tmp_path / "out.npz") as archive:
        found = desk.lab.outcome("ranking")
        assert found is not None
        assert found.studied is not None
        np.testing.assert_array_equal(archive["study.drift"], found.studied.arrays["drift"])
        assert json.loads(str(archive["meta"]))["recipe"]["study"] == {"kind": "heads"}
    assert (tmp_path / "out.csv").read_text("utf-8").startswith("what,")


def test_the_script_command_runs_the_same_recipe(desk: Desk, tmp_path: Path) -> None:
    desk.bench("heads")
    desk.lab.change("heads", heads=((0, 1),))
    recipe, record = desk.lab.recipe("heads"), desk.lab.record
    assert isinstance(recipe, Recipe)
    assert record is not None
    command = script_command("some model", record.encoded, recipe)
    document = command.split("\n")[1]
    (tmp_path / "recipe.json").write_text(document, "utf-8")
    assert recipe_in(tmp_path / "recipe.json") == recipe
    assert "experiment 'some model' --text 'the cat sat on the mat'" in command


def test_the_benches_leave_the_thousands_of_the_window_their_separators(desk: Desk) -> None:
    for language, written in (("pt", "12.345"), ("en", "12,345")):
        set_language(language)
        desk.panel.retranslate()
        assert fixed(12_345, digits=0) == written


def test_every_bench_fits_in_portuguese_and_speaks_it_at_once(desk: Desk) -> None:
    try:
        for kind in KINDS:
            bench = desk.bench(kind)
            set_language("pt_BR")
            desk.panel.retranslate()
            desk.rest()
            inside = bench.widget()
            assert inside is not None
            assert inside.minimumSizeHint().width() <= bench.viewport().width()
            set_language("en")
            desk.panel.retranslate()
    finally:
        set_language("en")


def test_the_atlas_offers_the_ranking_while_it_is_of_what_is_shown(desk: Desk) -> None:
    page = AtlasPage(lambda: None, lambda: desk.controller.drifts)
    desk.qtbot.addWidget(page)
    page.set_shown(desk.controller.shown)
    assert page.tools.measure.findData("drift") == -1
    outcome = desk.run("ranking")
    assert outcome.studied is not None
    page.set_shown(desk.controller.shown)
    page.tools.measure.setCurrentIndex(page.tools.measure.findData("drift"))
    page.tools.changed.emit()
    drift = outcome.studied.arrays["drift"]
    first = np.unravel_index(int(drift.argmax()), drift.shape)
    page.tools.sort.setChecked(True)
    assert page.atlas.atlas.order[0] == first
    desk.press(desk.panel.bench.without.buttons["mean"])  # type: ignore[attr-defined]  # of heads
    assert desk.controller.drifts is None
    page.set_shown(desk.controller.shown)
    assert page.tools.measure.findData("drift") == -1
    page.close_lanes()


def test_the_recipe_menu_saves_and_copies(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = RecipeDesk(desk.lab, desk.panel)
    desk.panel.recipe_asked.connect(office.answer)
    told: list[Message] = []
    office.message.connect(told.append)
    bench = desk.bench("heads")
    desk.lab.change("heads", heads=((1, 0),))
    path = tmp_path / "kept"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_asked: (str(path), ""))
    bench.card("heads").menu_actions["save"].trigger()
    assert recipe_in(tmp_path / "kept.json") == Recipe(heads_off=((1, 0),))
    bench.card("heads").menu_actions["copy"].trigger()
    assert '"heads_off": [[2, 1]]' in QGuiApplication.clipboard().text()
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_asked: (str(tmp_path), ""))
    office.load()
    assert [message.kind for message in told] == ["hint", "hint", "error"]


def test_the_tab_is_empty_until_it_is_shown(qtbot: QtBot) -> None:
    controller = Controller()
    window = MainWindow(controller)
    qtbot.addWidget(window)
    tab = LabTab(controller, window)
    window.show()
    assert tab.panel is None
    tab.show()
    assert tab.panel is not None
    assert tab.panel.isVisible()
    assert not tab.panel.bench.card("row_dropout").result.isVisible()
    window.close()
