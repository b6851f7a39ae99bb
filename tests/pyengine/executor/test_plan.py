"""Plans: pruning, order, folding, lifetimes, errors."""

import gc
import threading

import numpy as np
import pytest

import pyengine as tf
from pyengine.executor.plan import Plan, collections_paused
from pyengine.executor.runtime import Runtime


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as g:
        yield g


def test_what_the_fetches_do_not_need_is_left_out():
    x = tf.placeholder(tf.float32)
    y = x + 1.0
    tf.matmul(tf.reshape(x, [1, 1]), [[1.0]])
    assert len(Plan([y], [x], Runtime())) == 1
    assert len(Plan([y], [y], Runtime())) == 0


def test_constants_are_folded():
    x = tf.placeholder(tf.float32)
    y = x * (tf.constant(2.0) + tf.sqrt(4.0))
    plan = Plan([y], [x], Runtime())
    assert len(plan) == 1
    assert plan([np.float32(3.0)]) == [12.0]


def test_a_large_result_is_computed_rather_than_kept():
    big = tf.fill([1000, 1000], 1.0)
    assert len(Plan([tf.reduce_sum(big)], [], Runtime())) >= 1


def test_what_has_state_is_never_folded():
    r = tf.random_uniform([3])
    plan = Plan([r], [], Runtime())
    assert not np.array_equal(plan([])[0], plan([])[0])


def test_an_error_while_folding_is_left_to_the_run():
    bad = tf.constant(1) // 0
    plan = Plan([bad], [], Runtime())
    with pytest.raises(tf.errors.InvalidArgumentError, match="zero") as caught:
        plan([])
    assert caught.value.op is bad.op
    assert caught.value.__cause__ is not None


def test_values_are_dropped_after_their_last_use():
    x = tf.placeholder(tf.float32, [None])
    y = x
    for _ in range(5):
        y = tf.sqrt(y + 1.0)
    plan = Plan([y], [x], Runtime())
    dropped = [slot for *_, dead in plan.steps for slot in dead]
    assert len(dropped) == len(set(dropped)) == len(plan)  # all but the fetch, and the feed too
    assert plan([np.zeros(2, np.float32)])[0].shape == (2,)


def test_an_output_that_nobody_reads_is_dropped_at_once():
    x = tf.placeholder(tf.float32, [4])
    first, _ = tf.split(x, 2)
    plan = Plan([first], [x], Runtime())
    assert plan([np.arange(4, dtype=np.float32)])[0].tolist() == [0.0, 1.0]
    assert sum(len(dead) for *_, dead in plan.steps) >= 2


def test_control_inputs_added_later_are_respected():
    v = tf.Variable(1.0)
    runtime = Runtime()
    Plan([v.initializer], [], runtime)([])
    read = v.read_value()
    write = v.assign(5.0)
    read.op._add_control_input(write.op)
    assert Plan([read], [], runtime)([]) == [5.0]


def test_a_cycle_of_control_inputs_is_an_error():
    a, b = tf.no_op(), tf.no_op()
    a._add_control_input(b)
    b._add_control_input(a)
    with pytest.raises(tf.errors.InvalidArgumentError, match="cycle"):
        Plan([a], [], Runtime())


@pytest.mark.parametrize(
    ("raised", "wanted"),
    [
        (ValueError("v"), tf.errors.InvalidArgumentError),
        (ZeroDivisionError("z"), tf.errors.InvalidArgumentError),
        (MemoryError("m"), tf.errors.ResourceExhaustedError),
        (NotImplementedError("n"), tf.errors.UnimplementedError),
        (OSError("o"), tf.errors.UnknownError),
        (tf.errors.NotFoundError(None, None, "f"), tf.errors.NotFoundError),
    ],
)
def test_exceptions_of_kernels_become_errors_of_ops(monkeypatch, raised, wanted):
    x = tf.placeholder(tf.float32)
    y = tf.rsqrt(x, name="culprit")

    def kernel(xp, x):
        raise raised

    monkeypatch.setattr(y.op.opdef, "kernel", kernel)
    with pytest.raises(wanted) as caught:
        Plan([y], [x], Runtime())([np.float32(1.0)])
    assert caught.value.op is y.op
    assert "culprit" in str(caught.value)
    assert __file__ in str(caught.value)


def test_waiting_for_a_fed_placeholder_is_no_use_of_it():
    with tf.Graph().as_default(), tf.Session() as sess:
        x = tf.placeholder(tf.float32, [])
        with tf.control_dependencies([x]):
            y = tf.identity(tf.constant(1.0))
        assert sess.run(y, {x: 2.0}) == 1
        with pytest.raises(tf.errors.InvalidArgumentError, match="must feed"):
            sess.run(y)


def test_updates_of_a_variable_from_several_threads_are_all_kept():
    v = tf.Variable(np.zeros(20000, np.float32))
    runtime = Runtime()
    Plan([v.initializer], [], runtime)([])
    add = Plan([v.assign_add(np.ones(20000, np.float32)).op], [], runtime)
    threads = [threading.Thread(target=lambda: [add([]) for _ in range(50)]) for _ in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert (runtime.cell(v._ref().op).read() == 200).all()


def test_collections_go_on_after_a_plan_is_made():
    assert gc.isenabled()
    Plan([tf.constant(1.0)], [], Runtime())
    assert gc.isenabled()
    gc.disable()
    try:
        with collections_paused():
            assert not gc.isenabled()
        assert not gc.isenabled()
    finally:
        gc.enable()
    with pytest.raises(ZeroDivisionError), collections_paused():
        raise ZeroDivisionError
    assert gc.isenabled()
