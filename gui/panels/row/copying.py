"""What of a row is copied as text, and the sentence that tells how much it was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gui.panels.row.facts import RowFacts
from models.attention import Float
from models.i18n import ntr
from models.row_table import vectors_text


def copied_lines(facts: RowFacts, keys: Sequence[int] | None) -> tuple[str, str]:
    """Return the table's lines of these keys, of all with None, and what to say of it."""
    count = facts.count if keys is None else len(keys)
    said = ntr("Copied {count} line.", "Copied {count} lines.", count)
    return facts.table.text(rows=keys), said


def copied_numbers(facts: RowFacts, what: str, *, key: int | None) -> tuple[str, str]:
    """Return the numbers of ``what`` (vector, query or key), and what to say of it.

    ``key`` is the position of the key, from 0; without one there are no numbers of a key.
    """
    vectors = _vectors(facts, what, key=key)
    count = max((len(vector) for vector in vectors.values()), default=0)
    return vectors_text(vectors), ntr("Copied {count} number.", "Copied {count} numbers.", count)


def _vectors(facts: RowFacts, what: str, *, key: int | None) -> Mapping[str, Float]:
    """Return the columns by name, each [d]."""
    parts = facts.parts
    if what == "vector":
        return {"attention_vector": parts.vector}
    if what == "query":
        return {"query": parts.query}
    if key is None:
        return {}
    return {
        "key": parts.keys[key],
        "query_times_key": parts.query * parts.keys[key],
        "value": parts.values[key],
        "weight_times_value": parts.weighted[key],
    }
