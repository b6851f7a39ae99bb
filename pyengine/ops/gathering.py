"""Elements and rows of a tensor by position: `gather`, `gather_nd`, `boolean_mask`."""

from __future__ import annotations

from typing import Any

import numpy as np

from pyengine import static
from pyengine.convert import convert_to_tensor
from pyengine.errors import InvalidArgumentError
from pyengine.graph import Operation, Tensor
from pyengine.indexed_slices import IndexedSlices
from pyengine.ops.array import reshape, shape, transpose
from pyengine.ops.declare import defop, whole
from pyengine.ops.joining import concat
from pyengine.scopes import name_scope
from pyengine.shape import UNKNOWN, TensorShape, unknown_shape

__all__ = ["batch_gather", "boolean_mask", "gather", "gather_nd"]


def _gather_shape(op: Operation) -> TensorShape:
    params, indices = op.inputs[0].shape, op.inputs[1].shape
    axis, batch = static.constant_value(op.inputs[2]), op.attrs["batch_dims"]
    if params.sizes is None or indices.sizes is None:
        return UNKNOWN
    n = len(params.sizes)
    if batch < 0:
        batch += len(indices.sizes)
    if not 0 <= batch <= min(n, len(indices.sizes)):
        raise ValueError(f"batch_dims {batch} does not fit ranks {n} and {len(indices.sizes)}")
    lead = params.sizes[:batch]  # whether the indices have the same, the run finds out
    if axis is None:
        return unknown_shape(n + len(indices.sizes) - 1 - batch)
    at = int(axis)
    if not -n <= at < n:
        raise ValueError(f"Shape must be at least rank {at + 1} but is rank {n}: axis {at}")
    at %= n
    if batch > at:
        raise ValueError(f"batch_dims {batch} must not be above axis {at}")
    return TensorShape.of(
        (*lead, *params.sizes[batch:at], *indices.sizes[batch:], *params.sizes[at + 1 :])
    )


_UNSIGNED = {np.dtype(np.int32): np.uint32, np.dtype(np.int64): np.uint64}


def check_in_range(indices: Any, limit: int) -> None:
    """Refuses positions outside of [0, limit): NumPy would wrap negative ones."""
    indices = np.asarray(indices)
    unsigned = _UNSIGNED.get(indices.dtype)  # in which a negative one is a large one
    bad = (
        (indices < 0) | (indices >= limit) if unsigned is None else indices.view(unsigned) >= limit
    )
    if bad.any():
        where = [int(i) for i in np.argwhere(bad)[0]] if indices.ndim else []
        raise InvalidArgumentError(
            None, None, f"indices{where} = {indices[tuple(where)]} is not in [0, {limit})"
        )


def _gather_kernel(xp: Any, params: Any, indices: Any, axis: int, *, batch_dims: int) -> Any:
    if not -params.ndim <= axis < params.ndim:
        raise ValueError(f"axis {axis} is out of range for a tensor of rank {params.ndim}")
    axis %= max(params.ndim, 1)
    check_in_range(indices, params.shape[axis])
    batch = batch_dims + indices.ndim if batch_dims < 0 else batch_dims
    if not batch:
        return xp.take(params, indices, axis=axis)
    lead = params.shape[:batch]
    if lead != indices.shape[:batch]:
        raise ValueError(
            f"params {list(params.shape)} and indices {list(indices.shape)} differ in their first "
            f"{batch} sizes"
        )
    # Each batch index is spelled out; it and the positions then index as one.
    at = [i.reshape(*i.shape, *(1,) * (indices.ndim - batch)) for i in xp.indices(lead)]
    middle = tuple(range(batch, axis))
    moved = xp.moveaxis(params, axis, batch)
    places = (*at, indices)
    taken = moved[places]  # batch, indices, middle, rest
    inner = range(batch, indices.ndim)
    after = [a + indices.ndim - batch for a in middle]
    rest = range(indices.ndim + len(middle), taken.ndim)
    return xp.transpose(taken, [*range(batch), *after, *inner, *rest])


