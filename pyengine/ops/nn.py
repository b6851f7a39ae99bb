"""Activations and layers of neural networks; `softmax` has the cross-entropies."""

from __future__ import annotations

import collections
from typing import Any

import numpy as np

from pyengine import static
from pyengine.convert import convert_to_tensor
from pyengine.executor.choosing import chosen
from pyengine.graph import Operation, Tensor
from pyengine.ops import elementwise, math, torch_kernels
from pyengine.ops.array import identity, rank, shape
from pyengine.ops.compare import greater_equal
from pyengine.ops.complex import complex as complex_number
from pyengine.ops.complex import imag, real
from pyengine.ops.declare import defop, no_grad, old_names, same_shape, unary, whole
from pyengine.ops.filling import range as range_of
from pyengine.ops.filling import zeros_like
from pyengine.ops.joining import concat, stack
from pyengine.ops.random import random_uniform
from pyengine.ops.reduce import reduce_sum
from pyengine.ops.repetition import where
from pyengine.scopes import (
    name_scope,
)
from pyengine.shape import TensorShape, as_shape

sigmoid, tanh = elementwise.sigmoid, elementwise.tanh

__all__ = [
    "bias_add", "dropout", "elu", "in_top_k", "l2_loss", "l2_normalize", "relu", "relu6",
    "sigmoid", "softplus", "softsign", "tanh", "top_k", "xw_plus_b",
]  # fmt: skip

# ---------------------------------------------------------------- activations


def _where_positive(gradient: Any, features: Any, limit: float | None = None) -> Any:
    on = features > 0 if limit is None else (features > 0) & (features < limit)
    return gradient * on  # as TensorFlow does: an infinite gradient of what is off is a NaN


_relu_grad = defop(
    "ReluGrad",
    "gradients: T, features: T -> T",
    doc="The gradient of relu: that of its output where the input is positive.",
    types={"T": "real"},
    shape=same_shape,
    kernel=lambda xp, gradients, features: _where_positive(gradients, features),
    grad=lambda op, dy: (_relu_grad(dy, op.inputs[1]), zeros_like(op.inputs[1])),
)
relu = unary(
    "Relu",
    doc="The larger of x and 0, elementwise.",
    example=("tf.nn.relu([-1.0, 2.0])", "[0.0, 2.0]"),
    types="real",
    signature="features: T -> T",
    kernel=lambda xp, x: xp.maximum(x, xp.zeros((), x.dtype)),
    torch=torch_kernels.relu,
    grad=lambda op, dy: _relu_grad(dy, op.outputs[0]),
)
_relu6_grad = defop(
    "Relu6Grad",
    "gradients: T, features: T -> T",
    doc="The gradient of relu6: that of its output where the input is between 0 and 6.",
    types={"T": "real"},
    shape=same_shape,
    kernel=lambda xp, gradients, features: _where_positive(gradients, features, 6),
    grad=lambda op, dy: (_relu6_grad(dy, op.inputs[1]), zeros_like(op.inputs[1])),
)
relu6 = unary(
    "Relu6",
    doc="x moved into the range from 0 to 6, elementwise.",
    example=("tf.nn.relu6([-1.0, 2.0, 8.0])", "[0.0, 2.0, 6.0]"),
    types="real",
    signature="features: T -> T",
    kernel=lambda xp, x: xp.clip(x, x.dtype.type(0), x.dtype.type(6)),
    grad=lambda op, dy: _relu6_grad(dy, op.outputs[0]),
)
elu = unary(
    "Elu",
    doc="x where it is positive, else exp(x) - 1, elementwise.",
    example=("tf.nn.elu([0.0, 2.0])", "[0.0, 2.0]"),
    types="float",
    signature="features: T -> T",
    kernel=lambda xp, x: chosen(x > 0, x, xp.expm1(xp.minimum(x, x.dtype.type(0)))),
    grad=lambda op, dy: where(
        greater_equal(op.outputs[0], zeros_like(op.outputs[0])),
        dy,
        math.multiply(dy, math.add(op.outputs[0], math.number(1, dy))),
    ),
)
softplus = unary(
    "Softplus",
    doc="log(1 + exp(x)), elementwise, without overflow.",
    example=("tf.nn.softplus([0.0, 50.0])", "[0.6931471824645996, 50.0]"),
    types="float",
    signature="features: T -> T",
    kernel=lambda xp, x: xp.maximum(x, x.dtype.type(0)) + xp.log1p(xp.exp(-xp.abs(x))),
    grad=lambda op, dy: math.multiply(dy, sigmoid(op.inputs[0])),
)
softsign = unary(
    "Softsign",
    doc="x / (1 + |x|), elementwise.",
    example=("tf.nn.softsign([-1.0, 3.0])", "[-0.5, 0.75]"),
    types="float",
    signature="features: T -> T",
    kernel=lambda xp, x: x / (1 + xp.abs(x)),
    grad=lambda op, dy: math.realdiv(
        dy, elementwise.square(math.add(elementwise.abs(op.inputs[0]), math.number(1, dy)))
    ),
)


