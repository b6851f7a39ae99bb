"""Arithmetic and elementwise functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pyengine import dtypes
from pyengine.convert import convert_to_tensor
from pyengine.dtypes import as_dtype
from pyengine.errors import UnimplementedError
from pyengine.graph import Operation, Tensor
from pyengine.indexed_slices import IndexedSlices
from pyengine.ops.broadcasting import unbroadcast
from pyengine.ops.declare import (
    REQUIRED,
    apply,
    binary,
    defop,
    missing_grad,
    no_grad,
    same_shape,
    unary,
)
from pyengine.registry import OpDef

__all__ = [
    "conj",
    "neg",
    "negative",
    "add",
    "cast",
    "div",
    "divide",
    "floor_div",
    "floordiv",
    "floormod",
    "maximum",
    "minimum",
    "mod",
    "mul",
    "multiply",
    "pow",
    "realdiv",
    "saturate_cast",
    "squared_difference",
    "sub",
    "subtract",
    "to_bfloat16",
    "to_double",
    "to_float",
    "to_int32",
    "to_int64",
    "truediv",
    "truncatediv",
    "truncatemod",
]

# ---------------------------------------------------------------- arithmetic

add = binary(
    "Add",
    doc="x + y, elementwise; strings are joined.",
    example=("tf.add([[1], [2]], [10, 20])", "[[11, 21], [12, 22]]"),
    types="number|string",
    kernel=lambda xp, x, y: xp.add(x, y),
    grad=lambda op, dy: unbroadcast(op, dy, dy),
)

negative = neg = unary(
    "Neg",
    doc="-x, elementwise.",
    example=("tf.negative([1.0, -2.0])", "[-1.0, 2.0]"),
    types="float|int8|int16|int32|int64|complex",
    kernel=lambda xp, x: xp.negative(x),
    grad=lambda op, dy: negative(dy),
)

conj_op = unary(
    "Conj",
    doc="The complex conjugate, elementwise.",
    types="complex",
    kernel=lambda xp, x: xp.conj(x),
    grad=lambda op, dy: conj_op(dy),
)


def conj(x: Any, name: str | None = None) -> Tensor:
    """The complex conjugate, elementwise; a real tensor is returned as it is.

    Args:
        x: a tensor of a number type.
        name: the op's name.

    Returns:
        A tensor of the dtype and shape of `x`.

    Raises:
        TypeError: for a tensor that is not numeric.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.math.conj([1 + 2j])).tolist()
        [(1-2j)]
    """
    x = convert_to_tensor(x, name="x")
    if x.dtype.is_complex:
        return conj_op(x, name=name)
    if x.dtype.is_floating or x.dtype.is_integer:
        return x
    raise TypeError(f"Expected numeric or variant tensor, got dtype {x.dtype!r}")


subtract = sub = binary(
    "Sub",
    doc="x - y, elementwise.",
    example=("tf.subtract([3, 4], 1)", "[2, 3]"),
    kernel=lambda xp, x, y: xp.subtract(x, y),
    grad=lambda op, dy: unbroadcast(op, dy, negative(dy)),
)

multiply = mul = binary(
    "Mul",
    doc="x * y, elementwise.",
    example=("tf.multiply([2.0, 3.0], [4.0, 0.5])", "[8.0, 1.5]"),
    kernel=lambda xp, x, y: xp.multiply(x, y),
    grad=lambda op, dy: unbroadcast(
        op, multiply(dy, conj(op.inputs[1])), multiply(conj(op.inputs[0]), dy)
    ),
)


def _real_div_grad(op: Operation, dy: Tensor) -> Any:
    x, y = conj(op.inputs[0]), conj(op.inputs[1])
    dx = realdiv(dy, y)
    return unbroadcast(op, dx, multiply(dy, realdiv(realdiv(negative(x), y), y)))


realdiv = binary(
    "RealDiv",
    doc="x / y, elementwise, for floating-point and complex numbers.",
    example=("tf.realdiv([1.0, 3.0], 2.0)", "[0.5, 1.5]"),
    types="float|complex",
    kernel=lambda xp, x, y: xp.divide(x, y),
    grad=_real_div_grad,
)


def _check_divisor(x: Any, y: Any) -> None:
    if np.size(x) and not np.all(y):  # nothing is divided where there is nothing
        raise ZeroDivisionError("Integer division by zero")


def _truncated_quotient(xp: Any, x: Any, y: Any) -> Any:
    if np.asarray(x).dtype.kind == "f":
        return xp.trunc(xp.divide(x, y))
    _check_divisor(x, y)
    quotient = xp.floor_divide(x, y)
    inexact = (xp.multiply(quotient, y) != x) & (xp.less(x, 0) != xp.less(y, 0))
    return quotient + inexact.astype(quotient.dtype)


def _floor_quotient(xp: Any, x: Any, y: Any) -> Any:
    if np.asarray(x).dtype.kind in "iu":
        _check_divisor(x, y)
        return xp.floor_divide(x, y)
    return xp.floor(xp.divide(x, y))


def _floor_remainder(xp: Any, x: Any, y: Any) -> Any:
    if np.asarray(x).dtype.kind in "iu":
        _check_divisor(x, y)
    return xp.remainder(x, y)


def _truncated_remainder(xp: Any, x: Any, y: Any) -> Any:
    if np.asarray(x).dtype.kind in "iu":
        _check_divisor(x, y)
    return xp.fmod(x, y)


def _no_quotient_grad(op: Operation, dy: Tensor) -> Any:
    return None, None  # a step function: flat wherever it is differentiable


_floor_div_op = binary(
    "FloorDiv",
    doc="x / y rounded towards minus infinity, elementwise.",
    example=("tf.floor_div([7, -7], 2)", "[3, -4]"),
    types="real",
    kernel=_floor_quotient,
    grad=_no_quotient_grad,
)

floormod = mod = binary(
    "FloorMod",
    doc="The remainder of `floordiv`, which has the sign of y.",
    example=("tf.floormod([7, -7], 3)", "[1, 2]"),
    types="real",
    kernel=_floor_remainder,
    grad=lambda op, dy: unbroadcast(
        op, dy, negative(multiply(dy, _floor_div_op(op.inputs[0], op.inputs[1])))
    ),
)

truncatediv = binary(
    "TruncateDiv",
    doc="x / y rounded towards zero, elementwise.",
    example=("tf.truncatediv([7, -7], 2)", "[3, -3]"),
    types="real",
    kernel=_truncated_quotient,
    grad=no_grad("TensorFlow defines none"),
)

truncatemod = binary(
    "TruncateMod",
    doc="The remainder of `truncatediv`, which has the sign of x.",
    example=("tf.truncatemod([7, -7], 3)", "[1, -1]"),
    types="float|int32|int64",
    kernel=_truncated_remainder,
    grad=missing_grad("TensorFlow defines none"),
)


def floordiv(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x / y rounded towards minus infinity, elementwise.

    Args:
        x, y: real tensors of one dtype, broadcast against each other.
        name: the op's name.

    Raises:
        tf.errors.InvalidArgumentError: at run time, for an integer division by zero.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.floordiv([7, -7], 2)).tolist()
        [3, -4]
    """
    return _floor_div_op(x, y, name=name or "floordiv")


