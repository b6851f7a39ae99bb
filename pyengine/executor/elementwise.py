"""The op types that are one NumPy ufunc: what `fusing` and `in_place` know how to write elsewhere.

A ufunc computes what the op's own kernel does, bit for bit; `test_elementwise` compares the two.
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


def ufunc_of(op: Operation) -> Ufunc | None:
    """The ufunc that computes an op, if there is one for its dtypes: all float32 or all float64."""
    ufunc = UFUNCS.get(op.type)
    if ufunc is None:
        return None
    names = {t.dtype.base_dtype.name for t in (*op.inputs, *op.outputs)}
    return ufunc if names in ({"float32"}, {"float64"}) else None
