"""The rows of the card about what is fed: tokens, patches, preparation; and contradictions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from models.card.layers import LayerLine
from models.card.missing import promised_layers, promised_number
from models.card.words import listed, number
from models.corrections import INTERPOLATIONS
from models.encoded import Encoded, Notice
from models.errors import MiranteError
from models.i18n import Count, mark, tr
from models.preparation import Preparation
from models.record import Record
from models.sizes import write_size

if TYPE_CHECKING:  # loads onnx, and the window opens without waiting for it
    from models.api import Model

Pairs = Iterator[tuple[str, str]]
_HEADS: Final = ("num_attention_heads", "n_heads", "num_heads", "n_head")
_WORDS: Final = {
    "patch_size": mark("patch size"),
    "special_before": mark("tokens before the patches"),
    "special_after": mark("tokens after the patches"),
    "image_size": mark("size of the picture"),
    "mean": mark("mean"),
    "std": mark("standard deviation"),
    "interpolation": mark("interpolation"),
    "tokenizer": mark("tokenizer"),
    "token_limit": mark("token limit"),
    "lower_case": mark("lower case"),
}


def field_words(name: str) -> str:
    """Return what a field of ``Corrections`` is called, in the language in force."""
    return tr(_WORDS[name])


def token_rows(model: Model, record: Record | None) -> Pairs:
    """Yield tokens, patches and how the input is prepared; a value may be empty."""
    encoded = None if record is None else record.encoded
    yield tr("Tokens now"), "" if encoded is None else str(len(encoded.tokens))
    yield tr("Special tokens"), "" if encoded is None else _special(encoded)
    if model.modality == "image":
        yield from _image(model, encoded)
    elif model.modality == "text":
        yield from _text(model)
    names = [field_words(name) for name in model.corrections.names]
    yield tr("Corrected by you"), ", ".join(names)


def _special(encoded: Encoded) -> str:
    names = [token.label for token in encoded.tokens if token.kind == "special"]
    return listed(list(dict.fromkeys(names))) or tr("none")


def _image(model: Model, encoded: Encoded | None) -> Pairs:
    encoder = model.image_encoder
    grid = None if encoded is None else encoded.grid
    if encoded is not None and grid is not None:
        pixels = next(name for name, role in model.roles.items() if role == "pixels")
        height, width = encoder.canvas.size_of(encoded.feeds[pixels])
        yield (
            tr("Patches"),
            tr(
                "{rows} rows × {columns} columns, in a picture of {width}×{height} pixels",
                rows=grid.rows,
                columns=grid.columns,
                width=width,
                height=height,
            ),
        )
    patch = encoder.patch
    yield tr("Patch size"), "" if patch is None else tr("{size} px", size=write_size(patch))
    usual = "" if encoder.size is None else tr("{size} px", size=write_size(encoder.size))
    free = tr("any multiple of the patch size") if encoder.free else tr("this size only")
    yield tr("Size of the picture"), f"{usual}; {free}" if usual else free
    yield tr("Preparation"), _preparation(encoder.preparation)


def _preparation(steps: Preparation) -> str:
    said = [_resize(steps)] if steps.resize is not None else []
    if steps.crop is not None:
        said.append(tr("cut the middle {size}", size=write_size(steps.crop)))
    if steps.rescale is not None:
        said.append(tr("values × {factor}", factor=f"1/{number(1 / steps.rescale)}"))
    if steps.mean is not None and steps.std is not None:
        mean, std = (" ".join(map(number, x)) for x in (steps.mean, steps.std))
        said.append(tr("mean {mean}, standard deviation {std}", mean=mean, std=std))
    if steps.flip:
        said.append(tr("blue first"))
    said.append(tr("as in {file}", file=steps.source) if steps.source else tr("assumed"))
    return "\n".join(said)


def _resize(steps: Preparation) -> str:
    assert steps.resize is not None  # noqa: S101  # asked by the caller
    resize, how = steps.resize, INTERPOLATIONS[steps.resample]
    if resize.kind == "shortest":
        return tr("shorter side to {side} ({how})", side=resize.height, how=how)
    size = write_size((resize.height, resize.width))
    if resize.kind == "exact":
        return tr("stretched to {size} ({how})", size=size, how=how)
    if resize.kind == "inside":
        return tr("fitted into {size} ({how})", size=size, how=how)
    return tr("filling {size} ({how})", size=size, how=how)


def _text(model: Model) -> Pairs:
    try:
        encoder = model.text_encoder
    except MiranteError as error:
        yield tr("Tokenizer"), str(error)
        return
    vocabulary = encoder.vocabulary
    yield tr("Token limit"), tr("at most {limit}", limit=Count(encoder.limit))
    file = encoder.files.tokenizer
    kind = type(vocabulary.tokenizer.model).__name__
    size = vocabulary.tokenizer.get_vocab_size()
    yield (
        tr("Tokenizer"),
        tr(
            "{file} ({kind}, {count} pieces)",
            file="" if file is None else file.name,
            kind=kind,
            count=size,
        ),
    )
    cases = {True: tr("all letters become small"), False: tr("letters stay as they are"), None: ""}
    yield tr("Lower case"), cases[vocabulary.lower_case]


def contradictions(model: Model, lines: Sequence[LayerLine]) -> tuple[Notice, ...]:
    """Return where config.json says something else than the graph, which was believed."""
    found = []
    said = promised_number(model, _HEADS)
    heads = {line.heads for line in lines}
    if said is not None and heads and None not in heads and said not in heads:
        message = mark("config.json says {said} heads, the graph has {found}; it was believed.")
        shown = ", ".join(sorted(map(str, heads)))
        found.append(Notice(message, {"said": said, "found": shown}))
    promised = promised_layers(model)
    if promised is not None and promised < len(lines):
        message = mark("config.json says {said} layers, the graph has {found}; it was believed.")
        found.append(Notice(message, {"said": promised, "found": len(lines)}))
    return tuple(found)
