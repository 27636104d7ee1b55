"""The drawings of the row panel, one step each."""
