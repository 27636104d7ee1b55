"""Takes real pictures of the running window: for the README, and to look at while working.

``python -m tests.helpers.pictures readme`` renews the pictures of the README in ``docs/pictures``;
``python -m tests.helpers.pictures all FOLDER`` takes every state in both languages, light and
dark, at 1280×800 and 1920×1080.
"""

from __future__ import annotations

import itertools
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

from PIL import Image
from PySide6.QtTest import QSignalSpy
from PySide6.QtWidgets import QApplication, QWidget

from gui.app import Program
from gui.fonts import use_bundled_font
from gui.labs.state import BENCHES, Kind
from gui.panels.atlas_page import AtlasPage
from gui.worker import leave_at_once, threads_end
from models.compare_other import Other
from models.compare_senses import senses_of
from models.i18n import set_language, tr
from models.library import DEFAULT_IMAGE_MODEL, DEFAULT_TEXT_MODEL
from models.settings import HEATMAP, Start
from tests.helpers.states import settle, until

ROOT: Final = Path(__file__).resolve().parent.parent.parent
PATIENCE: Final = 120_000  # milliseconds


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: its name, and what to do with the running program before it is taken.

    What ``prepare`` returns is pictured in place of the main window, and closed afterwards.
    """

    name: str
    prepare: Callable[[Program], QWidget | None]


def _text(program: Program) -> None:
    if program.controller.bench_of("text").reference != DEFAULT_TEXT_MODEL:
        program.controller.open_model(DEFAULT_TEXT_MODEL)
        wait(lambda: program.controller.bench_of("text").reference == DEFAULT_TEXT_MODEL)
    program.controller.set_text("O gato está no telhado")
    wait(lambda: program.controller.bench.record is not None and not program.controller.busy)
    program.controller.change(layer=-1, heads=(), pinned=6, key=None)


def _lines(program: Program) -> None:
    """Every head's lines of one word, and its weights."""
    _text(program)
    program.controller.change(page="lines", layer=5, pinned=2)


def _lines_all(program: Program) -> None:
    """A pair: every line of three heads."""
    _pair(program)
    program.controller.change(page="lines", layer=4, heads=(0, 3, 7), pinned=None)
    settle()
    wait(lambda: program.window.map.pages["lines"].view.finished)  # type: ignore[attr-defined]


def _lines_photo(program: Program) -> None:
    _photo(program)
    program.controller.change(page="lines")


def _layers(program: Program) -> None:
    """The row of one word in every layer."""
    _text(program)
    program.controller.change(page="layers", layer=5, pinned=6)
    _wait_for_flow(program)


def _layers_photo(program: Program) -> None:
    """The map of one patch in every layer."""
    _patch(program)
    program.controller.change(page="layers", layer=8, heads=())
    _wait_for_flow(program)


def _wait_for_flow(program: Program) -> None:
    page = program.window.map.pages["layers"]
    wait(lambda: page.flows.flow is not None)  # type: ignore[attr-defined]


def _compare(program: Program) -> None:
    """Two sentences with one word in two senses, and their difference."""
    _text(program)
    program.controller.set_text("Sentei no banco da praça")
    wait(lambda: not program.controller.busy)
    program.controller.change(page="compare", layer=5, pinned=4)
    page = program.window.map.pages["compare"]
    page.choice.set_other(Other("text", text="Fui ao banco sacar dinheiro"))  # type: ignore[attr-defined]
    wait(lambda: not page.source.busy)  # type: ignore[attr-defined]


def _compare_senses(program: Program) -> None:
    """The curves of one word."""
    _text(program)
    program.controller.change(page="compare", layer=5, pinned=2)
    page = program.window.map.pages["compare"]
    senses = senses_of("banco")
    page.show_senses(senses)  # type: ignore[attr-defined]
    wait(lambda: page._curves is not None)  # type: ignore[attr-defined]
    wait(lambda: not program.controller.busy and not page.source.busy)  # type: ignore[attr-defined]


