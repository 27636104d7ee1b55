"""Instruments: what is put into a copy of the graph to make an experiment on the model itself.

``wiring`` adds nodes, inputs and constants; ``sockets`` says where a tensor is met and how a small
array is laid out there; ``core`` and ``fused`` put instruments into one attention block;
``hidden`` into the hidden states between blocks; ``session`` makes sessions and runs them.

Every instrument is fed, never baked in, and does nothing at its neutral value: ``x · 1 + 0``. The
numbers it is fed are made by whoever asks (``models.experiments``), so a slider needs no new
session, and the same seed gives the same numbers wherever the model runs.
"""
