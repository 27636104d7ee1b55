"""The photo with its patches, and the special tokens in a strip beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QLabel, QVBoxLayout, QWidget

from gui.spoken import describe
from gui.theme import LIGHT, SPACE, Theme
from gui.views.chip_sizes import NORMAL
from gui.views.photo_canvas import PhotoCanvas
from gui.views.photo_layer import MapLayer
from gui.views.qimages import to_qimage
from gui.views.token_chips import TokenChips
from gui.views.words import tabular
from gui.zoom import scaled
from models.attention import Float
from models.encoded import PatchGrid, Token
from models.i18n import tr

if TYPE_CHECKING:  # the window is painted before it is loaded
    from PIL import Image

_BESIDE: Final = 88  # logical pixels of the strip's width beside the photo
_UNBOUND: Final = 16_777_215  # what Qt calls QWIDGETSIZE_MAX


class PhotoView(QWidget):
    """Joins the canvas and the strip: told facts together, speaking as one."""

    token_clicked = Signal(int)
    token_hovered = Signal(object)  # int | None
    token_stepped = Signal(int)  # visible tokens onwards, from the strip
    cell_stepped = Signal(int, int)  # rows, columns

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.canvas, self.strip = PhotoCanvas(), TokenChips(compact=True, ground=True)
        self._caption, self._beside = QLabel(), QWidget()
        self._caption.setProperty("muted", True)
        self._caption.setWordWrap(True)
        self._caption.setFont(tabular(self.font(), scale=0.85))
        self._tokens: tuple[Token, ...] = ()
        self._row: Float | None = None
        self._pinned: int | None = None
        self._hovered: int | None = None
        self._placeholder = ""
        self._has_photo = False
        self._lay_out()
        for part in (self.canvas, self.strip):
            part.token_clicked.connect(self.token_clicked)
            part.token_hovered.connect(self.token_hovered)
        self.strip.token_stepped.connect(self.token_stepped)
        self.canvas.cell_stepped.connect(self.cell_stepped)
        self.setFocusProxy(self.canvas)
        self.set_theme(LIGHT)
        self.retranslate()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self._beside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE // 2)
        column.addWidget(self._caption)
        column.addWidget(self.strip, 1)
        self._beside.hide()
        self._parts = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._parts.setContentsMargins(0, 0, 0, 0)
        self._parts.setSpacing(SPACE)
        self._parts.addWidget(self._beside)
        self._parts.addWidget(self.canvas, 1)

    # -- facts

    def set_photo(self, image: Image.Image | None) -> None:
        """Show this upright picture; None invites one."""
        self.canvas.set_photo(None if image is None else to_qimage(image))
        self._has_photo = image is not None
        self._arrange()
        self._describe()

    def set_tokens(self, tokens: Sequence[Token], grid: PatchGrid | None) -> None:
        """Lay this grid over the photo and the tokens without a patch in the strip."""
        self._tokens, self._row = tuple(tokens), None
        self._pinned = self._hovered = None
        self.canvas.set_tokens(self._tokens, grid)
        self.strip.set_tokens(self._tokens, positions=self._special())
        self._arrange()
        self._describe()

    def set_row(
        self, row: Float | None, *, low: float, high: float, logarithmic: bool = False
    ) -> None:
        """Show this row [M]: colours and bars end at ``high``."""
        self._row = row
        self.canvas.set_row(row, low=low, high=high, logarithmic=logarithmic)
        self.strip.set_row(row, high=high, logarithmic=logarithmic)
        self._describe()

    def set_layer(self, layer: MapLayer | None) -> None:
        """Lay this map over the photo in place of the row; None brings the row back."""
        self.canvas.set_layer(layer)

    def set_selection(self, *, pinned: int | None, hovered: int | None, key: int | None) -> None:
        """Mark these tokens."""
        self._pinned, self._hovered = pinned, hovered
        self.canvas.set_selection(pinned=pinned, hovered=hovered, key=key)
        self.strip.set_selection(pinned=pinned, hovered=hovered, key=key)
        self._describe()

    def set_unsure(self, positions: Sequence[int]) -> None:
        """Mark the tokens where the model is least sure."""
        self.canvas.set_unsure(positions)
        self.strip.set_unsure(positions)

    def set_overlay(self, *, opacity: float, smooth: bool) -> None:
        """Lay the row over the photo this opaque, patch by patch or smoothed between them."""
        self.canvas.set_overlay(opacity=opacity, smooth=smooth)

    def set_colour_map(self, name: str) -> None:
        """Paint through another colour map."""
        self.canvas.set_colour_map(name)
        self.strip.set_colour_map(name)

    def set_placeholder(self, text: str) -> None:
        """Say this where there is no photo."""
        self._placeholder = text
        self.canvas.set_placeholder(text)
        self._describe()

    def set_theme(self, theme: Theme) -> None:
        """Use the colours of ``theme``."""
        self.canvas.set_theme(theme)
        self.strip.set_theme(theme)

    def retranslate(self) -> None:
        """Say everything again in the language in force."""
        self._caption.setText(tr("Special tokens"))
        self.canvas.setAccessibleName(tr("Photo with its patches"))
        self.strip.retranslate()
        self.strip.setAccessibleName(tr("Special tokens"))
        self._describe()

    # -- inside

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the strip where it leaves the photo larger."""
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Show the strip beside the photo or above it, whichever leaves the photo larger."""
        self._beside.setVisible(self._has_photo and bool(self._special()))
        shape = self.canvas.shape()
        if shape is None:
            return
        width, height = shape
        beside = min((self.width() - scaled(_BESIDE) - SPACE) / width, self.height() / height)
        line = self._caption.sizeHint().height() + NORMAL.zoomed.metrics.row + 2 * SPACE
        above = min(self.width() / width, (self.height() - line - SPACE) / height)
        if above > beside:
            self._parts.setDirection(QBoxLayout.Direction.TopToBottom)
            self._beside.setMinimumSize(0, line)
            self._beside.setMaximumSize(_UNBOUND, line)
        else:
            self._parts.setDirection(QBoxLayout.Direction.LeftToRight)
            self._beside.setMinimumSize(scaled(_BESIDE), 0)
            self._beside.setMaximumSize(scaled(_BESIDE), _UNBOUND)

    def _special(self) -> list[int]:
        return [
            i
            for i, token in enumerate(self._tokens)
            if token.cell is None and token.kind != "padding"
        ]

    def _describe(self) -> None:
        words = self._placeholder
        if self._tokens:
            words = self.strip.words.of(
                self._tokens, self._row, pinned=self._pinned, hovered=self._hovered
            )
        describe(self.canvas, words)
