"""Volunteered code of the TensorFlow 1.x years: the `tf.contrib` namespace."""

from __future__ import annotations

from pyengine.contrib import (
    crf,
    data,
    distributions,
    framework,
    layers,
    learn,
    lookup,
    metrics,
    opt,
    rnn,
    seq2seq,
    slim,
)

__all__ = [
    "crf",
    "data",
    "distributions",
    "framework",
    "layers",
    "learn",
    "lookup",
    "metrics",
    "opt",
    "rnn",
    "seq2seq",
    "slim",
]

# Parts of contrib that somebody will look for, and should not take for misspelt.
_NOT_THERE = frozenset(
    (
        "autograph", "bayesflow", "cluster_resolver", "copy_graph", "cudnn_rnn", "eager",
        "estimator", "factorization", "ffmpeg", "gan", "graph_editor", "image", "integrate",
        "keras", "kernel_methods", "legacy_seq2seq", "linear_optimizer", "losses", "nn", "quantize",
        "saved_model", "signal", "solvers", "sparsemax", "specs", "staging", "summary",
        "tensor_forest", "tensorboard", "tensorrt", "timeseries", "tpu", "training", "util",
    )
)  # fmt: skip


def __getattr__(name: str) -> object:
    if name in _NOT_THERE:
        raise AttributeError(
            f"tf.contrib.{name} is a part of TensorFlow that is not available here"
        )
    raise AttributeError(f"module 'pyengine.contrib' has no attribute {name!r}")
