"""Brings the window into the state that a step begins with, through the controller's intents."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace

from PySide6.QtCore import QObject, Qt, Signal

from gui.bench import Bench
from gui.controller import Controller
from gui.state import ViewState
from models.encoded import Modality
from models.lessons.checking import OWN, photo_path
from models.lessons.lesson import Scene
from models.lessons.naming import position
from models.library import DEFAULT_IMAGE_MODEL, DEFAULT_TEXT_MODEL
from models.settings import HEATMAP


class Stage(QObject):
    """``set`` a scene; ``ready`` comes when the window stands as it says, ``failed`` if it cannot.

    A model is opened and an input run only where the scene asks for another than the one there.
    """

    ready = Signal()
    failed = Signal()

    def __init__(self, controller: Controller, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.controller = controller
        self._scene: Scene | None = None
        self._asked: set[str] = set()
        queued = Qt.ConnectionType.QueuedConnection
        for told in (controller.bench_changed, controller.record_changed):
            told.connect(lambda _thing: self._advance(), queued)
        controller.busy_changed.connect(lambda busy: None if busy else self._advance(), queued)
        controller.ended.connect(self._on_ended, queued)

    @property
    def waiting(self) -> bool:
        """Whether the window is still on its way to the scene."""
        return self._scene is not None

    def set(self, scene: Scene) -> None:
        """Begin to bring the window into the state of ``scene``."""
        self._scene, self._asked = scene, set()
        self._advance()

    def _advance(self) -> None:
        scene = self._scene
        if scene is None:
            return
        do = self.controller
        modality: Modality = "image" if scene.photo is not None else "text"
        if scene.photo is None and scene.text is None:
            if do.bench.record is not None:
                self._finish(scene, do.bench)
            return
        bench = do.bench_of(modality)
        usual = DEFAULT_IMAGE_MODEL if modality == "image" else DEFAULT_TEXT_MODEL
        model = scene.model or usual
        if bench.reference != model:
            self._once("model", lambda: do.open_model(model))
            return
        self._asked.add("model")  # it is there: if it goes, the person opened another
        if scene.photo == OWN and do.bench is not bench and bench.photo is not None:
            self._once("front", lambda: do.bring_front("image"))
        elif do.bench is not bench or not _given(bench, scene):
            self._once("input", lambda: self._give(scene))
        elif bench.record is None or self._working:
            return
        elif _ran(bench, scene):
            self._finish(scene, bench)
        else:
            self._once("again", lambda: self._give(scene))  # given before, and cancelled

    @property
    def _working(self) -> bool:
        """Whether something is under way; a model that was opened, until it is in its place."""
        return self.controller.busy or bool(self.controller.opening)

    def _once(self, what: str, do: Callable[[], object]) -> None:
        """Ask for something; asked for in vain, the person wanted another thing meanwhile."""
        if what not in self._asked:
            self._asked.add(what)
            do()
        elif not self._working:
            self._give_up()

    def _give_up(self) -> None:
        self._scene = None
        self.failed.emit()

    def _give(self, scene: Scene) -> None:
        if scene.photo is not None:
            path = photo_path(scene.photo)
            self.controller.set_photo(path, name=path.name)
        else:
            self.controller.set_text(scene.text or "", scene.pair)

    def _finish(self, scene: Scene, bench: Bench) -> None:
        record = bench.record
        assert record is not None  # noqa: S101  # asked by the caller
        self._scene = None
        old = bench.state
        new = replace(
            ViewState(),
            colour_map=old.colour_map,
            opacity=old.opacity,
            page=scene.page or HEATMAP,
            layer=-1 if scene.layer is None else min(scene.layer, len(record.layers)) - 1,
            heads=tuple(head - 1 for head in scene.heads or ()),
            pinned=None if scene.token is None else position(record, scene.token),
            key=None if scene.key is None else position(record, scene.key),
        )
        if scene.layer is None:
            new = replace(new, layer=len(record.layers) - 1)
        self.controller.change(**{f.name: getattr(new, f.name) for f in fields(new)})
        self.ready.emit()

    def _on_ended(self) -> None:
        if self._scene is not None and not self._working:
            self._give_up()


def _given(bench: Bench, scene: Scene) -> bool:
    """Whether the bench was given the scene's input, run or not."""
    if scene.photo == OWN and bench.photo is not None:
        return True
    if scene.photo is not None:
        return bench.photo_name == photo_path(scene.photo).name
    return (bench.text, bench.pair) == (scene.text, scene.pair)


def _ran(bench: Bench, scene: Scene) -> bool:
    """Whether what the bench shows is of the scene's input."""
    assert bench.record is not None  # noqa: S101  # asked by the caller
    encoded = bench.record.encoded
    if scene.photo == OWN:
        return encoded.photo_name == bench.photo_name
    if scene.photo is not None:
        return encoded.photo_name == photo_path(scene.photo).name
    return (encoded.text, encoded.pair) == (scene.text, scene.pair)
