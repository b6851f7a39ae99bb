"""Watched runs."""

import time

import numpy as np
import pytest

import pyengine as tf
from pyengine.executor.plan import Plan
from pyengine.executor.runtime import Runtime
from pyengine.executor.watched import StepRecorder, peak_bytes, run_watched


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as g:
        yield g


def test_the_result_is_that_of_a_plain_run():
    x = tf.placeholder(tf.float32)
    a, b = tf.split(tf.exp(x), 2, 0)
    plan = Plan([a, b, a + b], [x], Runtime())
    feeds = [np.array([0.0, 1.0], np.float32)]
    records = []
    watched = run_watched(plan, feeds, None, records.append)
    assert [w.tolist() for w in watched] == [p.tolist() for p in plan(feeds)]
    assert [op.type for op, *_ in records] == ["Exp", "Split", "Add"]
    assert [len(results) for *_, results, _ in records] == [1, 2, 1]


def test_a_deadline_in_the_past_stops_it():
    x = tf.placeholder(tf.float32)
    plan = Plan([tf.exp(x)], [x], Runtime())
    with pytest.raises(tf.errors.DeadlineExceededError) as caught:
        run_watched(plan, [np.float32(1)], time.monotonic() - 1, None)
    assert caught.value.op.type == "Exp"


def test_a_kernels_error_names_the_op():
    x = tf.placeholder(tf.float32)
    plan = Plan([tf.matmul(x, [[1.0]], name="product")], [x], Runtime())
    with pytest.raises(tf.errors.InvalidArgumentError, match="product"):
        run_watched(plan, [np.ones((2, 2), np.float32)], None, None)


def test_records_become_step_stats():
    x = tf.placeholder(tf.float32, name="x")
    y = tf.exp(x, name="y")
    recorder = StepRecorder()
    recorder((y.op, 1000, 5000, 24, [np.zeros((2, 3), np.float32)], np.exp))
    metadata = tf.RunMetadata()
    recorder.fill(metadata.step_stats)
    (stats,) = metadata.step_stats.dev_stats[0].node_stats
    assert (stats.op_end_rel_nanos, stats.op_end_rel_micros) == (4000, 4)
    assert (stats.memory[0].total_bytes, stats.memory[0].live_bytes) == (24, 24)
    description = stats.output[0].tensor_description
    assert description.dtype == 1
    assert [d.size for d in description.shape.dim] == [2, 3]
    assert abs(stats.scheduled_micros / 1e6 - time.time()) < 60


def test_what_is_held_is_counted_and_let_go():
    x = tf.placeholder(tf.float32, [None])
    y = x
    for _ in range(5):
        y = tf.exp(y) * 0.1
    plan = Plan([y], [x], Runtime(), fuses=False)
    records = []
    run_watched(plan, [np.zeros(1000, "f")], None, records.append)
    held = [live for _, _, _, live, *_ in records]
    # A feed's array may be the caller's: it counts until its last reader. Constants stay.
    assert max(held) < 3 * 4000
    assert held[-1] < held[0] + 4000


def test_nothing_traced_is_nothing_held():
    assert peak_bytes(tf.RunMetadata()) == 0
