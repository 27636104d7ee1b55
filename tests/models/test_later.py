"""What is imported later behaves like what is imported at once, whichever thread uses it first."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from models import colour

ROOT = Path(__file__).resolve().parents[2]


def printed(script: str) -> str:
    """Return what a fresh interpreter prints."""
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True, text=True, check=True, cwd=ROOT, timeout=120,
    )  # fmt: skip
    return done.stdout.strip()


LATER = "import sys; from models.later import import_later; import_later('numpy')\n"


def test_an_import_costs_nothing_until_something_in_it_is_used() -> None:
    script = LATER + (
        "import numpy as np\n"
        "before = 'numpy._core' in sys.modules\n"
        "print(before, int(np.arange(4).sum()), 'numpy._core' in sys.modules)"
    )
    assert printed(script) == "False 6 True"


def test_what_was_imported_before_and_after_the_first_use_is_one_thing() -> None:
    script = LATER + (
        "import numpy as early\n"
        "from numpy.typing import NDArray\n"
        "import numpy as late\n"
        "print(early.ndarray is late.ndarray, early.float32 is late.float32,\n"
        "      early.__version__ == late.__version__, isinstance(late.ones(2), early.ndarray))"
    )
    assert printed(script) == "True True True True"


def test_threads_that_use_it_first_at_the_same_time_all_get_it() -> None:
    script = LATER + (
        "import threading\n"
        "import numpy as np\n"
        "found, together = [], threading.Barrier(8)\n"
        "def use():\n"
        "    together.wait()\n"
        "    found.append(int(np.ones(3).sum()))\n"
        "threads = [threading.Thread(target=use) for _ in range(8)]\n"
        "[t.start() for t in threads], [t.join() for t in threads]\n"
        "print(found)"
    )
    assert printed(script) == str([3] * 8)


def test_what_a_module_does_not_have_is_missing_as_ever() -> None:
    script = LATER + "import numpy as np\nprint(hasattr(np, 'no_such_thing'), hasattr(np, 'sin'))"
    assert printed(script) == "False True"


@pytest.mark.parametrize("name", [*colour.SEQUENTIAL, colour.DIVERGING])
def test_a_colour_map_read_without_numpy_is_what_numpy_reads(name: str) -> None:
    with np.load(ROOT / "assets" / "colour_maps.npz") as maps:
        np.testing.assert_array_equal(colour.table(name), maps[name])
        assert colour.table_bytes(name) == maps[name].tobytes()
