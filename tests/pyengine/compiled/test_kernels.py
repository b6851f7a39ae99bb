"""The engine runs without what is compiled, and gives the same."""

import subprocess
import sys

import numpy as np
import pytest

from pyengine import compiled

PROGRAM = """
import sys
if "plain" in sys.argv:
    sys.modules["pyengine.compiled._kernels"] = None  # as if it had not been compiled
import numpy as np
import pyengine as tf
from pyengine import compiled
assert (compiled.kernels is None) == ("plain" in sys.argv)
x = tf.random_uniform([2, 8, 12, 16], seed=1)
w = tf.random_normal([3, 5, 16, 32], seed=2)
y = tf.nn.max_pool(tf.nn.conv2d(x, w, [1, 1, 1, 1], "SAME"), [1, 2, 2, 1], [1, 2, 2, 1], "SAME")
with tf.Session() as sess:
    np.savez(sys.argv[1], *sess.run([x, w, y, *tf.gradients(tf.square(y), [x, w])]))
"""


@pytest.mark.parametrize("backend", ["numpy", "auto"])
def test_the_same_without_what_is_compiled(tmp_path, monkeypatch, backend):
    monkeypatch.setenv("TENSORFLOW_BACKEND", backend)
    found = {}
    for kind in ("compiled", "plain"):
        path = tmp_path / f"{kind}.npz"
        subprocess.run([sys.executable, "-c", PROGRAM, path, kind], check=True)
        with np.load(path) as values:
            found[kind] = list(values.values())
    for i, (one, other) in enumerate(zip(*found.values())):
        if i < 2:  # random numbers
            np.testing.assert_array_equal(one, other)
        scale = np.abs(other).max()
        np.testing.assert_allclose(one, other, rtol=0, atol=2e-6 * scale)


def test_lanes_are_those_of_the_processor():
    assert compiled.kernels is not None  # set-up compiles it
    assert compiled.LANES in (0, 4, 8, 16)
