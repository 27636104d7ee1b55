"""The bundled text model in transformers: the same weights, written out from its ONNX file.

The file stores weights of 8 and 4 bits in blocks, which onnxruntime widens to float32 when it
loads them and computes with. Widened here the same way, they are what transformers is given, so
that both compute the same numbers.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
from numpy.typing import NDArray

from models.api import Model
from models.graph.edit import Edit

Floats = NDArray[np.float32]

_LINEAR: Final = {  # the file's name of a matrix of a layer, and transformers' name
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "fi": "intermediate.dense",
    "fo": "output.dense",
}
_NORMS: Final = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}


def eager_model(model: Model) -> Any:
    """Return transformers' BertModel, eager, with the weights of the bundled text ``model``."""
    torch = importlib.import_module("torch")  # only where they are installed
    transformers = importlib.import_module("transformers")
    settings = json.loads((model.files.onnx.parent / "config.json").read_text("utf-8"))
    config = transformers.BertConfig(**{k: v for k, v in settings.items() if k != "architectures"})
    config._attn_implementation = "eager"  # as attn_implementation="eager" when loading
    made = transformers.BertModel(config, add_pooling_layer=False).eval()
    state = {name: torch.from_numpy(array) for name, array in _state(model, settings)}
    made.load_state_dict(state)  # strict: every weight is given, and none is left over
    return made


def _state(model: Model, settings: dict[str, Any]) -> Iterator[tuple[str, Floats]]:
    stored = _stored(model.files.onnx)
    yield "embeddings.word_embeddings.weight", _word_vectors(stored)
    yield "embeddings.position_embeddings.weight", stored["emb.pos"]
    yield "embeddings.token_type_embeddings.weight", stored["emb.type"]
    yield "embeddings.LayerNorm.weight", stored["emb.ln.w"]
    yield "embeddings.LayerNorm.bias", stored["emb.ln.b"]
    layers = range(settings["num_hidden_layers"])
    matrices = [f"l{layer}.{name}.w" for layer in layers for name in _LINEAR]
    widened = dict(zip(matrices, _computed(model, matrices, [[0]]), strict=True))
    for layer in layers:
        for name, module in _LINEAR.items():
            place = f"encoder.layer.{layer}.{module}"
            yield f"{place}.weight", np.ascontiguousarray(widened[f"l{layer}.{name}.w"].T)
            yield f"{place}.bias", stored[f"l{layer}.{name}.b"]
        for name, module in _NORMS.items():
            place = f"encoder.layer.{layer}.{module}"
            yield f"{place}.weight", stored[f"l{layer}.{name}.w"]
            yield f"{place}.bias", stored[f"l{layer}.{name}.b"]


def _stored(path: Path) -> dict[str, NDArray[Any]]:
    kept = (onnx.TensorProto.FLOAT, onnx.TensorProto.FLOAT16, onnx.TensorProto.UINT8)
    found = (t for t in onnx.load(str(path)).graph.initializer if t.data_type in kept)
    return {tensor.name: onnx.numpy_helper.to_array(tensor).copy() for tensor in found}


def _word_vectors(stored: Mapping[str, NDArray[Any]]) -> Floats:
    """Return the word embeddings [vocabulary, hidden]: 4 bits each, a scale for every 32."""
    packed, scale = stored["emb.word_packed"], stored["emb.word_scale"]
    blocks = packed.reshape(*scale.shape, -1)
    fours = np.concatenate([blocks & 15, blocks >> 4], axis=-1).astype(np.float32) - 8
    return (fours * scale.astype(np.float32)[..., None]).reshape(len(packed), -1)


def _computed(model: Model, names: list[str], ids: list[list[int]]) -> list[Floats]:
    session = model.tapped.loader.session(Edit(outputs=tuple(names)), None)
    found = session.run(_feeds(ids), names)
    return [found[name] for name in names]


def _feeds(ids: list[list[int]]) -> dict[str, NDArray[np.int64]]:
    """Return what the graph is fed for rows of token ids [batch, tokens]."""
    array = np.asarray(ids, dtype=np.int64)
    return {
        "input_ids": array,
        "attention_mask": np.ones_like(array),
        "token_type_ids": np.zeros_like(array),
    }
