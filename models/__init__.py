"""Attention in ONNX files: find it, capture it, recompute it. Never imports Qt or ``gui``.

Start at ``models.api.open_model``; ``docs/architecture.md`` draws the whole.
"""