def _compare_part(program: Program) -> None:
    """A photo and a part of it: patches aligned with what they show."""
    _patch(program)
    program.controller.change(page="compare", layer=10, heads=(3,))
    page = program.window.map.pages["compare"]
    with Image.open(ROOT / "assets" / "images" / "cat.jpg") as photo:
        part = photo.convert("RGB").crop((90, 60, 270, 240))
    page.choice.set_other(Other("photo", picture=part, text="part.png"))  # type: ignore[attr-defined]
    wait(lambda: page.beside is not None)  # type: ignore[attr-defined]


def _words_counted(program: Program) -> None:
    """Words by what they really add."""
    _pair(program)
    program.controller.change(page="lines", words=True, measure="output", map_limits="log")
    _wait_for_measure(program)
    wait(lambda: not program.window.map.pages["lines"].source.busy)  # type: ignore[attr-defined]


def _compare_photo(program: Program) -> None:
    """One patch in two heads."""
    _patch(program)
    program.controller.change(page="compare", layer=10, heads=(3,))
    page = program.window.map.pages["compare"]
    page.choice.set_other(Other("head", number=1))  # type: ignore[attr-defined]
    wait(lambda: not page.source.busy)  # type: ignore[attr-defined]


def _counts(program: Program) -> None:
    """What each key really adds, special tokens hidden."""
    _text(program)
    program.controller.change(measure="output", hide_special=True)
    _wait_for_measure(program)


def _counts_column(program: Program) -> None:
    """How much of one word is in every other after all layers."""
    _text(program)
    program.controller.change(measure="rollout", direction="to", pinned=2, layer=3)
    _wait_for_measure(program)


def _counts_photo(program: Program) -> None:
    """The patches that turn a patch when they are taken away."""
    _patch(program)
    program.controller.change(measure="zeroing")
    _wait_for_measure(program)


def _wait_for_measure(program: Program) -> None:
    wait(lambda: program.controller.shown is not None and not program.controller.shown.waiting)


def _one_head(program: Program) -> None:
    _text(program)
    program.controller.change(layer=11, heads=(2,), pinned=6, key=3)


def _pair(program: Program) -> None:
    program.controller.set_text(
        "Sentei no banco da praça para ler.", "Fui ao banco sacar dinheiro para a viagem."
    )
    wait(lambda: not program.controller.busy)
    program.controller.change(layer=5, heads=(), pinned=4, key=None)


def _show_photo(program: Program, name: str) -> None:
    if program.controller.bench_of("image").reference not in {"", DEFAULT_IMAGE_MODEL}:
        program.controller.open_model(DEFAULT_IMAGE_MODEL)
        wait(lambda: program.controller.bench_of("image").reference == DEFAULT_IMAGE_MODEL)
    program.controller.set_photo(ROOT / "assets" / "images" / name, name=name)
    wait(lambda: _photo_name(program) == name)
    wait(lambda: not program.controller.busy)


def _usual_size(program: Program) -> None:
    """Undo what smaller pictures for experiments left behind."""
    if program.controller.bench.size is not None:
        with_size = QSignalSpy(program.controller.record_changed)
        program.controller.pick_size(None)
        wait(lambda: with_size.count() > 0)
        wait(lambda: not program.controller.busy)


def _photo_name(program: Program) -> str:
    record = program.controller.bench.record
    return "" if record is None else record.encoded.photo_name


def _photo(program: Program) -> None:
    _show_photo(program, "coffee.jpg")
    _usual_size(program)
    program.controller.change(layer=-1, heads=(), pinned=0, key=None, smooth=False)


def _patch(program: Program) -> None:
    _show_photo(program, "cat.jpg")
    _usual_size(program)
    program.controller.change(layer=10, heads=(3,), pinned=86, smooth=True)


def _released(program: Program) -> None:
    _text(program)
    program.controller.change(pinned=None, key=None)


