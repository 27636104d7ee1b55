"""Maps lie over the photo where the model saw it."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from models.api import open_model
from models.encoded import PatchGrid
from models.outputs import Output, PhotoMap, Plain, read_outputs
from models.overlay import Paint, class_rgba, field_rgba, spread_rgba
from tests.helpers.tiny_heads import Head, colours, save_image

RED, GREEN, BLUE = (255, 0, 0), (0, 255, 0), (0, 0, 255)
RGB = ((1, 0, 0), (0, 1, 0), (0, 0, 1))


def photo(width: int, height: int) -> Image.Image:
    """Blue, with a red left half of the upper third and green at the right edge."""
    image = Image.new("RGB", (width, height), BLUE)
    image.paste(RED, (0, 0, width // 2, height // 3))
    image.paste(GREEN, (width - width // 4, 0, width, height))
    return image


def read(
    folder: Path, heads: dict[str, Head], image: Image.Image, **config: object
) -> list[Output]:
    model = open_model(save_image(folder, heads, config=config))
    return list(read_outputs(model.run_image(image), model))


@pytest.mark.parametrize("size", [(96, 96), (192, 96), (96, 192), (300, 170)])
@pytest.mark.parametrize("patch", [2, 4, 8])
def test_each_place_of_a_segmentation_has_the_colour_of_the_photo_there(
    tmp_path: Path, size: tuple[int, int], patch: int
) -> None:
    image = photo(*size)
    names = {"0": "red", "1": "green", "2": "blue"}
    found = read(
        tmp_path, {"logits": colours(patch, RGB)}, image,
        architectures=["ViTForSemanticSegmentation"], id2label=names,
    )[0]  # fmt: skip
    assert isinstance(found, PhotoMap)
    assert found.style == "classes"
    grid = found.grid
    assert grid is not None
    pixels, compared = np.asarray(image), 0
    for row in range(grid.rows):
        for column in range(grid.columns):
            left, top, right, bottom = grid.cell_box(row, column)
            here = pixels[
                math.floor(top) : math.ceil(bottom), math.floor(left) : math.ceil(right)
            ].reshape(-1, 3)
            if (here == here[0]).all():
                compared += 1
                assert found.best[row, column] == here[0].argmax()
    assert compared > grid.rows * grid.columns // 2


def test_shares_add_up_and_the_largest_comes_first(tmp_path: Path) -> None:
    image = Image.new("RGB", (64, 64), BLUE)
    image.paste(RED, (0, 0, 64, 16))
    found = read(
        tmp_path, {"logits": colours(4, RGB)}, image, architectures=["XForSemanticSegmentation"]
    )[0]
    assert isinstance(found, PhotoMap)
    assert found.shares() == ((2, 0.75), (0, 0.25))
    assert found.labels[2] == "class 2"
    assert found.table().rows == ((2, "class 2", 0.75), (0, "class 0", 0.25))


def test_one_class_alone_is_its_softmax_over_the_classes(tmp_path: Path) -> None:
    found = read(
        tmp_path, {"logits": colours(8, RGB)}, Image.new("RGB", (32, 32), RED),
        architectures=["XForSemanticSegmentation"],
    )[0]  # fmt: skip
    assert isinstance(found, PhotoMap)
    wanted = math.e / (math.e + 2)
    assert found.field(0) == pytest.approx(np.full((4, 4), wanted), abs=1e-6)
    assert found.field(1) == pytest.approx(np.full((4, 4), 1 / (math.e + 2)), abs=1e-6)


def test_a_single_channel_is_a_map_of_values_as_the_graph_gives_them(tmp_path: Path) -> None:
    image = Image.new("RGB", (64, 32), (51, 0, 0))
    heads = {
        "saliency": colours(8, [(1, 0, 0)]),
        "predicted_depth": colours(4, [(2, 0, 0)], flat=True),
    }
    saliency, depth, _ = read(tmp_path, heads, image)
    assert isinstance(saliency, PhotoMap)
    assert isinstance(depth, PhotoMap)
    assert saliency.field() == pytest.approx(np.full((4, 4), 0.2), abs=1e-6)
    assert depth.field() == pytest.approx(np.full((8, 8), 0.4), abs=1e-6)
    assert (saliency.style, depth.style) == ("values", "values")
    assert depth.grid is not None
    assert depth.grid.box == pytest.approx((16, 0, 48, 32))


def test_channels_without_a_meaning_are_shown_one_by_one_and_not_compared(tmp_path: Path) -> None:
    found = read(tmp_path, {"features": colours(8, RGB)}, photo(64, 64))[0]
    assert isinstance(found, PhotoMap)
    assert found.style == "channels"
    assert found.field(2).shape == (4, 4)


def test_what_has_other_proportions_than_the_picture_is_no_map(tmp_path: Path) -> None:
    def wide(graph: object) -> str:
        tensor = colours(4, [(1, 0, 0)])(graph)  # type: ignore[arg-type]
        shape = graph.constant(np.array([1, 1, 4, 16]))  # type: ignore[attr-defined]
        return graph.add("Reshape", tensor, shape)  # type: ignore[attr-defined]

    assert isinstance(read(tmp_path, {"saliency": wide}, photo(64, 64))[0], Plain)


def test_a_flat_array_is_a_map_only_when_it_is_called_one(tmp_path: Path) -> None:
    heads = {"x": colours(8, [(1, 0, 0)], flat=True)}
    assert isinstance(read(tmp_path / "x", heads, photo(64, 64))[0], Plain)
    found = read(tmp_path / "d", heads, photo(64, 64), architectures=["DPTForDepthEstimation"])[0]
    assert isinstance(found, PhotoMap)


# -- how a map is drawn


def test_a_class_keeps_its_colour_on_every_pixel_of_its_place() -> None:
    table = np.array([[10, 20, 30], [40, 50, 60]], dtype=np.uint8)
    cells = class_rgba(np.array([[0, 1], [1, 0]]), table, opacity=0.5)
    grid = PatchGrid(2, 2, (1.0, 0.0, 5.0, 4.0))
    pixels = spread_rgba(cells, grid, photo_size=(6, 4))
    assert pixels[:, 0].max() == 0
    assert pixels[:, 5].max() == 0
    assert pixels[0, 1].tolist() == [10, 20, 30, 128]
    assert pixels[1, 2].tolist() == [10, 20, 30, 128]
    assert pixels[0, 3].tolist() == [40, 50, 60, 128]
    assert pixels[3, 4].tolist() == [10, 20, 30, 128]


def test_what_is_not_known_of_a_map_is_left_open() -> None:
    values = np.array([[np.nan, 1.0]], dtype=np.float32)
    pixels = field_rgba(
        values,
        PatchGrid(1, 2, (0, 0, 4, 2)),
        photo_size=(4, 2),
        paint=Paint(colour_map="grey", opacity=1),
    )
    assert pixels[0, 0].tolist() == [0, 0, 0, 0]
    assert pixels[0, 3, 3] == 255
