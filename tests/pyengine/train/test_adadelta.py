"""Adadelta, against its algorithm written out."""

import numpy as np

import pyengine as tf
from tests.pyengine.train.stepping import assert_follows


def test_follows_the_algorithm():
    def step(w, g, t, accum, accum_update):
        accum = 0.5 * accum + 0.5 * g * g
        change = np.sqrt(accum_update + 0.125) / np.sqrt(accum + 0.125) * g
        slots = {"accum": accum, "accum_update": 0.5 * accum_update + 0.5 * change * change}
        return w - 0.75 * change, slots

    assert_follows(
        lambda: tf.train.AdadeltaOptimizer(0.75, 0.5, 0.125), step, accum=0.0, accum_update=0.0
    )