def _error(program: Program) -> None:
    _text(program)
    with tempfile.TemporaryDirectory() as folder:
        empty = Path(folder) / "empty.onnx"
        empty.touch()
        program.controller.open_model(str(empty))
        wait(lambda: not program.controller.busy)
        wait(lambda: bool(program.window.messages.strips))


def _model(program: Program) -> None:
    _text(program)
    program.model_tab.show()


def _model_photo(program: Program) -> None:
    _photo(program)
    program.model_tab.show()


def _model_fed(program: Program) -> None:
    """The lower half of the card: what is fed, and the layers."""
    _model_photo(program)
    settle()
    bar = program.model_tab.card.page.verticalScrollBar()
    bar.setValue(bar.maximum())


def _model_missing(program: Program) -> None:
    path = ROOT / "tests" / "zoo" / "bert" / "onnx" / "model_ts17_eager_static.onnx"
    program.controller.open_model(str(path))
    wait(lambda: program.controller.bench_of("text").reference == str(path))
    wait(lambda: not program.controller.busy)
    wait(lambda: program.controller.bench.record is not None)
    program.model_tab.show()


def _atlas(program: Program) -> AtlasPage:
    """Bring the page of all heads to the front and wait for what it shows."""
    program.controller.change(page="heads", words=False)
    page = program.window.map.page("heads")
    assert isinstance(page, AtlasPage)
    page.tools.views["mosaic"].click()
    wait(lambda: page.figures is not None and bool(page.atlas.found))
    settle()
    if page.area.map_seen:
        wait(lambda: page.similarity is not None)
    return page


def _heads_of(program: Program, measure: str, *, sort: bool, view: str) -> None:
    page = _atlas(program)
    page.tools.measure.setCurrentIndex(page.tools.measure.findData(measure))
    page.tools.sort.setChecked(sort)
    page.tools.changed.emit()
    page.tools.views[view].click()


def _heads_set(program: Program) -> None:
    """Heads of several layers chosen together, with what they measure."""
    _one_head(program)
    _heads_of(program, "entropy", sort=False, view="mosaic")
    marked = ((2, 3), (2, 4), (5, 1), (8, 10))
    program.controller.change(layer=2, heads=(3, 4), marked=marked)


def _heads(program: Program) -> None:
    _one_head(program)
    _heads_of(program, "", sort=False, view="mosaic")


def _heads_sorted(program: Program) -> None:
    _pair(program)
    _heads_of(program, "distance", sort=True, view="mosaic")


def _heads_table(program: Program) -> None:
    _one_head(program)
    _heads_of(program, "", sort=False, view="table")


def _heads_photo(program: Program) -> None:
    _photo(program)
    _heads_of(program, "pixel_distance", sort=False, view="mosaic")


def _words(program: Program) -> None:
    _pair(program)
    program.controller.change(page="heatmap", words=True, heads=(2,))


def _lab(program: Program, *kinds: Kind, end: bool = False, **changes: object) -> None:
    """Run experiments on what is shown, and show the first or the last of them."""
    program.labs.show()
    settle()
    lab, panel = program.labs.lab, program.labs.panel
    assert lab is not None  # it is shown
    assert panel is not None
    lab.change(kinds[0], bench=BENCHES[kinds[0]], **changes)
    for kind in kinds:
        wait(lambda: lab.state.running is None)
        lab.run(kind)
        wait(lambda: lab.state.running is None)
    settle()
    cards, bar = panel.bench.cards, panel.bench.verticalScrollBar()
    last = cards[-1].y() if len(cards) > 1 else bar.maximum()
    bar.setValue(last if end else 0)


def _lab_dropout(program: Program, *, end: bool = False) -> None:
    _text(program)
    program.controller.change(layer=11, heads=(2,), pinned=6)
    _lab(program, "row_dropout", "training", training=True, end=end)


