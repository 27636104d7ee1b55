"""``main.py measure`` prints what ``models.measures`` finds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from models.api import open_model
from models.commands import measuring
from models.commands.program import REFUSED, run
from models.measures.per_head import measure
from models.measures.similarity import similarity
from models.measures.table import measures_for, tags_for
from tests.helpers.zoo import ZOO

CAT = Path(__file__).resolve().parents[2] / "assets" / "images" / "cat.jpg"
TEXT = "the cat sat on the mat"


def asked(*arguments: object, capsys: pytest.CaptureFixture[str]) -> str:
    assert run(["measure", *map(str, arguments)]) == 0
    return capsys.readouterr().out


def test_json_holds_the_numbers_that_python_finds(capsys: pytest.CaptureFixture[str]) -> None:
    facts = json.loads(asked(ZOO / "bert", "--text", TEXT, "--json", capsys=capsys))
    record = open_model(ZOO / "bert").run_text(TEXT)
    found = measure(record)
    assert facts["inputs"] == 1
    assert len(facts["heads"]) == len(similarity(record).heads)
    for entry in facts["heads"]:
        layer, head = entry["layer"] - 1, entry["head"] - 1
        for each in (*measures_for("text"), *tags_for("text")):
            wanted = found.value(each.name, layer, head)
            assert entry[each.name] == (pytest.approx(wanted) if wanted == wanted else None)  # noqa: PLR0124  # NaN
        assert entry["tags"] == [tag.name for tag in found.tags(layer, head)]
    assert {"formula", "paper", "words", "threshold"} <= set(facts["measures"][0])
    assert facts["rows"][0]["entropy"] == found.tokens


def test_evidence_in_json_says_how_many_inputs_each_figure_rests_on(
    capsys: pytest.CaptureFixture[str],
) -> None:
    facts = json.loads(asked(ZOO / "bert", "--evidence", "--json", capsys=capsys))
    assert facts["inputs"] == 48
    first = facts["heads"][0]
    assert first["entropy"]["inputs"] == 48
    assert first["entropy"]["tagged"] is None
    assert 0 < first["repeated"]["inputs"] <= 48
    assert first["repeated"]["min"] <= first["repeated"]["mean"] <= first["repeated"]["max"]


def test_lines_for_people_warn_that_one_input_is_no_evidence(
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = asked(ZOO / "vit", "--image", CAT, capsys=capsys)
    assert "does not make a head's nature" in out
    assert "L1 H1" in out
    assert "arXiv:2010.11929" in out
    out = asked(ZOO / "vit", "--evidence", capsys=capsys)
    assert "Means over 3 bundled inputs" in out


def test_nothing_to_measure_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["measure", str(ZOO / "bert")]) == REFUSED
    assert "--evidence" in capsys.readouterr().err


def test_distances_of_thousands_are_whole_numbers() -> None:
    shown = [measuring._shown(x) for x in (2471.3, 999.6, 99.96, 0.00123456, 3e-9, float("nan"))]
    assert shown == ["2471", "1000", "100", "0.00123", "3×10⁻⁹", "–"]
