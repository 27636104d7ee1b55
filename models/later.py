"""Modules that are imported when they are first used, so that the window is painted before."""

from __future__ import annotations

import sys
from importlib import import_module
from threading import Lock
from types import ModuleType
from typing import Final

_ONE_AT_A_TIME: Final = Lock()
_NOT_USED_BY: Final = ("__wrapped__", "__file__")  # what PySide6 asks every module in passing


class Later(ModuleType):
    """Stands in ``sys.modules`` for a module, and becomes like it when anything in it is used."""

    def __getattr__(self, name: str) -> object:
        """Import the real module and take over all that is in it; threads wait for one another."""
        if name in _NOT_USED_BY:
            raise AttributeError(name)
        with _ONE_AT_A_TIME:
            if sys.modules.get(self.__name__) is self:
                del sys.modules[self.__name__]
        real = import_module(self.__name__)  # under the interpreter's own lock
        vars(self).update(vars(real))
        return getattr(real, name)


def import_later(*names: str) -> None:
    """Let every ``import`` of these modules cost nothing until something in them is used.

    ``from numpy.typing import NDArray`` uses NumPy at once: in what the window imports it stands
    under ``TYPE_CHECKING``. For packages only, and none whose variables anyone sets: the stand-in
    would keep them.
    """
    for name in names:
        if name not in sys.modules:
            sys.modules[name] = Later(name)