def _lab_heads(program: Program, *, end: bool = False) -> None:
    _text(program)
    _lab(program, "heads", "ranking", heads=((3, 4), (7, 1)), end=end)


def _lab_other_choices(program: Program) -> None:
    """A result of another token than the one that is pinned now, which it names."""
    _text(program)
    program.controller.change(layer=11, heads=(2,), pinned=2)
    _lab(program, "token", scope="layer")
    program.controller.change(pinned=6)


def _lab_tokens(program: Program, *, end: bool = False) -> None:
    _text(program)
    program.controller.change(layer=11, heads=(2,), pinned=2)
    _lab(program, "token", "occlusion", scope="layer", end=end)


def _small_photo(program: Program) -> None:
    """A photo at 8 × 8 patches, so that each can be covered in turn."""
    _show_photo(program, "cat.jpg")
    if program.controller.bench.size != (112, 112):
        with_size = QSignalSpy(program.controller.record_changed)
        program.controller.pick_size((112, 112))
        wait(lambda: with_size.count() > 0)
    wait(lambda: not program.controller.busy)
    program.controller.change(layer=10, heads=(3,), pinned=19)


def _lab_photo(program: Program, *, end: bool = False) -> None:
    _small_photo(program)
    _lab(program, "token", "occlusion", scope="input", end=end)


def _lab_photo_dropout(program: Program) -> None:
    _small_photo(program)
    _lab(program, "row_dropout", "training", training=True, passes=5, attention=0.1, hidden=0.1)


def _lab_arrow(program: Program, *, end: bool = False) -> None:
    _text(program)
    program.controller.change(layer=11, heads=(2,), pinned=6, key=2)
    _lab(program, "arrow", "search", change="cut", end=end)


def _lab_faithfulness(program: Program, *, end: bool = False) -> None:
    _text(program)
    _lab(program, "faithfulness", end=end)


def _lesson(program: Program) -> None:
    _text(program)
    learning = program.teaching.learning
    learning.open(learning.panel.list.buttons[3].lesson)
    wait(lambda: not learning.stage.waiting)


SHOTS: Final = (
    Shot("lesson", _lesson),
    Shot("labs-dropout", _lab_dropout),
    Shot("labs-dropout-end", partial(_lab_dropout, end=True)),
    Shot("labs-heads", _lab_heads),
    Shot("labs-heads-end", partial(_lab_heads, end=True)),
    Shot("labs-tokens", _lab_tokens),
    Shot("labs-other-choices", _lab_other_choices),
    Shot("labs-tokens-end", partial(_lab_tokens, end=True)),
    Shot("labs-photo", partial(_lab_photo, end=True)),
    Shot("labs-photo-dropout", _lab_photo_dropout),
    Shot("labs-arrow", _lab_arrow),
    Shot("labs-arrow-end", partial(_lab_arrow, end=True)),
    Shot("labs-faithfulness", _lab_faithfulness),
    Shot("labs-faithfulness-end", partial(_lab_faithfulness, end=True)),
    Shot("model", _model),
    Shot("model-photo", _model_photo),
    Shot("model-fed", _model_fed),
    Shot("model-missing", _model_missing),
    Shot("text", _text),
    Shot("text-head", _one_head),
    Shot("lines", _lines),
    Shot("lines-pair", _lines_all),
    Shot("lines-photo", _lines_photo),
    Shot("compare", _compare),
    Shot("compare-senses", _compare_senses),
    Shot("compare-photo", _compare_photo),
    Shot("compare-part", _compare_part),
    Shot("words-counted", _words_counted),
    Shot("layers", _layers),
    Shot("heads", _heads),
    Shot("heads-set", _heads_set),
    Shot("heads-sorted", _heads_sorted),
    Shot("heads-table", _heads_table),
    Shot("heads-photo", _heads_photo),
    Shot("words", _words),
    Shot("layers-photo", _layers_photo),
    Shot("counts", _counts),
    Shot("counts-column", _counts_column),
    Shot("counts-photo", _counts_photo),
    Shot("pair", _pair),
    Shot("photo", _photo),
    Shot("patch", _patch),
    Shot("released", _released),
    Shot("error", _error),
)