def _product(sizes: Tensor) -> Tensor:
    from pyengine.ops.reduce import reduce_prod

    return reduce_prod(sizes)


def _gather_grad(op: Operation, dy: Tensor) -> Any:
    from pyengine.ops.filling import range as range_of
    from pyengine.ops.math import add, cast, floormod, multiply
    from pyengine.ops.segment import unsorted_segment_sum

    params, indices, axis = op.inputs
    at, batch = static.constant_value(axis), op.attrs["batch_dims"]
    full = shape(params)
    if at is not None and int(at) == 0 and not batch:
        values = reshape(dy, concat([[-1], full[1:]], 0))
        return IndexedSlices(values, reshape(indices, [-1]), full), None, None
    if batch < 0:
        if indices.shape.ndims is None:
            raise ValueError(
                f"the gradient of {op.name} with batch_dims={batch} needs the rank of {indices!r}"
            )
        batch += indices.shape.ndims
    # params is seen as [batch, outer, gathered, inner], so every case is the same one.
    at = floormod(cast(axis, full.dtype), shape(full)[0])
    count, lead = full[at], _product(full[:batch])
    outer, inner = _product(full[batch:at]), _product(full[at + 1 :])
    ids = reshape(cast(indices, full.dtype), concat([[lead], [-1]], 0))
    ids = add(ids, reshape(multiply(range_of(0, lead), count), [-1, 1]))
    rows = reshape(dy, [lead, outer, _product(shape(indices)[batch:]), inner])
    rows = reshape(transpose(rows, [0, 2, 1, 3]), [-1, outer, inner])
    total = unsorted_segment_sum(rows, reshape(ids, [-1]), multiply(lead, count))
    total = transpose(reshape(total, [lead, count, outer, inner]), [0, 2, 1, 3])
    return reshape(total, full), None, None


_gather = defop(
    "GatherV2",
    "params: Tparams, indices: Tindices, axis: host index -> Tparams",
    doc="Slices of a tensor by position.",
    types={"Tindices": "index"},
    attrs={"batch_dims": 0},
    shape=_gather_shape,
    kernel=_gather_kernel,
    grad=_gather_grad,
)


def gather(
    params: Any,
    indices: Any,
    validate_indices: Any = None,
    name: str | None = None,
    axis: Any = None,
    batch_dims: int = 0,
) -> Tensor:
    """Slices of a tensor by position along an axis.

    Args:
        params: a tensor.
        indices: int32 or int64 positions, counted from 0; negative ones are an error.
        validate_indices: accepted; they always are.
        name: the op's name.
        axis: the axis; that after the batch dimensions by default.
        batch_dims: how many first dimensions `params` and `indices` have in common; each batch is
            gathered from by itself.

    Returns:
        A tensor of shape `params.shape[:axis] + indices.shape[batch_dims:] +
        params.shape[axis + 1:]`.

    Raises:
        ValueError: for an axis that is not there, or batch dimensions that differ.
        tf.errors.InvalidArgumentError: at run time, for a position that is not there.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.gather([[1, 2], [3, 4]], [1, 0], batch_dims=1)).tolist()
        [2, 3]
    """
    if axis is None:
        axis = batch_dims
    return _gather(
        params, whole(indices), whole(axis), batch_dims=int(batch_dims), name=name or "GatherV2"
    )


def batch_gather(params: Any, indices: Any, name: str | None = None) -> Tensor:
    """`gather` with all but the last dimension of `indices` as batch dimensions.

    Args:
        params: a tensor.
        indices: an int32 or int64 tensor of known rank; its shape but the last size starts that
            of `params`.
        name: the op's name.

    Raises:
        ValueError: when the rank of `indices` is not known.
    """
    with name_scope(name, "BatchGather", [params, indices]):
        indices = convert_to_tensor(whole(indices), name="indices")
        if indices.shape.ndims is None:
            raise ValueError("batch_gather does not allow indices with unknown shape.")
        return gather(params, indices, batch_dims=indices.shape.ndims - 1)


