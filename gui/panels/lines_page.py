"""The page of lines: heads and their colours, which links, the lines, and what they are worth."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from gui.elided import ElidedLabel
from gui.links_source import LinksSource, LinksWish
from gui.messages import Message
from gui.numbers import locale
from gui.panels.choice_box import ChoiceBox
from gui.panels.limits_words import short_limits
from gui.path_source import Counted
from gui.state import Shown
from gui.steady import Steady
from gui.theme import SPACE, Theme
from gui.views.head_legend import HeadLegend
from gui.views.lines import LinesView
from gui.views.lines_scale import LinesScale
from models.counting import WHOLE_LAYER
from models.i18n import ntr, tr
from models.links import FILTERS, MOST_TOKENS, Filter, Links


class LinesPage(QWidget):
    """Draws what is shown as lines; a text of up to ``MOST_TOKENS`` at once, longer ones by token.

    Which links of a pair are drawn is this page's own choice; everything else is the state's.
    """

    limits_changed = Signal(str)

    def __init__(self, parent: QWidget | None = None, *, counted: Counted | None = None) -> None:
        """``counted`` makes the record through what counts; without it only weights are drawn."""
        super().__init__(parent)
        self.source = LinksSource(self, counted=counted)
        self.legend, self.view, self.scale = HeadLegend(), LinesView(), LinesScale()
        self.filter, self.limits = ChoiceBox(), ChoiceBox()
        self.notice, self.readout = QLabel(), ElidedLabel()
        self._shown: Shown | None = None
        self._made: LinksWish | None = None
        self._links: Links | None = None
        self._refusal = ""
        self.source.ready.connect(self._on_links)
        self.source.failed.connect(self._on_failed)
        self.source.late.connect(self._blank)
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
        self.limits.setSizeAdjustPolicy(ChoiceBox.SizeAdjustPolicy.AdjustToContents)
        self.readout.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        head, foot = QHBoxLayout(), QHBoxLayout()
        head.addWidget(self.legend, 1)
        corner = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight
        head.addWidget(self.filter, 0, corner)
        head.addWidget(self.limits, 0, corner)
        self._said = Steady(self.readout)
        foot.addWidget(self._said, 1)
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
            self.source.stop()
            self._made = self._links = None

    def close_lanes(self) -> None:
        """End the thread."""
        self.source.lane.close()

    def set_shown(self, shown: Shown | None) -> None:
        """Draw the links of the heads in force."""
        self._shown = shown
        if shown is not None:
            self.limits.setCurrentIndex(self.limits.findData(shown.state.map_limits))
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
        self.filter.fill({key: tr(words) for key, words in FILTERS.items()})
        self.limits.fill(short_limits())
        for part in (self.legend, self.view, self.scale):
            part.retranslate()
        self._draw()

    # -- inside

    def _draw(self) -> None:
        shown = self._shown
        if shown is None or not drawable(shown):
            self.source.stop()
            self._blank()
            self._made = None
        else:
            wish = self._wish(shown)
            if self._made == wish:
                self.source.stop()
                self._show(shown)
            else:
                self.source.want(wish, shown)
        self._say(shown)

    def _on_links(self, wish: LinksWish, links: Links) -> None:
        self._made, self._links, self._refusal = wish, links, ""
        shown = self._shown
        if shown is not None and wish == self._wish(shown):
            self._show(shown)
            self._say(shown)

    def _on_failed(self, error: BaseException) -> None:
        self._blank()
        self._refusal = Message.of(error).sentence
        self._made = None if self._shown is None else self._wish(self._shown)
        self._say(self._shown)

    def _blank(self) -> None:
        """Draw no lines that are not what is asked for."""
        self._links = self._made = None
        self.view.set_links(None, (), high=1.0)
        self.readout.clear()
        self._say(self._shown)

    def _show(self, shown: Shown) -> None:
        links = self._links
        if links is None:
            return
        limits = shown.state.map_limits
        high = 1.0 if limits == "fixed" else links.high or 1.0
        self.legend.set_heads(shown.layer.heads, shown.heads)
        self.scale.set_high(high, limits=limits)
        self.view.set_links(links, shown.record.tokens, high=high, limits=limits)
        token, key = shown.token, shown.marked_key
        if shown.state.direction == "to":  # the token stands among the keys
            self.view.set_selection(query=None, key=token, pinned=None, held=shown.state.pinned)
        else:
            self.view.set_selection(query=token, key=key, pinned=shown.state.pinned)
        self.readout.setText(
            self.view.readout() or tr("Point at a word to see its lines and weights.")
        )

    def _wish(self, shown: Shown) -> LinksWish:
        """Return which links are drawn; of long inputs those of one token."""
        encoded = shown.record.encoded
        which = cast("Filter", self.filter.currentData() if encoded.pair is not None else "all")
        wish = LinksWish(shown.layer, shown.heads, which, shown.asked)
        if len(encoded.visible) <= MOST_TOKENS:
            return wish
        token = -1 if shown.token is None else shown.token
        return replace(wish, token=token, direction=shown.state.direction)

    def _say(self, shown: Shown | None) -> None:
        """Show only the parts that mean something now, and say why others do not."""
        usable = shown is not None and drawable(shown)
        for part in (self.limits, self.view, self._said, self.scale):
            part.setVisible(usable)
        whole = shown is not None and shown.asked.measure in WHOLE_LAYER
        self.legend.setVisible(usable and not whole)
        self.filter.setVisible(
            usable and shown is not None and shown.record.encoded.pair is not None
        )
        words = "" if shown is None else "\n".join(self._notices(shown))
        self.notice.setText(words)
        self.notice.setVisible(bool(words))
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        self.notice.setAlignment(middle if usable else Qt.AlignmentFlag.AlignCenter)

    def _notices(self, shown: Shown) -> list[str]:
        """Return what must be known of the lines, or why there are none."""
        found = [words] if (words := _notice(shown)) else []
        if not drawable(shown):
            return found
        if self.source.busy:
            return [*found, tr("computing …")]
        if self._refusal and self._links is None:
            return [*found, self._refusal]
        if shown.asked.measure in WHOLE_LAYER:
            found.append(tr("This measure is of all heads together: one line per pair of words."))
        elif shown.asked.measure == "output" and shown.one_head is None:
            found.append(
                tr(
                    "Lines: each head's own shares. Numbers: what the heads add together, which "
                    "is not the mean of their lengths."
                )
            )
        return found


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
