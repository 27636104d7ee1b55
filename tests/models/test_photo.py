"""Reading pictures: every format, every trap."""

from __future__ import annotations

import io
import os
import struct
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from models.errors import ImageError
from models.photo import LARGEST_PIXELS, load_photo


def ramp(width: int = 40, height: int = 30) -> np.ndarray:
    y, x = np.mgrid[0:height, 0:width]
    return np.stack([x * 5 % 256, y * 7 % 256, (x + y) % 256], axis=-1).astype(np.uint8)


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def sentences(notices: tuple) -> list[str]:
    return [notice.message.format(**notice.values) for notice in notices]


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF", "WEBP", "GIF", "JPEG"])
def test_every_allowed_format_is_read_from_path_bytes_and_pillow(tmp_path: Path, kind: str) -> None:
    lossless = {"lossless": True} if kind == "WEBP" else {}
    data = encoded(Image.fromarray(ramp()), kind, **lossless)
    path = tmp_path / "foto ç.dat"
    path.write_bytes(data)
    for source in (data, path, str(path), Image.open(io.BytesIO(data))):
        photo = load_photo(source)
        assert photo.image.mode == "RGB"
        assert photo.notices == ()
        if kind in {"PNG", "BMP", "TIFF", "WEBP"}:
            np.testing.assert_array_equal(np.asarray(photo.image), ramp())


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_is_turned_upright(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    photo = load_photo(encoded(Image.fromarray(ramp()), "PNG", exif=exif))
    a = ramp()
    upright = [a, a[:, ::-1], a[::-1, ::-1], a[::-1], a.transpose(1, 0, 2)]
    upright += [np.rot90(a, -1), a[::-1, ::-1].transpose(1, 0, 2), np.rot90(a)]
    np.testing.assert_array_equal(np.asarray(photo.image), upright[orientation - 1])


def test_broken_exif_is_ignored() -> None:
    data = encoded(Image.fromarray(ramp()), "JPEG", exif=b"Exif\0\0MM\0*\0\0\0\x08\xff\xff\xff")
    assert load_photo(data).image.size == (40, 30)


def test_transparency_becomes_white() -> None:
    layers = np.dstack([ramp(), np.full((30, 40), 255, np.uint8)])
    layers[:10, :, 3] = 0
    photo = load_photo(encoded(Image.fromarray(layers), "PNG"))
    assert (np.asarray(photo.image)[:10] == 255).all()
    np.testing.assert_array_equal(np.asarray(photo.image)[10:], ramp()[10:])
    assert sentences(photo.notices) == ["The picture is partly transparent; it was put on white."]


def test_an_opaque_alpha_channel_is_no_news() -> None:
    layers = np.dstack([ramp(), np.full((30, 40), 255, np.uint8)])
    assert load_photo(Image.fromarray(layers)).notices == ()


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "CMYK", "YCbCr", "HSV"])
def test_every_colour_mode_becomes_rgb(mode: str) -> None:
    image = Image.fromarray(ramp()).convert(mode)
    assert load_photo(image).image.mode == "RGB"


def test_a_palette_with_a_transparent_colour_becomes_white() -> None:
    image = Image.new("P", (4, 4), 0)
    image.putpalette([10, 20, 30] * 256)
    photo = load_photo(encoded(image, "GIF", transparency=0))
    assert np.asarray(photo.image).tolist() == [[[255] * 3] * 4] * 4


@pytest.mark.parametrize(
    ("values", "mode"),
    [
        (np.linspace(0, 65535, 12).astype(np.uint16).reshape(3, 4), "16-bit"),
        (np.linspace(100, 4095, 12).astype(np.uint16).reshape(3, 4), "12-bit"),
        (np.linspace(-2.5, 7.5, 12).astype(np.float32).reshape(3, 4), "float"),
        (np.linspace(0, 1, 12).astype(np.float32).reshape(3, 4), "float 0–1"),
    ],
)
def test_wide_greys_are_stretched_not_clipped(values: np.ndarray, mode: str) -> None:
    kind = "TIFF" if values.dtype == np.float32 else "PNG"
    photo = load_photo(encoded(Image.fromarray(values), kind))
    expected = np.rint((values.astype(float) - values.min()) * 255 / np.ptp(values.astype(float)))
    grey = np.asarray(photo.image)
    np.testing.assert_array_equal(grey[..., 0], expected)
    np.testing.assert_array_equal(grey[..., 1], grey[..., 2])
    assert len(photo.notices) == 1, mode


def test_numbers_that_are_none_become_black() -> None:
    values = np.array([[0.0, np.nan], [np.inf, 1.0]], dtype=np.float32)
    photo = load_photo(encoded(Image.fromarray(values), "TIFF"))
    assert np.asarray(photo.image)[..., 0].tolist() == [[0, 0], [0, 255]]


def test_a_range_too_small_to_divide_by_is_stretched_all_the_same() -> None:
    values = np.array([[0, np.float32(1e-45)]], dtype=np.float32)
    photo = load_photo(encoded(Image.fromarray(values), "TIFF"))
    assert np.asarray(photo.image)[..., 0].tolist() == [[0, 255]]


