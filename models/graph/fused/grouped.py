"""com.microsoft GroupQueryAttention, as decoders are optimised: grouped, causal, rotary inside.

Keys and values come out joined with the past and turned; queries are turned here.
Ref.: ONNX Runtime's docs/ContribOperators.md, "com.microsoft.GroupQueryAttention".
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from models.encoded import Array
from models.graph.block import Reader, Tensors
from models.graph.edit import Edit
from models.graph.fused.common import FusedReader, Numbers, known_inputs, split_heads, together
from models.graph.index import GraphIndex

_LENGTHS, _COS, _SIN, _POSITIONS, _ADDED = 5, 7, 8, 9, 10
_PRESENT_KEY, _PRESENT_VALUE, _WEIGHTS = 1, 2, 3
_AFTER_SOFTMAX = 2
_FLOAT = 1


class GroupedReader(FusedReader):
    """Reads one GroupQueryAttention node."""

    @property
    def taps(self) -> Edit:
        """The queries, what turns and hides, and the keys and values that the node joins."""
        kept = (self.node.input(i) for i in (0, _LENGTHS, _COS, _SIN, _POSITIONS, _ADDED))
        inputs = [name for name in kept if name and name not in self.constants]
        own = self._present(_PRESENT_KEY), self._present(_PRESENT_VALUE)
        extra = {
            (self.node.index, place): name
            for place, name in zip((_PRESENT_KEY, _PRESENT_VALUE), own, strict=True)
            if name not in self.node.outputs
        }
        edit = Edit((*inputs, *own), extra=extra, types=dict.fromkeys(extra.values(), _FLOAT))
        return self._with_weights(edit) if self.direct else edit

    @property
    def checks(self) -> Edit:
        """The node's output and its weights after the softmax."""
        return self._with_weights(Edit((self.node.output,)))

    def weight_edit(self, outputs: tuple[str, ...]) -> Edit:
        """Ask for the fourth output after the softmax."""
        return self._with_weights(Edit(outputs))

    def _with_weights(self, edit: Edit) -> Edit:
        if len(self.node.outputs) > _WEIGHTS and self.node.outputs[_WEIGHTS]:
            return edit
        name, place = self._weights_name, self.node.index
        return Edit(
            (*edit.outputs, name),
            extra={**edit.extra, (place, _WEIGHTS): name},
            attributes={(place, "qk_output"): _AFTER_SOFTMAX},
            types={**edit.types, name: _FLOAT},
        )

    @property
    def _weights_name(self) -> str:
        return f"mirante/weights/{self.node.index}"

    def _present(self, place: int) -> str:
        own = self.node.outputs[place] if len(self.node.outputs) > place else ""
        return own or f"mirante/present{place}/{self.node.index}"

    def runtime_weights(self, found: Tensors) -> Array | None:
        """Return the fourth output where it was asked for."""
        return found.get(self._weights_name)

    def numbers(self, found: Tensors) -> Numbers:
        """Return turned queries, joined keys and values, and every mask as one bias."""
        facts = self.node.attributes
        heads, groups = int(facts["num_heads"]), int(facts["kv_num_heads"])
        total = int(found[self.node.input(_LENGTHS)].reshape(-1)[0]) + 1
        key = found[self._present(_PRESENT_KEY)][:, :, :total]
        value = found[self._present(_PRESENT_VALUE)][:, :, :total]
        query = found[self.node.input(0)]
        if not self.node.input(1):
            query = query[..., : query.shape[-1] * heads // (heads + 2 * groups)]
        query = split_heads(query.astype(np.float32), heads)
        past = total - query.shape[2]
        if facts.get("do_rotary"):
            query = self._turned(found, query, past)
        scale = float(facts.get("scale", 0.0)) or 1 / float(np.sqrt(query.shape[-1]))
        added = self.node.input(_ADDED)
        bias = together(
            _seen(query.shape[2], total, past, int(facts.get("local_window_size", -1))),
            found[added].astype(np.float32) if added else None,
        )
        return Numbers(query, key, value, scale, bias)

    def _turned(self, found: Tensors, query: Array, past: int) -> Array:
        """Return queries [B, H, N, d] after rotary embedding."""
        place = np.arange(past, past + query.shape[2])
        if self.node.input(_POSITIONS):
            place = found[self.node.input(_POSITIONS)].reshape(-1, query.shape[2])[0]
        cos = found[self.node.input(_COS)].astype(np.float32)[place]
        sin = found[self.node.input(_SIN)].astype(np.float32)[place]
        size = 2 * cos.shape[-1]
        turned, rest = query[..., :size], query[..., size:]
        if self.node.attributes.get("rotary_interleaved"):
            one, two = turned[..., 0::2], turned[..., 1::2]
            pair = np.stack((one * cos - two * sin, two * cos + one * sin), axis=-1)
            turned = pair.reshape(turned.shape)
        else:
            one, two = np.split(turned, 2, axis=-1)
            turned = np.concatenate((one * cos - two * sin, two * cos + one * sin), axis=-1)
        return np.concatenate((turned, rest), axis=-1)


def _seen(queries: int, keys: int, past: int, window: int) -> Array:
    """Return a bias [1, 1, N, M] that hides later keys and those before a local window."""
    query, key = np.arange(queries)[:, None] + past, np.arange(keys)[None, :]
    hidden = key > query
    if window > 0:
        hidden |= key <= query - window
    return np.where(hidden, np.float32(-np.inf), np.float32(0))[None, None]


def find_grouped(index: GraphIndex) -> Iterator[tuple[int, Reader]]:
    """Yield a reader for each GroupQueryAttention node and its place."""
    for node in index.nodes:
        if node.op == "com.microsoft.GroupQueryAttention":
            special = any(node.attributes.get(x) for x in ("softcap", "smooth_softmax"))
            tapped = special or bool(node.input(_ADDED + 1))
            pattern = "com.microsoft GroupQueryAttention" + (" (weights tapped)" if tapped else "")
            reader = GroupedReader(node, known_inputs(index, node), pattern, tapped)
            yield index.position[node.index], reader
