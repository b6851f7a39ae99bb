"""Convolution layers over one, two and three axes."""

from __future__ import annotations

from typing import Any

from pyengine.graph import Tensor
from pyengine.initializers import zeros_initializer
from pyengine.layers.base import InputSpec, Layer, activation_of
from pyengine.layers.core import normalize_format
from pyengine.ops import window
from pyengine.ops.convolution import convolve
from pyengine.ops.declare import whole
from pyengine.ops.nn import bias_add
from pyengine.shape import as_shape

__all__ = ["Conv1D", "Conv2D", "Conv3D", "conv1d", "conv2d", "conv3d"]


def normalize_tuple(value: Any, n: int, name: str) -> tuple[int, ...]:
    """A number for each axis, of one number or of as many.

    Raises:
        ValueError: for something else.
    """
    value = whole(list(value) if isinstance(value, tuple) else value)
    found = [value] * n if isinstance(value, int) else value
    if not isinstance(found, list) or len(found) != n or not all(isinstance(v, int) for v in found):
        raise ValueError(
            f"The `{name}` argument must be a tuple of {n} integers. Received: {value}"
        )
    return tuple(found)


def normalize_padding(padding: str) -> str:
    """The padding "valid" or "same"; raises ValueError for anything else."""
    found = padding.lower()
    if found not in ("valid", "same"):
        raise ValueError(
            f'The `padding` argument must be one of "valid", "same". Received: {padding}'
        )
    return found


def graph_format(data_format: str, rank: int) -> str:
    """The ops' name of a layout."""
    return window.FORMATS[rank][data_format == "channels_first"]


def channels_of(input_shape: Any, data_format: str) -> int:
    """The number of channels; raises ValueError where it is not known."""
    found = as_shape(input_shape)[1 if data_format == "channels_first" else -1].value
    if found is None:
        raise ValueError("The channel dimension of the inputs should be defined. Found `None`.")
    return int(found)


