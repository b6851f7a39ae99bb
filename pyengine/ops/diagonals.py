"""Diagonals and bands of matrices and tensors."""

from __future__ import annotations

from typing import Any

import numpy as np

from pyengine import static
from pyengine.convert import convert_to_tensor
from pyengine.graph import Operation, Tensor
from pyengine.ops.array import transpose
from pyengine.ops.declare import defop, whole
from pyengine.scopes import name_scope
from pyengine.shape import UNKNOWN, TensorShape

__all__ = [
    "diag", "diag_part", "matrix_band_part", "matrix_diag", "matrix_diag_part", "matrix_set_diag",
    "matrix_transpose", "trace",
]  # fmt: skip

_ALIGNMENTS = ("RIGHT_LEFT", "LEFT_RIGHT", "LEFT_LEFT", "RIGHT_RIGHT")


def _band(k: Any) -> tuple[int, int]:
    """The lowest and the highest diagonal that `k`, one number or two, stands for."""
    pair = (k, k) if isinstance(k, int) else tuple(k)
    if len(pair) not in (1, 2):
        raise ValueError(f"k must be a scalar or a vector of 1 or 2 elements, got {list(pair)}")
    low, high = pair[0], pair[-1]
    if low > high:
        raise ValueError(f"lower_diag_index must not be larger than upper: {low} > {high}")
    return low, high


def _length(d: int, rows: int, columns: int) -> int:
    """The length of diagonal d of a matrix."""
    return min(rows + min(d, 0), columns - max(d, 0))


def _longest(low: int, high: int, rows: int, columns: int) -> int:
    """The length of the longest diagonal; raises ValueError for one outside of the matrix."""
    for d in (low, high):
        if d and not -rows < d < columns:
            raise ValueError(f"diagonal {d} is out of range for a {rows} x {columns} matrix")
    return min(rows + min(high, 0), columns + min(-low, 0))


def _places(low: int, high: int, rows: int, columns: int, align: str) -> Any:
    """For each diagonal, from the highest down: its row in the packed form, where its elements are
    there, and their rows and columns in the matrix.
    """
    longest = _longest(low, high, rows, columns)
    above, below = align.split("_")
    for d in range(high, low - 1, -1):
        n = _length(d, rows, columns)
        left = (d >= 0 and above == "LEFT") or (d <= 0 and below == "LEFT")
        offset = 0 if left else longest - n
        i = np.arange(n)
        yield high - d, slice(offset, offset + n), i - min(d, 0), i + max(d, 0)


def _check_align(align: str) -> None:
    if align not in _ALIGNMENTS:
        raise ValueError(f"align must be one of {', '.join(_ALIGNMENTS)}, got {align!r}")


def _known_band(k: Tensor) -> tuple[int, int] | None:
    value = static.constant_value(k)
    return None if value is None else _band(static.host_value(value))


# ---------------------------------------------------------------- matrices of diagonals


def _matrix_size(low: int, high: int, longest: int, rows: int, columns: int) -> tuple[int, int]:
    """The size of a matrix with these diagonals, -1 standing for as small as can be."""
    least_rows, least_columns = longest - min(high, 0), longest + max(low, 0)
    if rows == columns == -1:
        return (max(least_rows, least_columns),) * 2
    rows = least_rows if rows == -1 else rows
    columns = least_columns if columns == -1 else columns
    if rows < least_rows or columns < least_columns:
        raise ValueError(
            f"a {rows} x {columns} matrix is too small for diagonals of {longest} elements"
        )
    if rows != least_rows and columns != least_columns:
        raise ValueError(
            f"the diagonals of {longest} elements fit neither the rows nor the columns of a "
            f"{rows} x {columns} matrix"
        )
    return rows, columns


def _diag_shape(op: Operation) -> TensorShape:
    _check_align(op.attrs["align"])
    x, band = op.inputs[0].shape.with_rank_at_least(1), _known_band(op.inputs[1])
    if x.sizes is None or band is None:
        return UNKNOWN
    many = band[0] != band[1]
    lead = x.sizes[: -2 if many else -1]
    if many and len(x.sizes) < 2:
        raise ValueError(f"several diagonals need a tensor of rank 2 or more, got {x}")
    if many and x.sizes[-2] not in (None, band[1] - band[0] + 1):
        raise ValueError(f"The number of diagonals {x.sizes[-2]} does not fit k = {list(band)}")
    sizes = [static.constant_value(t) for t in op.inputs[2:4]]
    longest = x.sizes[-1]
    if longest is None or None in (*sizes,):
        known = [None if s is None or int(s) < 0 else int(s) for s in sizes]
        return TensorShape.of((*lead, *known))
    found = _matrix_size(*band, longest, *[int(s) for s in sizes])
    return TensorShape.of((*lead, *found))


