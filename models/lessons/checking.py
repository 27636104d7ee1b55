"""Whether a lesson's claims are true of the models: run by the tests, and by a teacher."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Final

from models.api import Model
from models.experiments.laboratory import Laboratory
from models.lessons.experiments import rehearsed
from models.lessons.expression import Expression, pieces
from models.lessons.lesson import Claim, Lesson, Scene, Step
from models.lessons.live import Live
from models.lessons.naming import position
from models.lessons.quantities import value_of
from models.library import DEFAULT_IMAGE_MODEL, DEFAULT_TEXT_MODEL
from models.record import Record

IMAGES: Final = Path(__file__).resolve().parent.parent.parent / "assets" / "images"
OWN: Final = "own"  # the photo that the person brought, whichever it is
Open = Callable[[str], Model]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in step ``step`` (from 1) that is not so; ``what`` says it in English."""

    step: int
    what: str


def photo_path(name: str, *, beside: Path | None = None) -> Path:
    """Return the file of a photo: a bundled one by its name, else a path beside the lesson."""
    bundled = IMAGES / f"{'cat' if name == OWN else name}.jpg"
    if bundled.exists() or beside is None:
        return bundled
    return beside / name


def stages(lesson: Lesson, open_model: Open) -> Iterator[tuple[Step, Live]]:
    """Run a lesson's steps on its models, one after the other, as a person would see them."""
    kept: dict[str, Record] = {}
    others: dict[str, Record] = {}
    ran: dict[Scene, Record] = {}
    laboratory_of = lru_cache(maxsize=1)(Laboratory)
    for step in lesson.steps:
        scene = step.scene
        asked = Scene(model=scene.model, text=scene.text, pair=scene.pair, photo=scene.photo)
        if asked not in ran:
            ran[asked] = _run(asked, open_model)
        record = ran[asked]
        others[record.encoded.modality] = record
        if scene.keep:
            kept[scene.keep] = record
        live = live_of(scene, record, kept=kept, others=others)
        model = open_model(scene.model or _usual(image=scene.photo is not None))
        making = rehearsed(laboratory_of, model, record, layer=live.layer, scene=scene)
        yield step, replace(live, moved=lru_cache(making))


def live_of(
    scene: Scene, record: Record, *, kept: dict[str, Record], others: dict[str, Record]
) -> Live:
    """Return what live numbers see when ``scene`` has just been set."""
    layer = len(record.layers) if scene.layer is None else scene.layer
    return Live(
        record=record,
        scene=scene,
        layer=layer - 1,
        heads=tuple(head - 1 for head in scene.heads or ()),
        pinned=None if scene.token is None else position(record, scene.token),
        kept=dict(kept),
        others=dict(others),
    )


def findings(lesson: Lesson, open_model: Open) -> list[Finding]:
    """Return every claim that does not hold, number that is not there, and token not found."""
    found: list[Finding] = []
    for number, (step, live) in enumerate(stages(lesson, open_model), start=1):
        scene = step.scene
        found += [
            Finding(number, f"there is no token “{name}”")
            for name in (scene.token, scene.key)
            if name is not None and position(live.record, name) is None
        ]
        if scene.layer is not None and scene.layer > len(live.record.layers):
            found.append(Finding(number, f"there is no layer {scene.layer}"))
        for said in (step.text, step.ask):
            for text in () if said is None else (said.pt, said.en):
                missing = [p for p in pieces(text) if isinstance(p, Expression)]
                found += [
                    Finding(number, f"no number for “{one}”")
                    for one in missing
                    if value_of(one, live) is None
                ]
        found += [Finding(number, why) for claim in step.claims if (why := failed(claim, live))]
    return found


def failed(claim: Claim, live: Live) -> str:
    """Return why a claim does not hold, nothing when it does."""
    value = value_of(claim.value, live)
    if not isinstance(value, float):
        return f"“{claim.value}” is not a number here: {value}"
    for bound, above in ((claim.at_least, True), (claim.at_most, False)):
        limit = value_of(bound, live) if isinstance(bound, Expression) else bound
        if limit is None and bound is None:
            continue
        if not isinstance(limit, (int, float)):
            return f"“{bound}” is not a number here"
        if (value < limit) if above else (value > limit):
            return f"“{claim.value}” is {value:.4f}, {'below' if above else 'above'} {limit}"
    return ""


def _run(scene: Scene, open_model: Open) -> Record:
    model = open_model(scene.model or _usual(image=scene.photo is not None))
    if scene.photo is not None:
        return model.run_image(photo_path(scene.photo))
    return model.run_text(scene.text or "", scene.pair)


def _usual(*, image: bool) -> str:
    return DEFAULT_IMAGE_MODEL if image else DEFAULT_TEXT_MODEL
