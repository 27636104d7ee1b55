"""What lessons say: form of every step, ideas that must be there, and claims beyond one number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer

from models.api import Model, open_model
from models.config import read_config
from models.experiments.rates import rates_of
from models.lessons.checking import photo_path
from models.lessons.conditions import strayed
from models.lessons.lesson import Lesson, Said, Scene, Step, Wanted
from models.lessons.library import FOLDER, bundled_lessons, first_lesson, gallery
from models.lessons.naming import position
from models.record import Record

LESSONS = bundled_lessons()
MODELS = FOLDER.parent / "models"
LONGEST = 25  # words in a sentence
LIVE, WORD = re.compile(r"\{[^{}]*\}"), re.compile(r"\w[\w’'-]*")
# each line of the file: an idea, the lesson that has it, words of it in Portuguese and English
IDEAS = tuple(
    tuple(line.split("\t"))
    for line in (Path(__file__).parent / "ideas.tsv").read_text(encoding="utf-8").splitlines()[1:]
)


@lru_cache(maxsize=2)
def _open(name: str) -> Model:
    return open_model(name)


@lru_cache(maxsize=8)
def _text(words: str) -> Record:
    return _open("multilingual-e5-small").run_text(words)


@lru_cache(maxsize=3)
def _photo(name: str) -> Record:
    return _open("dinov2-small").run_image(photo_path(name))


def _said(lesson: Lesson) -> Iterator[tuple[str, Said]]:
    yield "title", lesson.title
    yield "summary", lesson.summary
    for number, step in enumerate(lesson.steps, start=1):
        yield f"step {number} title", step.title
        yield f"step {number}", step.text
        if step.ask is not None:
            yield f"step {number} ask", step.ask


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda one: one.name)
def test_every_step_sets_points_and_asks_for_one_thing(lesson: Lesson) -> None:
    for step in lesson.steps:
        scene = step.scene
        assert (scene.text is None) != (scene.photo is None)
        assert None not in (scene.layer, scene.heads, scene.token)
        assert step.point
        assert step.ask is not None
        assert step.done
        assert step.ask.pt.endswith(".") or "?" in step.ask.pt


@pytest.mark.parametrize("lesson", [*LESSONS, gallery()], ids=lambda one: one.name)
@pytest.mark.parametrize("language", ["pt", "en"])
def test_sentences_are_short(lesson: Lesson, language: str) -> None:
    found = [
        f"{where}: {sentence}"
        for where, said in _said(lesson)
        for block in re.split(r"\n\s*\n|\n(?=[|-])", LIVE.sub("0", getattr(said, language)))
        if not block.startswith("|")
        for sentence in re.split(r"(?<=[.!?])[”\"]?\s+", block)
        if len(WORD.findall(sentence)) > LONGEST
    ]
    assert found == []


@pytest.mark.parametrize(("idea", "lesson", "pt", "en"), IDEAS, ids=[one[0] for one in IDEAS])
def test_every_idea_of_the_two_first_texts_is_in_a_lesson(
    idea: str, lesson: str, pt: str, en: str
) -> None:
    found = next(one for one in LESSONS if one.name.startswith(lesson))
    both = [said for _where, said in _said(found)]
    assert pt.casefold() in "\n".join(said.pt for said in both).casefold(), idea
    assert en.casefold() in "\n".join(said.en for said in both).casefold(), idea


def test_the_first_lesson_alone_is_the_first_of_all() -> None:
    assert first_lesson() == LESSONS[0]


# -- claims that are about more than one number


def test_telhado_is_no_whole_word_of_the_vocabulary_as_lesson_1_says() -> None:
    known = Tokenizer.from_file(str(MODELS / "multilingual-e5-small" / "tokenizer.json"))
    assert known.token_to_id("▁telhado") is None
    assert known.token_to_id("▁gato") is not None


def test_only_two_columns_stand_out_as_lesson_3_says() -> None:
    record = _text("I am making a cake")
    weights, special = record.layers[5].weights(0), record.encoded.special
    assert weights[:, ~special].max() < 0.05
    assert weights[:, special].sum(axis=1).min() > 0.95


def test_an_attention_vector_lies_between_the_values_as_lesson_4_says() -> None:
    record = _text("O gato está no telhado")
    for layer in record.layers:
        for token in range(len(record.tokens)):
            vectors = layer.vector(token)
            assert (vectors <= layer.value.max(axis=1) + 1e-4).all()
            assert (vectors >= layer.value.min(axis=1) - 1e-4).all()


def test_nearly_all_tokens_look_most_at_the_cat_as_lesson_8_says() -> None:
    record = _text("O gato que dormia na cozinha da casa velha perto do rio acordou com fome.")
    weights, cat = record.layers[11].weights(3), position(record, "gato")
    assert (weights.argmax(axis=1) == cat).mean() > 0.8


@pytest.mark.parametrize(("name", "rate"), [("multilingual-e5-small", 0.1), ("dinov2-small", 0.0)])
def test_the_bundled_models_were_trained_at_the_rates_of_lesson_7(name: str, rate: float) -> None:
    rates = rates_of(read_config(MODELS / name / "config.json"))
    assert (rates.attention, rates.hidden) == (rate, rate)


@pytest.mark.parametrize("name", ["cat", "coffee", "rocket"])
def test_nearly_all_patches_look_at_one_whose_value_is_long_as_lesson_12_says(name: str) -> None:
    record = _photo(name)
    layer, special = record.layers[0], record.encoded.special
    targets = layer.weights(5)[~special].argmax(axis=1)
    most = int(np.bincount(targets).argmax())
    assert (targets == most).mean() > 0.9
    lengths = np.linalg.norm(layer.value[5], axis=1)
    assert lengths[most] > 1.5 * np.median(lengths[~special])


def test_all_four_articles_look_at_the_full_stop_as_the_gallery_says() -> None:
    record = _text(
        "The cat that slept in the kitchen of the old house near the river woke up hungry."
    )
    weights, stop = record.layers[6].weights(11), position(record, ".")
    articles = [i for i, token in enumerate(record.tokens) if token.label in {"The", "the"}]
    assert len(articles) == 4
    assert (weights[articles].argmax(axis=1) == stop).all()


# -- a window that shows something else


def _step(*done: Wanted, **scene: object) -> Step:
    words = Said("a", "a")
    return Step(words, words, Scene(text="a", **scene), ask=words, done=done)  # type: ignore[arg-type]


def test_what_a_step_asks_to_change_is_no_straying() -> None:
    before = {"modality": "text", "model": "m", "text": "a", "pair": False}
    other = {**before, "text": "b"}
    assert not strayed(_step(), facts=before, before=before)
    assert strayed(_step(), facts=other, before=before)
    assert not strayed(_step(Wanted("text", changed=True)), facts=other, before=before)
    assert strayed(
        _step(Wanted("text", changed=True)), facts={**other, "model": "n"}, before=before
    )
    photo = {"modality": "image", "model": "v", "photo": "cat.jpg"}
    assert not strayed(_step(Wanted("photo", equals="cat.jpg")), facts=photo, before=before)
    assert strayed(_step(Wanted("head", equals=1)), facts=photo, before=before)


def test_a_closed_playground_is_straying_where_the_step_needs_it() -> None:
    open_one, closed = {"playground": True}, {"playground": False}
    assert strayed(_step(playground={"seed": 1}), facts=closed, before=open_one)
    assert not strayed(_step(playground={"seed": 1}), facts=open_one, before=open_one)
    assert not strayed(_step(), facts=closed, before=open_one)


def test_what_a_source_is_for_is_told_in_both_languages() -> None:
    """Titles stay as they are; what is said about them is said in the language in force."""
    english = re.compile(r"equation|section|appendix|footnote|table \d|rate|heads|layer by layer")
    sources = [source for lesson in bundled_lessons() for source in lesson.sources]
    assert sources
    for source in sources:
        about = re.sub(r"“[^”]*”", "", source.pt)
        assert not english.search(about), source.pt
