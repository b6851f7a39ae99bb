"""One of the processes of `bench.py`: how the engine's costs grow, with batch, width and ops.

    python benchmarks/engine.py ours|peer
    python benchmarks/engine.py --thresholds

Reads the names of groups from its input, and writes a line of JSON for each: its lines and their
figures. With "peer" the same is asked of TensorFlow. --thresholds measures where PyTorch's kernels
and the compiled ones begin to pay, for `pyengine/executor/thresholds.py`.
"""

from __future__ import annotations

import json
import resource
import statistics
import sys
import time

import numpy as np


def median_ms(function, rounds: int = 9, clock=time.perf_counter) -> float:
    """Median milliseconds of one call."""
    function()
    times = []
    for _ in range(rounds):
        start = clock()
        function()
        times.append(clock() - start)
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
            run = time.perf_counter()
            found[f"{count} ops built, ms"] = 1e3 * (built - start)
            found[f"{count} ops planned and run, ms"] = 1e3 * (run - built)
            if is_ours(tf):
                found[f"{count} ops planned, ms"] = plan_ms(y, x, sess)
            replay = median_ms(lambda y=y, x=x: sess.run(y, {x: value}))
            found[f"{count} ops replayed, us an op"] = 1e3 * replay / count
    return found


def is_ours(tf) -> bool:
    """Whether this is not TensorFlow, which cannot be asked for all figures."""
    return tf.__name__ == "pyengine"


def plan_ms(y, x, sess) -> float:
    """What making a plan takes by itself."""
    from pyengine.executor.plan import Plan

    start = time.perf_counter()
    Plan([y], [x], sess._runtime)
    return 1e3 * (time.perf_counter() - start)


def overheads(tf) -> dict[str, float]:
    """What each of 10,000 ops in a row takes beyond a bare call of NumPy."""
    found: dict[str, float] = {}
    if not is_ours(tf):
        return found
    count = 10_000
    vector, matrix = np.full(4, 0.5, "f"), np.full((2, 2), 0.5, "f")
    cases = {
        "sin": (vector, lambda y, x: tf.sin(y), np.sin),
        "add": (vector, lambda y, x: tf.add(y, x), lambda v: np.add(v, v)),
        "matmul": (matrix, lambda y, x: tf.matmul(y, x), lambda v: np.matmul(v, v)),
        "cumsum": (vector, lambda y, x: tf.cumsum(y), lambda v: np.cumsum(v, axis=0)),
    }
    for name, (value, step, bare) in cases.items():
        with tf.Graph().as_default(), tf.Session() as sess:
            y = x = tf.placeholder(tf.float32, value.shape)
            for _ in range(count):
                y = step(y, x)
            replay = median_ms(lambda y=y, x=x, v=value, s=sess: s.run(y, {x: v}))

        def calls(bare=bare, value=value):
            for _ in range(count):
                bare(value)

        found[f"{name} replayed, over NumPy's own call, us an op"] = (
            1e3 * (replay - median_ms(calls)) / count
        )
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


