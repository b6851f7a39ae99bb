"""Proximal Adagrad, against its algorithm written out."""

import numpy as np
import pytest

import pyengine as tf
from tests.pyengine.train.stepping import assert_follows


@pytest.mark.parametrize("l1", [0.0, 0.25])
def test_follows_the_algorithm(l1):
    def step(w, g, t, accumulator):
        accumulator = accumulator + g * g
        rate = 0.125 / np.sqrt(accumulator)
        moved = w - rate * g
        shrunk = np.sign(moved) * np.maximum(np.abs(moved) - rate * l1, 0)
        return shrunk / (1 + 0.5 * rate), {"accumulator": accumulator}

    assert_follows(
        lambda: tf.train.ProximalAdagradOptimizer(0.125, 0.5, l1, 0.5), step, accumulator=0.5
    )


def test_the_initial_value_must_be_positive():
    with pytest.raises(ValueError, match="must be positive"):
        tf.train.ProximalAdagradOptimizer(0.1, 0.0)
