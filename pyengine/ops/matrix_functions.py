"""Functions of matrices: exponential, logarithm, square root; norms, ranks, pseudo-inverses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pyengine.convert import convert_to_tensor
from pyengine.graph import Operation, Tensor
from pyengine.ops.array import expand_dims, shape, squeeze
from pyengine.ops.compare import greater
from pyengine.ops.declare import defop
from pyengine.ops.decompositions import LAPACK, adjoint_of, check_square, square_shape, svd
from pyengine.ops.diagonals import matrix_transpose
from pyengine.ops.filling import zeros_like
from pyengine.ops.joining import concat
from pyengine.ops.math import cast, maximum, multiply, realdiv
from pyengine.ops.matmul import matmul
from pyengine.ops.reduce import reduce_max, reduce_sum
from pyengine.ops.repetition import where
from pyengine.ops.statistics import norm
from pyengine.scopes import name_scope

__all__ = ["matrix_square_root"]


def _each(function: Callable[[Any], Any], x: Any) -> Any:
    """A function of one matrix for each of them, computed in double precision."""
    check_square(x)
    wide = np.complex128 if x.dtype.kind == "c" else np.float64
    result = np.empty(x.shape, x.dtype)
    for at in np.ndindex(x.shape[:-2]):
        if x.shape[-1]:
            value = function(x[at].astype(wide))
            if wide is np.float64 and np.iscomplexobj(value):
                # A real matrix without a real result, as in TensorFlow: NaN.
                value = np.where(np.abs(value.imag) > 1e-8, np.nan, value.real)
            result[at] = value
    return result


def _through_blocks(
    function: Callable[[Tensor], Tensor], turned: Callable[[Tensor], Tensor] = adjoint_of
) -> Callable[..., Tensor]:
    """The gradient of a function of matrices.

    f([[A^H, G], [0, A^H]]) has in its upper right block the derivative of f at A^H in the direction
    G (Higham, "Functions of Matrices", 2008, theorem 3.6), and that is what the chain rule wants.
    """

    def grad(op: Operation, dy: Tensor) -> Tensor:
        a = turned(op.inputs[0])
        size = shape(a)[-1]
        upper, lower = concat([a, dy], axis=-1), concat([zeros_like(a), a], axis=-1)
        return function(concat([upper, lower], axis=-2))[..., :size, size:]

    return grad


def _expm_kernel(xp: Any, x: Any) -> Any:
    import scipy.linalg

    return _each(scipy.linalg.expm, x)


def _logm_kernel(xp: Any, x: Any) -> Any:
    import scipy.linalg

    return _each(lambda m: scipy.linalg.logm(m), x)


def _sqrtm_kernel(xp: Any, x: Any) -> Any:
    import scipy.linalg

    return _each(scipy.linalg.sqrtm, x)


_expm = defop(
    "MatrixExponential",
    "input: T -> T",
    doc="The exponentials of square matrices.",
    types={"T": LAPACK},
    shape=square_shape,
    kernel=_expm_kernel,
    grad=_through_blocks(lambda x: _expm(x)),
)
_logm = defop(
    "MatrixLogarithm",
    "input: T -> T",
    doc="The principal logarithms of square matrices.",
    types={"T": "complex"},
    shape=square_shape,
    kernel=_logm_kernel,
    grad=_through_blocks(lambda x: _logm(x)),
)
_sqrtm = defop(
    "MatrixSquareRoot",
    "input: T -> T",
    doc="The principal square roots of square matrices.",
    types={"T": LAPACK},
    shape=square_shape,
    kernel=_sqrtm_kernel,
    # TensorFlow does not conjugate here, which tells for complex matrices only.
    grad=_through_blocks(lambda x: _sqrtm(x), matrix_transpose),
)


def expm(input: Any, name: str | None = None) -> Tensor:
    """The exponentials of square matrices, `I + A + A^2 / 2! + ...`.

    Args:
        input: of shape `[..., m, m]`, of a floating-point or complex dtype.
        name: the op's name.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.linalg.expm([[0.0, 1.0], [0.0, 0.0]])).tolist()
        [[1.0, 1.0], [0.0, 1.0]]
    """
    return _expm(input, name=name or "matrix_exponential")


def logm(input: Any, name: str | None = None) -> Tensor:
    """The principal logarithms of square matrices: the inverse of `expm`.

    Args:
        input: of shape `[..., m, m]`, complex.
        name: the op's name.
    """
    return _logm(input, name=name)


def matrix_square_root(input: Any, name: str | None = None) -> Tensor:
    """The principal square roots of square matrices: X with `X X = input`.

    Args:
        input: of shape `[..., m, m]`; a real matrix without a real root gives NaN.
        name: the op's name.
    """
    return _sqrtm(input, name=name)


# ---------------------------------------------------------------- products with vectors


def matvec(
    a: Any,
    b: Any,
    transpose_a: bool = False,
    adjoint_a: bool = False,
    a_is_sparse: bool = False,
    b_is_sparse: bool = False,
    name: str | None = None,
) -> Tensor:
    """The products of matrices and vectors.

    Args:
        a: matrices, of shape `[..., m, n]`.
        b: vectors, of shape `[..., n]`.
        transpose_a, adjoint_a: whether to transpose the matrices, and to conjugate them too.
        a_is_sparse, b_is_sparse: accepted hints.
        name: the name scope.

    Returns:
        A tensor of shape `[..., m]`.
    """
    with name_scope(name, "MatVec", [a, b]) as scope:
        vectors = convert_to_tensor(b, name="b")
        product = matmul(a, expand_dims(vectors, -1), transpose_a=transpose_a, adjoint_a=adjoint_a)
        return squeeze(product, [-1], name=scope)


# ---------------------------------------------------------------- norms


def normalize(
    tensor: Any, ord: Any = "euclidean", axis: Any = None, name: str | None = None
) -> tuple[Tensor, Tensor]:
    """A tensor divided by its norms, and the norms; arguments as in `norm`.

    Args:
        tensor: a tensor of a floating or complex type.
        ord: the norm, as for `tf.norm`: "euclidean", "fro", 1, 2, `np.inf` or another number.
        axis: the axes of the vectors (an integer) or matrices (two); None for all as one vector.
        name: the scope of the ops.

    Returns:
        The normalized tensor, and the norms, whose reduced axes have the size 1.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     sess.run(tf.linalg.normalize([3.0, 4.0])[1]).tolist()
        [5.0]
    """
    with name_scope(name, "normalize", [tensor]):
        x = convert_to_tensor(tensor)
        size = norm(x, ord, axis, keepdims=True)
        size = cast(size, x.dtype.base_dtype)
        return realdiv(x, size), size


# ---------------------------------------------------------------- rank and pseudo-inverse


def _threshold(values: Tensor, matrix: Tensor, relative: Any) -> Tensor:
    """The size below which a singular value counts as zero; NumPy's where it is not given."""
    dtype = values.dtype.base_dtype
    largest = reduce_max(values, [-1], keepdims=True)
    if relative is None:
        sizes = shape(matrix)
        longest = cast(maximum(sizes[-1], sizes[-2]), dtype)
        epsilon = float(np.finfo(dtype.as_numpy_dtype).eps)
        return multiply(multiply(largest, longest), convert_to_tensor(epsilon, dtype))
    factor = convert_to_tensor(relative, dtype)
    return multiply(largest, expand_dims(factor, -1))


