"""Attention inside one operator: each family of operators is one file here.

Such an operator hides its softmax, but its inputs are queries, keys and values, or make them by
formulas that its documentation states, so weights are computed from those.
"""
