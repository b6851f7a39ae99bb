"""Sines and their relatives against NumPy; gradients are checked by the registry walk."""

import numpy as np
import pytest

import pyengine as tf

NAMES = {
    "sin": np.sin, "cos": np.cos, "tan": np.tan, "asin": np.arcsin, "acos": np.arccos,
    "atan": np.arctan, "sinh": np.sinh, "cosh": np.cosh, "asinh": np.arcsinh, "atanh": np.arctanh,
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex128])
def test_values(name, dtype):
    x = np.array([-0.9, -0.1, 0.0, 0.5], dtype)
    with tf.Graph().as_default(), tf.Session() as sess:
        got = sess.run(getattr(tf, name)(x))
    assert got.dtype == dtype
    np.testing.assert_allclose(got, NAMES[name](x), rtol=1e-6)


def test_two_arguments_and_the_edge():
    with tf.Graph().as_default(), tf.Session() as sess:
        assert sess.run(tf.atan2([1.0, -1.0], [-1.0, -1.0])).tolist() == [
            np.float32(3 * np.pi / 4),
            np.float32(-3 * np.pi / 4),
        ]
        assert np.isnan(sess.run(tf.acosh(0.5)))
        with pytest.raises(TypeError, match="int32"):
            tf.sin(1)
