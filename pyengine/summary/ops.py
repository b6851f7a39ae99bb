"""The functions that add summary ops: `scalar`, `histogram`, `image`, `merge_all`, ..."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Sequence
from typing import Any

from pyengine.convert import convert_to_tensor
from pyengine.dtypes import float32, string
from pyengine.graph import Tensor, get_default_graph
from pyengine.graph_keys import GraphKeys
from pyengine.logger import logger
from pyengine.ops.declare import whole
from pyengine.ops.summary import (
    audio_summary_v2,
    histogram_summary,
    image_summary,
    merge_summary,
    scalar_summary,
    tensor_summary_v2,
)
from pyengine.scopes import get_collection, name_scope

__all__ = [
    "audio",
    "histogram",
    "image",
    "merge",
    "merge_all",
    "scalar",
    "tensor_summary",
    "text",
]


def clean_tag(name: str) -> str:
    """A name with all characters replaced that a tag cannot have.

    Example:
        >>> clean_tag("/layer 1:weights")
        'layer_1_weights'
    """
    cleaned = re.sub(r"[^-/\w.]", "_", name).lstrip("/")
    if cleaned != name:
        logger.info("Summary name %s is illegal; using %s instead.", name, cleaned)
    return cleaned


@contextlib.contextmanager
def _scope(name: str, family: str | None, values: Sequence[Any]) -> Iterator[tuple[str, str]]:
    """The tag of a summary, and the scope that its op is named by."""
    if name is None:
        raise ValueError("a summary needs a name")
    name = clean_tag(name)
    family = clean_tag(family) if family else None
    tensors = [v for v in values if isinstance(v, Tensor)]
    with name_scope(f"{family}/{name}" if family else name, values=tensors) as scope:
        tag = scope.rstrip("/")
        yield (f"{family}/{tag}" if family else tag), scope


def _collect(summary: Tensor, collections: Sequence[str] | None) -> Tensor:
    keys = [GraphKeys.SUMMARIES] if collections is None else list(collections)
    for key in keys:
        get_default_graph().add_to_collection(key, summary)
    return summary


def scalar(
    name: str, tensor: Any, collections: Sequence[str] | None = None, family: str | None = None
) -> Tensor:
    """A summary with a number.

    Args:
        name: the name, which in its scope is the tag in TensorBoard.
        tensor: a real number.
        collections: the collections to add the summary to; by default `GraphKeys.SUMMARIES`.
        family: a prefix of the tag, under which TensorBoard groups.

    Returns:
        A string scalar, a serialized `Summary`, for `FileWriter.add_summary`.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     found = sess.run(tf.summary.scalar("loss", 0.5))
        >>> tf.Summary.FromString(found).value[0].simple_value
        0.5
    """
    with _scope(name, family, [tensor]) as (tag, scope):
        summary = scalar_summary(tag, convert_to_tensor(tensor, name="values"), name=scope)
    return _collect(summary, collections)


def histogram(
    name: str, values: Any, collections: Sequence[str] | None = None, family: str | None = None
) -> Tensor:
    """A summary with a histogram.

    Args:
        name: the name, which in its scope is the tag.
        values: real numbers of any shape; they must be finite.
        collections: as in `scalar`.
        family: as in `scalar`.

    Returns:
        A string scalar, a serialized `Summary`.
    """
    with _scope(name, family, [values]) as (tag, scope):
        summary = histogram_summary(tag, convert_to_tensor(values, name="values"), name=scope)
    return _collect(summary, collections)


def image(
    name: str,
    tensor: Any,
    max_outputs: int = 3,
    collections: Sequence[str] | None = None,
    family: str | None = None,
) -> Tensor:
    """A summary with images.

    Args:
        name: the name, which in its scope is the tag; "/image", or "/image/0" and so on, follow.
        tensor: [batch, height, width, channels] with 1 (grey), 3 (RGB) or 4 (RGBA) channels: uint8,
            or floats, which are scaled to what can be seen.
        max_outputs: how many images of the batch, the first ones.
        collections: as in `scalar`.
        family: as in `scalar`.

    Returns:
        A string scalar, a serialized `Summary`.
    """
    with _scope(name, family, [tensor]) as (tag, scope):
        images = convert_to_tensor(tensor, name="tensor")
        summary = image_summary(tag, images, max_images=whole(max_outputs), name=scope)
    return _collect(summary, collections)


def audio(
    name: str,
    tensor: Any,
    sample_rate: Any,
    max_outputs: int = 3,
    collections: Sequence[str] | None = None,
    family: str | None = None,
) -> Tensor:
    """A summary with sounds.

    Args:
        name: the name, which in its scope is the tag; "/audio", or "/audio/0" and so on, follow.
        tensor: float32 [batch, frames, channels] or [batch, frames], from -1 to 1.
        sample_rate: frames a second, a number.
        max_outputs: how many sounds of the batch, the first ones.
        collections: as in `scalar`.
        family: as in `scalar`.

    Returns:
        A string scalar, a serialized `Summary`.
    """
    with _scope(name, family, [tensor]) as (tag, scope):
        rate = convert_to_tensor(sample_rate, float32, name="sample_rate")
        sounds = convert_to_tensor(tensor, float32, name="tensor")
        summary = audio_summary_v2(tag, sounds, rate, max_outputs=whole(max_outputs), name=scope)
    return _collect(summary, collections)


def tensor_summary(
    name: str,
    tensor: Any,
    summary_description: str | None = None,
    collections: Sequence[str] | None = None,
    summary_metadata: Any = None,
    family: str | None = None,
    display_name: str | None = None,
) -> Tensor:
    """A summary with a tensor of any dtype, for a plugin of TensorBoard.

    Args:
        name: the name, which in its scope is the tag.
        tensor: the tensor.
        summary_description: a text about it.
        collections: as in `scalar`.
        summary_metadata: a `SummaryMetadata`, which names the plugin.
        family: as in `scalar`.
        display_name: the name to show.

    Returns:
        A string scalar, a serialized `Summary`.
    """
    from pyengine import protos

    metadata = protos.SummaryMetadata()
    if summary_metadata is not None:
        metadata.CopyFrom(summary_metadata)
    if display_name is not None:
        metadata.display_name = display_name
    if summary_description is not None:
        metadata.summary_description = summary_description
    with _scope(name, family, [tensor]) as (tag, scope):
        summary = tensor_summary_v2(
            tag, convert_to_tensor(tensor, name="tensor"), metadata.SerializeToString(), name=scope
        )
    return _collect(summary, collections)


def text(name: str, tensor: Any, collections: Sequence[str] | None = None) -> Tensor:
    """A summary with text, which TensorBoard shows as Markdown.

    Args:
        name: the name, which in its scope is the tag.
        tensor: strings; a matrix becomes a table.
        collections: as in `scalar`.

    Returns:
        A string scalar, a serialized `Summary`.

    Raises:
        ValueError: when they are no strings.
    """
    from pyengine import protos

    tensor = convert_to_tensor(tensor)
    if tensor.dtype.base_dtype is not string:
        raise ValueError(
            f"Expected tensor {tensor.name} to have dtype string, got {tensor.dtype.name}"
        )
    plugin = protos.SummaryMetadata.PluginData(plugin_name="text")
    metadata = protos.SummaryMetadata(plugin_data=plugin)
    return tensor_summary(name, tensor, summary_metadata=metadata, collections=collections)


def merge(
    inputs: Sequence[Any], collections: Sequence[str] | None = None, name: str | None = None
) -> Tensor:
    """A summary with all values of some summaries.

    Args:
        inputs: string tensors with serialized summaries.
        collections: the collections to add it to; none by default.
        name: the op's name.

    Returns:
        A string scalar, a serialized `Summary`.

    Raises:
        TypeError: when `inputs` is no list.
        ValueError: when it is empty.
        InvalidArgumentError: in a run, when two values have the same tag.
    """
    if isinstance(inputs, Tensor) or not hasattr(inputs, "__iter__"):
        raise TypeError(f"inputs must be a list of summaries, got {inputs!r}")
    tensors = [convert_to_tensor(i, string) for i in inputs]
    if not tensors:
        raise ValueError("inputs must have at least one summary")
    with name_scope(name, "Merge", tensors):
        summary = merge_summary(tensors, N=len(tensors), name=name)
    return _collect(summary, collections or ())


def merge_all(
    key: str = GraphKeys.SUMMARIES, scope: str | None = None, name: str | None = None
) -> Tensor | None:
    """A summary with all values of the summaries in a collection.

    Args:
        key: the collection; all summaries by default.
        scope: only those whose names match this at the start.
        name: the op's name.

    Returns:
        A string scalar, a serialized `Summary`; None when the collection is empty.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     a, b = tf.summary.scalar("a", 1.0), tf.summary.histogram("b", [1.0, 2.0])
        ...     merged = tf.Summary.FromString(sess.run(tf.summary.merge_all()))
        >>> [value.tag for value in merged.value]
        ['a', 'b']
    """
    found = get_collection(key, scope)
    return merge(found, name=name) if found else None
