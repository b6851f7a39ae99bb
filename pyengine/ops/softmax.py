"""Softmax, and the cross-entropies that go with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pyengine import static
from pyengine.convert import convert_to_tensor
from pyengine.errors import InvalidArgumentError
from pyengine.executor.threads import in_parallel
from pyengine.graph import Operation, Tensor
from pyengine.ops import elementwise, math, torch_kernels
from pyengine.ops.array import expand_dims, rank, reshape, shape, stop_gradient, transpose
from pyengine.ops.compare import greater_equal
from pyengine.ops.declare import defop, old_names, whole
from pyengine.ops.filling import range as range_of
from pyengine.ops.filling import zeros_like
from pyengine.ops.joining import concat
from pyengine.ops.reduce import reduce_sum
from pyengine.ops.repetition import where
from pyengine.scopes import (
    name_scope,
)
from pyengine.shape import TensorShape

__all__ = [
    "log_softmax",
    "sigmoid_cross_entropy_with_logits",
    "softmax",
    "softmax_cross_entropy_with_logits",
    "softmax_cross_entropy_with_logits_v2",
    "sparse_softmax_cross_entropy_with_logits",
]


_LEAST_FOR_PARTS = 1 << 17
"""Elements from which on softmax is done in parts that are shared out between the threads."""


def _softmax_kernel(xp: Any, x: Any) -> Any:
    if x.size < _LEAST_FOR_PARTS or x.ndim < 2:
        return _softmax_into(x, np.empty_like(x))
    if x.ndim == 2 and x.flags.f_contiguous:
        return _softmax_by_columns(x)
    return _by_rows(_softmax_into, x)


def _softmax_into(x: Any, out: Any) -> Any:
    if x.size:  # no element has a largest one
        # The ufuncs' own reductions: np.max and np.sum take longer to call than to compute a few.
        np.subtract(x, np.maximum.reduce(x, axis=-1, keepdims=True), out=out)
        np.exp(out, out=out)
        np.divide(out, np.add.reduce(out, axis=-1, keepdims=True), out=out)
    return out


def _by_rows(compute: Callable[[Any, Any], Any], x: Any) -> Any:
    """Has `compute(x, out)` work on some of the rows at a time."""
    out = np.empty_like(x)
    step = max(_LEAST_FOR_PARTS * len(x) // max(x.size, 1), 1)
    in_parallel(lambda i, j: compute(x[i:j], out[i:j]), len(x), step)
    return out


def _softmax_by_columns(x: Any) -> Any:
    """Softmax of a column-major matrix, in three passes over blocks of its columns."""
    out = np.empty_like(x)
    columns, results = x.T, out.T
    step = max(_LEAST_FOR_PARTS // len(x), 1)
    largest = np.empty((-(-len(columns) // step), len(x)), x.dtype)
    sums = np.empty_like(largest)

    def find_largest(i: int, j: int) -> None:
        np.max(columns[i:j], axis=0, out=largest[i // step])

    def raise_to_powers(i: int, j: int) -> None:
        part = results[i:j]
        np.subtract(columns[i:j], shift, out=part)
        np.exp(part, out=part)
        np.sum(part, axis=0, out=sums[i // step])

    def divide(i: int, j: int) -> None:
        np.divide(results[i:j], total, out=results[i:j])

    in_parallel(find_largest, len(columns), step)
    shift = largest.max(axis=0)
    in_parallel(raise_to_powers, len(columns), step)
    total = sums.sum(axis=0)
    in_parallel(divide, len(columns), step)
    return out


def _softmax_grad(op: Operation, dy: Tensor) -> Tensor:
    p = op.outputs[0]
    inner = reduce_sum(math.multiply(dy, p), -1, keepdims=True)
    return math.multiply(math.subtract(dy, inner), p)


_softmax = defop(
    "Softmax",
    "logits: T -> T",
    doc="exp(x) / sum(exp(x)) along the last axis.",
    types={"T": "float"},
    shape=lambda op: op.inputs[0].shape.with_rank_at_least(1),
    kernel=_softmax_kernel,
    torch=torch_kernels.softmax,
    grad=_softmax_grad,
)


def _log_softmax_kernel(xp: Any, x: Any) -> Any:
    small = x.size < _LEAST_FOR_PARTS or x.ndim < 2
    return _log_softmax_into(x, np.empty_like(x)) if small else _by_rows(_log_softmax_into, x)


def _log_softmax_into(x: Any, out: Any) -> Any:
    if x.size:
        np.subtract(x, np.max(x, axis=-1, keepdims=True), out=out)
        out -= np.log(np.sum(np.exp(out), axis=-1, keepdims=True))
    return out


_log_softmax = defop(
    "LogSoftmax",
    "logits: T -> T",
    doc="The logarithm of softmax along the last axis.",
    types={"T": "float"},
    shape=lambda op: op.inputs[0].shape.with_rank_at_least(1),
    kernel=_log_softmax_kernel,
    torch=torch_kernels.log_softmax,
    grad=lambda op, dy: math.subtract(
        dy, math.multiply(reduce_sum(dy, -1, keepdims=True), elementwise.exp(op.outputs[0]))
    ),
)


def _along(op: Any, logits: Any, axis: Any, name: str | None) -> Tensor:
    """An op of the last axis, applied along another one."""
    x = convert_to_tensor(logits)
    at = -1 if axis is None else whole(axis)
    n = x.shape.ndims
    if at == -1 or (n is not None and at == n - 1):
        return op(x, name=name)
    if n is None:
        raise ValueError("softmax along an axis that is not the last needs a known rank")
    if not -n <= at < n:
        raise InvalidArgumentError(
            None, None, f"`dim` must be in the range [{-n}, {n}) where {n} is the rank, got {at}"
        )
    perm = list(range(n))
    perm[at], perm[-1] = perm[-1], perm[at]
    return transpose(op(transpose(x, perm)), perm, name=name or "transpose")


@old_names(dim="axis")
def softmax(logits: Any, axis: Any = None, name: str | None = None) -> Tensor:
    """exp(x) / sum(exp(x)) along an axis, computed without overflow.

    Args:
        logits: a floating-point tensor of rank 1 or more.
        axis: the axis, the last by default. Also called `dim`.
        name: the op's name.

    Returns:
        A tensor like `logits` whose sums along the axis are 1.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.nn.softmax([[0.0, 0.0]])).tolist()
        [[0.5, 0.5]]
    """
    return _along(_softmax, logits, axis, name)


@old_names(dim="axis")
def log_softmax(logits: Any, axis: Any = None, name: str | None = None) -> Tensor:
    """The logarithm of `softmax`, exact where softmax itself would be 0.

    Args:
        logits: a tensor of a floating type.
        axis: the axis of the classes, the last one by default. Also called `dim`.
        name: the op's name.

    Returns:
        A tensor of the same dtype and shape.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.math.log_softmax([5.0, float("-inf")])).tolist()
        [0.0, -inf]
    """
    return _along(_log_softmax, logits, axis, name)


# ---------------------------------------------------------------- cross-entropies


def _xent_kernel(xp: Any, logits: Any, labels: Any) -> Any:
    logits, labels = xp.broadcast_arrays(logits, labels)
    log_p = _log_softmax_kernel(xp, logits)
    # A label of 0 takes no part, even where the logarithm is minus infinity.
    loss = -xp.sum(xp.where(labels == 0, labels, labels * log_p), axis=-1, dtype=logits.dtype)
    return loss, xp.exp(log_p) - labels


def _xent_grad(op: Operation, d_loss: Tensor, d_backprop: Any) -> Any:
    logits, backprop = op.inputs[0], op.outputs[1]
    grad = math.multiply(expand_dims(d_loss, -1), backprop)
    if not _is_zero(d_backprop):
        p = softmax(logits)
        inner = reduce_sum(math.multiply(d_backprop, p), -1, keepdims=True)
        grad = math.add(grad, math.multiply(math.subtract(d_backprop, inner), p))
    return grad, math.negative(math.multiply(expand_dims(d_loss, -1), log_softmax(logits)))


def _is_zero(tensor: Any) -> bool:
    """Whether a gradient is the zeros that stand for "nothing depends on this output"."""
    if tensor is None or tensor.op.type == "ZerosLike":
        return True
    value = static.constant_value(tensor)
    return value is not None and not np.any(value)


_xent = defop(
    "SoftmaxCrossEntropyWithLogits",
    "features: T, labels: T -> T, T",
    doc="The cross-entropy of the softmax of logits, and its gradient.",
    types={"T": "float"},
    shape=lambda op: [
        (both := op.inputs[0].shape.with_rank(2).merge_with(op.inputs[1].shape))[:1],
        both,
    ],
    kernel=_xent_kernel,
    grad=_xent_grad,
)


@old_names(dim="axis")
def softmax_cross_entropy_with_logits_v2(
    labels: Any, logits: Any, axis: Any = None, name: str | None = None
) -> Tensor:
    """The cross-entropy between labels and the softmax of logits, for each example.

    Args:
        labels: probabilities along the class axis; gradients flow into them too.
        logits: unscaled log-probabilities of the same shape.
        axis: the class axis, the last by default. Also called `dim`.
        name: the op's name.

    Returns:
        A tensor without the class axis.

    Raises:
        ValueError: without labels or logits.
    """
    if labels is None or logits is None:
        raise ValueError("Both labels and logits must be provided.")
    x = convert_to_tensor(logits, name="logits")
    y = convert_to_tensor(labels, x.dtype if not hasattr(labels, "graph") else None, name="labels")
    n, at = x.shape.ndims, -1 if axis is None else whole(axis)
    if n is not None and not -n <= at < n:
        raise ValueError(f"axis {at} is out of range for logits of rank {n}")
    if n is None and at != -1:
        perm: Any = _last(x, at)
        x, y = transpose(x, perm), transpose(y, perm)
    elif n is not None and at not in (-1, n - 1):
        perm = [i for i in range(n) if i != at % n] + [at % n]
        x, y = transpose(x, perm), transpose(y, perm)
    y = math.cast(y, x.dtype.base_dtype)
    flat = [reshape(t, [-1, last_size(t)]) for t in (x, y)] if n != 2 else [x, y]
    loss = _xent(*flat, name=name)[0]
    if n == 2:
        return loss
    out = reshape(loss, shape(x)[:-1])
    if n is not None:
        out.set_shape(x.shape[:-1])
    return out


def _last(x: Tensor, axis: int) -> Tensor:
    """The permutation that brings an axis to the end, for a tensor of a rank that a run knows."""
    n = rank(x)
    at = math.floormod(axis, n)
    return concat([range_of(0, at), range_of(math.add(at, 1), n), [at]], 0)


def last_size(t: Tensor) -> Any:
    known = t.shape[-1].value if t.shape.ndims else None
    return shape(t)[-1] if known is None else known


@old_names(dim="axis")
def softmax_cross_entropy_with_logits(
    _sentinel: Any = None,
    labels: Any = None,
    logits: Any = None,
    axis: Any = -1,
    name: str | None = None,
) -> Tensor:
    """As `softmax_cross_entropy_with_logits_v2`, with no gradient into the labels."""
    _by_keyword("softmax_cross_entropy_with_logits", _sentinel, labels, logits)
    labels = stop_gradient(labels, name="labels_stop_gradient")
    return softmax_cross_entropy_with_logits_v2(labels, logits, axis, name)


def _by_keyword(function: str, sentinel: Any, labels: Any, logits: Any) -> None:
    if sentinel is not None:
        raise ValueError(
            f"Only call `{function}` with named arguments (labels=..., logits=..., ...)"
        )
    if labels is None or logits is None:
        raise ValueError("Both labels and logits must be provided.")


def _sparse_xent_kernel(xp: Any, logits: Any, labels: Any) -> Any:
    bad = (labels < 0) | (labels >= logits.shape[1])
    if np.any(bad):
        raise InvalidArgumentError(
            None,
            None,
            f"Received a label value of {labels[bad][0]} which is outside the valid range of "
            f"[0, {logits.shape[1]}).",
        )
    log_p = _log_softmax_kernel(xp, logits)
    rows = np.arange(len(labels))
    backprop = xp.exp(log_p)
    backprop[rows, labels] -= 1
    return -log_p[rows, labels], backprop


def _sparse_xent_grad(op: Operation, d_loss: Tensor, d_backprop: Any) -> Any:
    grad = math.multiply(expand_dims(d_loss, -1), op.outputs[1])
    if not _is_zero(d_backprop):
        p = softmax(op.inputs[0])
        inner = reduce_sum(math.multiply(d_backprop, p), -1, keepdims=True)
        grad = math.add(grad, math.multiply(math.subtract(d_backprop, inner), p))
    return grad, None


def _sparse_xent_shape(op: Operation) -> list[TensorShape]:
    logits, labels = op.inputs[0].shape.with_rank(2), op.inputs[1].shape.with_rank(1)
    return [logits[:1].merge_with(labels), logits]


_sparse_xent = defop(
    "SparseSoftmaxCrossEntropyWithLogits",
    "features: T, labels: Tlabels -> T, T",
    doc="The cross-entropy of the softmax of logits with class numbers, and its gradient.",
    types={"T": "float", "Tlabels": "index"},
    shape=_sparse_xent_shape,
    kernel=_sparse_xent_kernel,
    grad=_sparse_xent_grad,
)


def sparse_softmax_cross_entropy_with_logits(
    _sentinel: Any = None, labels: Any = None, logits: Any = None, name: str | None = None
) -> Tensor:
    """The cross-entropy between class numbers and the softmax of logits, for each example.

    Args:
        labels: int32 or int64 class numbers, counted from 0, of shape [d0, d1, ...].
        logits: unscaled log-probabilities of shape [d0, d1, ..., classes].
        name: the op's name.

    Returns:
        A tensor of the shape of the labels.

    Raises:
        ValueError: when the shapes do not fit, or without labels or logits.
        tf.errors.InvalidArgumentError: at run time, for a class that is not there.
    """
    _by_keyword("sparse_softmax_cross_entropy_with_logits", _sentinel, labels, logits)
    x, y = convert_to_tensor(logits), convert_to_tensor(labels)
    if (
        x.shape.ndims is not None
        and y.shape.ndims is not None
        and y.shape.ndims != x.shape.ndims - 1
    ):
        raise ValueError(
            f"Rank mismatch: Rank of labels (received {y.shape.ndims}) should equal rank of logits "
            f"minus 1 (received {x.shape.ndims})."
        )
    if x.shape.ndims == 2:
        return _sparse_xent(x, y, name=name)[0]
    loss = _sparse_xent(reshape(x, [-1, last_size(x)]), reshape(y, [-1]), name=name)[0]
    out = reshape(loss, shape(y))
    out.set_shape(y.shape)
    return out


def sigmoid_cross_entropy_with_logits(
    _sentinel: Any = None, labels: Any = None, logits: Any = None, name: str | None = None
) -> Tensor:
    """max(x, 0) - x * z + log(1 + exp(-|x|)): the cross-entropy of sigmoid(x) with labels z.

    Args:
        labels: z, probabilities in [0, 1], of the shape and dtype of the logits.
        logits: x, a floating-point tensor.
        name: the name scope.

    Returns:
        A tensor of the shape of the logits: the loss of each element.

    Raises:
        ValueError: when the shapes differ, or without labels or logits.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     loss = tf.nn.sigmoid_cross_entropy_with_logits(labels=[1.0, 0.0], logits=[0.0, 0.0])
        ...     [round(x, 4) for x in sess.run(loss).tolist()]
        [0.6931, 0.6931]
    """
    _by_keyword("sigmoid_cross_entropy_with_logits", _sentinel, labels, logits)
    with name_scope(name, "logistic_loss", [logits, labels]) as scope:
        x = convert_to_tensor(logits, name="logits")
        z = convert_to_tensor(
            labels, x.dtype if not hasattr(labels, "graph") else None, name="labels"
        )
        try:
            z.shape.merge_with(x.shape)
        except ValueError:
            raise ValueError(
                f"logits and labels must have the same shape ({x.shape} vs {z.shape})"
            ) from None
        zero = zeros_like(x)
        positive = greater_equal(x, zero)
        relu_x = where(positive, x, zero)
        minus_abs = where(positive, math.negative(x), x)
        return math.add(
            math.subtract(relu_x, math.multiply(x, z)),
            elementwise.log1p(elementwise.exp(minus_abs)),
            name=scope,
        )
