"""Two sides and their difference, three maps with one selection."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from gui.state import Shown
from gui.theme import SPACE, Theme
from gui.views.compare_map import CompareMap
from gui.views.compare_photo import ComparePhoto
from gui.views.words import exact
from models import colour
from models.compare import Comparison
from models.i18n import tr
from models.scales import Look, MapLimits

_NARROW: Final = 560  # logical pixels


class CompareMaps(QWidget):
    """Draws a comparison; ``cell_clicked`` speaks in positions of side A, ``hovered`` in words."""

    cell_clicked = Signal(int, int)
    stepped = Signal(int, int)  # queries down, keys to the right
    hovered = Signal(str)

    def __init__(self, *, photos: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._photos = photos
        make = ComparePhoto if photos else CompareMap
        self.maps = (make(), make(), make())
        self._comparison: Comparison | None = None
        self._to = False  # whether the column of the token is looked at
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(SPACE)
        self._columns = 0
        self._arrange(3)
        for number, view in enumerate(self.maps):
            view.cell_clicked.connect(lambda r, c, n=number: self._on_clicked(n, r, c))
            view.stepped.connect(self.stepped)
            view.cell_hovered.connect(lambda cell, n=number: self._on_hovered(n, cell))

    def _arrange(self, columns: int) -> None:
        if columns != self._columns:
            self._columns = columns
            for number, view in enumerate(self.maps):
                self._grid.addWidget(view, *divmod(number, columns))

    # -- facts

    def set_comparison(self, found: Comparison | None, shown: Shown | None) -> None:
        """Draw both sides in one scale and a − b in one that is symmetric about 0."""
        self._comparison = found
        if found is None or shown is None:
            return
        self._to = shown.state.direction == "to"
        state = shown.state
        high = 1.0 if state.map_limits == "fixed" else found.largest or 1.0
        chosen = state.map_limits == "fixed"
        look = Look(0.0, high, state.map_limits, chosen, colour_map=state.colour_map)
        limit = found.limit or 1.0
        apart = Look(-limit, limit, colour_map=colour.DIVERGING)
        if self._photos:
            self._draw_rows(found, shown)
        else:
            ours, theirs = ([pair[i] for pair in found.pairs] for i in (0, 1))
            names_a, names_b = (
                [word.label for word in words.words] for words in (found.words_a, found.words_b)
            )
            self.maps[0].set_values(found.weights_a, names_a, ours, look=look)
            self.maps[1].set_values(found.weights_b, names_b, theirs, look=look)
            both = [names_a[i] for i in ours]
            self.maps[2].set_values(found.difference, both, range(len(both)), look=apart)
            room = max(view.needed() for view in self.maps)
            for view in self.maps:
                view.set_room(room)
        self.set_selection(shown)

    def _draw_rows(self, found: Comparison, shown: Shown) -> None:
        """Draw the row or column of the shown patch, CLS without one, over each photo."""
        token = 0 if shown.token is None else shown.token
        rows = found.rows(token, shown.state.direction)
        limits = shown.state.row_limits
        high = 1.0 if limits == "fixed" else rows.largest or 1.0
        kind: MapLimits = "log" if limits == "log" else "view"
        look = Look(0.0, high, kind, limits == "fixed", colour_map=shown.state.colour_map)
        self.maps[0].set_row(rows.a, found.a.record.encoded, token=token, look=look)  # type: ignore[attr-defined]
        self.maps[1].set_row(rows.b, found.b.record.encoded, token=rows.there, look=look)  # type: ignore[attr-defined]
        limit = rows.limit or 1.0
        look = Look(-limit, limit, colour_map=colour.DIVERGING)
        self.maps[2].set_row(rows.apart, found.a.record.encoded, token=token, look=look)  # type: ignore[attr-defined]

    def set_titles(self, a: str, b: str) -> None:
        """Say what each side is."""
        for view, title in zip(self.maps, (f"A · {a}", f"B · {b}", "A − B"), strict=True):
            view.set_title(title)

    def set_selection(self, shown: Shown) -> None:
        """Mark the query and the key in every map that has them."""
        found = self._comparison
        if found is None:
            return
        if self._photos:
            key = shown.marked_key
            there = None if key is None else found.b_of(key)
            for view, place in zip(self.maps, (key, there, key), strict=True):
                view.set_marks(None, place)
            return
        ours = [pair[0] for pair in found.pairs]
        marks: list[list[int | None]] = [[], [], []]
        chosen = (None, shown.token) if self._to else (shown.token, shown.marked_key)
        for token in chosen:
            word = None if token is None else int(found.words_a.word_of[token])
            marks[0].append(word)
            marks[1].append(None if word is None else found.b_of(word))
            marks[2].append(ours.index(word) if word in ours else None)
        for view, (row, column) in zip(self.maps, marks, strict=True):
            view.set_marks(row, column)

    def set_theme(self, theme: Theme) -> None:
        """Use another look."""
        for view in self.maps:
            view.set_theme(theme)

    # -- intents

    def _words_of_a(self, number: int, cell: tuple[int, int]) -> tuple[int | None, int | None]:
        """Return the words of A that a cell of a map means."""
        found = self._comparison
        assert found is not None  # noqa: S101  # a map without one has no cells
        if number == 1:
            return found.a_of(cell[0]), found.a_of(cell[1])
        if number == 0 or self._photos:
            return cell
        return found.pairs[cell[0]][0], found.pairs[cell[1]][0]

    def _echo(self, number: int, cell: tuple[int, int], place: int) -> tuple[int, int] | None:
        """Return the cell of the map ``place`` that stands for one of the map ``number``."""
        found = self._comparison
        assert found is not None  # noqa: S101  # a map without one has no cells
        if place == number:
            return cell
        a = self._words_of_a(number, cell)
        if a[0] is None or a[1] is None:
            return None
        if place == 0 or (self._photos and place == 2):  # noqa: PLR2004  # A − B, by patches of A
            return a[0], a[1]
        one, other = found.b_of(a[0]), found.b_of(a[1])
        if one is None or other is None:
            return None
        if place == 1:
            return one, other
        ours = [pair[0] for pair in found.pairs]
        return ours.index(a[0]), ours.index(a[1])

    def _on_clicked(self, number: int, row: int, column: int) -> None:
        found = self._comparison
        words = self._words_of_a(number, (row, column))
        if found is None or words[0] is None or words[1] is None:
            return
        names = found.words_a.words
        self.cell_clicked.emit(names[words[0]].first, names[words[1]].first)

    def _on_hovered(self, number: int, cell: object) -> None:
        found = self._comparison
        there = cell if found is not None and isinstance(cell, tuple) else None
        for place, view in enumerate(self.maps):
            view.set_echo(None if there is None else self._echo(number, there, place))
        if found is None or not isinstance(cell, tuple):
            self.hovered.emit("")
            return
        cell = cell[::-1] if self._photos and self._to else cell  # a column: patches are queries
        query, key = self._words_of_a(number, cell)
        if query is None or key is None:
            label = [found.words_b.words[i].label for i in cell]
            value = exact(float(found.weights_b[cell]))
            words = tr("{query} → {key}: only in B, {b}", query=label[0], key=label[1], b=value)
            self.hovered.emit(words)
            return
        self.hovered.emit(self.words(query, key))

    def words(self, query: int, key: int) -> str:
        """Return both weights between two words of A, and their difference, exactly."""
        found = self._comparison
        assert found is not None  # noqa: S101  # asked only with one
        names = [found.words_a.words[i].label for i in (query, key)]
        a = float(found.weights_a[query, key])
        there = (found.b_of(query), found.b_of(key))
        facts = {"query": names[0], "key": names[1], "a": exact(a)}
        if there[0] is None or there[1] is None:
            return tr("{query} → {key}: only in A, {a}", **facts)
        b = float(found.weights_b[there[0], there[1]])
        return tr(
            "{query} → {key}: A {a} · B {b} · A − B {difference}",
            **facts,
            b=exact(b),
            difference=exact(a - b),
        )

    def minimumSizeHint(self) -> QSize:
        """Two maps beside each other: a third goes below, and takes no room from the photo."""
        least = self.maps[0].minimumSizeHint()
        return QSize(2 * least.width() + SPACE, least.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Stand the difference below where three do not fit side by side."""
        super().resizeEvent(event)
        self._arrange(2 if event.size().width() < _NARROW else 3)
