"""Changes to parts of a variable: rows, elements and slices of it, and counting up.

As in `ops.state`, a kernel puts a changed copy into the variable's cell and gives the cell on.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from pyengine.convert import convert_to_tensor
from pyengine.errors import InvalidArgumentError, OutOfRangeError
from pyengine.executor.runtime import Cell
from pyengine.graph import Operation, Tensor
from pyengine.ops.declare import REQUIRED, defop, no_grad, whole
from pyengine.ops.indexing import _MASKS, _index_of
from pyengine.ops.math import _truncated_quotient
from pyengine.shape import TensorShape

__all__ = [
    "batch_scatter_update", "count_up_to", "scatter_add", "scatter_div", "scatter_max",
    "scatter_min", "scatter_mul", "scatter_nd_add", "scatter_nd_sub", "scatter_nd_update",
    "scatter_sub", "scatter_update",
]  # fmt: skip

_WRITES = no_grad("it changes state: it is not a function of its inputs")
Update = Callable[[Any, Any, Any], None]
"""Changes an array in place: the array, an index, and the values to combine in."""


def _divide(array: Any, index: Any, values: Any) -> None:
    if array.dtype.kind in "fc":
        np.divide.at(array, index, values)
        return
    # Integers are rounded towards zero after each division, so repeated rows are taken in turns.
    values = np.broadcast_to(values, array[index].shape)
    for at in np.ndindex(np.shape(index)):
        row = int(index[at])
        array[row] = _truncated_quotient(np, array[row], values[at])


def _put(array: Any, index: Any, values: Any) -> None:
    array[index] = values


_UPDATES: dict[str, Update] = {
    "Update": _put,
    "Add": np.add.at,
    "Sub": np.subtract.at,
    "Mul": np.multiply.at,
    "Div": _divide,
    "Min": np.minimum.at,
    "Max": np.maximum.at,
}  # ufunc.at: rows that are named twice count twice


class _Family(NamedTuple):
    """What the scatter ops of one kind of index have in common."""

    op_type: str
    function: str
    shape: Callable[[Operation], TensorShape]
    kernel: Callable[[Update], Callable[..., Cell]]
    indices: str
    updates: str


def _scatter_op(
    family: _Family, update: str, doc: str, types: str, locking: bool
) -> Callable[..., Tensor]:
    declared = defop(
        family.op_type + update,
        "ref: ref(T), indices: Tindices, updates: T -> ref(T)",
        doc=doc,
        types={"T": types, "Tindices": "index"},
        attrs={"use_locking": locking},
        shape=family.shape,
        kernel=family.kernel(_UPDATES[update]),
        stateful=True,
        grad=_WRITES,
    )

    def function(
        ref: Any, indices: Any, updates: Any, use_locking: bool = locking, name: str | None = None
    ) -> Tensor:
        return declared(
            ref, whole(indices), updates, use_locking=builtins.bool(use_locking), name=name
        )

    function.__name__ = function.__qualname__ = family.function + update.lower()
    function.__doc__ = f"""{doc}

    Args:
        ref: a `Variable`.
        indices: {family.indices}
        updates: {family.updates}
        use_locking: accepted; an update is never seen half done.
        name: the op's name.

    Returns:
        A reference to the variable, whose value is the one after the update.

    Raises:
        ValueError: when the static shapes do not fit.
        tf.errors.InvalidArgumentError: at run time, for an index outside of the variable.
    """
    return function


# ---------------------------------------------------------------- rows


def _check_rows(indices: Any, rows: int) -> None:
    bad = (indices < 0) | (indices >= rows)
    if np.any(bad):
        where = np.argwhere(np.atleast_1d(bad))[0]
        place = f"[{', '.join(map(str, where.tolist()))}]" if np.ndim(indices) else ""
        raise InvalidArgumentError(
            None,
            None,
            f"indices{place} = {np.atleast_1d(indices)[builtins.tuple(where)]} is not in "
            f"[0, {rows})",
        )


def _rows_kernel(update: Update) -> Any:
    def kernel(xp: Any, ref: Cell, indices: Any, updates: Any, *, use_locking: bool) -> Cell:
        value = ref.read()
        if value.ndim < 1:
            raise ValueError("a scalar has no rows to scatter into")
        wanted = (*np.shape(indices), *value.shape[1:])
        if np.ndim(updates) and np.shape(updates) != wanted:
            raise ValueError(
                f"Must have updates.shape = indices.shape + params.shape[1:] or updates.shape = "
                f"[], got updates.shape {list(np.shape(updates))}, indices.shape "
                f"{list(np.shape(indices))}, params.shape {list(value.shape)}"
            )
        _check_rows(indices, value.shape[0])
        changed = value.copy(order="K")
        update(changed, indices, updates)
        ref.value = changed
        return ref

    return kernel


def _rows_shape(op: Operation) -> TensorShape:
    ref, indices, updates = (t.shape for t in op.inputs)
    if ref.ndims is not None and updates.ndims:
        updates.assert_is_compatible_with(indices.concatenate(ref[1:]))
    return ref


_ROWS = _Family(
    "Scatter", "scatter_", _rows_shape, _rows_kernel,
    indices="the rows, an integer tensor of any shape.",
    updates="of shape `indices.shape + ref.shape[1:]`, or a scalar for all of them.",
)  # fmt: skip
scatter_update = _scatter_op(
    _ROWS, "Update", "Puts rows in place of the rows indexed.", "any", True
)
scatter_add = _scatter_op(_ROWS, "Add", "Adds rows to the rows indexed.", "number", False)
scatter_sub = _scatter_op(_ROWS, "Sub", "Subtracts rows from the rows indexed.", "number", False)
scatter_mul = _scatter_op(_ROWS, "Mul", "Multiplies the rows indexed by rows.", "number", False)
scatter_div = _scatter_op(_ROWS, "Div", "Divides the rows indexed by rows.", "number", False)
scatter_min = _scatter_op(
    _ROWS, "Min", "Keeps the smaller elements of the rows.", "float|index", False
)
scatter_max = _scatter_op(
    _ROWS, "Max", "Keeps the larger elements of the rows.", "float|index", False
)


# ---------------------------------------------------------------- elements and slices by n-d index


def _nd_kernel(update: Update) -> Any:
    def kernel(xp: Any, ref: Cell, indices: Any, updates: Any, *, use_locking: bool) -> Cell:
        value = ref.read()
        depth = indices.shape[-1]
        if depth > value.ndim:
            raise ValueError(
                f"The last dimension of indices is {depth}, but the variable has rank {value.ndim}"
            )
        wanted = (*indices.shape[:-1], *value.shape[depth:])
        if np.shape(updates) != wanted:
            raise ValueError(
                f"The updates have shape {list(np.shape(updates))}, expected {list(wanted)} for "
                f"indices of shape {list(indices.shape)} and a variable of shape "
                f"{list(value.shape)}"
            )
        bad = ((indices < 0) | (indices >= np.array(value.shape[:depth]))).any(axis=-1)
        if np.any(bad):
            where = builtins.tuple(np.argwhere(bad)[0].tolist())
            raise InvalidArgumentError(
                None,
                None,
                f"indices{list(where)} = {indices[where].tolist()} does not index into shape "
                f"{list(value.shape)}",
            )
        changed = value.copy(order="K")
        update(changed, builtins.tuple(np.moveaxis(indices, -1, 0)), updates)
        ref.value = changed
        return ref

    return kernel


def _nd_shape(op: Operation) -> TensorShape:
    ref, indices, updates = (t.shape for t in op.inputs)
    if ref.sizes is not None and indices.sizes and indices.sizes[-1] is not None:
        depth = indices.sizes[-1]
        if depth > len(ref.sizes):
            raise ValueError(
                f"The last dimension of indices is {depth}, but the variable has shape {ref}"
            )
        updates.assert_is_compatible_with(indices[:-1].concatenate(ref[depth:]))
    return ref


_POSITIONS = _Family(
    "ScatterNd", "scatter_nd_", _nd_shape, _nd_kernel,
    indices="of shape `[..., k]`: the first k positions of each element or slice.",
    updates="of shape `indices.shape[:-1] + ref.shape[k:]`.",
)  # fmt: skip
scatter_nd_update = _scatter_op(
    _POSITIONS, "Update", "Puts values in at n-d positions.", "any", True
)
scatter_nd_add = _scatter_op(_POSITIONS, "Add", "Adds values at n-d positions.", "number", False)
scatter_nd_sub = _scatter_op(
    _POSITIONS, "Sub", "Subtracts values at n-d positions.", "number", False
)


def batch_scatter_update(
    ref: Any, indices: Any, updates: Any, use_locking: bool = True, name: str | None = None
) -> Tensor:
    """`scatter_update` for each of a batch: `ref[i, ..., indices[i, ..., j]] = updates[i, ..., j]`.

    Args:
        ref: a `Variable`.
        indices: integers whose shape but for the last dimension is that of the batch.
        updates: of shape `indices.shape + ref.shape[indices.ndims:]`.
        use_locking: accepted.
        name: the name scope.
    """
    from pyengine.ops.array import expand_dims, reshape, shape
    from pyengine.ops.filling import range as sequence
    from pyengine.ops.joining import concat
    from pyengine.ops.repetition import broadcast_to
    from pyengine.scopes import name_scope

    with name_scope(name, "batch_scatter_update"):
        at = convert_to_tensor(whole(indices), name="indices")
        rank = at.shape.ndims
        if rank is None:
            raise ValueError("batch_scatter_update needs indices of known rank")
        if rank == 1:
            return scatter_update(ref, at, updates, use_locking)
        sizes = shape(at, out_type=at.dtype.base_dtype)
        axes = [
            broadcast_to(
                reshape(
                    sequence(sizes[axis]),
                    [-1 if i == axis else 1 for i in builtins.range(rank)],
                ),
                sizes,
            )
            for axis in builtins.range(rank - 1)
        ]
        parts = [expand_dims(a, -1) for a in (*axes, at)]
        return scatter_nd_update(ref, concat(parts, -1), updates, use_locking)


# ---------------------------------------------------------------- slices


def _slice_assign_kernel(
    xp: Any, ref: Cell, begin: Any, end: Any, strides: Any, value: Any, **masks: int
) -> Cell:
    changed = ref.read().copy(order="K")
    try:
        target = changed[_index_of(begin, end, strides, **masks)]
    except IndexError as error:
        raise ValueError(f"slice index out of bounds: {error}") from None
    if np.ndim(value) and np.shape(value) != target.shape:
        raise ValueError(
            f"the value of shape {list(np.shape(value))} does not fit the slice of shape "
            f"{list(target.shape)}"
        )
    changed[_index_of(begin, end, strides, **masks)] = value
    ref.value = changed
    return ref


_strided_slice_assign = defop(
    "StridedSliceAssign",
    "ref: ref(T), begin: host index, end: host index, strides: host index, value: T -> ref(T)",
    doc="Puts a value in place of a slice of a variable.",
    attrs=dict.fromkeys(_MASKS, 0),
    shape=lambda op: op.inputs[0].shape,
    kernel=_slice_assign_kernel,
    stateful=True,
    grad=_WRITES,
)


def assign_to_slice(variable: Any, sliced: Tensor, value: Any, name: str | None = None) -> Tensor:
    """What `variable[...].assign(value)` does: puts `value` in place of that slice.

    Args:
        variable: the `Variable`.
        sliced: the slice, as `variable[...]` returned it.
        value: of the slice's shape, or a scalar.
        name: the op's name.
    """
    op = sliced.op
    if op.type != "StridedSlice":
        raise ValueError(f"{sliced!r} is no slice of a variable")
    masks = {m: op.attrs[m] for m in _MASKS}
    return _strided_slice_assign(variable, *op.inputs[1:4], value, **masks, name=name)


# ---------------------------------------------------------------- counting


def _count_kernel(xp: Any, ref: Cell, *, limit: int) -> Any:
    value = ref.read()
    if value >= limit:
        raise OutOfRangeError(None, None, f"Reached limit of {limit}")
    ref.value = np.asarray(value + value.dtype.type(1))
    return value


_count_up_to = defop(
    "CountUpTo",
    "ref: ref(T) -> T",
    doc="Adds one to a variable, up to a limit; gives the value before.",
    types={"T": "index"},
    attrs={"limit": REQUIRED},
    shape=lambda op: op.inputs[0].shape.with_rank(0),
    kernel=_count_kernel,
    stateful=True,
    grad=_WRITES,
)


def count_up_to(ref: Any, limit: int, name: str | None = None) -> Tensor:
    """Adds one to a scalar variable until it is `limit`.

    Args:
        ref: a scalar int32 or int64 `Variable`.
        limit: the value at which the op raises in place of counting on.
        name: the op's name.

    Returns:
        The value before it was counted up.

    Raises:
        tf.errors.OutOfRangeError: at run time, when the limit is reached.
    """
    return _count_up_to(ref, limit=int(whole(limit)), name=name)
