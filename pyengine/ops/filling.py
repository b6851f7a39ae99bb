"""Tensors made of given values: zeros and ones, sequences, identity matrices, one-hot vectors."""

from __future__ import annotations

import builtins
from typing import Any

import numpy as np

from pyengine import dtypes, static
from pyengine.convert import constant, convert_to_tensor
from pyengine.dtypes import as_dtype
from pyengine.graph import Operation, Tensor
from pyengine.ops.array import as_sizes, expand_dims, reshape, shape
from pyengine.ops.declare import defop, no_grad, same_shape, whole
from pyengine.ops.indexing import slice
from pyengine.scopes import name_scope
from pyengine.shape import UNKNOWN, TensorShape, as_shape

__all__ = [
    "eye", "fill", "lin_space", "linspace", "one_hot", "ones", "ones_like", "range", "zeros",
    "zeros_like",
]  # fmt: skip


def _fill_shape(op: Operation) -> TensorShape:
    op.inputs[1].shape.with_rank(0)
    op.inputs[0].shape.with_rank(1)
    dims = static.constant_value(op.inputs[0])
    if dims is not None and (dims < 0).any():
        raise ValueError(f"Fill dimensions must be >= 0, got {dims.tolist()}")
    return static.shape_value(op.inputs[0])


_fill = defop(
    "Fill",
    "dims: host index, value: T -> T",
    doc="A tensor of one value.",
    shape=_fill_shape,
    kernel=lambda xp, dims, value: np.full(
        (dims,) if isinstance(dims, int) else dims, value, np.asarray(value).dtype
    ),
    grad=lambda op, dy: (None, _total(dy)),
)


def _total(dy: Tensor) -> Tensor:
    from pyengine.ops.reduce import reduce_sum

    return reduce_sum(dy)


def fill(dims: Any, value: Any, name: str | None = None) -> Tensor:
    """A tensor of the sizes `dims` filled with the scalar `value`.

    Args:
        dims: the shape, a vector of int32 or int64.
        value: a scalar of any dtype.
        name: the op's name.

    Returns:
        A tensor of shape `dims` and of the dtype of `value`.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.fill([2, 3], 7)).tolist()
        [[7, 7, 7], [7, 7, 7]]
    """
    return _fill(as_sizes(dims), value, name=name)


def _filled(shape: Any, value: Any, dtype: Any, name: str) -> Tensor:
    wanted = as_dtype(dtype).base_dtype
    if wanted is dtypes.string and value:
        raise TypeError(f"Expected string, but got {value}: tf.fill() takes any text.")
    scalar = (
        b"" if wanted is dtypes.string and not value else np.asarray(value, wanted.as_numpy_dtype)
    )
    if not hasattr(shape, "graph"):
        try:
            sizes = as_shape(whole(shape))
        except (TypeError, ValueError):
            if _has_tensor(shape):
                return fill(shape, convert_to_tensor(scalar, wanted), name=name)
            raise
        if not sizes.is_fully_defined():
            raise ValueError(f"the shape {sizes} must be fully known")
        if (sizes.num_elements() or 0) < 1000:
            full = np.full(sizes.as_list(), scalar, wanted.as_numpy_dtype)  # type: ignore[arg-type]
            return constant(full, wanted, name=name)
        shape = sizes
    return fill(shape, convert_to_tensor(scalar, wanted), name=name)


