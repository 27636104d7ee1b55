"""Recipes as JSON: what is understood, what is refused, and that nothing is lost on the way."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from models.errors import InputError
from models.experiments.recipe import MODELS_OWN, Cut, Dropout, Hide, Recipe, ReplaceRow, Study
from models.experiments.recipe_facts import facts_of, save_recipe
from models.experiments.recipe_json import recipe_in, recipe_of

WHOLE: dict[str, Any] = {
    "heads_off": [[3, 5], [1, 1]],
    "heads_mean": [[2, 7]],
    "hide_tokens": [4, {"token": 5, "layer": 2}, {"token": 6, "layer": 2, "head": 1}],
    "cut_arrows": [{"layer": 1, "head": 2, "token": 3, "key": 4, "renormalise": True}],
    "replace_rows": [
        {"layer": 1, "head": 1, "token": 0, "with": "uniform"},
        {"layer": 1, "head": 1, "token": 1, "with": [0.25, 0.75]},
    ],
    "occlude": [3],
    "dropout": {"attention": 0.1, "hidden": "model", "seed": 4, "passes": 20},
    "study": {"kind": "row_search", "layer": 2, "head": 3, "token": 4, "epsilon": 0.02},
    "seed": 8,
    "note": "por quê?",
}


def test_layers_and_heads_count_from_one_and_tokens_from_zero() -> None:
    recipe = recipe_of(WHOLE)
    assert recipe.heads_off == ((2, 4), (0, 0))
    assert recipe.hide_tokens == (Hide(4), Hide(5, 1), Hide(6, 1, 0))
    assert recipe.cut_arrows == (Cut(0, 1, 3, 4, renormalise=True),)
    assert recipe.replace_rows[1] == ReplaceRow(0, 0, 1, (0.25, 0.75))
    assert recipe.dropout == Dropout(0.1, MODELS_OWN, 4, 20)
    assert recipe.study == Study("row_search", 1, 2, 4, epsilon=0.02)
    assert recipe.passes == 20


def test_a_recipe_comes_back_as_it_was_written(tmp_path: Path) -> None:
    recipe = recipe_of(WHOLE)
    assert facts_of(recipe) == WHOLE
    save_recipe(recipe, tmp_path / "r.json")
    assert recipe_in(tmp_path / "r.json") == recipe


def test_an_empty_recipe_changes_nothing() -> None:
    assert recipe_of({}).empty
    assert facts_of(Recipe()) == {}


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ([], "JSON object"),
        ({"heads": []}, "“heads” is no key of a recipe"),
        ({"heads_off": [[0, 1]]}, "heads_off"),
        ({"heads_off": [[1, 2, 3]]}, "layer, head"),
        ({"heads_off": [[1.5, 1]]}, "heads_off"),
        ({"heads_off": [[True, 1]]}, "heads_off"),
        ({"heads_off": [[1, 1]], "heads_mean": [[1, 1]]}, "at the same time"),
        ({"hide_tokens": [-1]}, "hide_tokens"),
        ({"hide_tokens": [{"token": 1, "head": 2}]}, "hide_tokens"),
        ({"hide_tokens": [{"token": 1, "leyer": 2}]}, "hide_tokens[0].leyer"),
        ({"replace_rows": [{"layer": 1, "head": 1, "token": 0}]}, "with"),
        ({"replace_rows": [{"layer": 1, "head": 1, "token": 0, "with": "all"}]}, "uniform"),
        ({"replace_rows": [{"layer": 1, "head": 1, "token": 0, "with": [1e40]}]}, "with"),
        ({"replace_rows": [{"layer": 1, "head": 1, "token": 0, "with": "uniform"}] * 2}, "twice"),
        ({"dropout": {"attention": 1.0}}, "dropout.attention"),
        ({"dropout": {"passes": 0}}, "dropout.passes"),
        ({"dropout": {"seed": -1}}, "dropout.seed"),
        ({"study": {"kind": "everything"}}, "study.kind"),
        ({"study": {"kind": "row_search", "layer": 1}}, "study"),
        ({"study": {"kind": "faithfulness", "orders": ["magic"]}}, "study.orders"),
        ({"seed": "one"}, "seed"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_sentence(document: Any, words: str) -> None:
    with pytest.raises(InputError) as refused:
        recipe_of(document)
    assert words in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        ({"heads_off": [[1, 1], [0, 1]]}, "“heads_off[1][0]” of the recipe is 0, but should be 1"),
        ({"heads_off": [[1, "a"]]}, '“heads_off[0][1]” of the recipe is "a", but should be 1'),
        ({"hide_tokens": [2, -1]}, "“hide_tokens[1]” of the recipe is -1, but should be 0"),
        (
            {"hide_tokens": [{"token": 1, "layer": 0}]},
            "“hide_tokens[0].layer” of the recipe is 0, but should be 1",
        ),
        ({"dropout": {"passes": 10**9}}, "is 1000000000, but should be 1 … 100000"),
        ({"dropout": {"attention": float("nan")}}, "“dropout.attention” of the recipe is NaN"),
        (
            {"replace_rows": [{"layer": 1, "head": 1, "token": 0, "with": [0.5, None]}]},
            "“replace_rows[0].with[1]” of the recipe is null",
        ),
    ],
)
def test_a_refusal_points_at_the_wrong_value_itself(document: Any, sentence: str) -> None:
    with pytest.raises(InputError) as refused:
        recipe_of(document)
    assert sentence in str(refused.value)


@pytest.mark.parametrize(
    "content",
    ['{"seed": 1, "seed": 2}', '{"dropout": {"attention": 0.1, "attention": 0.5}}'],
)
def test_a_key_that_stands_twice_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "r.json").write_text(content, encoding="utf-8")
    key = "attention" if "attention" in content else "seed"
    with pytest.raises(InputError, match=f"“{key}” stands twice"):
        recipe_in(tmp_path / "r.json")


@pytest.mark.parametrize(
    ("content", "place"),
    [("", "line 1, column 1"), ('{\n "seed": }', "line 2, column 10"), ("{} x", "column 4")],
)
def test_where_a_file_is_no_json_is_said_without_the_readers_own_words(
    tmp_path: Path, content: str, place: str
) -> None:
    (tmp_path / "r.json").write_text(content, encoding="utf-8")
    with pytest.raises(InputError) as refused:
        recipe_in(tmp_path / "r.json")
    assert place in str(refused.value)
    assert "xpecting" not in str(refused.value)
    assert "xtra data" not in str(refused.value)
    assert all(isinstance(x, int | str) for x in refused.value.values.values())


@pytest.mark.parametrize(
    "content", ["", "{", "[" * 5000, '{"seed": NaN}', "\udcff", '{"seed": ' + "9" * 5000 + "}"]
)
def test_a_file_that_is_no_recipe_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "r.json"
    path.write_text(content, encoding="utf-8", errors="surrogateescape")
    with pytest.raises(InputError):
        recipe_in(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.json"):
        recipe_in(tmp_path / "none.json")


def test_the_example_of_the_documentation_is_a_recipe() -> None:
    page = (Path(__file__).resolve().parents[3] / "docs" / "experiments.md").read_text("utf-8")
    blocks = [block.split("```")[0] for block in page.split("```json\n")[1:]]
    assert blocks
    for block in blocks:
        assert not recipe_of(json.loads(block)).empty
