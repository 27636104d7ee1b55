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

from models.corrections import NONE, Corrections
from models.costs import Cost, Shape, cost_of, shapes_of
from models.encoded import Array, Encoded, Modality, Notice
from models.encoders import image_encoder_of, sample_of, text_encoder_of
from models.errors import TokenizerError
from models.feeds import checked, first_row, repeated
from models.fitting import described_by_ids, numbered, positions
from models.library import ModelFiles, resolve
from models.ports import modality_of, roles_of
from models.providers.fallback import (
    capture_somewhere,
    difference_from_cpu,
    move_somewhere,
    open_somewhere,
    straying,
)
from models.providers.options import CPU
from models.record import Layer, Provenance, Record
from models.runtime import Cancel, Port, RuntimeOptions
from models.sizes import Size
from models.vision import EncodedImage, ImageEncoder

if TYPE_CHECKING:  # these load onnx and tokenizers; the window opens without waiting for them
    from models.photo import Source
    from models.tapped import TappedModel
    from models.text import TextEncoder

_HASHED_AT_ONCE: Final = 64_000_000
MOST_TO_CHECK: Final = 600_000_000


def open_model(
    model: str | Path,
    *,
    variant: str = "",
    options: RuntimeOptions | None = None,
    corrections: Corrections = NONE,
    cancel: Cancel | None = None,
) -> Model:
    """Open a bundled model's name, an .onnx file, a folder, or a downloaded model of the hub.

    A folder is laid out as on the Hugging Face hub; ``variant`` (``fp16``, ``quantized`` …)
    chooses among several files. ``corrections`` replace what the small files say. Nothing is
    downloaded: see ``models.hub``. Raises ModelFileError when there is no model that can be used,
    NotDownloadedError when it is not on this computer, NoAttentionError when no attention is
    found in it, InputError or TokenizerError for corrections that do not fit, CancelledError
    when ``cancel`` is used. A provider that fails gives way to the CPU: see ``Model.fell_back``.
    """
    files = resolve(model, variant=variant)
    asked = options or RuntimeOptions()
    asked = replace(asked, config={**files.session, **asked.config})
    tapped, notice = open_somewhere(files.onnx, options=asked, cancel=cancel)
    opened = Model(files, tapped)
    opened.fell_back, opened.asked = notice, asked.provider
    return opened.corrected(corrections) if corrections else opened


class Model:
    """An opened model. ``run`` may be called from any thread, one call at a time.

    ``corrections`` are what a person says in place of its small files. ``asked`` is what it was
    to run on; ``fell_back`` tells why it runs on the CPU instead.
    """

    fell_back: Notice | None = None
    cpu_difference: float | None = None
    asked: str = CPU

    def __init__(
        self, files: ModelFiles, tapped: TappedModel, *, corrections: Corrections = NONE
    ) -> None:
        self.files, self.tapped, self.corrections = files, tapped, corrections
        self.roles = roles_of(tapped.inputs)
        self.modality: Modality = modality_of(self.roles)
        self._differences: tuple[float | None, ...] | None = None
        self._shapes: tuple[Shape, ...] = ()

    def corrected(self, corrections: Corrections) -> Model:
        """Return the same opened model with other corrections, none at all included.

        Raises InputError or TokenizerError for corrections that do not fit.
        """
        model = Model(self.files, self.tapped, corrections=corrections)
        model._shapes = self._shapes
        model.fell_back, model.cpu_difference = self.fell_back, self.cpu_difference
        model.asked = self.asked
        if self.modality == "image":
            _ = model.image_encoder
        elif self.modality == "text" and corrections:
            _ = model.text_encoder
        return model

    def on(self, provider: str, *, cancel: Cancel | None = None) -> Model:
        """Return the same model on another provider, or on the CPU if that fails."""
        tapped, notice = move_somewhere(self.tapped, provider, cancel=cancel)
        model = Model(self.files, tapped, corrections=self.corrections)
        model.fell_back, model.asked = notice, provider
        return model

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
        strays = straying(self.tapped.provider, self.cpu_difference)
        own = tuple(filter(None, (self.fell_back, strays, *self.files.notices)))
        if self.modality == "image":
            encoder = self.image_encoder
            return (*own, *encoder.notices)
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

        Without ``encoded`` a small sample is used, and also where comparing would take more than
        ``MOST_TO_CHECK`` bytes. The result is kept for later records.
        """
        if encoded is not None and self._checking(len(encoded.tokens)) > MOST_TO_CHECK:
            encoded = sample_of(self, usual=True)
        feeds = repeated((encoded or sample_of(self, usual=True)).feeds, self.inputs)
        self._differences = self.tapped.verify(feeds, cancel=cancel)
        return self._differences

    def compare_with_cpu(
        self, encoded: Encoded | None = None, *, cancel: Cancel | None = None
    ) -> float:
        """Return the largest difference from the CPU over Q, K, V and outputs, and keep it.

        0 on the CPU itself. The input is chosen as in ``verify``.
        """
        if self.tapped.provider == CPU:
            return 0.0
        if encoded is None or self._checking(len(encoded.tokens)) > MOST_TO_CHECK:
            encoded = self.sample()
        feeds = repeated(encoded.feeds, self.inputs)
        found = difference_from_cpu(self.tapped, feeds, cancel=cancel)
        self.cpu_difference = found
        return found or 0.0

    def cost(self, tokens: int) -> Cost | None:
        """Return the memory that a run of ``tokens`` tokens takes; None before the first run.

        Every layer is taken to be like the first: elsewhere there may be fewer tokens, never more.
        """
        return cost_of(self._shapes, tokens) if self._shapes else None

    def _checking(self, tokens: int) -> int:
        cost = self.cost(tokens)
        return 0 if cost is None else cost.checking

    def sample(self) -> Encoded:
        """Return a small input that the model takes: a sentence, a photo, or made-up numbers."""
        return sample_of(self)

    # -- inputs

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

    # -- runs

    def run_text(self, text: str, pair: str | None = None) -> Record:
        """Run a sentence, or a pair."""
        return self.run(self.encode_text(text, pair))

    def run_image(self, photo: Source, *, size: Size | int | None = None) -> Record:
        """Run a photo: a path, the bytes of a file, or a Pillow image; ``size`` as above."""
        return self.run(self.encode_image(photo, size=size))

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
        capture, self.tapped, notice = capture_somewhere(
            self.tapped, feeds, layers=layers, cancel=cancel
        )
        if notice is not None:
            self.fell_back, self._differences, self.cpu_difference = notice, None, None
        if not self._shapes:
            self._shapes = shapes_of(capture.layers[:1]) * len(self.tapped.blocks)
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
                corrections=self.corrections.as_facts(),
                nodes=self.tapped.nodes_by_provider or {},
                cpu_difference=self.cpu_difference,
            ),
            notices=() if notice is None else (notice,),
        )

    def _cheap_sha256(self) -> str:
        known = self.sha256_known or self.tapped.size <= _HASHED_AT_ONCE
        return self.sha256 if known else ""

    def _fitted(self, encoded: Encoded, layers: Sequence[Layer]) -> Encoded:
        """Return ``encoded`` with one token for every position that the attention sees."""
        count = positions(layers)
        if count is None:
            return encoded
        if isinstance(encoded, EncodedImage):
            return self.image_encoder.fit(encoded, count)
        return numbered(encoded, count)
