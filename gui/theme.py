"""Colours, spacing and type: the one place that says how the window looks, light and dark.

Query, key and value keep one colour each in every view. The three come from Okabe and Ito's
colour-blind-safe set ("Color Universal Design", 2008), lightened for dark backgrounds; text
reaches WCAG AA contrast on ``surface`` and ``background`` in both themes.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication, QPalette

ThemeName = Literal["light", "dark"]


@dataclass(frozen=True, slots=True)
class Theme:
    """One look. Colours are ``#rrggbb``."""

    name: ThemeName
    background: str  # behind everything
    surface: str  # cards, panels, fields
    raised: str  # chips, buttons, headers on a surface
    border: str
    text: str
    muted: str  # secondary text, still AA
    accent: str  # selection, focus, the pinned token
    on_accent: str  # text on accent
    accent_soft: str  # wash behind a hovered or related thing
    query: str
    key: str
    value: str
    warning: str
    error: str
    good: str


LIGHT: Final = Theme(
    name="light",
    background="#f4f5f7",
    surface="#ffffff",
    raised="#eef0f4",
    border="#d5d9e0",
    text="#1b1f27",
    muted="#5a6372",
    accent="#0b6e75",
    on_accent="#ffffff",
    accent_soft="#d9eff0",
    query="#0b62a8",
    key="#b04a00",
    value="#00725a",
    warning="#8a5a00",
    error="#b3261e",
    good="#1c6b3c",
)
DARK: Final = Theme(
    name="dark",
    background="#14171c",
    surface="#1c2027",
    raised="#282e38",
    border="#3a424f",
    text="#e8eaee",
    muted="#a3adbb",
    accent="#4cc9c4",
    on_accent="#06201f",
    accent_soft="#173a3c",
    query="#6cb8f5",
    key="#f2a465",
    value="#4fd1a5",
    warning="#f0c05a",
    error="#ff8f86",
    good="#7ad49a",
)

_ICONS: Final = (Path(__file__).resolve().parent.parent / "assets" / "icons").as_posix()
SPACE: Final = 8  # the grid of the layout, in logical pixels
RADIUS: Final = 6


def theme_for(choice: str) -> Theme:
    """Return the theme for ``light``, ``dark`` or ``system`` (which follows the desktop)."""
    if choice == "system":
        scheme = QGuiApplication.styleHints().colorScheme()
        return DARK if scheme == Qt.ColorScheme.Dark else LIGHT
    return DARK if choice == "dark" else LIGHT


def palette(theme: Theme) -> QPalette:
    """Return the Qt palette of ``theme``, for the Fusion style."""
    colours = QPalette()
    role = QPalette.ColorRole
    for which, colour in (
        (role.Window, theme.background),
        (role.WindowText, theme.text),
        (role.Base, theme.surface),
        (role.AlternateBase, theme.raised),
        (role.Text, theme.text),
        (role.PlaceholderText, theme.muted),
        (role.Button, theme.raised),
        (role.ButtonText, theme.text),
        (role.ToolTipBase, theme.surface),
        (role.ToolTipText, theme.text),
        (role.Highlight, theme.accent),
        (role.HighlightedText, theme.on_accent),
        (role.Link, theme.accent),
        (role.Mid, theme.border),
        (role.Dark, theme.border),
        (role.Light, theme.surface),
        (role.Accent, theme.accent),
    ):
        colours.setColor(which, QColor(colour))
    disabled = QPalette.ColorGroup.Disabled
    for which in (role.WindowText, role.Text, role.ButtonText):
        colours.setColor(disabled, which, QColor(theme.muted))
    return colours


