"""Where an object lies while it goes from one R package for Python to another, in one process."""

from __future__ import annotations

from typing import Any

thing: Any = None
"""The object."""


def take() -> Any:
    """The object, which does not lie here any longer."""
    global thing
    taken, thing = thing, None
    return taken
