"""`tf.python.training`: the modules of `pyengine.train`."""

from __future__ import annotations

import importlib
import importlib.util


def __getattr__(name: str) -> object:
    place = f"pyengine.train.{name}"
    if name.startswith("_") or importlib.util.find_spec(place) is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return importlib.import_module(place)
