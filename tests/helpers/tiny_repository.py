"""The files of a tiny real model as a repository on the hub has them."""

from __future__ import annotations

from pathlib import Path

import onnx

from tests.helpers.tiny_models import save_text_model
from tests.helpers.tiny_tokenizers import word_piece


def tiny_repository(folder: Path) -> dict[str, bytes]:
    """Return path and content: a model whose weights are in a second file, and what is beside."""
    plain = save_text_model(folder / "plain.onnx", rows=400)
    word_piece(folder)
    (folder / "onnx").mkdir()
    onnx.save(
        onnx.load(plain),
        folder / "onnx" / "model.onnx",
        save_as_external_data=True,
        location="model.onnx_data",
        size_threshold=200,
    )
    return {
        "config.json": b'{"model_type": "bert"}',
        "README.md": b"---\nlicense: cc-by-4.0\n---\n",
        "tokenizer.json": (folder / "tokenizer.json").read_bytes(),
        "onnx/model.onnx": (folder / "onnx" / "model.onnx").read_bytes(),
        "onnx/model.onnx_data": (folder / "onnx" / "model.onnx_data").read_bytes(),
        "onnx/model_fp16.onnx": plain.read_bytes(),
    }
