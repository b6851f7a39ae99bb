"""Branches and loops as kernels."""

import numpy as np
import pytest

from pyengine.errors import InvalidArgumentError
from pyengine.executor.blocks import Branch, Loop
from pyengine.executor.steps import Block, loader

NOTHING = Block((), ())


def step(kernel, args, out, dead=()):
    return kernel, args, out, dead


def test_a_branch_runs_one_of_its_blocks():
    times = Block((step(lambda x: x * 10, (1,), 2),), (None,))
    minus = Block((step(lambda x: -x, (1,), 2),), (None,))
    values = [np.bool_(True), 3, None]
    Branch(0, times, minus)(values)
    assert values[2] == 30
    values[0] = np.bool_(False)
    Branch(0, times, minus)(values)
    assert values[2] == -3


def test_a_loop_takes_all_next_values_before_it_puts_any():
    head = Block((step(lambda n: n < 3, (0,), 3),), (None,))
    body = Block((step(lambda n: n + 1, (0,), 4),), (None,))
    values = [None, None, None, None, None, 0, "a", "b"]
    loop = Loop([(5, 0), (6, 1), (7, 2)], head, 3, body, loader((4, 2, 1)), [0, 1, 2], NOTHING, [4])
    loop(values)
    assert values[:3] == [3, "b", "a"]


def test_an_error_keeps_the_op_it_was_first_given():
    class Op:
        name, type, inputs, site = "inner", "T", (), ""

    def fails():
        raise ValueError("no")

    inner = Block(((lambda: fails(), (), 0, ()),), (Op,))
    with pytest.raises(InvalidArgumentError, match="no") as caught:
        inner.run([None])
    assert caught.value.op is Op
