"""The imitation of the hub, fresh for every test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.hub_server import Hub, serving


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "huggingface"


@pytest.fixture
def hub(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    with serving(home, monkeypatch) as running:
        yield running
