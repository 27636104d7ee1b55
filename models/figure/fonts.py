"""Which font draws which character: bundled fonts first, then the machine's, never a blank box.

Glyph coverage is read from each file's own ``cmap`` table (OpenType 1.9, formats 4 and 12),
because FreeType draws an empty box without a word where a glyph is missing.
"""

from __future__ import annotations

import struct
import unicodedata
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Final

from PIL import ImageFont, features

_FOLDER: Final = Path(__file__).resolve().parents[2] / "assets" / "fonts"
_REGULAR: Final = "Inter-Regular.otf"
_BOLD: Final = "Inter-SemiBold.otf"
_FALLBACKS: Final = (
    "DejaVuSans.ttf",
    "NotoSansDevanagari-Regular.ttf",
    "NotoSansThai-Regular.ttf",
    "NotoSansSymbols2-Regular.ttf",
)
# Common fonts with the scripts that are too large to bundle; Pillow looks in the system's folders.
_SYSTEM: Final = (
    *("NotoSansCJK-Regular.ttc", "NotoSansCJKsc-Regular.otf", "SourceHanSans-Regular.ttc"),
    *("wqy-microhei.ttc", "wqy-zenhei.ttc", "DroidSansFallbackFull.ttf"),  # Linux
    *("msyh.ttc", "YuGothM.ttc", "malgun.ttf", "Nirmala.ttc", "Nirmala.ttf"),  # Windows
    *("seguisym.ttf", "seguiemj.ttf", "ebrima.ttf", "LeelawUI.ttf", "mmrtext.ttf"),
    *("PingFang.ttc", "Hiragino Sans GB.ttc", "AppleSDGothicNeo.ttc", "Arial Unicode.ttf"),  # macOS
    *("NotoSansBengali-Regular.ttf", "NotoSansTamil-Regular.ttf", "NotoSansTelugu-Regular.ttf"),
    *("NotoSansGujarati-Regular.ttf", "NotoSansKannada-Regular.ttf", "FreeSans.ttf", "unifont.ttf"),
)
_IGNORABLE: Final = frozenset("\u200b\u200e\u200f\u2060\ufeff\u00ad\ufe0e\ufe0f")


@dataclass(frozen=True, slots=True)
class Face:
    """One font file and the characters it has a glyph for."""

    path: str
    covers: frozenset[int]


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text that one face draws, from the left."""

    text: str
    face: Face


@cache
def font(path: str, pixels: int, *, shaped: bool) -> ImageFont.FreeTypeFont:
    """Return the font of ``path`` at ``pixels`` per em; ``shaped`` asks for HarfBuzz."""
    engine = ImageFont.Layout.RAQM if shaped else ImageFont.Layout.BASIC
    return ImageFont.truetype(path, pixels, layout_engine=engine)


@cache
def can_shape() -> bool:
    """Whether this machine's Pillow can shape scripts that join or run right to left."""
    return bool(features.check("raqm"))


def needs_shaping(text: str) -> bool:
    """Whether drawing ``text`` one glyph after the other would be wrong."""
    return any(
        unicodedata.bidirectional(c) in {"R", "AL"} or unicodedata.category(c) in {"Mn", "Mc"}
        for c in text
    )


def runs(text: str, *, bold: bool = False) -> list[Run]:
    """Return ``text`` cleaned and cut where the font changes, in the order it is drawn.

    Invisible characters are dropped, control characters become their pictures, and a character
    that no font has becomes its code point (``U+4E2D``), which says more than a box.
    """
    main = _bundled(_BOLD if bold else _REGULAR)
    cleaned = unicodedata.normalize("NFC", text)
    characters = [_picture(c) for c in cleaned if c not in _IGNORABLE]
    faces = _join([_face(c, main) for c in characters], characters)
    found: list[Run] = []
    for character, face in zip(characters, faces, strict=True):
        drawn, by = (character, face) if face else (f"U+{ord(character):04X}", main)
        if found and found[-1].face is by:
            found[-1] = Run(found[-1].text + drawn, by)
        else:
            found.append(Run(drawn, by))
    return found


