"""Products and systems of equations with tridiagonal matrices."""

from __future__ import annotations

from typing import Any

import numpy as np

from pyengine.convert import convert_to_tensor
from pyengine.graph import Operation, Tensor
from pyengine.ops.array import expand_dims, squeeze
from pyengine.ops.declare import defop
from pyengine.ops.diagonals import matrix_diag_part, matrix_transpose
from pyengine.ops.filling import zeros_like
from pyengine.ops.joining import concat, stack
from pyengine.ops.math import add, conj, multiply, negative
from pyengine.ops.reduce import reduce_sum
from pyengine.scopes import name_scope
from pyengine.shape import UNKNOWN, TensorShape

__all__: list[str] = []


def _solve_shape(op: Operation) -> TensorShape:
    diagonals, rhs = (t.shape.with_rank_at_least(2) for t in op.inputs)
    if diagonals.sizes is None or rhs.sizes is None:
        return UNKNOWN
    if diagonals.sizes[-2] not in (None, 3):
        raise ValueError(f"Expected 3 diagonals got {diagonals.sizes[-2]}.")
    rows = diagonals[-1].merge_with(rhs[-2]).value
    return diagonals[:-2].merge_with(rhs[:-2]).concatenate([rows, rhs.sizes[-1]])


def _solve_kernel(
    xp: Any, diagonals: Any, rhs: Any, *, partial_pivoting: bool, perturb_singular: bool
) -> Any:
    import scipy.linalg

    if diagonals.shape[-2] != 3 or diagonals.shape[:-2] != rhs.shape[:-2]:
        raise ValueError(f"shapes {diagonals.shape} and {rhs.shape} do not fit")
    if diagonals.shape[-1] != rhs.shape[-2]:
        raise ValueError(f"expected {diagonals.shape[-1]} rows, got {rhs.shape[-2]}")
    result = np.empty(rhs.shape, rhs.dtype)
    for at in np.ndindex(rhs.shape[:-2]):
        upper, main, lower = diagonals[at]
        bands = np.array([np.roll(upper, 1), main, np.roll(lower, -1)])
        bands[0, 0] = bands[2, -1] = 0
        if not len(main):
            continue
        try:
            result[at] = scipy.linalg.solve_banded((1, 1), bands, rhs[at], check_finite=False)
        except np.linalg.LinAlgError:
            raise ValueError("The matrix is singular.") from None
    return result


def _solve_grad(op: Operation, dy: Tensor) -> Any:
    diagonals, solution = op.inputs[0], op.outputs[0]
    upper, main, lower = (conj(diagonals[..., i, :]) for i in range(3))
    blank = zeros_like(main[..., :1])
    # The adjoint matrix has the lower diagonal above and the upper one below.
    turned = stack(
        [concat([lower[..., 1:], blank], -1), main, concat([blank, upper[..., :-1]], -1)], axis=-2
    )
    of_rhs = _solve(turned, dy, partial_pivoting=op.attrs["partial_pivoting"])
    x = conj(solution)
    parts = [reduce_sum(multiply(of_rhs, shifted), [-1]) for shifted in (_up(x), x, _down(x))]
    return negative(stack(parts, axis=-2)), of_rhs


def _up(x: Tensor) -> Tensor:
    """The rows one place up, with zeros as the last one."""
    return concat([x[..., 1:, :], zeros_like(x[..., :1, :])], -2)


def _down(x: Tensor) -> Tensor:
    """The rows one place down, with zeros as the first one."""
    return concat([zeros_like(x[..., :1, :]), x[..., :-1, :]], -2)


_solve = defop(
    "TridiagonalSolve",
    "diagonals: T, rhs: T -> T",
    doc="The solutions of systems of linear equations with tridiagonal matrices.",
    types={"T": "float32|float64|complex"},
    attrs={"partial_pivoting": True, "perturb_singular": False},
    shape=_solve_shape,
    kernel=_solve_kernel,
    grad=_solve_grad,
)


