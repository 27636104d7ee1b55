"""Mirante: see where BERT and ViT look. ``python main.py --help`` says how to start it."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence

os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # onnxruntime reports unless told before its import
# NumPy's share is many small products: a pool of threads that spin makes them slower, and takes
# the cores from onnxruntime. Measured at 257 tokens: a change of head 22 ms with, 10 ms without.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from models.later import import_later

import_later("numpy")  # the window is painted without it

from models.commands.program import REFUSED, run  # noqa: E402  # what it imports finds the above
from models.i18n import tr  # noqa: E402  # the same


def main(arguments: Sequence[str]) -> int:
    """Run a command, or open the window; return the exit status."""
    asked = run(arguments)
    if isinstance(asked, int):
        return asked
    if not _has_display():
        sentence = tr(
            "There is no display to open the window on. Commands such as inspect, capture and "
            "figure need none; xvfb-run gives the window one."
        )
        print(sentence, file=sys.stderr)
        return REFUSED
    gc.disable()  # until the window is painted: nothing that is made for it is garbage
    try:
        from gui import app  # noqa: PLC0415  # commands run without a display and without Qt
    except ImportError as error:
        if "cannot open shared object file" not in str(error):
            raise
        missing = str(error).split(":", maxsplit=1)[0]
        sentence = tr(
            "The window needs the system library {library}; README says what to install.",
            library=missing,
        )
        print(sentence, file=sys.stderr)
        return REFUSED
    return app.run(asked)


def _has_display() -> bool:
    """Whether Qt will find a screen; without one it would end the process with an abort."""
    named = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    return not sys.platform.startswith("linux") or any(os.environ.get(name) for name in named)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
