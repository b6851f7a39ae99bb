"""Steps, and how they are replayed."""

import numpy as np
import pytest

import pyengine as tf
from pyengine.errors import InvalidArgumentError
from pyengine.executor.plan import Plan
from pyengine.executor.runtime import Runtime
from pyengine.executor.steps import Block, arguments, loader, with_lifetimes
from pyengine.executor.waiting import Blocked


def step(kernel, args, out, dead=()):
    return kernel, args, out, dead


@pytest.mark.parametrize("count", range(5))
def test_a_kernel_takes_as_many_arguments_as_it_has(count):
    values = [*range(count), None]
    args = tuple(range(count))
    Block((step(lambda *given: given, args, count),), (None,)).run(values)
    assert values[-1] == args == tuple(loader(args)(values)) == tuple(arguments(values, args))


def test_a_kernel_without_slots_takes_all_values():
    values = [1, 2, None]
    Block((step(lambda all_of_them: len(all_of_them), None, 2),), (None,)).run(values)
    assert values == [1, 2, 3]
    assert arguments(values, None) == (values,)


def test_several_results_go_to_slots_in_a_row():
    values = [5, None, None]
    Block((step(lambda x: (x, -x), (0,), slice(1, 3), (0,)),), (None,)).run(values)
    assert values == [None, 5, -5]


def test_lifetimes_end_with_the_last_reader():
    steps = [(abs, (0,), 2), (max, (1, 2), 3), (divmod, (3, 3), slice(4, 6))]
    timed = with_lifetimes(steps, constant={1}, kept={4})
    assert [dead for *_, dead in timed] == [(0,), (2,), (3, 5)]


@pytest.mark.parametrize("at", [0, 1, 4])
def test_an_error_has_the_op_of_its_step(at):
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32)
        y = [x]
        for i in range(5):
            y.append(tf.py_func(lambda v, i=i: [v][i == at], [y[-1]], tf.float32))
        plan = Plan([y[-1]], [x], Runtime())
    with pytest.raises(tf.errors.OpError) as caught:
        plan([np.float32(1)])
    assert caught.value.op is y[at + 1].op


def test_values_are_dropped_when_told():
    values = [1, None]
    Block((step(lambda x: x + 1, (0,), 1, (0,)),), (None,)).run(values)
    assert values == [None, 2]


def blocked(wait):
    def waits():
        raise Blocked(wait, lambda: "waited", lambda: None)

    return waits


def test_a_step_that_has_to_wait_is_waited_for():
    values = ["given", None, None]
    first = step(blocked(lambda seconds: True), (), 1)
    second = step(lambda a, b: f"{a} {b}", (0, 1), 2, (0,))
    Block((first, second), (None, None)).run(values)
    assert values == [None, "waited", "given waited"]


def test_an_error_while_waiting_names_its_op():
    class Op:
        name, type, inputs, site = "queue", "T", (), ""

    def closed(seconds):
        raise ValueError("closed")

    with pytest.raises(InvalidArgumentError, match="closed") as caught:
        Block((step(blocked(closed), (), 0),), (Op,)).run([None])
    assert caught.value.op is Op
