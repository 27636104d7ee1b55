"""The photo with its patches, and the special tokens in a strip beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PIL import Image
from PySide6.QtCore import Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gui.theme import LIGHT, SPACE, Theme
from gui.views.photo_canvas import PhotoCanvas
from gui.views.token_chips import TokenChips
from gui.views.token_words import row_words
from gui.views.words import tabular
from models.attention import Float
from models.encoded import PatchGrid, Token
from models.i18n import tr

_STRIP: Final = 88  # logical pixels


class PhotoView(QWidget):
    """Joins the canvas and the strip: told facts together, speaking as one."""

    token_clicked = Signal(int)
    token_hovered = Signal(object)  # int | None
    token_stepped = Signal(int)  # visible tokens onwards, from the strip
    cell_stepped = Signal(int, int)  # rows, columns

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.canvas, self.strip = PhotoCanvas(), TokenChips(compact=True)
        self._caption, self._beside = QLabel(), QWidget()
        self._caption.setProperty("muted", True)
        self._caption.setWordWrap(True)
        self._caption.setFont(tabular(self.font(), scale=0.85))
        self._tokens: tuple[Token, ...] = ()
        self._row: Float | None = None
        self._pinned: int | None = None
        self._hovered: int | None = None
        self._placeholder = ""
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
        self._beside.setFixedWidth(_STRIP)
        self._beside.hide()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE)
        row.addWidget(self._beside)
        row.addWidget(self.canvas, 1)

    # -- facts

    def set_photo(self, image: Image.Image | None) -> None:
        """Show this upright picture; None invites one."""
        self.canvas.set_photo(None if image is None else _qimage(image))
        self._beside.setVisible(image is not None and bool(self._special()))
        self._describe()

    def set_tokens(self, tokens: Sequence[Token], grid: PatchGrid | None) -> None:
        """Lay this grid over the photo and the tokens without a patch in the strip."""
        self._tokens, self._row = tuple(tokens), None
        self._pinned = self._hovered = None
        self.canvas.set_tokens(tokens, grid)
        self.strip.set_tokens(tokens, positions=self._special())
        self._beside.setVisible(bool(self._special()))
        self._describe()

    def set_row(self, row: Float | None, *, low: float, high: float) -> None:
        """Show this row [M]: colours and bars end at ``high``."""
        self._row = row
        self.canvas.set_row(row, low=low, high=high)
        self.strip.set_row(row, high=high)
        self._describe()

    def set_selection(self, *, pinned: int | None, hovered: int | None, key: int | None) -> None:
        """Mark these tokens."""
        self._pinned, self._hovered = pinned, hovered
        self.canvas.set_selection(pinned=pinned, hovered=hovered, key=key)
        self.strip.set_selection(pinned=pinned, hovered=hovered, key=key)
        self._describe()

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

    def _special(self) -> list[int]:
        return [
            i
            for i, token in enumerate(self._tokens)
            if token.cell is None and token.kind != "padding"
        ]

    def _describe(self) -> None:
        words = self._placeholder
        if self._tokens:
            words = row_words(self._tokens, self._row, pinned=self._pinned, hovered=self._hovered)
        self.canvas.setAccessibleDescription(words)


def _qimage(image: Image.Image) -> QImage:
    """Return a copy that owns its pixels."""
    rgb = image.convert("RGB")
    data = rgb.tobytes()
    width, height = rgb.size
    return QImage(data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
