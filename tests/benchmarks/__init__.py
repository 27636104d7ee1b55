"""How fast it is, measured on the machine at hand: ``python -m tests.benchmarks``."""
