"""Pooling layers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyengine.graph import Tensor
from pyengine.layers.base import InputSpec, Layer
from pyengine.layers.convolutional import graph_format, normalize_padding, normalize_tuple
from pyengine.layers.core import normalize_format
from pyengine.ops import pooling as ops

__all__ = [
    "AveragePooling1D", "AveragePooling2D", "AveragePooling3D", "MaxPooling1D", "MaxPooling2D",
    "MaxPooling3D", "average_pooling1d", "average_pooling2d", "average_pooling3d", "max_pooling1d",
    "max_pooling2d", "max_pooling3d",
]  # fmt: skip


class _Pooling(Layer):
    """What pooling layers have in common."""

    _rank: int
    _pool: Callable[..., Tensor]

    def __init__(
        self,
        pool_size: Any,
        strides: Any,
        padding: str = "valid",
        data_format: str = "channels_last",
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, **kwargs)
        self.pool_size = normalize_tuple(pool_size, self._rank, "pool_size")
        self.strides = normalize_tuple(
            pool_size if strides is None else strides, self._rank, "strides"
        )
        self.padding = normalize_padding(padding)
        self.data_format = normalize_format(data_format)
        self.input_spec = InputSpec(ndim=self._rank + 2)

    def call(self, inputs: Tensor) -> Tensor:
        layout = graph_format(self.data_format, self._rank)
        pool = type(self)._pool
        return pool(inputs, list(self.pool_size), list(self.strides), self.padding.upper(), layout)

    def _settings(self) -> dict[str, Any]:
        return {
            "pool_size": self.pool_size, "strides": self.strides, "padding": self.padding,
            "data_format": self.data_format,
        }  # fmt: skip


def _layer(name: str, rank: int, pool: Callable[..., Tensor], what: str) -> Any:
    """The class of a pooling layer."""
    doc = f"""{what} of each window, over {rank} ax{"is" if rank == 1 else "es"}.

    Args:
        pool_size: the size of the window: a number, or one for each axis.
        strides: its step.
        padding: "valid" or "same".
        data_format: "channels_last" or "channels_first".
        name: the layer's name.
    """
    members = {"_rank": rank, "_pool": staticmethod(pool), "__doc__": doc, "__module__": __name__}
    return type(name, (_Pooling,), members)


MaxPooling1D: Any = _layer("MaxPooling1D", 1, ops.max_pool1d, "The largest element")
MaxPooling2D: Any = _layer("MaxPooling2D", 2, ops.max_pool, "The largest element")
MaxPooling3D: Any = _layer("MaxPooling3D", 3, ops.max_pool3d, "The largest element")
AveragePooling1D: Any = _layer("AveragePooling1D", 1, ops.avg_pool1d, "The mean")
AveragePooling2D: Any = _layer("AveragePooling2D", 2, ops.avg_pool, "The mean")
AveragePooling3D: Any = _layer("AveragePooling3D", 3, ops.avg_pool3d, "The mean")


def max_pooling1d(
    inputs: Any,
    pool_size: Any,
    strides: Any,
    padding: str = "valid",
    data_format: str = "channels_last",
    name: str | None = None,
) -> Tensor:
    """The largest element of each window of sequences; arguments as for `max_pooling2d`.

    Args:
        inputs: of shape [batch, length, channels], or channels second.
        pool_size: the size of the window, an integer.
        strides: its step, an integer.
        padding: "valid" or "same".
        data_format: "channels_last" or "channels_first".
        name: the layer's name.

    Returns:
        A tensor of the dtype of `inputs`.

    Example:
        >>> import pyengine as tf
        >>> tf.layers.max_pooling1d(tf.zeros([1, 8, 3]), 2, 2).shape.as_list()
        [1, 4, 3]
    """
    return MaxPooling1D(pool_size, strides, padding, data_format, name)(inputs)


def max_pooling2d(
    inputs: Any,
    pool_size: Any,
    strides: Any,
    padding: str = "valid",
    data_format: str = "channels_last",
    name: str | None = None,
) -> Tensor:
    """The largest element of each window of images.

    Args:
        inputs: images [batch, height, width, channels], or channels second.
        pool_size: the size of the window: a number, or one for each axis.
        strides: its step.
        padding: "valid" or "same".
        data_format: "channels_last" or "channels_first".
        name: the layer's name.

    Example:
        >>> import pyengine as tf
        >>> tf.layers.max_pooling2d(tf.zeros([1, 28, 28, 32]), 2, 2).shape.as_list()
        [1, 14, 14, 32]
    """
    return MaxPooling2D(pool_size, strides, padding, data_format, name)(inputs)


def max_pooling3d(
    inputs: Any,
    pool_size: Any,
    strides: Any,
    padding: str = "valid",
    data_format: str = "channels_last",
    name: str | None = None,
) -> Tensor:
    """The largest element of each window of volumes; arguments as for `max_pooling2d`.

    Args:
        inputs: of shape [batch, depth, height, width, channels], or channels second.
        pool_size: the size of the window: an integer, or one for each axis.
        strides: its step, likewise.
        padding: "valid" or "same".
        data_format: "channels_last" or "channels_first".
        name: the layer's name.

    Returns:
        A tensor of the dtype of `inputs`.

    Example:
        >>> import pyengine as tf
        >>> tf.layers.max_pooling3d(tf.zeros([1, 8, 8, 8, 3]), 2, 2).shape.as_list()
        [1, 4, 4, 4, 3]
    """
    return MaxPooling3D(pool_size, strides, padding, data_format, name)(inputs)


def average_pooling1d(
    inputs: Any,
    pool_size: Any,
    strides: Any,
    padding: str = "valid",
    data_format: str = "channels_last",
    name: str | None = None,
) -> Tensor:
    """The mean of each window of sequences; arguments as for `max_pooling2d`.

    Args:
        inputs: of shape [batch, length, channels], or channels second.
        pool_size: the size of the window, an integer.
        strides: its step, an integer.
        padding: "valid" or "same".
        data_format: "channels_last" or "channels_first".
        name: the layer's name.

    Returns:
        A tensor of the dtype of `inputs`.

    Example:
        >>> import pyengine as tf
        >>> tf.layers.average_pooling1d(tf.zeros([1, 8, 3]), 2, 2).shape.as_list()
        [1, 4, 3]
    """
    return AveragePooling1D(pool_size, strides, padding, data_format, name)(inputs)


def average_pooling2d(
    inputs: Any,
    pool_size: Any,
    strides: Any,
    padding: str = "valid",
    data_format: str = "channels_last",
    name: str | None = None,
) -> Tensor:
    """The mean of each window of images; arguments as for `max_pooling2d`.

    Args:
        inputs: of shape [batch, height, width, channels], or channels second.
        pool_size: the size of the window: an integer, or one for each axis.
        strides: its step, likewise.
        padding: "valid" or "same".
        data_format: "channels_last" or "channels_first".
        name: the layer's name.

    Returns:
        A tensor of the dtype of `inputs`.

    Example:
        >>> import pyengine as tf
        >>> tf.layers.average_pooling2d(tf.zeros([1, 8, 8, 3]), 2, 2).shape.as_list()
        [1, 4, 4, 3]
    """
    return AveragePooling2D(pool_size, strides, padding, data_format, name)(inputs)


def average_pooling3d(
    inputs: Any,
    pool_size: Any,
    strides: Any,
    padding: str = "valid",
    data_format: str = "channels_last",
    name: str | None = None,
) -> Tensor:
    """The mean of each window of volumes; arguments as for `max_pooling2d`.

    Args:
        inputs: of shape [batch, depth, height, width, channels], or channels second.
        pool_size: the size of the window: an integer, or one for each axis.
        strides: its step, likewise.
        padding: "valid" or "same".
        data_format: "channels_last" or "channels_first".
        name: the layer's name.

    Returns:
        A tensor of the dtype of `inputs`.

    Example:
        >>> import pyengine as tf
        >>> tf.layers.average_pooling3d(tf.zeros([1, 8, 8, 8, 3]), 2, 2).shape.as_list()
        [1, 4, 4, 4, 3]
    """
    return AveragePooling3D(pool_size, strides, padding, data_format, name)(inputs)
