"""Prints how the engine's costs grow: batch, width, and the number of ops in a graph.

    python benchmarks/engine.py [--write FILE] [--peer PYTHON] [--thresholds]

With --peer, a Python with TensorFlow runs the same lines in a second process, and its figures are
printed beside ours. --write puts the tables into a file too, with a description of the machine.
--thresholds measures where PyTorch's kernels begin to pay, for `pyengine/executor/thresholds.py`.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import time
from pathlib import Path

import numpy as np


def median_ms(function, rounds: int = 9) -> float:
    """Median milliseconds of one call."""
    function()
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return 1e3 * statistics.median(times)


def softmax_steps(tf) -> dict[str, float]:
    """A training step of the tutorial's softmax regression, by batch."""
    found = {}
    with tf.Graph().as_default(), tf.Session() as sess:
        x, y_ = tf.placeholder(tf.float32, [None, 784]), tf.placeholder(tf.float32, [None, 10])
        w = tf.Variable(tf.zeros([784, 10]))
        y = tf.nn.softmax(tf.matmul(x, w))
        loss = tf.reduce_mean(-tf.reduce_sum(y_ * tf.log(y), axis=[1]))
        step = tf.train.GradientDescentOptimizer(0.5).minimize(loss)
        sess.run(tf.global_variables_initializer())
        for batch in (1, 16, 256, 4096):
            feeds = {x: np.full((batch, 784), 0.5, "f"), y_: np.full((batch, 10), 0.1, "f")}
            found[f"softmax step, batch {batch}, ms"] = median_ms(lambda f=feeds: sess.run(step, f))
    return found


def layers(tf) -> dict[str, float]:
    """A dense layer and its gradients for 128 rows, by width."""
    found = {}
    for width in (16, 256, 1024, 4096):
        with tf.Graph().as_default(), tf.Session() as sess:
            x, w = tf.ones([128, width]), tf.Variable(tf.ones([width, width]))
            slope = tf.gradients(tf.nn.relu(tf.matmul(x, w)), w)[0].op
            sess.run(tf.global_variables_initializer())
            rounds = 3 if width > 1024 else 9
            found[f"dense layer of width {width}, ms"] = median_ms(
                lambda sess=sess, slope=slope: sess.run(slope), rounds
            )
    return found


def chains(tf) -> dict[str, float]:
    """Graphs of 1 to 10,000 ops on small vectors: making, planning with a first run, replaying."""
    found = {}
    value = np.zeros(4, "f")
    for count in (1, 100, 10_000):
        with tf.Graph().as_default(), tf.Session() as sess:
            x = tf.placeholder(tf.float32, [4])
            start = time.perf_counter()
            y = x
            for _ in range(count):
                y = tf.cumsum(y)
            built = time.perf_counter()
            sess.run(y, {x: value})
            planned = time.perf_counter()
            found[f"{count} ops built, ms"] = 1e3 * (built - start)
            found[f"{count} ops planned and run, ms"] = 1e3 * (planned - built)
            replay = median_ms(lambda y=y, x=x: sess.run(y, {x: value}))
            found[f"{count} ops replayed, us an op"] = 1e3 * replay / count
    return found


def large(tf) -> dict[str, float]:
    """The design's large arrays, fed from Python."""
    with tf.Graph().as_default(), tf.Session() as sess:
        v, m = tf.placeholder(tf.float32, [None]), tf.placeholder(tf.float32, [None, 784])
        total = tf.reduce_sum(tf.sqrt(2 * tf.exp(v) + 1) - tf.tanh(v))
        numbers = np.random.default_rng(0).normal(size=4_000_000).astype("f")
        doubles = np.asfortranarray(np.random.default_rng(0).normal(size=(10_000, 784)))
        softmax = tf.nn.softmax(m)
        return {
            "sum(sqrt(2 exp(v) + 1) - tanh(v)), 4M, ms": median_ms(
                lambda: sess.run(total, {v: numbers})
            ),
            "softmax of 10000x784 doubles, ms": median_ms(lambda: sess.run(softmax, {m: doubles})),
        }


def measure(tf) -> dict[str, float]:
    """All lines, and the most memory that was resident."""
    found = {**softmax_steps(tf), **layers(tf), **chains(tf), **large(tf)}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {**found, "most resident memory, MB": peak / 1024}


def thresholds() -> None:
    """Prints, for some sizes, the time of softmax with each backend."""
    import pyengine as tf

    for rows in (10, 30, 100, 300, 1000, 3000):
        times = {}
        for name in ("numpy", "torch"):
            options = tf.ConfigProto.Experimental(executor_type=name)
            with tf.Graph().as_default():
                config = tf.ConfigProto(experimental=options)
                with tf.Session(config=config) as sess:
                    x = tf.placeholder(tf.float32, [None, 100])
                    for op in (tf.nn.softmax(x), tf.nn.relu(x), tf.reduce_sum(x)):
                        value = np.ones((rows, 100), "f")
                        run = median_ms(lambda s=sess, o=op, x=x, v=value: s.run(o, {x: v}))
                        times[op.op.type, name] = run
        for kind in ("Softmax", "Relu", "Sum"):
            ours, theirs = times[kind, "numpy"], times[kind, "torch"]
            print(f"{kind:8} {rows * 100:8d} elements: NumPy {ours:.3f} ms, PyTorch {theirs:.3f}")


def table(ours: dict[str, float], peer: dict[str, float]) -> str:
    """The lines as a Markdown table."""
    lines = ["| measure | ours | peer | ratio |", "| --- | --- | --- | --- |"]
    for name, value in ours.items():
        other = peer.get(name)
        beside = f"{other:.3f} | {value / other:.2f}" if other else "- | -"
        lines.append(f"| {name} | {value:.3f} | {beside} |")
    return "\n".join(lines)


def machine() -> str:
    """The processor, the cores, and the load when it was measured."""
    model = platform.processor() or platform.machine()
    if Path("/proc/cpuinfo").exists():
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        model = next((s.split(":")[1].strip() for s in lines if s.startswith("model name")), model)
    load = os.getloadavg()[0]
    return (
        f"{model}, {os.cpu_count()} cores, load {load:.1f} at the start; Python "
        f"{platform.python_version()}, NumPy {np.__version__}; {time.strftime('%Y-%m-%d')}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write")
    parser.add_argument("--peer")
    parser.add_argument("--thresholds", action="store_true")
    parser.add_argument("--as-peer", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.as_peer:
        import tensorflow.compat.v1 as tf

        tf.disable_v2_behavior()
        print(json.dumps(measure(tf)))
        return
    if given.thresholds:
        thresholds()
        return
    import pyengine as tf

    where = machine()
    ours, peer = measure(tf), {}
    if given.peer:
        command = [given.peer, __file__, "--as-peer"]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        peer = json.loads(done.stdout.splitlines()[-1])
    report = f"# Results\n\nMedians of one run. {where}.\n\n{table(ours, peer)}\n"
    print(report)
    if given.write:
        Path(given.write).write_text(report)


if __name__ == "__main__":
    main()
