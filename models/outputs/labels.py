"""The names of classes: config.json's where they fit what the graph gives, numbers elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from models.config import ConfigFile, whole_number
from models.encoded import Notice
from models.i18n import mark, tr

_ONLY_NUMBERED: Final = mark(
    "{file} names {named} classes, but the model gives {given}: the names were not used."
)


@dataclass(frozen=True, slots=True)
class ClassLabels:
    """The names of C classes, None where there is none; ``notice`` says what did not fit."""

    names: tuple[str | None, ...]
    notice: Notice | None = None

    def __len__(self) -> int:
        return len(self.names)

    def __getitem__(self, number: int) -> str:
        """Return what people are shown: a name used twice carries its number, from 0."""
        name = self.names[number]
        if name is None:
            return tr("class {number}", number=number)
        if self.names.count(name) > 1:
            return tr("{name} (class {number})", name=name, number=number)
        return name

    @property
    def notices(self) -> tuple[Notice, ...]:
        """The notice, if there is one."""
        return () if self.notice is None else (self.notice,)


def labels_for(config: ConfigFile, count: int) -> ClassLabels:
    """Return names for ``count`` classes. Never a name of which it is unsure whose it is.

    ``id2label`` (transformers) or ``label_names`` (timm) may leave gaps; but where they name
    more or fewer classes than there are, they speak of another model's head and are not used.
    """
    said = names_in(config)
    named = max(said, default=-1) + 1
    if not said:
        return ClassLabels((None,) * count)
    if named != count:
        values = {"file": config.file, "named": named, "given": count}
        return ClassLabels((None,) * count, Notice(_ONLY_NUMBERED, values))
    return ClassLabels(tuple(said.get(number) or None for number in range(count)))


def names_in(config: ConfigFile) -> dict[int, str]:
    """Return the names of classes in config.json by number; an empty name is none."""
    for field in ("id2label", "label_names"):
        said = config.values.get(field)
        if isinstance(said, Mapping):
            numbered = ((whole_number(key), value) for key, value in said.items())
        elif isinstance(said, (list, tuple)):
            numbered = ((i, value) for i, value in enumerate(said))
        else:
            continue
        return {
            number: "" if value is None else " ".join(str(value).split())
            for number, value in numbered
            if number is not None and number >= 0
        }
    return {}
