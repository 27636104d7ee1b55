"""What each measure adds up, row by row.

Every function takes a block of weights [H, q, M] and returns two arrays [H, q] (or [q]): what is
summed over the rows, and what that sum is divided by in the end.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from models.attention import Float
from models.measures.blocks import Block
from models.measures.facts import Bools

Pair = tuple[Float, Float]
_TINY: Final = np.float32(1e-37)  # below every weight that counts; ln 0 would be NaN times 0


def _counted(block: Block, amounts: Float) -> Pair:
    """Return ``amounts`` [H, q] to be averaged over rows."""
    return amounts, np.ones(len(block.queries), np.float32)


def _mass(block: Block, pattern: Bools) -> Pair:
    """Return the weight on ``pattern`` [M] or [q, M], counted where a row has such a key."""
    chosen = pattern.astype(np.float32)
    if pattern.ndim == 1:
        amounts = block.weights @ chosen
    else:
        amounts = np.einsum("hqm,qm->hq", block.weights, chosen)
    has = np.broadcast_to(pattern.any(axis=-1), len(block.queries)).astype(np.float32)
    return np.asarray(amounts * has, np.float32), has


def entropy(block: Block) -> Pair:
    """Σ_j −α_ij ln α_ij / ln n, n the visible positions; Clark et al. 2019, section 3.3."""
    weights = block.weights
    amounts = -np.einsum("hqm,hqm->hq", weights, np.log(np.maximum(weights, _TINY)))
    if block.facts.shown < 2:  # noqa: PLR2004  # one key has no distribution
        return _counted(block, np.full_like(amounts, np.nan))
    return _counted(block, amounts / np.float32(np.log(block.facts.shown)))


def confidence(block: Block) -> Pair:
    """max_j α_ij over ordinary keys; Voita et al. 2019, section 4."""
    return _counted(block, block.weights[:, :, block.facts.ordinary].max(axis=2))


def special_share(block: Block) -> Pair:
    """Σ_j α_ij over special keys."""
    facts = block.facts
    return _mass(block, facts.visible & ~facts.ordinary)


def distance(block: Block) -> Pair:
    """Σ_j α_ij·|i−j| over ordinary keys, by Σ_j α_ij; Vig and Belinkov 2019, equation 3."""
    keys = np.flatnonzero(block.facts.ordinary)
    apart = np.abs(block.queries[:, None] - keys[None, :]).astype(np.float32)
    return _weighted(block.weights[:, :, keys], apart)


def pixel_distance(block: Block) -> Pair:
    """Σ_j α_ij·‖p_i−p_j‖ over patches, by Σ_j α_ij; Dosovitskiy et al. 2020, figure 7."""
    centres = block.facts.centres
    assert centres is not None  # noqa: S101  # only for inputs with a grid
    keys = np.flatnonzero(~np.isnan(centres[:, 0]))
    apart = np.linalg.norm(centres[block.queries][:, None] - centres[keys][None], axis=2)
    return _weighted(block.weights[:, :, keys], np.nan_to_num(apart).astype(np.float32))


def _weighted(weights: Float, amounts: Float) -> Pair:
    summed = np.einsum("hqm,qm->hq", weights, amounts)
    return np.asarray(summed, np.float32), weights.sum(axis=2)


def own(block: Block) -> Pair:
    """α_ii."""
    rows = np.arange(len(block.queries))
    return _counted(block, block.weights[:, rows, block.queries])


def previous(block: Block) -> Pair:
    """α_i,i−1 where the token before is ordinary."""
    return _beside(block, -1)


def following(block: Block) -> Pair:
    """α_i,i+1 where the token after is ordinary."""
    return _beside(block, 1)


def _beside(block: Block, step: int) -> Pair:
    places, ordinary = block.queries + step, block.facts.ordinary
    inside = (places >= 0) & (places < len(ordinary))
    places = np.where(inside, places, 0)
    has = (inside & ordinary[places]).astype(np.float32)
    amounts = block.weights[:, np.arange(len(places)), places]
    return amounts * has, has


def first(block: Block) -> Pair:
    """α_i0: the weight on the first visible token, CLS where there is one."""
    pattern = np.zeros(block.facts.count, np.bool_)
    pattern[block.facts.first] = True
    return _mass(block, pattern)


def separators(block: Block) -> Pair:
    """Σ_j α_ij over the special tokens after the first."""
    return _mass(block, block.facts.separators)


def same_word(block: Block) -> Pair:
    """Σ_j≠i α_ij over the other pieces of the same word."""
    return _mass(block, _alike(block, block.facts.words))


def repeated(block: Block) -> Pair:
    """Σ_j≠i α_ij over other places of the same vocabulary entry."""
    return _mass(block, _alike(block, block.facts.spellings))


def _alike(block: Block, numbers: np.ndarray) -> Bools:
    mine = numbers[block.queries]
    alike = (mine[:, None] == numbers[None, :]) & (mine >= 0)[:, None]
    alike[np.arange(len(mine)), block.queries] = False
    return np.asarray(alike, np.bool_)


def punctuation(block: Block) -> Pair:
    """Σ_j≠i α_ij over punctuation."""
    pattern = np.repeat(block.facts.punctuation[None], len(block.queries), axis=0)
    pattern[np.arange(len(block.queries)), block.queries] = False
    return _mass(block, pattern)


def neighbours(block: Block) -> Pair:
    """Σ_j α_ij over the up to eight patches that touch patch i."""
    cells = block.facts.cells
    assert cells is not None  # noqa: S101  # only for inputs with a grid
    mine = cells[block.queries]
    away = np.abs(mine[:, None] - cells[None]).max(axis=2)
    patches = (mine[:, 0] >= 0)[:, None] & (cells[:, 0] >= 0)[None]
    return _mass(block, (away == 1) & patches)