# ---------------------------------------------------------------- layers


def _bias_shape(op: Operation) -> TensorShape:
    least = 3 if op.attrs["data_format"] == "NCHW" else 2
    value, bias = op.inputs[0].shape.with_rank_at_least(least), op.inputs[1].shape.with_rank(1)
    if value.sizes is None:
        return value
    at = 1 if op.attrs["data_format"] == "NCHW" else -1
    sizes = value.as_list()
    sizes[at] = value[at].merge_with(bias[0]).value
    return TensorShape(sizes)


def _bias_kernel(xp: Any, value: Any, bias: Any, *, data_format: str) -> Any:
    if data_format == "NCHW":
        bias = bias.reshape((-1,) + (1,) * (value.ndim - 2))
    return value + bias


def _bias_grad(op: Operation, dy: Tensor) -> Any:
    n = op.inputs[0].shape.ndims
    if op.attrs["data_format"] == "NCHW":
        if n is None:
            ranks = concat([[0], range_of(2, rank(dy))], 0)
            return dy, reduce_sum(dy, ranks)
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
    x = convert_to_tensor(value, name="input")
    # Of another dtype, TensorFlow refuses it as a value that cannot be converted.
    b = convert_to_tensor(bias, x.dtype.base_dtype, name="bias")
    return _bias_add(x, b, data_format=inner, name=name)


def xw_plus_b(x: Any, weights: Any, biases: Any, name: str | None = None) -> Tensor:
    """matmul(x, weights) + biases."""
    from pyengine.ops.matmul import matmul

    with name_scope(name, "xw_plus_b", [x, weights, biases]) as scope:
        return bias_add(matmul(x, weights), biases, name=scope)


