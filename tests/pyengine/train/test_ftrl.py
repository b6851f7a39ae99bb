"""FTRL, against its algorithm written out."""

import numpy as np
import pytest

import pyengine as tf
from tests.pyengine.train.stepping import assert_follows


@pytest.mark.parametrize("power", [-0.5, 0.0])
@pytest.mark.parametrize("shrinkage", [0.0, 0.25])
def test_follows_the_algorithm(power, shrinkage):
    def step(w, g, t, accum, linear):
        new = accum + g * g
        sigma = (new**-power - accum**-power) / 0.5
        linear = linear + g + 2 * shrinkage * w - sigma * w
        weights = (np.clip(linear, -0.25, 0.25) - linear) / (new**-power / 0.5 + 2 * 0.125)
        return weights, {"accum": new, "linear": linear}

    assert_follows(
        lambda: tf.train.FtrlOptimizer(
            0.5, power, 0.5, 0.25, 0.125, l2_shrinkage_regularization_strength=shrinkage
        ),
        step, accum=0.5, linear=0.0,
    )  # fmt: skip


def test_values_of_the_wrong_sign_are_refused():
    with pytest.raises(ValueError, match="learning_rate_power"):
        tf.train.FtrlOptimizer(0.1, 0.5)
    for argument in ("initial_accumulator_value", "l1_regularization_strength"):
        with pytest.raises(ValueError, match=argument):
            tf.train.FtrlOptimizer(0.1, **{argument: -1.0})


def test_slots_may_have_names_of_their_own():
    with tf.Graph().as_default():
        w = tf.Variable([1.0], name="w")
        optimizer = tf.train.FtrlOptimizer(0.1, accum_name="a", linear_name="b")
        optimizer.minimize(tf.reduce_sum(w * w))
        assert [v.name for v in optimizer.variables()] == ["w/a:0", "w/b:0"]
