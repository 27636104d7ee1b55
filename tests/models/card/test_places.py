"""Where scale, mask and position bias sit, in real exports and in graphs made for the purpose."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from models.api import open_model
from models.graph.places import Places, places_in
from tests.helpers.tiny_models import (
    FLOAT,
    HEADS,
    HIDDEN,
    INT,
    Graph,
    save_image_model,
    save_text_model,
)
from tests.helpers.zoo import ZOO

SCORES, OPERANDS = "on the scores", "on queries and keys"
ADDED, INSIDE, NOTHING = "added to the scores", "inside the operator", ""


def places(path: Path) -> tuple[Places, ...]:
    model = open_model(path)
    readers = [block.reader for block in model.tapped.blocks]
    return places_in(model.tapped.index, readers, roles=model.roles)


def said(found: Places) -> tuple[str, str, str]:
    return tuple(  # type: ignore[return-value]
        "; ".join(notice.sentence for notice in part)
        for part in (found.scale, found.mask, found.bias)
    )


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("bert/onnx/model.onnx", (SCORES, ADDED, NOTHING)),
        ("bert/onnx/model_fp16.onnx", (SCORES, ADDED, NOTHING)),
        ("bert/onnx/model_quantized.onnx", (SCORES, ADDED, NOTHING)),
        ("bert/onnx/model_ts17_sdpa.onnx", (OPERANDS, ADDED, NOTHING)),
        ("bert/onnx/model_dyn23_sdpa.onnx", (INSIDE, INSIDE, NOTHING)),
        ("bert/onnx/model_mha_ts17_eager.onnx", (INSIDE, INSIDE, NOTHING)),
        ("bert/onnx/model_ortopt_ts17_eager.onnx", (INSIDE, INSIDE, NOTHING)),
        ("bert/onnx/model_ortall_ts17_sdpa.onnx", ("inside the product", ADDED, NOTHING)),
        ("beit/onnx/model.onnx", (SCORES, NOTHING, ADDED)),
        ("swin/onnx/model.onnx", (SCORES, NOTHING, ADDED)),
        ("deberta_v2/onnx/model.onnx", ("on the keys", "put in place of scores", ADDED)),
        ("timm_vit/onnx/model.onnx", ("on the queries", NOTHING, NOTHING)),
        ("vit/onnx/model.onnx", (SCORES, NOTHING, NOTHING)),
        ("modernbert/onnx/model.onnx", (SCORES, ADDED, NOTHING)),
    ],
)
def test_real_exports_say_where_each_sits(file: str, expected: tuple[str, str, str]) -> None:
    found = places(ZOO / file)
    assert found
    for block in found:
        for sentence, wanted in zip(said(block), expected, strict=True):
            assert sentence.startswith(wanted)
            assert bool(sentence) == bool(wanted)
        assert not block.fixed


def test_a_mask_made_of_constants_may_hide_nothing() -> None:
    found = places(ZOO / "vit/onnx/model_dyn18_sdpa.onnx")
    assert [block.fixed for block in found] == [True] * len(found)


def test_a_text_model_without_mask_has_none(tmp_path: Path) -> None:
    (found,) = places(save_text_model(tmp_path / "m.onnx", mask=False))
    assert said(found) == ("on the scores (Div)", "", "")


def table(graph: Graph) -> str:
    """A bias learnt for distances, looked up by constants: T5's and MPNet's kind."""
    distances = graph.constant(np.abs(np.subtract.outer(np.arange(4), np.arange(4))))
    looked_up = graph.add("Gather", graph.weight(8, HEADS), distances)
    return graph.add("Transpose", looked_up, perm=[2, 0, 1])


def causal(graph: Graph) -> str:
    later = np.triu(np.full((4, 4), -np.inf, dtype=np.float32), k=1)
    return graph.constant(later)


def slopes(graph: Graph) -> str:
    """ALiBi's kind: distances times a slope per head."""
    distances = graph.constant(-np.abs(np.subtract.outer(np.arange(4.0), np.arange(4.0))))
    single = graph.add("Cast", distances, to=FLOAT)
    return graph.add("Mul", single, graph.weight(HEADS, 1, 1))


def both(graph: Graph) -> str:
    """A table of distances with the mask already in it."""
    seen = graph.add("Cast", "attention_mask", to=FLOAT)
    hidden = graph.add("Unsqueeze", seen, graph.constant(np.array([1, 2])))
    return graph.add("Add", table(graph), hidden)


def looked_up_by_types(graph: Graph) -> str:
    """A table that an input looks into: places tell, nothing is hidden."""
    looked_up = graph.add("Gather", graph.weight(40, HEADS), "input_ids")
    turned = graph.add("Transpose", looked_up, perm=[0, 2, 1])
    return graph.add("Unsqueeze", turned, graph.constant(np.array([2])))


@pytest.mark.parametrize(
    ("make", "hides", "places_tell", "fixed"),
    [
        (table, False, True, False),
        (causal, True, False, True),
        (slopes, False, True, False),
        (both, True, True, False),
        (looked_up_by_types, False, True, False),
    ],
)
def test_what_is_added_is_told_by_what_it_is_made_of(
    tmp_path: Path,
    make: Callable[[Graph], str],
    hides: bool,  # noqa: FBT001  # parametrized
    places_tell: bool,  # noqa: FBT001  # the same
    fixed: bool,  # noqa: FBT001  # the same
) -> None:
    graph = Graph()
    hidden = graph.add("Gather", graph.weight(40, HIDDEN), "input_ids")
    inputs = [("input_ids", INT, (1, 4)), ("attention_mask", INT, (1, 4))]
    graph.add("Identity", "attention_mask")
    path = graph.save(tmp_path / "m.onnx", graph.attention(hidden, bias=make(graph)), inputs)
    (found,) = places(path)
    assert (bool(found.mask), bool(found.bias), found.fixed) == (hides, places_tell, fixed)


def test_a_vision_model_has_its_scale_alone(tmp_path: Path) -> None:
    (found,) = places(save_image_model(tmp_path / "m.onnx"))
    assert said(found) == ("on the scores (Div)", "", "")
