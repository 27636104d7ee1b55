"""The parts of the output panel: a card per output, and what is drawn in it."""
