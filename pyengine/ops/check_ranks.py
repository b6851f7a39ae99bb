"""Checks of ranks and dtypes, most of them when the graph is built: `assert_rank` and its like."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from pyengine import dtypes
from pyengine.convert import convert_to_tensor
from pyengine.dtypes import DType, as_dtype
from pyengine.graph import Operation, Tensor
from pyengine.ops import compare
from pyengine.ops.array import rank as rank_op
from pyengine.ops.array import shape as shape_op
from pyengine.ops.asserting import Assert
from pyengine.ops.check import prefix
from pyengine.ops.control_flow import no_op
from pyengine.scopes import name_scope
from pyengine.static import constant_value

__all__ = [
    "assert_integer",
    "assert_proper_iterable",
    "assert_rank",
    "assert_rank_at_least",
    "assert_rank_in",
    "assert_same_float_dtype",
    "assert_scalar",
    "assert_type",
    "is_numeric_tensor",
]

# ---------------------------------------------------------------- ranks


def _assert_ranks(
    x: Any,
    ranks: Sequence[Any],
    opname: str,
    wanted: str,
    static_test: Callable[[int, list[int]], bool],
    dynamic_test: Callable[[Tensor, list[Tensor]], Tensor],
    data: Any,
    summarize: int | None,
    message: str | None,
    name: str | None,
) -> Operation:
    with name_scope(name, opname, []):
        x = convert_to_tensor(x, name="x")
        tensors = [convert_to_tensor(r, dtypes.int32, name="rank") for r in ranks]
        known = [_known_rank(t) for t in tensors]
        text = f"{prefix(message)}Tensor {x.name} must have rank"
        if x.shape.ndims is not None and all(k is not None for k in known):
            if not static_test(x.shape.ndims, known):  # type: ignore[arg-type]  # not None
                given = known[0] if len(known) == 1 else tuple(known)
                raise ValueError(
                    f"{text}{wanted} {given}.  Received rank {x.shape.ndims}, shape {x.shape}"
                )
            return no_op(name="static_checks_determined_all_ok")
        condition = dynamic_test(rank_op(x), tensors)
        if data is None:
            data = [text + wanted, *tensors, "Received shape: ", shape_op(x)]
        return Assert(condition, data, summarize=summarize)


def _known_rank(tensor: Tensor) -> int | None:
    if tensor.shape.ndims not in (None, 0):
        raise ValueError(f"Rank must be a scalar, got a tensor of shape {tensor.shape}")
    value = constant_value(tensor)
    return None if value is None else int(value)


def assert_rank(
    x: Any,
    rank: Any,
    data: Any = None,
    summarize: int | None = None,
    message: str | None = None,
    name: str | None = None,
) -> Operation:
    """An operation that fails unless `x` has the rank `rank`, an integer scalar.

    Args:
        x: a tensor.
        rank: the rank.
        data, summarize, message, name: as in `assert_equal`.

    Raises:
        ValueError: if the rank is known and is another.
    """
    return _assert_ranks(
        x, [rank], "assert_rank", "", lambda have, want: have == want[0],
        lambda have, want: compare.equal(have, want[0]), data, summarize, message, name,
    )  # fmt: skip


def assert_rank_at_least(
    x: Any,
    rank: Any,
    data: Any = None,
    summarize: int | None = None,
    message: str | None = None,
    name: str | None = None,
) -> Operation:
    """An operation that fails unless the rank of `x` is at least `rank`; as `assert_rank`.

    Args:
        x: a tensor of a number type.
        rank: the least rank, an integer scalar.
        data: what an error shows; some of `x` by default.
        summarize: how many elements of each of `data` it shows.
        message: what an error begins with.
        name: the scope of the op.

    Returns:
        An op that raises an `InvalidArgumentError` when it is run and finds a lower rank.

    Raises:
        ValueError: at once, where the static shape tells.

    Example:
        >>> import pyengine as tf
        >>> tf.assert_rank_at_least(tf.zeros([2, 3]), 1).type
        'NoOp'
    """
    return _assert_ranks(
        x, [rank], "assert_rank_at_least", " at least", lambda have, want: have >= want[0],
        lambda have, want: compare.greater_equal(have, want[0]), data, summarize, message, name,
    )  # fmt: skip


def assert_rank_in(
    x: Any,
    ranks: Sequence[Any],
    data: Any = None,
    summarize: int | None = None,
    message: str | None = None,
    name: str | None = None,
) -> Operation:
    """An operation that fails unless the rank of `x` is one of `ranks`; as `assert_rank`.

    Args:
        x: a tensor of a number type.
        ranks: the ranks that it may have, integer scalars.
        data: what an error shows; some of `x` by default.
        summarize: how many elements of each of `data` it shows.
        message: what an error begins with.
        name: the scope of the op.

    Returns:
        An op that raises an `InvalidArgumentError` when it is run and finds another rank.

    Raises:
        ValueError: at once, where the static shape tells.

    Example:
        >>> import pyengine as tf
        >>> tf.assert_rank_in(tf.zeros([2, 3]), [1, 2]).type
        'NoOp'
    """

    def dynamic(have: Tensor, want: list[Tensor]) -> Tensor:
        result = compare.equal(have, want[0])
        for other in want[1:]:
            result = compare.logical_or(result, compare.equal(have, other))
        return result

    return _assert_ranks(
        x, ranks, "assert_rank_in", " in", lambda have, want: have in want, dynamic,
        data, summarize, message, name,
    )  # fmt: skip


def assert_scalar(tensor: Any, name: str | None = None, message: str | None = None) -> Tensor:
    """The tensor, if its static shape is that of a scalar.

    Args:
        tensor: a tensor of any dtype.
        name: the scope of the op.
        message: what an error begins with.

    Returns:
        The tensor.

    Raises:
        ValueError: if it is not.

    Example:
        >>> import pyengine as tf
        >>> tf.assert_scalar(tf.constant(1.0)).shape.as_list()
        []
    """
    with name_scope(name, "assert_scalar", []):
        tensor = convert_to_tensor(tensor, name="tensor")
        if tensor.shape.ndims != 0:
            raise ValueError(
                f"{prefix(message)}Expected scalar shape for {tensor.name}, saw shape: "
                f"{tensor.shape}."
            )
        return tensor


# ---------------------------------------------------------------- dtypes


def assert_type(
    tensor: Any, tf_type: Any, message: str | None = None, name: str | None = None
) -> Operation:
    """Raises TypeError unless a tensor has a dtype; returns an operation that does nothing.

    Args:
        tensor: a tensor of any dtype.
        tf_type: the dtype that it should have.
        message: what an error begins with.
        name: the op's name.

    Returns:
        An op that does nothing.

    Example:
        >>> import pyengine as tf
        >>> tf.assert_type(tf.constant(1.0), tf.float32).type
        'NoOp'
    """
    wanted = as_dtype(tf_type)
    with name_scope(name, "assert_type", []):
        tensor = convert_to_tensor(tensor, name="tensor")
        if tensor.dtype.base_dtype is not wanted.base_dtype:
            raise TypeError(
                f"{prefix(message)}{tensor.name} must be of type {wanted!r}; got {tensor.dtype!r}"
            )
        return no_op("statically_determined_correct_type")


def assert_integer(x: Any, message: str | None = None, name: str | None = None) -> Operation:
    """Raises TypeError unless `x` is of an integer dtype; returns an op that does nothing.

    Args:
        x: a tensor of any dtype.
        message: what an error begins with.
        name: the op's name.

    Returns:
        An op that does nothing.

    Example:
        >>> import pyengine as tf
        >>> tf.assert_integer(tf.constant(1)).type
        'NoOp'
    """
    with name_scope(name, "assert_integer", []):
        x = convert_to_tensor(x, name="x")
        if not x.dtype.is_integer:
            raise TypeError(
                f'{prefix(message)}Expected "x" to be integer type.  Found: {x.dtype.name} of '
                f"tensor {x.name}"
            )
        return no_op("statically_determined_was_integer")


def is_numeric_tensor(tensor: Any) -> bool:
    """Whether a value is a tensor of a float, complex, integer or quantized dtype.

    Args:
        tensor: any object.

    Returns:
        Whether it is a tensor of a number type.

    Example:
        >>> import pyengine as tf
        >>> tf.is_numeric_tensor(tf.constant(1.0)), tf.is_numeric_tensor(tf.constant("a"))
        (True, False)
    """
    return isinstance(tensor, Tensor) and tensor.dtype.base_dtype not in (
        dtypes.bool, dtypes.string, dtypes.resource, dtypes.variant,
    )  # fmt: skip


def assert_same_float_dtype(tensors: Any = None, dtype: Any = None) -> DType:
    """The one float dtype that all tensors have.

    Args:
        tensors: a list of tensors, of which None is left out.
        dtype: the dtype that they must have; by default that of the first one.

    Returns:
        A `DType`; float32 without tensors and dtype.

    Raises:
        ValueError: if the dtypes differ, or are no float.
    """
    wanted = None if dtype is None else as_dtype(dtype)
    for tensor in tensors or ():
        if tensor is not None:
            found = tensor.dtype.base_dtype
            if wanted is None:
                wanted = found
            elif found is not wanted:
                raise ValueError(
                    f"Tensor {tensor.name} must be from the same base type as the others: "
                    f"{found.name}, {wanted.name}"
                )
    if wanted is None:
        return dtypes.float32
    if not wanted.is_floating:
        raise ValueError(f"Expected floating point type, got {wanted.name}.")
    return wanted


def assert_proper_iterable(values: Any) -> None:
    """Raises TypeError unless `values` is an iterable of tensors, and not one itself.

    Args:
        values: any object.

    Example:
        >>> import pyengine as tf
        >>> tf.assert_proper_iterable([1, 2])
    """
    wrong = (Tensor, np.ndarray, bytes, str)
    if isinstance(values, wrong):
        raise TypeError(
            f"Expected argument 'values' to be a 'proper' iterable, such as a list.  Found: "
            f"{type(values)}"
        )
    if not hasattr(values, "__iter__"):
        raise TypeError(f"Expected argument 'values' to be iterable.  Found: {type(values)}")
