"""The command ``main.py figure``: the window's figure, pixel for pixel, without a display."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from models.errors import InputError, MiranteError
from models.figure.drawing import draw
from models.figure.export import save
from models.figure.request import EVERY_LAYER, FigureRequest
from models.i18n import mark
from models.record import Record

if TYPE_CHECKING:
    from models.api import Model

_REFUSED: Final = 2  # the exit status of a command whose input cannot be used
_NO_LAYER: Final = mark("“{written}” is no layer: give a number, counting from 1.")
_NO_MARK: Final = mark("“{written}” is no head of a layer: write it as L3H7, several as L3H7,L9H1.")
_NO_MAP: Final = mark("There is no map “{written}”. Choose one of: {known}.")
_NO_CHANNEL: Final = mark("“{output}” has no channel {channel} to choose.")
_NO_HEAD: Final = mark("“{written}” is no head: give a number from 1, several as 1,4, or mean.")


def command(args: argparse.Namespace) -> int:
    """Draw the figure that ``args`` asks for and return the exit status.

    ``args`` has model, text, pair, image, view, layer and head as written (from 1; head
    ``mean`` or ``1,4`` too), token (from 0, or None), scale, theme and out. What cannot be drawn
    is said in one sentence on standard error, with status 2.
    """
    try:
        request = asked(args)
        record, request = _run(args, request)
        save(draw(record, request), record, request, args.out)
    except MiranteError as error:
        print(error, file=sys.stderr)  # noqa: T201  # a command speaks on standard error
        return _REFUSED
    return 0


def asked(args: argparse.Namespace) -> FigureRequest:
    """Return the request that ``args`` makes; raise InputError for what is no layer or head."""
    return FigureRequest(
        view=args.view,
        layer=_layer(args),
        heads=heads(str(args.head)),
        token=args.token,
        scale=args.scale,
        theme=args.theme,
        measure=getattr(args, "measure", "weight"),
        direction=getattr(args, "direction", "from"),
        hide_special=getattr(args, "hide_special", False),
        guarded=getattr(args, "guarded", False),
        marked=marked(getattr(args, "mark", None)),
        alone=getattr(args, "alone", False),
        words=getattr(args, "words", False),
        limits=getattr(args, "limits", "view"),
        high=1.0 if getattr(args, "limits", "view") == "fixed" else None,
    )


def _layer(args: argparse.Namespace) -> int:
    """Return the layer from 0; what draws every layer needs none."""
    if args.layer is None and args.view in EVERY_LAYER:
        return 0
    if args.layer is None:
        raise InputError(mark("--view {view} needs --layer."), view=args.view)
    return _counted(str(args.layer), letter="L", refusal=_NO_LAYER)


def heads(written: str) -> tuple[int, ...]:
    """Return heads from 0: ``3``, ``H3`` or ``1,4``; none, for the mean of all, for ``mean``."""
    if written.strip().lower() == "mean":
        return ()
    return tuple(_counted(part, letter="H", refusal=_NO_HEAD) for part in written.split(","))


def marked(written: str | None) -> tuple[tuple[int, int], ...]:
    """Return heads of any layers from 0, written from 1 as ``L3H7,L9H1``; none for None."""
    if written is None:
        return ()
    found = []
    for part in written.split(","):
        layer, _, head = part.strip().upper().partition("H")
        if not head or not layer.strip().startswith("L"):
            raise InputError(_NO_MARK, written=part.strip())
        found.append(
            (
                _counted(layer, letter="L", refusal=_NO_LAYER),
                _counted(head, letter="H", refusal=_NO_HEAD),
            )
        )
    return tuple(sorted(found))


def _counted(written: str, *, letter: str, refusal: str) -> int:
    digits = written.strip().upper().removeprefix(letter)
    if digits.isascii() and digits.isdigit() and int(digits) > 0:
        return int(digits) - 1
    raise InputError(refusal, written=written)


def _run(args: argparse.Namespace, request: FigureRequest) -> tuple[Record, FigureRequest]:
    # Imported here: this package is drawn from long before the runtime needs to be loaded.
    from models.commands.opening import opened, prepared, warn  # noqa: PLC0415

    model = opened(args)
    _ = model.sha256  # known before the run, it is part of where the record comes from
    record = model.run(prepared(model, args))  # first: what fails here is run on the CPU
    warn(record.notices)
    record = model.verified(record)  # so that the figure can say how far it was checked
    if request.view == "compare":
        from models.figure.beside_script import with_beside  # noqa: PLC0415  # as above

        return record, with_beside(getattr(args, "other", None), request, model, record)
    if request.view == "senses":
        from models.figure.senses_script import with_senses  # noqa: PLC0415  # as above

        word, other = getattr(args, "word", None), getattr(args, "other", None)
        return record, with_senses(request, model, record, word=word, other=other)
    if request.measure == "weight" and not (request.words and request.hide_special):
        return record, _with_map(args, request, model=model, record=record)
    from models.flow.figured import with_measure  # noqa: PLC0415  # as above

    return with_measure(model, record, request), request


def _with_map(
    args: argparse.Namespace, request: FigureRequest, *, model: Model, record: Record
) -> FigureRequest:
    """Return ``request`` with the map that it is of; raise InputError for one that is not there."""
    if request.view != "map":
        return request
    from models.outputs import read_outputs  # noqa: PLC0415  # as above
    from models.outputs.layered import COSINE, keys_of, layered  # noqa: PLC0415

    outputs = read_outputs(record, model)
    known = keys_of(outputs, record.encoded)
    wanted = args.output or (known[0] if known else "")
    token = request.token if request.token is not None or COSINE not in wanted else 0
    drawn = layered(outputs, record.encoded, key=wanted, channel=args.channel, token=token)
    if known and drawn is None:
        raise InputError(_NO_MAP, written=wanted, known=", ".join(known))
    if drawn is not None and args.channel not in {None, drawn.channel}:
        raise InputError(_NO_CHANNEL, output=wanted, channel=args.channel)
    return replace(request, drawn=drawn, token=token)