def _diag_kernel(
    xp: Any, x: Any, k: Any, rows: int, columns: int, padding: Any, *, align: str
) -> Any:
    low, high = _band(k)
    rows, columns = _matrix_size(low, high, x.shape[-1], rows, columns)
    packed = x[..., None, :] if low == high else x
    if packed.shape[-2] != high - low + 1:
        raise ValueError(f"shape {list(x.shape)} does not hold the diagonals {low} to {high}")
    result = np.full((*packed.shape[:-2], rows, columns), padding, x.dtype)
    for at, part, r, c in _places(low, high, rows, columns, align):
        result[..., r, c] = packed[..., at, part]
    return result


_matrix_diag = defop(
    "MatrixDiagV3",
    "diagonal: T, k: host int32, num_rows: host int32, num_cols: host int32, padding_value: T -> T",
    doc="Matrices with given diagonals.",
    attrs={"align": "RIGHT_LEFT"},
    shape=_diag_shape,
    kernel=_diag_kernel,
    grad=lambda op, dy: (
        matrix_diag_part(dy, k=op.inputs[1], align=op.attrs["align"]), None, None, None, None,
    ),
)  # fmt: skip


def matrix_diag(
    diagonal: Any,
    name: str = "diag",
    k: Any = 0,
    num_rows: Any = -1,
    num_cols: Any = -1,
    padding_value: Any = 0,
    align: str = "RIGHT_LEFT",
) -> Tensor:
    """Matrices with given diagonals, and `padding_value` elsewhere.

    Args:
        diagonal: a tensor whose last dimension holds a diagonal; the last but one tells several
            apart, the highest first.
        name: the op's name.
        k: which diagonal: 0 the main one, positive above it; or the lowest and the highest of
            several.
        num_rows, num_cols: the size of the matrices; as small as can be by default.
        padding_value: the value of all other elements.
        align: where shorter diagonals are in their row of `diagonal`: first those above, then
            those below the main one.

    Returns:
        A tensor with the matrices in its last two dimensions.

    Raises:
        ValueError: when the diagonals do not fit the size.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.matrix_diag([1, 2])).tolist()
        [[1, 0], [0, 2]]
    """
    x = convert_to_tensor(diagonal, name="diagonal")
    return _matrix_diag(
        x, whole(k), whole(num_rows), whole(num_cols), _padding(padding_value, x), align=align,
        name=name,
    )  # fmt: skip


def _padding(value: Any, like: Tensor) -> Any:
    if isinstance(value, (bool, int, float)):  # a default of 0 is False for booleans
        return np.asarray(value).astype(like.dtype.base_dtype.as_numpy_dtype)
    return value


# ---------------------------------------------------------------- diagonals of matrices


def _part_shape(op: Operation) -> TensorShape:
    _check_align(op.attrs["align"])
    x, band = op.inputs[0].shape.with_rank_at_least(2), _known_band(op.inputs[1])
    if x.sizes is None or band is None:
        return UNKNOWN
    rows, columns = x.sizes[-2:]
    known = rows is not None and columns is not None
    longest = _longest(*band, rows, columns) if known else None  # type: ignore[arg-type]
    many = () if band[0] == band[1] else (band[1] - band[0] + 1,)
    return TensorShape.of((*x.sizes[:-2], *many, longest))


def _part_kernel(xp: Any, x: Any, k: Any, padding: Any, *, align: str) -> Any:
    low, high = _band(k)
    rows, columns = x.shape[-2:]
    longest = _longest(low, high, rows, columns)
    packed = np.full((*x.shape[:-2], high - low + 1, longest), padding, x.dtype)
    for at, part, r, c in _places(low, high, rows, columns, align):
        packed[..., at, part] = x[..., r, c]
    return packed[..., 0, :] if low == high else packed


def _part_grad(op: Operation, dy: Tensor) -> Any:
    from pyengine.ops.filling import zeros_like

    zeros = zeros_like(op.inputs[0])
    return matrix_set_diag(zeros, dy, k=op.inputs[1], align=op.attrs["align"]), None, None


_matrix_diag_part = defop(
    "MatrixDiagPartV3",
    "input: T, k: host int32, padding_value: T -> T",
    doc="Diagonals of matrices.",
    attrs={"align": "RIGHT_LEFT"},
    shape=_part_shape,
    kernel=_part_kernel,
    grad=_part_grad,
)