def style_sheet(theme: Theme) -> str:
    """Return the few rules the palette cannot express: borders, corners, focus."""
    return f"""
    QToolTip {{ color: {theme.text}; background: {theme.surface};
        border: 1px solid {theme.border}; padding: 4px 6px; }}
    QLineEdit, QPlainTextEdit, QComboBox, QAbstractSpinBox {{ background: {theme.surface};
        border: 1px solid {theme.border}; border-radius: {RADIUS}px; padding: 5px 8px;
        selection-background-color: {theme.accent}; selection-color: {theme.on_accent}; }}
    QLineEdit:focus, QPlainTextEdit:focus, QComboBox:focus, QAbstractSpinBox:focus {{
        border: 2px solid {theme.accent}; padding: 4px 7px; }}
    QAbstractSpinBox {{ padding-right: 4px; }}
    QAbstractSpinBox QLineEdit, QAbstractSpinBox QLineEdit:focus {{ border: none; padding: 0;
        background: transparent; }}
    QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{ width: 18px; border: none;
        background: transparent; subcontrol-origin: border; right: 3px; }}
    QAbstractSpinBox::up-button {{ subcontrol-position: top right; top: 3px; }}
    QAbstractSpinBox::down-button {{ subcontrol-position: bottom right; bottom: 3px; }}
    QAbstractSpinBox::up-arrow {{ image: url({_ICONS}/up-{theme.name}.svg); width: 9px;
        height: 9px; }}
    QAbstractSpinBox::down-arrow {{ image: url({_ICONS}/down-{theme.name}.svg); width: 9px;
        height: 9px; }}
    QComboBox {{ combobox-popup: 0; }}
    QComboBox::drop-down {{ border: none; width: 20px; }}
    QComboBox::down-arrow {{ image: url({_ICONS}/down-{theme.name}.svg); width: 10px;
        height: 10px; }}
    QToolButton::menu-indicator {{ image: url({_ICONS}/down-{theme.name}.svg); width: 10px;
        height: 10px; subcontrol-origin: padding; subcontrol-position: right center; right: 7px; }}
    QComboBox QAbstractItemView {{ background: {theme.surface}; color: {theme.text};
        border: 1px solid {theme.border}; padding: 3px; outline: none;
        selection-background-color: {theme.accent_soft}; selection-color: {theme.text}; }}
    QComboBox QAbstractItemView::item {{ min-height: 26px; padding: 0 8px; }}
    QComboBox QAbstractItemView::item:selected {{ background: {theme.accent_soft};
        color: {theme.text}; border-radius: 4px; }}
    QPushButton, QToolButton {{ background: {theme.raised}; color: {theme.text};
        border: 1px solid {theme.border}; border-radius: {RADIUS}px; padding: 5px 12px; }}
    QToolButton {{ padding: 5px 9px; }}
    QPushButton:hover, QToolButton:hover {{ background: {theme.accent_soft}; }}
    QPushButton:checked, QToolButton:checked {{ background: {theme.accent};
        color: {theme.on_accent}; border-color: {theme.accent}; }}
    QPushButton:disabled, QToolButton:disabled {{ color: {theme.muted}; }}
    QCheckBox::indicator, QRadioButton::indicator {{ width: 14px; height: 14px;
        border: 1px solid {theme.muted}; border-radius: 4px; background: {theme.surface}; }}
    QRadioButton::indicator {{ border-radius: 8px; }}
    QCheckBox::indicator:checked, QRadioButton::indicator:checked {{ background: {theme.accent};
        border-color: {theme.accent}; image: url({_ICONS}/check-{theme.name}.svg); }}
    QCheckBox::indicator:disabled, QRadioButton::indicator:disabled {{
        border-color: {theme.border}; }}
    QMenu {{ background: {theme.surface}; border: 1px solid {theme.border}; padding: 4px; }}
    QMenu::item {{ padding: 4px 21px; border-radius: 4px; border: 1px solid transparent; }}
    QMenu::item:selected {{ background: {theme.accent_soft}; color: {theme.text};
        border-color: {theme.accent}; }}
    QMenu::item:disabled {{ color: {theme.muted}; }}
    QSplitter::handle {{ background: {theme.background}; }}
    QSplitter::handle:hover {{ background: {theme.accent_soft}; }}
    QTableView {{ background: {theme.surface}; border: 1px solid {theme.border};
        gridline-color: {theme.border}; selection-background-color: {theme.accent_soft};
        selection-color: {theme.text}; }}
    QHeaderView::section {{ background: {theme.raised}; color: {theme.muted}; border: none;
        border-bottom: 1px solid {theme.border}; padding: 4px 8px; }}
    QTabBar::tab {{ color: {theme.muted}; padding: 6px 14px; border: none;
        border-bottom: 2px solid transparent; background: transparent; }}
    QTabBar::tab:selected {{ color: {theme.text}; border-bottom: 2px solid {theme.accent}; }}
    QTabWidget::pane {{ border: none; }}
    QFrame[card="true"] {{ background: {theme.surface}; border: 1px solid {theme.border};
        border-radius: {RADIUS}px; }}
    QLabel[muted="true"] {{ color: {theme.muted}; }}
    QLabel[title="true"] {{ color: {theme.text}; font-weight: 600; }}
    QScrollArea, QScrollArea > QWidget > QWidget {{ background: transparent; border: none; }}
    QStatusBar {{ background: {theme.background}; color: {theme.muted}; }}
    QStatusBar::item {{ border: none; }}
    QScrollBar:vertical {{ width: 10px; background: transparent; }}
    QScrollBar:horizontal {{ height: 10px; background: transparent; }}
    QScrollBar::handle {{ background: {theme.border}; border-radius: 4px; min-height: 24px;
        min-width: 24px; }}
    QScrollBar::handle:hover {{ background: {theme.muted}; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
    """
