"""Dense layers, dropout and flattening."""

from __future__ import annotations

from typing import Any

from pyengine import static
from pyengine.convert import convert_to_tensor
from pyengine.graph import Tensor
from pyengine.initializers import zeros_initializer
from pyengine.layers.base import InputSpec, Layer, activation_of
from pyengine.ops.array import identity, reshape, shape, transpose
from pyengine.ops.declare import whole
from pyengine.ops.joining import concat
from pyengine.ops.math import cast, multiply
from pyengine.ops.matmul import matmul
from pyengine.ops.nn import bias_add
from pyengine.ops.nn import dropout as dropped
from pyengine.shape import TensorShape, as_shape

__all__ = ["Dense", "Dropout", "Flatten", "dense", "dropout", "flatten"]


class Dense(Layer):
    """activation(inputs * kernel + bias), along the last axis.

    Args:
        units: the size of the output's last axis.
        activation: a function of a tensor, or its name; None for none.
        use_bias: whether there is a bias.
        kernel_initializer, bias_initializer: of the variables; Glorot's uniform one, and zeros.
        kernel_regularizer, bias_regularizer, activity_regularizer: functions whose results become
            losses.
        kernel_constraint, bias_constraint: functions that optimizers apply after an update.
        trainable, name, dtype: as for `Layer`.
    """

    def __init__(
        self,
        units: int,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = None,
        bias_initializer: Any = zeros_initializer(),  # noqa: B008 (an initializer has no state)
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        trainable: bool = True,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(trainable, name, activity_regularizer=activity_regularizer, **kwargs)
        self.units = int(whole(units))
        self.activation = activation_of(activation)
        self.use_bias = use_bias
        self.kernel_initializer = kernel_initializer
        self.bias_initializer = bias_initializer
        self.kernel_regularizer = kernel_regularizer
        self.bias_regularizer = bias_regularizer
        self.kernel_constraint = kernel_constraint
        self.bias_constraint = bias_constraint
        self.kernel: Any = None
        self.bias: Any = None
        self.input_spec = InputSpec(min_ndim=2)

    def build(self, input_shape: Any) -> None:
        if not (self._dtype is None or self._dtype.is_floating or self._dtype.is_complex):
            raise TypeError(
                f"Unable to build `Dense` layer with non-floating point dtype {self._dtype!r}"
            )
        size = as_shape(input_shape)[-1].value
        if size is None:
            raise ValueError(
                "The last dimension of the inputs to `Dense` should be defined. Found `None`."
            )
        self.input_spec = InputSpec(min_ndim=2, axes={-1: size})
        self.kernel = self.add_weight(
            "kernel",
            [size, self.units],
            initializer=self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
        )
        if self.use_bias:
            self.bias = self.add_weight(
                "bias",
                [self.units],
                initializer=self.bias_initializer,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
            )
        self.built = True

    def call(self, inputs: Tensor) -> Tensor:
        n = inputs.shape.ndims
        if n == 2:
            out = matmul(inputs, self.kernel)
        else:
            rows = reshape(inputs, [-1, self.kernel.shape[0].value])
            sizes = concat([shape(inputs)[:-1], [self.units]], 0)
            out = reshape(matmul(rows, self.kernel), sizes, name="Tensordot")
            out.set_shape(inputs.shape[:-1].concatenate([self.units]))
        if self.use_bias:
            out = bias_add(out, self.bias)
        return out if self.activation is None else self.activation(out)

    def compute_output_shape(self, input_shape: Any) -> TensorShape:
        return as_shape(input_shape).with_rank_at_least(2)[:-1].concatenate([self.units])


def dense(
    inputs: Any,
    units: int,
    activation: Any = None,
    use_bias: bool = True,
    kernel_initializer: Any = None,
    bias_initializer: Any = zeros_initializer(),  # noqa: B008 (an initializer has no state)
    kernel_regularizer: Any = None,
    bias_regularizer: Any = None,
    activity_regularizer: Any = None,
    kernel_constraint: Any = None,
    bias_constraint: Any = None,
    trainable: bool = True,
    name: str | None = None,
    reuse: Any = None,
) -> Tensor:
    """activation(inputs * kernel + bias), with new variables, or shared ones of that name.

    Args:
        inputs: a tensor of rank 2 or more.
        reuse: whether to share the variables of a layer of the same name: True, or
            `tf.AUTO_REUSE`.
        units, activation, use_bias, kernel_initializer, bias_initializer, kernel_regularizer,
            bias_regularizer, activity_regularizer, kernel_constraint, bias_constraint, trainable,
            name: as for `Dense`.

    Raises:
        ValueError: when the size of the last axis is not known.

    Example:
        >>> import pyengine as tf
        >>> tf.layers.dense(tf.zeros([2, 5]), 3, activation=tf.nn.relu).shape.as_list()
        [2, 3]
    """
    layer = Dense(
        units, activation, use_bias, kernel_initializer, bias_initializer, kernel_regularizer,
        bias_regularizer, activity_regularizer, kernel_constraint, bias_constraint, trainable,
        name, _scope=name, _reuse=reuse,
    )  # fmt: skip
    return layer(inputs)


def known_flag(training: Any) -> bool | None:
    """Whether it is training time, None where only the run knows."""
    if isinstance(training, (bool, int)):
        return bool(training)
    value = static.constant_value(convert_to_tensor(training))
    return None if value is None else bool(value)


class Dropout(Layer):
    """Elements set to 0 at random at training time, the others scaled up.

    Args:
        rate: the share of elements to drop.
        noise_shape: a shape that broadcasts to the input's; elements under one draw go together.
        seed: the op's seed.
        name: as for `Layer`.
    """

    def __init__(
        self,
        rate: Any = 0.5,
        noise_shape: Any = None,
        seed: int | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, **kwargs)
        self.rate = rate
        self.noise_shape = noise_shape
        self.seed = seed

    def call(self, inputs: Tensor, training: Any = False) -> Tensor:
        on = known_flag(training)
        if on is None:
            # A rate of 0 drops nothing and scales by 1.
            rate: Any = multiply(cast(training, inputs.dtype.base_dtype), self.rate)
        elif on:
            rate = self.rate
        else:
            return identity(inputs)
        return dropped(inputs, noise_shape=self.noise_shape, seed=self.seed, rate=rate)

    def compute_output_shape(self, input_shape: Any) -> TensorShape:
        return as_shape(input_shape)


def dropout(
    inputs: Any,
    rate: Any = 0.5,
    noise_shape: Any = None,
    seed: int | None = None,
    training: Any = False,
    name: str | None = None,
) -> Tensor:
    """Elements set to 0 at random where `training` is true, the others scaled by 1 / (1 - rate).

    Args:
        inputs: a floating-point tensor.
        training: a boolean, or a boolean scalar tensor.
        rate, noise_shape, seed, name: as for `Dropout`.
    """
    layer = Dropout(rate, noise_shape, seed, name)
    return layer(inputs, training=training)


class Flatten(Layer):
    """The input as a matrix with a row for each example.

    Args:
        data_format: "channels_last" or "channels_first", for which the channels are moved last.
    """

    def __init__(self, data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.data_format = normalize_format(data_format)
        self.input_spec = InputSpec(min_ndim=1)

    def call(self, inputs: Tensor) -> Tensor:
        n = inputs.shape.ndims or 0
        if self.data_format == "channels_first" and n > 2:
            inputs = transpose(inputs, [0, *range(2, n), 1])
        rows = inputs.shape[0].value
        out = reshape(inputs, [shape(inputs)[0] if rows is None else rows, -1])
        out.set_shape(self.compute_output_shape(inputs.shape))
        return out

    def compute_output_shape(self, input_shape: Any) -> TensorShape:
        sizes = as_shape(input_shape).with_rank_at_least(1)
        if sizes.ndims == 1:
            return sizes.concatenate([1])
        return TensorShape([sizes[0], sizes[1:].num_elements()])


def flatten(inputs: Any, name: str | None = None, data_format: str = "channels_last") -> Tensor:
    """The input as a matrix with a row for each example.

    Args:
        inputs: a tensor whose first axis is the batch.
        name: the layer's name.
        data_format: "channels_last" or "channels_first".

    Example:
        >>> import pyengine as tf
        >>> tf.layers.flatten(tf.zeros([2, 7, 7, 64])).shape.as_list()
        [2, 3136]
    """
    return Flatten(data_format, name=name)(inputs)


def normalize_format(data_format: str | None) -> str:
    """The layout "channels_last" or "channels_first"; raises ValueError for anything else."""
    value = "channels_last" if data_format is None else data_format.lower()
    if value not in ("channels_last", "channels_first"):
        raise ValueError(
            f"The `data_format` argument must be one of channels_first, channels_last. Received: "
            f"{data_format}"
        )
    return value