floor_div = _floor_div_op


def truediv(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x / y, elementwise; integers are divided as floating-point numbers.

    Args:
        x, y: tensors of one dtype. Integers of up to 16 bits become float32, wider ones float64.
        name: the op's name.
    """
    x, y = _same_dtype(x, y)
    dtype = x.dtype.base_dtype
    if dtype.is_integer:
        wide = dtypes.float32 if dtype.size <= 2 else dtypes.float64
        x, y = cast(x, wide), cast(y, wide)
    return realdiv(x, y, name=name or "truediv")


divide = truediv


def div(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x / y as Python 2 has it: integers are divided towards minus infinity.

    Args:
        x, y: tensors of one number type, whose shapes broadcast.
        name: the op's name.

    Returns:
        A tensor of the dtype of `x`, of the shape that both broadcast to.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.div([7, -7], 2)).tolist()
        [3, -4]
    """
    x = convert_to_tensor(x, y.dtype.base_dtype if _is_only(y, x) else None, name="x")
    y = convert_to_tensor(y, x.dtype.base_dtype, name="y")
    if x.dtype.is_integer:
        return _floor_div_op(x, y, name=name or "div")
    return realdiv(x, y, name=name or "div")


def _is_only(y: Any, x: Any) -> bool:
    """Whether y is a tensor or an array, and x a plain value."""
    return hasattr(y, "dtype") and not hasattr(x, "dtype")


def _same_dtype(x: Any, y: Any) -> tuple[Tensor, Tensor]:
    """Both as tensors, a plain value taking the other's dtype."""
    if hasattr(y, "dtype") and not hasattr(x, "dtype"):
        y = convert_to_tensor(y)
        return convert_to_tensor(x, y.dtype.base_dtype, name="x"), y
    x = convert_to_tensor(x, name="x")
    if hasattr(y, "graph") and y.dtype.base_dtype is not x.dtype.base_dtype:
        raise TypeError(
            f"x and y must have the same dtype, got {x.dtype.base_dtype!r} != "
            f"{y.dtype.base_dtype!r}"
        )
    return x, convert_to_tensor(y, x.dtype.base_dtype, name="y")


def _pow_kernel(xp: Any, x: Any, y: Any) -> Any:
    if np.asarray(x).dtype.kind == "i" and np.any(np.asarray(y) < 0):
        raise ValueError("Integers to negative integer powers are not allowed")
    return xp.power(x, y)


def _pow_grad(op: Operation, dy: Tensor) -> Any:
    from pyengine.ops.compare import greater, not_equal
    from pyengine.ops.elementwise import log
    from pyengine.ops.filling import ones_like, zeros_like
    from pyengine.ops.repetition import where

    x, y, z = op.inputs[0], op.inputs[1], op.outputs[0]
    dx = multiply(dy, multiply(conj(y), pow(conj(x), subtract(conj(y), ones_like(y)))))
    if x.dtype.is_complex:
        safe = not_equal(x, zeros_like(x))
    else:
        safe = greater(x, zeros_like(x))
    log_x = where(safe, log(where(safe, x, ones_like(x))), zeros_like(x))
    return unbroadcast(op, dx, multiply(multiply(dy, conj(z)), conj(log_x)))


pow = binary(
    "Pow",
    doc="x to the power of y, elementwise.",
    example=("tf.pow([2.0, 3.0], [3.0, 2.0])", "[8.0, 9.0]"),
    types="float|int8|int16|int32|int64|complex",
    kernel=_pow_kernel,
    grad=_pow_grad,
)


def _extreme_grad(compare: str) -> Any:
    def grad(op: Operation, dy: Tensor) -> Any:
        from pyengine.ops import compare as comparisons
        from pyengine.ops.filling import zeros_like
        from pyengine.ops.repetition import where

        x, y = op.inputs
        mine = getattr(comparisons, compare)(x, y)
        zero = zeros_like(dy)
        return unbroadcast(op, where(mine, dy, zero), where(mine, zero, dy))

    return grad


maximum = binary(
    "Maximum",
    doc="The larger of x and y, elementwise; NaN where one is NaN.",
    example=("tf.maximum([1.0, 5.0], 3.0)", "[3.0, 5.0]"),
    types="real",
    kernel=lambda xp, x, y: xp.maximum(x, y),
    grad=_extreme_grad("greater_equal"),
)

minimum = binary(
    "Minimum",
    doc="The smaller of x and y, elementwise; NaN where one is NaN.",
    example=("tf.minimum([1.0, 5.0], 3.0)", "[1.0, 3.0]"),
    types="real",
    kernel=lambda xp, x, y: xp.minimum(x, y),
    grad=_extreme_grad("less_equal"),
)


def _squared_difference_grad(op: Operation, dy: Tensor) -> Any:
    x, y = op.inputs
    twice = multiply(multiply(dy, 2.0), subtract(x, y))
    return unbroadcast(op, twice, negative(twice))


def _squared_difference_kernel(xp: Any, x: Any, y: Any) -> Any:
    difference = xp.subtract(x, y)
    return (
        difference * xp.conj(difference)
        if difference.dtype.kind == "c"
        else difference * difference
    )


squared_difference = binary(
    "SquaredDifference",
    doc="(x - y)^2, elementwise.",
    example=("tf.math.squared_difference([1.0, 5.0], 3.0)", "[4.0, 4.0]"),
    types="float|int32|int64|complex",
    kernel=_squared_difference_kernel,
    grad=_squared_difference_grad,
)


def number(value: float, like: Tensor) -> Tensor:
    """A constant scalar of a tensor's dtype."""
    return convert_to_tensor(np.array(value, like.dtype.base_dtype.as_numpy_dtype))


# ---------------------------------------------------------------- casts


def _cast_kernel(xp: Any, x: Any, *, DstT: Any, Truncate: bool) -> Any:
    x = np.asarray(x)
    if DstT is dtypes.string or x.dtype == object:
        given, how = ("string", "to_number") if x.dtype == object else (x.dtype.name, "as_string")
        raise UnimplementedError(
            None, None, f"Cast {given} to {DstT.name} is not supported: tf.strings.{how}() does it"
        )
    target = np.dtype(DstT.as_numpy_dtype)
    if x.dtype.kind == "c" and target.kind != "c":
        x = x.real
    return x.astype(target, order="K", copy=False)


def _cast_grad(op: Operation, dy: Tensor) -> Any:
    source = op.inputs[0].dtype.base_dtype
    return cast(dy, source) if source.is_floating or source.is_complex else None


_cast_op = defop(
    "Cast",
    "x: SrcT -> @DstT",
    doc="The elements in another dtype.",
    attrs={"DstT": REQUIRED, "Truncate": False},
    shape=same_shape,
    kernel=_cast_kernel,
    grad=_cast_grad,
)

_CAST: OpDef = _cast_op.opdef  # type: ignore[attr-defined]


def cast(x: Any, dtype: Any, name: str | None = None) -> Any:
    """The elements in another dtype: towards zero to integers, the real part of complex numbers.

    Args:
        x: a numeric or boolean tensor, an `IndexedSlices` or a `SparseTensor`.
        dtype: the dtype wanted.
        name: the op's name.

    Returns:
        A tensor of that dtype; `x` itself if it has it already.

    Raises:
        TypeError: for a dtype that is none.
        UnimplementedError: for strings, when the op runs.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.cast([1.8, -2.7], tf.int32)).tolist()
        [1, -2]
    """
    wanted = as_dtype(dtype).base_dtype
    if isinstance(x, IndexedSlices):
        return IndexedSlices(cast(x.values, wanted, name), x.indices, x.dense_shape)
    if hasattr(x, "with_values"):  # a sparse tensor
        return x.with_values(cast(x.values, wanted, name))
    x = convert_to_tensor(x, name="x")
    if x.dtype.base_dtype is wanted:
        return x
    return apply(_CAST, (x,), {"DstT": wanted, "Truncate": False}, name).outputs[0]


def saturate_cast(value: Any, dtype: Any, name: str | None = None) -> Tensor:
    """`cast` with values outside the range of the dtype moved to its limits.

    Args:
        value: a tensor of a real type.
        dtype: the dtype to convert to, a real type.
        name: the op's name.

    Returns:
        A tensor of `dtype`.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.saturate_cast([-5.0, 300.0], tf.uint8)).tolist()
        [0, 255]
    """
    value, wanted = convert_to_tensor(value, name="value"), as_dtype(dtype).base_dtype
    given = value.dtype.base_dtype
    # A float of infinite size does not fit an integer either.
    closed = given.is_floating and wanted.is_integer
    if closed or float(given.min) < float(wanted.min):
        value = maximum(value, _limit(given, given.min, wanted.min, max))
    if closed or float(given.max) > float(wanted.max):
        value = minimum(value, _limit(given, given.max, wanted.max, min))
    return cast(value, wanted, name=name)


def _limit(given: dtypes.DType, mine: Any, theirs: Any, inner: Callable[..., Any]) -> Any:
    """The limit of two dtypes' ranges, as a number of the first that is inside both."""
    kind = given.as_numpy_dtype
    bound = inner(np.asarray(mine).item(), np.asarray(theirs).item(), key=float)
    found = kind(bound)
    if given.is_floating and abs(int(found)) > abs(int(bound)):
        found = np.nextafter(found, kind(0))  # rounding had moved it out
    return found


def _caster(dtype: dtypes.DType, default: str) -> Any:
    def function(x: Any, name: str = default) -> Any:
        return cast(x, dtype, name=name)

    function.__name__ = function.__qualname__ = default
    function.__doc__ = f"""The elements as {dtype.name}; see `cast`.

Args:
    x: a tensor of a number type or bool, or a `SparseTensor`.
    name: the op's name.

Returns:
    A tensor of {dtype.name}, of the same shape.
"""
    return function


to_float = _caster(dtypes.float32, "ToFloat")
to_double = _caster(dtypes.float64, "ToDouble")
to_int32 = _caster(dtypes.int32, "ToInt32")
to_int64 = _caster(dtypes.int64, "ToInt64")
to_bfloat16 = _caster(dtypes.bfloat16, "ToBFloat16")
