"""Products summed over chosen axes: `einsum` and `tensordot`."""

from __future__ import annotations

import re
import string
from collections.abc import Sequence
from typing import Any

import numpy as np

from pyengine import dtypes, static
from pyengine.convert import convert_to_tensor
from pyengine.graph import Operation, Tensor
from pyengine.ops.array import broadcast_to, reshape, shape, transpose
from pyengine.ops.declare import REQUIRED, defop, whole
from pyengine.ops.joining import concat
from pyengine.ops.math import conj
from pyengine.scopes import name_scope
from pyengine.shape import UNKNOWN, TensorShape

__all__ = ["einsum", "tensordot"]

# ---------------------------------------------------------------- einsum


def _parse(equation: str) -> tuple[list[str], str]:
    """The labels of each input and of the output."""
    left, _, right = equation.partition("->")
    return left.split(","), right


def _einsum_shape(op: Operation) -> TensorShape:
    inputs, output = _parse(op.attrs["equation"])
    known: dict[str, int | None] = {}
    for labels, t in zip(inputs, op.inputs):
        if t.shape.sizes is None:
            continue
        if len(labels) != len(t.shape.sizes):
            raise ValueError(
                f"Expected input of rank {len(labels)} for the subscripts {labels!r}, got shape "
                f"{t.shape}"
            )
        for label, s in zip(labels, t.shape.sizes):
            have = known.get(label)
            # A label that stands for a part of an ellipsis may be broadcast.
            may_stretch = label in op.attrs["stretched"] and 1 in (have, s)
            if None not in (have, s) and have != s and not may_stretch:
                raise ValueError(f"the sizes {have} and {s} of {label!r} differ")
            if s is not None and (have is None or have == 1):
                known[label] = s
            elif s is None and have == 1 and label in op.attrs["stretched"]:
                known[label] = None
    return TensorShape.of(tuple(known.get(label) for label in output))


def _einsum_kernel(xp: Any, *inputs: Any, N: int, equation: str, stretched: str) -> Any:
    dtype = inputs[0].dtype
    found, _ = _parse(equation)
    sizes: dict[str, int] = {}
    for labels, x in zip(found, inputs):
        if len(labels) != x.ndim:
            raise ValueError(f"the subscripts {labels!r} do not fit shape {list(x.shape)}")
        for label, s in zip(labels, x.shape):
            have = sizes.setdefault(label, s)
            if have != s and not (label in stretched and 1 in (have, s)):
                raise ValueError(f"the sizes {have} and {s} of {label!r} differ")
            sizes[label] = max(have, s) if label in stretched and have != s else have
    if dtype.kind not in "fciu":  # NumPy's einsum does not know bfloat16
        inputs = tuple(x.astype(np.float32) for x in inputs)
    result = np.einsum(equation, *inputs, optimize=N > 1)
    return np.asarray(result).astype(dtype, copy=False)


def _einsum_grad(op: Operation, dy: Tensor) -> Any:
    inputs, output = _parse(op.attrs["equation"])
    return [
        _input_grad(op, i, [*inputs[:i], *inputs[i + 1 :], output], dy) for i in range(len(inputs))
    ]


def _input_grad(op: Operation, i: int, others: list[str], dy: Tensor) -> Tensor:
    """The gradient of input i: the other inputs and dy contracted to its labels."""
    from pyengine.ops.filling import eye

    x, labels = op.inputs[i], _parse(op.attrs["equation"])[0][i]
    stretched = op.attrs["stretched"]
    tensors = [conj(t) for j, t in enumerate(op.inputs) if j != i] + [dy]
    distinct = "".join(dict.fromkeys(labels))
    there = "".join(label for label in distinct if any(label in o for o in others))
    slope = _einsum(tensors, others, there, stretched)
    # Labels that only this input has were summed over: their gradient is the same everywhere.
    sizes = shape(x)
    kept = [sizes[labels.index(c)] if c not in there else None for c in distinct]
    if there != distinct:
        now = shape(slope)
        ones: list[Any] = [1 if c not in there else now[there.index(c)] for c in distinct]
        full = [k if k is not None else now[there.index(c)] for k, c in zip(kept, distinct)]
        slope = broadcast_to(reshape(slope, ones), full)
    if len(distinct) < len(labels):
        # A label named twice took a diagonal, which is where its gradient goes.
        spare = iter(sorted(set(string.ascii_letters) - set("".join([*others, labels]))))
        given, subscripts, renamed = [slope], [distinct], ""
        for at, c in enumerate(labels):
            if c in renamed:
                new = next(spare)
                given.append(eye(sizes[at], dtype=slope.dtype))
                subscripts.append(c + new)
                renamed += new
            else:
                renamed += c
        slope = _einsum(given, subscripts, renamed, stretched)
    if any(c in stretched for c in labels):
        slope = _summed_like(slope, x)
    return slope


