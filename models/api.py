"""Opening a model and running it: the window, the commands and scripts all come through here.

>>> model = open_model("multilingual-e5-small")
>>> record = model.run_text("O gato está no telhado")
>>> record.layers[0].weights(head=0)          # [N, N]
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from models.checking import Check, Checks
from models.corrections import NONE, Corrections
from models.costs import Cost, Shape, cost_of, shapes_by_config, shapes_of
from models.encoded import Array, Encoded, Notice
from models.encoders import sample_of
from models.feeds import first_row, repeated
from models.fitting import numbered, positions
from models.library import ModelFiles, resolve
from models.opened import Opened
from models.providers.fallback import (
    capture_somewhere,
    difference_from_cpu,
    move_somewhere,
    open_somewhere,
    straying,
)
from models.providers.options import CPU
from models.record import Layer, Provenance, Record
from models.runtime import Cancel, RuntimeOptions
from models.sizes import Size
from models.vision import EncodedImage

if TYPE_CHECKING:  # these load onnx and tokenizers; the window opens without waiting for them
    from models.photo import Source
    from models.tapped import TappedModel

_HASHED_AT_ONCE: Final = 64_000_000
MOST_TO_CHECK: Final = 600_000_000
_READ_AHEAD: Final = 1_024  # tokens; layers of shorter inputs are read when they are looked at


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


class Model(Opened):
    """An opened model. ``run`` may be called from any thread, one call at a time.

    ``asked`` is what it was to run on; ``fell_back`` tells why it runs on the CPU instead.
    """

    fell_back: Notice | None = None
    asked: str = CPU

    def __init__(
        self, files: ModelFiles, tapped: TappedModel, *, corrections: Corrections = NONE
    ) -> None:
        super().__init__(files, tapped, corrections=corrections)
        self._checks = Checks()
        self._shapes: tuple[Shape, ...] = ()

    def corrected(self, corrections: Corrections) -> Model:
        """Return the same opened model with other corrections, none at all included.

        Raises InputError or TokenizerError for corrections that do not fit.
        """
        model = Model(self.files, self.tapped, corrections=corrections)
        model._shapes, model._checks = self._shapes, self._checks
        model.fell_back, model.asked = self.fell_back, self.asked
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

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What was chosen or assumed about the model, whatever it is given."""
        strays = straying(self.tapped.provider, self.cpu_difference)
        return (*filter(None, (self.fell_back, strays)), *super().notices)

    # -- the check against the runtime

    def check_of(self, encoded: Encoded | None = None) -> Check:
        """Return what ``verify`` found of an input, or last; an empty check before that."""
        found = self._checks.last if encoded is None else self._checks.of(encoded.feeds)
        return found or Check((None,) * len(self.tapped.blocks))

    @property
    def checked(self) -> bool:
        """Whether ``verify`` has run, on whatever input."""
        return bool(self.check_of().on)

    @property
    def differences(self) -> tuple[float | None, ...]:
        """Per layer, the largest difference that ``verify`` found last; None where none."""
        return self.check_of().differences

    @property
    def cpu_difference(self) -> float | None:
        """The largest difference from the CPU that was found last; None on the CPU itself."""
        return self.check_of().cpu

    def verify(
        self, encoded: Encoded | None = None, *, cancel: Cancel | None = None
    ) -> tuple[float | None, ...]:
        """Compare what we recompute with what the runtime computed, on one input.

        Without ``encoded`` a small sample is used, and also where comparing would take more than
        ``MOST_TO_CHECK`` bytes. The result is kept for that input: see ``check_of``. Off the CPU
        the run is compared with the CPU's as well.
        """
        given = encoded or sample_of(self, usual=True)
        check = self._checks.of(given.feeds)
        if check is None and encoded is not None and self._too_large(encoded):
            self.verify(cancel=cancel)
            check = replace(self.check_of(), on="sample")
        self._checks.keep(given.feeds, check or self._compared(given, cancel))
        return self.differences

    def compare_with_cpu(
        self, encoded: Encoded | None = None, *, cancel: Cancel | None = None
    ) -> float:
        """Return the largest difference from the CPU over Q, K, V and outputs, as ``verify`` does.

        0 on the CPU itself.
        """
        self.verify(encoded, cancel=cancel)
        return self.cpu_difference or 0.0

    def verified(self, record: Record, *, cancel: Cancel | None = None) -> Record:
        """Return a record of this model with the check of its own input in its provenance.

        It is run again where the check found a layer that was misread and is now tapped directly.
        """
        self.verify(record.encoded, cancel=cancel)
        if self.outdated(record):
            record = self.run(
                record.encoded, layers=[layer.index for layer in record.layers], cancel=cancel
            )
        told = self.check_of(record.encoded).told_in(record.provenance)
        return replace(record, provenance=told)

    def outdated(self, record: Record) -> bool:
        """Whether a check made since has found a layer of ``record`` misread."""
        direct = {block.index for block in self.tapped.blocks if block.direct}
        return bool(direct) and any(
            layer.direct is None for layer in record.layers if layer.index in direct
        )

    def _too_large(self, encoded: Encoded) -> bool:
        cost = self.cost(len(encoded.tokens))
        return cost is not None and cost.checking > MOST_TO_CHECK

    def _compared(self, encoded: Encoded, cancel: Cancel | None) -> Check:
        tapped, feeds = self.tapped, repeated(encoded.feeds, self.inputs)
        direct = [block.direct for block in tapped.blocks]
        differences = tapped.verify(feeds, cancel=cancel)
        if direct != [block.direct for block in tapped.blocks]:
            self._checks.forget()  # they were of layers as they were read before
        return Check(differences, "input", difference_from_cpu(tapped, feeds, cancel=cancel))

    def cost(self, tokens: int) -> Cost | None:
        """Return the memory that a run of ``tokens`` tokens takes; None where it cannot be told.

        Before the first run by ``config.json``, afterwards by the first layer of that run: in
        others there may be fewer tokens, never more.
        """
        config, layers = self.files.config, len(self.tapped.blocks)
        shapes = self._shapes or shapes_by_config(config, layers=layers)
        return cost_of(shapes, tokens) if shapes else None

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
            self.fell_back, self._checks = notice, Checks()
        if (positions(capture.layers) or 0) >= _READ_AHEAD:
            tuple(capture.layers)  # here, where nobody waits: a mask of 8,192 tokens has 268 MB
        if not self._shapes:
            self._shapes = shapes_of(capture.layers[:1]) * len(self.tapped.blocks)
        fixed = (p.shape[0] for p in self.inputs if p.shape and isinstance(p.shape[0], int))
        origin = Provenance(
            model=self.name,
            sha256=self._cheap_sha256(),
            provider=self.tapped.provider,
            milliseconds=capture.milliseconds,
            differences=(),
            corrections=self.corrections.as_facts(),
            nodes=self.tapped.nodes_by_provider or {},
        )
        return Record(
            encoded=self._fitted(encoded, capture.layers),
            layers=capture.layers,
            outputs=first_row(capture.outputs, batch=max(fixed, default=1)),
            provenance=self.check_of(encoded).told_in(origin),
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
