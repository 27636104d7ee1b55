"""``main.py figure --view senses``: a word of the text, followed through the layers."""

from __future__ import annotations

from dataclasses import replace

from models.api import Model
from models.compare_other import kind_and_value
from models.compare_senses import WordReader, sense_curves, senses_in
from models.errors import InputError
from models.figure.request import FigureRequest
from models.i18n import mark
from models.record import Record


def with_senses(
    request: FigureRequest, model: Model, record: Record, *, word: str | None, other: str | None
) -> FigureRequest:
    """Return ``request`` with the curves of ``word``, of the first bundled word without one.

    ``other`` is a second sentence with the word, alone or as ``text=…``. Raises InputError for a
    photo, for a word without bundled senses or that a sentence lacks, and what running raises.
    """
    encoded = record.encoded
    if encoded.modality != "text":
        raise InputError(
            mark("Senses are of words, and this input is a photo."),
            hint=mark("Choose a text model, and a sentence."),
        )
    senses, pair = senses_in(encoded.text, word), None
    if other is not None:
        kind, text = kind_and_value(other, plain="text")
        if kind != "text":
            raise InputError(
                mark("Beside a word's sentence stands another sentence, not a {kind}."),
                hint=mark("Write --with and the sentence."),
                kind=kind,
            )
        pair = (encoded.text, text)
    return replace(request, curves=sense_curves(WordReader(model), senses, pair=pair))
