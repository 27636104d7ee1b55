"""The lessons beside the work, and what marks the parts of the window that they speak of."""
