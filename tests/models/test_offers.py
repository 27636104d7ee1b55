"""Sizes that a vision model may be given."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from models.api import Model, open_model
from models.corrections import Corrections
from models.errors import InputError
from models.offers import LARGE, again_words, free_memory, offer, offers
from models.record import Layer
from tests.helpers.tiny_models import save_image_model, write_json


def vision(folder: Path, **options: int) -> Model:
    return open_model(save_image_model(folder / "model.onnx", **options))


def test_sizes_are_whole_patches_with_their_grid(tmp_path: Path) -> None:
    write_json(tmp_path, "config.json", {"image_size": 280})
    found = offers(vision(tmp_path, patch=14))
    assert [x.size[0] for x in found] == [224, 280, 336, 448, 518, 672, 896]
    assert [x.grid for x in found][:3] == [(16, 16), (20, 20), (24, 24)]


def test_another_patch_offers_other_sizes(tmp_path: Path) -> None:
    assert [x.size[0] for x in offers(vision(tmp_path, patch=16))] == [224, 336, 448, 672, 896]


def test_the_corrected_size_is_among_them(tmp_path: Path) -> None:
    model = vision(tmp_path, patch=16).corrected(Corrections(image_size=(160, 320)))
    assert next(x.size for x in offers(model)) == (160, 320)


def test_a_graph_of_one_size_offers_only_that(tmp_path: Path) -> None:
    model = vision(tmp_path, height=32, width=48)
    assert [x.size for x in offers(model)] == [(32, 48)]
    with pytest.raises(InputError):
        offer(model, (64, 64))


def test_what_it_costs_is_known_after_a_run(tmp_path: Path) -> None:
    model = vision(tmp_path, patch=4)
    assert offer(model, (64, 64)).cost is None
    assert not offer(model, (8000, 8000)).large
    model.run(model.sample())
    small, large = offer(model, (64, 64)), offer(model, (2048, 2048))
    assert small.cost is not None
    assert small.cost.tokens == 16 * 16 + 1
    assert not small.large
    assert large.large
    assert large.cost is not None
    assert large.cost.run > LARGE


def test_free_memory_is_a_number_or_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    found = free_memory()
    assert found is None or found > 1_000_000
    monkeypatch.setattr(Path, "read_text", lambda *_: "nothing of the kind")
    assert free_memory() is None


def test_another_run_of_a_long_input_says_what_it_takes_and_of_a_short_one_nothing() -> None:
    said = []
    for tokens in (128, 8192):
        query = np.zeros((4, tokens, 2), np.float32)
        layer = Layer(0, "", query, query, query, np.ones(4, np.float32))
        said.append(again_words([layer], tokens))
    assert said[0] == ""
    assert said[1].replace("\u00a0", " ") == "up to 4.3 GB"  # 4 × 4 heads × 8,192² × 4 bytes
