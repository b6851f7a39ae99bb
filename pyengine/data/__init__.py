"""Input pipelines: the `tf.data` namespace."""

from __future__ import annotations

from typing import Any

from pyengine.data import experimental
from pyengine.data.arguments import Options
from pyengine.data.dataset import Dataset
from pyengine.data.iterator import Iterator
from pyengine.data.readers import FixedLengthRecordDataset, TextLineDataset, TFRecordDataset

__all__ = [
    "Dataset",
    "FixedLengthRecordDataset",
    "Iterator",
    "Options",
    "TFRecordDataset",
    "TextLineDataset",
    "experimental",
    "get_output_classes",
    "get_output_shapes",
    "get_output_types",
    "make_initializable_iterator",
    "make_one_shot_iterator",
]


def make_one_shot_iterator(dataset: Dataset) -> Iterator:
    """`dataset.make_one_shot_iterator()`.

    Args:
        dataset: the data set, whose functions capture no variables.

    Returns:
        An iterator that needs no initialization.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     it = tf.data.make_one_shot_iterator(tf.data.Dataset.range(3))
        ...     int(sess.run(it.get_next()))
        0
    """
    return dataset.make_one_shot_iterator()


def make_initializable_iterator(dataset: Dataset, shared_name: str | None = None) -> Iterator:
    """`dataset.make_initializable_iterator(shared_name)`.

    Args:
        dataset: the data set.
        shared_name: a name under which sessions of one target share it.

    Returns:
        An iterator to be used after its `initializer` has been run.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     it = tf.data.make_initializable_iterator(tf.data.Dataset.range(3))
        ...     sess.run(it.initializer)
        ...     int(sess.run(it.get_next()))
        0
    """
    return dataset.make_initializable_iterator(shared_name)


def get_output_types(dataset_or_iterator: Any) -> Any:
    """The dtypes of the components of a data set or an iterator.

    Args:
        dataset_or_iterator: a data set or an iterator.

    Returns:
        The dtype of each component, nested as the elements are.

    Example:
        >>> import pyengine as tf
        >>> tf.data.get_output_types(tf.data.Dataset.range(3))
        tf.int64
    """
    return dataset_or_iterator.output_types


def get_output_shapes(dataset_or_iterator: Any) -> Any:
    """The shapes of the components of a data set or an iterator.

    Args:
        dataset_or_iterator: a data set or an iterator.

    Returns:
        The static shape of each component, nested as the elements are.

    Example:
        >>> import pyengine as tf
        >>> tf.data.get_output_shapes(tf.data.Dataset.range(3).batch(2)).as_list()
        [None]
    """
    return dataset_or_iterator.output_shapes


def get_output_classes(dataset_or_iterator: Any) -> Any:
    """The classes of the components of a data set or an iterator.

    Args:
        dataset_or_iterator: a data set or an iterator.

    Returns:
        The class of each component, `tf.Tensor` or `tf.SparseTensor`, nested as the elements are.

    Example:
        >>> import pyengine as tf
        >>> tf.data.get_output_classes(tf.data.Dataset.range(3)).__name__
        'Tensor'
    """
    return dataset_or_iterator.output_classes
