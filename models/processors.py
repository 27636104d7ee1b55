"""What each of Hugging Face's image processors does where its file is silent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

_HALF: Final = (0.5, 0.5, 0.5)
_IMAGENET_MEAN: Final = (0.485, 0.456, 0.406)
_IMAGENET_STD: Final = (0.229, 0.224, 0.225)
_CLIP_MEAN: Final = (0.48145466, 0.4578275, 0.40821073)
_CLIP_STD: Final = (0.26862954, 0.26130258, 0.27577711)
_HALVES: Final = {"image_mean": _HALF, "image_std": _HALF}
_IMAGENET: Final = {"image_mean": _IMAGENET_MEAN, "image_std": _IMAGENET_STD}
_CLIP: Final = {"image_mean": _CLIP_MEAN, "image_std": _CLIP_STD}
_SQUARE_224: Final = {"size": {"height": 224, "width": 224}}
_SHORTEST_224: Final = {"size": {"shortest_edge": 224}}
_CROP_224: Final = {"crop_size": 224, "do_center_crop": True}
_NEAREST, _BILINEAR, _BICUBIC = 0, 2, 3

# What each processor class does where its file is silent (transformers 4.57).
DEFAULTS: Final[Mapping[str, Mapping[str, Any]]] = {
    "ViT": {**_SQUARE_224, "resample": _BILINEAR, **_HALVES},
    "DeiT": {"size": 256, **_CROP_224, "resample": _BICUBIC, **_HALVES},
    "Beit": {"size": 256, **_CROP_224, "resample": _BICUBIC, **_HALVES},
    "CLIP": {**_SHORTEST_224, **_CROP_224, "resample": _BICUBIC, **_CLIP},
    "ChineseCLIP": {**_SHORTEST_224, **_CROP_224, "resample": _BICUBIC, **_CLIP},
    "Bit": {**_SHORTEST_224, **_CROP_224, "resample": _BICUBIC, **_CLIP},
    "ViTHybrid": {**_SHORTEST_224, **_CROP_224, "resample": _BICUBIC, **_CLIP},
    "Blip": {"size": 384, "resample": _BICUBIC, **_CLIP},
    "Siglip": {**_SQUARE_224, "resample": _BICUBIC, **_HALVES},
    "Pvt": {**_SQUARE_224, "resample": _BILINEAR, **_IMAGENET},
    "Segformer": {"size": 512, "resample": _BILINEAR, **_IMAGENET},
    "DINOv3ViT": {**_SQUARE_224, "resample": _BILINEAR, **_IMAGENET},
    "DPT": {"size": 384, "resample": _BICUBIC, **_HALVES},
    "EfficientFormer": {**_SQUARE_224, **_CROP_224, "resample": _BICUBIC, **_IMAGENET},
    "ConvNext": {"size": {"shortest_edge": 384}, "resample": _BILINEAR, **_HALVES},
    "PoolFormer": {**_SHORTEST_224, **_CROP_224, "resample": _BICUBIC, **_IMAGENET},
    "Levit": {**_SHORTEST_224, **_CROP_224, "resample": _BICUBIC, **_IMAGENET},
    "MobileViT": {**_SHORTEST_224, "crop_size": 256, "do_center_crop": True, "resample": _BILINEAR},
    "Yolos": {"size": {"shortest_edge": 800, "longest_edge": 1333}, "resample": 2, **_IMAGENET},
}
SHORTEST_BY_INT: Final = {
    *("CLIP", "ChineseCLIP", "Bit", "ViTHybrid", "ConvNext", "PoolFormer", "Levit", "MobileViT"),
    "Yolos",
}

# Which processor a family's models are published with, for folders that lack the file.
FAMILIES: Final[Mapping[str, str]] = {
    "vit": "ViT",
    "vit_mae": "ViT",
    "vit_msn": "ViT",
    "ijepa": "ViT",
    "beit": "Beit",
    "data2vec-vision": "Beit",
    "deit": "DeiT",
    "clip": "CLIP",
    "clip_vision_model": "CLIP",
    "chinese_clip": "ChineseCLIP",
    "siglip": "Siglip",
    "siglip_vision_model": "Siglip",
    "siglip2": "Siglip",
    "segformer": "Segformer",
    "yolos": "Yolos",
    "levit": "Levit",
    "dpt": "DPT",
}

# Everything else was mostly trained on ImageNet's statistics.
ASSUMED: Final = "Pvt"
