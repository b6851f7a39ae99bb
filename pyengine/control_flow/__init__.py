"""How `cond` and `while_loop` are built and differentiated; running them is the executor's."""

from __future__ import annotations

from typing import Any

_CLASSES = {"CondContext": "contexts", "WhileContext": "while_context"}


def __getattr__(name: str) -> Any:
    """The contexts' classes, imported when they are asked for: they need the ops."""
    if name not in _CLASSES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(f"{__name__}.{_CLASSES[name]}"), name)
