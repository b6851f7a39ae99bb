"""Values of these functions are tested with `math`, whose names they are; here what is special."""

import numpy as np
import pytest

import pyengine as tf
from pyengine.ops import elementwise


def test_they_are_functions_of_the_main_module():
    for name in elementwise.__all__:
        assert getattr(tf, name) is getattr(elementwise, name)


@pytest.mark.parametrize("name", ["exp", "tanh", "sigmoid", "sqrt", "square", "log"])
def test_second_derivatives(name):
    with tf.Graph().as_default(), tf.Session() as sess:
        x = tf.placeholder(tf.float64, [])
        first = tf.gradients(getattr(tf, name)(x), x)[0]
        second = sess.run(tf.gradients(first, x)[0], {x: 0.7})
        step = 1e-6
        up, down = sess.run(first, {x: 0.7 + step}), sess.run(first, {x: 0.7 - step})
        assert second == pytest.approx((up - down) / (2 * step), rel=1e-6)


def test_memory_order_is_kept():
    with tf.Graph().as_default(), tf.Session() as sess:
        x = tf.placeholder(tf.float64, [2, 3])
        assert sess.run(tf.exp(x), {x: np.ones((2, 3), order="F")}).flags.f_contiguous
