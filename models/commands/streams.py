"""Standard output belongs to a command's answer; what native libraries print goes elsewhere."""

from __future__ import annotations

import os
import sys
from typing import Final

_OUTPUT, _ERRORS = 1, 2
_NONE: Final = -1


def keep_output_for_answers() -> bool:
    """Send what drivers print to standard error for the rest of the process.

    Returns False where standard output is no stream of the system's (in tests, in notebooks).
    They may print as late as at the end of the process, which is why nothing is turned back.
    """
    if _number() != _OUTPUT:
        return False
    sys.stdout.flush()
    answers = os.fdopen(
        os.dup(_OUTPUT), "w", encoding=sys.stdout.encoding, errors=sys.stdout.errors
    )
    os.dup2(_ERRORS, _OUTPUT)
    sys.stdout = answers
    return True


def _number() -> int:
    try:
        return sys.stdout.fileno()
    except (OSError, ValueError, AttributeError):
        return _NONE
