"""The switch of what counts, wired: one bar, the row's lane and the heatmap's."""

from __future__ import annotations

from gui.controller import Controller
from gui.matrix import MatrixSource
from gui.panels.heatmap_page import HeatmapPage
from gui.views.counts_bar import CountsBar
from gui.wording import worded


def connect_counting(
    bar: CountsBar, do: Controller, *, matrices: MatrixSource, heatmap: HeatmapPage
) -> None:
    """Let ``bar`` change what counts, and measures reach it and the heatmap."""
    bar.changed.connect(lambda field, value: do.change(**{field: value}))
    do.shown_changed.connect(
        lambda shown: bar.set_shown(None if shown is None else worded(shown, do.measuring))
    )
    do.measuring.progressed.connect(bar.set_done)
    do.measuring.progressed.connect(heatmap.set_done)
    matrices.measured = do.matrix_job
    matrices.refused.connect(heatmap.set_refusal)