def memory(tf) -> dict[str, float]:
    """The most memory that was resident so far."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"most resident memory after these, MB": peak / 1024}


GROUPS = {f.__name__: f for f in (softmax_steps, layers, chains, overheads, large, memory)}


def serve(tf) -> None:
    """Answers until the input ends."""
    print(json.dumps(list(GROUPS)), flush=True)
    for line in sys.stdin:
        print(json.dumps(GROUPS[line.strip()](tf)), flush=True)


def _images(tf, n: int, size: int = 14, channels: int = 8):
    return tf.placeholder(tf.float32, [None, size, size, channels]), (n, size, size, channels)


def _conv(tf, n: int):
    x, shape = _images(tf, n)
    return x, shape, tf.nn.conv2d(x, tf.ones([3, 3, 8, 8]), [1, 1, 1, 1], "SAME")


def _conv_grad(tf, n: int, of: str):
    x, shape = _images(tf, n)
    w = tf.ones([3, 3, 8, 8])
    if of == "Input":
        return x, shape, tf.nn.conv2d_backprop_input(shape, w, x, [1, 1, 1, 1], "SAME")
    return x, shape, tf.nn.conv2d_backprop_filter(x, [3, 3, 8, 8], x, [1, 1, 1, 1], "SAME")


def _pool(tf, n: int, kind: str):
    x, shape = _images(tf, n)
    return x, shape, getattr(tf.nn, kind)(x, [1, 3, 3, 1], [1, 1, 1, 1], "SAME")


def _pool_grad(tf, n: int, kind: str):
    x, shape, y = _pool(tf, n, kind)
    return x, shape, tf.gradients(y, x)[0]


def _matrix(tf, n: int, build):
    x = tf.placeholder(tf.float32, [None, 100])
    return x, (n, 100), build(x)


def threshold_cases(tf) -> dict:
    """By op type: what builds it for n images or rows."""
    return {
        "Conv2D": lambda n: _conv(tf, n),
        "Conv2DBackpropInput": lambda n: _conv_grad(tf, n, "Input"),
        "Conv2DBackpropFilter": lambda n: _conv_grad(tf, n, "Filter"),
        "MatMul": lambda n: _matrix(
            tf, n, lambda x: tf.matmul(x, tf.ones([5000, 100]), False, True)
        ),
        "MaxPool": lambda n: _pool(tf, n, "max_pool"),
        "MaxPoolGrad": lambda n: _pool_grad(tf, n, "max_pool"),
        "AvgPool": lambda n: _pool(tf, n, "avg_pool"),
        "AvgPoolGrad": lambda n: _pool_grad(tf, n, "avg_pool"),
        "Relu": lambda n: _matrix(tf, n, tf.nn.relu),
        "Sum": lambda n: _matrix(tf, n, tf.reduce_sum),
        "Softmax": lambda n: _matrix(tf, n, tf.nn.softmax),
        "LogSoftmax": lambda n: _matrix(tf, n, tf.nn.log_softmax),
    }


def thresholds() -> None:
    """Prints, for some sizes, processor time with each backend, and the measure of the table."""
    import pyengine as tf
    from pyengine.executor.thresholds import THRESHOLDS

    for kind, build in threshold_cases(tf).items():
        for n in (1, 3, 10, 30, 100, 300):
            times = {}
            for backend in ("numpy", "torch"):
                options = tf.ConfigProto.Experimental(executor_type=backend)
                config = tf.ConfigProto(experimental=options, intra_op_parallelism_threads=1)
                with tf.Graph().as_default(), tf.Session(config=config) as sess:
                    x, shape, y = build(n)
                    value = np.ones(shape, "f")
                    times[backend] = median_ms(
                        lambda sess=sess, y=y, x=x, v=value: sess.run(y, {x: v}),
                        clock=time.process_time,
                    )
            print(
                f"{kind:22} {value.size:8d} elements "
                f"(PyTorch from {THRESHOLDS[kind].least:.0f} on): "
                f"NumPy {times['numpy']:.3f} ms, PyTorch {times['torch']:.3f}"
            )


def by_rows() -> None:
    """Prints processor times of convolutions, PyTorch's and by rows, and what these leave to do."""
    from unittest import mock

    from pyengine.executor.backend import load_torch
    from pyengine.executor.threads import set_threads
    from pyengine.executor.thresholds import BY_ROWS
    from pyengine.ops import torch_kernels, winograd

    set_threads(1)
    torch, same = load_torch(), {"padding": "SAME", "data_format": "NHWC"}
    ones = {"strides": (1, 1, 1, 1), "dilations": (1, 1, 1, 1)}
    for size in (7, 14, 28, 56):
        for width in (3, 5, 7):
            for channels, outputs in ((16, 16), (32, 64), (128, 32), (256, 256)):
                x, w = (
                    np.ones((4, size, size, channels), "f"),
                    np.ones((width, width, channels, outputs), "f"),
                )
                pads = ((width // 2, width // 2),) * 2
                with mock.patch.object(winograd, "is_quicker", return_value=False):
                    plain = median_ms(
                        lambda x=x, w=w: torch_kernels.conv(torch, x, w, **same, **ones),
                        clock=time.process_time,
                    )
                rows = median_ms(
                    lambda x=x, w=w, pads=pads: winograd.convolve(x, w, pads, x.shape[1:3]),
                    clock=time.process_time,
                )
                left = winograd.left_over(size, width, outputs)
                print(
                    f"{size:2} pixels, filter of {width}, {channels:3} to {outputs:3}: leaves "
                    f"{left:.2f} (rows up to {BY_ROWS}): PyTorch {plain:.3f} ms, by rows {rows:.3f}"
                )


def main() -> None:
    if "--thresholds" in sys.argv:
        thresholds()
        by_rows()
    elif sys.argv[1:] == ["peer"]:
        import tensorflow.compat.v1 as tf

        tf.disable_v2_behavior()
        serve(tf)
    else:
        import pyengine as tf

        serve(tf)


if __name__ == "__main__":
    main()
