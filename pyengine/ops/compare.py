"""Comparison and logic, elementwise."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pyengine.ops.declare import binary, no_grad, unary

__all__ = [
    "equal", "greater", "greater_equal", "less", "less_equal", "logical_and", "logical_not",
    "logical_or", "logical_xor", "not_equal",
]  # fmt: skip

_BOOLEAN = no_grad("its output is boolean")


def _comparison(type: str, doc: str, numpy_name: str, types: str = "real") -> Callable[..., Any]:
    def kernel(xp: Any, x: Any, y: Any) -> Any:
        found = getattr(xp, numpy_name)(x, y)
        return found if found.dtype == np.bool_ else found.astype(np.bool_)  # objects: strings

    return binary(
        type, doc=doc, types=types, signature="x: T, y: T -> bool", kernel=kernel, grad=_BOOLEAN
    )


equal = _comparison("Equal", "Whether x == y, elementwise.", "equal", "number|bool|string")
not_equal = _comparison(
    "NotEqual", "Whether x != y, elementwise.", "not_equal", "number|bool|string"
)
less = _comparison("Less", "Whether x < y, elementwise.", "less")
less_equal = _comparison("LessEqual", "Whether x <= y, elementwise.", "less_equal")
greater = _comparison("Greater", "Whether x > y, elementwise.", "greater")
greater_equal = _comparison("GreaterEqual", "Whether x >= y, elementwise.", "greater_equal")


def _logic(type: str, doc: str, numpy_name: str) -> Callable[..., Any]:
    return binary(
        type,
        doc=doc,
        types="bool",
        kernel=lambda xp, x, y: getattr(xp, numpy_name)(x, y),
        grad=_BOOLEAN,
    )


logical_and = _logic("LogicalAnd", "Whether both x and y are true, elementwise.", "logical_and")
logical_or = _logic("LogicalOr", "Whether x or y is true, elementwise.", "logical_or")
logical_not = unary(
    "LogicalNot",
    doc="Whether x is false, elementwise.",
    types="bool",
    kernel=lambda xp, x: xp.logical_not(x),
    grad=_BOOLEAN,
)


def logical_xor(x: Any, y: Any, name: str = "LogicalXor") -> Any:
    """Whether exactly one of x and y is true, elementwise."""
    return logical_and(logical_or(x, y), logical_not(logical_and(x, y)), name=name)
