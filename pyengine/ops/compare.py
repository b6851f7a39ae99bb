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


def _comparison(
    type: str, doc: str, numpy_name: str, shown: str, types: str = "real"
) -> Callable[..., Any]:
    """A comparison of NumPy's name; `shown` is that of 1, 2 and 3 with 2."""

    def kernel(xp: Any, x: Any, y: Any) -> Any:
        found = getattr(xp, numpy_name)(x, y)
        return found if found.dtype == np.bool_ else found.astype(np.bool_)  # objects: strings

    return binary(
        type, doc=doc, types=types, signature="x: T, y: T -> bool", kernel=kernel, grad=_BOOLEAN,
        example=(f"tf.{numpy_name}([1, 2, 3], 2)", shown),
    )  # fmt: skip


equal = _comparison(
    "Equal", "Whether x == y, elementwise.", "equal", "[False, True, False]", "number|bool|string"
)
not_equal = _comparison(
    "NotEqual",
    "Whether x != y, elementwise.",
    "not_equal",
    "[True, False, True]",
    "number|bool|string",
)
less = _comparison("Less", "Whether x < y, elementwise.", "less", "[True, False, False]")
less_equal = _comparison(
    "LessEqual", "Whether x <= y, elementwise.", "less_equal", "[True, True, False]"
)
greater = _comparison("Greater", "Whether x > y, elementwise.", "greater", "[False, False, True]")
greater_equal = _comparison(
    "GreaterEqual", "Whether x >= y, elementwise.", "greater_equal", "[False, True, True]"
)


def _logic(type: str, doc: str, numpy_name: str, shown: str) -> Callable[..., Any]:
    return binary(
        type,
        doc=doc,
        types="bool",
        example=(f"tf.{numpy_name}([True, True, False], [True, False, False])", shown),
        kernel=lambda xp, x, y: getattr(xp, numpy_name)(x, y),
        grad=_BOOLEAN,
    )


logical_and = _logic(
    "LogicalAnd",
    "Whether both x and y are true, elementwise.",
    "logical_and",
    "[True, False, False]",
)
logical_or = _logic(
    "LogicalOr", "Whether x or y is true, elementwise.", "logical_or", "[True, True, False]"
)
logical_not = unary(
    "LogicalNot",
    doc="Whether x is false, elementwise.",
    example=("tf.logical_not([True, False])", "[False, True]"),
    types="bool",
    kernel=lambda xp, x: xp.logical_not(x),
    grad=_BOOLEAN,
)


def logical_xor(x: Any, y: Any, name: str = "LogicalXor") -> Any:
    """Whether exactly one of x and y is true, elementwise.

    Args:
        x, y: bool tensors whose shapes broadcast.
        name: the op's name.

    Returns:
        A bool tensor of the shape that both broadcast to.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.math.logical_xor([True, True], [True, False])).tolist()
        [False, True]
    """
    return logical_and(logical_or(x, y), logical_not(logical_and(x, y)), name=name)
