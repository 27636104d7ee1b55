"""Opening a model and running it: the window, the commands and scripts all come through here.

>>> model = open_model("multilingual-e5-small")
>>> record = model.run_text("O gato está no telhado")
>>> record.layers[0].weights(head=0)          # [N, N]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from models.encoded import Array, Encoded, Modality, Notice, Token
from models.errors import InputError, TokenizerError
from models.feeds import checked, first_row, probe_feeds, repeated
from models.i18n import mark
from models.library import ModelFiles, resolve
from models.patches import embedding_in
from models.ports import modality_of, roles_of
from models.record import Layer, Provenance, Record
from models.runtime import Cancel, Port, RuntimeOptions
from models.vision import EncodedImage, ImageEncoder

if TYPE_CHECKING:  # these load onnx and tokenizers; the window opens without waiting for them
    from models.photo import Source
    from models.tapped import TappedModel
    from models.text import TextEncoder

_HASHED_AT_ONCE: Final = 64_000_000
SAMPLE_TEXT: Final = "O gato está no telhado"
SAMPLE_IMAGE: Final = Path(__file__).resolve().parent.parent / "assets" / "images" / "cat.jpg"


def open_model(
    model: str | Path,
    *,
    variant: str = "",
    options: RuntimeOptions | None = None,
    cancel: Cancel | None = None,
) -> Model:
    """Open a bundled model's name, an .onnx file, a folder, or a downloaded model of the hub.

    A folder is laid out as on the Hugging Face hub; ``variant`` (``fp16``, ``quantized`` …)
    chooses among several files. Nothing is downloaded: see ``models.hub``. Raises ModelFileError
    when there is no model that can be used, NotDownloadedError when it is not on this computer,
    NoAttentionError when no attention is found in it, CancelledError when ``cancel`` is used.
    """
    from models.tapped import TappedModel  # noqa: PLC0415  # loads onnx, see above

    files = resolve(model, variant=variant)
    asked = options or RuntimeOptions()
    asked = replace(asked, config={**files.session, **asked.config})
    return Model(files, TappedModel.open(files.onnx, options=asked, cancel=cancel))


class Model:
    """An opened model. ``run`` may be called from any thread, one call at a time."""

    def __init__(self, files: ModelFiles, tapped: TappedModel) -> None:
        self.files, self.tapped = files, tapped
        self.roles = roles_of(tapped.inputs)
        self.modality: Modality = modality_of(self.roles)
        self._differences: tuple[float | None, ...] | None = None

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
        """What was chosen or assumed about the model, whatever it is given."""
        if self.modality == "image":
            encoder = self.image_encoder
            return (*self.files.notices, *encoder.notices)
        if self.modality == "text" and self.files.tokenizer is not None:
            try:
                return (*self.files.notices, *self.text_encoder.notices)
            except TokenizerError as error:
                return (*self.files.notices, Notice(error.message, error.values))
        return self.files.notices

    @cached_property
    def text_encoder(self) -> TextEncoder:
        """What prepares sentences.

        Raises TokenizerError without a usable tokenizer, InputError where no text is taken.
        """
        from models.text import TextEncoder  # noqa: PLC0415  # loads tokenizers, see above

        if self.modality != "text":
            raise InputError(mark("“{model}” takes no text."), hint=self._takes(), model=self.title)
        rows = self.tapped.embedding_rows
        return TextEncoder(self.files, inputs=self.inputs, roles=self.roles, rows=rows)

    @cached_property
    def image_encoder(self) -> ImageEncoder:
        """What prepares photos; InputError for a model that takes none."""
        if self.modality != "image":
            raise InputError(
                mark("“{model}” takes no photo."), hint=self._takes(), model=self.title
            )
        pixels = next(name for name, role in self.roles.items() if role == "pixels")
        embedding = embedding_in(self.tapped.graph, pixels=pixels)
        return ImageEncoder(self.files, inputs=self.inputs, roles=self.roles, embedding=embedding)

    def _takes(self) -> str:
        if self.modality == "text":
            return mark("It takes a sentence.")
        if self.modality == "image":
            return mark("It takes a photo.")
        return mark("Feed it from a script: main.py capture MODEL --feeds INPUTS.npz.")

    @cached_property
    def sha256(self) -> str:
        """The checksum of the model file as it was read; external data does not count."""
        return self.tapped.sha256

    # -- the check against the runtime

    @property
    def checked(self) -> bool:
        """Whether ``verify`` has run."""
        return self._differences is not None

    @property
    def differences(self) -> tuple[float | None, ...]:
        """Per layer, the largest difference from the runtime's own; None where not compared."""
        return self._differences or (None,) * len(self.tapped.blocks)

    def verify(
        self, encoded: Encoded | None = None, *, cancel: Cancel | None = None
    ) -> tuple[float | None, ...]:
        """Compare what we recompute with what the runtime computed, on one input.

        Without ``encoded`` a small sample is used. The result is kept for later records.
        """
        feeds = repeated((encoded or self.sample()).feeds, self.inputs)
        self._differences = self.tapped.verify(feeds, cancel=cancel)
        return self._differences

    def sample(self) -> Encoded:
        """Return a small input that the model takes: a sentence, a photo, or made-up numbers."""
        try:
            if self.modality == "image":
                return self.encode_image(SAMPLE_IMAGE)
            if self.modality == "text":
                return self.encode_text(SAMPLE_TEXT)
        except (InputError, TokenizerError):
            pass
        rows = self.tapped.embedding_rows
        return self.encode_feeds(probe_feeds(self.inputs, self.roles, rows=rows))

    # -- inputs

    def encode_text(self, text: str, pair: str | None = None) -> Encoded:
        """Return a sentence, or a pair, ready to run; see ``TextEncoder.encode``."""
        return self.text_encoder.encode(text, pair)

    def encode_image(
        self, photo: Source, *, name: str = "", size: tuple[int, int] | None = None
    ) -> Encoded:
        """Return a photo ready to run; see ``ImageEncoder.encode``."""
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
                ids = next(feed for name, feed in good.items() if self.roles[name] == "ids")
                return Encoded("text", good, tuple(map(_token_of_id, ids[0].tolist())))
        return Encoded(self.modality, good, ())

    # -- runs

    def run_text(self, text: str, pair: str | None = None) -> Record:
        """Run a sentence, or a pair."""
        return self.run(self.encode_text(text, pair))

    def run_image(self, photo: Source) -> Record:
        """Run a photo: a path, the bytes of a file, or a Pillow image."""
        return self.run(self.encode_image(photo))

    def run_feeds(self, feeds: Mapping[str, Array]) -> Record:
        """Run raw inputs by name, a batch of one."""
        return self.run(self.encode_feeds(feeds))

    def run(
        self,
        encoded: Encoded,
        *,
        layers: Sequence[int] | None = None,
        cancel: Cancel | None = None,
    ) -> Record:
        """Run once and return the record, of all layers or of those asked for (from 0).

        Raises RunError when the runtime fails, CancelledError when ``cancel`` stops it.
        """
        feeds = repeated(encoded.feeds, self.inputs)
        capture = self.tapped.capture(feeds, layers=layers, cancel=cancel)
        fixed = (p.shape[0] for p in self.inputs if p.shape and isinstance(p.shape[0], int))
        return Record(
            encoded=self._fitted(encoded, capture.layers),
            layers=capture.layers,
            outputs=first_row(capture.outputs, batch=max(fixed, default=1)),
            provenance=Provenance(
                model=self.name,
                sha256=self._cheap_sha256(),
                provider=self.tapped.provider,
                milliseconds=capture.milliseconds,
                differences=self.differences,
            ),
        )

    def _cheap_sha256(self) -> str:
        known = "sha256" in self.__dict__
        return self.sha256 if known or self.tapped.size <= _HASHED_AT_ONCE else ""

    def _fitted(self, encoded: Encoded, layers: Sequence[Layer]) -> Encoded:
        """Return ``encoded`` with one token for every position that the attention sees."""
        if not layers:
            return encoded
        layer = layers[0]
        count = layer.query.shape[1] if layer.windows is None else int(layer.windows.max()) + 1
        if isinstance(encoded, EncodedImage):
            return self.image_encoder.fit(encoded, count)
        if len(encoded.tokens) == count:
            return encoded
        tokens = tuple(Token(f"t{i}", f"t{i}") for i in range(count))
        if not encoded.tokens:
            return replace(encoded, tokens=tokens)
        message = mark("The attention sees {count} positions, not the {given} tokens of the text.")
        notice = Notice(message, {"count": count, "given": len(encoded.tokens)})
        return replace(encoded, tokens=tokens, notices=(*encoded.notices, notice))


def _token_of_id(number: int) -> Token:
    return Token(f"#{number}", f"#{number}")
