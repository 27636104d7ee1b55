"""The card that holds the input itself: a sentence as chips, or a photo under its patch grid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from gui.panels.choice_box import ChoiceBox
from gui.panels.cost_question import CostQuestion
from gui.panels.legend import Legend
from gui.panels.overlay_tools import OverlayTools
from gui.panels.size_control import SizeControl
from gui.panels.source_words import largest_words, limits_tip, photo_words
from gui.state import Shown
from gui.theme import SPACE, Theme
from gui.views.photo_layer import MapLayer
from gui.views.photo_view import PhotoView
from gui.views.token_chips import TokenChips
from gui.zoom import USUAL, scaled, zoom
from models.counting import Direction
from models.i18n import tr
from models.record import Record
from models.scales import Scale
from models.shapes import moved, part_around, stretch

if TYPE_CHECKING:
    from models.outputs import Output

_NARROW: Final = 400  # logical pixels: the legend goes under the title
_NARROWER: Final = 300  # the choice of limits goes under the legend
_AROUND: Final = 3 * SPACE + 2  # pixels of margins and frame beside what the card holds


class SourceCard(QFrame):
    """Chips or photo, with the row's legend, and the overlay's controls for photos."""

    opacity_changed = Signal(float)
    smooth_changed = Signal(bool)
    limits_changed = Signal(str)
    layer_asked = Signal(str, object)  # a map of the outputs or "", its channel or None

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._direction: Direction = "from"
        self.setProperty("card", True)
        self.title, self.legend = QLabel(), Legend()
        self.title.setProperty("title", True)
        self.title.setTextFormat(Qt.TextFormat.PlainText)
        self.limits = ChoiceBox()
        self.overlay = OverlayTools()
        self.chips, self.photo = TokenChips(ground=True), PhotoView()
        self.pixels, self.pixels_label = SizeControl(), QLabel()
        self.question = CostQuestion()
        self.stack = QStackedWidget()
        self._image = self._stretched = self._part = False
        self._corner = (0, 0)  # of the part of the photo that is drawn
        self._coming = ("", "")  # the photo that is loaded, the model that is opened
        self._lay_out()
        self._connect()
        self.show_modality(image=False)  # the first frame is painted before an input is known

    def _lay_out(self) -> None:
        self._enable(there=False)
        direction = QBoxLayout.Direction.LeftToRight
        self._head, self._scale = QBoxLayout(direction), QBoxLayout(direction)
        self._head.addWidget(self.title, 1)
        self._scale.addWidget(self.legend, 1)
        self._scale.addWidget(self.limits)
        self._head.addLayout(self._scale)
        sizes = QHBoxLayout()
        sizes.addWidget(self.pixels_label)
        sizes.addWidget(self.pixels)
        sizes.addStretch(1)
        self.stack.addWidget(self.chips)
        self.stack.addWidget(self.photo)
        column = QVBoxLayout(self)
        column.setContentsMargins(2 * SPACE, SPACE, SPACE, SPACE)
        column.setSpacing(SPACE)
        column.addLayout(self._head)
        column.addLayout(self.overlay)
        column.addLayout(sizes)
        column.addWidget(self.question)
        column.addWidget(self.stack, 1)

    def _connect(self) -> None:
        self.overlay.opacity_changed.connect(self.opacity_changed)
        self.overlay.smooth_changed.connect(self.smooth_changed)
        self.overlay.layer_asked.connect(self.layer_asked)
        self.overlay.layers.currentTextChanged.connect(lambda _text: self._arrange())
        self.limits.activated.connect(
            lambda _index: self.limits_changed.emit(self.limits.currentData())
        )

    def show_modality(self, *, image: bool) -> None:
        """Bring the chips or the photo to the front, with the controls that belong to it."""
        self._image = image
        self.stack.setCurrentWidget(self.photo if image else self.chips)
        policy = QSizePolicy.Policy
        for page, front in ((self.photo, image), (self.chips, not image)):
            # A page that is not in front must not ask for room.
            wish = policy.Expanding if front else policy.Ignored
            page.setSizePolicy(wish, wish)
            page.setMinimumHeight(0 if front else 1)
        self.overlay.show_for(image=image)
        self._arrange()
        self.retranslate()

    def set_coming(self, *, photo: str, model: str) -> None:
        """Say in the empty place of the photo what is waited for; empty names: nothing is."""
        self._coming = (photo, model)
        self._say_what_comes()

    def _say_what_comes(self) -> None:
        photo, model = self._coming
        said = [tr("Loading {name} …", name=photo)] if photo else []
        said += [tr("Opening {name} …", name=model)] if model else []
        empty = tr("Drop a photo here, paste one, or choose a sample above.")
        self.photo.set_placeholder("\n".join(said) or empty)

    def set_nothing(self) -> None:
        """Switch off what needs a record: none is there yet."""
        self._enable(there=False)
        self.legend.hide()

    def _enable(self, *, there: bool) -> None:
        """Offer the choices only while there is something to see them on."""
        self.overlay.enable(there=there)
        self.limits.setEnabled(there)

    def set_record(self, record: Record) -> None:
        """Lay out a new input."""
        encoded = record.encoded
        image = encoded.modality == "image"
        photo, grid = encoded.photo, encoded.grid
        self._stretched, self._part, self._corner = False, False, (0, 0)
        if photo is not None and grid is not None:
            part = part_around(photo.size, grid)
            self._corner = part[:2]
            grid = moved(grid, left=part[0], top=part[1])
            whole = photo.size
            photo = photo if part == (0, 0, *whole) else photo.crop(part)
            self._part = photo.size != whole
            self._stretched = stretch(photo.size) != (1.0, 1.0)
        self.show_modality(image=image)
        if image:
            self.photo.set_photo(photo)
            self.photo.set_tokens(record.tokens, grid)
        else:
            self.chips.set_tokens(record.tokens)

    def set_outputs(self, outputs: Sequence[Output], record: Record) -> None:
        """Write labels of tokens over the chips; offer maps to lie over the photo."""
        from models.outputs import TokenLabels  # noqa: PLC0415  # loaded by the run

        labels = [output for output in outputs if isinstance(output, TokenLabels)]
        self.chips.set_tags(labels[0].tags if labels and not self._image else ())
        self.overlay.layers.set_outputs(outputs if self._image else (), record.encoded)

    def set_shown(self, shown: Shown) -> None:
        """Show the row, the selection and the choices in force."""
        self._enable(there=True)
        state, high = shown.state, shown.row_high
        selection = {"pinned": state.pinned, "hovered": state.hovered, "key": shown.marked_key}
        layer = self.overlay.layers.layer(shown) if self._image else None
        low, top = (0.0, high) if layer is None else (layer.low, layer.high)
        logarithmic = layer is None and state.row_limits == "log"
        chosen = layer is not None or state.row_limits == "fixed"
        scale = Scale(low, top, "log" if logarithmic else "view", chosen)
        self.legend.set_facts(scale, colour_map=state.colour_map)
        coloured = shown.row is not None if layer is None else layer.colours is None
        self.legend.setVisible(coloured)
        self.limits.setEnabled(layer is None)
        if self._direction != state.direction:
            self._direction = state.direction
            self._name_largest()
        self.overlay.smooth.setEnabled(layer is None or layer.colours is None)
        self.limits.setCurrentIndex(self.limits.findData(state.row_limits))
        if self._image:
            self.photo.set_colour_map(state.colour_map)
            self.photo.set_overlay(opacity=state.opacity, smooth=state.smooth)
            self.photo.set_row(shown.row, low=0.0, high=high, logarithmic=logarithmic)
            self.photo.set_layer(self._placed(layer))
            self.photo.set_selection(**selection)
            self.photo.set_unsure(state.unsure)
            self.overlay.set_look(state.opacity, smooth=state.smooth)
        else:
            self.chips.set_colour_map(state.colour_map)
            self.chips.set_row(shown.row, high=high, logarithmic=logarithmic)
            self.chips.set_selection(**selection)
            self.chips.set_unsure(state.unsure)

    def _placed(self, layer: MapLayer | None) -> MapLayer | None:
        """Return the map where it lies over the part of the photo that is drawn."""
        if layer is None or self._corner == (0, 0):
            return layer
        left, top = self._corner
        return replace(layer, grid=moved(layer.grid, left=left, top=top))

    @property
    def wanted_height(self) -> int:
        """How tall the card likes to be around its chips."""
        chips = self.chips.wanted_height(self.chips.viewport().width())
        return self._head.sizeHint().height() + chips + 5 * SPACE

    def height_within(self, most: int) -> int:
        """Return the wanted height, or the largest below ``most`` that cuts no line of chips.

        A larger interface is scrolled: there it shows two lines whatever they take.
        """
        wanted = self.wanted_height
        if wanted <= most:
            return wanted
        around = self._head.sizeHint().height() + 5 * SPACE
        within = self.chips.height_within(most - around, least=2 if zoom() > USUAL else 1)
        return min(wanted, around + within)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Stand the legend under the title, and leave words out, where the card is narrow."""
        super().resizeEvent(event)
        self._arrange()

    def minimumSizeHint(self) -> QSize:
        """As narrow as the arrangement with most lines, whatever the one in force."""
        parts = [self.legend, self.limits, *([self.pixels] if self._image else [])]
        rows = [part.minimumSizeHint().width() for part in parts]
        if self._image:
            rows.append(self.overlay.least_width())
        return QSize(max(rows) + _AROUND, super().minimumSizeHint().height())

    def _arrange(self) -> None:
        narrow, narrower = self.width() < scaled(_NARROW), self.width() < scaled(_NARROWER)
        direction = QBoxLayout.Direction
        self._head.setDirection(direction.TopToBottom if narrow else direction.LeftToRight)
        self._scale.setDirection(direction.TopToBottom if narrower else direction.LeftToRight)
        flag = Qt.AlignmentFlag
        self._scale.setAlignment(self.limits, flag.AlignLeft if narrower else flag.AlignVCenter)
        self.overlay.fit(self.width() - _AROUND, image=self._image)
        self.pixels_label.setVisible(self._image and not narrower)

    def set_theme(self, theme: Theme) -> None:
        """Recolour what is drawn by hand."""
        for view in (self.legend, self.chips, self.photo, self.question):
            view.set_theme(theme)

    def retranslate(self) -> None:
        """Say everything again in the language in force."""
        photo, why = photo_words(stretched=self._stretched, part=self._part)
        self.title.setText(photo if self._image else tr("Tokens"))
        self.title.setToolTip(why)
        self.pixels_label.setText(tr("Size"))
        self.pixels_label.setBuddy(self.pixels)
        self.limits.setAccessibleName(tr("Where the row's colours end"))
        self.limits.setToolTip(limits_tip(image=self._image))
        # _name_largest names the first
        self.limits.fill({"row": "", "fixed": tr("0 – 1"), "log": tr("logarithmic")})
        self._name_largest()
        self._say_what_comes()
        for view in (self.overlay, self.pixels, self.question, self.chips, self.photo):
            view.retranslate()

    def _name_largest(self) -> None:
        """Say of what the colours end at the largest."""
        words = largest_words(image=self._image, direction=self._direction)
        self.limits.setItemText(0, words)
        self.limits.keep_room(words)
