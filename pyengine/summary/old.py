"""The summary functions of TensorFlow 0.12: `tf.scalar_summary`, ..., whose tags are tensors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pyengine.convert import convert_to_tensor
from pyengine.graph import Tensor
from pyengine.graph_keys import GraphKeys
from pyengine.ops import summary as summary_ops
from pyengine.ops.declare import whole
from pyengine.scopes import name_scope
from pyengine.summary.ops import _collect, merge, merge_all

__all__ = [
    "histogram_summary",
    "image_summary",
    "merge_all_summaries",
    "merge_summary",
    "scalar_summary",
]


def scalar_summary(
    tags: Any, values: Any, collections: Sequence[str] | None = None, name: str | None = None
) -> Tensor:
    """A summary with a number for each tag; `tf.summary.scalar` in later versions.

    Args:
        tags: names, a tensor of strings.
        values: a tensor of the same shape, of a real type.
        collections: the collections it is added to; `SUMMARIES` by default.
        name: the op's name.

    Returns:
        A scalar string, a serialized `Summary`.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default():
        ...     tf.scalar_summary("loss", 0.5).dtype
        tf.string
    """
    with name_scope(name, "ScalarSummary") as scope:
        numbers = convert_to_tensor(values, name="values")
        return _collect(summary_ops.scalar_summary(tags, numbers, name=scope), collections)


def histogram_summary(
    tag: Any, values: Any, collections: Sequence[str] | None = None, name: str | None = None
) -> Tensor:
    """A summary with a histogram; `tf.summary.histogram` in later versions.

    Args:
        tag: the name, a string scalar.
        values: a tensor of a real type, of any shape.
        collections: the collections it is added to; `SUMMARIES` by default.
        name: the op's name.

    Returns:
        A scalar string, a serialized `Summary`.
    """
    with name_scope(name, "HistogramSummary") as scope:
        numbers = convert_to_tensor(values, name="values")
        return _collect(summary_ops.histogram_summary(tag, numbers, name=scope), collections)


def image_summary(
    tag: Any,
    tensor: Any,
    max_images: int = 3,
    collections: Sequence[str] | None = None,
    name: str | None = None,
) -> Tensor:
    """A summary with images; `tf.summary.image` in later versions.

    Args:
        tag: the name, a string scalar.
        tensor: of shape [batch, height, width, channels], with 1, 3 or 4 channels, of uint8 or
            float32.
        max_images: how many of the batch are taken, an integer.
        collections: the collections it is added to; `SUMMARIES` by default.
        name: the op's name.

    Returns:
        A scalar string, a serialized `Summary`.
    """
    with name_scope(name, "ImageSummary") as scope:
        images = convert_to_tensor(tensor, name="tensor")
        count = whole(max_images)
        found = summary_ops.image_summary(tag, images, max_images=count, name=scope)
        return _collect(found, collections)


merge_summary = merge


def merge_all_summaries(key: str = GraphKeys.SUMMARIES) -> Tensor | None:
    """A summary with all values of those in a collection; `tf.summary.merge_all` later.

    Args:
        key: the collection of the summaries.

    Returns:
        A scalar string with all of them, or None where there are none.
    """
    return merge_all(key)
