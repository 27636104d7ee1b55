"""A model and an input as they stood when work on them began: jobs for the lanes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from gui.bench import Bench
from models.encoded import Encoded, Modality
from models.errors import InputError, MiranteError, TokenizerError
from models.i18n import mark
from models.record import Record
from models.remembered import recall
from models.runtime import Cancel
from models.sizes import Size

if TYPE_CHECKING:  # the window is painted before these are loaded
    from PIL import Image

    from models.api import Model
    from models.corrections import Corrections
    from models.costs import Cost
    from models.outputs import Output
    from models.photo import Photo


@dataclass(frozen=True, eq=False)
class LoadedPhoto:
    """A photo that was read, and what it is called."""

    name: str
    photo: Photo

    @classmethod
    def read(cls, source: str | Path | bytes | Image.Image, *, name: str) -> LoadedPhoto:
        """Read what a person gave; raise InputError when it is no photo."""
        from models.photo import load_photo  # noqa: PLC0415  # not at start-up

        return cls(name, load_photo(source))


@dataclass(frozen=True, eq=False)
class Ran:
    """What a run gave, and what it was of; no record where there was nothing to run.

    ``cost`` is that of a run so large that it waits until somebody agrees to it.
    """

    feed: Feed
    record: Record | None
    outputs: tuple[Output, ...] = ()
    cost: Cost | None = None


@dataclass(frozen=True, eq=False)
class Feed:
    """What runs: taken from a bench, so that the bench may change meanwhile.

    ``base`` is the bench's model, ``model`` the one that runs: the same, or corrected. A run of
    more tokens than ``agreed`` that takes much memory is asked for first; None: it is never.
    """

    modality: Modality
    base: Model
    model: Model
    text: str
    pair: str | None
    photo: Image.Image | None
    photo_name: str
    size: Size | None
    asked: Corrections | None = None
    agreed: int | None = None

    @classmethod
    def of(cls, bench: Bench) -> Feed:
        """Return what ``bench``, whose model is open, would run now."""
        assert bench.model is not None  # noqa: S101  # asked only with a model
        return cls(
            modality=bench.modality,
            base=bench.model,
            model=bench.model,
            text=bench.text,
            pair=bench.pair,
            photo=bench.photo,
            photo_name=bench.photo_name,
            size=bench.size,
            agreed=bench.agreed,
        )

    def same_input(self, bench: Bench) -> bool:
        """Whether ``bench`` still holds what this runs, its model aside."""
        if self.modality == "image":
            return bench.photo is self.photo
        return (bench.text, bench.pair) == (self.text, self.pair)

    def run(self, cancel: Cancel) -> Ran:
        """Encode and run once."""
        from models.offers import large  # noqa: PLC0415  # not at start-up
        from models.outputs import read_outputs  # noqa: PLC0415  # the same

        if not (self.text.strip() if self.modality == "text" else self.photo):
            return Ran(self, None)
        encoded = self._encoded()
        tokens = len(encoded.tokens)
        if self.agreed is not None and tokens > self.agreed:
            cost = self.model.cost(tokens)
            if large(cost):
                return Ran(self, None, cost=cost)
        record = self.model.run(encoded, cancel=cancel)
        return Ran(self, record, read_outputs(record, self.model))

    def tried(self, cancel: Cancel) -> Ran:
        """Run with the corrections asked for; their model is in the answer's ``feed``."""
        if self.asked is None:
            return self.run(cancel)
        model = self.model.corrected(self.asked)
        _ = model.sha256  # read here, off the GUI thread: it is what they are remembered by
        return replace(self, model=model).run(cancel)

    def _encoded(self) -> Encoded:
        if self.modality == "image" and self.photo is not None:
            return self.model.encode_image(self.photo, name=self.photo_name, size=self.size)
        return self.model.encode_text(self.text, self.pair)


def opened_in(answer: object) -> tuple[Model, MiranteError | None]:
    """Return the model that the opening lane sent, and why what was remembered did not fit."""
    from models.api import Model  # noqa: PLC0415  # loaded by the lane

    model, refused = answer if isinstance(answer, tuple) else (answer, None)
    assert isinstance(model, Model)  # noqa: S101  # the opener's only result
    return model, refused


def not_fed(model: Model) -> MiranteError:
    """Return why the window has no bench for ``model``."""
    return MiranteError(
        mark("{name} takes neither a text nor an image, so the window cannot feed it."),
        hint=mark("Run it from a script: main.py capture MODEL --feeds INPUTS.npz."),
        name=model.name,
    )


def as_remembered(model: Model, path: Path | None) -> tuple[Model, MiranteError | None]:
    """Return ``model`` with what was remembered about it, or as it is and why that did not fit."""
    if path is None or not path.is_file():  # nothing was ever remembered: the file is not read
        return model, None
    try:
        said = recall(path, model.sha256)
        return (model.corrected(said) if said else model), None
    except (InputError, TokenizerError) as error:
        return model, error
