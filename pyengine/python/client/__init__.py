"""`tf.python.client`: `timeline`, `device_lib`."""

from __future__ import annotations

import importlib

_MODULES = ("device_lib", "timeline")


def __getattr__(name: str) -> object:
    if name in _MODULES:
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