def matrix_diag_part(
    input: Any,
    name: str = "diag_part",
    k: Any = 0,
    padding_value: Any = 0,
    align: str = "RIGHT_LEFT",
) -> Tensor:
    """Diagonals of the matrices in the last two dimensions.

    Args:
        input: a tensor of rank 2 or more.
        name: the op's name.
        k: which diagonal: 0 the main one, positive above it; or the lowest and the highest of
            several, which become the rows of a further dimension, the highest first.
        padding_value: what fills the rows of shorter diagonals.
        align: where shorter diagonals are in their row; see `matrix_diag`.

    Raises:
        ValueError: for a diagonal that is not there.
    """
    x = convert_to_tensor(input, name="input")
    return _matrix_diag_part(x, whole(k), _padding(padding_value, x), align=align, name=name)


def _set_shape(op: Operation) -> TensorShape:
    _check_align(op.attrs["align"])
    x, diagonal = op.inputs[0].shape.with_rank_at_least(2), op.inputs[1].shape
    band = _known_band(op.inputs[2])
    if x.sizes is None or band is None:
        return x
    rows, columns = x.sizes[-2:]
    if rows is not None and columns is not None:
        _longest(*band, rows, columns)
    many = () if band[0] == band[1] else (band[1] - band[0] + 1,)
    # The length of the diagonals is left to the run, as in TensorFlow.
    diagonal.with_rank(len(x.sizes) - 1 + len(many))[:-1].assert_is_compatible_with(
        TensorShape.of((*x.sizes[:-2], *many))
    )
    return x


def _set_kernel(xp: Any, x: Any, diagonal: Any, k: Any, *, align: str) -> Any:
    low, high = _band(k)
    result = np.array(x, order="K")
    packed = diagonal[..., None, :] if low == high else diagonal
    longest = _longest(low, high, *x.shape[-2:])
    if packed.shape != (*x.shape[:-2], high - low + 1, longest):
        raise ValueError(
            f"the diagonals {low} to {high} of shape {list(x.shape)} do not have shape "
            f"{list(diagonal.shape)}"
        )
    rows, columns = x.shape[-2:]
    for at, part, r, c in _places(low, high, rows, columns, align):
        result[..., r, c] = packed[..., at, part]
    return result


def _set_grad(op: Operation, dy: Tensor) -> Any:
    from pyengine.ops.filling import zeros_like

    k, align = op.inputs[2], op.attrs["align"]
    kept = matrix_set_diag(dy, zeros_like(op.inputs[1]), k=k, align=align)
    return kept, matrix_diag_part(dy, k=k, align=align), None


_matrix_set_diag = defop(
    "MatrixSetDiagV3",
    "input: T, diagonal: T, k: host int32 -> T",
    doc="Matrices with other diagonals.",
    attrs={"align": "RIGHT_LEFT"},
    shape=_set_shape,
    kernel=_set_kernel,
    grad=_set_grad,
)


def matrix_set_diag(
    input: Any, diagonal: Any, name: str = "set_diag", k: Any = 0, align: str = "RIGHT_LEFT"
) -> Tensor:
    """The matrices in the last two dimensions with other values on their diagonals.

    Args:
        input: a tensor of rank 2 or more.
        diagonal: the new diagonals, in the form of `matrix_diag_part`.
        name: the op's name.
        k: which diagonal, or the lowest and the highest of several.
        align: where shorter diagonals are in their row; see `matrix_diag`.

    Raises:
        ValueError: when the diagonals do not fit.
    """
    return _matrix_set_diag(input, diagonal, whole(k), align=align, name=name)


# ---------------------------------------------------------------- bands


def _band_kernel(xp: Any, x: Any, lower: int, upper: int) -> Any:
    rows, columns = x.shape[-2:]
    for what, n, limit in (("num_lower", lower, rows), ("num_upper", upper, columns)):
        if n > limit:
            raise ValueError(f"{what} must be negative or less or equal to {limit}, got {n}")
    below = np.arange(rows)[:, None] - np.arange(columns)
    inside = ((lower < 0) | (below <= lower)) & ((upper < 0) | (-below <= upper))
    return xp.where(inside, x, np.zeros((), x.dtype))


