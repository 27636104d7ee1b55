"""Which token is which patch, from the graph and the number of tokens alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import onnx
import pytest

from models.config import ConfigFile
from models.patches import (
    PatchEmbedding,
    embedding_in,
    extras_for,
    find_grid,
    square_patches,
    tokens_of,
)
from tests.helpers.tiny_models import save_image_model

SMALL = square_patches(4)


def labels(count: int, grid: tuple[int, int] | None, **config: Any) -> list[str]:
    return [token.label for token in tokens_of(grid, count=count, config=ConfigFile(config))]


# -- what the graph says


@pytest.mark.parametrize("kind", [onnx.TensorProto.FLOAT, onnx.TensorProto.UINT8])
def test_the_patch_embedding_is_the_first_convolution(tmp_path: Path, kind: int) -> None:
    path = save_image_model(tmp_path / "m.onnx", patch=6, kind=kind)
    assert embedding_in(onnx.load(path).graph, pixels="pixel_values") == square_patches(6)


def test_an_overlapping_embedding_keeps_kernel_stride_and_padding(tmp_path: Path) -> None:
    path = save_image_model(tmp_path / "m.onnx", patch=4, kernel=7, pads=3)
    found = embedding_in(onnx.load(path).graph, pixels="pixel_values")
    assert found == PatchEmbedding((7, 7), (4, 4), (3, 3), (3, 3))
    assert not found.certain
    assert found.grid((32, 48)) == (8, 12)
    assert found.origin() == (-1.5, -1.5)


def test_the_kernel_is_read_from_the_weights_when_the_node_is_silent(tmp_path: Path) -> None:
    graph = onnx.load(save_image_model(tmp_path / "m.onnx", patch=6)).graph
    node = next(node for node in graph.node if node.op_type == "Conv")
    kept = [a for a in node.attribute if a.name != "kernel_shape"]
    del node.attribute[:]
    node.attribute.extend(kept)
    assert embedding_in(graph, pixels="pixel_values") == square_patches(6)


def test_a_graph_without_a_convolution_has_no_embedding() -> None:
    assert embedding_in(onnx.GraphProto(), pixels="pixel_values") is None


# -- which grid


@pytest.mark.parametrize("special", [0, 1, 2, 5, 17])
def test_what_is_left_beside_the_patches_is_special(special: int) -> None:
    found = find_grid(64 + special, size=(32, 32), embeddings=[SMALL], special=None)
    assert found == SMALL


def test_a_known_number_of_special_tokens_decides_between_candidates() -> None:
    finer = square_patches(8)
    found = find_grid(65, size=(32, 32), embeddings=[finer, SMALL], special=1)
    assert found == SMALL


def test_fewer_tokens_than_patches_get_no_invented_places() -> None:
    assert find_grid(50, size=(56, 56), embeddings=[SMALL], special=None) is None


def test_without_an_embedding_the_pictures_own_proportions_are_tried() -> None:
    assert find_grid(197, size=(224, 224), embeddings=[], special=None) == square_patches(16)
    assert find_grid(1 + 8 * 12, size=(64, 96), embeddings=[], special=None) == SMALL_OF_8
    assert find_grid(7, size=(31, 37), embeddings=[], special=None) is None


SMALL_OF_8 = square_patches(8)


def test_a_stem_of_convolutions_does_not_decide() -> None:
    stem = PatchEmbedding((3, 3), (2, 2), (1, 1), (1, 1))
    assert find_grid(196, size=(224, 224), embeddings=[stem], special=None) == square_patches(16)


# -- what the others are called


@pytest.mark.parametrize(
    ("count", "config", "before"),
    [
        (0, {"model_type": "siglip_vision_model"}, []),
        (1, {"model_type": "vit"}, ["CLS"]),
        (1, {}, ["CLS"]),
        (2, {"model_type": "deit"}, ["CLS", "DIST"]),
        (5, {"model_type": "dinov2_with_registers", "num_register_tokens": 4},
         ["CLS", "R1", "R2", "R3", "R4"]),
        (3, {}, ["CLS", "R1", "R2"]),
        (2, {"architecture": "deit_tiny_distilled_patch16_224"}, ["CLS", "DIST"]),
        (4, {"architecture": "vit_reg4", "model_args": {"class_token": False, "reg_tokens": 4}},
         ["R1", "R2", "R3", "R4"]),
        (1, {"model_type": "deit"}, ["CLS"]),
    ],
)  # fmt: skip
def test_special_tokens_are_named_by_the_config_and_counted_by_the_graph(
    count: int, config: dict[str, Any], before: list[str]
) -> None:
    assert list(extras_for(count, ConfigFile(config)).before) == before
    assert labels(4 + count, (2, 2), **config)[:count] == before


def test_detection_tokens_stand_after_the_patches() -> None:
    named = labels(1 + 4 + 3, (2, 2), model_type="yolos", num_detection_tokens=3)
    assert named == ["CLS", "r0 c0", "r0 c1", "r1 c0", "r1 c1", "D1", "D2", "D3"]


def test_patches_run_row_by_row_and_know_their_cell() -> None:
    tokens = tokens_of((2, 3), count=7, config=ConfigFile())
    assert [token.cell for token in tokens] == [
        None,
        (0, 0),
        (0, 1),
        (0, 2),
        (1, 0),
        (1, 1),
        (1, 2),
    ]
    assert [token.special for token in tokens] == [True] + [False] * 6


def test_without_a_grid_tokens_have_no_place() -> None:
    tokens = tokens_of(None, count=3, config=ConfigFile())
    assert [token.label for token in tokens] == ["t0", "t1", "t2"]
    assert all(token.cell is None and not token.special for token in tokens)