# ---------------------------------------------------------------- by index vectors


def _gather_nd_shape(op: Operation) -> TensorShape:
    params, indices = op.inputs[0].shape, op.inputs[1].shape.with_rank_at_least(1)
    if params.sizes is None or indices.sizes is None or indices.sizes[-1] is None:
        return UNKNOWN
    depth = indices.sizes[-1]
    if depth > len(params.sizes):
        raise ValueError(
            f"indices.shape[-1] must be <= params.rank, but saw indices shape: {indices} and "
            f"params shape: {params}"
        )
    return TensorShape.of((*indices.sizes[:-1], *params.sizes[depth:]))


def index_of_rows(indices: Any, sizes: Any) -> tuple[Any, ...]:
    """NumPy's index for the index vectors in the last dimension, checked against `sizes`."""
    depth = indices.shape[-1]
    if depth > len(sizes):
        raise ValueError(f"index vectors of length {depth} into a shape of rank {len(sizes)}")
    columns = np.moveaxis(indices, -1, 0)
    for i in range(depth):
        bad = (columns[i] < 0) | (columns[i] >= sizes[i])
        if bad.any():
            where = [int(v) for v in np.argwhere(bad)[0]] if bad.ndim else []
            raise InvalidArgumentError(
                None,
                None,
                f"indices{where} = {indices[tuple(where)].tolist()} does not index into shape "
                f"{list(sizes)}",
            )
    return tuple(columns)


def _gather_nd_kernel(xp: Any, params: Any, indices: Any) -> Any:
    at = index_of_rows(indices, params.shape)
    if not at:  # index vectors of length 0 name the whole tensor
        return xp.broadcast_to(params, (*indices.shape[:-1], *params.shape))
    return params[at]


def _gather_nd_grad(op: Operation, dy: Tensor) -> Any:
    from pyengine.ops.array import squeeze
    from pyengine.ops.math import cast
    from pyengine.ops.scattering import scatter_nd

    params, indices = op.inputs
    full = shape(params, out_type=indices.dtype.base_dtype)
    sizes = indices.shape.sizes
    if sizes is not None and len(sizes) == 2 and sizes[1] == 1:
        slices = IndexedSlices(dy, squeeze(indices, -1), cast(full, "int32"))
        return slices, None
    return scatter_nd(indices, dy, full), None


_gather_nd = defop(
    "GatherNd",
    "params: Tparams, indices: Tindices -> Tparams",
    doc="Slices of a tensor by index vectors.",
    types={"Tindices": "index"},
    shape=_gather_nd_shape,
    kernel=_gather_nd_kernel,
    grad=_gather_nd_grad,
)


def gather_nd(params: Any, indices: Any, name: str | None = None, batch_dims: int = 0) -> Tensor:
    """Slices of a tensor by index vectors: the last dimension of `indices` is an index.

    Args:
        params: a tensor.
        indices: an int32 or int64 tensor; `indices[..., :]` index the first dimensions of `params`.
        name: the op's name.
        batch_dims: how many first dimensions both have in common.

    Returns:
        A tensor of shape `indices.shape[:-1] + params.shape[indices.shape[-1]:]` (with batch
        dimensions: `params.shape[batch_dims + indices.shape[-1]:]` at the end).

    Raises:
        ValueError: for index vectors that are too long, or batch dimensions that do not fit.
        tf.errors.InvalidArgumentError: at run time, for an index that is not there.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.gather_nd([[1, 2], [3, 4]], [[0, 1], [1, 0]])).tolist()
        [2, 3]
    """
    batch = static.constant_value(batch_dims) if isinstance(batch_dims, Tensor) else batch_dims
    if batch is None:
        raise ValueError("gather_nd needs a constant batch_dims")
    if int(batch) == 0:
        return _gather_nd(params, whole(indices), name=name)
    return _batch_gather_nd(params, whole(indices), int(batch), name)


