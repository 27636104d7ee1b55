"""The dropout rates a model was trained with, as its config.json names them.

Sources, in transformers' published code: ``BertConfig``, ``ViTConfig`` and ``Dinov2Config`` name
``attention_probs_dropout_prob`` and ``hidden_dropout_prob``; ``DistilBertConfig``
``attention_dropout`` and ``dropout``; ``ModernBertConfig`` ``attention_dropout``,
``embedding_dropout`` and ``mlp_dropout``; timm names ``attn_drop_rate`` and ``proj_drop_rate``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from models.config import ConfigFile
from models.encoded import Notice
from models.experiments.recipe import MODELS_OWN, Dropout
from models.graph.instruments.hidden import WHERES, Where
from models.i18n import mark

# Where published training code drops hidden numbers, if not in all three places; see
# docs/experiments.md for the classes.
_PLACES: Final[Mapping[str, frozenset[Where]]] = {
    "clip": frozenset(),
    "clip_text_model": frozenset(),
    "clip_vision_model": frozenset(),
    "dinov2": frozenset({"embeddings", "attention"}),
    "dinov2_with_registers": frozenset({"embeddings", "attention"}),
    "distilbert": frozenset({"embeddings", "forward"}),
    "modernbert": frozenset({"embeddings", "attention"}),
}
_ATTENTION: Final = ("attention_probs_dropout_prob", "attention_dropout", "attn_drop_rate")
_HIDDEN: Final = ("hidden_dropout_prob", "dropout", "hidden_dropout", "proj_drop_rate")


@dataclass(frozen=True, slots=True)
class Rates:
    """What config.json says; None where it is silent."""

    attention: float | None
    hidden: float | None

    @property
    def notice(self) -> Notice | None:
        """What a person should know before switching dropout on; None where there is nothing."""
        if self.attention is None and self.hidden is None:
            return Notice(mark("The model's files do not say with which dropout it was trained."))
        if not self.attention and not self.hidden:
            return Notice(
                mark(
                    "This model was trained without dropout: what you see with dropout on is how "
                    "it bears damage, not how unsure it is."
                )
            )
        if not self.attention:
            return Notice(mark("This model was trained without dropout on attention weights."))
        return None

    def settled(self, asked: Dropout) -> tuple[float, float]:
        """Return (attention, hidden) rates as asked, the model's own where those are asked for."""
        attention = self.attention or 0.0 if asked.attention == MODELS_OWN else asked.attention
        hidden = self.hidden or 0.0 if asked.hidden == MODELS_OWN else asked.hidden
        return attention, hidden


def rates_of(config: ConfigFile) -> Rates:
    """Return the rates that ``config`` names."""
    for section in (config, config.section("vision_config"), config.section("text_config")):
        attention, hidden = _first(section, _ATTENTION), _first(section, _HIDDEN)
        if attention is not None or hidden is not None:
            return Rates(attention, hidden)
    return Rates(None, None)


def places_of(family: str) -> frozenset[Where]:
    """Return where models of ``family`` (config.json's model_type) drop hidden numbers."""
    return _PLACES.get(family, frozenset(WHERES))


def _first(config: ConfigFile, names: tuple[str, ...]) -> float | None:
    found = (config.number(name, low=0.0, high=1.0 - 1e-6) for name in names if name in config)
    return next((value for value in found if value is not None), None)
