"""The quantities of a row: what each is called above a column, and what it means."""

from __future__ import annotations

from models.i18n import tr


def heading(name: str) -> str:
    """Return a quantity's short name on screen."""
    return {
        "position": "#",
        "token": tr("token"),
        "dot": "q · k",
        "scaled": tr("scaled"),
        "bias": tr("mask, bias"),
        "score": tr("score"),
        "weight": tr("weight"),
        "mean_weight": tr("mean"),
        "value_norm": "|v|",
        "weighted_norm": "α · |v|",
    }[name]


def meaning(name: str) -> str:
    """Return what a quantity is, in one sentence with its formula."""
    return {
        "position": tr("The key's position in the sequence, from 0."),
        "token": tr("The token whose key and value this line is about."),
        "key": tr("The key k, a number per column: what this token answers to."),
        "dot": tr("The dot product of the query with this key: Σ qᵢ kᵢ."),
        "scaled": tr("q · k times the model's scale, usually 1 ÷ √d."),
        "bias": tr("b: what the mask or a position bias adds to the score."),
        "score": tr("q · k × scale + b: what softmax is taken of."),
        "weight": tr("The attention weight α = exp(score) ÷ Σ exp(scores)."),
        "mean_weight": tr("The weight averaged over the heads that are shown."),
        "value": tr("The value v, a number per column: what this token has to give."),
        "value_norm": tr("The length of the value: |v| = √Σ vᵢ²."),
        "weighted_norm": tr("The length of α v: how much this token brings."),
    }[name]
