"""The op families: one module a family, one declaration an op (see `declare`).

`import pyengine` leaves the families for later that few programs use, such as that of images. What
is asked for by its op type is found all the same: by `declaration`.
"""

from __future__ import annotations

import functools
import importlib

from pyengine.registry import OPS, OpDef


@functools.cache
def declare_all() -> None:
    """Imports all families, so that `registry.OPS` is complete."""
    import pkgutil

    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")


def declaration(op_type: str) -> OpDef | None:
    """The declaration of an op type, None where there is none of that name."""
    if op_type not in OPS:
        declare_all()
    return OPS.get(op_type)
