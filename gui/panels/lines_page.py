"""The page of lines: heads and their colours, which links, the lines, and what they are worth."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from gui.numbers import locale
from gui.state import Shown
from gui.theme import SPACE, Theme
from gui.views.head_legend import HeadLegend
from gui.views.lines import LinesView
from gui.views.lines_scale import LinesScale
from models.i18n import ntr, tr
from models.links import FILTERS, MOST_TOKENS, Filter, Links, links_from, links_of
from models.record import Layer


class LinesPage(QWidget):
    """Draws what is shown as lines; a text of up to ``MOST_TOKENS`` at once, longer ones by token.

    Which links of a pair are drawn is this page's own choice; everything else is the state's.
    """

    limits_changed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.legend, self.view, self.scale = HeadLegend(), LinesView(), LinesScale()
        self.filter, self.limits = QComboBox(), QComboBox()
        self.notice, self.readout = QLabel(), QLabel()
        self._shown: Shown | None = None
        self._made: tuple[Layer, tuple[int, ...], str, int | None] | None = None
        self._links: Links | None = None
        self._lay_out()
        self.filter.activated.connect(lambda _i: self._draw())
        self.limits.activated.connect(
            lambda _i: self.limits_changed.emit(self.limits.currentData())
        )
        self.retranslate()

    def _lay_out(self) -> None:
        for label in (self.notice, self.readout):
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.notice.setProperty("muted", True)
        self.notice.setWordWrap(True)
        self.readout.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        head, foot = QHBoxLayout(), QHBoxLayout()
        head.addWidget(self.legend, 1)
        head.addWidget(self.filter, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self.limits, 0, Qt.AlignmentFlag.AlignTop)
        foot.addWidget(self.readout, 1)
        foot.addWidget(self.scale)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE, 0, 0, 0)
        column.setSpacing(SPACE // 2)
        column.addLayout(head)
        column.addWidget(self.notice)
        column.addWidget(self.view, 1)
        column.addLayout(foot)

    # -- facts

    def set_active(self, *, active: bool) -> None:
        """Keep nothing while out of sight."""
        if not active:
            self._made = self._links = None

    def set_shown(self, shown: Shown | None) -> None:
        """Draw the links of the heads in force."""
        self._shown = shown
        self._draw()

    def set_theme(self, theme: Theme) -> None:
        """Use another look."""
        for part in (self.legend, self.view, self.scale):
            part.set_theme(theme)

    def retranslate(self) -> None:
        """Say everything again in the language in force."""
        self.filter.setAccessibleName(tr("Which links are drawn"))
        self.filter.setToolTip(
            tr("Of a pair, the links from one sentence (1 or 2) to the other, or within one.")
        )
        self.limits.setAccessibleName(tr("Where the strength of the lines ends"))
        self.limits.setToolTip(self.limits.accessibleName())
        _fill(self.filter, {key: tr(words) for key, words in FILTERS.items()})
        _fill(self.limits, {"view": tr("0 – map max"), "fixed": tr("0 – 1")})
        for part in (self.legend, self.view, self.scale):
            part.retranslate()
        self._draw()

    # -- inside

    def _draw(self) -> None:
        shown = self._shown
        self._say(shown)
        if shown is None or not drawable(shown):
            self._links = self._made = None
            self.view.set_links(None, (), high=1.0)
            return
        links = self._link(shown)
        high = 1.0 if shown.state.map_limits == "fixed" else links.high or 1.0
        self.limits.setCurrentIndex(max(self.limits.findData(shown.state.map_limits), 0))
        self.legend.set_heads(shown.layer.heads, shown.heads)
        self.scale.set_high(high)
        self.view.set_links(links, shown.record.tokens, high=high)
        self.view.set_selection(query=shown.token, key=shown.marked_key, pinned=shown.state.pinned)
        self.readout.setText(
            self.view.readout() or tr("Point at a word to see its lines and weights.")
        )

    def _link(self, shown: Shown) -> Links:
        """Return the links, computed again only when layer, heads or filter changed."""
        encoded = shown.record.encoded
        long = len(encoded.visible) > MOST_TOKENS
        token = (-1 if shown.token is None else shown.token) if long else None
        which = cast("Filter", self.filter.currentData() if encoded.pair is not None else "all")
        made = (shown.layer, shown.heads, which, token)
        if self._links is None or self._made is None or not _same(self._made, made):
            self._made = made
            if token is None:
                self._links = links_of(shown.layer, encoded, shown.heads, which=which)
            else:
                self._links = links_from(
                    shown.layer, encoded, shown.heads, token=token, which=which
                )
        return self._links

    def _say(self, shown: Shown | None) -> None:
        """Show only the parts that mean something now, and say why others do not."""
        usable = shown is not None and drawable(shown)
        for part in (self.legend, self.limits, self.view, self.readout, self.scale):
            part.setVisible(usable)
        self.filter.setVisible(
            usable and shown is not None and shown.record.encoded.pair is not None
        )
        words = "" if shown is None else _notice(shown)
        self.notice.setText(words)
        self.notice.setVisible(bool(words))
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        self.notice.setAlignment(middle if usable else Qt.AlignmentFlag.AlignCenter)


def drawable(shown: Shown) -> bool:
    """Whether what is shown is a text whose rows belong to its words."""
    return shown.regular and shown.record.encoded.modality == "text"


def _notice(shown: Shown) -> str:
    count = len(shown.record.encoded.visible)
    if shown.record.encoded.modality == "image":
        return tr(
            "Lines are for words. The {count} tokens of this photo would need {links} of them "
            "per head; the map over the photo shows the same weights.",
            count=locale().toString(count),
            links=locale().toString(count * count),
        )
    if not drawable(shown):
        return tr("The rows of this layer do not belong to the words, so no line can be drawn.")
    if count > MOST_TOKENS:
        return ntr(
            "With more than {count} token, only the lines of the word that is pointed at or "
            "pinned are drawn.",
            "With more than {count} tokens, only the lines of the word that is pointed at or "
            "pinned are drawn.",
            MOST_TOKENS,
        )
    return ""


def _same(
    a: tuple[Layer, tuple[int, ...], str, int | None],
    b: tuple[Layer, tuple[int, ...], str, int | None],
) -> bool:
    return a[0] is b[0] and a[1:] == b[1:]


def _fill(box: QComboBox, choices: dict[str, str] | dict[Filter, str]) -> None:
    chosen = box.currentData() or next(iter(choices))
    box.clear()
    for key, words in choices.items():
        box.addItem(words, key)
    box.setCurrentIndex(box.findData(chosen))
