"""The `tf.contrib.learn.datasets` namespace: well-known data sets."""

from __future__ import annotations

from pyengine.contrib.learn.datasets import mnist

__all__ = ["mnist"]
