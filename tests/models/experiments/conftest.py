"""One laboratory of the bundled text model for all tests here."""

from __future__ import annotations

import pytest

from models.api import open_model
from models.encoded import Encoded
from models.experiments.laboratory import Laboratory

TEXT = "O gato está no telhado e viu a lua."


@pytest.fixture(scope="package")
def laboratory() -> Laboratory:
    return Laboratory(open_model("text"))


@pytest.fixture(scope="package")
def encoded(laboratory: Laboratory) -> Encoded:
    return laboratory.model.encode_text(TEXT)
