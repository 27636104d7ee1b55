"""Photos to pixels, exactly as the published image processors make them, and back to places.

``tests/data/image_processors.npz`` holds pictures, processor configs, and what transformers
4.57.6's own (Pillow) processors made of them: arrays ``<config>/<picture>`` [channel, y, x].
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from models.encoded import Encoded
from models.errors import ImageError, InputError
from models.library import resolve
from models.patches import PatchEmbedding, square_patches
from models.placement import pixels, place
from models.ports import roles_of
from models.preparation import Preparation, Resize
from models.runtime import Port
from models.vision import ImageEncoder
from tests.helpers.tiny_models import write_json

DATA = Path(__file__).resolve().parent.parent / "data" / "image_processors.npz"
FREE = ("batch", 3, "height", "width")
PLAIN = {"image_processor_type": "ViTImageProcessor", "size": 24}


def encoder(
    folder: Path,
    *,
    processor: Mapping[str, Any] | None = None,
    config: Mapping[str, Any] | None = None,
    shape: Sequence[int | str] = FREE,
    dtype: str = "float32",
    embedding: PatchEmbedding | None = None,
    more: Sequence[Port] = (),
) -> ImageEncoder:
    (folder / "model.onnx").touch()
    for name, values in (("preprocessor_config.json", processor), ("config.json", config)):
        if values is not None:
            write_json(folder, name, values)
    inputs = [Port("pixel_values", np.dtype(dtype), tuple(shape)), *more]
    roles = roles_of(inputs)
    return ImageEncoder(resolve(folder), inputs=inputs, roles=roles, embedding=embedding)


def ramp(width: int, height: int) -> Image.Image:
    y, x = np.mgrid[0:height, 0:width]
    bands = [x * 255 // max(width - 1, 1), y * 255 // max(height - 1, 1), (x + y) % 256]
    return Image.fromarray(np.stack(bands, axis=-1).astype(np.uint8))


def picture(encoded: Encoded) -> np.ndarray:
    return encoded.feeds["pixel_values"][0]


def sentences(notices: Sequence[Any]) -> list[str]:
    return [notice.message.format(**notice.values) for notice in notices]


def references() -> list[Any]:
    with np.load(DATA) as stored:
        configs = json.loads(str(stored["configs"]))
        names = [name.split("/") for name in stored.files if name[0].isdigit()]
        return [
            pytest.param(
                configs[int(number)],
                stored[f"image/{image}"],
                stored[f"{number}/{image}"],
                id=f"{configs[int(number)]['image_processor_type']}-{number}-{image}",
            )
            for number, image in names
        ]


# -- exactly as published


@pytest.mark.parametrize(("config", "image", "expected"), references())
def test_pixels_equal_those_of_the_published_processors(
    tmp_path: Path, config: dict[str, Any], image: np.ndarray, expected: np.ndarray
) -> None:
    made = picture(encoder(tmp_path, processor=config).encode(Image.fromarray(image)))
    assert made.dtype == np.float32
    np.testing.assert_allclose(made, expected, rtol=0, atol=1e-6)


def test_the_bundled_vision_model_is_prepared_as_dinov2_is() -> None:
    files = resolve("vision")
    port = Port("pixel_values", np.dtype(np.float32), FREE)
    photo = Image.open(files.folder.parent.parent / "images" / "cat.jpg")
    encoded = ImageEncoder(files, inputs=[port], roles=roles_of([port])).encode(photo)
    small = np.asarray(photo.resize((384, 256), Image.Resampling.BICUBIC))[16:240, 80:304]
    expected = (small / 255 - [0.485, 0.456, 0.406]) / [0.229, 0.224, 0.225]
    np.testing.assert_allclose(picture(encoded), expected.transpose(2, 0, 1), atol=1e-6)


def test_timm_crops_the_centre_of_a_larger_picture(tmp_path: Path) -> None:
    timm = {"input_size": [3, 32, 32], "mean": [0.5] * 3, "std": [0.25] * 3, "crop_pct": 0.9}
    config = {"architecture": "vit_tiny", "pretrained_cfg": {**timm, "interpolation": "bicubic"}}
    photo = ramp(70, 50)
    made = picture(encoder(tmp_path, config=config).encode(photo))
    # floor(32 / 0.9) = 35 on the short side, int(35·70/50) = 49 on the long;
    # half the rest, 1.5 and 8.5, rounds to the even 2 and 8.
    large = np.asarray(photo.resize((49, 35), Image.Resampling.BICUBIC))[2:34, 8:40]
    expected = (large / 255 - 0.5) / 0.25
    np.testing.assert_allclose(made, expected.transpose(2, 0, 1), atol=1e-6)


def test_timm_without_a_crop_share_uses_its_own_default(tmp_path: Path) -> None:
    config = {"architecture": "vit", "pretrained_cfg": {"input_size": [3, 28, 28]}}
    made = encoder(tmp_path, config=config)
    assert made.preparation.resize == Resize("shortest", 32, 0)
    assert made.preparation.crop == (28, 28)


@pytest.mark.parametrize(
    ("mode", "size", "resize"),
    [
        ("squash", [3, 28, 28], Resize("exact", 32, 32)),
        ("border", [3, 28, 28], Resize("inside", 32, 32)),
        ("center", [3, 28, 56], Resize("cover", 32, 64)),
    ],
)
def test_timms_other_ways_to_crop(
    tmp_path: Path, mode: str, size: list[int], resize: Resize
) -> None:
    config = {"pretrained_cfg": {"input_size": size, "crop_mode": mode}}
    assert encoder(tmp_path, config=config).preparation.resize == resize


# -- the graph wins


def test_a_fixed_size_of_the_graph_wins_and_is_noticed(tmp_path: Path) -> None:
    made = encoder(tmp_path, processor=PLAIN, shape=("b", 3, 32, 40)).encode(ramp(50, 50))
    assert picture(made).shape == (3, 32, 40)
    (sentence,) = sentences(made.notices)
    assert "is 40×32 pixels, not the 24×24 that its preparation asks for" in sentence


def test_a_fixed_size_keeps_the_share_that_is_cropped_away(tmp_path: Path) -> None:
    crop = {**PLAIN, "image_processor_type": "BitImageProcessor", "size": 40, "crop_size": 32}
    wanted = encoder(tmp_path, processor=crop, shape=("b", 3, 64, 64)).encode(ramp(100, 80))
    np.testing.assert_allclose(wanted.placement.resized, (80, 100))
    assert wanted.placement.size == (64, 64)


def test_channels_last_and_half_precision_are_fed_as_declared(tmp_path: Path) -> None:
    made = encoder(tmp_path, processor=PLAIN, shape=("b", 24, 24, 3), dtype="float16")
    pixels_in = made.encode(ramp(24, 24)).feeds["pixel_values"]
    assert pixels_in.shape == (1, 24, 24, 3)
    assert pixels_in.dtype == np.float16
    (tmp_path / "plain").mkdir()
    same = encoder(tmp_path / "plain", processor=PLAIN).encode(ramp(24, 24))
    np.testing.assert_allclose(pixels_in[0], picture(same).transpose(1, 2, 0), atol=1e-3)


def test_a_grey_model_gets_one_channel(tmp_path: Path) -> None:
    made = encoder(tmp_path, processor=PLAIN, shape=("b", 1, "h", "w"))
    assert picture(made.encode(ramp(24, 24))).shape == (1, 24, 24)


def test_whole_pixel_values_are_not_scaled(tmp_path: Path) -> None:
    made = encoder(tmp_path, processor=PLAIN, dtype="uint8")
    np.testing.assert_array_equal(
        picture(made.encode(ramp(24, 24))), np.asarray(ramp(24, 24)).transpose(2, 0, 1)
    )
    assert "were not scaled" in sentences(made.notices)[0]


def test_more_colours_than_a_photo_has_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="4 channels"):
        encoder(tmp_path, shape=("b", 4, 32, 32))


def test_a_pixel_mask_is_filled_with_ones(tmp_path: Path) -> None:
    mask = Port("pixel_mask", np.dtype(np.int64), ("b", "h", "w"))
    encoded = encoder(tmp_path, processor=PLAIN, more=[mask]).encode(ramp(30, 30))
    np.testing.assert_array_equal(encoded.feeds["pixel_mask"], np.ones((1, 24, 24)))
    assert sentences(encoded.notices) == [
        "The model also takes “pixel_mask”; it was filled with 1."
    ]


# -- what is missing or makes no sense


def test_without_any_config_the_assumption_is_stated(tmp_path: Path) -> None:
    made = encoder(tmp_path, embedding=square_patches(16))
    assert made.size == (224, 224)
    (sentence,) = sentences(made.notices)
    assert "There is no preprocessor_config.json: 224×224 pixels, mean 0.485, 0.456" in sentence


def test_the_assumption_follows_the_family_and_the_image_size(tmp_path: Path) -> None:
    made = encoder(tmp_path, config={"model_type": "clip_vision_model", "image_size": 48})
    assert made.size == (48, 48)
    assert made.preparation.mean == (0.48145466, 0.4578275, 0.40821073)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("size", 0),
        ("size", -5),
        ("size", 10**9),
        ("size", {"height": 0, "width": 24}),
        ("size", "large"),
        ("image_std", [0.5, 0, 0.5]),
        ("image_std", 0),
        ("image_mean", ["a", "b", "c"]),
        ("image_mean", [0.1, 0.2]),
        ("resample", 99),
        ("rescale_factor", "nothing"),
        ("rescale_factor", 0),
        ("do_resize", "perhaps"),
    ],
)
def test_a_field_without_sense_is_replaced_and_named(
    tmp_path: Path, field: str, value: object
) -> None:
    made = encoder(tmp_path, processor={**PLAIN, field: value})
    notices = resolve_again(made)
    assert [notice.values["field"] for notice in notices] == [field]
    assert np.isfinite(picture(made.encode(ramp(40, 40)))).all()


@pytest.mark.parametrize("side", [0, -4, [0, 0], "wide", 10**6])
def test_a_patch_size_without_sense_is_named_and_ignored(tmp_path: Path, side: object) -> None:
    made = encoder(tmp_path, processor=PLAIN, config={"patch_size": side})
    assert made.patch is None
    assert [notice.values["field"] for notice in resolve_again(made)] == ["patch_size"]


def resolve_again(made: ImageEncoder) -> Sequence[Any]:
    return made._files.notices


def test_a_crop_larger_than_the_picture_is_filled_with_black_and_noticed(tmp_path: Path) -> None:
    config = {"image_processor_type": "BitImageProcessor", "size": 10, "crop_size": 20}
    encoded = encoder(tmp_path, processor={**config, "do_normalize": False}).encode(ramp(10, 10))
    assert picture(encoded)[:, 5:15, 5:15].any()
    assert not picture(encoded)[:, :5].any()
    assert sentences(encoded.notices) == [
        "The picture is smaller than 20×20, so black was added around."
    ]


def test_thin_pictures_are_resized_without_making_a_giant(tmp_path: Path) -> None:
    config = {"image_processor_type": "BitImageProcessor", "size": 224, "crop_size": 224}
    photo = ramp(1, 20_000)
    made = encoder(tmp_path, processor=config).encode(photo)
    assert picture(made).shape == (3, 224, 224)
    # The middle 224 of 4,480,000 resized rows: a twentieth of one row of the photo.
    assert np.ptp(picture(made)[1]) < 0.02


def test_cutting_before_resizing_changes_a_pixel_by_one_level_at_most(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    steps = Preparation(Resize("shortest", 60, 0), 3, (48, 48), None, None, None)
    photo = ramp(90, 40)
    where = place(steps, photo=(40, 90))
    whole = pixels(photo, where, resample=3)
    monkeypatch.setattr("models.placement._WHOLE", 0)
    cut = pixels(photo, where, resample=3)
    np.testing.assert_allclose(cut.astype(int), whole, atol=1)


def test_a_picture_that_would_become_a_giant_is_refused(tmp_path: Path) -> None:
    config = {"image_processor_type": "CLIPImageProcessor", "do_center_crop": False, "size": 224}
    with pytest.raises(ImageError, match="too long and narrow"):
        encoder(tmp_path, processor=config).encode(ramp(20_000, 2))


# -- patches


def test_the_grid_covers_the_part_of_the_photo_that_the_model_saw(tmp_path: Path) -> None:
    config = {"image_processor_type": "BitImageProcessor", "size": 64, "crop_size": 56}
    made = encoder(tmp_path, processor=config, embedding=square_patches(14))
    grid = made.encode(ramp(300, 200)).grid
    assert (grid.rows, grid.columns) == (4, 4)
    # Resized to 96×64, cut at (20, 4): 56/64 of 200 pixels are 175.
    assert grid.box == pytest.approx((62.5, 12.5, 237.5, 187.5))
    assert grid.cell_box(1, 2) == pytest.approx((150.0, 56.25, 193.75, 100.0))


def test_each_patch_lies_where_its_pixels_come_from(tmp_path: Path) -> None:
    """A single bright square in the photo lights up exactly the patches whose boxes meet it."""
    config = {
        "image_processor_type": "BitImageProcessor",
        "size": 64,
        "crop_size": 48,
        "do_normalize": False,
        "resample": 2,
    }
    made = encoder(tmp_path, processor=config, embedding=square_patches(8))
    photo = np.zeros((160, 240, 3), np.uint8)
    photo[70:90, 130:160] = 255
    encoded = made.encode(Image.fromarray(photo))
    grid, seen = encoded.grid, picture(encoded)
    for token in encoded.tokens:
        if token.cell is None:
            continue
        row, column = token.cell
        left, top, right, bottom = grid.cell_box(row, column)
        patch = seen[0, row * 8 : row * 8 + 8, column * 8 : column * 8 + 8]
        across = max(0, min(right, 160) - max(left, 130)) / (right - left)
        down = max(0, min(bottom, 90) - max(top, 70)) / (bottom - top)
        assert patch.mean() == pytest.approx(across * down, abs=0.03)


def test_a_black_border_puts_the_grid_beyond_the_photo(tmp_path: Path) -> None:
    config = {"image_processor_type": "BitImageProcessor", "size": 20, "crop_size": 40}
    grid = (
        encoder(tmp_path, processor=config, embedding=square_patches(10))
        .encode(ramp(100, 100))
        .grid
    )
    assert grid.box == pytest.approx((-50, -50, 150, 150))


def test_free_sizes_become_multiples_of_the_patch(tmp_path: Path) -> None:
    config = {"image_processor_type": "CLIPImageProcessor", "do_center_crop": False, "size": 30}
    encoded = encoder(tmp_path, processor=config, embedding=square_patches(8)).encode(ramp(60, 40))
    assert picture(encoded).shape == (3, 24, 40)
    assert (encoded.grid.rows, encoded.grid.columns) == (3, 5)
    assert encoded.grid.box == pytest.approx((0, 0, 60, 40))


def test_another_size_gives_a_finer_map_of_the_same_part(tmp_path: Path) -> None:
    config = {"image_processor_type": "BitImageProcessor", "size": 64, "crop_size": 56}
    made = encoder(tmp_path, processor=config, embedding=square_patches(14))
    coarse, fine = (made.encode(ramp(300, 200), size=size) for size in ((56, 56), (112, 112)))
    assert (fine.grid.rows, fine.grid.columns) == (8, 8)
    assert fine.grid.box == pytest.approx(coarse.grid.box)
    assert fine.notices == ()


def test_a_size_that_does_not_divide_into_patches_is_refused(tmp_path: Path) -> None:
    made = encoder(tmp_path, processor=PLAIN, embedding=square_patches(14))
    with pytest.raises(InputError, match="patches of 14"):
        made.encode(ramp(30, 30), size=(50, 56))
