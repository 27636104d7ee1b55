"""The little markup of lessons, made into rich text: paragraphs, lists, tables, bold, italics."""

from __future__ import annotations

import html
import re
from typing import Final

from gui.zoom import scaled

WIDE: Final = 3  # columns from which a table is written smaller, for the narrow panel
# The typeface has no heavier letters than these: a bolder weight is drawn twice, and blurred.
WEIGHTS = "<style>b, th { font-weight: 600; }</style>"
_BOLD = re.compile(r"\*\*(.+?)\*\*")
_CODE = re.compile(r"`([^`]+)`")
_ITALIC = re.compile(r"(?<!\w)\*([^*\s][^*]*?)\*(?!\w)")


def rich(text: str, *, border: str = "gray") -> str:
    """Return ``text`` as HTML; whatever looks like HTML in it is shown as it is written."""
    return WEIGHTS + "".join(_block(b, border) for b in re.split(r"\n\s*\n", text.strip()))


def inline(text: str) -> str:
    """Return one line's words as HTML."""
    safe = _CODE.sub(r"<code>\1</code>", html.escape(text, quote=False))
    return _ITALIC.sub(r"<i>\1</i>", _BOLD.sub(r"<b>\1</b>", safe))


def _block(block: str, border: str) -> str:
    lines = [line.strip() for line in block.split("\n")]
    if all(line.startswith("|") for line in lines):
        return _table(lines, border)
    if all(line.startswith("- ") for line in lines):
        items = "".join(f"<li>{inline(line[2:])}</li>" for line in lines)
        return f'<ul style="margin: 0 0 8px 0; -qt-list-indent: 1;">{items}</ul>'
    return f'<p style="margin: 0 0 8px 0; line-height: 130%;">{inline(" ".join(lines))}</p>'


def _table(lines: list[str], border: str) -> str:
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    wide = max(len(row) for row in rows) >= WIDE
    small = f' style="font-size: {scaled(12)}px;"' if wide else ""
    body = ""
    for i, row in enumerate(rows):
        cell = "th align=left" if i == 0 else "td"
        body += "<tr>" + "".join(f"<{cell}{small}>{inline(one)}</{cell[:2]}>" for one in row)
        body += "</tr>"
    return (
        f'<table border="1" cellspacing="0" cellpadding="{3 if wide else 4}" width="100%"'
        f' style="border-collapse: collapse; border-color: {border};">{body}</table><p></p>'
    )