def _has_tensor(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and any(hasattr(v, "graph") for v in value)


def zeros(shape: Any, dtype: Any = dtypes.float32, name: str = "zeros") -> Tensor:
    """A tensor of zeros (of False, or of empty strings).

    Args:
        shape: the sizes: a list of ints, a `TensorShape` or an integer tensor.
        dtype: the dtype.
        name: the op's name.

    Example:
        >>> import pyengine as tf
        >>> tf.zeros([784, 10]).shape.as_list()
        [784, 10]
    """
    return _filled(shape, 0, dtype, name)


def ones(shape: Any, dtype: Any = dtypes.float32, name: str = "ones") -> Tensor:
    """A tensor of ones; see `zeros`.

    Args:
        shape: integers, or a vector of int32 or int64.
        dtype: any dtype but string.
        name: the op's name.

    Returns:
        A tensor of the shape and dtype.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.ones([2])).tolist()
        [1.0, 1.0]
    """
    return _filled(shape, 1, dtype, name)


def _like(kernel: Any) -> dict[str, Any]:
    return {
        "shape": same_shape, "kernel": kernel, "grad": no_grad("its output is constant"),
    }  # fmt: skip


_zeros_like = defop(
    "ZerosLike",
    "x: T -> T",
    doc="Zeros in the shape and dtype of a tensor.",
    **_like(lambda xp, x: np.full(x.shape, b"", object) if x.dtype == object else xp.zeros_like(x)),
)
_ones_like = defop(
    "OnesLike",
    "x: T -> T",
    doc="Ones in the shape and dtype of a tensor.",
    types={"T": "number|bool"},
    **_like(lambda xp, x: xp.ones_like(x)),
)


def zeros_like(
    tensor: Any, dtype: Any = None, name: str | None = None, optimize: bool = True
) -> Tensor:
    """Zeros in the shape of a tensor, in its dtype or in `dtype`.

    Args:
        tensor: a tensor of any dtype; for strings the zeros are empty.
        dtype: the dtype of the result; by default that of `tensor`.
        name: the op's name.
        optimize: whether a shape that is known makes a constant.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.zeros_like([1.5, 2.5])).tolist()
        [0.0, 0.0]
    """
    x = convert_to_tensor(tensor, name="tensor")
    wanted = x.dtype.base_dtype if dtype is None else as_dtype(dtype)
    with x.graph.as_default():
        if optimize and x.shape.is_fully_defined():
            return zeros(x.shape, wanted, name=name or "zeros_like")
        if wanted is not x.dtype.base_dtype:
            return zeros(shape(x), wanted, name=name or "zeros_like")
    return _zeros_like(x, name=name or "zeros_like")


def ones_like(
    tensor: Any, dtype: Any = None, name: str | None = None, optimize: bool = True
) -> Tensor:
    """Ones in the shape of a tensor, in its dtype or in `dtype`.

    Args:
        tensor, dtype, name, optimize: as for `zeros_like`.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.ones_like([1.5, 2.5])).tolist()
        [1.0, 1.0]
    """
    x = convert_to_tensor(tensor, name="tensor")
    wanted = x.dtype.base_dtype if dtype is None else as_dtype(dtype)
    with x.graph.as_default():
        if optimize and x.shape.is_fully_defined():
            return ones(x.shape, wanted, name=name or "ones_like")
        if wanted is not x.dtype.base_dtype:
            return ones(shape(x), wanted, name=name or "ones_like")
    return _ones_like(x, name=name or "ones_like")


def eye(
    num_rows: Any,
    num_columns: Any = None,
    batch_shape: Any = None,
    dtype: Any = dtypes.float32,
    name: str | None = None,
) -> Tensor:
    """Identity matrices: ones on the diagonal.

    Args:
        num_rows, num_columns: the size, ints or integer tensors; square by default.
        batch_shape: the sizes of the dimensions before, a list or an integer tensor.
        dtype: the dtype.
        name: the op's name.

    Returns:
        A tensor of shape `batch_shape + [num_rows, num_columns]`.
    """
    given = (num_rows, num_columns, batch_shape)
    if any(isinstance(v, Tensor) or _has_tensor(v) for v in given):
        return _eye_of_tensors(num_rows, num_columns, batch_shape, dtype, name)
    rows = int(whole(num_rows))
    columns = rows if num_columns is None else int(whole(num_columns))
    matrix = np.eye(rows, columns, dtype=as_dtype(dtype).as_numpy_dtype)
    lead: Any = as_shape([] if batch_shape is None else batch_shape).as_list()
    return constant(np.broadcast_to(matrix, (*lead, rows, columns)), dtype, name=name or "eye")


def _eye_of_tensors(rows: Any, columns: Any, batch: Any, dtype: Any, name: str | None) -> Tensor:
    from pyengine.ops.diagonals import matrix_diag, matrix_set_diag
    from pyengine.ops.joining import concat
    from pyengine.ops.math import cast, minimum
    from pyengine.scopes import name_scope

    with name_scope(name, "eye", [rows, columns, batch]):
        lead: Any = convert_to_tensor([] if batch is None else whole(batch), dtypes.int32)
        rows = cast(rows, dtypes.int32) if isinstance(rows, Tensor) else rows
        columns = cast(columns, dtypes.int32) if isinstance(columns, Tensor) else columns
        square = columns is None
        count = whole(rows) if square else minimum(whole(rows), whole(columns))
        diagonal = ones(concat([lead, [count]], 0), dtype)
        if square:
            return matrix_diag(diagonal)
        return matrix_set_diag(zeros(concat([lead, [rows, columns]], 0), dtype), diagonal)


def _range_shape(op: Operation) -> Any:
    values = [static.constant_value(t) for t in op.inputs]
    if any(v is None for v in values):
        return [None]
    start, limit, delta = (v.item() if hasattr(v, "item") else v for v in values)
    _check_direction(start, limit, delta)
    return [builtins.max(0, int(np.ceil((limit - start) / delta)))]


def _check_direction(start: Any, limit: Any, delta: Any) -> None:
    if delta == 0:
        raise ValueError("Requires delta != 0")
    if delta > 0 and start > limit:
        raise ValueError(f"Requires start <= limit when delta > 0: {start}/{limit}")
    if delta < 0 and start < limit:
        raise ValueError(f"Requires start >= limit when delta < 0: {start}/{limit}")


def _range_kernel(xp: Any, start: Any, limit: Any, delta: Any) -> Any:
    _check_direction(start, limit, delta)
    count = builtins.max(0, int(np.ceil((limit.item() - start.item()) / delta.item())))
    dtype = np.asarray(start).dtype
    return (start + np.arange(count, dtype=dtype) * delta).astype(dtype, copy=False)


_range = defop(
    "Range",
    "start: Tidx, limit: Tidx, delta: Tidx -> Tidx",
    doc="Numbers from start up to but not including limit.",
    types={"Tidx": "float|int32|int64"},
    shape=_range_shape,
    kernel=_range_kernel,
    grad=no_grad("a sequence has no derivative"),
)


def range(
    start: Any, limit: Any = None, delta: Any = 1, dtype: Any = None, name: str = "range"
) -> Tensor:
    """Numbers from `start` up to but not including `limit`, in steps of `delta`.

    With one number, from 0 up to it.

    Args:
        start, limit, delta: scalars of any real dtypes; the widest of them is that of the result.
        dtype: the dtype to convert them to first.
        name: the op's name.

    Raises:
        ValueError: for a step of 0.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.range(3, 10, 3)).tolist()
        [3, 6, 9]
    """
    if limit is None:
        start, limit = 0, start
    given = [convert_to_tensor(v, dtype) for v in (start, limit, delta)]
    order = [dtypes.int32, dtypes.int64, dtypes.float32, dtypes.float64]
    widest = builtins.max((t.dtype.base_dtype for t in given), key=order.index)
    from pyengine.ops.math import cast

    return _range(*[cast(t, widest) for t in given], name=name)


def linspace(start: Any, stop: Any, num: Any, name: str | None = None, axis: int = 0) -> Tensor:
    """`num` numbers at equal distances from `start` to `stop`, both of them included.

    Args:
        start, stop: float32 or float64 scalars, or tensors that broadcast.
        num: how many numbers, 1 or more.
        name: the op's name.
        axis: where the new dimension goes, if start or stop is no scalar.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.linspace(1.0, 2.0, 3)).tolist()
        [1.0, 1.5, 2.0]
    """
    first = convert_to_tensor(start, name="start")
    last = convert_to_tensor(stop, first.dtype if not hasattr(stop, "graph") else None, name="stop")
    if first.shape.ndims in (0, None) and last.shape.ndims in (0, None):
        return _linspace(first, last, whole(num), name=name)
    from pyengine.ops.joining import concat, stack
    from pyengine.ops.math import add, cast, maximum, multiply, realdiv, subtract

    with name_scope(name, "linspace", [first, last]):
        first, last = add(first, zeros_like(last)), add(last, zeros_like(first))
        steps = maximum(subtract(convert_to_tensor(whole(num), dtypes.int32), 1), 0)
        n = first.shape.ndims
        if n is None:
            raise ValueError("linspace between tensors needs a known rank")
        at = axis + n + 1 if axis < 0 else axis
        low, high = expand_dims(first, at), expand_dims(last, at)
        each = realdiv(subtract(high, low), cast(maximum(steps, 1), first.dtype))
        along = cast(range(1, maximum(steps, 1)), first.dtype)
        places = reshape(along, stack([1] * at + [-1] + [1] * (n - at)))
        whole_row = concat([low, add(low, multiply(each, places)), high], at)
        begin = [0] * (n + 1)
        sizes = [-1] * at + [add(steps, 1)] + [-1] * (n - at)
        out = slice(whole_row, begin, stack(sizes))
        count = static.constant_value(steps)
        out.set_shape(
            first.shape[:at]
            .concatenate([None if count is None else int(count) + 1])
            .concatenate(first.shape[at:])
        )
        return out


def _linspace_grad(op: Operation, dy: Tensor) -> Any:
    """The numbers are start + (stop - start) w, with w from 0 to 1."""
    from pyengine.ops.math import cast, maximum, multiply, realdiv, subtract
    from pyengine.ops.reduce import reduce_sum

    steps = maximum(cast(op.inputs[2], dtypes.int32) - 1, 1)
    count = cast(op.inputs[2], dtypes.int32)
    part = realdiv(cast(range(0, count), dy.dtype), cast(steps, dy.dtype))
    of_stop = reduce_sum(multiply(dy, part))
    return subtract(reduce_sum(dy), of_stop), of_stop, None


_linspace = defop(
    "LinSpace",
    "start: T, stop: T, num: host index -> T",
    doc="Numbers at equal distances.",
    types={"T": "float32|float64"},
    shape=lambda op: [None if (n := static.constant_value(op.inputs[2])) is None else int(n)],
    kernel=lambda xp, start, stop, num: np.linspace(
        start, stop, num, dtype=np.asarray(start).dtype
    ),
    grad=_linspace_grad,
)
lin_space = linspace


def _one_hot_shape(op: Operation) -> TensorShape:
    indices, depth, axis = op.inputs[0].shape, static.constant_value(op.inputs[1]), op.attrs["axis"]
    if indices.sizes is None:
        return UNKNOWN
    at = len(indices.sizes) if axis == -1 else axis
    extra = None if depth is None else int(depth)
    return TensorShape.of(indices.sizes[:at] + (extra,) + indices.sizes[at:])


def _one_hot_kernel(xp: Any, indices: Any, depth: int, on: Any, off: Any, *, axis: int) -> Any:
    places = np.expand_dims(indices, axis)
    counted = np.arange(depth).reshape(
        [-1 if i == axis % places.ndim else 1 for i in builtins.range(places.ndim)]
    )
    return np.where(places == counted, on, off)


_one_hot = defop(
    "OneHot",
    "indices: TI, depth: host int32, on_value: T, off_value: T -> T",
    doc="Vectors with one element on.",
    types={"TI": "uint8|int8|int32|int64"},
    attrs={"axis": -1},
    shape=_one_hot_shape,
    kernel=_one_hot_kernel,
    grad=no_grad("TensorFlow defines none"),
)


def one_hot(
    indices: Any,
    depth: Any,
    on_value: Any = None,
    off_value: Any = None,
    axis: Any = None,
    dtype: Any = None,
    name: str | None = None,
) -> Tensor:
    """For each index a vector of length `depth` that is `on_value` there and `off_value` elsewhere.

    Args:
        indices: integers; one outside of [0, depth) gives a vector that is off everywhere.
        depth: the length of the vectors.
        on_value, off_value: scalars, 1 and 0 by default.
        axis: where the new dimension goes, the end by default.
        dtype: the dtype, by default that of the values, or float32.
        name: the op's name.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.one_hot([0, 2], 3)).tolist()
        [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]
    """
    if dtype is None:
        given = on_value if on_value is not None else off_value
        dtype = dtypes.float32 if given is None else convert_to_tensor(given).dtype
    wanted = as_dtype(dtype).base_dtype
    if on_value is not None and off_value is not None:
        kinds = [convert_to_tensor(v).dtype.base_dtype for v in (on_value, off_value)]
        if kinds[0] is not kinds[1]:
            raise TypeError(
                f"dtype {kinds[0].name} of on_value does not match dtype {kinds[1].name} of "
                f"off_value"
            )
    if wanted in (dtypes.bool, dtypes.string) and (on_value is None or off_value is None):
        raise TypeError(f"one_hot of {wanted.name} needs both on_value and off_value")
    on = convert_to_tensor(
        1 if on_value is None else on_value, wanted if on_value is not None else None
    )
    off = convert_to_tensor(
        0 if off_value is None else off_value, wanted if off_value is not None else None
    )
    from pyengine.ops.math import cast

    return _one_hot(
        indices, whole(depth), cast(on, wanted), cast(off, wanted),
        axis=-1 if axis is None else whole(axis), name=name,
    )  # fmt: skip
