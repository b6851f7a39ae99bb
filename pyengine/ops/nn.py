"""Activations, softmax, cross-entropies and the other layers of neural networks."""

from __future__ import annotations

from typing import Any

import numpy as np

from pyengine import static
from pyengine.convert import convert_to_tensor
from pyengine.errors import InvalidArgumentError
from pyengine.graph import Operation, Tensor, name_scope
from pyengine.ops import math
from pyengine.ops.array import (
    expand_dims,
    identity,
    rank,
    reshape,
    shape,
    stack,
    stop_gradient,
    transpose,
    where,
    zeros_like,
)
from pyengine.ops.array import range as range_of
from pyengine.ops.compare import greater_equal
from pyengine.ops.declare import defop, no_grad, old_names, same_shape, unary, whole
from pyengine.ops.random import random_uniform
from pyengine.ops.reduce import reduce_mean, reduce_sum
from pyengine.shape import TensorShape, as_shape

sigmoid, tanh = math.sigmoid, math.tanh

__all__ = [
    "bias_add", "dropout", "elu", "in_top_k", "l2_loss", "l2_normalize", "leaky_relu",
    "log_softmax", "moments", "relu", "relu6", "sigmoid", "sigmoid_cross_entropy_with_logits",
    "softmax", "softmax_cross_entropy_with_logits", "softmax_cross_entropy_with_logits_v2",
    "softplus", "softsign", "sparse_softmax_cross_entropy_with_logits", "tanh", "top_k",
    "xw_plus_b",
]  # fmt: skip

# ---------------------------------------------------------------- activations


def _where_positive(gradient: Any, features: Any, limit: float | None = None) -> Any:
    on = features > 0 if limit is None else (features > 0) & (features < limit)
    return np.where(on, gradient, np.zeros((), gradient.dtype))


_relu_grad = defop(
    "ReluGrad",
    "gradients: T, features: T -> T",
    doc="The gradient of relu: that of its output where the input is positive.",
    types={"T": "real"},
    shape=same_shape,
    kernel=lambda xp, gradients, features: _where_positive(gradients, features),
    grad=lambda op, dy: (_relu_grad(dy, op.inputs[1]), None),
)
relu = unary(
    "Relu",
    doc="The larger of x and 0, elementwise.",
    types="real",
    signature="features: T -> T",
    kernel=lambda xp, x: xp.maximum(x, xp.zeros((), x.dtype)),
    grad=lambda op, dy: _relu_grad(dy, op.outputs[0]),
)
_relu6_grad = defop(
    "Relu6Grad",
    "gradients: T, features: T -> T",
    doc="The gradient of relu6: that of its output where the input is between 0 and 6.",
    types={"T": "real"},
    shape=same_shape,
    kernel=lambda xp, gradients, features: _where_positive(gradients, features, 6),
    grad=lambda op, dy: (_relu6_grad(dy, op.inputs[1]), None),
)
relu6 = unary(
    "Relu6",
    doc="x moved into the range from 0 to 6, elementwise.",
    types="real",
    signature="features: T -> T",
    kernel=lambda xp, x: xp.clip(x, x.dtype.type(0), x.dtype.type(6)),
    grad=lambda op, dy: _relu6_grad(dy, op.outputs[0]),
)
elu = unary(
    "Elu",
    doc="x where it is positive, else exp(x) - 1, elementwise.",
    types="float",
    signature="features: T -> T",
    kernel=lambda xp, x: xp.where(x > 0, x, xp.expm1(xp.minimum(x, x.dtype.type(0)))),
    grad=lambda op, dy: where(
        greater_equal(op.outputs[0], zeros_like(op.outputs[0])),
        dy,
        math.multiply(dy, math.add(op.outputs[0], math._number(1, dy))),
    ),
)
softplus = unary(
    "Softplus",
    doc="log(1 + exp(x)), elementwise, without overflow.",
    types="float",
    signature="features: T -> T",
    kernel=lambda xp, x: xp.maximum(x, x.dtype.type(0)) + xp.log1p(xp.exp(-xp.abs(x))),
    grad=lambda op, dy: math.multiply(dy, sigmoid(op.inputs[0])),
)
softsign = unary(
    "Softsign",
    doc="x / (1 + |x|), elementwise.",
    types="float",
    signature="features: T -> T",
    kernel=lambda xp, x: x / (1 + xp.abs(x)),
    grad=lambda op, dy: math.realdiv(
        dy, math.square(math.add(math.abs(op.inputs[0]), math._number(1, dy)))
    ),
)


