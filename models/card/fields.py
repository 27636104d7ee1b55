"""What of a model's preparation can be corrected: the value in force, where it is from, choices."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.card.fed import field_words
from models.corrections import INTERPOLATIONS, NONE, write_field
from models.encoded import Token
from models.errors import MiranteError
from models.i18n import tr
from models.record import Record
from models.vision import ImageEncoder

if TYPE_CHECKING:  # loads onnx, and the window opens without waiting for it
    from models.api import Model


@dataclass(frozen=True, slots=True)
class Field:
    """One thing that can be corrected.

    ``name`` is its field of ``Corrections``, ``label`` what it is called; ``value`` is in force
    and ``own`` what the files or the graph say, both as they may be typed. ``origin`` tells in
    words where the value is from. ``choices`` are the only values, when there are any.
    """

    name: str
    label: str
    value: str
    own: str
    origin: str
    corrected: bool
    choices: tuple[str, ...] = ()


def fields_of(model: Model, record: Record | None) -> tuple[Field, ...]:
    """Return what can be corrected about ``model``; ``record`` tells its special tokens."""
    if model.modality == "image":
        return tuple(_image(model, record))
    return tuple(_text(model)) if model.modality == "text" else ()


def _field(
    model: Model,
    name: str,
    *,
    value: object,
    own: object,
    origin: str,
    choices: tuple[str, ...] = (),
) -> Field:
    corrected = name in model.corrections.names
    shown = write_field(own)
    if corrected:
        origin = tr("corrected by you; otherwise: {own}", own=shown or tr("nothing"))
    return Field(name, field_words(name), write_field(value), shown, origin, corrected, choices)


def _image(model: Model, record: Record | None) -> Iterator[Field]:
    encoder = model.image_encoder
    own = model.corrected(NONE).image_encoder if model.corrections else encoder
    before, after = _around(() if record is None else record.tokens)
    yield _field(
        model, "patch_size", value=encoder.patch, own=own.patch, origin=_patch_origin(encoder)
    )
    extras = own.patches.extras
    told = tr("as config.json says") if extras is not None else tr("assumed")
    ends = (extras.before, extras.after) if extras is not None else (("CLS",), ())
    for name, seen, said in (
        ("special_before", before, ends[0]),
        ("special_after", after, ends[1]),
    ):
        yield _field(model, name, value=seen if record is not None else said, own=said, origin=told)
    source = encoder.preparation.source
    asked = tr("as in {file}", file=source) if source else tr("assumed")
    if encoder.free:
        yield _field(model, "image_size", value=encoder.size, own=encoder.usual_size, origin=asked)
    now, then = encoder.preparation, own.preparation
    yield _field(model, "mean", value=now.mean, own=then.mean, origin=asked)
    yield _field(model, "std", value=now.std, own=then.std, origin=asked)
    yield _field(
        model,
        "interpolation",
        value=INTERPOLATIONS[now.resample],
        own=INTERPOLATIONS[then.resample],
        origin=asked,
        choices=INTERPOLATIONS,
    )


def _around(tokens: tuple[Token, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the labels of the special tokens before the first patch, and after it."""
    places = [i for i, token in enumerate(tokens) if token.kind == "patch"]
    first = places[0] if places else len(tokens)
    special = [(i, token.label) for i, token in enumerate(tokens) if token.kind == "special"]
    before = tuple(label for i, label in special if i < first)
    return before, tuple(label for i, label in special if i > first)


def _patch_origin(encoder: ImageEncoder) -> str:
    patches = encoder.patches
    if patches.size is None:
        return tr("unknown")
    if patches.embedding is not None and patches.embedding.stride == patches.size:
        return tr("cut so by the graph")
    return tr("as config.json says") if patches.told else tr("guessed from the number of tokens")


def _text(model: Model) -> Iterator[Field]:
    files = model.files
    own = None if files.tokenizer is None else str(files.tokenizer)
    shown = model.corrections.tokenizer or own
    beside = tr("beside the model") if own else tr("there is none beside the model")
    yield _field(model, "tokenizer", value=shown, own=own, origin=beside)
    try:
        encoder = model.text_encoder
    except MiranteError:
        return
    yield _field(
        model,
        "token_limit",
        value=encoder.limit,
        own=encoder.usual_limit,
        origin=tr("the smallest that graph and files state"),
    )
    case = encoder.vocabulary.lower_case
    if case is not None:
        usual = encoder.vocabulary.usual_case
        yield _field(
            model,
            "lower_case",
            value=str(case).lower(),
            own="" if usual is None else str(usual).lower(),
            origin=tr("as the tokenizer says"),
            choices=("true", "false"),
        )
