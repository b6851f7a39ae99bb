"""Proximal gradient descent, against its algorithm written out."""

import numpy as np
import pytest

import pyengine as tf
from tests.pyengine.train.stepping import assert_follows


@pytest.mark.parametrize("l1", [0.0, 0.25])
def test_follows_the_algorithm(l1):
    def step(w, g, t):
        moved = w - 0.125 * g
        shrunk = np.sign(moved) * np.maximum(np.abs(moved) - 0.125 * l1, 0)
        return shrunk / (1 + 0.5 * 0.125), {}

    assert_follows(lambda: tf.train.ProximalGradientDescentOptimizer(0.125, l1, 0.5), step)
