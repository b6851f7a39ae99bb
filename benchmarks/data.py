"""Prints how fast records and checkpoints are read and written, in one run.

python benchmarks/data.py
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from typing import Any

import numpy as np

import pyengine as tf

SMALL, LARGE = 400_000, 100
LARGE_BYTES, CHECKPOINT_MB = 3_000_000, 100


def best(function: Callable[[], Any], rounds: int = 3) -> float:
    """The fewest seconds of some calls."""
    times = []
    for _ in range(rounds):
        begin = time.perf_counter()
        function()
        times.append(time.perf_counter() - begin)
    return min(times)


def write(path: str, count: int, record: bytes) -> None:
    with tf.python_io.TFRecordWriter(path) as writer:
        for _ in range(count):
            writer.write(record)


def iterate(path: str) -> int:
    return sum(1 for _ in tf.python_io.tf_record_iterator(path))


def batches(path: str, size: int) -> int:
    """Goes through a file in batches; returns how many records there were."""
    with tf.Graph().as_default(), tf.Session() as sess:
        data = tf.data.TFRecordDataset(path).batch(size)
        batch, count = data.make_one_shot_iterator().get_next(), 0
        try:
            while True:
                count += len(sess.run(batch))
        except tf.errors.OutOfRangeError:
            return count


def records(folder: str) -> dict[str, tuple[float, float]]:
    """What was measured with the records, and what it must reach."""
    small, large = os.path.join(folder, "small"), os.path.join(folder, "large")
    megabytes = LARGE * LARGE_BYTES / 1e6
    content = os.urandom(LARGE_BYTES)
    return {
        "64-byte records written, 1/s": (SMALL / best(lambda: write(small, SMALL, b"x" * 64)), 0),
        "64-byte records iterated, 1/s": (SMALL / best(lambda: iterate(small)), 400_000),
        "64-byte records in batches, 1/s": (SMALL / best(lambda: batches(small, 1000)), 400_000),
        "3 MB records written, MB/s": (megabytes / best(lambda: write(large, LARGE, content)), 0),
        "3 MB records iterated, MB/s": (megabytes / best(lambda: iterate(large)), 300),
        "3 MB records in batches, MB/s": (megabytes / best(lambda: batches(large, 10)), 300),
    }


def checkpoints(folder: str) -> dict[str, tuple[float, float]]:
    """What was measured with a checkpoint, and what it must reach."""
    path = os.path.join(folder, "model")
    with tf.Graph().as_default(), tf.Session() as sess:
        for _ in range(10):
            tf.Variable(np.random.rand(CHECKPOINT_MB * 10, 2500).astype(np.float32))
        sess.run(tf.global_variables_initializer())
        saver = tf.train.Saver()
        saved = best(lambda: saver.save(sess, path, write_meta_graph=False))
        restored = best(lambda: saver.restore(sess, path))
    return {
        f"checkpoint of {CHECKPOINT_MB} MB saved, MB/s": (CHECKPOINT_MB / saved, 300),
        f"checkpoint of {CHECKPOINT_MB} MB restored, MB/s": (CHECKPOINT_MB / restored, 300),
    }


def main() -> None:
    tf.logging.set_verbosity(tf.logging.ERROR)
    with tempfile.TemporaryDirectory() as folder:
        for name, (value, limit) in {**records(folder), **checkpoints(folder)}.items():
            needed = f"at least {limit:.0f}" if limit else ""
            print(f"{name:<40} {value:>12,.0f}   {needed}")


if __name__ == "__main__":
    main()
