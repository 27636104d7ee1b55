"""Every bundled lesson, read and checked on the bundled models; and what bad files get."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pytest

from models.api import Model, open_model
from models.errors import MiranteError
from models.i18n import set_language
from models.lessons.checking import findings, stages
from models.lessons.conditions import met
from models.lessons.expression import Expression, LessonError, parsed, pieces
from models.lessons.lesson import Claim, Scene, Wanted
from models.lessons.library import FOLDER, bundled_lessons, gallery
from models.lessons.naming import position
from models.lessons.quantities import names, value_of
from models.lessons.reading import lesson_of, read_lesson
from models.lessons.words import filled
from tests.helpers.records import image_record, text_record

LESSONS = bundled_lessons()
GOOD = """
title = { pt = "Um", en = "One" }
summary = { pt = "a", en = "b" }
[[step]]
title = { pt = "t", en = "t" }
text = { pt = "t", en = "t {weight query=gato key=O}" }
set = { text = "O gato", layer = 2, head = 3, token = "gato" }
point = "tokens"
ask = { pt = "a", en = "b" }
done = { token = "O" }
[[step.claim]]
value = "weight query=gato key=O"
at_most = 1
"""
_opened = lru_cache(maxsize=2)(open_model)


def _open(name: str) -> Model:
    return _opened(name)


def test_there_are_twelve_lessons_in_order() -> None:
    assert [lesson.name[:2] for lesson in LESSONS] == [f"{i:02}" for i in range(1, 13)]
    assert all(lesson.sources and len(lesson.steps) >= 3 for lesson in LESSONS)


@pytest.mark.parametrize("lesson", [*LESSONS, gallery()], ids=lambda one: one.name)
def test_every_claim_of_a_lesson_is_true_of_the_bundled_models(lesson: object) -> None:
    assert findings(lesson, _open) == []  # type: ignore[arg-type]


def test_a_claim_that_is_not_true_is_found() -> None:
    source = (FOLDER / "05-heads.toml").read_text(encoding="utf-8")
    wrong = source.replace('layer=3 head=7"\nat_least = 0.98', 'layer=3 head=8"\nat_least = 0.98')
    assert wrong != source
    found = findings(lesson_of(wrong, file="x.toml"), _open)
    assert [finding.step for finding in found] == [2]
    assert "below 0.98" in found[0].what


def test_the_next_token_head_looks_at_the_next_token_in_other_sentences_too() -> None:
    for text in ("The cat sat on the mat.", "As chaves que o homem deixou na mesa sumiram."):
        record = _open("multilingual-e5-small").run_text(text)
        weights = record.layers[2].weights(6)
        count = len(record.tokens)
        mean = sum(float(weights[i, i + 1]) for i in range(1, count - 2)) / (count - 3)
        assert mean > 0.95


def test_both_languages_of_a_lesson_use_the_same_live_numbers() -> None:
    for lesson in (*LESSONS, gallery()):
        for number, step in enumerate(lesson.steps, start=1):
            for said in (step.text, step.ask):
                if said is None:
                    continue
                one, two = (
                    sorted(str(p) for p in pieces(words) if isinstance(p, Expression))
                    for words in (said.pt, said.en)
                )
                assert one == two, f"{lesson.name} step {number}"


def test_live_numbers_are_those_of_the_record() -> None:
    lesson = lesson_of(GOOD, file="one.toml")
    step, live = next(iter(stages(lesson, _open)))
    record = live.record
    places = {token.label: i for i, token in enumerate(record.tokens)}
    weight = record.layers[1].weights(2)[places["gato"], places["O"]]
    assert filled(step.text.en, live) == f"t {weight:.2f}"


def test_numbers_of_the_wrong_kind_of_record_are_dashes() -> None:
    from models.lessons.live import Live  # noqa: PLC0415  # a detail of this test

    live = Live(record=text_record(), scene=Scene(), layer=0)
    assert filled("{patches} {grid} {weight query=xyz key=O} {neighbour columns=1}", live) == (
        "0 – – –"
    )
    assert filled("{layers}", None) == "–"


def test_tokens_are_named_by_label_number_place_and_cell() -> None:
    record, photo = text_record(("<s>", "o", "a", "o", "</s>")), image_record()
    named = [position(record, name) for name in ("o", "o#2", "@2", "first", "last", "x", "o#3")]
    assert named == [1, 3, 2, 0, 4, None, None]
    assert position(photo, "r1c2") == 1 + 4 + 2


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ('point = "tokens"', 'point = "tokenz"', 8, "tokens"),
        ("layer = 2", "layer = 0", 7, "count from 1"),
        ("layer = 2", "leyer = 2", 7, "leyer"),
        ('done = { token = "O" }', 'done = { tokken = "O" }', 10, "tokken"),
        ('done = { token = "O" }\n', "", 9, "go together"),
        ("{weight query=gato key=O}", "{wait query=gato}", 6, "wait"),
        ("{weight query=gato key=O}", "{weight quary=gato}", 6, "quary"),
        ("{weight query=gato key=O}", "{weight", 6, "{"),
        ("at_most = 1\n", "", 12, "at_least"),
        ('ask = { pt = "a", en = "b" }', 'ask = { pt = "a" }', 9, "both languages"),
        ('title = { pt = "t", en = "t" }', 'title = "t"', 5, "table"),
        ("at_most = 1", 'at_most = "nothing"', 13, "nothing"),
    ],
)
def test_a_bad_file_gets_one_sentence_with_the_line(
    old: str, new: str, line: int, said: str
) -> None:
    assert old in GOOD
    with pytest.raises(LessonError) as caught:
        lesson_of(GOOD.replace(old, new), file="mine.toml")
    sentence = str(caught.value)
    assert "mine.toml" in sentence
    assert f"line {line}," in sentence
    assert said in sentence
    assert "\n" not in sentence


def test_what_is_no_toml_no_text_or_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(LessonError, match=r"not valid TOML.*line 2"):
        lesson_of("a = 1\nb = \n", file="x.toml")
    binary = tmp_path / "b.toml"
    binary.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(LessonError, match="UTF-8"):
        read_lesson(binary)
    with pytest.raises(LessonError, match="cannot be read"):
        read_lesson(tmp_path / "none.toml")
    with pytest.raises(LessonError, match=r"at least one \[\[step\]\]"):
        lesson_of('title = { pt = "a", en = "b" }', file="x.toml")


def test_complaints_are_for_people() -> None:
    assert issubclass(LessonError, MiranteError)


@pytest.mark.parametrize(
    "written", ["", "weight query", "weight query=a query=b", "W x=1", "a b=c}"]
)
def test_what_is_no_expression_is_refused(written: str) -> None:
    with pytest.raises(LessonError):
        parsed(written)


def test_expressions_are_read_and_written_the_same() -> None:
    one = parsed('weight query=gato key="a b" layer=3')
    assert one == Expression("weight", {"query": "gato", "key": "a b", "layer": "3"})
    assert parsed(str(one)) == one
    assert pieces("{{x}} {sum}") == ["{", "x", "}", " ", Expression("sum", {})]


def test_conditions_compare_facts() -> None:
    facts = {"token": "Gato", "layer": 3.0, "head": "mean"}
    assert met((Wanted("token", equals="gato"), Wanted("layer", equals=3)), facts=facts, before={})
    assert not met((Wanted("layer", changed=True),), facts=facts, before={"layer": 3.0})
    assert met((Wanted("layer", at_least=2, at_most=3),), facts=facts, before={})
    assert not met((Wanted("head", at_least=1),), facts=facts, before={})
    assert not met((Wanted("key", changed=True),), facts=facts, before={})


def test_a_scene_keeps_what_it_does_not_change() -> None:
    first = Scene(text="a", layer=3, heads=(7,), token="a", keep="x")  # noqa: S106  # a word
    second = Scene(token="b").after(first)  # noqa: S106  # a word
    assert (second.text, second.layer, second.token, second.keep) == ("a", 3, "b", None)
    third = Scene(photo="cat").after(second)
    assert (third.photo, third.text, third.token, third.layer) == ("cat", None, None, 3)


def test_every_live_number_is_documented_in_both_languages() -> None:
    docs = FOLDER.parent.parent / "docs"
    for page in ("lessons.md", "lessons.pt-BR.md"):
        text = (docs / page).read_text(encoding="utf-8")
        assert [name for name in names() if f"`{name}`" not in text] == []


def test_the_documented_example_is_a_lesson_whose_claims_hold() -> None:
    docs = FOLDER.parent.parent / "docs"
    for page in ("lessons.md", "lessons.pt-BR.md"):
        text = (docs / page).read_text(encoding="utf-8")
        example = text.split("```toml\n")[1].split("```")[0]
        lesson = lesson_of(example, file="example.toml")
        assert lesson.steps[0].claims
        assert findings(lesson, _open) == []


def test_titles_follow_the_language() -> None:
    set_language("pt")
    assert str(LESSONS[0].title) == "A festa e os convidados"
    set_language("en")
    assert str(LESSONS[0].title) == "The party and the guests"


def test_cutting_an_arrow_moves_the_vector_as_far_as_masking_it() -> None:
    import numpy as np  # noqa: PLC0415  # the reference

    from models.lessons.live import Live  # noqa: PLC0415

    record = text_record()
    layer = record.layers[0]
    live = Live(record=record, scene=Scene(layer=1, heads=(2,)), layer=0)
    scores = layer.query[1, 2].astype(np.float64) @ layer.key[1].T * layer.scale[1]
    before = np.exp(scores) / np.exp(scores).sum() @ layer.value[1]
    scores[3] = -np.inf
    after = np.exp(scores) / np.exp(scores).sum() @ layer.value[1]
    moved = np.linalg.norm(after - before) / np.linalg.norm(before)
    assert value_of(parsed("cut query=gato key=está"), live) == pytest.approx(moved, rel=1e-5)


def test_a_claim_may_compare_two_numbers() -> None:
    from models.lessons.checking import failed  # noqa: PLC0415
    from models.lessons.live import Live  # noqa: PLC0415

    live = Live(record=text_record(), scene=Scene(), layer=0)
    assert failed(Claim(parsed("tokens"), at_least=parsed("layers")), live) == ""
    assert "below" in failed(Claim(parsed("layers"), at_least=parsed("tokens")), live)


@pytest.mark.parametrize("name", ["multilingual-e5-small", "dinov2-small"])
def test_the_bundled_files_hold_no_dropout_as_lessons_7_and_9_say(name: str) -> None:
    assert "Dropout" not in {node.op_type for node in _open(name).tapped.graph.node}