l2_loss = defop(
    "L2Loss",
    "t: T -> T",
    doc="Half the sum of squares of a tensor, without the square root.",
    example=("tf.nn.l2_loss([3.0, 4.0])", "12.5"),
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

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     kept = sess.run(tf.nn.dropout(tf.ones([1000]), rate=0.5, seed=1))
        >>> sorted(set(kept.tolist()))
        [0.0, 2.0]
    """
    if (keep_prob is None) == (rate is None):
        raise ValueError("dropout needs one of keep_prob and rate")
    if rate is None:
        rate = 1.0 - keep_prob
    if isinstance(rate, (int, float)) and not 0 <= rate < 1:
        raise ValueError(f"rate must be a scalar tensor or a float in the range [0, 1), got {rate}")
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
            value, math.realdiv(math.number(1, value), math.subtract(math.number(1, value), rate))
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
    """x / sqrt(max(sum(x^2), epsilon)) along axes.

    Args:
        x: a tensor of a floating type.
        axis: an axis or a list of them, whose elements make up a vector. Also called `dim`.
        epsilon: the least that the sum of squares is taken for, a number.
        name: the op's name.

    Returns:
        A tensor of the dtype and shape of `x`.
    """
    with name_scope(name, "l2_normalize", [x]) as scope:
        value = convert_to_tensor(x, name="x")
        if value.dtype.is_complex:
            parts = real(value), imag(value)
            squares = math.add(*map(elementwise.square, parts))
            total = reduce_sum(squares, axis, keepdims=True)
            scale = elementwise.rsqrt(math.maximum(total, epsilon))
            re, im = (math.multiply(p, scale) for p in parts)
            return complex_number(re, im, name=scope)
        total = reduce_sum(elementwise.square(value), axis, keepdims=True)
        return math.multiply(value, elementwise.rsqrt(math.maximum(total, epsilon)), name=scope)


def _in_top_k_kernel(xp: Any, predictions: Any, targets: Any, k: int) -> Any:
    rows = np.arange(len(targets))
    valid = (targets >= 0) & (targets < predictions.shape[1])
    of_target = predictions[rows, np.where(valid, targets, 0)][:, None]
    above = np.sum(predictions > of_target, axis=1)
    return valid & (above < k) & np.isfinite(of_target[:, 0])


_in_top_k = defop(
    "InTopKV2",
    "predictions: float32, targets: T, k: host T -> bool",
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

    Example:
        >>> import pyengine as tf
        >>> scores = [[0.1, 0.7, 0.2], [0.5, 0.2, 0.3]]
        >>> tf.get_static_value(tf.nn.in_top_k(scores, [1, 1], k=1)).tolist()
        [True, False]
    """
    return _in_top_k(predictions, targets, whole(k), name=name)


def _top_k_kernel(xp: Any, x: Any, k: int, *, sorted: bool) -> Any:
    if x.shape[-1] < k:
        raise ValueError(f"input must have at least k = {k} columns, it has {x.shape[-1]}")
    if k == 1 and x.shape[-1]:
        order = np.argmax(x, axis=-1)[..., None]
    else:
        # Backwards twice: of equal elements the first comes first, without negating any.
        backwards = np.argsort(x[..., ::-1], axis=-1, kind="stable")[..., ::-1][..., :k]
        order = x.shape[-1] - 1 - backwards
    return np.take_along_axis(x, order, axis=-1), order.astype(np.int32)


def _top_k_shape(op: Operation) -> list[Any]:
    x, k = op.inputs[0].shape.with_rank_at_least(1), static.constant_value(op.inputs[1])
    if k is not None and int(k) < 0:
        raise ValueError(f"Dimension size, given by scalar input 1, must be >= 0 but is {int(k)}")
    if x.sizes is None:
        return [x, x]
    last = x.sizes[-1]
    if k is not None and last is not None and last < int(k):
        raise ValueError(f"input must have last dimension >= k = {int(k)} but is {last}")
    out = TensorShape.of((*x.sizes[:-1], None if k is None else int(k)))
    return [out, out]


def _top_k_grad(op: Operation, d_values: Tensor, d_indices: Any) -> Any:
    from pyengine.ops.array import reshape, shape, size
    from pyengine.ops.filling import range as range_of
    from pyengine.ops.segment import unsorted_segment_sum

    # The rows are laid end to end, and each gradient goes to its element's place.
    x, places = op.inputs[0], op.outputs[1]
    depth = shape(x)[-1]
    rows = math.floordiv(size(x), math.maximum(depth, 1))
    starts = reshape(math.multiply(range_of(0, rows), depth), [-1, 1])
    ids = math.add(reshape(places, [rows, -1]), starts)
    flat = unsorted_segment_sum(reshape(d_values, [-1]), reshape(ids, [-1]), size(x))
    return reshape(flat, shape(x)), None


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


TopKV2 = collections.namedtuple("TopKV2", ["values", "indices"])


def top_k(input: Any, k: Any = 1, sorted: bool = True, name: str | None = None) -> TopKV2:
    """The `k` largest elements along the last axis, largest first, and their positions.

    Args:
        input: a real tensor of rank 1 or more.
        k: how many.
        sorted: accepted; the largest always comes first, and of equal ones the first.
        name: the op's name.

    Returns:
        Two tensors of shape `input.shape[:-1] + [k]`: `values`, and `indices`, of int32.

    Raises:
        ValueError: when there are fewer than k.
    """
    return TopKV2(*_top_k(input, whole(k), sorted=sorted, name=name))
