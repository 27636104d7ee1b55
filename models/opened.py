"""An opened model before it runs: what it is, and how its inputs are made ready."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from models.corrections import Corrections
from models.encoded import Array, Encoded, Modality, Notice
from models.encoders import image_encoder_of, sample_of, text_encoder_of
from models.errors import TokenizerError
from models.feeds import checked
from models.fitting import described_by_ids
from models.library import ModelFiles
from models.ports import modality_of, roles_of
from models.runtime import Port
from models.sizes import Size
from models.vision import ImageEncoder

if TYPE_CHECKING:  # these load onnx and tokenizers; the window opens without waiting for them
    from models.photo import Source
    from models.tapped import TappedModel
    from models.text import TextEncoder


class Opened:
    """The files of a model and its tapped graph, with what a person says in place of the files."""

    def __init__(self, files: ModelFiles, tapped: TappedModel, *, corrections: Corrections) -> None:
        self.files, self.tapped, self.corrections = files, tapped, corrections
        self.roles = roles_of(tapped.inputs)
        self.modality: Modality = modality_of(self.roles)

    # -- what it is

    @property
    def name(self) -> str:
        """A short name, fit for file names but for the slash."""
        return self.files.name

    @property
    def title(self) -> str:
        """The name that people are shown."""
        return self.files.title

    @property
    def family(self) -> str:
        """The kind of model as its config says (``bert``, ``vit`` …), empty when it is silent."""
        config = self.files.config
        return config.text("model_type") or config.text("architecture") or ""

    @property
    def inputs(self) -> tuple[Port, ...]:
        """What the model must be fed."""
        return self.tapped.inputs

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What was chosen or assumed about the model's files, whatever it is given."""
        own = (*self.files.notices, *self.tapped.notices)
        if self.modality == "image":
            return (*own, *self.image_encoder.notices)
        tokenizer = self.corrections.tokenizer or self.files.tokenizer
        if self.modality == "text" and tokenizer is not None:
            try:
                return (*own, *self.text_encoder.notices)
            except TokenizerError as error:
                return (*own, Notice(error.message, error.values))
        return own

    @cached_property
    def text_encoder(self) -> TextEncoder:
        """What prepares sentences.

        Raises TokenizerError without a usable tokenizer, InputError where no text is taken.
        """
        return text_encoder_of(self)

    @cached_property
    def image_encoder(self) -> ImageEncoder:
        """What prepares photos; InputError for a model that takes none."""
        return image_encoder_of(self)

    @property
    def sha256(self) -> str:
        """The checksum of the model file as it was read; external data does not count."""
        return self.tapped.sha256

    @property
    def sha256_known(self) -> bool:
        """Whether ``sha256`` answers at once; else it reads the whole file."""
        return "sha256" in self.tapped.__dict__

    # -- inputs

    def sample(self) -> Encoded:
        """Return a small input that the model takes: a sentence, a photo, or made-up numbers."""
        return sample_of(self)

    def encode_text(self, text: str, pair: str | None = None) -> Encoded:
        """Return a sentence, or a pair, ready to run; see ``TextEncoder.encode``."""
        return self.text_encoder.encode(text, pair)

    def encode_image(
        self, photo: Source, *, name: str = "", size: Size | int | None = None
    ) -> Encoded:
        """Return a photo ready to run, at another size than usual if asked.

        ``size`` is (height, width) or the side of a square in pixels, where the graph leaves it
        free; see ``ImageEncoder.encode``.
        """
        size = (size, size) if isinstance(size, int) else size
        if not name and isinstance(photo, str | Path):
            name = Path(photo).name
        return self.image_encoder.encode(photo, name=name, size=size)

    def encode_feeds(self, feeds: Mapping[str, Array]) -> Encoded:
        """Return raw inputs by name (a batch of one) ready to run.

        Tokens are told by their ids where there is a tokenizer. Raises InputError when the inputs
        do not fit.
        """
        rows = self.tapped.embedding_rows
        good = checked(feeds, self.inputs, self.roles, rows=rows)
        if self.modality == "image":
            return self.image_encoder.describe(good)
        if self.modality == "text":
            try:
                return self.text_encoder.describe(good)
            except TokenizerError:
                ids = next(name for name in good if self.roles[name] == "ids")
                return described_by_ids("text", good, ids=ids)
        return Encoded(self.modality, good, ())
