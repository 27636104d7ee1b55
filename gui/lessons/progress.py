"""How far each lesson was read, as one short line that the preferences keep."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Progress:
    """``steps`` says by lesson which step was seen last, from 0; ``done`` were read to the end."""

    steps: Mapping[str, int] = field(default_factory=dict)
    done: frozenset[str] = frozenset()

    @classmethod
    def read(cls, written: str) -> Progress:
        """Return what ``written`` says; what cannot be understood is left out."""
        steps: dict[str, int] = {}
        done: set[str] = set()
        for word in written.split():
            name, _, where = word.rpartition(":")
            if name and where == "done":
                done.add(name)
            elif name and where.isdecimal():
                steps[name] = int(where)
        return cls(steps, frozenset(done))

    def written(self) -> str:
        """Return one line to keep."""
        return " ".join(
            [f"{name}:{step}" for name, step in sorted(self.steps.items())]
            + [f"{name}:done" for name in sorted(self.done)]
        )

    def at(self, name: str, step: int) -> Progress:
        """Return this with a lesson left at ``step``."""
        return replace(self, steps={**self.steps, _word(name): step})

    def finished(self, name: str) -> Progress:
        """Return this with a lesson done, to begin again at its first step."""
        rest = {k: v for k, v in self.steps.items() if k != _word(name)}
        return replace(self, steps=rest, done=self.done | {_word(name)})

    def step(self, name: str) -> int:
        """Return where a lesson was left."""
        return self.steps.get(_word(name), 0)

    def is_done(self, name: str) -> bool:
        """Whether a lesson was read to the end."""
        return _word(name) in self.done


def _word(name: str) -> str:
    return "-".join(name.split()) or "-"