def _join(faces: list[Face | None], characters: list[str]) -> list[Face | None]:
    """Let spaces and marks between two stretches of one face stay with it: bidi needs the whole."""
    joined = list(faces)
    strong = [i for i, c in enumerate(characters) if c.isalnum()]
    for start, end in pairwise(strong):
        face = faces[start]
        between = characters[start + 1 : end]
        if face is not None and face is faces[end] and all(ord(c) in face.covers for c in between):
            joined[start + 1 : end] = [face] * len(between)
    return joined


def _picture(character: str) -> str:
    """Return what stands for a control character (``␊`` for a line feed), else the character."""
    code = ord(character)
    if code < 0x20:  # noqa: PLR2004  # the C0 controls, as Unicode numbers them
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else character  # noqa: PLR2004  # delete


def _face(character: str, main: Face) -> Face | None:
    code = ord(character)
    if code in main.covers:
        return main
    for name in _FALLBACKS:
        if code in (face := _bundled(name)).covers:
            return face
    return _system(character)


@cache
def _bundled(name: str) -> Face:
    path = _FOLDER / name
    return Face(str(path), codepoints(path.read_bytes()))


@cache
def _system(character: str) -> Face | None:
    for name in _SYSTEM:
        face = _installed(name)
        if face is not None and ord(character) in face.covers:
            return face
    return None


@cache
def _installed(name: str) -> Face | None:
    """Return the machine's own font ``name``; None where it is missing or unreadable."""
    try:
        path = ImageFont.truetype(name, 16).path
        return Face(str(path), codepoints(Path(str(path)).read_bytes()))
    except (OSError, ValueError, struct.error):
        return None


def codepoints(data: bytes) -> frozenset[int]:
    """Return the code points that an OpenType file (the first, of a collection) has glyphs for.

    Raise ValueError when the file has no Unicode ``cmap`` of format 4 or 12.
    """
    start = struct.unpack_from(">I", data, 12)[0] if data[:4] == b"ttcf" else 0
    tables = struct.unpack_from(">H", data, start + 4)[0]
    for i in range(tables):
        tag, _, offset, _ = struct.unpack_from(">4sIII", data, start + 12 + 16 * i)
        if tag == b"cmap":
            return _mapped(data, offset)
    raise ValueError("no cmap table")


def _mapped(data: bytes, cmap: int) -> frozenset[int]:
    count = struct.unpack_from(">H", data, cmap + 2)[0]
    subtables: dict[int, int] = {}
    for i in range(count):
        platform, _, offset = struct.unpack_from(">HHI", data, cmap + 4 + 8 * i)
        if platform in {0, 3}:
            subtables[struct.unpack_from(">H", data, cmap + offset)[0]] = cmap + offset
    if 12 in subtables:  # noqa: PLR2004  # the format for all of Unicode
        return _format_12(data, subtables[12])
    if 4 in subtables:  # noqa: PLR2004  # the format for the first 65,536 characters
        return _format_4(data, subtables[4])
    raise ValueError("no Unicode cmap")


def _format_12(data: bytes, at: int) -> frozenset[int]:
    groups = struct.unpack_from(">I", data, at + 12)[0]
    found: set[int] = set()
    for i in range(groups):
        first, last, _ = struct.unpack_from(">III", data, at + 16 + 12 * i)
        found.update(range(first, last + 1))
    return frozenset(found)


def _format_4(data: bytes, at: int) -> frozenset[int]:
    """Return the segments' code points, less those an indirect segment maps to no glyph."""
    segments = struct.unpack_from(">H", data, at + 6)[0] // 2
    ends, starts, deltas, ranges = (
        struct.unpack_from(f">{segments}H", data, at + 14 + offset + 2 * segments * k)
        for k, offset in enumerate((0, 2, 2, 2))
    )
    table = at + 16 + 6 * segments
    found: set[int] = set()
    for i, (first, last) in enumerate(zip(starts, ends, strict=True)):
        for code in range(first, min(last, 0xFFFE) + 1):
            place = table + 2 * i + ranges[i] + 2 * (code - first)
            glyph = struct.unpack_from(">H", data, place)[0] if ranges[i] else code + deltas[i]
            if glyph & 0xFFFF:
                found.add(code)
    return frozenset(found)
