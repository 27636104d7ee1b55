"""Which way a model's branches go: tried on a small input first, checked in every run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from models.encoded import Array, Notice
from models.errors import InputError, RunError
from models.feeds import probe_feeds, repeated
from models.graph.branches import Choices, Way, loops_with_attention
from models.graph.edit import Edit
from models.graph.source import ModelSource, open_source
from models.i18n import mark
from models.ports import roles_of
from models.runtime import Cancel, RuntimeOptions
from models.tapping import Loader

_VALUES = {False: "false", True: "true"}


def decided_source(
    path: Path, *, options: RuntimeOptions, cancel: Cancel | None, widened: bool = False
) -> ModelSource:
    """Read the model file at ``path``, its branches written out as a small input takes them.

    ``widened`` as in ``open_source``.

    Raises ModelFileError when the file is no usable model, CancelledError when ``cancel`` is used.
    """
    source = open_source(path, widened=widened)
    if not source.undecided:
        return source
    plain = Loader(open_source(path, branches=False, widened=widened), options)
    return open_source(path, choices=_tried(plain, source.undecided, cancel), widened=widened)


def _tried(loader: Loader, conditions: Sequence[str], cancel: Cancel | None) -> Choices:
    """Return the conditions on a made-up input; nothing where the model cannot run on one."""
    session = loader.session(Edit(outputs=tuple(conditions)), cancel)
    try:
        feeds = probe_feeds(session.inputs, roles_of(session.inputs), rows=None)
        found = session.run(repeated(feeds, session.inputs), conditions, cancel=cancel)
    except (InputError, RunError):
        return {}
    return {name: bool(np.any(value)) for name, value in found.items()}


def check_ways(ways: Sequence[Way], tensors: Mapping[str, Array]) -> None:
    """Raise InputError when ``tensors``, fed or computed, go another way than was written out."""
    for way in ways:
        name = way.given or way.tensor
        if name in tensors and bool(np.any(tensors[name])) != _wanted(way):
            raise InputError(
                mark("This input takes the other way at “{node}”; its attention is not shown."),
                hint=mark("What can be shown is where “{tensor}” is {value}."),
                node=way.node,
                tensor=name,
                value=_VALUES[_wanted(way)],
            )


def _wanted(way: Way) -> bool:
    """Return what the input, always false, or else the condition must be."""
    return False if way.given else way.value


def source_notices(source: ModelSource) -> tuple[Notice, ...]:
    """Return which of several ways through the model is shown, what is not, and how it is run."""
    notices = [_way_taken(way) for way in source.ways]
    if source.widened:
        message = mark(
            "The model is in bfloat16, which this runtime does not compute: its own weights were "
            "used, and the arithmetic is float32."
        )
        notices.insert(0, Notice(message))
    loops = loops_with_attention(source.model.graph)
    if loops:
        message = mark("The attention inside the loop “{loop}” cannot be shown.")
        notices += [Notice(message, {"loop": name}) for name in loops]
    return tuple(notice for i, notice in enumerate(notices) if notice not in notices[:i])


def _way_taken(way: Way) -> Notice:
    if not way.given:
        words = mark("At “{node}” the graph goes one of two ways; the usual one is shown.")
        return Notice(words, {"node": way.node})
    words = mark(
        "“{tensor}” chooses between two versions of the model; the one for {value} is shown."
    )
    return Notice(words, {"tensor": way.given, "value": _VALUES[_wanted(way)]})