def wait(reached: Callable[[], bool]) -> None:
    """Run the event loop until ``reached``; AssertionError when it takes too long."""
    until(reached, patience=PATIENCE)


def take(
    program: Program, shot: Shot, *, size: tuple[int, int], theme: str, language: str, path: Path
) -> None:
    """Bring the program into the state of ``shot`` and save its picture."""
    set_language(language)
    program.teaching.put_away()
    program.window.resize(*size)
    program.use_theme(theme)
    program.retranslate()
    for strip in program.window.messages.strips:
        strip.deleteLater()
    program.window.side.setCurrentIndex(0)
    program.controller.change(page=HEATMAP, measure="weight", direction="from", hide_special=False)
    program.controller.change(words=False, map_limits="view")
    other = shot.prepare(program)
    wait(lambda: program.controller.bench.model is not None)
    wait(lambda: bool(program.controller.provenance.checked_on))
    wait(lambda: _map_is_new(program))
    settle()
    (other or program.window).grab().save(str(path))
    if other is not None:
        other.close()
        settle()


def _map_is_new(program: Program) -> bool:
    """Tell whether the map of what is shown is there; the one of before stays some milliseconds."""
    heatmap, shown = program.window.map.heatmap, program.controller.shown
    if shown is None or not heatmap.isVisible():
        return True
    if heatmap.waiting.isVisible():
        return not heatmap.waiting.text().startswith(tr("computing …"))
    return heatmap.matrix is not None and heatmap.matrix.fits(shown)


def started() -> Program:
    """Return a running program with its heatmap built."""
    store = Path(tempfile.mkdtemp()) / "preferences.json"
    program = Program(replace(Start(), language="en", theme="light"), stored=store)
    program.show()
    wait(lambda: program.window.map.view is not None)
    return program


def _readme(program: Program) -> Iterator[tuple[Shot, str, str, str]]:
    by_name = {shot.name: shot for shot in SHOTS}
    for language in ("en", "pt"):
        for name, theme in (("text", "light"), ("text-head", "dark"), ("photo", "light")):
            yield by_name[name], theme, language, f"{name}-{theme}-{language}.png"
        for name, theme in (("patch", "dark"), ("heads", "light"), ("labs-dropout", "dark")):
            yield by_name[name], theme, language, f"{name}-{theme}-{language}.png"


def main() -> None:
    """Do what the arguments say."""
    QApplication.setStyle("Fusion")
    app = QApplication(sys.argv[:1])
    use_bundled_font(app)
    program = started()
    from tests.helpers.more_pictures import MORE  # noqa: PLC0415  # it builds on this file

    if sys.argv[1:2] == ["readme"]:
        folder = ROOT / "docs" / "pictures"
        folder.mkdir(parents=True, exist_ok=True)
        for shot, theme, language, name in _readme(program):
            take(
                program, shot, size=(1280, 800), theme=theme, language=language, path=folder / name
            )
    elif sys.argv[1:2] == ["all"]:
        folder = Path(sys.argv[2])
        wanted = set(sys.argv[3:])
        folder.mkdir(parents=True, exist_ok=True)
        sizes = ((1280, 800), (1920, 1080))
        for size, theme, language in itertools.product(sizes, ("light", "dark"), ("pt", "en")):
            for shot in (*SHOTS, *MORE):
                if not wanted or shot.name in wanted:
                    path = folder / f"{shot.name}-{theme}-{language}-{size[0]}.png"
                    take(program, shot, size=size, theme=theme, language=language, path=path)
    else:
        sys.exit(__doc__)
    program.window.close()
    if not threads_end(PATIENCE / 1000):
        leave_at_once(0)


if __name__ == "__main__":
    main()
