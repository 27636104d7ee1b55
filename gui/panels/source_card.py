"""The card that holds the input itself: a sentence as chips, or a photo under its patch grid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QSlider,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from gui.panels.choice_box import ChoiceBox
from gui.panels.cost_question import CostQuestion
from gui.panels.layer_box import LayerBox
from gui.panels.legend import Legend
from gui.panels.size_control import SizeControl
from gui.panels.source_words import largest_words, limits_tip, photo_words
from gui.state import Shown, ViewState
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
        self.opacity, self.opacity_label = QSlider(Qt.Orientation.Horizontal), QLabel()
        self.layers, self.smooth = LayerBox(), QCheckBox()
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
        self.opacity.setRange(0, 100)
        self._set_quietly(ViewState().opacity, smooth=ViewState().smooth)
        self._enable(there=False)
        self.opacity.setMinimumWidth(44)
        self.opacity.setMaximumWidth(120)
        direction = QBoxLayout.Direction.LeftToRight
        self._head, self._scale = QBoxLayout(direction), QBoxLayout(direction)
        self._head.addWidget(self.title, 1)
        self._scale.addWidget(self.legend, 1)
        self._scale.addWidget(self.limits)
        self._head.addLayout(self._scale)
        self._tools = tools = QHBoxLayout()
        for widget in (self.opacity_label, self.layers, self.opacity, self.smooth):
            tools.addWidget(widget)
        tools.addStretch(1)
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
        column.addLayout(tools)
        column.addLayout(sizes)
        column.addWidget(self.question)
        column.addWidget(self.stack, 1)

    def _connect(self) -> None:
        self.opacity.valueChanged.connect(lambda value: self.opacity_changed.emit(value / 100))
        self.smooth.toggled.connect(self.smooth_changed)
        self.layers.currentTextChanged.connect(lambda _text: self._arrange())
        self.layers.asked.connect(lambda name: self.layer_asked.emit(name, None))
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
        for widget in (self.opacity, self.smooth):
            widget.setVisible(image)
        self._arrange()
        self.layers.setVisible(image and self.layers.count() > 1)
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
        for widget in (self.opacity, self.smooth, self.limits):
            widget.setEnabled(there)

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
        self.layers.set_outputs(outputs if self._image else (), record.encoded)

    def set_shown(self, shown: Shown) -> None:
        """Show the row, the selection and the choices in force."""
        self._enable(there=True)
        state, high = shown.state, shown.row_high
        selection = {"pinned": state.pinned, "hovered": state.hovered, "key": shown.marked_key}
        layer = self.layers.layer(shown) if self._image else None
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
        self.smooth.setEnabled(layer is None or layer.colours is None)
        self.limits.setCurrentIndex(self.limits.findData(state.row_limits))
        if self._image:
            self.photo.set_colour_map(state.colour_map)
            self.photo.set_overlay(opacity=state.opacity, smooth=state.smooth)
            self.photo.set_row(shown.row, low=0.0, high=high, logarithmic=logarithmic)
            self.photo.set_layer(self._placed(layer))
            self.photo.set_selection(**selection)
            self.photo.set_unsure(state.unsure)
            self._set_quietly(state.opacity, smooth=state.smooth)
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
        spacing = self._tools.spacing()
        parts = [self.legend, self.limits, *([self.pixels] if self._image else [])]
        rows = [part.minimumSizeHint().width() for part in parts]
        if self._image:
            beside = (self.layers, self.opacity, self.smooth)
            there = [part for part in beside if part.isVisibleTo(self)]
            widths = [max(part.minimumSizeHint().width(), part.minimumWidth()) for part in there]
            rows.append(sum(widths) + spacing * (len(widths) - 1))
        return QSize(max(rows) + 3 * SPACE + 2, super().minimumSizeHint().height())

    def _tools_wanted(self) -> int:
        """Return how wide the card must be for every word of the overlay's choices."""
        spacing = self._tools.spacing()
        boxes = [self.layers] if self.layers.isVisibleTo(self) else []
        parts = [self.opacity_label, *boxes, self.smooth]
        words = sum(part.sizeHint().width() + spacing for part in parts)
        return words + self.opacity.minimumWidth() + 3 * SPACE + 2

    def _arrange(self) -> None:
        narrow, narrower = self.width() < scaled(_NARROW), self.width() < scaled(_NARROWER)
        direction = QBoxLayout.Direction
        self._head.setDirection(direction.TopToBottom if narrow else direction.LeftToRight)
        self._scale.setDirection(direction.TopToBottom if narrower else direction.LeftToRight)
        flag = Qt.AlignmentFlag
        self._scale.setAlignment(self.limits, flag.AlignLeft if narrower else flag.AlignVCenter)
        self.opacity_label.setVisible(self._image and self.width() >= self._tools_wanted())
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
        self.opacity_label.setText(tr("Overlay"))
        self.pixels_label.setText(tr("Size"))
        self.pixels_label.setBuddy(self.pixels)
        self.opacity.setAccessibleName(tr("Opacity of the overlay"))
        self.smooth.setText(tr("Smooth"))
        self.smooth.setToolTip(
            tr("Blend between patches. Unticked, every patch has one flat colour: its weight.")
        )
        self.limits.setAccessibleName(tr("Where the row's colours end"))
        self.limits.setToolTip(limits_tip(image=self._image))
        # _name_largest names the first
        self.limits.fill({"row": "", "fixed": tr("0 – 1"), "log": tr("logarithmic")})
        self._name_largest()
        self._say_what_comes()
        for view in (self.layers, self.pixels, self.question, self.chips, self.photo):
            view.retranslate()

    def _name_largest(self) -> None:
        """Say of what the colours end at the largest."""
        words = largest_words(image=self._image, direction=self._direction)
        self.limits.setItemText(0, words)
        self.limits.keep_room(words)

    def _set_quietly(self, opacity: float, *, smooth: bool) -> None:
        with QSignalBlocker(self.opacity), QSignalBlocker(self.smooth):
            self.opacity.setValue(round(100 * opacity))
            self.smooth.setChecked(smooth)
