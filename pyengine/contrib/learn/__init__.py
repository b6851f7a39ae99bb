"""The `tf.contrib.learn` namespace: data sets."""

from __future__ import annotations

from pyengine.contrib.learn import datasets

__all__ = ["datasets"]
