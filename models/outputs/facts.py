"""What is known about a run besides its outputs: config, vocabulary, ids, the graph's end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

from models.config import ConfigFile
from models.encoded import Encoded
from models.errors import TokenizerError
from models.record import Record
from models.tokenizer import Vocabulary

if TYPE_CHECKING:  # loads onnx, and the window opens without waiting for it
    import onnx

    from models.api import Model

# What changes the shape or the type of numbers but says nothing new.
_PASSING: Final = frozenset(
    {"Identity", "Cast", "Reshape", "Squeeze", "Unsqueeze", "Flatten", "Transpose"}
    | {"QuantizeLinear", "DequantizeLinear"}
)
_FAR: Final = 20
_WIDTHS: Final = ("hidden_size", "dim", "d_model", "embed_dim", "projection_dim", "n_embd")


@dataclass(frozen=True, eq=False)
class Facts:
    """``ids`` [N] is what was fed. ``rows`` is how many token ids the graph's embedding knows.

    ``widths`` are the lengths that a vector of this model may have. ``last_ops`` names the
    operator that makes each output, changes of shape and type left out.
    """

    encoded: Encoded
    config: ConfigFile
    vocabulary: Vocabulary | None
    ids: tuple[int, ...]
    rows: int | None
    widths: frozenset[int]
    last_ops: Mapping[str, str]

    @property
    def count(self) -> int:
        """N: how many tokens there are."""
        return len(self.encoded.tokens)

    @cached_property
    def architectures(self) -> tuple[str, ...]:
        """The class names in config.json: ``BertForMaskedLM`` and the like."""
        said = self.config.values.get("architectures")
        return tuple(str(name) for name in said) if isinstance(said, (list, tuple)) else ()

    def built_for(self, *endings: str) -> bool:
        """Whether config.json names a class that ends like this: ``ForMaskedLM``."""
        return any(name.endswith(endings) for name in self.architectures)

    def is_vocabulary(self, size: int) -> bool:
        """Whether ``size`` numbers can be one per piece: as the graph says, else the files."""
        if self.rows is not None:
            return size == self.rows
        known = {self.config.whole("vocab_size")}
        if self.vocabulary is not None:
            known.add(self.vocabulary.tokenizer.get_vocab_size())
        return size in known


def facts_of(record: Record, model: Model) -> Facts:
    """Return what is known about ``record``, which ``model`` made."""
    ids = next((f for name, f in record.encoded.feeds.items() if model.roles[name] == "ids"), None)
    graph = model.tapped.graph
    return Facts(
        encoded=record.encoded,
        config=model.files.config,
        vocabulary=_vocabulary(model),
        ids=() if ids is None else tuple(int(i) for i in ids.reshape(-1)),
        rows=model.tapped.embedding_rows,
        widths=_widths(record, model.files.config),
        last_ops=last_ops(graph.node, record.outputs),
    )


def _vocabulary(model: Model) -> Vocabulary | None:
    if model.modality != "text" or model.files.tokenizer is None:
        return None
    try:
        return model.text_encoder.vocabulary
    except TokenizerError:
        return None


def _widths(record: Record, config: ConfigFile) -> frozenset[int]:
    """Return heads × d of the first layer, unless it attends in windows, and what config says.

    The other layers are not asked: they are read only when somebody looks at them.
    """
    first = [record.layers[0]] if len(record.layers) else []
    inside = {layer.heads * int(layer.value.shape[2]) for layer in first if layer.windows is None}
    sections = (config, config.section("vision_config"), config.section("text_config"))
    said = {section.whole(name) for section in sections for name in _WIDTHS}
    return frozenset(inside | {width for width in said if width is not None})


def last_ops(nodes: Iterable[onnx.NodeProto], outputs: Iterable[str]) -> dict[str, str]:
    """Return the operator that makes each of ``outputs``, found through changes of shape."""
    makers = {name: node for node in nodes for name in node.output}
    found = {}
    for output in outputs:
        name = output
        for _ in range(_FAR):
            node = makers.get(name)
            if node is None or node.op_type not in _PASSING or not node.input:
                break
            name = node.input[0]
        node = makers.get(name)
        found[output] = "" if node is None else node.op_type
    return found
