"""Jobs that open a model on a provider, or move it there: for the lanes, off the GUI thread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.encoded import Notice
from models.errors import InputError
from models.providers.options import CPU
from models.record import Record
from models.runtime import Cancel, RuntimeOptions

if TYPE_CHECKING:  # the window is painted before these are loaded
    from models.api import Model
    from models.checking import Check


def opened_on(reference: str, *, variant: str, provider: str, cancel: Cancel) -> Model:
    """Open a model on ``provider`` as a person writes it, on the CPU where that does not work."""
    from models.api import open_model  # noqa: PLC0415  # not at start-up

    name, refused = _usable(provider, cancel)
    options = RuntimeOptions(provider=name)
    model = open_model(reference, variant=variant, options=options, cancel=cancel)
    return _noted(model, provider, refused)


def moved_to(model: Model, provider: str, cancel: Cancel) -> Model:
    """Return an opened model on ``provider``, or on the CPU where that does not work."""
    name, refused = _usable(provider, cancel)
    return _noted(model.on(name, cancel=cancel), provider, refused)


@dataclass(frozen=True, eq=False)
class Checked:
    """What the check of a record gave; ``strays`` warns where another provider is far off.

    ``outdated``: the record was misread, and what is run from now on is not.
    """

    record: Record
    check: Check
    strays: Notice | None
    outdated: bool


def compared(model: Model, record: Record, cancel: Cancel) -> Checked:
    """Check a record of ``model`` against the runtime and the CPU."""
    from models.providers.fallback import straying  # noqa: PLC0415  # not at start-up

    model.verify(record.encoded, cancel=cancel)
    _ = model.sha256  # reads the whole file, so that the model card need not wait for it
    check = model.check_of(record.encoded)
    strays = straying(model.tapped.provider, check.cpu)
    return Checked(record, check, strays, model.outdated(record))


def _usable(provider: str, cancel: Cancel) -> tuple[str, Notice | None]:
    """Return what to run on; drivers are tried in a child process before they come in here."""
    from models.providers.trying import chosen  # noqa: PLC0415  # not at start-up

    try:
        return chosen(provider, cancel=cancel), None
    except InputError as error:
        return CPU, Notice(error.message, error.values)


def _noted(model: Model, asked: str, refused: Notice | None) -> Model:
    model.asked = asked
    model.fell_back = refused or model.fell_back
    return model