class Conv(Layer):
    """What convolution layers have in common; for arguments see `conv2d`."""

    def __init__(
        self,
        rank: int,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str = "channels_last",
        dilation_rate: Any = 1,
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
        self.rank = rank
        self.filters = int(whole(filters))
        self.kernel_size = normalize_tuple(kernel_size, rank, "kernel_size")
        self.strides = normalize_tuple(strides, rank, "strides")
        self.padding = normalize_padding(padding)
        self.data_format = normalize_format(data_format)
        self.dilation_rate = normalize_tuple(dilation_rate, rank, "dilation_rate")
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
        self.input_spec = InputSpec(ndim=rank + 2)

    def _kernel_shape(self, channels: int) -> list[int]:
        return [*self.kernel_size, channels, self.filters]

    def build(self, input_shape: Any) -> None:
        channels = channels_of(input_shape, self.data_format)
        self.kernel = self.add_weight(
            "kernel",
            self._kernel_shape(channels),
            initializer=self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
        )
        self._build_bias()
        self._expect(channels)

    def _build_bias(self) -> None:
        if self.use_bias:
            self.bias = self.add_weight(
                "bias",
                [self.filters],
                initializer=self.bias_initializer,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
            )

    def _expect(self, channels: int) -> None:
        axis = 1 if self.data_format == "channels_first" else -1
        self.input_spec = InputSpec(ndim=self.rank + 2, axes={axis: channels})
        self.built = True

    def call(self, inputs: Tensor) -> Tensor:
        return self._finished(
            convolve(
                inputs,
                self.kernel,
                self.padding.upper(),
                list(self.strides),
                list(self.dilation_rate),
                graph_format(self.data_format, self.rank),
                None,
                ("conv1d", "Conv2D", "Conv3D")[self.rank - 1],
            )
        )

    def _finished(self, out: Tensor) -> Tensor:
        """The output with its bias and activation."""
        if self.use_bias:
            layout = "NCHW" if self.data_format == "channels_first" else "NHWC"
            out = bias_add(out, self.bias, data_format=layout)
        return out if self.activation is None else self.activation(out)

    def _settings(self) -> dict[str, Any]:
        return {
            "filters": self.filters, "kernel_size": self.kernel_size, "strides": self.strides,
            "padding": self.padding, "data_format": self.data_format,
            "dilation_rate": self.dilation_rate,
        }  # fmt: skip


class Conv1D(Conv):
    """A convolution layer for sequences [batch, length, channels]; for arguments see `conv1d`."""

    def __init__(self, filters: int, kernel_size: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(1, filters, kernel_size, *args, **kwargs)


class Conv2D(Conv):
    """A convolution layer for images [batch, height, width, channels]; see `conv2d`."""

    def __init__(self, filters: int, kernel_size: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(2, filters, kernel_size, *args, **kwargs)


class Conv3D(Conv):
    """A convolution layer for volumes [batch, depth, height, width, channels]; see `conv3d`."""

    def __init__(self, filters: int, kernel_size: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(3, filters, kernel_size, *args, **kwargs)


def conv1d(
    inputs: Any,
    filters: int,
    kernel_size: Any,
    strides: Any = 1,
    padding: str = "valid",
    data_format: str = "channels_last",
    dilation_rate: Any = 1,
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
    """A convolution layer for sequences [batch, length, channels]; arguments as for `conv2d`."""
    layer = Conv1D(
        filters, kernel_size, strides, padding, data_format, dilation_rate, activation, use_bias,
        kernel_initializer, bias_initializer, kernel_regularizer, bias_regularizer,
        activity_regularizer, kernel_constraint, bias_constraint, trainable, name,
        _scope=name, _reuse=reuse,
    )  # fmt: skip
    return layer(inputs)


def conv2d(
    inputs: Any,
    filters: int,
    kernel_size: Any,
    strides: Any = (1, 1),
    padding: str = "valid",
    data_format: str = "channels_last",
    dilation_rate: Any = (1, 1),
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
    """A convolution layer for images, with new variables, or shared ones of that name.

    Args:
        inputs: images [batch, height, width, channels], or channels second.
        filters: the channels of the output.
        kernel_size: the size of the window: a number, or one for each axis.
        strides: the step of the window.
        padding: "valid" or "same".
        data_format: "channels_last" or "channels_first".
        dilation_rate: the distance of the window's elements; not with strides above 1.
        activation: a function of a tensor, or its name; None for none.
        use_bias: whether there is a bias.
        kernel_initializer, bias_initializer: of the variables; Glorot's uniform one, and zeros.
        kernel_regularizer, bias_regularizer, activity_regularizer: functions whose results become
            losses.
        kernel_constraint, bias_constraint: functions that optimizers apply after an update.
        trainable: whether the variables are trained.
        name: the layer's name, and that of its variable scope.
        reuse: whether to share the variables of a layer of the same name: True, or
            `tf.AUTO_REUSE`.

    Raises:
        ValueError: when the number of channels is not known, or the arguments do not fit.

    Example:
        >>> import pyengine as tf
        >>> tf.layers.conv2d(tf.zeros([1, 28, 28, 1]), 32, 5, padding="same").shape.as_list()
        [1, 28, 28, 32]
    """
    layer = Conv2D(
        filters, kernel_size, strides, padding, data_format, dilation_rate, activation, use_bias,
        kernel_initializer, bias_initializer, kernel_regularizer, bias_regularizer,
        activity_regularizer, kernel_constraint, bias_constraint, trainable, name,
        _scope=name, _reuse=reuse,
    )  # fmt: skip
    return layer(inputs)


def conv3d(
    inputs: Any,
    filters: int,
    kernel_size: Any,
    strides: Any = (1, 1, 1),
    padding: str = "valid",
    data_format: str = "channels_last",
    dilation_rate: Any = (1, 1, 1),
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
    """A convolution layer for volumes [batch, depth, height, width, channels]; see `conv2d`."""
    layer = Conv3D(
        filters, kernel_size, strides, padding, data_format, dilation_rate, activation, use_bias,
        kernel_initializer, bias_initializer, kernel_regularizer, bias_regularizer,
        activity_regularizer, kernel_constraint, bias_constraint, trainable, name,
        _scope=name, _reuse=reuse,
    )  # fmt: skip
    return layer(inputs)
