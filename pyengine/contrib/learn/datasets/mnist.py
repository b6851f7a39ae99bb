"""MNIST, the handwritten digits of LeCun, Cortes and Burges, in parts for training and testing."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from pyengine import dtypes
from pyengine.contrib.learn.datasets.fetch import FILES, dimensions, load_files
from pyengine.contrib.learn.datasets.idx import parse_idx
from pyengine.dtypes import as_dtype
from pyengine.errors import DataLossError
from pyengine.ops.random import get_seed

_CLASSES = 10
_PIXELS = 784


class DataSet:
    """Images and labels, and batches of them in shuffled epochs.

    Args:
        images: uint8 pixels of shape [n, rows, columns] or [n, rows, columns, 1].
        labels: class numbers of shape [n], or one-hot vectors of shape [n, 10].
        fake_data: whether batches are made up, for tests of other code.
        one_hot: whether made-up labels are one-hot vectors.
        dtype: float32, for pixels in [0, 1], or uint8, for pixels in [0, 255].
        reshape: whether an image is a row of pixels, rather than of shape [rows, columns, 1].
        seed: the seed of the shuffling; by default that of the graph, if it has one.
    """

    def __init__(
        self,
        images: Any,
        labels: Any,
        fake_data: bool = False,
        one_hot: bool = False,
        dtype: Any = dtypes.float32,
        reshape: bool = True,
        seed: int | None = None,
    ) -> None:
        wanted = as_dtype(dtype).base_dtype
        if wanted not in (dtypes.uint8, dtypes.float32):
            raise TypeError(f"Invalid image dtype {wanted!r}, expected uint8 or float32")
        graph_seed, op_seed = get_seed(seed)
        self._random = np.random.RandomState(graph_seed if seed is None else op_seed)
        self._dtype = wanted
        self._fake, self._one_hot = fake_data, one_hot
        if not fake_data:
            if len(images) != len(labels):
                raise ValueError(f"there are {len(images)} images, but {len(labels)} labels")
            rows, columns = images.shape[1:3]
            # Not -1, which cannot be worked out where there are no images.
            shape = (rows * columns,) if reshape else (rows, columns, 1)
            images = images.reshape(len(images), *shape)
        # Kept as bytes, a quarter of the memory, and scaled when they are taken.
        self._pixels, self._labels = images, labels
        self._num_examples = 10000 if fake_data else len(images)
        self._order: Any = np.arange(self._num_examples)
        self._epochs_completed = 0
        self._index_in_epoch = 0

    def _scaled(self, pixels: Any) -> Any:
        if self._dtype is dtypes.uint8:
            return pixels
        return np.multiply(pixels, np.float32(1.0 / 255.0), dtype=np.float32)

    @property
    def images(self) -> Any:
        """All images, in the order of the current epoch."""
        return None if self._fake else self._scaled(self._pixels[self._order])

    @property
    def labels(self) -> Any:
        """All labels, in the order of the images."""
        return None if self._fake else self._labels[self._order]

    @property
    def num_examples(self) -> int:
        return self._num_examples

    @property
    def epochs_completed(self) -> int:
        """How many times all examples have been gone through."""
        return self._epochs_completed

    def next_batch(
        self, batch_size: Any, fake_data: bool = False, shuffle: bool = True
    ) -> tuple[Any, Any]:
        """The next examples of the epoch; the rest of one and the start of the next at its end.

        Args:
            batch_size: how many.
            fake_data: whether to make up the batch.
            shuffle: whether each epoch is in an order of its own.

        Returns:
            The images and the labels.

        Raises:
            ValueError: for a size that is no whole number from 1 to `num_examples`.

        Example:
            >>> data = DataSet(np.zeros((5, 2, 2), np.uint8), np.arange(5))
            >>> images, labels = data.next_batch(2)
            >>> images.shape, labels.shape
            ((2, 4), (2,))
        """
        size = self._checked_size(batch_size)
        if fake_data or self._fake:
            return self._made_up(size)
        start = self._index_in_epoch
        if self._epochs_completed == 0 and start == 0 and shuffle:
            self._random.shuffle(self._order)
        end = start + size
        if end <= self._num_examples:
            self._index_in_epoch = end
            rows = self._order[start:end]
        else:
            rest = self._order[start:].copy()
            self._epochs_completed += 1
            if shuffle:
                self._random.shuffle(self._order)
            self._index_in_epoch = size - len(rest)
            rows = np.concatenate([rest, self._order[: self._index_in_epoch]])
        return self._scaled(self._pixels[rows]), self._labels[rows]

    def _checked_size(self, batch_size: Any) -> int:
        size = int(batch_size)
        if size != batch_size or not 1 <= size <= self._num_examples:
            raise ValueError(
                f"batch_size must be a whole number from 1 to {self._num_examples}, "
                f"got {batch_size}"
            )
        return size

    def _made_up(self, size: int) -> tuple[Any, Any]:
        labels = np.zeros((size, _CLASSES)) if self._one_hot else np.zeros(size, np.int64)
        if self._one_hot:
            labels[:, 0] = 1
        return np.ones((size, _PIXELS), np.float32), labels

    def __repr__(self) -> str:
        return f"<DataSet of {self._num_examples} examples>"


class Datasets(NamedTuple):
    """The three parts of a data set."""

    train: DataSet
    validation: DataSet
    test: DataSet


def dense_to_one_hot(labels: Any, num_classes: int) -> Any:
    """Class numbers as rows of zeros with a one.

    Raises:
        ValueError: for a class number that is not below `num_classes`.

    Example:
        >>> dense_to_one_hot(np.array([1]), 3).tolist()
        [[0.0, 1.0, 0.0]]
    """
    if len(labels) and labels.max() >= num_classes:
        raise ValueError(
            f"the label {labels.max()} is not below the number of classes, {num_classes}"
        )
    return np.eye(num_classes)[labels]


def load_arrays(train_dir: str, source_url: str | None = None) -> list[Any]:
    """Images and labels for training, then those for testing: uint8 arrays.

    Args:
        train_dir: the folder of the four IDX files, to which they are downloaded if need be.
        source_url: as that of `read_data_sets`.

    Raises:
        tf.errors.DataLossError: when a file is cut or corrupt.
        tf.errors.UnavailableError: when the files are not there and cannot be fetched.
    """
    folder = Path(train_dir).expanduser()
    contents = load_files(folder, source_url=source_url)
    arrays = [parse_idx(contents[name], folder / name, dimensions(name)) for name in FILES]
    for images, labels, name in (
        (arrays[0], arrays[1], FILES[0]),
        (arrays[2], arrays[3], FILES[2]),
    ):
        if len(images) != len(labels):
            raise DataLossError(
                None, None, f"{folder / name}: it has {len(images)} images for {len(labels)} labels"
            )
    return arrays


def read_data_sets(
    train_dir: str,
    fake_data: bool = False,
    one_hot: bool = False,
    dtype: Any = dtypes.float32,
    reshape: bool = True,
    validation_size: int = 5000,
    seed: int | None = None,
    source_url: str | None = None,
) -> Datasets:
    """MNIST from a folder, to which it is downloaded if it is not there.

    Args:
        train_dir: the folder of the four IDX files, gzipped or not. Files of another data set in
            the same format, such as Fashion-MNIST, are read as well.
        fake_data: whether to make up the data, for tests of other code.
        one_hot: whether labels are one-hot vectors rather than class numbers.
        dtype: float32, for pixels in [0, 1], or uint8, for pixels in [0, 255].
        reshape: whether an image is a row of pixels.
        validation_size: how many of the training examples, the first ones, are for validation.
        seed: the seed of the shuffling.
        source_url: the address of a folder to download from, in place of the public mirrors. Its
            files may be of another data set; they are looked for nowhere else.

    Returns:
        `train`, `validation` and `test`, each a `DataSet`.

    Raises:
        tf.errors.DataLossError: when a file is cut or corrupt.
        tf.errors.UnavailableError: when the files are not there and cannot be fetched.
        ValueError: for a validation size outside of the training set.
    """
    options = {"dtype": dtype, "reshape": reshape, "seed": seed}
    if fake_data:
        fake = [DataSet([], [], fake_data=True, one_hot=one_hot, **options) for _ in range(3)]
        return Datasets(*fake)
    arrays = load_arrays(train_dir, source_url)
    size = int(validation_size)
    if size != validation_size or not 0 <= size <= len(arrays[0]):
        raise ValueError(
            f"Validation size should be between 0 and {len(arrays[0])}. "
            f"Received: {validation_size}."
        )
    if one_hot:
        arrays[1], arrays[3] = (
            dense_to_one_hot(labels, _CLASSES) for labels in (arrays[1], arrays[3])
        )
    train_images, train_labels, test_images, test_labels = arrays
    return Datasets(
        train=DataSet(train_images[size:], train_labels[size:], **options),
        validation=DataSet(train_images[:size], train_labels[:size], **options),
        test=DataSet(test_images, test_labels, **options),
    )


def load_mnist(train_dir: str = "MNIST-data") -> Datasets:
    """MNIST from a folder, to which it is downloaded if need be; see `read_data_sets`."""
    return read_data_sets(train_dir)
