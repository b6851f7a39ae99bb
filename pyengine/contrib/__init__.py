"""Volunteered code of the TensorFlow 1.x years: the `tf.contrib` namespace."""

from __future__ import annotations

from pyengine.contrib import data, layers, learn, lookup, rnn

__all__ = ["data", "layers", "learn", "lookup", "rnn"]
