"""Adagrad by dual averaging, against its algorithm written out."""

import numpy as np
import pytest

import pyengine as tf
from tests.pyengine.train.stepping import assert_follows


@pytest.mark.parametrize("l1", [0.0, 0.125])
def test_follows_the_algorithm(l1):
    def step(w, g, t, gradient_accumulator, gradient_squared_accumulator):
        total, squared = gradient_accumulator + g, gradient_squared_accumulator + g * g
        shrunk = np.sign(total) * np.maximum(np.abs(total) - l1 * (t + 1), 0)
        new = -0.5 * shrunk / (0.25 * (t + 1) * 0.5 + np.sqrt(squared))
        slots = {"gradient_accumulator": total, "gradient_squared_accumulator": squared}
        return new, slots

    def make():
        steps = tf.train.create_global_step()
        optimizer = tf.train.AdagradDAOptimizer(0.5, steps, 0.5, l1, 0.25)
        minimize = optimizer.minimize
        optimizer.minimize = lambda loss: minimize(loss, global_step=steps)
        return optimizer

    assert_follows(make, step, gradient_accumulator=0.0, gradient_squared_accumulator=0.5)


def test_the_initial_value_must_be_positive():
    with pytest.raises(ValueError, match="must be positive"):
        tf.train.AdagradDAOptimizer(0.1, 0, -1.0)
