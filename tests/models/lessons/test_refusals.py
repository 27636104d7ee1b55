"""A stranger's lesson with one mistake in each field in turn: where and what is said of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.i18n import set_language
from models.lessons.allowed import PHOTOS
from models.lessons.expression import LessonError
from models.lessons.library import FOLDER
from models.lessons.reading import lesson_of

DOCS = Path(__file__).resolve().parents[3] / "docs"
EXAMPLE = (DOCS / "lessons.md").read_text(encoding="utf-8").split("```toml\n")[1].split("```")[0]
# what stands in the documented example, what a stranger wrote, and the line and key that are named
MISTAKES = (
    ("minutes = 3", 'minutes = "three"', 2, "minutes"),
    ("minutes = 3", "minutes = -3", 2, "minutes"),
    ('author = "Ana"', "author = 5", 3, "author"),
    ('sources = ["Vaswani et al. 2017, arXiv:1706.03762"]', 'sources = "Vaswani"', 4, "sources"),
    ('sources = ["Vaswani et al. 2017, arXiv:1706.03762"]', "sources = [1, 2]", 4, "sources"),
    ('sources = ["Vaswani et al. 2017, arXiv:1706.03762"]', 'sources = [{pt = "x"}]', 4, "sources"),
    ('[title]\npt = "A cabeça que olha para a frente"', '[title]\npt = ""', 6, "title"),
    ("[title]", "[titel]", 6, "titel"),
    (
        'en = "A diagonal on the map, and what it means."\n',
        "",
        10,
        "summary",
    ),
    ('title.pt = "Uma diagonal"', "title.pt = 3", 15, "step 1.title.pt"),
    ('title.en = "A diagonal"', 'title.fr = "Une"', 16, "step 1.title.fr"),
    (
        "{weight query=gato key=está as=percent} do peso",
        "{weight query=gato key=está as=percent do peso",
        17,
        "step 1.text.pt",
    ),
    (
        "{weight query=gato key=está as=percent} do peso",
        "{wheight query=gato} do peso",
        17,
        "step 1.text.pt",
    ),
    (
        "{weight query=gato key=está as=percent} do peso",
        "{weight query=gato keys=está} do peso",
        17,
        "step 1.text.pt",
    ),
    ('text = "O gato está no telhado"', "text = 7", 27, "step 1.set.text"),
    ('text = "O gato está no telhado"', 'texto = "O gato"', 27, "step 1.set.texto"),
    ('text = "O gato está no telhado"', 'photo = "dog.jpg"', 27, "step 1.set.photo"),
    ("layer = 3", 'model = "bert-base"', 27, "step 1.set.model"),
    ("layer = 3", 'model = "dinov2-small"', 27, "step 1.set.model"),
    ("layer = 3", 'layer = "três"', 27, "step 1.set.layer"),
    ("layer = 3", "layer = 0", 27, "step 1.set.layer"),
    ("layer = 3", "layer = 3.5", 27, "step 1.set.layer"),
    ("head = 7", 'head = "media"', 27, "step 1.set.head"),
    ("head = 7", "heads = [0]", 27, "step 1.set.heads"),
    ("head = 7", "heads = 7", 27, "step 1.set.heads"),
    ('token = "gato" }\npoint', "token = 3 }\npoint", 27, "step 1.set.token"),
    ('token = "gato" }\npoint', 'token = "gato", page = "mapa" }\npoint', 27, "step 1.set.page"),
    ('token = "gato" }\npoint', 'token = "gato", tab = "linha" }\npoint', 27, "step 1.set.tab"),
    ('token = "gato" }\npoint', 'token = "gato", keep = 3 }\npoint', 27, "step 1.set.keep"),
    (
        'token = "gato" }\npoint',
        'token = "gato", playground = { temprature = 2 } }\npoint',
        27,
        "step 1.set.playground.temprature",
    ),
    (
        'token = "gato" }\npoint',
        'token = "gato", playground = { temperature = "hot" } }\npoint',
        27,
        "step 1.set.playground.temperature",
    ),
    (
        'token = "gato" }\npoint',
        'token = "gato", playground = { temperature = 0 } }\npoint',
        27,
        "step 1.set.playground.temperature",
    ),
    (
        'token = "gato" }\npoint',
        'token = "gato", playground = { dropout = 1.0 } }\npoint',
        27,
        "step 1.set.playground.dropout",
    ),
    ('point = "map"', 'point = "mapa"', 28, "step 1.point"),
    ('point = "map"', "point = 3", 28, "step 1.point"),
    ('ask.pt = "Clique em “está”."', 'ask.pt = ""', 29, "step 1.ask"),
    ('done = { token = "está" }', 'done = { tocken = "está" }', 31, "step 1.done.tocken"),
    ('done = { token = "está" }', 'done = "está"', 31, "step 1.done"),
    ('done = { token = "está" }', 'done = { token = ["a"] }', 31, "step 1.done.token"),
    (
        'done = { token = "está" }',
        "done = { head = { at_leest = 3 } }",
        31,
        "step 1.done.head.at_leest",
    ),
    (
        'done = { token = "está" }',
        'done = { head = { at_least = "x" } }',
        31,
        "step 1.done.head.at_least",
    ),
    ('done = { token = "está" }\n', "", 29, "step 1.ask"),
    ('value = "offset by=1"', "value = 3", 34, "step 1.claim 1.value"),
    ('value = "offset by=1"', 'valeu = "offset by=1"', 34, "step 1.claim 1.valeu"),
    ('value = "offset by=1"', 'value = "ofset by=1"', 34, "step 1.claim 1.value"),
    ("at_least = 0.9", "at_least = true", 35, "step 1.claim 1.at_least"),
    ("at_least = 0.9", 'at_least = "high"', 35, "step 1.claim 1.at_least"),
    ("at_least = 0.9\n", "", 34, "step 1.claim 1.value"),
    ("[[step.claim]]", "[step.claim]", 33, "step 1.claim"),
    ('[[step]]\ntitle.pt = "A mesma', '[step2]\ntitle.pt = "A mesma', 37, "step2"),
    ('done = { token = "está" }', 'done = { layer = "três" }', 31, "step 1.done.layer"),
    ('done = { token = "está" }', 'done = { tab = "linha" }', 31, "step 1.done.tab"),
    ('done = { token = "está" }', 'done = { head = "seven" }', 31, "step 1.done.head"),
    ('done = { token = "está" }', 'done = { pair = "yes" }', 31, "step 1.done.pair"),
)


@pytest.mark.parametrize(("right", "wrong", "line", "key"), MISTAKES)
def test_a_mistake_in_any_field_is_told_with_its_line_and_key(
    right: str, wrong: str, line: int, key: str
) -> None:
    assert right in EXAMPLE
    for language in ("en", "pt_BR"):
        set_language(language)
        with pytest.raises(LessonError) as caught:
            lesson_of(EXAMPLE.replace(right, wrong, 1), file="mine.toml")
        said = str(caught.value)
        assert f" {line}, “{key}”:" in said
        assert said.count("mine.toml") == 1, "one sentence, not one in another"
        assert "\n" not in said
        assert "{names}" not in said, "something was not filled in"


def test_what_is_half_written_names_its_line() -> None:
    for right, wrong, line in (("minutes = 3", "minutes = ", 2), ('"changed" }', '"changed"', 45)):
        with pytest.raises(LessonError, match=rf"not valid TOML.*line {line}"):
            lesson_of(EXAMPLE.replace(right, wrong), file="mine.toml")


def test_the_photos_that_can_be_named_are_those_of_the_program() -> None:
    photos = {path.stem for path in (FOLDER.parent / "images").glob("*.jpg")}
    assert set(PHOTOS) == photos | {"own"}
