"""What can go wrong, each with one sentence for a person and what to do next.

Every class here may be shown to the user as it is. Anything else that escapes is a bug.
"""

from __future__ import annotations

from models.i18n import tr


class MiranteError(Exception):
    """A sentence for a person: what happened (``message``) and what to do next (``hint``).

    Both are marked with ``models.i18n.mark`` and translated when shown. ``details`` is for a
    report: technical, never translated, may be long.
    """

    def __init__(
        self, message: str, *, hint: str = "", details: str = "", **values: object
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.details = details
        self.values = values

    def __str__(self) -> str:
        parts = (tr(self.message, **self.values), tr(self.hint, **self.values))
        return " ".join(part for part in parts if part)


class ModelFileError(MiranteError):
    """The file or folder is not a model that can be opened."""


class NoAttentionError(MiranteError):
    """The model opened, but no attention that can be explored was found in it."""


class TokenizerError(MiranteError):
    """The tokenizer is missing or unusable, or a text cannot be tokenized."""


class ImageError(MiranteError):
    """The picture cannot be read or prepared for the model."""


class InputError(MiranteError):
    """The input does not fit the model: empty text, missing feeds, wrong shapes, bad numbers."""


class OutOfRangeError(InputError, IndexError):
    """There is no such layer, head or token; the sentence says which there are."""


class RunError(MiranteError):
    """The runtime failed while loading or running a model."""


class ExportError(MiranteError):
    """A file could not be written."""


class CancelledError(MiranteError):
    """The person, or a newer request, stopped this work. Never shown as a failure."""


class HubError(MiranteError):
    """The hub refused, or what came from it is not usable."""


class HubOutOfReachError(HubError):
    """The hub does not answer now; what is on this computer still opens."""


class NotDownloadedError(ModelFileError):
    """The model may be on the hub, but is not on this computer. ``reference`` names it."""

    def __init__(self, message: str, *, hint: str, reference: str, **values: object) -> None:
        super().__init__(message, hint=hint, details="", reference=reference, **values)
        self.reference = reference
