"""One laboratory of the bundled text model for all tests of a file."""

from __future__ import annotations

import pytest

from models.api import open_model
from models.encoded import Encoded
from models.experiments.laboratory import Laboratory

TEXT = "O gato está no telhado e viu a lua."


@pytest.fixture(scope="module")
def laboratory() -> Laboratory:
    return Laboratory(open_model("text"))


@pytest.fixture(scope="module")
def encoded(laboratory: Laboratory) -> Encoded:
    return laboratory.model.encode_text(TEXT)
