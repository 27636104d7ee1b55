"""What stands beside what is on screen: another text or photo, head, layer, or model."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

from PIL import Image

from models.compare import Comparison, Side, compare
from models.counting import Asked
from models.encoded import Encoded
from models.errors import InputError
from models.i18n import mark
from models.record import Record
from models.runtime import Cancel

if TYPE_CHECKING:
    from models.api import Model
    from models.flow.measured import Measurer

WEIGHTS: Final = Asked()
Kind = Literal["text", "head", "layer", "model", "photo"]
KINDS: Final[tuple[Kind, ...]] = ("text", "photo", "head", "layer", "model")


def kind_and_value(written: str, *, plain: Kind) -> tuple[Kind, str]:
    """Return the kind and the value of ``KIND=VALUE``; a value alone is of the kind ``plain``.

    Raises InputError where there is no value.
    """
    before, _, after = written.partition("=")
    named = next((kind for kind in KINDS if kind == before.strip().lower()), None)
    kind, value = (plain, written) if named is None or "=" not in written else (named, after)
    if not value.strip():
        raise InputError(
            mark("“{written}” does not say what to compare with."),
            hint=mark("Kinds are {known}; for instance head=3 or text=Fui ao banco."),
            written=written,
            known=", ".join(KINDS),
        )
    return kind, value.strip()


@dataclass(frozen=True, slots=True)
class Other:
    """The second side: its ``kind`` and, by it, a ``text``, a ``number`` from 0 or a ``place``.

    ``place`` is what opens a model, or the path of a photo; ``picture`` is a photo at hand.
    """

    kind: Kind
    text: str = ""
    number: int = 0
    place: str = ""
    picture: Image.Image | None = None


class Others:
    """Makes second sides; the last other run and the last other model are kept.

    One call at a time, from any thread.
    """

    def __init__(self) -> None:
        self._opened: tuple[str, Model] | None = None
        self._ran: tuple[object, Model, object, Record] | None = None
        self._measurers: list[Measurer] = []

    @property
    def nbytes(self) -> int:
        """How much memory the other run takes, and what was measured of both sides."""
        ran = 0 if self._ran is None else self._ran[3].bytes
        return ran + sum(measurer.nbytes for measurer in self._measurers)

    def comparison(
        self,
        side: Side,
        model: Model,
        other: Other,
        *,
        asked: Asked = WEIGHTS,
        cancel: Cancel | None = None,
    ) -> Comparison:
        """Return ``side``, which ``model`` ran, compared with ``other`` by what ``asked`` counts.

        Raises InputError where the two do not go together, NotMeasurableError where the measure
        cannot be had, and what opening and running raise.
        """
        beside = self.side(side, model, other, cancel=cancel)
        if not asked.plain:
            running = self._model(other.place, cancel) if other.kind == "model" else model
            side = self._counted(side, model, asked, cancel)
            beside = self._counted(beside, running, asked, cancel)
        return compare(side, beside, cancel=cancel)

    def checked(
        self,
        found: Comparison,
        model: Model,
        other: Other,
        *,
        asked: Asked = WEIGHTS,
        cancel: Cancel | None = None,
    ) -> Comparison:
        """Return ``found`` with side B's run compared with onnxruntime, in its provenance.

        The rest is what ``comparison`` was given; it is made again where the check found a layer
        of side B misread. A head or a layer beside another is the run of side A, checked there.
        """
        record, ran = found.b.record, self._ran
        if other.kind in {"head", "layer"} or record.provenance.checked_on or ran is None:
            return found
        told = ran[1].verified(record, cancel=cancel)
        self._ran = (*ran[:3], told)
        if told.layers is record.layers:
            return replace(found, b=replace(found.b, record=told))
        return self.comparison(found.a, model, other, asked=asked, cancel=cancel)

    def _counted(self, side: Side, model: Model, asked: Asked, cancel: Cancel | None) -> Side:
        """Return ``side`` with the numbers that ``asked`` counts; measurers of both are kept."""
        from models.flow.measured import Measurer  # noqa: PLC0415  # loads onnx
        from models.flow.measured_layers import measured_layer  # noqa: PLC0415  # the same
        from models.flow.reader import FlowReader  # noqa: PLC0415  # the same

        kept = next((m for m in self._measurers if m.record is side.record), None)
        if kept is None:
            kept = Measurer(side.record, FlowReader(model.tapped))
            self._measurers = [*self._measurers[-1:], kept]
        wanted = replace(asked, layer=side.layer, words=True)
        return replace(side, numbers=measured_layer(kept, wanted, cancel))

    def side(self, side: Side, model: Model, other: Other, *, cancel: Cancel | None = None) -> Side:
        """Return the second side; see ``comparison``."""
        if other.kind == "head":
            return Side(side.record, side.layer, (other.number,))
        if other.kind == "layer":
            return Side(side.record, other.number, side.heads)
        record = self._record(side, model, other, cancel)
        if side.layer >= len(record.layers):
            raise InputError(
                mark("The other model has {count} layers, and layer {layer} is shown."),
                hint=mark("Choose a layer that both have."),
                count=len(record.layers),
                layer=side.layer + 1,
            )
        return Side(record, side.layer, side.heads)

    def _record(self, side: Side, model: Model, other: Other, cancel: Cancel | None) -> Record:
        encoded = side.record.encoded
        given = encoded.feeds if other.kind == "model" else other.kind
        running = self._model(other.place, cancel) if other.kind == "model" else model
        what: object = other
        kept = self._ran
        if kept is not None and kept[0] is given and kept[1] is running and kept[2] == what:
            return kept[3]
        if other.kind == "text":
            record = running.run(running.encode_text(other.text), cancel=cancel)
        elif other.kind == "photo":
            photo = other.picture or other.place
            record = running.run(_like(running, photo, encoded), cancel=cancel)
        else:
            record = self._again(side.record, running, cancel)
        self._ran = (given, running, what, record)
        return record

    def _model(self, reference: str, cancel: Cancel | None) -> Model:
        from models.api import open_model  # noqa: PLC0415  # loads the runtime

        if self._opened is None or self._opened[0] != reference:
            self._opened = (reference, open_model(reference, cancel=cancel))
        return self._opened[1]

    def _again(self, record: Record, model: Model, cancel: Cancel | None) -> Record:
        """Return the run of the same input in another model; raise where tokens differ."""
        encoded = record.encoded
        if model.modality != encoded.modality:
            raise InputError(mark("The other model does not take this kind of input."))
        if encoded.photo is not None:
            again = model.run(_like(model, encoded.photo, encoded), cancel=cancel)
        else:
            again = model.run(model.encode_text(encoded.text, encoded.pair), cancel=cancel)
        if [token.text for token in again.tokens] != [token.text for token in record.tokens]:
            raise InputError(
                mark("The other model makes other tokens of this input."),
                hint=mark("Compare models that share their tokenizer or their patches."),
            )
        return again


def _like(model: Model, photo: Image.Image | str, encoded: Encoded) -> Encoded:
    """Return a photo prepared as ``encoded`` was: at its size, where the model's own differs."""
    usual = model.encode_image(photo)
    sizes = {x.shape[-2:] for x in encoded.feeds.values() if x.ndim == 4}  # noqa: PLR2004  # pixels
    same = {x.shape[-2:] for x in usual.feeds.values() if x.ndim == 4}  # noqa: PLR2004
    if sizes == same or len(sizes) != 1:
        return usual
    height, width = sizes.pop()
    return model.encode_image(photo, size=(int(height), int(width)))
