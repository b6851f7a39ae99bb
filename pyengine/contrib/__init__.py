"""Volunteered code of the TensorFlow 1.x years: the `tf.contrib` namespace."""

from __future__ import annotations

from pyengine.contrib import data, distributions, framework, layers, learn, lookup, opt, rnn, slim

__all__ = ["data", "distributions", "framework", "layers", "learn", "lookup", "opt", "rnn", "slim"]
