"""What is drawn of attention as lines: two columns of words, the lines between, the numbers."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QWidget

from gui.spoken import describe
from gui.theme import LIGHT, Theme
from gui.views.focus import FocusRing
from gui.views.kept import KeptPicture
from gui.views.lines_layout import LinesLayout, Side, laid_out
from gui.views.lines_names import Names
from gui.views.lines_painter import LinesPainter, Marks
from gui.views.lines_picture import Focus, LinesPicture
from gui.views.lines_words import described, link_words
from gui.views.words import tabular
from models.encoded import Token
from models.i18n import tr
from models.links import Links
from models.scales import MapLimits


class LinesCanvas(QAbstractScrollArea):
    """Draws links, those of one word while it is shown.

    All lines together are kept as one picture, so that pointing costs only the lines of one word.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._links: Links | None = None
        self._tokens: Sequence[Token] = ()
        self._high = 1.0
        self._limits: MapLimits = "view"
        self._query: int | None = None
        self._key: int | None = None
        self._pinned: int | None = None
        self._held: int | None = None
        self._pointed: tuple[Side, int] | None = None
        self._theme = LIGHT
        self._all, self._one = LinesPicture(self.viewport()), LinesPicture(self.viewport())
        self._words = KeptPicture()
        self._names: Names | None = None
        self._layout: LinesLayout | None = None
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.viewport().setMouseTracking(True)
        self.viewport().setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # the card's ground
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.ring = FocusRing(self, surface=self.viewport())
        self.verticalScrollBar().valueChanged.connect(self._forget)
        self.retranslate()

    # -- facts

    def set_links(
        self,
        links: Links | None,
        tokens: Sequence[Token],
        *,
        high: float,
        limits: MapLimits = "view",
    ) -> None:
        """Draw ``links``; ``LinesPainter`` says what ``high`` and ``limits`` do."""
        if links is self._links and (high, limits) == (self._high, self._limits):
            return
        self._links, self._tokens, self._high, self._limits = links, tokens, high, limits
        self._place()

    def set_selection(
        self, *, query: int | None, key: int | None, pinned: int | None, held: int | None = None
    ) -> None:
        """Mark the query whose links are shown, the key, and which query is pinned.

        ``held`` is the token that is pinned where it stands among the keys.
        """
        before, now, there = self._query, query, pinned
        if held is not None:
            before, now, there = self._key, key, held
        self._query, self._key, self._pinned, self._held = query, key, pinned, held
        if now != before and now is not None and now == there and self._pointed is None:
            self._bring_into_view(now)
        self._describe()
        self.viewport().update()

    def set_theme(self, theme: Theme) -> None:
        """Use the colours of ``theme``."""
        self._theme = theme
        self._forget()

    def retranslate(self) -> None:
        """Say everything again in the language in force."""
        self.setAccessibleName(tr("Attention as lines"))
        self._describe()
        self._forget()

    @property
    def places(self) -> LinesLayout | None:
        """Where things are drawn, in the whole picture's coordinates."""
        return self._layout

    def readout(self) -> str:
        """Return the exact weights of what is pointed at or selected, one sentence."""
        return "" if self._links is None else link_words(self._links, self._tokens, self._focus())

    # -- geometry

    def _place(self) -> None:
        links = self._links
        if links is None:
            self._layout = None
        else:
            font = tabular(self.font(), bold=True)  # as what is pinned
            if self._names is None or not self._names.fit(self._tokens, links.positions, font):
                self._names = Names(self._tokens, links.positions, font)
            self._layout = laid_out(
                width=self.viewport().width(),
                height=self.viewport().height(),
                count=len(links.positions),
                heads=len(links.heads),
                widest=self._names.widest,
            )
        self._set_scroll()
        self._describe()
        self._forget()

    def _set_scroll(self) -> None:
        bar, room = self.verticalScrollBar(), self.viewport().height()
        bar.setPageStep(room)
        bar.setSingleStep(40)
        bar.setRange(0, max(0, (self._layout.height if self._layout else 0) - room))

    def _bring_into_view(self, token: int | None) -> None:
        place = None if self._links is None else self._links.place_of(token)
        if place is None or self._layout is None:
            return
        bar, y = self.verticalScrollBar(), round(self._layout.y(place))
        margin = round(self._layout.pitch * 2)
        if y - margin < bar.value():
            bar.setValue(y - margin)
        elif y + margin > bar.value() + self.viewport().height():
            bar.setValue(y + margin - self.viewport().height())

    def _focus(self) -> tuple[int | None, int | None]:
        """Return the places of the query and the key whose links are shown."""
        if self._links is None:
            return None, None
        if self._pointed is not None and self._pointed[0] == "key":
            return None, self._pointed[1]
        return self._links.place_of(self._query), self._links.place_of(self._key)

    # -- drawing

    def _forget(self) -> None:
        self._all.forget()
        self._one.forget()
        self.viewport().update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw words, lines and, of one word, every head's weight."""
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._links is None or self._layout is None:
            painter.fillRect(self.viewport().rect(), QColor(self._theme.surface))
        else:
            self._draw(painter, self._links, self._layout)
        if self.ring.visible:
            LinesPainter.ring(painter, self._theme, self.viewport().rect())
        painter.end()

    def _draw(self, painter: QPainter, links: Links, layout: LinesLayout) -> None:
        offset = self.verticalScrollBar().value()
        drawing = LinesPainter(
            self._theme,
            self.font(),
            links=links,
            high=self._high,
            seen=(float(offset), float(offset + self.viewport().height())),
            limits=self._limits,
        )
        query, key = self._focus()
        assert self._names is not None  # noqa: S101  # made with the layout
        marks = Marks(query, key, links.place_of(self._pinned), self._names)
        painter.drawPixmap(0, 0, self._words_of(drawing, layout, offset, marks))
        painter.translate(0, -offset)
        drawing.clear_marked(painter, layout, marks)
        painter.drawPixmap(0, offset, self._shown_of(drawing, layout, offset))
        drawing.marked_words(painter, layout, marks)
        drawing.numbers(painter, layout, marks, font=tabular(self.font()))
        painter.translate(0, offset)

    def _words_of(
        self, drawing: LinesPainter, layout: LinesLayout, offset: int, marks: Marks
    ) -> QPixmap:
        """Return both columns of words as they look unmarked."""
        titles = tr("query"), tr("key")

        def draw(painter: QPainter) -> None:
            painter.translate(0, -offset)
            drawing.words(painter, layout, marks, titles=titles)

        facts = layout, offset, self._names, self._theme, self.font().key(), titles
        ratio, ground = self.devicePixelRatioF(), QColor(self._theme.surface)
        size = self.viewport().size()
        return self._words.of(facts, size=size, ratio=ratio, ground=ground, draw=draw)

    def _shown_of(self, drawing: LinesPainter, layout: LinesLayout, offset: int) -> QPixmap:
        """Return the lines: of the word in question, else all of them."""
        picture, focus = self._wanted()
        return picture.drawn(drawing, layout, offset=offset, focus=focus)

    def _wanted(self) -> tuple[LinesPicture, Focus]:
        """Return the picture of the word in question, else of all lines, and what it is of."""
        query, key = self._focus()
        focus = (query, None if query is not None else key)
        return (self._all if focus == (None, None) else self._one), focus

    @property
    def finished(self) -> bool:
        """Whether every line that is to be seen has been drawn."""
        picture, focus = self._wanted()
        return self._links is None or picture.finished(focus)

    def _describe(self) -> None:
        links = self._links
        said = "" if links is None else described(links, self._tokens, self._focus())
        describe(self, said)

    # -- Qt overrides

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Place everything again, the pinned word in sight."""
        super().resizeEvent(event)
        self._place()
        if self._pointed is not None:
            return
        if self._held is not None and self._key == self._held:
            self._bring_into_view(self._held)
        elif self._query == self._pinned:
            self._bring_into_view(self._query)

    def changeEvent(self, event: QEvent) -> None:
        """Measure again when the font changes."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._place()

    def sizeHint(self) -> QSize:
        """As wide as two columns of words."""
        return QSize(560, 320)

    def minimumSizeHint(self) -> QSize:
        """A few words at least."""
        return QSize(200, 120)