_band_part = defop(
    "MatrixBandPart",
    "input: T, num_lower: host Tindex, num_upper: host Tindex -> T",
    doc="Matrices with zeros outside of a band around the main diagonal.",
    types={"T": "number|bool", "Tindex": "index"},
    shape=lambda op: op.inputs[0].shape.with_rank_at_least(2),
    kernel=_band_kernel,
    grad=lambda op, dy: (matrix_band_part(dy, op.inputs[1], op.inputs[2]), None, None),
)


def matrix_band_part(input: Any, num_lower: Any, num_upper: Any, name: str | None = None) -> Tensor:
    """The matrices in the last two dimensions, with zeros outside of a band.

    Args:
        input: a tensor of rank 2 or more.
        num_lower, num_upper: how many diagonals below and above the main one stay; negative: all.
        name: the op's name.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.matrix_band_part([[1, 2], [3, 4]], 0, -1)).tolist()
        [[1, 2], [0, 4]]
    """
    return _band_part(input, whole(num_lower), whole(num_upper), name=name)


# ---------------------------------------------------------------- of tensors

diag = defop(
    "Diag",
    "diagonal: T -> T",
    doc="A tensor of twice the rank with given values where both halves of an index are equal.",
    example=("tf.diag([1, 2])", "[[1, 0], [0, 2]]"),
    types={"T": "float|int32|int64|complex"},
    shape=lambda op: (x := op.inputs[0].shape.with_rank_at_least(1)).concatenate(x),
    kernel=lambda xp, x: np.diag(x.reshape(-1)).reshape(x.shape * 2),
    grad=lambda op, dy: _diag_part(dy),
)


def _half(x: TensorShape) -> TensorShape:
    if x.sizes is None:
        return x
    if len(x.sizes) % 2 or not x.sizes:
        raise ValueError(f"Input must have even and non-zero rank, input rank is {len(x.sizes)}")
    n = len(x.sizes) // 2
    return x[:n].merge_with(x[n:])


def _diag_part_kernel(xp: Any, x: Any) -> Any:
    sizes = x.shape[: x.ndim // 2]
    if x.shape != sizes * 2 or not x.ndim:
        raise ValueError(f"both halves of the shape must be equal, got {list(x.shape)}")
    count = int(np.prod(sizes))
    return np.diagonal(x.reshape(count, count)).reshape(sizes)


_diag_part = defop(
    "DiagPart",
    "input: T -> T",
    doc="The elements at which both halves of the index are equal.",
    types={"T": "float|int32|int64|complex"},
    shape=lambda op: _half(op.inputs[0].shape),
    kernel=_diag_part_kernel,
    grad=lambda op, dy: diag(dy),
)


def diag_part(input: Any, name: str | None = None) -> Tensor:
    """The elements at which both halves of the index are equal; the inverse of `diag`.

    Args:
        input: a tensor of even rank, whose dimensions are those of its first half twice.
        name: the op's name.

    Returns:
        A tensor of half the rank.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.diag_part([[1, 2], [3, 4]])).tolist()
        [1, 4]
    """
    return _diag_part(input, name=name)


def trace(x: Any, name: str | None = None) -> Tensor:
    """The sums of the main diagonals of the matrices in the last two dimensions.

    Args:
        x: a tensor of shape [..., m, n], of a number type.
        name: the op's name.

    Returns:
        A tensor of shape [...].

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.linalg.trace([[1, 2], [3, 4]])).tolist()
        5
    """
    from pyengine.ops.reduce import reduce_sum

    with name_scope(name, "Trace", [x]) as scope:
        return reduce_sum(matrix_diag_part(convert_to_tensor(x, name="x")), [-1], name=scope)


def matrix_transpose(a: Any, name: str = "matrix_transpose", conjugate: bool = False) -> Tensor:
    """A tensor with its last two dimensions exchanged.

    Args:
        a: a tensor of rank 2 or more.
        name: the name scope.
        conjugate: whether to take the complex conjugate as well.

    Raises:
        ValueError: for a tensor of a lower rank.
    """
    from pyengine.ops.array import rank
    from pyengine.ops.filling import range as range_of
    from pyengine.ops.joining import concat

    with name_scope(name, "matrix_transpose", [a]):
        x = convert_to_tensor(a, name="a")
        n = x.shape.ndims
        perm: Any
        if n is not None:
            if n < 2:
                raise ValueError(f"a should be a matrix or a batch of them, got shape {x.shape}")
            perm = [*range(n - 2), n - 1, n - 2]
        else:
            count = rank(x)
            perm = concat([range_of(0, count - 2), [count - 1, count - 2]], 0)
        return transpose(x, perm, conjugate=conjugate)
