"""The bridge's conversion rules for rpy2, where Python is the host of R.

Example:
    import rpy2.robjects as ro
    from bridge.rpy2 import converter

    with converter().context():
        ro.globalenv["x"] = {"a": 1, "b": [1.0, 2.0]}
        ro.r("x$b * 2")  # [2.0, 4.0]
"""

from __future__ import annotations

from typing import Any

import rpy2.robjects as robjects
from rpy2.rinterface import Sexp
from rpy2.rinterface_lib import openrlib
from rpy2.rinterface_lib.conversion import _cdata_to_rinterface
from rpy2.robjects.conversion import Converter

from bridge import _core


def join() -> None:
    """Loads R's package `tensorflow` into the R of this process, and joins it to this Python."""
    robjects.r("invisible(tensorflow::py_config())")


def to_rpy2(value: Any) -> Any:
    """A Python object as rpy2 has R's: converted by the bridge's rules.

    Raises:
        bridge.ConversionError: for a value that has no counterpart in R.
    """
    if isinstance(value, Sexp):
        return value
    with openrlib.rlock:
        address, keeper = _core.r_of(value)
        made = _cdata_to_rinterface(openrlib.ffi.cast("SEXP", address))
    del keeper  # rpy2 keeps it now
    return made


def from_rpy2(value: Sexp) -> Any:
    """The Python counterpart of an R object that rpy2 has, by the bridge's rules.

    Raises:
        bridge.ConversionError: for a value that has no counterpart in Python.
    """
    with openrlib.rlock:
        address = int(openrlib.ffi.cast("uintptr_t", value.__sexp__._cdata))
        return _core.python_of(address)


def converter() -> Converter:
    """An rpy2 converter with the bridge's rules; R's package `tensorflow` is loaded."""
    join()
    made = Converter("tensorflow")
    made.py2rpy.register(object, to_rpy2)
    made.rpy2py.register(object, lambda value: value)
    made.rpy2py.register(Sexp, from_rpy2)
    return made
