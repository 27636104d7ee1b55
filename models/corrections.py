"""What a person says about a model where its files are silent or wrong.

The same words stand in the file that scripts pass (``--corrections``) and in the file that the
window keeps; ``models.remembered`` reads and writes the latter.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import PureWindowsPath
from typing import Any, Final

from models.config import real_number, whole_number
from models.errors import InputError
from models.i18n import mark
from models.sizes import Size, read_size, write_size

# Names of Pillow's filters, as numbered by preprocessor_config.json ("resample").
INTERPOLATIONS: Final = ("nearest", "lanczos", "bilinear", "bicubic", "box", "hamming")
LARGEST_SIDE: Final = 8192
_LARGEST_PATCH: Final = 1024
_MOST_SPECIAL: Final = 1000
_MOST_TOKENS: Final = 1_000_000
_LONGEST_NAME: Final = 40
_CHANNELS: Final = frozenset({1, 3})
_SEVERAL: Final = re.compile(r"[;\s]+")


@dataclass(frozen=True, slots=True)
class Corrections:
    """What is to be believed instead of the files; None leaves a thing to them.

    Sizes are (height, width) in pixels. ``special_before`` and ``special_after`` name the tokens
    before and after the patches. ``mean`` and ``std`` have one number or one per channel.
    ``tokenizer`` is the path of a tokenizer.json or vocab.txt. ``token_limit`` counts special
    tokens too.
    """

    patch_size: Size | None = None
    special_before: tuple[str, ...] | None = None
    special_after: tuple[str, ...] | None = None
    image_size: Size | None = None
    mean: tuple[float, ...] | None = None
    std: tuple[float, ...] | None = None
    interpolation: str | None = None
    tokenizer: str | None = None
    token_limit: int | None = None
    lower_case: bool | None = None

    def __bool__(self) -> bool:
        return self != NONE

    @property
    def names(self) -> tuple[str, ...]:
        """The fields that are corrected, in the order above."""
        return tuple(f.name for f in fields(self) if getattr(self, f.name) is not None)

    def as_json(self) -> dict[str, Any]:
        """Return what is corrected, fit for JSON: sizes as a side or as height and width."""
        return {name: _plain(getattr(self, name)) for name in self.names}

    def as_facts(self) -> dict[str, Any]:
        """Return the same for files that are passed on: of a path only its last part."""
        facts = self.as_json()
        if self.tokenizer is not None:
            facts["tokenizer"] = PureWindowsPath(self.tokenizer).name  # both kinds of slashes
        return facts


NONE: Final = Corrections()


def corrections_of(values: Mapping[str, Any]) -> Corrections:
    """Return the corrections that a JSON object asks for; null leaves a thing to the files.

    Raises InputError naming the first field that is unknown or makes no sense.
    """
    read: dict[str, Any] = {}
    for name, value in values.items():
        if name not in _READERS:
            raise InputError(
                mark("There is nothing named “{name}” to correct."),
                hint=mark("What can be corrected: {known}."),
                name=str(name)[:_LONGEST_NAME],
                known=", ".join(_READERS),
            )
        read[name] = None if value is None else _understood(name, value, _READERS[name](value))
    return Corrections(**read)


def read_field(name: str, written: str) -> object:
    """Return the value of the field ``name`` from what a person wrote in one line.

    Raises InputError when it makes no sense.
    """
    text = written.strip()
    if name in {"patch_size", "image_size"}:
        good = _patch if name == "patch_size" else _picture
        return _understood(name, text, good(read_size(text)))
    if name in {"special_before", "special_after"}:
        return _understood(name, text, _names([x for x in re.split(r"[,;\s]+", text) if x]))
    if name in {"mean", "std"}:
        return _understood(name, text, _READERS[name](_numbers_in(text)))
    return _understood(name, text, _READERS[name](text))


def write_field(value: object) -> str:
    """Return a value of ``Corrections`` as a person would write it in one line."""
    if isinstance(value, tuple) and len(value) == 2 and all(isinstance(x, int) for x in value):  # noqa: PLR2004  # height and width
        return write_size((value[0], value[1]))
    if isinstance(value, tuple):
        return " ".join(x if isinstance(x, str) else f"{x:.6g}" for x in value)
    return "" if value is None else str(value)


def _understood(name: str, written: object, value: object) -> object:
    if value is None:
        raise InputError(
            mark("“{written}” makes no sense for {name}."),
            hint=mark("Use, for example: {example}"),
            written=str(written)[:_LONGEST_NAME],
            name=name,
            example=_EXAMPLES[name],
        )
    return value


def _plain(value: object) -> object:
    if isinstance(value, tuple) and value and isinstance(value[0], int):
        height, width = value
        return height if height == width else {"height": height, "width": width}
    return list(value) if isinstance(value, tuple) else value


# -- one reader per field: None when the value makes no sense


def _sides(value: object) -> Size | None:
    if isinstance(value, Mapping):
        height, width = whole_number(value.get("height")), whole_number(value.get("width"))
    else:
        height = width = whole_number(value)
    return None if height is None or width is None else (height, width)


def _patch(size: Size | None) -> Size | None:
    return None if size is None or not all(0 < s <= _LARGEST_PATCH for s in size) else size


def _picture(size: Size | None) -> Size | None:
    return None if size is None or not all(0 < s <= LARGEST_SIDE for s in size) else size


def _names(value: object) -> tuple[str, ...] | None:
    if not isinstance(value, list) or len(value) > _MOST_SPECIAL:
        return None
    good = all(isinstance(x, str) and 0 < len(x.strip()) <= _LONGEST_NAME for x in value)
    return tuple(x.strip() for x in value) if good else None


def _numbers(value: object) -> tuple[float, ...] | None:
    listed = value if isinstance(value, list) else [value]
    numbers = [real_number(x) for x in listed]
    good = tuple(x for x in numbers if x is not None)
    return good if len(good) == len(listed) and len(good) in _CHANNELS else None


def _positive(value: object) -> tuple[float, ...] | None:
    numbers = _numbers(value)
    return numbers if numbers is not None and min(numbers) > 0 else None


def _numbers_in(text: str) -> list[str]:
    """Return the numbers of a line, apart by spaces, by semicolons, or by commas.

    Between spaces a comma may stand for the decimal point.
    """
    pieces = [piece.rstrip(",") for piece in _SEVERAL.split(text) if piece.strip(",")]
    if len(pieces) == 1 and "." in pieces[0]:
        pieces = pieces[0].split(",")
    return [piece.replace(",", ".") for piece in pieces]


def _choice(value: object) -> str | None:
    return value if isinstance(value, str) and value in INTERPOLATIONS else None


def _path(value: object) -> str | None:
    return value if isinstance(value, str) and value.strip() and "\0" not in value else None


def _count(value: object) -> int | None:
    number = whole_number(value)
    return number if number is not None and 0 < number <= _MOST_TOKENS else None


def _flag(value: object) -> bool | None:
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(str(value).lower())


_READERS: Final[Mapping[str, Callable[[object], object]]] = {
    "patch_size": lambda value: _patch(_sides(value)),
    "special_before": _names,
    "special_after": _names,
    "image_size": lambda value: _picture(_sides(value)),
    "mean": _numbers,
    "std": _positive,
    "interpolation": _choice,
    "tokenizer": _path,
    "token_limit": _count,
    "lower_case": _flag,
}
_EXAMPLES: Final[Mapping[str, str]] = {
    "patch_size": "14",
    "special_before": "CLS R1 R2",
    "special_after": "D1 D2",
    "image_size": "448",
    "mean": "0.485 0.456 0.406",
    "std": "0.229 0.224 0.225",
    "interpolation": ", ".join(INTERPOLATIONS),
    "tokenizer": "tokenizer.json",
    "token_limit": "512",
    "lower_case": "true, false",
}