def _summed_like(slope: Tensor, x: Tensor) -> Tensor:
    from pyengine.ops.broadcasting import broadcast_gradient_args
    from pyengine.ops.reduce import reduce_sum

    axes, _ = broadcast_gradient_args(shape(x), shape(slope))
    return reshape(reduce_sum(slope, axes), shape(x))


_einsum_op = defop(
    "Einsum",
    "inputs: T* -> T",
    doc="Products of tensors, summed over the subscripts that the output does not have.",
    types={"T": "number"},
    attrs={"N": REQUIRED, "equation": REQUIRED, "stretched": ""},
    shape=_einsum_shape,
    kernel=_einsum_kernel,
    grad=_einsum_grad,
)


def _einsum(
    tensors: Sequence[Any], inputs: Sequence[str], output: str, stretched: str, name: Any = None
) -> Tensor:
    result: Tensor = _einsum_op(
        list(tensors), N=len(tensors), equation=",".join(inputs) + "->" + output,
        stretched=stretched, name=name,
    )  # fmt: skip
    return result


def _spelled(equation: str, ranks: list[int | None]) -> tuple[list[str], str, str]:
    """The labels of inputs and output, with letters for what an ellipsis stands for.

    Returns:
        Also those letters: the dimensions that they stand for are broadcast.
    """
    equation = equation.replace(" ", "")
    if not re.fullmatch(r"[A-Za-z,.]*(->[A-Za-z.]*)?", equation):
        raise ValueError(f"Indices have incorrect format: {equation}")
    left, arrow, output = equation.partition("->")
    inputs = left.split(",")
    if len(inputs) != len(ranks):
        raise ValueError(
            f"Got {len(ranks)} arguments for equation {equation!r}, expecting {len(inputs)}"
        )
    for labels in [*inputs, output]:
        if labels.replace("...", "", 1).count("."):
            raise ValueError(f"Period character found outside of an ellipsis in {labels!r}")
    spare = [c for c in reversed(string.ascii_letters) if c not in equation]
    most = 0
    for labels, n in zip(inputs, ranks):
        if "..." in labels:
            if n is None:
                raise ValueError("Ellipsis expansion needs tensors of known rank")
            most = max(most, n - len(labels) + 3)
    letters = "".join(spare[:most])
    found = []
    for labels, n in zip(inputs, ranks):
        if "..." in labels:
            count = (n or 0) - len(labels) + 3
            if count < 0:
                raise ValueError(f"Equation subscript {labels!r} has too many labels for rank {n}")
            labels = labels.replace("...", letters[most - count :])
        found.append(labels)
    if not arrow:
        joined = "".join(inputs).replace(".", "")
        output = letters + "".join(sorted(c for c in set(joined) if joined.count(c) == 1))
    else:
        output = output.replace("...", letters)
    for c in output:
        if output.count(c) > 1:
            raise ValueError(f"Output contains repeated label {c!r}")
        if c not in letters and not any(c in labels for labels in found):
            raise ValueError(f"Unknown output label {c!r} in equation {equation!r}")
    dropped = "".join(c for c in letters if c not in output)
    if dropped and arrow:
        raise ValueError(f"the ellipsis of {equation!r} must be in its output too")
    return found, output, letters


def einsum(equation: str, *inputs: Any, **kwargs: Any) -> Tensor:
    """Products of tensors, summed over the subscripts that the output does not have.

    Args:
        equation: subscripts as in "ij,jk->ik", a letter for each axis. Without "->" the letters
            that stand once are in the output, in order. "..." stands for axes that are broadcast.
        *inputs: a tensor for each part of the left side.
        name: the op's name.
        optimize: accepted; the order of the products is always chosen.

    Raises:
        ValueError: when the equation cannot be read or does not fit the tensors.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.einsum("ij,j->i", [[1, 2], [3, 4]], [1, 1])).tolist()
        [3, 7]
    """
    name = kwargs.pop("name", None)
    kwargs.pop("optimize", None)
    if kwargs:
        raise TypeError(f"invalid keyword arguments for this function: {', '.join(sorted(kwargs))}")
    if len(inputs) == 1 and isinstance(inputs[0], (list, tuple)):
        inputs = tuple(inputs[0])
    tensors = [convert_to_tensor(x) for x in inputs]
    subscripts, output, letters = _spelled(equation, [t.shape.ndims for t in tensors])
    return _einsum(tensors, subscripts, output, letters, name or "einsum")


# ---------------------------------------------------------------- tensordot


