"""Nothing overlaps, nothing leaves the page, and every scale is the same figure."""

from __future__ import annotations

import gettext
from itertools import combinations

import numpy as np
import pytest
from PIL import Image

from models import i18n
from models.figure import FigureRequest, draw, lay_out, png_bytes
from models.figure.page import Cells, Photo
from models.i18n import set_language
from models.record import Record
from tests.helpers.figures import gradient_photo, photo_record, text_record, touch

SENTENCE = [
    "O",
    "gato",
    "está",
    "no",
    "telhado",
    "e",
    "o",
    "cachorro",
    "late",
    "para",
    "ele",
    "à",
    "noite",
]
SCRIPTS = ["שלום", "مرحبا", "हिन्दी", "中文", "👍", "🎉", "Привет", "Ελλάδα", "ไทย", "\n", "Å̧"]
RECORDS = {
    "one word": lambda: text_record(["gato"]),
    "sentence": lambda: text_record(SENTENCE),
    "long words": lambda: text_record(["Donaudampfschifffahrtsgesellschaft" * 2] * 9),
    "scripts": lambda: text_record(SCRIPTS),
    "pair": lambda: text_record(SENTENCE, pair=SENTENCE[:5]),
    "padded": lambda: text_record(SENTENCE, padding=40),
    "40 tokens": lambda: text_record([f"palavra{i}" for i in range(38)]),
    "512 tokens": lambda: text_record([f"palavra{i}" for i in range(510)]),
    "photo, 4 patches": lambda: photo_record(2),
    "photo, 257 tokens": lambda: photo_record(16),
    "portrait": lambda: photo_record(14, photo=gradient_photo(120, 400), registers=4),
    "panorama": lambda: photo_record(14, photo=gradient_photo(900, 100)),
    "photo, 1370 tokens": lambda: photo_record(37, registers=0),
    "photo, many registers": lambda: photo_record(8, registers=30),
}


def views(record: Record) -> list[str]:
    return ["heatmap", "row", "overlay"] if record.encoded.photo else ["heatmap", "row"]


class Longer(gettext.NullTranslations):
    """A language in which every sentence takes half as much room again."""

    def gettext(self, message: str) -> str:
        return message + "ẅ" * (1 + len(message) // 3)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)


@pytest.mark.parametrize("language", ["en", "pt_BR", "longer"])
@pytest.mark.parametrize("name", RECORDS)
def test_no_two_labels_touch_and_all_is_on_the_page(
    name: str, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_language(language)
    if language == "longer":
        monkeypatch.setattr(i18n._Current, "catalogue", Longer())
    record = RECORDS[name]()
    last = len(record.tokens) - 1
    for view in views(record):
        for token, key in ((None, None), (0, 1), (last // 2, last), (last, last - 1)):
            page = lay_out(record, FigureRequest(view, 0, token=token, key=key))
            labels = [words for words in page.words() if words.text]
            for one, other in combinations(labels, 2):
                assert not touch(one.box, other.box), (view, one.text, other.text)
            for item in page.items:
                left, top, right, bottom = item.box
                assert left >= 0, (view, item)
                assert top >= 0, (view, item)
                assert right <= page.width, (view, item)
                assert bottom <= page.height, (view, item)


@pytest.mark.parametrize("name", RECORDS)
def test_labels_keep_off_the_cells_and_the_photo(name: str) -> None:
    record = RECORDS[name]()
    for view in views(record):
        page = lay_out(record, FigureRequest(view, 0, token=1))
        pictures = [item for item in page.items if isinstance(item, Cells | Photo)]
        for words in page.words():
            for item in pictures:
                assert not touch(words.box, item.box), (view, words.text)


@pytest.mark.parametrize("name", RECORDS)
def test_a_figure_is_at_least_900_wide_at_1x_and_at_most_4000_at_4x(name: str) -> None:
    record = RECORDS[name]()
    for view in views(record):
        page = lay_out(record, FigureRequest(view, 0))
        assert page.width >= 900
        assert 4 * page.width <= 4000
        assert 4 * page.height <= 4000


@pytest.mark.parametrize("view", ["heatmap", "row", "overlay"])
def test_twice_the_scale_is_exactly_twice_the_size_and_the_same_figure(view: str) -> None:
    record = photo_record(16)
    once, twice = (
        draw(record, FigureRequest(view, 0, token=70, scale=scale)) for scale in (1.0, 2.0)
    )
    assert twice.size == (2 * once.width, 2 * once.height)
    reduced = np.asarray(twice.resize(once.size, Image.Resampling.BOX), dtype=np.float32)
    difference = np.abs(reduced - np.asarray(once, dtype=np.float32)).mean()
    assert difference < 3.0


@pytest.mark.parametrize("view", ["heatmap", "row", "overlay"])
def test_two_drawings_have_identical_bytes(view: str) -> None:
    request = FigureRequest(view, 1, heads=(2,), token=5)
    one, other = (
        png_bytes(draw(record, request), record, request)
        for record in (photo_record(7), photo_record(7))
    )
    assert one == other


def test_the_dark_theme_changes_the_paper_and_not_the_cells() -> None:
    record = text_record(SENTENCE)
    light, dark = (
        np.asarray(draw(record, FigureRequest("heatmap", 0, theme=theme)))
        for theme in ("light", "dark")
    )
    assert tuple(light[0, 0]) == (255, 255, 255)
    assert tuple(dark[0, 0]) == (0x14, 0x17, 0x1C)
    box = next(
        i for i in lay_out(record, FigureRequest("heatmap", 0)).items if isinstance(i, Cells)
    )
    left, top, right, bottom = (round(2 * edge) for edge in box.box)
    assert np.array_equal(light[top:bottom, left:right], dark[top:bottom, left:right])


def test_the_page_carries_model_layer_head_input_and_check() -> None:
    page = lay_out(text_record(SENTENCE), FigureRequest("row", 0, heads=(2,), token=2))
    text = "\n".join(words.text for words in page.words())
    for part in ("multilingual-e5-small", "L1 · H3", "O gato está", "3.6×10⁻⁷", "gato” (token 2)"):
        assert part in text


def test_a_layer_that_was_not_compared_does_not_claim_a_match() -> None:
    page = lay_out(text_record(SENTENCE), FigureRequest("row", 1))
    text = "\n".join(words.text for words in page.words())
    assert "not compared" in text
    assert "matches" not in text


def test_numbers_follow_the_language() -> None:
    set_language("pt_BR")
    page = lay_out(text_record(SENTENCE), FigureRequest("row", 0, heads=(0,), token=2))
    text = "\n".join(words.text for words in page.words())
    assert "3,6×10⁻⁷" in text
    assert "0,0" in text
    assert "0.0" not in text