def matrix_rank(
    a: Any, tol: Any = None, validate_args: bool = False, name: str | None = None
) -> Tensor:
    """The ranks of matrices: how many singular values are above a threshold.

    Args:
        a: of shape `[..., m, n]`.
        tol: the threshold, of shape `[...]`; by default the largest singular value times
            `max(m, n)` times the precision of the dtype.
        validate_args: accepted; the rank of `a` is always checked.
        name: the name scope.

    Returns:
        An int32 tensor of shape `[...]`.
    """
    from pyengine.dtypes import int32

    with name_scope(name, "matrix_rank", [a]):
        x = convert_to_tensor(a, name="a")
        values = svd(x, compute_uv=False)
        if tol is None:
            limit = _threshold(values, x, None)
        else:
            limit = expand_dims(convert_to_tensor(tol, values.dtype.base_dtype), -1)
        return reduce_sum(cast(greater(values, limit), int32), [-1])


def pinv(a: Any, rcond: Any = None, validate_args: bool = False, name: str | None = None) -> Tensor:
    """The Moore-Penrose pseudo-inverses of matrices.

    Args:
        a: of shape `[..., m, n]`.
        rcond: singular values up to `rcond` times the largest one count as zero; by default
            `10 max(m, n)` times the precision of the dtype.
        validate_args: accepted; the rank of `a` is always checked.
        name: the name scope.

    Returns:
        A tensor of shape `[..., n, m]`.
    """
    with name_scope(name, "pinv", [a]):
        x = convert_to_tensor(a, name="a")
        s, u, v = svd(x)
        if rcond is None:
            ten = convert_to_tensor(10.0, s.dtype.base_dtype)
            limit = multiply(_threshold(s, x, None), ten)
        else:
            limit = _threshold(s, x, rcond)
        kept = greater(s, limit)
        ones = convert_to_tensor(1.0, s.dtype.base_dtype)
        safe = where(kept, s, zeros_like(s) + ones)
        inverse = where(kept, realdiv(ones, safe), zeros_like(s))
        scaled = multiply(v, expand_dims(cast(inverse, v.dtype.base_dtype), -2))
        return matmul(scaled, u, adjoint_b=True)
