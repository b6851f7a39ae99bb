"""Names that NumPy has dropped, and that R users still write: `np$int`, `np$float`."""

from __future__ import annotations

from types import ModuleType
from typing import Any

_BUILTIN = {"int": int, "float": float, "bool": bool, "complex": complex, "object": object,
            "str": str, "unicode": str, "long": int}  # fmt: skip
_RENAMED = {"float_": "float64", "complex_": "complex128", "unicode_": "str_", "string_": "bytes_",
            "Inf": "inf", "Infinity": "inf", "infty": "inf", "NaN": "nan"}  # fmt: skip


def dropped_name(module: ModuleType, name: str) -> Any:
    """What a name meant in NumPy before it was dropped; None for any other module or name.

    Example:
        >>> import numpy
        >>> dropped_name(numpy, "int")
        <class 'int'>
    """
    if module.__name__ != "numpy":
        return None
    if name in _RENAMED:
        return getattr(module, _RENAMED[name])
    return _BUILTIN.get(name)
