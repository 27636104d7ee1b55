"""What a lesson is: steps, each with a scene, words in two languages, an action and claims."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from models.i18n import language
from models.lessons.expression import Expression

Fact = str | float | bool | None  # what a condition is about; numbers are floats


@dataclass(frozen=True, slots=True)
class Said:
    """The same words in Portuguese and English."""

    pt: str
    en: str

    def __str__(self) -> str:
        return self.pt if language() == "pt_BR" else self.en


@dataclass(frozen=True, slots=True)
class Scene:
    """How the window stands at the beginning of a step; None leaves a thing as it is.

    ``layer`` and ``heads`` count from 1; no ``heads`` is the mean of all. ``token`` and ``key``
    name tokens as ``models.lessons.naming`` reads them. ``playground`` holds its settings by
    name, and opens it. ``keep`` gives the record of this step a name for later steps.
    """

    model: str | None = None
    text: str | None = None
    pair: str | None = None
    photo: str | None = None
    layer: int | None = None
    heads: tuple[int, ...] | None = None
    token: str | None = None
    key: str | None = None
    page: str | None = None
    tab: str | None = None
    keep: str | None = None
    playground: Mapping[str, Any] | None = None

    def after(self, earlier: Scene) -> Scene:
        """Return this scene on top of an ``earlier`` one: what it leaves open stays.

        Another input takes the model's name, the tokens and the other input with it; what was
        kept and the playground are of one step only.
        """
        mine = {f.name: getattr(self, f.name) for f in fields(self)}
        base = replace(earlier, keep=None, playground=None)
        if self.text is not None:
            base = replace(base, model=None, photo=None, pair=None, token=None, key=None)
        elif self.photo is not None:
            base = replace(base, model=None, text=None, pair=None, token=None, key=None)
        elif self.token is not None:
            base = replace(base, key=None)
        return replace(base, **{k: v for k, v in mine.items() if v is not None})


@dataclass(frozen=True, slots=True)
class Claim:
    """Something that the words say about the bundled models, as ``checking`` proves it.

    ``at_least`` and ``at_most`` are numbers or other expressions.
    """

    value: Expression
    at_least: float | Expression | None = None
    at_most: float | Expression | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """One condition on one fact: equal to ``equals``, or other than before, or within bounds."""

    fact: str
    equals: Fact = None
    changed: bool = False
    at_least: float | None = None
    at_most: float | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One page of a lesson. Without ``ask`` there is nothing to do but to read.

    ``scene`` is complete: what earlier steps set is in it. ``point`` names a part of the window.
    """

    title: Said
    text: Said
    scene: Scene
    point: str = ""
    ask: Said | None = None
    done: tuple[Wanted, ...] = ()
    claims: tuple[Claim, ...] = ()


@dataclass(frozen=True, slots=True)
class Lesson:
    """A whole lesson. ``name`` is what progress is remembered by."""

    name: str
    title: Said
    summary: Said
    steps: tuple[Step, ...]
    sources: tuple[Said, ...] = ()
    minutes: int = 5
    author: str = ""
    given: Mapping[str, str] = field(default_factory=dict)
