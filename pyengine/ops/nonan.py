"""Arithmetic that is defined at zero: `div_no_nan`, `xlogy` and kin; products of other kinds."""

from __future__ import annotations

from typing import Any

import numpy as np

from pyengine import dtypes
from pyengine.convert import convert_to_tensor
from pyengine.graph import Operation, Tensor
from pyengine.indexed_slices import IndexedSlices
from pyengine.ops.broadcasting import unbroadcast
from pyengine.ops.declare import binary, defop
from pyengine.ops.math import add, cast, conj, multiply, negative, number
from pyengine.scopes import name_scope
from pyengine.shape import TensorShape

__all__ = ["cross", "div_no_nan", "scalar_mul"]


def _where_zero(xp: Any, at: Any, value: Any) -> Any:
    return xp.where(at == 0, np.zeros((), value.dtype), value)


def _div_no_nan_grad(op: Operation, dy: Tensor) -> Any:
    x, y = (conj(t) for t in op.inputs)
    slope = multiply(dy, _div_no_nan(_div_no_nan(negative(x), y), y))
    return unbroadcast(op, _div_no_nan(dy, y), slope)


_div_no_nan = binary(
    "DivNoNan",
    doc="x / y, elementwise, and 0 where y is 0.",
    types="float|complex",
    kernel=lambda xp, x, y: _where_zero(xp, y, xp.divide(x, y)),
    grad=_div_no_nan_grad,
)


