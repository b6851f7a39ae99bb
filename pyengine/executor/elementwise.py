"""The op types that are one NumPy function: those that a plan calls without a kernel around them,
and those whose result `fusing` and `reuse` know how to write elsewhere.

A function computes what the op's own kernel does, bit for bit; `test_elementwise` compares the two.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from pyengine.graph import Operation

Ufunc = Callable[..., Any]


_ZEROS = 1 << 13
"""The zeros that relu compares with: few enough for the first cache."""


@functools.cache
def _zeros(dtype: Any) -> Any:
    return np.zeros(_ZEROS, dtype)


def _relu(x: Any, out: Any = None) -> Any:
    """The larger of each element and 0, by blocks.

    NumPy's maximum of two arrays takes a third of the time of that of an array and a scalar.
    """
    if x.size < _ZEROS or not x.flags.c_contiguous:
        return np.maximum(x, np.zeros((), x.dtype), out=out)
    if out is None:
        out = np.empty_like(x)
    elif not out.flags.c_contiguous:
        return np.maximum(x, np.zeros((), x.dtype), out=out)
    zeros, whole = _zeros(x.dtype), x.size // _ZEROS * _ZEROS
    flat, target = x.reshape(-1), out.reshape(-1)
    shape = (-1, _ZEROS)
    np.maximum(flat[:whole].reshape(shape), zeros, out=target[:whole].reshape(shape))
    np.maximum(flat[whole:], zeros[: x.size - whole], out=target[whole:])
    return out


UFUNCS: dict[str, Ufunc] = {
    "Abs": np.abs,
    "Add": np.add,
    "Exp": np.exp,
    "Expm1": np.expm1,
    "Log": np.log,
    "Log1p": np.log1p,
    "Maximum": np.maximum,
    "Minimum": np.minimum,
    "Mul": np.multiply,
    "Neg": np.negative,
    "RealDiv": np.divide,
    "Relu": _relu,
    "Sqrt": np.sqrt,
    "Square": np.square,
    "Sub": np.subtract,
    "Tanh": np.tanh,
}


DIRECT: dict[str, Ufunc] = {
    "Abs": np.abs,
    "Acos": np.arccos,
    "Acosh": np.arccosh,
    "Add": np.add,
    "Asin": np.arcsin,
    "Asinh": np.arcsinh,
    "Atan": np.arctan,
    "Atan2": np.arctan2,
    "Atanh": np.arctanh,
    "Conj": np.conj,
    "Cos": np.cos,
    "Cosh": np.cosh,
    "Exp": np.exp,
    "Expm1": np.expm1,
    "Greater": np.greater,
    "GreaterEqual": np.greater_equal,
    "Invert": np.invert,
    "Less": np.less,
    "LessEqual": np.less_equal,
    "Log": np.log,
    "Log1p": np.log1p,
    "LogicalAnd": np.logical_and,
    "LogicalNot": np.logical_not,
    "LogicalOr": np.logical_or,
    "Maximum": np.maximum,
    "Minimum": np.minimum,
    "Mul": np.multiply,
    "Neg": np.negative,
    "NextAfter": np.nextafter,
    "RealDiv": np.divide,
    "Reciprocal": np.reciprocal,
    "Sin": np.sin,
    "Sinh": np.sinh,
    "Sqrt": np.sqrt,
    "Sub": np.subtract,
    "Tan": np.tan,
    "Tanh": np.tanh,
}
"""The op types whose kernel is one call of NumPy for all of their dtypes.

A plan makes that call itself: on a small array, the function around it takes half as long again.
"""


def ufunc_of(op: Operation) -> Ufunc | None:
    """The ufunc that computes an op, if there is one for its dtypes: all float32 or all float64."""
    ufunc = UFUNCS.get(op.type)
    if ufunc is None:
        return None
    names = {t.dtype.base_dtype.name for t in (*op.inputs, *op.outputs)}
    return ufunc if names in ({"float32"}, {"float64"}) else None
