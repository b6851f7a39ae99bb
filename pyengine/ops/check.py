"""`assert_equal` and its kin: checks of values, shapes and dtypes.

What is known while the graph is built is checked then; the rest becomes an `Assert`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from pyengine.convert import convert_to_tensor
from pyengine.errors import InvalidArgumentError
from pyengine.graph import Operation, Tensor
from pyengine.ops import compare
from pyengine.ops.asserting import Assert
from pyengine.ops.control_flow import no_op
from pyengine.ops.math import cast
from pyengine.ops.reduce import reduce_all
from pyengine.scopes import name_scope
from pyengine.static import constant_value

__all__ = [
    "assert_equal",
    "assert_greater",
    "assert_greater_equal",
    "assert_less",
    "assert_less_equal",
    "assert_near",
    "assert_negative",
    "assert_non_negative",
    "assert_non_positive",
    "assert_none_equal",
    "assert_positive",
    "is_non_decreasing",
    "is_strictly_increasing",
]


def prefix(message: str | None) -> str:
    return f"{message}.  " if message else ""


def _check_static(holds: Any, data: Sequence[Any]) -> None:
    """Raises at once what is known not to hold."""
    if not holds:
        raise InvalidArgumentError(None, None, "\n".join(_known_text(d) for d in data))


def _known_text(value: Any) -> str:
    if isinstance(value, Tensor):
        known = constant_value(value)
        return str(value) if known is None else str(known)
    return str(value)


# ---------------------------------------------------------------- two tensors


def _compared(
    sign: str, opname: str, test: Callable[..., Tensor], static_test: Callable[..., Any]
) -> Callable[..., Any]:
    """The function that asserts a comparison of two tensors."""

    def check(
        x: Any,
        y: Any,
        data: Any = None,
        summarize: int | None = None,
        message: str | None = None,
        name: str | None = None,
    ) -> Operation:
        if sign == "==":
            with name_scope(name, opname, []):
                if x is y:
                    return no_op(name=name)
        with name_scope(name, opname, []):
            x = convert_to_tensor(x, name="x")
            y = convert_to_tensor(y, name="y")
            if data is None:
                data = [
                    f"Condition x {sign} y did not hold element-wise:",
                    f"x ({x.name}) = ", x, f"y ({y.name}) = ", y,
                ]  # fmt: skip
            if message is not None:
                data = [message, *data]
            condition = reduce_all(test(x, y))
            known = constant_value(x), constant_value(y)
            if known[0] is not None and known[1] is not None:
                _check_static(np.all(static_test(*known)), data)
            return Assert(condition, data, summarize=summarize)

    check.__name__ = check.__qualname__ = opname
    check.__doc__ = f"""An operation that fails unless `x {sign} y` for all elements.

    Args:
        x, y: tensors of one dtype whose shapes broadcast.
        data: a list of tensors to show on failure; by default x and y.
        summarize: how many elements of each to show.
        message: a text to show first.
        name: the name scope.

    Returns:
        The operation, for `tf.control_dependencies`.

    Raises:
        InvalidArgumentError: if it is known already not to hold.
    """
    return check


assert_equal = _compared("==", "assert_equal", compare.equal, np.equal)
assert_none_equal = _compared("!=", "assert_none_equal", compare.not_equal, np.not_equal)
assert_less = _compared("<", "assert_less", compare.less, np.less)
assert_less_equal = _compared("<=", "assert_less_equal", compare.less_equal, np.less_equal)
assert_greater = _compared(">", "assert_greater", compare.greater, np.greater)
assert_greater_equal = _compared(
    ">=", "assert_greater_equal", compare.greater_equal, np.greater_equal
)


def assert_near(
    x: Any,
    y: Any,
    rtol: Any = None,
    atol: Any = None,
    data: Any = None,
    summarize: int | None = None,
    message: str | None = None,
    name: str | None = None,
) -> Operation:
    """An operation that fails unless `|x - y| < atol + rtol * |y|` for all elements.

    Args:
        x, y: float or complex tensors of one dtype whose shapes broadcast.
        rtol, atol: the tolerances; by default 10 times the dtype's resolution.
        data, summarize, message, name: as in `assert_equal`.
    """
    from pyengine.ops.elementwise import abs as abs_op

    with name_scope(name, "assert_near", []):
        x = convert_to_tensor(x, name="x")
        y = convert_to_tensor(y, dtype=x.dtype.base_dtype, name="y")
        real = x.dtype.real_dtype if x.dtype.is_complex else x.dtype.base_dtype
        tolerance = 10 * np.finfo(real.as_numpy_dtype).eps
        rtol = convert_to_tensor(tolerance if rtol is None else rtol, real, name="rtol")
        atol = convert_to_tensor(tolerance if atol is None else atol, real, name="atol")
        if data is None:
            data = [
                prefix(message),
                f"x and y not equal to tolerance rtol = {rtol}, atol = {atol}",
                f"x ({x.name}) = ", x, f"y ({y.name}) = ", y,
            ]  # fmt: skip
        near = compare.less(abs_op(x - y), atol + rtol * abs_op(y))
        return Assert(reduce_all(near), data, summarize=summarize)


# ---------------------------------------------------------------- one tensor


def _signed(
    opname: str, text: str, check: Callable[..., Any], zero_first: bool
) -> Callable[..., Any]:
    """The function that asserts a comparison of a tensor with zero."""

    def function(
        x: Any,
        data: Any = None,
        summarize: int | None = None,
        message: str | None = None,
        name: str | None = None,
    ) -> Operation:
        with name_scope(name, opname, []):
            x = convert_to_tensor(x, name="x")
            if data is None:
                data = [
                    prefix(message), f"Condition x {text} did not hold element-wise:",
                    f"x ({x.name}) = ", x,
                ]  # fmt: skip
            zero = convert_to_tensor(0, dtype=x.dtype.base_dtype)
            pair = (zero, x) if zero_first else (x, zero)
            return check(*pair, data=data, summarize=summarize)

    function.__name__ = function.__qualname__ = opname
    function.__doc__ = f"""An operation that fails unless `x {text}` for all elements.

    Args:
        x: a numeric tensor.
        data, summarize, message, name: as in `assert_equal`.
    """
    return function


assert_negative = _signed("assert_negative", "< 0", assert_less, False)
assert_positive = _signed("assert_positive", "> 0", assert_less, True)
assert_non_negative = _signed("assert_non_negative", ">= 0", assert_less_equal, True)
assert_non_positive = _signed("assert_non_positive", "<= 0", assert_less_equal, False)


# ---------------------------------------------------------------- order


def _steps(x: Tensor, test: Callable[..., Tensor]) -> Tensor:
    """Whether a test holds for all differences of neighbours."""
    from pyengine.ops.array import reshape

    flat = reshape(x, [-1])
    if x.dtype.is_unsigned:  # whose differences are never negative
        return reduce_all(test(flat[1:], flat[:-1]))
    zero = cast(0, x.dtype.base_dtype)
    return reduce_all(test(flat[1:] - flat[:-1], zero))


def is_non_decreasing(x: Any, name: str | None = None) -> Tensor:
    """A boolean scalar: whether the elements never get smaller, row by row.

    Args:
        x: a tensor of a number type; its elements are taken in row-major order.
        name: the scope of the op.

    Returns:
        A bool scalar.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     bool(sess.run(tf.is_non_decreasing([1, 1, 2])))
        True
    """
    with name_scope(name, "is_non_decreasing", []):
        return _steps(convert_to_tensor(x, name="x"), compare.greater_equal)


def is_strictly_increasing(x: Any, name: str | None = None) -> Tensor:
    """A boolean scalar: whether each element is larger than the one before, row by row.

    Args:
        x: a tensor of a number type; its elements are taken in row-major order.
        name: the scope of the op.

    Returns:
        A bool scalar.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     bool(sess.run(tf.is_strictly_increasing([1, 1, 2])))
        False
    """
    with name_scope(name, "is_strictly_increasing", []):
        return _steps(convert_to_tensor(x, name="x"), compare.greater)
