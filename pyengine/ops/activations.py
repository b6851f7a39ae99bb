"""Activations beside those in `nn`: leaky, self-normalizing, gated, concatenated."""

from __future__ import annotations

from typing import Any

import numpy as np

from pyengine import dtypes
from pyengine.convert import convert_to_tensor
from pyengine.executor.choosing import chosen
from pyengine.graph import Operation, Tensor
from pyengine.ops.compare import less
from pyengine.ops.declare import defop, same_shape, unary, whole
from pyengine.ops.elementwise import sigmoid
from pyengine.ops.filling import zeros_like
from pyengine.ops.joining import concat
from pyengine.ops.math import cast, multiply, negative
from pyengine.ops.matmul import matmul
from pyengine.ops.nn import bias_add, relu
from pyengine.ops.repetition import where
from pyengine.scopes import name_scope

__all__ = ["crelu", "leaky_relu", "relu_layer", "selu", "silu", "swish"]

# The constants of Klambauer et al., https://arxiv.org/abs/1706.02515
_SELU_SCALE = 1.0507009873554804934193349852946
_SELU_SLOPE = 1.7580993408473768599402175208123  # scale times alpha


# Attributes are float32 in TensorFlow, whatever the dtype of the tensors.
def _leaky_kernel(xp: Any, x: Any, *, alpha: float) -> Any:
    return chosen(x > 0, x, x * x.dtype.type(np.float32(alpha)))


def _leaky_grad_kernel(xp: Any, dy: Any, x: Any, *, alpha: float) -> Any:
    return chosen(x > 0, dy, dy * dy.dtype.type(np.float32(alpha)))


_leaky_relu_grad = defop(
    "LeakyReluGrad",
    "gradients: T, features: T -> T",
    doc="The gradient of leaky_relu.",
    types={"T": "float"},
    attrs={"alpha": 0.2},
    shape=same_shape,
    kernel=_leaky_grad_kernel,
    grad=lambda op, d: (_leaky_relu_grad(d, op.inputs[1], alpha=op.attrs["alpha"]), None),
)
_leaky_relu = defop(
    "LeakyRelu",
    "features: T -> T",
    doc="x where it is positive, else alpha * x, elementwise.",
    types={"T": "float"},
    attrs={"alpha": 0.2},
    shape=same_shape,
    kernel=_leaky_kernel,
    grad=lambda op, dy: _leaky_relu_grad(dy, op.inputs[0], alpha=op.attrs["alpha"]),
)


def leaky_relu(features: Any, alpha: Any = 0.2, name: str | None = None) -> Tensor:
    """x where it is positive, else `alpha` * x, elementwise.

    Args:
        features: a floating-point tensor; integers become float32.
        alpha: the slope for negative numbers.
        name: the op's name.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.nn.leaky_relu([-1.0, 2.0], alpha=0.5)).tolist()
        [-0.5, 2.0]
    """
    with name_scope(name, "LeakyRelu", [features]) as scope:
        x = convert_to_tensor(features, name="features")
        if x.dtype.is_integer:
            x = cast(x, dtypes.float32)
        if hasattr(alpha, "graph"):
            return where(less(zeros_like(x), x), x, multiply(x, alpha), name=scope)
        return _leaky_relu(x, alpha=float(alpha), name=scope)


def _selu_kernel(xp: Any, x: Any) -> Any:
    kind = x.dtype.type
    low = kind(_SELU_SLOPE) * xp.expm1(xp.minimum(x, kind(0)))
    return chosen(x > 0, kind(_SELU_SCALE) * x, low)


def _selu_grad_kernel(xp: Any, dy: Any, y: Any) -> Any:
    kind = dy.dtype.type
    return dy * chosen(y < 0, y + kind(_SELU_SLOPE), kind(_SELU_SCALE))


def _selu_second(op: Operation, d: Tensor) -> Any:
    dy, y = op.inputs
    return _selu_grad(d, y), where(less(y, zeros_like(y)), multiply(d, dy), zeros_like(y))


_selu_grad = defop(
    "SeluGrad",
    "gradients: T, outputs: T -> T",
    doc="The gradient of selu, from its output.",
    types={"T": "float"},
    shape=same_shape,
    kernel=_selu_grad_kernel,
    grad=_selu_second,
)
selu = unary(
    "Selu",
    doc="scale * x where x is positive, else scale * alpha * (exp(x) - 1), elementwise.",
    example=("tf.nn.selu([0.0, 1.0])", "[0.0, 1.0507010221481323]"),
    types="float",
    signature="features: T -> T",
    kernel=_selu_kernel,
    grad=lambda op, dy: _selu_grad(dy, op.outputs[0]),
)


def swish(features: Any, beta: Any = 1.0) -> Tensor:
    """x * sigmoid(beta * x), elementwise; also called `silu`.

    Args:
        features: a floating-point tensor.
        beta: a number or scalar tensor.
    """
    x = convert_to_tensor(features, name="features")
    if not hasattr(beta, "graph") and np.ndim(beta) == 0 and float(beta) == 1.0:
        return multiply(x, sigmoid(x))
    return multiply(x, sigmoid(multiply(cast(convert_to_tensor(beta), x.dtype), x)))


silu = swish


def crelu(features: Any, name: str | None = None, axis: Any = -1) -> Tensor:
    """relu of x and of -x, joined along an axis, which becomes twice as long.

    See Shang et al., https://arxiv.org/abs/1603.05201
    """
    with name_scope(name, "CRelu", [features]) as scope:
        x = convert_to_tensor(features, name="features")
        return relu(concat([x, negative(x)], whole(axis), name=scope))


def relu_layer(x: Any, weights: Any, biases: Any, name: str | None = None) -> Tensor:
    """relu(matmul(x, weights) + biases)."""
    with name_scope(name, "relu_layer", [x, weights, biases]) as scope:
        x = convert_to_tensor(x, name="x")
        weights = convert_to_tensor(weights, name="weights")
        biases = convert_to_tensor(biases, name="biases")
        return relu(bias_add(matmul(x, weights), biases), name=scope)