def test_a_number_that_signals_is_quietly_black() -> None:
    values = np.array([[0x7FA00000, 0x3F800000, 0]], dtype=np.uint32).view(np.float32)
    photo = load_photo(encoded(Image.fromarray(values), "TIFF"))
    assert np.asarray(photo.image)[..., 0].tolist() == [[0, 255, 0]]


def test_the_first_of_several_pictures_is_taken() -> None:
    frames = [Image.new("RGB", (4, 4), colour) for colour in ("red", "lime")]
    for kind in ("GIF", "WEBP", "TIFF", "PNG"):
        more = {"lossless": True} if kind == "WEBP" else {}
        photo = load_photo(
            encoded(frames[0], kind, save_all=True, append_images=frames[1:], **more)
        )
        assert np.asarray(photo.image)[0, 0].tolist() == [255, 0, 0]
        assert sentences(photo.notices) == [
            "The file holds several pictures; the first one was taken."
        ]


# -- refused


@pytest.mark.parametrize(
    ("content", "name", "word"),
    [
        (b"", "a.png", "is empty"),
        (b"hello", "a.png", "not a picture"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", "a.heic", "HEIC"),
        (b"\x00\x00\x00\x18ftypavif\x00\x00\x00\x00", "a.avif", "AVIF"),
        (b"<?xml version='1.0'?><svg></svg>", "a.svg", "SVG"),
        (b"<svg xmlns='x'></svg>", "a", "SVG"),
        (b"%PDF-1.7", "a.pdf", "PDF"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "a.eps", "PostScript"),
        (b"<!DOCTYPE html><html>", "a.jpg", "web page"),
        (b"FUJIFILMCCD-RAW", "a.raf", "RAW"),
    ],
)
def test_what_is_no_photo_is_named(tmp_path: Path, content: bytes, name: str, word: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ImageError) as caught:
        load_photo(tmp_path / name)
    assert word in str(caught.value)
    assert f"“{name}”" in str(caught.value)


def test_ghostscript_is_never_reached() -> None:
    with pytest.raises(ImageError):
        load_photo(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n%%EndComments\nshowpage\n")


def png_header(width: int, height: int) -> bytes:
    """A PNG that says its size and holds one byte of pixels."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", b"x")


def chunk(kind: bytes, data: bytes) -> bytes:
    check = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)


@pytest.mark.parametrize(
    ("size", "megapixels"), [((30_000, 30_000), 900), ((13_000, 13_000), 169), ((9000, 8000), 72)]
)
def test_too_many_pixels_are_refused_from_the_header(
    size: tuple[int, int], megapixels: int
) -> None:
    with pytest.raises(ImageError) as caught:
        load_photo(png_header(*size))
    assert f"{megapixels} megapixels, and 65 is the limit" in str(caught.value)


def test_a_phone_s_fifty_megapixels_are_allowed() -> None:
    assert load_photo(Image.new("L", (8192, 6144))).image.size == (8192, 6144)


def test_the_limit_itself_is_allowed() -> None:
    assert load_photo(Image.new("RGB", (10_000, LARGEST_PIXELS // 10_000))).image.width == 10_000


def cut(data: bytes) -> bytes:
    return data[: len(data) * 2 // 3]


def flip(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 255]) + data[middle + 1 :]


@pytest.mark.parametrize(
    ("kind", "harm"),
    [("PNG", cut), ("JPEG", cut), ("WEBP", cut), ("GIF", cut), ("BMP", cut), ("PNG", flip)],
)
def test_damaged_pictures_are_refused(kind: str, harm: Callable[[bytes], bytes]) -> None:
    noise = np.random.default_rng(3).integers(0, 256, (64, 64, 3), dtype=np.uint8)
    with pytest.raises(ImageError, match="incomplete or damaged"):
        load_photo(harm(encoded(Image.fromarray(noise), kind)))


def test_a_folder_a_missing_file_and_an_impossible_path_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="is a folder"):
        load_photo(tmp_path)
    with pytest.raises(ImageError, match=r"There is no picture “none\.png”"):
        load_photo(tmp_path / "none.png")
    with pytest.raises(ImageError):
        load_photo("a\0b.png")


@pytest.mark.skipif(sys.platform == "win32", reason="no FIFOs there")
def test_a_pipe_is_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "photo.png")
    with pytest.raises(ImageError, match="device or a pipe"):
        load_photo(tmp_path / "photo.png")


def test_a_foreign_format_opened_elsewhere_is_refused() -> None:
    image = Image.open(io.BytesIO(encoded(Image.fromarray(ramp()), "PPM")))
    with pytest.raises(ImageError, match="format PPM"):
        load_photo(image)


def test_a_loaded_photo_passes_through_unchanged() -> None:
    first = load_photo(encoded(Image.fromarray(ramp()), "PNG")).image
    again = load_photo(first)
    np.testing.assert_array_equal(np.asarray(again.image), np.asarray(first))
    assert again.notices == ()
