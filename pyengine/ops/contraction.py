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
from pyengine.ops.array import reshape, shape, transpose
from pyengine.ops.declare import REQUIRED, defop, whole
from pyengine.ops.joining import concat
from pyengine.ops.math import conj
from pyengine.scopes import name_scope
from pyengine.shape import UNKNOWN, TensorShape, broadcast

__all__ = ["einsum", "tensordot"]

# ---------------------------------------------------------------- einsum


def _labels(subscripts: str) -> list[str]:
    """The labels of one tensor; an ellipsis is one of them."""
    return re.findall(r"\.\.\.|[A-Za-z]", subscripts)


def _parse(equation: str) -> tuple[list[list[str]], list[str]]:
    """The labels of each input and of the output."""
    left, _, right = equation.partition("->")
    return [_labels(part) for part in left.split(",")], _labels(right)


def _sizes_by_label(labels: list[str], sizes: Sequence[Any]) -> dict[str, Any]:
    """The size of each axis; that of an ellipsis is a tuple."""
    extra = len(sizes) - len(labels) + ("..." in labels)
    if extra < 0 or ("..." not in labels and len(labels) != len(sizes)):
        raise ValueError(
            f"Expected input of rank {len(labels)} for the subscripts {''.join(labels)!r}, got "
            f"rank {len(sizes)}"
        )
    found: dict[str, Any] = {}
    at = 0
    for label in labels:
        n = extra if label == "..." else 1
        value = tuple(sizes[at : at + n]) if label == "..." else sizes[at]
        at += n
        if label != "..." and None not in (found.get(label), value) and found[label] != value:
            raise ValueError(f"the sizes {found[label]} and {value} of {label!r} differ")
        if found.get(label) is None:
            found[label] = value
    return found


def _all_sizes(inputs: list[list[str]], shapes: Sequence[Any]) -> dict[str, Any]:
    """The size of each label over all inputs; raises ValueError if two of them differ."""
    known: dict[str, Any] = {}
    for labels, sizes in zip(inputs, shapes):
        if sizes is None:
            if "..." in labels:
                known["..."] = None
            continue
        for label, size in _sizes_by_label(labels, sizes).items():
            if label == "...":
                if known.get("...", ()) is not None:
                    mine, theirs = TensorShape.of(size), TensorShape.of(known.get("...", ()))
                    known["..."] = broadcast(mine, theirs).sizes
            elif None not in (known.get(label), size) and known[label] != size:
                raise ValueError(f"the sizes {known[label]} and {size} of {label!r} differ")
            elif known.get(label) is None:
                known[label] = size
    return known


def _einsum_shape(op: Operation) -> TensorShape:
    inputs, output = _parse(op.attrs["equation"])
    known = _all_sizes(inputs, [t.shape.sizes for t in op.inputs])
    if "..." in output and known.get("...") is None:
        return UNKNOWN
    sizes: list[int | None] = []
    for label in output:
        sizes += known["..."] if label == "..." else [known.get(label)]
    return TensorShape.of(tuple(sizes))


def _einsum_kernel(xp: Any, *inputs: Any, N: int, equation: str) -> Any:
    _all_sizes(_parse(equation)[0], [x.shape for x in inputs])  # NumPy would stretch ones
    dtype = inputs[0].dtype
    if dtype.kind not in "fciu":  # NumPy's einsum does not know bfloat16
        inputs = tuple(x.astype(np.float32) for x in inputs)
    result = np.einsum(equation, *inputs, optimize=N > 1)
    return np.asarray(result).astype(dtype, copy=False)


def _einsum_grad(op: Operation, dy: Tensor) -> Any:
    return [_input_grad(op, i, dy) for i in range(len(op.inputs))]


def _input_grad(op: Operation, i: int, dy: Tensor) -> Tensor:
    """The gradient of input i: the other inputs and dy contracted to its labels."""
    from pyengine.ops.filling import eye, ones

    inputs, output = _parse(op.attrs["equation"])
    x, labels = op.inputs[i], inputs[i]
    factors = [conj(t) for j, t in enumerate(op.inputs) if j != i] + [dy]
    subscripts = ["".join(o) for j, o in enumerate(inputs) if j != i] + ["".join(output)]
    taken = "".join([*subscripts, *labels])
    spare = iter(c for c in string.ascii_letters if c not in taken)
    sizes, result, at = shape(x), "", 0
    for label in labels:
        size = sizes[at]
        if label == "...":
            at -= len(labels)  # the axes after it are counted from the end
        elif label in result:
            # A label named twice took a diagonal, which is where its gradient goes.
            factors.append(eye(size, dtype=dy.dtype))
            label, first = next(spare), label
            subscripts.append(first + label)
        elif label not in "".join(subscripts):
            # A label that only this input has was summed over: its gradient is the same all along.
            factors.append(ones(reshape(size, [1]), dy.dtype))
            subscripts.append(label)
        result += label
        at += 1
    slope = _einsum(factors, subscripts, result)
    return _summed_like(slope, x) if "..." in labels else slope


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
    attrs={"N": REQUIRED, "equation": REQUIRED},
    shape=_einsum_shape,
    kernel=_einsum_kernel,
    grad=_einsum_grad,
)


def _einsum(tensors: Sequence[Any], inputs: Sequence[str], output: str, name: Any = None) -> Tensor:
    result: Tensor = _einsum_op(
        list(tensors), N=len(tensors), equation=",".join(inputs) + "->" + output, name=name
    )
    return result


def _spelled(equation: str, count: int) -> tuple[list[str], str]:
    """The subscripts of the inputs and of the output, the latter worked out if it is not given."""
    equation = equation.replace(" ", "")
    if not re.fullmatch(r"[A-Za-z,.]*(->[A-Za-z.]*)?", equation):
        raise ValueError(f"Indices have incorrect format: {equation}")
    left, arrow, output = equation.partition("->")
    inputs = left.split(",")
    if len(inputs) != count:
        raise ValueError(
            f"Got {count} arguments for equation {equation!r}, expecting {len(inputs)}"
        )
    for labels in [*inputs, output]:
        if labels.replace("...", "", 1).count("."):
            raise ValueError(f"Period character found outside of an ellipsis in {labels!r}")
    joined = "".join(inputs)
    if not arrow:
        once = sorted(c for c in set(joined) - {"."} if joined.count(c) == 1)
        output = ("..." if "..." in joined else "") + "".join(once)
    for c in _labels(output):
        if output.count(c) > 1:
            raise ValueError(f"Output contains repeated label {c!r}")
        if c not in joined:
            raise ValueError(f"Unknown output label {c!r} in equation {equation!r}")
    if "..." in joined and "..." not in output:
        raise ValueError(f"the ellipsis of {equation!r} must be in its output too")
    return inputs, output


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
    return _einsum(tensors, *_spelled(equation, len(tensors)), name or "einsum")


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
    from pyengine.ops.array import rank
    from pyengine.ops.compare import less
    from pyengine.ops.filling import range as sequence
    from pyengine.ops.gathering import gather
    from pyengine.ops.reduce import reduce_prod
    from pyengine.ops.repetition import where
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
