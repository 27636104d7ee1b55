"""What a person does in the parts of the window, and what of it the controller is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gui.taking import take

if TYPE_CHECKING:  # the window connects itself
    from gui.main_window import MainWindow


def connect_intents(window: MainWindow) -> None:
    """Tell the controller of ``window`` what is chosen in each of its parts."""
    do = window.controller
    window.input.text_changed.connect(window.run_text)
    window.input.sample_chosen.connect(lambda path: do.set_photo(path, name=path.name))
    window.drop_target.dropped.connect(lambda dropped: take(dropped, do))
    window.choice.layer_picked.connect(do.pick_layer)
    window.choice.heads_picked.connect(do.pick_heads)
    window.top.model_chosen.connect(do.open_model)
    _connect_source(window)
    _connect_map(window)
    _connect_side(window)


def _connect_source(window: MainWindow) -> None:
    do, words, source = window.controller, window.wording, window.source
    for view in (source.chips, source.photo):
        view.token_clicked.connect(words.click_token)
        view.token_hovered.connect(words.hover_token)
    source.chips.token_stepped.connect(words.step_token)
    source.photo.token_stepped.connect(do.step_token)
    source.photo.cell_stepped.connect(do.step_cell)
    source.opacity_changed.connect(lambda value: do.change(opacity=value))
    source.smooth_changed.connect(lambda value: do.change(smooth=value))
    source.limits_changed.connect(lambda value: do.change(row_limits=value))


def _connect_map(window: MainWindow) -> None:
    do, words, card = window.controller, window.wording, window.map
    card.page_chosen.connect(do.pick_page)
    card.cell_clicked.connect(words.click_cell)
    card.cell_stepped.connect(words.step_query_key)
    card.colour_map_changed.connect(do.pick_colour_map)
    card.limits_changed.connect(lambda value: do.change(map_limits=value))


def _connect_side(window: MainWindow) -> None:
    do, row, output = window.controller, window.row, window.output
    row.key_clicked.connect(do.mark_key)
    row.key_hovered.connect(lambda key: do.change(pointed=key))
    row.head_asked.connect(lambda head: do.change(inspected=head))
    output.token_clicked.connect(do.click_token)
    for part in (window.source, output):
        part.layer_asked.connect(lambda name, at: do.change(overlay=name, channel=at))
