"""Functions by the names that TensorFlow had them under until 0.12."""

from __future__ import annotations

from typing import Any

import pyengine as tf
from pyengine.graph import Tensor

# Functions that became able to work on stacks of matrices themselves.
_BATCHES = (
    "cholesky", "cholesky_solve", "fft", "fft2d", "fft3d", "ifft", "ifft2d", "ifft3d",
    "matrix_band_part", "matrix_determinant", "matrix_diag", "matrix_diag_part", "matrix_inverse",
    "matrix_set_diag", "matrix_solve", "matrix_solve_ls", "matrix_transpose",
    "matrix_triangular_solve", "self_adjoint_eig", "self_adjoint_eigvals", "svd",
)  # fmt: skip
for _name in _BATCHES:
    globals()[f"batch_{_name}"] = getattr(tf, _name)

__all__ = ["complex_abs", "select", *(f"batch_{name}" for name in _BATCHES)]


def select(condition: Any, t: Any, e: Any, name: str | None = None) -> Tensor:
    """`tf.where(condition, t, e)` by its old name.

    Args:
        condition: booleans: of the shape of t and e, a scalar, or a vector that chooses rows.
        t: what is taken where it is true.
        e: what is taken elsewhere.
        name: the op's name.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     sess.run(tf.select([True, False], [1, 2], [3, 4])).tolist()
        [1, 4]
    """
    return tf.where(condition, t, e, name=name)


def complex_abs(x: Any, name: str | None = None) -> Tensor:
    """`tf.abs` of complex numbers by its old name.

    Args:
        x: a complex tensor.
        name: the op's name.

    Returns:
        A tensor of the real dtype, of the same shape.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.complex_abs([3 + 4j])).tolist()
        [5.0]
    """
    return tf.abs(x, name=name)
