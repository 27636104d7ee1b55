"""Every character gets a glyph or its code point, and text keeps its proportions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from models.figure import fonts
from models.figure.lettering import elide, mask, measure, width

PORTUGUESE = "ÁÀÂÃÇÉÊÍÓÔÕÚÜáàâãçéêíóôõúü“”–…×⁻⁰¹²³⁴⁵⁶⁷⁸⁹·≥≤"
GREEK_CYRILLIC = "ΑΒΓΔΩαβγδωάέЖЯДйцукенгшщзхъ"


def names(text: str, *, bold: bool = False) -> list[tuple[str, str]]:
    return [(run.text, Path(run.face.path).stem) for run in fonts.runs(text, bold=bold)]


@pytest.mark.parametrize("bold", [False, True])
def test_portuguese_greek_and_cyrillic_are_drawn_in_the_main_font(bold: Any) -> None:
    stem = "Inter-SemiBold" if bold else "Inter-Regular"
    assert names(PORTUGUESE + GREEK_CYRILLIC, bold=bold) == [(PORTUGUESE + GREEK_CYRILLIC, stem)]


@pytest.mark.parametrize(
    ("text", "stem"),
    [
        ("שלום", "DejaVuSans"),
        ("مرحبا", "DejaVuSans"),
        ("▁", "DejaVuSans"),
        ("हिन्दी", "NotoSansDevanagari-Regular"),
        ("ไทย", "NotoSansThai-Regular"),
        ("👍", "NotoSansSymbols2-Regular"),
    ],
)
def test_other_scripts_fall_back_to_a_bundled_font(text: str, stem: str) -> None:
    assert names(text) == [(text, stem)]


def test_a_character_that_no_font_has_is_written_as_its_code_point(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fonts, "_system", lambda _: None)
    assert names("a中\ud83d") == [("aU+4E2DU+D83D", "Inter-Regular")]


def test_invisible_characters_vanish_and_control_characters_show() -> None:
    assert names("a\u200b\ufe0fb\u00ad") == [("ab", "Inter-Regular")]
    assert "".join(text for text, _ in names("\n\x7f")) == "␊␡"


def test_a_decomposed_accent_is_composed() -> None:
    assert names("a\u0303") == [("ã", "Inter-Regular")]


def test_spaces_between_words_of_another_script_stay_with_them() -> None:
    assert names("(שלום עולם)")[1] == ("שלום עולם", "DejaVuSans")


def test_coverage_is_what_the_font_really_draws() -> None:
    path = next(run.face.path for run in fonts.runs("ж"))
    face, covers = fonts.font(path, 40, shaped=False), fonts.runs("ж")[0].face.covers
    empty = bytes(face.getmask("\U0010ffff"))
    for character in "aãжΩ":
        assert ord(character) in covers
        assert bytes(face.getmask(character)) != empty
    assert ord("中") not in covers


def test_a_file_that_is_no_font_is_refused() -> None:
    with pytest.raises(ValueError, match="cmap"):
        fonts.codepoints(bytes(64))


def test_measured_ink_is_where_the_ink_is_drawn() -> None:
    extent = measure("Ágj“", size=20.0)
    ink, left, top = mask("Ágj“", size=20.0, scale=2.0)
    box = ink.point(lambda value: 255 * (value > 100)).getbbox()
    found = (box[0] + left, box[1] + top, box[2] + left, box[3] + top)
    expected = tuple(2 * x for x in (extent.left, extent.top, extent.right, extent.bottom))
    assert found == pytest.approx(expected, abs=1.5)


def test_ink_at_twice_the_scale_is_the_same_ink() -> None:
    once, *corner = mask("gato no telhado", size=14.0, scale=2.0)
    twice, *corner_twice = mask("gato no telhado", size=14.0, scale=4.0)
    assert corner_twice == pytest.approx([2 * x for x in corner])
    even = Image.new("L", (2 * once.width, 2 * once.height))
    even.paste(twice)
    small = np.asarray(even.reduce(2), dtype=np.int16)
    assert np.abs(small - np.asarray(once)).max() <= 2


def test_text_is_elided_to_its_room_and_only_when_it_must_be() -> None:
    text = "o gato está no telhado"
    assert elide(text, size=14.0, room=1000.0) == text
    short = elide(text, size=14.0, room=80.0)
    assert short.endswith("…")
    assert text.startswith(short[:-1])
    assert width(short, size=14.0) <= 80.0
    assert elide(text, size=14.0, room=0.0) == "…"


def test_fonts_come_with_their_licences() -> None:
    folder = Path(fonts.__file__).resolve().parents[2] / "assets" / "fonts"
    notice = (folder / "NOTICE.txt").read_text("utf-8")
    for font in [*folder.glob("*.ttf"), *folder.glob("*.otf")]:
        assert font.name in notice
    assert sum(path.stat().st_size for path in folder.iterdir()) < 2_500_000
