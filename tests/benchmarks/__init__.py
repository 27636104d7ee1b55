"""How fast it is, measured on the machine at hand: ``python -m tests.benchmarks``."""

import os

# As main.py sets them, before NumPy and onnxruntime are imported by any suite.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
