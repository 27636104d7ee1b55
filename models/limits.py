"""How many tokens fit a text model, and where its positions begin."""

from __future__ import annotations

from typing import Final

from models.errors import InputError
from models.i18n import mark
from models.library import ModelFiles

# These number positions from the padding's id + 1, so that many rows of the table are never used.
_OFFSET_FAMILIES: Final = frozenset(
    {"roberta", "xlm-roberta", "xlm-roberta-xl", "camembert", "roberta-prelayernorm", "mpnet"}
    | {"longformer", "data2vec-text", "ibert", "esm", "luke", "markuplm", "layoutlmv3", "lilt"}
    | {"xmod", "xlm-roberta-flash"}
)
_POSITIONS: Final = ("max_position_embeddings", "n_positions", "max_sequence_length", "n_ctx")
_USUAL: Final = 512
_ENDLESS: Final = 1_000_000


def first_position(files: ModelFiles, *, pad_id: int) -> int:
    """Return the position number of the first token: 0, but padding's id + 1 in RoBERTa's kin."""
    if files.config.text("model_type") not in _OFFSET_FAMILIES:
        return 0
    said = files.config.whole("pad_token_id")
    return (pad_id if said is None else said) + 1


def token_limit(
    files: ModelFiles, *, fixed: int | None, pad_id: int, corrected: int | None = None
) -> int:
    """Return how many tokens fit, special ones included: ``corrected``, or what the files say.

    That is the smallest of the graph's fixed length, the config's positions, and what the
    tokenizer and sentence-transformers state; 512 where nothing is known. Raises InputError for
    more than the graph takes.
    """
    if corrected is not None:
        return _allowed(corrected, fixed=fixed)
    known = [] if fixed is None else [fixed]
    positions = files.config.whole(*_POSITIONS, low=1)
    if positions is not None and positions > 0:
        known.append(max(positions - first_position(files, pad_id=pad_id), 1))
    # tokenizers without a limit of their own say 10^30
    length = files.tokenizer_config.number("model_max_length", low=1, high=1e40)
    if length is not None and length <= _ENDLESS:
        known.append(int(length))
    sentence = files.sentence_config.whole("max_seq_length", low=1, high=_ENDLESS)
    if sentence is not None:
        known.append(sentence)
    return min(known, default=_USUAL)


def _allowed(corrected: int, *, fixed: int | None) -> int:
    if fixed is None or corrected <= fixed:
        return corrected
    raise InputError(
        mark("The graph takes {fixed} tokens, so {asked} do not fit."),
        hint=mark("Export the model with a free sequence length."),
        fixed=fixed,
        asked=corrected,
    )
