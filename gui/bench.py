"""One workbench per modality: its model, its input, its last record and what was chosen on it.

Switching between text and image never loses anything: each keeps its own bench.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gui.settling import settle
from gui.state import ViewState
from models.encoded import Modality
from models.record import Record
from models.sizes import Size

if TYPE_CHECKING:  # the window is painted before these are loaded
    from PIL import Image

    from models.api import Model
    from models.checking import Check
    from models.outputs import Output


@dataclass(slots=True)
class Bench:
    """Owned and changed by the controller alone.

    ``reference`` is what opens the model (a bundled name or a path). ``model`` is None until it
    was opened, ``record`` until something ran; ``check`` and ``outputs`` are those of the record,
    the check None until it is made. ``size`` is the (height, width) at which photos run, None for
    the model's usual one. ``agreed`` is how many tokens have run on this model already: a larger
    run that takes much memory is asked for first.
    """

    modality: Modality
    reference: str
    model: Model | None = None
    text: str = ""
    pair: str | None = None
    photo: Image.Image | None = None
    photo_name: str = ""
    size: Size | None = None
    record: Record | None = None
    check: Check | None = None
    agreed: int = 0
    outputs: tuple[Output, ...] = ()
    state: ViewState = field(default_factory=ViewState)

    def put_model(self, model: Model, *, reference: str | None) -> None:
        """Hold another model, on which nothing ran yet; ``reference`` is None where it only moved.

        Then the size of photos stays.
        """
        self.model, self.reference = model, reference or self.reference
        self.record, self.check, self.outputs, self.agreed = None, None, (), 0
        if reference is not None:
            self.size = None

    def put_record(self, record: Record, outputs: tuple[Output, ...]) -> None:
        """Hold what ran; of what was chosen stays what fits it."""
        self.state = settle(self.state, old=self.record, new=record)
        self.record, self.check, self.outputs = record, None, outputs
        self.agreed = max(self.agreed, len(record.tokens))

    def holds(self, record: Record) -> bool:
        """Whether ``record`` is of the run on this bench, with its check told in it or not."""
        return self.record is not None and self.record.layers is record.layers

    def shows(self, text: str, pair: str | None) -> bool:
        """Whether the record is of this sentence, or pair."""
        shown = None if self.record is None else self.record.encoded
        return shown is not None and (shown.text, shown.pair) == (text, pair)

    @property
    def has_input(self) -> bool:
        """Whether there is something to run."""
        return bool(self.text.strip()) if self.modality == "text" else self.photo is not None
