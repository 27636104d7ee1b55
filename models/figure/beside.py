"""What stands beside a record in the figure of a comparison."""

from __future__ import annotations

from dataclasses import dataclass

from models.compare import Comparison, heads_in


@dataclass(frozen=True, eq=False)
class Beside:
    """A comparison whose side A is the record drawn, and what tells its sides apart."""

    comparison: Comparison
    names: tuple[str, str]

    @property
    def facts(self) -> dict[str, object]:
        """Where side B comes from, for the text fields of a PNG; layers and heads from 1."""
        found = self.comparison
        provenance, encoded = found.b.record.provenance, found.b.record.encoded
        heads = heads_in(found.b.heads, found.b.record.layers[found.b.layer].heads)
        placed = found.placed
        return {
            "model": provenance.model,
            "sha256": provenance.sha256,
            "provider": provenance.provider,
            "layer": found.b.layer + 1,
            "heads": [head + 1 for head in heads],
            "text": encoded.text,
            "pair": encoded.pair,
            "photo": encoded.photo_name,
            "aligned": [list(pair) for pair in found.pairs],
            "largest_difference": found.limit,
            "found_in_photo": None if placed is None else ("b in a" if placed.b_in_a else "a in b"),
            "found_box": None if placed is None else list(placed.place.box),
            "found_correlation": None if placed is None else placed.place.score,
        }
