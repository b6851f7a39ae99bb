"""The `tf.contrib.learn` namespace: data sets, and batches from files."""

from __future__ import annotations

from pyengine.contrib.learn import datasets
from pyengine.contrib.learn.graph_io import (
    read_batch_examples,
    read_batch_features,
    read_keyed_batch_examples,
)

__all__ = ["datasets", "read_batch_examples", "read_batch_features", "read_keyed_batch_examples"]
