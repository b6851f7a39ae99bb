"""`tf.python`: the inner modules of TensorFlow that programs have come to name."""

from __future__ import annotations

import importlib

_MODULES = {
    "client": "pyengine.python.client",
    "platform": "pyengine.python.platform",
    "saved_model": "pyengine.saved_model",
    "training": "pyengine.python.training",
}


def __getattr__(name: str) -> object:
    if name in ("framework", "ops", "util"):
        return getattr(importlib.import_module("pyengine.python.namespaces"), name)
    if name in _MODULES:
        return importlib.import_module(_MODULES[name])
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
