"""The switch of what counts, wired: one bar, the row's lane and the heatmap's."""

from __future__ import annotations

from gui.controller import Controller
from gui.matrix import MatrixSource
from gui.panels.heatmap_page import HeatmapPage
from gui.views.counts_bar import CountsBar


def connect_counting(
    bar: CountsBar, do: Controller, *, matrices: MatrixSource, heatmap: HeatmapPage
) -> None:
    """Let ``bar`` change what counts, and measures reach it and the heatmap."""
    bar.changed.connect(lambda field, value: do.change(**{field: value}))
    do.shown_changed.connect(bar.set_shown)
    do.measuring.progressed.connect(bar.set_done)
    do.measuring.progressed.connect(heatmap.set_done)
    matrices.measured = do.matrix_job
    matrices.refused.connect(heatmap.set_refusal)