def leaky_relu(features: Any, alpha: Any = 0.2, name: str | None = None) -> Tensor:
    """x where it is positive, else `alpha` * x, elementwise."""
    with name_scope(name, "LeakyRelu", [features]) as scope:
        x = convert_to_tensor(features, name="features")
        return math.maximum(math.multiply(x, alpha), x, name=scope)


# ---------------------------------------------------------------- softmax


def _softmax_kernel(xp: Any, x: Any) -> Any:
    e = x - xp.max(x, axis=-1, keepdims=True)
    xp.exp(e, out=e)
    e /= xp.sum(e, axis=-1, keepdims=True)
    return e


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
    grad=_softmax_grad,
)


def _log_softmax_kernel(xp: Any, x: Any) -> Any:
    shifted = x - xp.max(x, axis=-1, keepdims=True)
    return shifted - xp.log(xp.sum(xp.exp(shifted), axis=-1, keepdims=True))


_log_softmax = defop(
    "LogSoftmax",
    "logits: T -> T",
    doc="The logarithm of softmax along the last axis.",
    types={"T": "float"},
    shape=lambda op: op.inputs[0].shape.with_rank_at_least(1),
    kernel=_log_softmax_kernel,
    grad=lambda op, dy: math.subtract(
        dy, math.multiply(reduce_sum(dy, -1, keepdims=True), math.exp(op.outputs[0]))
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
    """The logarithm of `softmax`, exact where softmax itself would be 0."""
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
    labels: Any = None, logits: Any = None, axis: Any = None, name: str | None = None
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
    if n is not None and at not in (-1, n - 1):
        perm = [i for i in range(n) if i != at % n] + [at % n]
        x, y = transpose(x, perm), transpose(y, perm)
    flat = [reshape(t, [-1, _classes(t)]) for t in (x, y)] if n != 2 else [x, y]
    loss = _xent(*flat, name=name)[0]
    if n == 2:
        return loss
    out = reshape(loss, shape(x)[:-1])
    if n is not None:
        out.set_shape(x.shape[:-1])
    return out


def _classes(t: Tensor) -> Any:
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
    loss = _sparse_xent(reshape(x, [-1, _classes(x)]), reshape(y, [-1]), name=name)[0]
    out = reshape(loss, shape(y))
    out.set_shape(y.shape)
    return out


def sigmoid_cross_entropy_with_logits(
    _sentinel: Any = None, labels: Any = None, logits: Any = None, name: str | None = None
) -> Tensor:
    """max(x, 0) - x * z + log(1 + exp(-|x|)): the cross-entropy of sigmoid(x) with labels z.

    Raises:
        ValueError: when the shapes differ, or without labels or logits.
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
            math.subtract(relu_x, math.multiply(x, z)), math.log1p(math.exp(minus_abs)), name=scope
        )


# ---------------------------------------------------------------- layers


def _bias_shape(op: Operation) -> TensorShape:
    value, bias = op.inputs[0].shape.with_rank_at_least(2), op.inputs[1].shape.with_rank(1)
    if value.sizes is None:
        return value
    at = 1 if op.attrs["data_format"] == "NCHW" else -1
    value[at].merge_with(bias[0])
    return value


def _bias_kernel(xp: Any, value: Any, bias: Any, *, data_format: str) -> Any:
    if data_format == "NCHW":
        bias = bias.reshape((-1,) + (1,) * (value.ndim - 2))
    return value + bias


def _bias_grad(op: Operation, dy: Tensor) -> Any:
    n = op.inputs[0].shape.ndims
    if op.attrs["data_format"] == "NCHW":
        if n is None:
            raise NotImplementedError("the gradient of bias_add in NCHW needs a known rank")
        return dy, reduce_sum(dy, [i for i in range(n) if i != 1])
    if n is not None:
        return dy, reduce_sum(dy, list(range(n - 1)))
    return dy, reduce_sum(dy, range_of(0, math.subtract(rank(dy), 1)))


_bias_add = defop(
    "BiasAdd",
    "value: T, bias: T -> T",
    doc="A value plus a bias for each channel.",
    types={"T": "number"},
    attrs={"data_format": "NHWC"},
    shape=_bias_shape,
    kernel=_bias_kernel,
    grad=_bias_grad,
)


def bias_add(
    value: Any, bias: Any, data_format: str | None = None, name: str | None = None
) -> Tensor:
    """`value` plus the vector `bias`, one element for each channel.

    Args:
        value: a tensor of rank 2 or more.
        bias: a vector, as long as the channel axis: the last one, or the second for "NCHW".
        data_format: "NHWC", the default, or "NCHW".
        name: the op's name.

    Raises:
        ValueError: for another format, or when the sizes differ.
    """
    layout = data_format or "NHWC"
    if not layout.startswith("N"):
        raise ValueError(f"data_format must be of the form `N...C` or `NC...`, got {data_format!r}")
    inner = "NCHW" if layout.startswith("NC") and layout != "NC" else "NHWC"
    return _bias_add(value, bias, data_format=inner, name=name)


def xw_plus_b(x: Any, weights: Any, biases: Any, name: str | None = None) -> Tensor:
    """matmul(x, weights) + biases."""
    from pyengine.ops.matmul import matmul

    with name_scope(name, "xw_plus_b", [x, weights, biases]) as scope:
        return bias_add(matmul(x, weights), biases, name=scope)


l2_loss = defop(
    "L2Loss",
    "t: T -> T",
    doc="Half the sum of squares of a tensor, without the square root.",
    types={"T": "float"},
    shape=lambda op: [],
    kernel=lambda xp, t: xp.sum(t * t, dtype=t.dtype) / t.dtype.type(2),
    grad=lambda op, dy: math.multiply(op.inputs[0], dy),
)


def dropout(
    x: Any,
    keep_prob: Any = None,
    noise_shape: Any = None,
    seed: int | None = None,
    name: str | None = None,
    rate: Any = None,
) -> Tensor:
    """Elements set to 0 at random, the others scaled up so that sums stay the same on average.

    Args:
        x: a floating-point tensor.
        keep_prob: the probability that an element is kept; 1 - rate.
        noise_shape: a shape that broadcasts to that of `x`; elements under one draw go together.
        seed: the op's seed.
        name: the name scope.
        rate: the probability that an element is dropped.

    Raises:
        ValueError: for a probability outside of [0, 1], an integer tensor, or neither or both of
            keep_prob and rate.
    """
    if (keep_prob is None) == (rate is None):
        raise ValueError("dropout needs one of keep_prob and rate")
    if rate is None:
        rate = 1.0 - keep_prob
    if isinstance(rate, (int, float)) and not 0 <= rate <= 1:
        raise ValueError(f"rate must be a scalar tensor or a float in the range [0, 1], got {rate}")
    with name_scope(name, "dropout", [x]) as scope:
        value = convert_to_tensor(x, name="x")
        if not value.dtype.is_floating:
            raise ValueError(
                f"x has to be a floating point tensor since it's going to be scaled. Got a "
                f"{value.dtype!r} tensor instead."
            )
        if isinstance(rate, (int, float)) and rate == 0:
            return value
        rate = convert_to_tensor(rate, value.dtype.base_dtype, name="rate")
        sizes = shape(value) if noise_shape is None else _noise_shape(value, noise_shape)
        # In [0, 1): kept where it is not below the rate, which happens with probability 1 - rate.
        draw = random_uniform(sizes, seed=seed, dtype=value.dtype.base_dtype)
        scaled = math.multiply(
            value, math.realdiv(math._number(1, value), math.subtract(math._number(1, value), rate))
        )
        kept = math.multiply(scaled, math.cast(greater_equal(draw, rate), value.dtype.base_dtype))
        kept.set_shape(value.shape)
        return identity(kept, name=scope) if name else kept


def _noise_shape(x: Tensor, noise_shape: Any) -> Any:
    """A shape whose unknown sizes are those of x."""
    try:
        given = as_shape(noise_shape)
    except (TypeError, ValueError):
        return noise_shape
    if given.is_fully_defined() or given.ndims != x.shape.ndims:
        return noise_shape
    sizes = shape(x)
    return stack([sizes[i] if s is None else s for i, s in enumerate(given.as_list())])


@old_names(dim="axis")
def l2_normalize(
    x: Any, axis: Any = None, epsilon: float = 1e-12, name: str | None = None
) -> Tensor:
    """x / sqrt(max(sum(x^2), epsilon)) along axes."""
    with name_scope(name, "l2_normalize", [x]) as scope:
        value = convert_to_tensor(x, name="x")
        total = reduce_sum(math.square(value), axis, keepdims=True)
        return math.multiply(value, math.rsqrt(math.maximum(total, epsilon)), name=scope)


@old_names(keep_dims="keepdims")
def moments(
    x: Any, axes: Any, shift: Any = None, name: str | None = None, keepdims: bool = False
) -> tuple[Tensor, Tensor]:
    """The mean and the variance of a tensor along axes."""
    from pyengine.ops.array import squeeze

    with name_scope(name, "moments", [x]):
        value = convert_to_tensor(x, name="x")
        mean = reduce_mean(value, axes, keepdims=True, name="mean")
        spread = math.squared_difference(value, stop_gradient(mean))
        variance = reduce_mean(spread, axes, keepdims=True, name="variance")
        if keepdims:
            return mean, variance
        return squeeze(mean, axes), squeeze(variance, axes)


def _in_top_k_kernel(xp: Any, predictions: Any, targets: Any, k: int) -> Any:
    rows = np.arange(len(targets))
    valid = (targets >= 0) & (targets < predictions.shape[1])
    of_target = predictions[rows, np.where(valid, targets, 0)][:, None]
    above = np.sum(predictions > of_target, axis=1)
    return valid & (above < k) & np.isfinite(of_target[:, 0])


_in_top_k = defop(
    "InTopKV2",
    "predictions: float32, targets: T, k: host index -> bool",
    doc="Whether the targets are among the k largest predictions.",
    types={"T": "index"},
    shape=lambda op: (
        op.inputs[0].shape.with_rank(2)[:1].merge_with(op.inputs[1].shape.with_rank(1))
    ),
    kernel=_in_top_k_kernel,
    grad=no_grad("its output is boolean"),
)


def in_top_k(predictions: Any, targets: Any, k: Any, name: str | None = None) -> Tensor:
    """For each row, whether the class `targets[i]` is among the `k` largest predictions.

    Args:
        predictions: a float32 matrix of shape [batch, classes].
        targets: int32 or int64 class numbers.
        k: how many count as the top; ties at the border all do.
        name: the op's name.
    """
    return _in_top_k(predictions, targets, whole(k), name=name)


def _top_k_kernel(xp: Any, x: Any, k: int, *, sorted: bool) -> Any:
    if x.shape[-1] < k:
        raise ValueError(f"input must have at least k = {k} columns, it has {x.shape[-1]}")
    order = np.argsort(-x, axis=-1, kind="stable")[..., :k]
    return np.take_along_axis(x, order, axis=-1), order.astype(np.int32)


def _top_k_shape(op: Operation) -> list[Any]:
    x, k = op.inputs[0].shape.with_rank_at_least(1), static.constant_value(op.inputs[1])
    if x.sizes is None:
        return [x, x]
    last = x.sizes[-1]
    if k is not None and last is not None and last < int(k):
        raise ValueError(f"input must have last dimension >= k = {int(k)} but is {last}")
    out = TensorShape.of((*x.sizes[:-1], None if k is None else int(k)))
    return [out, out]


def _top_k_grad(op: Operation, d_values: Tensor, d_indices: Any) -> Any:
    from pyengine.ops.array import one_hot

    depth = _classes(op.inputs[0])
    places = one_hot(op.outputs[1], depth, dtype=d_values.dtype)
    return reduce_sum(math.multiply(places, expand_dims(d_values, -1)), -2), None


_top_k = defop(
    "TopKV2",
    "input: T, k: host index -> T, int32",
    doc="The k largest elements along the last axis, and their positions.",
    types={"T": "real"},
    attrs={"sorted": True},
    shape=_top_k_shape,
    kernel=_top_k_kernel,
    grad=_top_k_grad,
)


def top_k(input: Any, k: Any = 1, sorted: bool = True, name: str | None = None) -> list[Tensor]:
    """The `k` largest elements along the last axis, largest first, and their positions.

    Raises:
        ValueError: when there are fewer than k.
    """
    return _top_k(input, whole(k), sorted=sorted, name=name)
