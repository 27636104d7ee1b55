"""From a photo to what a vision model is fed, and from its tokens back to places in the photo."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from PIL import Image

from models.canvas import canvas_of
from models.config import ConfigFile
from models.corrections import NONE, Corrections
from models.encoded import Array, Encoded, Notice
from models.errors import InputError
from models.i18n import mark
from models.library import ModelFiles
from models.patch_tokens import PatchTokens
from models.patches import PatchEmbedding
from models.photo import Source, load_photo
from models.placement import Placement, Size, pixels, place
from models.ports import Role, fill, number_type
from models.preparation import Preparation, preparation_of
from models.runtime import Port
from models.sizes import write_size

_USUAL_SIZE: Final = 224


@dataclass(frozen=True, eq=False)
class EncodedImage(Encoded):
    """An encoded photo that remembers where the model's picture lies in it."""

    placement: Placement | None = None


class ImageEncoder:
    """Prepares photos for one model, and names its tokens once it has run.

    How many tokens there are is known after the first run (``fit``); before it, the config's
    promise is taken. ``embedding`` is the graph's patch embedding, if it has a plain one.
    Raises InputError for corrections that the graph does not allow.
    """

    def __init__(
        self,
        files: ModelFiles,
        *,
        inputs: Sequence[Port],
        roles: Mapping[str, Role],
        embedding: PatchEmbedding | None = None,
        corrections: Corrections = NONE,
    ) -> None:
        self._files, self._corrections = files, corrections
        self._config = _vision_config(files)
        self._inputs, self._roles = inputs, roles
        self._port = next(port for port in inputs if roles[port.name] == "pixels")
        self.canvas = canvas_of(self._port)
        self.patches = PatchTokens(self._config, embedding=embedding, corrections=corrections)
        self.preparation = preparation_of(
            files, fallback_size=self._fallback_size(), corrections=corrections
        )
        if corrections.image_size is not None:
            self.check_size(corrections.image_size)

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What was assumed or overruled about every photo."""
        fixed = list(self.preparation.notices)
        if number_type(self._port) == np.uint8:
            fixed.append(
                Notice(mark("The model takes whole pixel values, so they were not scaled."))
            )
        nested = self._config.notices if "vision_config" in self._files.config else ()
        return (*fixed, *nested)

    @property
    def free(self) -> bool:
        """Whether the graph takes pictures of any size."""
        return self.canvas.height is None and self.canvas.width is None

    @property
    def size(self) -> Size | None:
        """(height, width) of what the model gets by default; None when the photo decides."""
        return self._target(self._corrections.image_size) or self.preparation.size

    @property
    def usual_size(self) -> Size | None:
        """The same, the person's correction left out."""
        return self._target(None) or self.preparation.size

    @property
    def patch(self) -> Size | None:
        """(height, width) of one patch in the model's picture, None when unknown."""
        return self.patches.size

    def check_size(self, size: Size) -> None:
        """Raise InputError, naming the nearest, when the graph does not allow ``size``."""
        self._target(size)

    def encode(self, photo: Source, *, name: str = "", size: Size | None = None) -> EncodedImage:
        """Return ``photo`` ready to run, at another (height, width) than usual if asked.

        Raises ImageError for what is no usable picture, InputError when the graph does not allow
        the size.
        """
        loaded = load_photo(photo)
        image = loaded.image
        size = size or self._corrections.image_size
        placement = place(
            self.preparation,
            photo=(image.height, image.width),
            target=self._target(size),
            multiple=self.patches.size or (1, 1),
        )
        feeds, filled = self._others({self._port.name: self._picture(image, placement)}, placement)
        encoded = EncodedImage(
            modality="image",
            feeds=feeds,
            tokens=(),
            photo=image,
            photo_name=name,
            notices=(*loaded.notices, *self._notices(placement, asked=size), *filled),
            placement=placement,
        )
        return self.fit(encoded, self.patches.expected(placement.size))

    def describe(self, feeds: Mapping[str, Array]) -> EncodedImage:
        """Return raw inputs as an encoded image: no photo, and places in pixels of the input."""
        size = self.canvas.size_of(feeds[self._port.name])
        placement = Placement(photo=size, resized=size, top=0, left=0, size=size)
        encoded = EncodedImage(modality="image", feeds=feeds, tokens=(), placement=placement)
        return self.fit(encoded, self.patches.expected(size))

    def fit(self, encoded: EncodedImage, count: int | None) -> EncodedImage:
        """Return ``encoded`` with its ``count`` tokens named and placed; None: not yet known."""
        if count is None or encoded.placement is None:
            return encoded
        return self.patches.fit(encoded, count, placement=encoded.placement)

    def _fallback_size(self) -> int:
        asked = self._config.values.get("image_size")
        if isinstance(asked, (list, tuple)) and asked:
            asked = asked[-1]
        side = self.canvas.height or (asked if isinstance(asked, int) else 0) or _USUAL_SIZE
        step = (self.patches.size or (1, 1))[0]
        return max(min(side, 4096) // step, 1) * step

    def _target(self, asked: Size | None) -> Size | None:
        """Return the size that the graph or the person fixes, None when neither does."""
        canvas, usual = self.canvas, asked or self.preparation.size
        if canvas.height is None and canvas.width is None:
            return None if asked is None else self._allowed(asked)
        if asked is not None:
            self._check_fixed(asked)
        side = (canvas.height or canvas.width or 0,) * 2
        height, width = usual or side
        return canvas.height or height, canvas.width or width

    def _check_fixed(self, asked: Size) -> None:
        fixed = self.canvas.height, self.canvas.width
        if all(side in {None, wanted} for side, wanted in zip(fixed, asked, strict=True)):
            return
        raise InputError(
            mark("The graph takes pictures of {fixed} pixels only, not of {size}."),
            hint=mark("Export the model with free height and width to see more patches."),
            fixed=write_size((fixed[0] or asked[0], fixed[1] or asked[1])),
            size=write_size(asked),
        )

    def _allowed(self, size: Size) -> Size:
        patch = self.patches.size or (1, 1)
        if all(s > 0 and s % m == 0 for s, m in zip(size, patch, strict=True)):
            return size
        nearest = [max(round(s / m), 1) * m for s, m in zip(size, patch, strict=True)]
        raise InputError(
            mark("Pictures of {width}×{height} pixels do not divide into patches of {patch}."),
            hint=mark("The nearest size that does is {nearest}."),
            width=size[1],
            height=size[0],
            patch=write_size(patch),
            nearest=write_size((nearest[0], nearest[1])),
        )

    def _picture(self, image: Image.Image, placement: Placement) -> Array:
        flat = image.convert("L") if self.canvas.channels == 1 else image
        raw = pixels(flat, placement, resample=self.preparation.resample)
        dtype = number_type(self._port)
        if dtype == np.uint8:
            return self.canvas.array(raw)
        return self.canvas.array(normalised(raw, self.preparation).astype(dtype))

    def _others(
        self, feeds: dict[str, Array], placement: Placement
    ) -> tuple[dict[str, Array], list[Notice]]:
        rows, columns = self.patches.grid(placement.size) or placement.size
        notices = []
        for port in self._inputs:
            if port.name in feeds:
                continue
            role = self._roles[port.name]
            sizes = placement.size if role == "pixel_mask" else (rows * columns,)
            feeds[port.name], notice = fill(port, role=role, sizes=sizes)
            notices.append(notice)
        return feeds, notices

    def _notices(self, placement: Placement, *, asked: Size | None) -> list[Notice]:
        notices = []
        wanted, got = self.preparation.size, placement.size
        sizes = {"width": got[1], "height": got[0]}
        if wanted is not None and wanted != got and asked is None:
            message = mark(
                "The model's input is {width}×{height} pixels, not the {other} that its "
                "preparation asks for; the model's size was used."
            )
            other = f"{wanted[1]}×{wanted[0]}"
            notices.append(Notice(message, {**sizes, "other": other}))
        if placement.top < 0 or placement.left < 0:
            message = mark(
                "The picture is smaller than {width}×{height}, so black was added around."
            )
            notices.append(Notice(message, sizes))
        return notices


def normalised(picture: Array, preparation: Preparation) -> Array:
    """Return (picture · rescale − mean) / std, channel by channel, in float32."""
    values: Array = picture.astype(np.float32)
    if preparation.rescale is not None:
        values = (picture.astype(np.float64) * preparation.rescale).astype(np.float32)
    if preparation.flip:
        values = values[..., ::-1]
    if preparation.mean is not None and preparation.std is not None:
        mean, std = (_spread(n, values.shape[2]) for n in (preparation.mean, preparation.std))
        values = (values - mean) / std
    return values


def _spread(numbers: tuple[float, ...], channels: int) -> Array:
    return np.resize(np.array(numbers, dtype=np.float32), channels)


def _vision_config(files: ModelFiles) -> ConfigFile:
    inner = files.config.section("vision_config")
    return inner or files.config
