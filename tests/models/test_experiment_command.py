"""``main.py experiment``: what is in the file, and what is said when it cannot be."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort
import pytest

from models.api import open_model
from models.commands.program import REFUSED, run
from tests.helpers.zoo import Animal, animals, runs

TEXT = "O gato está no telhado"


def experiment(path: Path, recipe: Any, *more: str, model: str = "text") -> dict[str, Any]:
    (path / "recipe.json").write_text(json.dumps(recipe), encoding="utf-8")
    given = more or ("--text", TEXT)
    out = ("--recipe", str(path / "recipe.json"), "--out", str(path / "out.npz"))
    assert run(["experiment", model, *given, *out, "--csv", str(path / "out.csv")]) == 0
    with np.load(path / "out.npz", allow_pickle=False) as found:
        return {name: found[name] for name in found.files}


def tiny() -> tuple[Animal, dict[str, Any]]:
    animal = next(a for a in animals() if a.name == "bert_seqcls/dyn18_sdpa")
    return animal, dict(next(iter(runs(animal))).feeds)


def test_an_empty_recipe_gives_the_base_run_bit_for_bit(tmp_path: Path) -> None:
    """On a file of the zoo, against onnxruntime itself."""
    animal, feeds = tiny()
    np.savez(tmp_path / "in.npz", **feeds)
    found = experiment(tmp_path, {}, "--feeds", str(tmp_path / "in.npz"), model=str(animal.onnx))
    session = ort.InferenceSession(animal.onnx, providers=["CPUExecutionProvider"])
    for port in session.get_outputs():
        plain = session.run([port.name], feeds)[0]
        np.testing.assert_array_equal(found[f"base.outputs.{port.name}"], plain)
        np.testing.assert_array_equal(found[f"outputs.{port.name}"], plain[None])
        assert found[f"drift.{port.name}"].tolist() == [0]


def test_the_file_holds_passes_states_distances_and_where_it_comes_from(tmp_path: Path) -> None:
    recipe = {
        "heads_off": [[3, 5]],
        "dropout": {"attention": 0.1, "hidden": 0, "seed": 2, "passes": 3},
        "study": {"kind": "row_dropout", "layer": 1, "head": 2, "token": 3, "draws": 20},
    }
    found = experiment(tmp_path, recipe)
    tokens = found["tokens"].size
    assert found["base.outputs.last_hidden_state"].shape == (1, tokens, 384)
    assert found["outputs.last_hidden_state"].shape == (3, 1, tokens, 384)
    for layer in range(13):
        assert found[f"base.hidden.L{layer:02d}"].shape == (1, tokens, 384)
        assert found[f"hidden.L{layer:02d}"].shape == (3, 1, tokens, 384)
    assert found["drift.last_hidden_state"].shape == (3,)
    assert found["drift.hidden"].shape == (13,)
    assert found["drift.hidden"][0] == 0 < found["drift.hidden"][1]
    assert not found["weights.L03"][4].any()
    assert found["study.error"].shape == (20,)
    meta = json.loads(str(found["meta"]))
    assert meta["recipe"] == recipe
    assert meta["rates"] == {"attention": 0.1, "hidden": 0.0}
    assert meta["measures"] == {"last_hidden_state": "cosine"}
    assert (meta["passes"], meta["study"]["replay"]) == (3, True)


@pytest.mark.parametrize(
    ("model", "page"), [("text", "experiments.md"), ("vision", "experiments.pt-BR.md")]
)
def test_the_documented_lines_get_the_base_run_from_onnxruntime_bit_for_bit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model: str, page: str
) -> None:
    root = Path(__file__).resolve().parents[2]
    given = () if model == "text" else ("--image", str(root / "assets/images/cat.jpg"))
    found = experiment(tmp_path, {"occlude": [2]}, *given, model=model)
    shutil.copy(tmp_path / "out.npz", tmp_path / "result.npz")
    shutil.copy(open_model(model).files.onnx, tmp_path / "model.onnx")
    text = (root / "docs" / page).read_text("utf-8")
    lines = text.split("```python\nimport numpy as np, onnxruntime as ort\n")[1].split("```")[0]
    monkeypatch.chdir(tmp_path)
    exec("import numpy as np, onnxruntime as ort\n" + lines, {})  # noqa: S102  # our own page
    changed = "feeds.input_ids" if model == "text" else "feeds.pixel_values"
    assert not np.array_equal(found[changed], found[f"base.{changed}"])


def test_the_table_tells_the_same_distances(tmp_path: Path) -> None:
    animal, feeds = tiny()
    np.savez(tmp_path / "in.npz", **feeds)
    given = ("--feeds", str(tmp_path / "in.npz"))
    found = experiment(tmp_path, {"heads_off": [[1, 1]]}, *given, model=str(animal.onnx))
    text = (tmp_path / "out.csv").read_text("utf-8")
    lines = list(csv.DictReader(text.splitlines()))
    told = [float(x["value"]) for x in lines if (x["what"], x["pass"]) == ("drift", "1")]
    assert told[0] > 0
    np.testing.assert_allclose(told[0], found["drift.logits"][0], rtol=1e-8)


@pytest.mark.parametrize("kind", ["heads", "row_search"])
def test_studies_run_from_a_recipe(tmp_path: Path, kind: str) -> None:
    study: dict[str, Any] = {"kind": kind}
    if kind == "row_search":
        study |= {"layer": 2, "head": 1, "token": 1, "epsilon": 0.01}
    animal, feeds = tiny()
    np.savez(tmp_path / "in.npz", **feeds)
    given = ("--feeds", str(tmp_path / "in.npz"))
    found = experiment(tmp_path, {"study": study}, *given, model=str(animal.onnx))
    meta = json.loads(str(found["meta"]))
    assert meta["study"]["kind"] == kind
    assert any(name.startswith("study.") for name in found)


@pytest.mark.parametrize(
    ("recipe", "words"),
    [
        ("{", "is not a recipe"),
        ('{"heads_of": []}', "“heads_of” is no key of a recipe"),
        ('{"heads_off": [[99, 1]]}', "no layer 99"),
        ('{"occlude": [0]}', "Token 0"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], recipe: str, words: str
) -> None:
    (tmp_path / "recipe.json").write_text(recipe, encoding="utf-8")
    out = tmp_path / "out.npz"
    asked = ["experiment", "text", "--text", TEXT, "--recipe", str(tmp_path / "recipe.json")]
    assert run([*asked, "--out", str(out), "--language", "en"]) == REFUSED
    said = capsys.readouterr().err
    assert words in said
    assert said.count("\n") == 1
    assert not out.exists()