def _three(diagonals: Any, form: str) -> list[Tensor]:
    """The upper, the main and the lower diagonal, each of the full length."""
    if form == "compact":
        x = convert_to_tensor(diagonals, name="diagonals")
        if x.shape.ndims is not None and x.shape[-2].value not in (None, 3):
            raise ValueError(f"Expected 3 diagonals got {x.shape[-2]}")
        return [x[..., i, :] for i in range(3)]
    if form == "sequence":
        if not isinstance(diagonals, (list, tuple)) or len(diagonals) != 3:
            raise ValueError("Expected diagonals to be a sequence of length 3.")
        upper, main, lower = (convert_to_tensor(d) for d in diagonals)
        size = main.shape[-1].value
        blank = zeros_like(main[..., :1])
        if size is None or upper.shape[-1].value is None or lower.shape[-1].value is None:
            raise ValueError("the sizes of the diagonals must be known")
        if upper.shape[-1].value == size - 1:
            upper = concat([upper, blank], -1)
        if lower.shape[-1].value == size - 1:
            lower = concat([blank, lower], -1)
        return [upper, main, lower]
    if form == "matrix":
        x = convert_to_tensor(diagonals, name="diagonals")
        sizes = x.shape.with_rank_at_least(2)[-2:]
        if sizes.is_fully_defined() and sizes[0].value != sizes[1].value:
            raise ValueError(f"Expected last two dimensions of diagonals to be same, got {x.shape}")
        main = matrix_diag_part(x)
        blank = zeros_like(main[..., :1])
        upper, lower = matrix_diag_part(x[..., :-1, 1:]), matrix_diag_part(x[..., 1:, :-1])
        return [concat([upper, blank], -1), main, concat([blank, lower], -1)]
    raise ValueError(f"Unrecognized diagonals_format: {form}")


def tridiagonal_solve(
    diagonals: Any,
    rhs: Any,
    diagonals_format: str = "compact",
    transpose_rhs: bool = False,
    conjugate_rhs: bool = False,
    name: str | None = None,
    partial_pivoting: bool = True,
) -> Tensor:
    """The solutions X of `A X = rhs` for tridiagonal matrices A.

    Args:
        diagonals: the diagonals above, on and below the main one: of shape `[..., 3, m]` for
            "compact" (the last element above and the first below are not read); a sequence of
            three for "sequence", of length m or m - 1; or `[..., m, m]` for "matrix".
        rhs: of shape `[..., m]` or `[..., m, k]`.
        diagonals_format: "compact", "sequence" or "matrix".
        transpose_rhs, conjugate_rhs: whether to transpose, or conjugate, `rhs` first.
        name: the name scope.
        partial_pivoting: accepted; rows are always exchanged where that is more exact.

    Raises:
        ValueError: for shapes that do not fit.
        tf.errors.InvalidArgumentError: at run time, for a singular matrix.
    """
    with name_scope(name, "tridiagonal_solve"):
        compact = stack(_three(diagonals, diagonals_format), axis=-2)
        right = convert_to_tensor(rhs, compact.dtype.base_dtype if not hasattr(rhs, "graph") else
                                  None, name="rhs")  # fmt: skip
        if compact.shape.ndims is None or right.shape.ndims is None:
            raise ValueError("diagonals and rhs must have known ranks")
        is_vector = right.shape.ndims == compact.shape.ndims - 1
        if is_vector:
            right = expand_dims(right, -1)
        elif transpose_rhs:
            right = matrix_transpose(right, conjugate=conjugate_rhs)
            conjugate_rhs = False
        if conjugate_rhs:
            right = conj(right)
        result = _solve(compact, right, partial_pivoting=bool(partial_pivoting))
        return squeeze(result, [-1]) if is_vector else result


def tridiagonal_matmul(
    diagonals: Any, rhs: Any, diagonals_format: str = "compact", name: str | None = None
) -> Tensor:
    """The products of tridiagonal matrices and other ones.

    Args:
        diagonals, diagonals_format: as in `tridiagonal_solve`.
        rhs: of shape `[..., m, k]`.
        name: the name scope.
    """
    with name_scope(name, "tridiagonal_matmul"):
        upper, main, lower = (expand_dims(d, -1) for d in _three(diagonals, diagonals_format))
        x = convert_to_tensor(rhs, main.dtype.base_dtype if not hasattr(rhs, "graph") else None)
        beside = add(multiply(upper, _up(x)), multiply(lower, _down(x)))
        return add(multiply(main, x), beside)
