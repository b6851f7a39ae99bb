"""RMSProp, against its algorithm written out."""

import numpy as np

import pyengine as tf
from tests.pyengine.train.stepping import assert_follows


def test_follows_the_algorithm():
    def step(w, g, t, rms, momentum):
        rms = 0.75 * rms + 0.25 * g * g
        momentum = 0.5 * momentum + 0.125 * g / np.sqrt(rms + 0.25)
        return w - momentum, {"rms": rms, "momentum": momentum}

    assert_follows(
        lambda: tf.train.RMSPropOptimizer(0.125, 0.75, 0.5, 0.25), step, rms=1.0, momentum=0.0
    )


def test_centered_divides_by_the_standard_deviation():
    def step(w, g, t, rms, momentum, mg):
        rms, mg = 0.75 * rms + 0.25 * g * g, 0.75 * mg + 0.25 * g
        momentum = 0.5 * momentum + 0.125 * g / np.sqrt(rms - mg * mg + 0.25)
        return w - momentum, {"rms": rms, "momentum": momentum, "mg": mg}

    assert_follows(
        lambda: tf.train.RMSPropOptimizer(0.125, 0.75, 0.5, 0.25, centered=True),
        step, rms=1.0, momentum=0.0, mg=0.0,
    )  # fmt: skip
