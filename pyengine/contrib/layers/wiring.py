"""Layers as functions that make variables named "weights" and "biases"."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

from pyengine.contrib.framework.arg_scope import add_arg_scope
from pyengine.contrib.layers.initializers import xavier_initializer
from pyengine.convert import convert_to_tensor
from pyengine.graph import Tensor
from pyengine.graph_keys import GraphKeys
from pyengine.initializers import zeros_initializer
from pyengine.layers.convolutional import normalize_tuple
from pyengine.layers.core import dropout as dropout_layer
from pyengine.layers.core import flatten as flatten_layer
from pyengine.ops import pooling, window
from pyengine.ops.array import reshape, shape
from pyengine.ops.convolution import convolve
from pyengine.ops.declare import whole
from pyengine.ops.filling import one_hot
from pyengine.ops.joining import concat
from pyengine.ops.matmul import matmul
from pyengine.ops.nn import bias_add as add_bias
from pyengine.ops.nn import relu as relu_op
from pyengine.ops.nn import relu6 as relu6_op
from pyengine.scopes import add_to_collections
from pyengine.variable_scope import get_variable, variable_scope

__all__ = [
    "avg_pool2d", "bias_add", "conv1d", "conv2d", "conv3d", "convolution", "convolution1d",
    "convolution2d", "convolution3d", "dropout", "flatten", "fully_connected", "linear",
    "max_pool2d", "one_hot_encoding", "relu", "relu6", "repeat", "stack",
]  # fmt: skip


def variable(
    name: str, size: Any, dtype: Any, initializer: Any, regularizer: Any, trainable: bool,
    variables_collections: Any,
) -> Any:  # fmt: skip
    """A model variable in the current scope."""
    named = variables_collections
    if isinstance(variables_collections, dict):
        named = variables_collections.get(name)
    more = [named] if isinstance(named, str) else list(named or ())
    keys = [GraphKeys.GLOBAL_VARIABLES, GraphKeys.MODEL_VARIABLES, *more]
    return get_variable(
        name, size, dtype, initializer, regularizer, trainable=trainable,
        collections=list(dict.fromkeys(keys)),
    )  # fmt: skip


def collected(out: Tensor, outputs_collections: Any) -> Tensor:
    """The output, after it is added to collections."""
    if outputs_collections:
        add_to_collections(outputs_collections, out)
    return out


def finished(
    out: Tensor,
    channels: int,
    normalizer_fn: Any,
    normalizer_params: Any,
    bias: Callable[[Tensor], Tensor],
    activation_fn: Any,
    outputs_collections: Any,
) -> Tensor:
    """The output after a normalization or else a bias, and an activation."""
    if normalizer_fn is not None:
        out = normalizer_fn(out, **(normalizer_params or {}))
    else:
        out = bias(out)
    if activation_fn is not None:
        out = activation_fn(out)
    return collected(out, outputs_collections)


@add_arg_scope
def fully_connected(
    inputs: Any,
    num_outputs: Any,
    activation_fn: Any = relu_op,
    normalizer_fn: Any = None,
    normalizer_params: Any = None,
    weights_initializer: Any = None,
    weights_regularizer: Any = None,
    biases_initializer: Any = zeros_initializer(),  # noqa: B008 (an initializer has no state)
    biases_regularizer: Any = None,
    reuse: Any = None,
    variables_collections: Any = None,
    outputs_collections: Any = None,
    trainable: bool = True,
    scope: Any = None,
) -> Tensor:
    """activation_fn(inputs * weights + biases), along the last axis.

    Args:
        inputs: a tensor of rank 2 or more, whose last size is known.
        num_outputs: the size of the output's last axis.
        activation_fn: a function of the output; relu by default, None for none.
        normalizer_fn, normalizer_params: a function to use in place of biases, such as
            `batch_norm`, and its arguments.
        weights_initializer, biases_initializer: Xavier's, and zeros; None for no biases.
        weights_regularizer, biases_regularizer: functions whose results become losses.
        reuse: whether to share the variables of a layer of the same scope.
        variables_collections: collections for the variables, or a dict of them by name.
        outputs_collections: collections for the output.
        trainable: whether the variables are trained.
        scope: the variable scope.

    Raises:
        ValueError: when the last size is not known.

    Example:
        >>> import pyengine as tf
        >>> tf.contrib.layers.fully_connected(tf.zeros([2, 5]), 3).shape.as_list()
        [2, 3]
    """
    units = whole(num_outputs)
    if not isinstance(units, int):
        raise ValueError(f"num_outputs type should be one of int, got {type(num_outputs).__name__}")
    with variable_scope(scope, "fully_connected", [inputs], reuse=reuse):
        x = convert_to_tensor(inputs)
        size = x.shape.with_rank_at_least(2)[-1].value
        if size is None:
            raise ValueError("The last dimension of the inputs to `Dense` should be defined.")
        dtype = x.dtype.base_dtype
        weights = variable(
            "weights", [size, units], dtype, weights_initializer or xavier_initializer(),
            weights_regularizer, trainable, variables_collections,
        )  # fmt: skip
        if x.shape.ndims == 2:
            out = matmul(x, weights)
        else:
            flat = matmul(reshape(x, [-1, size]), weights)
            out = reshape(flat, concat([shape(x)[:-1], [units]], 0))
            out.set_shape(x.shape[:-1].concatenate([units]))

        def bias(out: Tensor) -> Tensor:
            if biases_initializer is None:
                return out
            made = variable(
                "biases", [units], dtype, biases_initializer, biases_regularizer, trainable,
                variables_collections,
            )  # fmt: skip
            return add_bias(out, made)

        return finished(
            out, units, normalizer_fn, normalizer_params, bias, activation_fn, outputs_collections
        )


@add_arg_scope
def convolution(
    inputs: Any,
    num_outputs: Any,
    kernel_size: Any,
    stride: Any = 1,
    padding: str = "SAME",
    data_format: str | None = None,
    rate: Any = 1,
    activation_fn: Any = relu_op,
    normalizer_fn: Any = None,
    normalizer_params: Any = None,
    weights_initializer: Any = None,
    weights_regularizer: Any = None,
    biases_initializer: Any = zeros_initializer(),  # noqa: B008 (an initializer has no state)
    biases_regularizer: Any = None,
    reuse: Any = None,
    variables_collections: Any = None,
    outputs_collections: Any = None,
    trainable: bool = True,
    scope: Any = None,
    conv_dims: int | None = None,
) -> Tensor:
    """A convolution over one, two or three axes, with biases and an activation.

    Args:
        inputs: a tensor [batch, *sizes, channels], or channels second if `data_format` says so.
        num_outputs: the channels of the output.
        kernel_size: the size of the window: a number, or one for each axis.
        stride: its step.
        padding: "SAME" or "VALID".
        data_format: the layout, such as "NHWC".
        rate: the distance of the window's elements; not with steps above 1.
        activation_fn, normalizer_fn, normalizer_params, weights_initializer, weights_regularizer,
            biases_initializer, biases_regularizer, reuse, variables_collections,
            outputs_collections, trainable, scope: as for `fully_connected`.
        conv_dims: the number of axes that the input must have.

    Raises:
        ValueError: for another layout, rank or padding.
    """
    with variable_scope(scope, "Conv", [inputs], reuse=reuse):
        x = convert_to_tensor(inputs)
        if x.shape.ndims not in (3, 4, 5):
            raise ValueError(f"Convolution not supported for input with rank {x.shape.ndims}")
        rank = x.shape.ndims - 2
        if conv_dims is not None and conv_dims != rank:
            raise ValueError(
                f"Convolution expects input with rank {conv_dims + 2}, got {x.shape.ndims}"
            )
        layout = window.check_format(data_format, rank)
        first = window.is_channels_first(layout)
        channels = x.shape[1 if first else -1].value
        if channels is None:
            raise ValueError("The channel dimension of the inputs should be defined.")
        units, dtype = int(whole(num_outputs)), x.dtype.base_dtype
        weights = variable(
            "weights", [*normalize_tuple(kernel_size, rank, "kernel_size"), channels, units],
            dtype, weights_initializer or xavier_initializer(), weights_regularizer, trainable,
            variables_collections,
        )  # fmt: skip
        out = convolve(
            x, weights, padding.upper(), list(normalize_tuple(stride, rank, "stride")),
            list(normalize_tuple(rate, rank, "rate")), layout, None,
            ("conv1d", "Conv2D", "Conv3D")[rank - 1],
        )  # fmt: skip

        def bias(out: Tensor) -> Tensor:
            if biases_initializer is None:
                return out
            made = variable(
                "biases", [units], dtype, biases_initializer, biases_regularizer, trainable,
                variables_collections,
            )  # fmt: skip
            return add_bias(out, made, data_format="NCHW" if first else "NHWC")

        return finished(
            out, units, normalizer_fn, normalizer_params, bias, activation_fn, outputs_collections
        )


def _of_rank(rank: int, what: str) -> Any:
    def function(
        inputs: Any, num_outputs: Any, kernel_size: Any, *args: Any, **kwargs: Any
    ) -> Tensor:
        kwargs["conv_dims"] = rank
        return convolution(inputs, num_outputs, kernel_size, *args, **kwargs)

    function.__name__ = function.__qualname__ = f"convolution{rank}d"
    function.__doc__ = f"`convolution` of {what}, with its arguments."
    known = inspect.signature(convolution)
    wanted = [p for name, p in known.parameters.items() if name != "conv_dims"]
    function.__signature__ = known.replace(parameters=wanted)  # type: ignore[attr-defined]
    return function


convolution1d = add_arg_scope(_of_rank(1, "sequences [batch, length, channels]"))
convolution2d = add_arg_scope(_of_rank(2, "images [batch, height, width, channels]"))
convolution3d = add_arg_scope(_of_rank(3, "volumes [batch, depth, height, width, channels]"))
conv1d, conv2d, conv3d = convolution1d, convolution2d, convolution3d


@add_arg_scope
def dropout(
    inputs: Any,
    keep_prob: Any = 0.5,
    noise_shape: Any = None,
    is_training: Any = True,
    outputs_collections: Any = None,
    scope: Any = None,
    seed: int | None = None,
) -> Tensor:
    """Elements kept with a probability where `is_training`, and scaled by 1 / keep_prob.

    Args:
        inputs: a floating-point tensor.
        keep_prob: the probability.
        noise_shape: a shape that broadcasts to the input's; elements under one draw go together.
        is_training: a boolean, or a boolean scalar tensor.
        outputs_collections: collections for the output.
        scope: the variable scope.
        seed: the op's seed.
    """
    with variable_scope(scope, "Dropout", [inputs]):
        out = dropout_layer(inputs, 1 - keep_prob, noise_shape, seed, is_training)
        return collected(out, outputs_collections)


@add_arg_scope
def flatten(inputs: Any, outputs_collections: Any = None, scope: Any = None) -> Tensor:
    """The input as a matrix with a row for each example.

    Args:
        inputs: of shape [batch, ...].
        outputs_collections: collections for the output.
        scope: the variable scope.

    Returns:
        A tensor of shape [batch, elements].

    Example:
        >>> import pyengine as tf
        >>> tf.contrib.layers.flatten(tf.zeros([2, 3, 4])).shape.as_list()
        [2, 12]
    """
    with variable_scope(scope, "Flatten", [inputs]):
        x = convert_to_tensor(inputs)
        if x.shape.ndims is None or x.shape.ndims < 2:
            raise ValueError("Inputs must have a least 2 dimensions.")
        return collected(flatten_layer(x), outputs_collections)


def _pooled(
    function: Any, default: str, inputs: Any, kernel_size: Any, stride: Any, padding: str,
    data_format: str, outputs_collections: Any, scope: Any,
) -> Tensor:  # fmt: skip
    with variable_scope(scope, default, [inputs]):
        out = function(
            inputs, list(normalize_tuple(kernel_size, 2, "kernel_size")),
            list(normalize_tuple(stride, 2, "stride")), padding.upper(), data_format,
        )  # fmt: skip
        return collected(out, outputs_collections)


@add_arg_scope
def max_pool2d(
    inputs: Any,
    kernel_size: Any,
    stride: Any = 2,
    padding: str = "VALID",
    data_format: str = "NHWC",
    outputs_collections: Any = None,
    scope: Any = None,
) -> Tensor:
    """The largest element of each window of images.

    Args:
        inputs: images [batch, height, width, channels], or as `data_format` says.
        kernel_size, stride: the window's size and step: a number, or one for each axis.
        padding: "VALID" or "SAME".
        data_format: "NHWC" or "NCHW".
        outputs_collections: collections for the output.
        scope: the variable scope.
    """
    return _pooled(
        pooling.max_pool, "MaxPool2D", inputs, kernel_size, stride, padding, data_format,
        outputs_collections, scope,
    )  # fmt: skip


@add_arg_scope
def avg_pool2d(
    inputs: Any,
    kernel_size: Any,
    stride: Any = 2,
    padding: str = "VALID",
    data_format: str = "NHWC",
    outputs_collections: Any = None,
    scope: Any = None,
) -> Tensor:
    """The mean of each window of images; arguments as for `max_pool2d`.

    Args:
        inputs: images [batch, height, width, channels], or channels second.
        kernel_size: the size of the window: an integer, or two.
        stride: its step, likewise.
        padding: "VALID" or "SAME".
        data_format: "NHWC" or "NCHW".
        outputs_collections: collections for the output.
        scope: the variable scope.

    Returns:
        A tensor of the dtype of `inputs`.

    Example:
        >>> import pyengine as tf
        >>> tf.contrib.layers.avg_pool2d(tf.zeros([1, 8, 8, 3]), 2).shape.as_list()
        [1, 4, 4, 3]
    """
    return _pooled(
        pooling.avg_pool, "AvgPool2D", inputs, kernel_size, stride, padding, data_format,
        outputs_collections, scope,
    )  # fmt: skip


@add_arg_scope
def bias_add(
    inputs: Any,
    activation_fn: Any = None,
    initializer: Any = zeros_initializer(),  # noqa: B008 (an initializer has no state)
    regularizer: Any = None,
    reuse: Any = None,
    variables_collections: Any = None,
    outputs_collections: Any = None,
    trainable: bool = True,
    data_format: str = "NHWC",
    scope: Any = None,
) -> Tensor:
    """The input plus a bias for each channel; arguments as for `fully_connected`."""
    with variable_scope(scope, "BiasAdd", [inputs], reuse=reuse):
        x = convert_to_tensor(inputs)
        size = x.shape[1 if window.is_channels_first(data_format) else -1].value
        if size is None:
            raise ValueError("`C` dimension must be known but is None")
        biases = variable(
            "biases", [size], x.dtype.base_dtype, initializer, regularizer, trainable,
            variables_collections,
        )  # fmt: skip
        out = add_bias(x, biases, data_format=data_format)
        return collected(activation_fn(out) if activation_fn else out, outputs_collections)


@add_arg_scope
def one_hot_encoding(
    labels: Any,
    num_classes: int,
    on_value: Any = 1.0,
    off_value: Any = 0.0,
    outputs_collections: Any = None,
    scope: Any = None,
) -> Tensor:
    """Class numbers as vectors with `on_value` at their place.

    Args:
        labels: classes, an integer tensor.
        num_classes: how many there are.
        on_value, off_value: what stands for a class, and for the others.
        outputs_collections: collections for the output.
        scope: the variable scope.

    Returns:
        A tensor of one rank more, of the dtype of `on_value`.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     sess.run(tf.contrib.layers.one_hot_encoding([1, 0], 2)).tolist()
        [[0.0, 1.0], [1.0, 0.0]]
    """
    with variable_scope(scope, "OneHotEncoding", [labels]):
        out = one_hot(labels, int(whole(num_classes)), on_value=on_value, off_value=off_value)
        return collected(out, outputs_collections)


def repeat(inputs: Any, repetitions: int, layer: Any, *args: Any, **kwargs: Any) -> Any:
    """A layer applied to its own output, several times.

    Args:
        inputs: the first input.
        repetitions: how often.
        layer: a function of an input that takes `scope`.
        args, kwargs: its other arguments.
    """
    scope = kwargs.pop("scope", None)
    with variable_scope(scope, "Repeat", [inputs]):
        name = _name_of(layer, "repeat") if scope is None else scope
        out = convert_to_tensor(inputs)
        for i in range(int(whole(repetitions))):
            out = layer(out, *args, **{**kwargs, "scope": f"{name}_{i + 1}"})
        return out


def _name_of(layer: Any, default: str) -> str:
    inner = getattr(layer, "func", None)  # of a functools.partial
    return str(getattr(layer, "__name__", None) or getattr(inner, "__name__", default))


def stack(inputs: Any, layer: Any, stack_args: Any, **kwargs: Any) -> Any:
    """Layers of one kind on top of each other, with their own arguments.

    Args:
        inputs: the first input.
        layer: a function of an input that takes `scope`.
        stack_args: for each layer its arguments, one or a list.
        kwargs: arguments of all layers.

    Raises:
        ValueError: for arguments that are no list.

    Example:
        >>> import pyengine as tf
        >>> x = tf.zeros([2, 5])
        >>> tf.contrib.layers.stack(x, tf.contrib.layers.fully_connected, [8, 4]).shape.as_list()
        [2, 4]
    """
    scope, reuse = kwargs.pop("scope", None), kwargs.pop("reuse", None)
    if not isinstance(stack_args, (list, tuple)):
        raise ValueError("stack_args need to be a list or tuple")
    with variable_scope(scope, "Stack", [inputs], reuse=reuse):
        name = _name_of(layer, "stack") if scope is None else scope
        out = convert_to_tensor(inputs)
        for i, given in enumerate(stack_args):
            arguments = given if isinstance(given, (list, tuple)) else [given]
            out = layer(out, *arguments, **{**kwargs, "scope": f"{name}_{i + 1}"})
        return out


def _with_activation(activation: Any, what: str) -> Any:
    def function(inputs: Any, num_outputs: Any, *args: Any, **kwargs: Any) -> Tensor:
        return fully_connected(inputs, num_outputs, activation, *args, **kwargs)

    function.__name__ = function.__qualname__ = what
    function.__doc__ = f"""`fully_connected` with the activation {what}.

Args:
    inputs: a tensor of shape [batch, ..., depth].
    num_outputs: the size of the last axis of the output.
    *args, **kwargs: the arguments of `fully_connected` from `normalizer_fn` on.

Returns:
    A tensor of shape [batch, ..., num_outputs].
"""
    return function


relu = _with_activation(relu_op, "relu")
relu6 = _with_activation(relu6_op, "relu6")
linear = _with_activation(None, "linear")
