"""How a model wants its pictures: resize, crop, rescale, normalise, in every dialect of config.

The steps and their rounding are those of Hugging Face's image processors on Pillow, and of timm's
evaluation transform where only a timm config is there.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

from models.config import ConfigFile, real_number, whole_number
from models.corrections import INTERPOLATIONS, NONE, Corrections
from models.encoded import Notice
from models.i18n import mark
from models.library import ModelFiles
from models.processors import ASSUMED, DEFAULTS, FAMILIES, SHORTEST_BY_INT

_LARGEST_SIDE: Final = 8192
_SIDES: Final = 2
_BILINEAR: Final = 2
_HALF: Final = (0.5, 0.5, 0.5)
_IMAGENET_MEAN: Final = (0.485, 0.456, 0.406)
_IMAGENET_STD: Final = (0.229, 0.224, 0.225)
_NO_NORMALISE: Final = {"MobileViT"}
_LEVIT_STRETCH: Final = 256 / 224
_CONVNEXT_WARPS_FROM: Final = 384
_TIMM_CROP: Final = 0.875


@dataclass(frozen=True, slots=True)
class Resize:
    """A picture's new size.

    ``exact``: height × width. ``shortest``: that edge becomes ``height``, the other stays in
    proportion, but at most ``longest``. ``inside`` and ``cover``: in proportion, just within or
    just filling height × width.
    """

    kind: Literal["exact", "shortest", "inside", "cover"]
    height: int
    width: int
    longest: int | None = None


@dataclass(frozen=True, slots=True)
class Preparation:
    """The steps in their order; a step that is None is left out.

    ``crop`` is (height, width) from the centre; where the picture is smaller, black is added.
    ``torch_margins`` rounds odd margins as torchvision does. ``flip`` puts blue first. ``source``
    is the file that asked for this, empty when it was assumed.
    """

    resize: Resize | None
    resample: int
    crop: tuple[int, int] | None
    rescale: float | None
    mean: tuple[float, ...] | None
    std: tuple[float, ...] | None
    flip: bool = False
    torch_margins: bool = False
    notices: tuple[Notice, ...] = ()
    source: str = ""

    @property
    def size(self) -> tuple[int, int] | None:
        """(height, width) of what the model gets, None when it depends on the picture."""
        if self.crop is not None:
            return self.crop
        if self.resize is not None and self.resize.kind == "exact":
            return self.resize.height, self.resize.width
        return None


def preparation_of(
    files: ModelFiles, *, fallback_size: int, corrections: Corrections = NONE
) -> Preparation:
    """Return the preparation that the files beside a model ask for, and the person corrected.

    ``fallback_size`` is the square's side when nothing says a size; a corrected size of the
    picture is the encoder's matter.
    """
    timm = files.config.section("pretrained_cfg")
    if files.processor:
        found = replace(_from_processor(files.processor), source=files.processor.file)
    elif timm or "input_size" in files.config:
        found = replace(_from_timm(timm or files.config), source=files.config.file)
    else:
        found = _assumed(files, fallback_size, corrections)
    return _corrected(found, corrections)


def _corrected(found: Preparation, corrections: Corrections) -> Preparation:
    mean, std = corrections.mean or found.mean, corrections.std or found.std
    if corrections.mean or corrections.std:  # the other one may be a step that was left out
        mean, std = mean or (0.0,), std or (1.0,)
    resample = found.resample
    if corrections.interpolation is not None:
        resample = INTERPOLATIONS.index(corrections.interpolation)
    return replace(found, mean=mean, std=std, resample=resample)


def _assumed(files: ModelFiles, size: int, corrections: Corrections) -> Preparation:
    family = files.config.text("model_type") or ""
    known = DEFAULTS[FAMILIES.get(family, ASSUMED)]
    mean, std = known["image_mean"], known["image_std"]
    values = {"size": size, "mean": _listed(mean), "std": _listed(std)}
    return Preparation(
        resize=Resize("exact", size, size),
        resample=known["resample"],
        crop=None,
        rescale=1 / 255,
        mean=mean,
        std=std,
        notices=tuple(Notice(message, values) for message in _assumptions(corrections)),
    )


def _assumptions(corrections: Corrections) -> tuple[str, ...]:
    """Return one sentence about everything that had to be assumed, or one for each thing left."""
    if corrections.image_size is None and not (corrections.mean or corrections.std):
        together = mark(
            "There is no preprocessor_config.json: {size}×{size} pixels, mean {mean} and standard "
            "deviation {std} were assumed."
        )
        return (together,)
    alone = (
        (corrections.image_size, mark("The picture's size was assumed: {size}×{size} pixels.")),
        (corrections.mean, mark("The mean was assumed: {mean}.")),
        (corrections.std, mark("The standard deviation was assumed: {std}.")),
    )
    return tuple(message for said, message in alone if said is None)


def _listed(numbers: tuple[float, ...]) -> str:
    return ", ".join(f"{number:.3g}" for number in numbers)


# -- Hugging Face's preprocessor_config.json


def _from_processor(config: ConfigFile) -> Preparation:
    kind = _kind(config)
    known = DEFAULTS.get(kind, DEFAULTS["ViT"])
    resize = _resize(config, kind, known) if _asked(config, "do_resize", default=True) else None
    crops = _asked(config, "do_center_crop", default=bool(known.get("do_center_crop")))
    crop = _crop(config, known) if crops else None
    if kind == "ConvNext" and resize is not None:
        resize, crop = _convnext(config, resize.height)
    rescales = _asked(config, "do_rescale", default=True)
    factor = config.number("rescale_factor", low=1e-9, high=1e3) or 1 / 255
    normalises = _asked(config, "do_normalize", default=kind not in _NO_NORMALISE)
    mean = _triple(config, "image_mean", known.get("image_mean", _HALF)) if normalises else None
    std = _triple(config, "image_std", known.get("image_std", _HALF)) if normalises else None
    resample = config.whole("resample", high=5)
    return Preparation(
        resize=resize,
        resample=known["resample"] if resample is None else resample,
        crop=crop,
        rescale=factor if rescales else None,
        mean=mean,
        std=std,
        flip=_asked(config, "do_flip_channel_order", default=kind == "MobileViT"),
    )


def _kind(config: ConfigFile) -> str:
    name = config.text("image_processor_type") or config.text("feature_extractor_type") or ""
    for ending in ("ImageProcessorFast", "ImageProcessorPil", "ImageProcessor", "FeatureExtractor"):
        name = name.removesuffix(ending)
    return name


def _asked(config: ConfigFile, name: str, *, default: bool) -> bool:
    value = config.flag(name)
    return default if value is None else value


def _resize(config: ConfigFile, kind: str, known: Mapping[str, Any]) -> Resize:
    shortest = kind in SHORTEST_BY_INT
    asked = config.values.get("size")
    resize = None if asked is None else _size(asked, shortest=shortest, config=config)
    if asked is not None and resize is None:
        config.reject("size")
    if resize is None:
        resize = _size(known["size"], shortest=shortest, config=config)
        assert resize is not None  # noqa: S101  # the table above holds only good sizes
    if resize.kind == "shortest" and kind == "PoolFormer":
        crop_pct = config.number("crop_pct", low=0.01, high=1) or 0.9
        return Resize("shortest", int(resize.height / crop_pct), 0)
    if resize.kind == "shortest" and kind == "Levit":
        return Resize("shortest", int(_LEVIT_STRETCH * resize.height), 0)
    return resize


def _size(value: object, *, shortest: bool, config: ConfigFile) -> Resize | None:
    if isinstance(value, Mapping):
        return _size_of_mapping(value)
    if isinstance(value, (list, tuple)):
        pair = [_side(v) for v in value]
        height, width = pair if len(pair) == _SIDES else (None, None)
        return None if height is None or width is None else Resize("exact", height, width)
    side = _side(value)
    if side is None:
        return None
    longest = config.whole("max_size", low=1, high=_LARGEST_SIDE)
    return Resize("shortest", side, 0, longest) if shortest else Resize("exact", side, side)


def _size_of_mapping(value: Mapping[str, object]) -> Resize | None:
    height, width = _side(value.get("height")), _side(value.get("width"))
    if height is not None and width is not None:
        return Resize("exact", height, width)
    shortest, longest = _side(value.get("shortest_edge")), _side(value.get("longest_edge"))
    if shortest is not None:
        return Resize("shortest", shortest, 0, longest)
    if longest is not None:
        return Resize("inside", longest, longest)
    height, width = _side(value.get("max_height")), _side(value.get("max_width"))
    return None if height is None or width is None else Resize("inside", height, width)


def _side(value: object) -> int | None:
    number = whole_number(value)
    return number if number is not None and 0 < number <= _LARGEST_SIDE else None


def _crop(config: ConfigFile, known: Mapping[str, Any]) -> tuple[int, int] | None:
    for value in (
        config.values.get("crop_size"),
        known.get("crop_size"),
        config.values.get("size"),
    ):
        size = None if value is None else _size(value, shortest=False, config=ConfigFile())
        if size is not None:
            side = size.height
            return (side, side) if size.kind == "shortest" else (size.height, size.width)
        if value is not None:
            config.reject("crop_size")
    return None


def _convnext(config: ConfigFile, side: int) -> tuple[Resize, tuple[int, int] | None]:
    """ConvNext crops below 384 pixels and warps to a square from there on."""
    if side >= _CONVNEXT_WARPS_FROM:
        return Resize("exact", side, side), None
    crop_pct = config.number("crop_pct", low=0.01, high=1) or 224 / 256
    return Resize("shortest", int(side / crop_pct), 0), (side, side)


def _triple(config: ConfigFile, name: str, default: tuple[float, ...]) -> tuple[float, ...]:
    value = config.values.get(name)
    if value is None:
        return default
    listed = list(value) if isinstance(value, (list, tuple)) else [value] * 3
    numbers = [real_number(v) for v in listed]
    good = [n for n in numbers if n is not None and (n > 0 or name not in {"image_std", "std"})]
    if len(good) != len(listed) or len(good) not in {1, 3}:
        config.reject(name)
        return default
    return tuple(good)


# -- timm's pretrained_cfg


def _from_timm(config: ConfigFile) -> Preparation:
    asked = config.values.get("input_size")
    sides = [_side(v) for v in asked[-2:]] if isinstance(asked, (list, tuple)) else []
    if len(sides) != _SIDES or None in sides:
        config.reject("input_size")
        sides = [224, 224]
    height, width = sides[0] or 224, sides[1] or 224
    crop_pct = config.number("crop_pct", low=0.01, high=2) or _TIMM_CROP
    scaled = math.floor(height / crop_pct), math.floor(width / crop_pct)
    kinds: Mapping[str | None, Literal["exact", "inside"]] = {"squash": "exact", "border": "inside"}
    kind = kinds.get(config.text("crop_mode"))
    if kind is None and height == width:
        resize = Resize("shortest", scaled[0], 0)
    else:
        resize = Resize(kind or "cover", *scaled)
    names = {"nearest": 0, "lanczos": 1, "bilinear": 2, "random": 2, "bicubic": 3, "box": 4}
    return Preparation(
        resize=resize,
        resample=names.get(config.text("interpolation") or "bicubic", _BILINEAR),
        crop=(height, width),
        rescale=1 / 255,
        mean=_triple(config, "mean", _IMAGENET_MEAN),
        std=_triple(config, "std", _IMAGENET_STD),
        torch_margins=True,
    )
