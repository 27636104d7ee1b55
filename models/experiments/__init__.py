"""Experiments on the opened model: what happens to its output when its attention is changed.

``recipe`` says what to change and is a JSON document; ``run`` makes it on the model and ``drift``
says how far everything moved. Built on these: ``heads`` ranks all heads, ``occlusion`` and
``rows`` ask what a token and what one row matters, ``montecarlo`` runs with dropout many times,
``faithfulness`` compares importance orders. ``masks`` makes dropout masks and ``rowdropout`` does
the arithmetic of one row without running the model. See docs/experiments.md.
"""