def _contracted_axes(axes: Any, first: Tensor) -> tuple[Any, Any]:
    """The axes of both tensors over which products are summed: lists, or tensors of the run."""
    n = first.shape.ndims
    if isinstance(axes, Tensor):
        value = static.constant_value(axes)
        if value is None:
            return axes[0], axes[1]
        axes = value.tolist()
    axes = whole(axes.tolist() if isinstance(axes, np.ndarray) else axes)
    if isinstance(axes, int):
        if axes < 0:
            raise ValueError(f"`axes` must be at least 0. Received: {axes}.")
        if n is None:
            from pyengine.ops.array import rank
            from pyengine.ops.filling import range as sequence

            total = rank(first)
            return sequence(total - axes, total), list(range(axes))
        if axes > n:
            raise ValueError(f"`axes` must not be larger than the number of dimensions {n}.")
        return list(range(n - axes, n)), list(range(axes))
    if not isinstance(axes, (list, tuple)) or len(axes) != 2:
        raise ValueError(f"`axes` must be an integer or have length 2. Received {axes}.")
    a, b = ([v] if isinstance(v, int) else list(v) for v in axes)
    if len(a) != len(b):
        raise ValueError(f"Different number of contraction axes `a` and `b`, {len(a)} != {len(b)}.")
    return a, b


def _as_unknown_matrix(x: Tensor, axes: Any, last: bool) -> tuple[Tensor, Any, TensorShape]:
    """`_as_matrix` where the rank or the axes are known only in the run."""
    from pyengine.ops.array import rank, where
    from pyengine.ops.compare import less
    from pyengine.ops.filling import range as sequence
    from pyengine.ops.gathering import gather
    from pyengine.ops.reduce import reduce_prod
    from pyengine.ops.uniqueness import setdiff1d

    total, sizes = rank(x), shape(x)
    given = convert_to_tensor(axes, dtypes.int32 if not hasattr(axes, "graph") else None)
    taken = where(less(given, 0), given + total, given)
    free, _ = setdiff1d(sequence(total), taken)
    free_sizes = gather(sizes, free)
    pair = [reduce_prod(free_sizes), reduce_prod(gather(sizes, taken))]
    order = [free, taken] if last else [taken, free]
    moved = transpose(x, concat(order, 0))
    return reshape(moved, pair if last else pair[::-1]), free_sizes, UNKNOWN


def _as_matrix(x: Tensor, axes: Any, last: bool) -> tuple[Tensor, Any, TensorShape]:
    """A tensor as a matrix, the contracted axes its columns (or rows); the free sizes."""
    n = x.shape.ndims
    if n is None or isinstance(axes, Tensor):
        return _as_unknown_matrix(x, axes, last)
    for a in axes:
        if not -n <= a < n:
            raise ValueError(f"axis {a} is out of range for a tensor of rank {n}")
    taken = [a % n for a in axes]
    free = [i for i in range(n) if i not in taken]
    order = free + taken if last else taken + free
    moved = x if order == list(range(n)) else transpose(x, order)
    sizes = x.shape.sizes or ()
    known = TensorShape.of(tuple(sizes[i] for i in free))
    inner = TensorShape.of(tuple(sizes[i] for i in taken)).num_elements()
    outer = known.num_elements()
    dynamic = shape(x)
    if inner is None and outer is None:
        from pyengine.ops.reduce import reduce_prod

        inner_size: Any = reduce_prod(concat([[1], *[[dynamic[i]] for i in taken]], 0))
        pair = [-1, inner_size] if last else [inner_size, -1]
    else:
        first, second = (outer, inner) if last else (inner, outer)
        pair = [-1 if first is None else first, -1 if second is None else second]
    free_sizes = [sizes[i] if sizes[i] is not None else dynamic[i] for i in free]
    return reshape(moved, pair), free_sizes, known


def _vector(sizes: Any) -> Any:
    """Sizes as a vector, also if there are none."""
    return np.zeros(0, np.int32) if isinstance(sizes, list) and not sizes else sizes


def tensordot(a: Any, b: Any, axes: Any, name: str | None = None) -> Tensor:
    """Products of two tensors summed over pairs of axes.

    Args:
        a, b: numeric tensors of one dtype.
        axes: a number n: the last n axes of a and the first n of b; or a pair of axes or of lists
            of them, those of a and those of b.
        name: the op's name.

    Returns:
        A tensor with the other axes of a and then those of b.

    Raises:
        ValueError: when the axes or their sizes do not fit.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.tensordot([[1, 2], [3, 4]], [1, 1], 1)).tolist()
        [3, 7]
    """
    from pyengine.ops.matmul import matmul

    with name_scope(name, "Tensordot", [a, b, axes]) as scope:
        if not hasattr(a, "dtype") and hasattr(b, "dtype"):
            b = convert_to_tensor(b, name="b")
            a = convert_to_tensor(a, b.dtype.base_dtype, name="a")
        a = convert_to_tensor(a, name="a")
        b = convert_to_tensor(b, None if hasattr(b, "graph") else a.dtype.base_dtype, name="b")
        of_a, of_b = _contracted_axes(axes, a)
        left, sizes_a, known_a = _as_matrix(a, of_a, True)
        right, sizes_b, known_b = _as_matrix(b, of_b, False)
        if isinstance(sizes_a, list) and isinstance(sizes_b, list):
            sizes: Any = [*sizes_a, *sizes_b]
        else:
            sizes = concat([_vector(sizes_a), _vector(sizes_b)], 0)
        product = reshape(matmul(left, right), sizes, name=scope)
        product.set_shape(known_a.concatenate(known_b))
        return product
