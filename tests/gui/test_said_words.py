"""No words for people are written into the code without being offered for translation."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parent.parent.parent
SETTERS: Final = {
    "setText", "setToolTip", "setWindowTitle", "setAccessibleName", "setAccessibleDescription",
    "addAction", "addItem", "addItems", "addTab", "setTabText", "setTitle", "setPlaceholderText",
    "setStatusTip", "setWhatsThis", "setItemText", "setHeaderLabels", "addButton", "setLabelText",
    "setInformativeText", "setPrefix", "setSuffix", "setSpecialValueText", "setHtml",
    "setPlainText", "setTabToolTip", "addMenu", "drawText", "showMessage",
    "setHorizontalHeaderLabels",
}  # fmt: skip
MAKERS: Final = {"QLabel", "QPushButton", "QToolButton", "QCheckBox", "QRadioButton", "QAction",
                 "QGroupBox", "QMessageBox", "QTreeWidgetItem", "QListWidgetItem",
                 "QTableWidgetItem", "Message"}  # fmt: skip
TOLD: Final = {"print", "write", "writelines"}
SAME_IN_BOTH: Final = {
    "Mirante", "{} · Mirante", "Português", "English", "PT", "EN", "NumPy", "NaN",
    "softmax({}·{} ÷ √d)·{}",
}  # fmt: skip


def _words(node: ast.expr) -> str:
    """Return what of an argument is written literally; places that are filled become ``{}``."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if isinstance(node, ast.JoinedStr):
        return "".join(
            "{}" if isinstance(v, ast.FormattedValue) else _words(v) for v in node.values
        )
    if isinstance(node, ast.BinOp):
        return f"{_words(node.left)}{_words(node.right)}"
    if isinstance(node, ast.IfExp):
        return f"{_words(node.body)} {_words(node.orelse)}"
    if isinstance(node, ast.List | ast.Tuple):
        return " ".join(_words(item) for item in node.elts)
    return ""


def _is_language(text: str) -> bool:
    """Whether ``text`` has a word: two letters in a row that are no markup and no file type."""
    text = re.sub(r"<[^>]*>", " ", text).strip()
    return bool(re.search(r"[^\W\d_]{2,}", text)) and text not in SAME_IN_BOTH


def _called(node: ast.Call) -> str:
    return getattr(node.func, "attr", "") or getattr(node.func, "id", "")


def untranslatable(source: str, *, speakers: set[str]) -> Iterator[tuple[int, str]]:
    """Yield line and words of every literal that one of ``speakers`` is given."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and _called(node) in speakers:
            said = node.args[:1] if _called(node) == "addItem" else node.args  # then its data
            for argument in said:
                text = _words(argument)
                if _is_language(text):
                    yield node.lineno, text


def _found(paths: Iterable[Path], speakers: set[str]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{line}: {text}"
        for path in sorted(paths)
        for line, text in untranslatable(path.read_text(encoding="utf-8"), speakers=speakers)
    ]


def test_the_window_says_nothing_that_cannot_be_translated() -> None:
    assert _found((ROOT / "gui").rglob("*.py"), SETTERS | MAKERS) == []


def test_the_commands_print_nothing_that_cannot_be_translated() -> None:
    commands = (ROOT / "models" / "commands").rglob("*.py")
    assert _found([ROOT / "main.py", *commands], TOLD) == []


@pytest.mark.parametrize(
    "line",
    ['label.setText("Open a model")', 'QLabel("Weights")', 'x.setToolTip(f"{n} tokens")',
     'menu.addAction("Quit" if a else "Leave")', 'box.setHtml("<b>" + "gone" + "</b>")'],
)  # fmt: skip
def test_hard_coded_words_are_found(line: str) -> None:
    assert list(untranslatable(line, speakers=SETTERS | MAKERS))


@pytest.mark.parametrize(
    "line",
    ['label.setText(tr("Open a model"))', 'label.setText("×")', 'label.setText(f"{a} · {b}")',
     'label.setText(f"<b>{a}</b>")', 'x.setText("")'],
)  # fmt: skip
def test_signs_and_translated_words_are_not(line: str) -> None:
    assert not list(untranslatable(line, speakers=SETTERS | MAKERS))
