"""What prepares the inputs of an opened model: sentences, photos, or a small sample of its own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from models.encoded import Encoded
from models.errors import InputError, TokenizerError
from models.feeds import probe_feeds
from models.i18n import mark
from models.patches import embedding_in
from models.vision import ImageEncoder

if TYPE_CHECKING:  # these load onnx and tokenizers; the window opens without waiting for them
    from models.opened import Opened
    from models.text import TextEncoder

SAMPLE_TEXT: Final = "O gato está no telhado"
SAMPLE_IMAGE: Final = Path(__file__).resolve().parent.parent / "assets" / "images" / "cat.jpg"


def text_encoder_of(model: Opened) -> TextEncoder:
    """Return what prepares sentences; raise InputError for a model that takes none."""
    from models.text import TextEncoder  # noqa: PLC0415  # loads tokenizers, see above

    if model.modality != "text":
        raise InputError(mark("“{model}” takes no text."), hint=_takes(model), model=model.title)
    return TextEncoder(
        model.files,
        inputs=model.inputs,
        roles=model.roles,
        rows=model.tapped.embedding_rows,
        corrections=model.corrections,
    )


def image_encoder_of(model: Opened) -> ImageEncoder:
    """Return what prepares photos; raise InputError for a model that takes none."""
    if model.modality != "image":
        raise InputError(mark("“{model}” takes no photo."), hint=_takes(model), model=model.title)
    pixels = next(name for name, role in model.roles.items() if role == "pixels")
    return ImageEncoder(
        model.files,
        inputs=model.inputs,
        roles=model.roles,
        embedding=embedding_in(model.tapped.graph, pixels=pixels),
        corrections=model.corrections,
    )


def _takes(model: Opened) -> str:
    if model.modality == "text":
        return mark("It takes a sentence.")
    if model.modality == "image":
        return mark("It takes a photo.")
    return mark("Feed it from a script: main.py capture MODEL --feeds INPUTS.npz.")


def sample_of(model: Opened, *, usual: bool = False) -> Encoded:
    """Return a small input that the model takes: a sentence, a photo, or made-up numbers.

    ``usual`` leaves a corrected size of the picture out.
    """
    try:
        if model.modality == "image":
            size = model.image_encoder.usual_size if usual else None
            return model.encode_image(SAMPLE_IMAGE, size=size)
        if model.modality == "text":
            return model.encode_text(SAMPLE_TEXT)
    except (InputError, TokenizerError):
        pass
    rows = model.tapped.embedding_rows
    return model.encode_feeds(probe_feeds(model.inputs, model.roles, rows=rows))
