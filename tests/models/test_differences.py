"""What is said of a check is true of the layer and the input it is said beside."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import pytest

from models import differences
from models.i18n import set_language
from models.record import Provenance

CHECKED = Provenance("tiny", "", "CPUExecutionProvider", 1.0, (2.61e-6, 3.1e-5, None), "input")


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    set_language("en")
    yield
    set_language("en")


def test_a_layer_is_named_with_its_own_difference_and_all_with_the_worst() -> None:
    assert differences.of_layer(CHECKED, 0) == "L1 matches onnxruntime to 2.7×10⁻⁶"
    assert differences.of_all(CHECKED) == "matches onnxruntime to 3.1×10⁻⁵ (worst layer: L2)"


def test_weights_are_the_runtime_s_own_only_where_a_runtime_ran() -> None:
    assert differences.of_layer(CHECKED, 2, direct=True) == "weights as onnxruntime computed them"
    played = Provenance("playground", "", "", 0.0, (None,))
    said = differences.of_layer(played, 0, direct=True)
    assert said == "not compared with onnxruntime's own weights"


def test_what_is_far_from_the_runtime_does_not_match() -> None:
    far = replace(CHECKED, differences=(2e-6, 0.2, math.nan))
    assert differences.of_layer(far, 1) == "L2 differs from onnxruntime by up to 0.2"
    assert "not a number (worst layer: L3)" in differences.of_all(far)


def test_a_check_of_a_sample_says_so() -> None:
    sample = replace(CHECKED, checked_on="sample")
    assert differences.of_layer(sample, 0).endswith(", measured on a small sample")
    assert differences.of_all(sample).endswith(", measured on a small sample")


def test_what_was_not_compared_says_why() -> None:
    nothing = replace(CHECKED, differences=(None,))
    assert differences.of_layer(nothing, 0) == "nothing in this file to check against"
    assert "failed" in differences.of_all(replace(nothing, checked_on="failed"))
    assert "not compared" in differences.of_all(replace(nothing, checked_on=""))


def test_a_bound_is_never_below_the_difference() -> None:
    assert differences.bound(2.61e-6) == "2.7×10⁻⁶"
    assert differences.bound(2.6e-6) == "2.6×10⁻⁶"
    assert differences.bound(0.0123) == "0.013"
    assert differences.bound(0.0) == "0"
    set_language("pt_BR")
    assert differences.bound(2.61e-6) == "2,7×10⁻⁶"