def _batch_gather_nd(params: Any, indices: Any, batch: int, name: str | None) -> Tensor:
    """The batch dimensions are counted as one, and each index vector gets its batch's number."""
    from pyengine.ops.filling import range as range_of
    from pyengine.ops.math import cast
    from pyengine.ops.repetition import tile

    with name_scope(name, "batch_gather_nd", [params, indices]):
        params = convert_to_tensor(params, name="params")
        indices = convert_to_tensor(indices, name="indices")
        ranks = params.shape.ndims, indices.shape.ndims
        if ranks[1] is None:
            raise ValueError("batch_gather_nd does not allow indices with unknown shape.")
        if batch < 0 or batch >= ranks[1] or (ranks[0] is not None and batch >= ranks[0]):
            raise ValueError(
                f"batch_dims = {batch} must be below the ranks of params {params.shape} and "
                f"indices {indices.shape}"
            )
        lead = params.shape[:batch].merge_with(indices.shape[:batch])
        sizes, full = shape(indices), shape(params)
        flat_params = reshape(params, concat([[-1], full[batch:]], 0))
        flat = reshape(indices, concat([[-1], [_product(sizes[batch:-1])], sizes[-1:]], 0))
        number = reshape(range_of(0, shape(flat)[0]), [-1, 1, 1])
        number = tile(cast(number, indices.dtype), [1, shape(flat)[1], 1])
        found = _gather_nd(flat_params, concat([number, flat], -1))
        result = reshape(found, concat([sizes[:-1], shape(found)[2:]], 0))
        depth = indices.shape[-1].value
        if depth is not None and params.shape.sizes is not None:
            result.set_shape(
                lead.concatenate(indices.shape[batch:-1]).concatenate(params.shape[batch + depth :])
            )
        return result


# ---------------------------------------------------------------- by a mask


def boolean_mask(tensor: Any, mask: Any, name: str = "boolean_mask", axis: Any = None) -> Tensor:
    """The elements or slices of a tensor where a mask is true.

    Args:
        tensor: a tensor of rank N.
        mask: booleans of known rank K <= N, of the shape of `tensor` from `axis` on.
        name: the name scope.
        axis: the first dimension that the mask stands for, 0 by default.

    Returns:
        A tensor of rank N - K + 1: the masked dimensions become one, of as many as are true.

    Raises:
        ValueError: for a scalar mask, one of unknown rank, or shapes that do not fit.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     sess.run(tf.boolean_mask([1, 2, 3], [True, False, True])).tolist()
        [1, 3]
    """
    from pyengine.ops.array import squeeze
    from pyengine.ops.repetition import where

    with name_scope(name, "boolean_mask", [tensor, mask]):
        x, mask = convert_to_tensor(tensor, name="tensor"), convert_to_tensor(mask, name="mask")
        depth = mask.shape.ndims
        if depth is None:
            raise ValueError(
                "Number of mask dimensions must be specified, even if some dimensions are None.  "
                "E.g. shape=[None] is ok, but shape=None is not."
            )
        if depth == 0:
            raise ValueError("mask cannot be scalar.")
        at = 0 if axis is None else whole(axis)
        if isinstance(at, Tensor):
            at = static.constant_value(at)
            if at is None:
                raise ValueError("boolean_mask needs a constant axis")
        at = int(at)
        if x.shape.ndims is not None and at < 0:
            at += x.shape.ndims
        x.shape[at : at + depth].assert_is_compatible_with(mask.shape)
        sizes = shape(x)
        x = reshape(x, concat([sizes[:at], [-1], sizes[at + depth :]], 0), name=None)
        if isinstance(tensor, Tensor) and tensor.shape.sizes is not None:
            known = tensor.shape.sizes
            merged = TensorShape.of(known[at : at + depth]).num_elements()
            x.set_shape((*known[:at], merged, *known[at + depth :]))
        kept = squeeze(where(reshape(mask, [-1])), axis=[1])
        return gather(x, kept, axis=at)
