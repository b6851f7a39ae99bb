"""Transposed convolution layers."""

from __future__ import annotations

from typing import Any

from pyengine.graph import Tensor
from pyengine.initializers import zeros_initializer
from pyengine.layers.convolutional import Conv, graph_format
from pyengine.ops.array import shape
from pyengine.ops.conv_transpose import conv2d_transpose as conv2d_op
from pyengine.ops.conv_transpose import conv3d_transpose as conv3d_op

__all__ = ["Conv2DTranspose", "Conv3DTranspose", "conv2d_transpose", "conv3d_transpose"]


class ConvTranspose(Conv):
    """What transposed convolution layers have in common; see `conv2d_transpose`."""

    def __init__(
        self,
        rank: int,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str = "channels_last",
        *args: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            rank, filters, kernel_size, strides, padding, data_format, 1, *args, **kwargs
        )

    def _kernel_shape(self, channels: int) -> list[int]:
        return [*self.kernel_size, self.filters, channels]

    def call(self, inputs: Tensor) -> Tensor:
        first = self.data_format == "channels_first"
        start = 2 if first else 1
        known, given = inputs.shape.as_list(), shape(inputs)
        sizes = [given[i] if known[i] is None else known[i] for i in range(self.rank + 2)]
        spatial = [
            self._length(sizes[start + i], self.kernel_size[i], self.strides[i])
            for i in range(self.rank)
        ]
        strides = list(self.strides)
        transposed = conv2d_op if self.rank == 2 else conv3d_op
        out = transposed(
            inputs,
            self.kernel,
            [sizes[0], self.filters, *spatial] if first else [sizes[0], *spatial, self.filters],
            [1, 1, *strides] if first else [1, *strides, 1],
            self.padding.upper(),
            graph_format(self.data_format, self.rank),
        )
        return self._finished(out)

    def _length(self, size: Any, kernel: int, stride: int) -> Any:
        """The length of the output, along an axis of a length that may be a tensor."""
        length = size * stride
        if self.padding == "valid":
            length = length + max(kernel - stride, 0)
        return length

    def _settings(self) -> dict[str, Any]:
        found = super()._settings()
        del found["dilation_rate"]
        return found


class Conv2DTranspose(ConvTranspose):
    """A transposed convolution layer for images; for arguments see `conv2d_transpose`."""

    def __init__(self, filters: int, kernel_size: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(2, filters, kernel_size, *args, **kwargs)


class Conv3DTranspose(ConvTranspose):
    """A transposed convolution layer for volumes; for arguments see `conv2d_transpose`."""

    def __init__(self, filters: int, kernel_size: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(3, filters, kernel_size, *args, **kwargs)


def conv2d_transpose(
    inputs: Any,
    filters: int,
    kernel_size: Any,
    strides: Any = (1, 1),
    padding: str = "valid",
    data_format: str = "channels_last",
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
    """A transposed convolution layer for images: `strides` times as high and wide.

    Args:
        inputs, filters, kernel_size, strides, padding, data_format, activation, use_bias,
            kernel_initializer, bias_initializer, kernel_regularizer, bias_regularizer,
            activity_regularizer, kernel_constraint, bias_constraint, trainable, name, reuse: as
            for `conv2d`.
    """
    layer = Conv2DTranspose(
        filters, kernel_size, strides, padding, data_format, activation, use_bias,
        kernel_initializer, bias_initializer, kernel_regularizer, bias_regularizer,
        activity_regularizer, kernel_constraint, bias_constraint, trainable, name,
        _scope=name, _reuse=reuse,
    )  # fmt: skip
    return layer(inputs)


def conv3d_transpose(
    inputs: Any,
    filters: int,
    kernel_size: Any,
    strides: Any = (1, 1, 1),
    padding: str = "valid",
    data_format: str = "channels_last",
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
    """A transposed convolution layer for volumes; arguments as for `conv2d_transpose`."""
    layer = Conv3DTranspose(
        filters, kernel_size, strides, padding, data_format, activation, use_bias,
        kernel_initializer, bias_initializer, kernel_regularizer, bias_regularizer,
        activity_regularizer, kernel_constraint, bias_constraint, trainable, name,
        _scope=name, _reuse=reuse,
    )  # fmt: skip
    return layer(inputs)
