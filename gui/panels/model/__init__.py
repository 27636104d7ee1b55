"""The parts of the model card: rows of text, the layers as a table, what can be corrected."""
