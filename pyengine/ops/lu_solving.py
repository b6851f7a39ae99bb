"""What LU factors are for: solving, inverting, and getting the matrix back. `lu` makes them."""

from __future__ import annotations

from typing import Any

from pyengine.convert import convert_to_tensor
from pyengine.dtypes import int32
from pyengine.graph import Tensor
from pyengine.ops.array import expand_dims, reshape, shape
from pyengine.ops.diagonals import matrix_band_part, matrix_set_diag
from pyengine.ops.filling import eye, ones
from pyengine.ops.filling import range as range_of
from pyengine.ops.gathering import gather_nd
from pyengine.ops.identities import broadcast_dynamic_shape
from pyengine.ops.joining import concat, stack
from pyengine.ops.math import cast
from pyengine.ops.matmul import matmul
from pyengine.ops.reduce import reduce_prod
from pyengine.ops.repetition import broadcast_to
from pyengine.ops.solving import matrix_triangular_solve
from pyengine.ops.sorting import argsort
from pyengine.scopes import name_scope

__all__ = ["lu_matrix_inverse", "lu_reconstruct", "lu_solve"]


def _factors(lower_upper: Any, perm: Any) -> tuple[Tensor, Tensor]:
    factors = convert_to_tensor(lower_upper, name="lower_upper")
    order = convert_to_tensor(perm, preferred_dtype=int32, name="perm")
    n, m = factors.shape.ndims, order.shape.ndims
    if n is not None and n < 2:
        raise ValueError("Input `lower_upper` must have at least 2 dimensions.")
    if n is not None and m is not None and n != m + 1:
        raise ValueError("`rank(lower_upper)` must equal `rank(perm) + 1`")
    if n is not None and not factors.shape[-2].is_compatible_with(factors.shape[-1]):
        raise ValueError("`lower_upper` must be square.")
    return factors, cast(order, int32)


def _lower(factors: Tensor) -> Tensor:
    """L, whose diagonal is 1."""
    below = matrix_band_part(factors, -1, 0)
    return matrix_set_diag(below, ones(shape(factors)[:-1], factors.dtype.base_dtype))


def _rows(matrix: Tensor, order: Tensor, batch: Tensor) -> Tensor:
    """The rows of matrices in another order, both for each place of a batch shape."""
    sizes = shape(matrix)[-2:]
    count = reduce_prod(batch)
    flat = reshape(broadcast_to(matrix, concat([batch, sizes], 0)), concat([[-1], sizes], 0))
    places = reshape(broadcast_to(order, concat([batch, sizes[:1]], 0)), stack([-1, sizes[0]]))
    number = broadcast_to(expand_dims(range_of(count), 1), stack([count, sizes[0]]))
    return reshape(gather_nd(flat, stack([number, places], -1)), concat([batch, sizes], 0))


def lu_solve(
    lower_upper: Any, perm: Any, rhs: Any, validate_args: bool = False, name: str | None = None
) -> Tensor:
    """The solutions X of `A X = rhs`, from the LU factors of A.

    Args:
        lower_upper, perm: as `tf.linalg.lu` gives them, of shapes `[..., n, n]` and `[..., n]`.
        rhs: of shape `[..., n, m]`.
        validate_args: accepted; what is known of shapes is always checked.
        name: the name scope.

    Returns:
        A tensor of shape `[..., n, m]`.

    Raises:
        ValueError: for shapes that do not fit.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     factors = tf.linalg.lu([[0.0, 2.0], [4.0, 0.0]])
        ...     sess.run(tf.linalg.lu_solve(*factors, [[2.0], [4.0]])).tolist()
        [[1.0], [1.0]]
    """
    with name_scope(name, "lu_solve", [lower_upper, perm, rhs]):
        factors, order = _factors(lower_upper, perm)
        y = convert_to_tensor(rhs, preferred_dtype=factors.dtype.base_dtype, name="rhs")
        if y.shape.ndims is not None:
            if y.shape.ndims < 2:
                raise ValueError("Input `rhs` must have at least 2 dimensions.")
            if factors.shape.ndims and not factors.shape[-1].is_compatible_with(y.shape[-2]):
                raise ValueError("`lower_upper.shape[-1]` must equal `rhs.shape[-1]`.")
        batch = broadcast_dynamic_shape(shape(y)[:-2], shape(order)[:-1])
        wide = broadcast_to(factors, concat([batch, shape(factors)[-2:]], 0))
        half = matrix_triangular_solve(_lower(wide), _rows(y, order, batch))
        return matrix_triangular_solve(wide, half, lower=False)


def lu_matrix_inverse(
    lower_upper: Any, perm: Any, validate_args: bool = False, name: str | None = None
) -> Tensor:
    """The inverses of matrices, from their LU factors; arguments as in `lu_solve`."""
    with name_scope(name, "lu_matrix_inverse", [lower_upper, perm]):
        factors, order = _factors(lower_upper, perm)
        sizes = shape(factors)
        one = eye(sizes[-1], batch_shape=sizes[:-2], dtype=factors.dtype.base_dtype)
        found = lu_solve(factors, order, one)
        found.set_shape(factors.shape)
        return found


def lu_reconstruct(
    lower_upper: Any, perm: Any, validate_args: bool = False, name: str | None = None
) -> Tensor:
    """The matrices that have some LU factors; arguments as in `lu_solve`."""
    with name_scope(name, "lu_reconstruct", [lower_upper, perm]):
        factors, order = _factors(lower_upper, perm)
        product = matmul(_lower(factors), matrix_band_part(factors, 0, -1))
        found = _rows(product, argsort(order), shape(order)[:-1])
        found.set_shape(factors.shape)
        return found
