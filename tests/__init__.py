"""Tests mirror ``models`` and ``gui``; ``flows`` holds whole-window stories."""