def div_no_nan(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x / y, elementwise, and 0 where y is 0.

    Args:
        x, y: numeric tensors of one dtype, broadcast against each other; integers are divided as
            floating-point numbers.
        name: the op's name.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.div_no_nan([1.0, 2.0], [2.0, 0.0])).tolist()
        [0.5, 0.0]
    """
    with name_scope(name, "div_no_nan", [x, y]) as scope:
        if not hasattr(x, "dtype") and hasattr(y, "dtype"):
            y = convert_to_tensor(y, name="y")
            x = convert_to_tensor(x, y.dtype.base_dtype, name="x")
        x = convert_to_tensor(x, name="x")
        y = convert_to_tensor(y, None if hasattr(y, "graph") else x.dtype.base_dtype, name="y")
        if x.dtype.base_dtype is not y.dtype.base_dtype:
            raise TypeError(
                f"`x` and `y` must have the same dtype, got {x.dtype!r} != {y.dtype!r}."
            )
        if x.dtype.is_integer:  # as `truediv` has it
            wide = dtypes.float32 if x.dtype.size <= 2 else dtypes.float64
            x, y = cast(x, wide), cast(y, wide)
        return _div_no_nan(x, y, name=scope)


multiply_no_nan = binary(
    "MulNoNan",
    doc="x * y, elementwise, and 0 where y is 0, whatever x is.",
    example=('tf.math.multiply_no_nan([float("inf"), 2.0], [0.0, 3.0])', "[0.0, 6.0]"),
    types="float|complex",
    kernel=lambda xp, x, y: _where_zero(xp, y, xp.multiply(x, y)),
    grad=lambda op, dy: unbroadcast(
        op, multiply_no_nan(dy, op.inputs[1]), multiply_no_nan(op.inputs[0], dy)
    ),
)


def reciprocal_no_nan(x: Any, name: str | None = None) -> Tensor:
    """1 / x, elementwise, and 0 where x is 0.

    Args:
        x: a tensor of a floating or complex type.
        name: the op's name.

    Returns:
        A tensor of the dtype and shape of `x`.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.math.reciprocal_no_nan([2.0, 0.0])).tolist()
        [0.5, 0.0]
    """
    with name_scope(name, "reciprocal_no_nan", [x]) as scope:
        x = convert_to_tensor(x, name="x")
        return _div_no_nan(number(1, x), x, name=scope)


def _not_zero(x: Tensor) -> Tensor:
    from pyengine.ops.compare import not_equal
    from pyengine.ops.filling import zeros_like

    return cast(not_equal(x, zeros_like(x)), x.dtype)


def _xlogy_grad(op: Operation, dy: Tensor) -> Any:
    x, y = op.inputs
    return unbroadcast(op, multiply(dy, xlogy(_not_zero(x), y)), multiply(dy, xdivy(x, y)))


xlogy = binary(
    "Xlogy",
    doc="x * log(y), elementwise, and 0 where x is 0.",
    example=("tf.math.xlogy([0.0, 2.0], [0.0, 1.0])", "[0.0, 0.0]"),
    types="float|complex",
    kernel=lambda xp, x, y: _where_zero(xp, x, xp.multiply(x, xp.log(y))),
    grad=_xlogy_grad,
)


def _xlog1py_grad(op: Operation, dy: Tensor) -> Any:
    x, y = op.inputs
    return unbroadcast(
        op,
        multiply(dy, xlog1py(_not_zero(x), y)),
        multiply(dy, xdivy(x, add(y, number(1, y)))),
    )


xlog1py = binary(
    "Xlog1py",
    doc="x * log(1 + y), elementwise, and 0 where x is 0.",
    example=("tf.math.xlog1py([0.0, 2.0], [-1.0, 0.0])", "[0.0, 0.0]"),
    types="float|complex",
    kernel=lambda xp, x, y: _where_zero(xp, x, xp.multiply(x, xp.log1p(y))),
    grad=_xlog1py_grad,
)


def _xdivy_grad(op: Operation, dy: Tensor) -> Any:
    x, y = op.inputs
    return unbroadcast(
        op,
        multiply(dy, xdivy(_not_zero(x), y)),
        multiply(dy, xdivy(negative(x), multiply(y, y))),
    )


xdivy = binary(
    "Xdivy",
    doc="x / y, elementwise, and 0 where x is 0.",
    example=("tf.math.xdivy([0.0, 3.0], [0.0, 2.0])", "[0.0, 1.5]"),
    types="float|complex",
    kernel=lambda xp, x, y: _where_zero(xp, x, xp.divide(x, y)),
    grad=_xdivy_grad,
)


def _next_after_grad(op: Operation, dy: Tensor) -> Any:
    from pyengine.ops.filling import zeros_like

    return unbroadcast(op, dy, zeros_like(dy))


nextafter = binary(
    "NextAfter",
    doc="The next number that can be written after x1 towards x2, elementwise.",
    signature="x1: T, x2: T -> T",
    types="float32|float64",
    kernel=lambda xp, x1, x2: xp.nextafter(x1, x2),
    grad=_next_after_grad,
)

# ---------------------------------------------------------------- other products


def _cross_shape(op: Operation) -> TensorShape:
    shape = op.inputs[0].shape.merge_with(op.inputs[1].shape).with_rank_at_least(1)
    if shape.sizes is not None and shape.sizes[-1] not in (None, 3):
        raise ValueError(f"cross takes vectors of 3 elements, got shape {shape}")
    return shape


def _cross_kernel(xp: Any, a: Any, b: Any) -> Any:
    if a.shape != b.shape or a.shape[-1:] != (3,):
        raise ValueError(
            f"inputs must have one shape with 3 at the end, got {list(a.shape)}, {list(b.shape)}"
        )
    return xp.cross(a, b)


cross = defop(
    "Cross",
    "a: T, b: T -> T",
    doc="The cross products of vectors of 3 elements, along the last dimension.",
    example=("tf.cross([1.0, 0.0, 0.0], [0.0, 1.0, 0.0])", "[0.0, 0.0, 1.0]"),
    types={"T": "real"},
    shape=_cross_shape,
    kernel=_cross_kernel,
    grad=lambda op, dy: (cross(op.inputs[1], dy), cross(dy, op.inputs[0])),
)


def scalar_mul(scalar: Any, x: Any, name: str | None = None) -> Any:
    """A scalar times a tensor or `IndexedSlices`.

    Args:
        scalar: a number or a tensor without dimensions.
        x: a tensor, or an `IndexedSlices`, of the scalar's dtype.
        name: the op's name.

    Raises:
        ValueError: when `scalar` has dimensions.
    """
    dtype = x.dtype.base_dtype if hasattr(x, "dtype") and not isinstance(x, np.ndarray) else None
    scalar = convert_to_tensor(scalar, dtype, name="scalar")
    if scalar.shape.ndims not in (0, None):
        raise ValueError(f"Only scalar multiply works, got shape {scalar.shape}")
    if isinstance(x, IndexedSlices):
        return IndexedSlices(multiply(scalar, x.values, name), x.indices, x.dense_shape)
    return multiply(scalar, x, name)


def polyval(coeffs: Any, x: Any, name: str | None = None) -> Tensor:
    """The value of a polynomial, elementwise, by Horner's rule.

    Args:
        coeffs: a list of tensors, the coefficient of the highest power first; empty means 0.
        x: a tensor.
        name: the name scope.

    Raises:
        ValueError: when `coeffs` is no list.
    """
    from pyengine.ops.filling import zeros_like

    if not isinstance(coeffs, list):
        raise ValueError(f"Argument coeffs must be list type. Received {type(coeffs)}.")
    with name_scope(name, "polyval", [*coeffs, x]):
        x = convert_to_tensor(x, name="x")
        if not coeffs:
            return zeros_like(x)
        given = [convert_to_tensor(c, name=f"coeff_{i}") for i, c in enumerate(coeffs)]
        result = given[0]
        for c in given[1:]:
            result = add(c, multiply(result, x))
        return result
