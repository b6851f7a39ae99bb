"""Adagrad, against its algorithm written out."""

import numpy as np
import pytest

import pyengine as tf
from tests.pyengine.train.stepping import assert_follows


def test_follows_the_algorithm():
    def step(w, g, t, accumulator):
        accumulator = accumulator + g * g
        return w - 0.5 * g / np.sqrt(accumulator), {"accumulator": accumulator}

    assert_follows(lambda: tf.train.AdagradOptimizer(0.5, 0.25), step, accumulator=0.25)


def test_the_initial_value_must_be_positive():
    with pytest.raises(ValueError, match="must be positive"):
        tf.train.AdagradOptimizer(0.1, 0.0)
