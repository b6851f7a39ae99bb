"""The `tf.contrib.learn.datasets` namespace: well-known data sets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyengine.contrib.learn.datasets import base, mnist
from pyengine.contrib.learn.datasets.base import load_iris
from pyengine.contrib.learn.datasets.mnist import load_mnist

__all__ = ["base", "load_dataset", "load_iris", "load_mnist", "mnist"]

_LOADERS: dict[str, Callable[[], Any]] = {"iris": load_iris, "mnist": load_mnist}


def load_dataset(name: str, size: str = "small", test_with_fake_data: bool = False) -> Any:
    """A data set by its name.

    Args:
        name: "iris" or "mnist".
        size: accepted; it chose among the sizes of data sets that are not here.
        test_with_fake_data: as `size`.

    Returns:
        A `Dataset` of the iris data, or the `Datasets` of MNIST.

    Raises:
        ValueError: for another name.
    """
    if name not in _LOADERS:
        raise ValueError(f"Name of dataset is not found: {name}. There are: {', '.join(_LOADERS)}")
    return _LOADERS[name]()
