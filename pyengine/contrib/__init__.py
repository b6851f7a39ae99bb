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


# What does the like of some of them.
_INSTEAD = {
    "cudnn_rnn": "tf.nn.rnn_cell.LSTMCell with tf.nn.dynamic_rnn does the same",
    "estimator": "tf.train.MonitoredTrainingSession trains, saves and takes up again",
    "image": "see tf.image",
    "keras": "see tf.layers",
    "legacy_seq2seq": "see tf.contrib.seq2seq",
    "losses": "see tf.losses",
    "nn": "see tf.nn",
    "saved_model": "see tf.saved_model",
    "signal": "see tf.signal",
    "summary": "see tf.summary",
    "training": "see tf.train and tf.data",
}


def __getattr__(name: str) -> object:
    if name in _NOT_THERE:
        hint = f": {_INSTEAD[name]}" if name in _INSTEAD else ""
        raise AttributeError(
            f"tf.contrib.{name} is a part of TensorFlow that is not available here{hint}"
        )
    raise AttributeError(f"module 'pyengine.contrib' has no attribute {name!r}")
