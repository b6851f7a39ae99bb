"""Volunteered code of the TensorFlow 1.x years: the `tf.contrib` namespace."""

from __future__ import annotations

from pyengine.contrib import data, framework, layers, learn, lookup, opt, rnn, slim

__all__ = ["data", "framework", "layers", "learn", "lookup", "opt", "rnn", "slim"]

# Modules of TensorFlow's contrib that somebody will look for, and should not take for misspelt.
_NOT_THERE = frozenset(("eager", "estimator", "keras", "tpu"))


def __getattr__(name: str) -> object:
    if name == "distributions":
        from pyengine import distributions

        return distributions
    if name in _NOT_THERE:
        raise AttributeError(
            f"tf.contrib.{name} is a part of TensorFlow that is not available here"
        )
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
