import functools
import os
import subprocess
import sys

import numpy as np
import pytest

import pyengine as tf
from pyengine.executor import backend

needs_torch = pytest.mark.skipif(not backend.is_installed(), reason="PyTorch is not installed")


def config(name):
    return tf.ConfigProto(experimental=tf.ConfigProto.Experimental(executor_type=name))


def run(build, *arrays, name):
    with tf.Graph().as_default(), tf.Session(config=config(name)) as sess:
        feeds = [tf.placeholder(tf.as_dtype(a.dtype), [None] * a.ndim) for a in arrays]
        return sess.run(build(*feeds), dict(zip(feeds, arrays)))


def test_the_configuration_goes_before_the_environment(monkeypatch):
    monkeypatch.setenv(backend.VARIABLE, "numpy")
    assert backend.chosen_backend() == "numpy"
    assert backend.chosen_backend("auto") == "auto"


def test_another_name_is_refused():
    with pytest.raises(tf.errors.InvalidArgumentError, match="auto, numpy, torch, not 'jax'"):
        tf.Session(config=config("jax"))


def test_torch_has_to_be_there_when_it_is_asked_for(monkeypatch):
    monkeypatch.setattr(backend, "is_installed", lambda: False)
    with pytest.raises(tf.errors.InvalidArgumentError, match="needs PyTorch"):
        backend.chosen_backend("torch")


@needs_torch
def test_small_work_does_not_import_torch():
    code = (
        "import sys, pyengine as tf; sess = tf.Session(); "
        "sess.run(tf.nn.softmax(tf.nn.relu(tf.random_normal([20, 10])))); "
        "sys.exit('torch' in sys.modules)"
    )
    env = {k: v for k, v in os.environ.items() if k != backend.VARIABLE}
    assert subprocess.run([sys.executable, "-c", code], env=env).returncode == 0


rng = np.random.default_rng(0)


def floats(*shape):
    return rng.normal(size=shape).astype(np.float32)


def conv(x, w, **kwargs):
    return tf.nn.conv2d(x, w, **{"strides": [1, 1, 1, 1], "padding": "SAME", **kwargs})


def pooled(pool, **kwargs):
    given = {"ksize": [1, 2, 2, 1], "strides": [1, 2, 2, 1], "padding": "SAME", **kwargs}
    return lambda x: pool(x, **given)


CONVOLUTIONS = {
    "same": {},
    "valid": {"padding": "VALID"},
    "even kernel": {},  # padded more after than before
    "strided": {"strides": [1, 2, 3, 1]},
    "dilated": {"dilations": [1, 2, 1, 1]},
    "explicit": {"padding": [[0, 0], [2, 1], [0, 3], [0, 0]]},
    "grouped": {},
    "channels first": {"data_format": "NCHW"},
}


@needs_torch
@pytest.mark.parametrize("name", CONVOLUTIONS)
def test_convolutions_and_their_gradients_agree(name):
    x = floats(2, 4, 9, 8) if name == "channels first" else floats(2, 9, 8, 4)
    w = floats(*((4, 2) if name == "even kernel" else (3, 3)), 2 if name == "grouped" else 4, 6)

    def build(x, w):
        y = conv(x, w, **CONVOLUTIONS[name])
        return [y, *tf.gradients(tf.reduce_sum(tf.sin(y)), [x, w])]

    for ours, theirs in zip(run(build, x, w, name="torch"), run(build, x, w, name="numpy")):
        assert ours.dtype == theirs.dtype
        np.testing.assert_allclose(ours, theirs, rtol=2e-5, atol=2e-5)


POOLS = {
    "even": {},
    "odd": {"ksize": [1, 3, 3, 1]},
    "valid": {"padding": "VALID", "ksize": [1, 3, 2, 1]},
    "wide steps": {"strides": [1, 3, 3, 1]},
}


@needs_torch
@pytest.mark.parametrize("name", POOLS)
@pytest.mark.parametrize("pool", [tf.nn.max_pool, tf.nn.avg_pool])
def test_pools_and_their_gradients_agree(pool, name):
    x = np.round(floats(2, 9, 8, 3), 1)  # rounded: with ties

    def build(x):
        y = pooled(pool, **POOLS[name])(x)
        return [y, *tf.gradients(tf.reduce_sum(tf.sin(y)), [x])]

    for ours, theirs in zip(run(build, x, name="torch"), run(build, x, name="numpy")):
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-5)


@needs_torch
@pytest.mark.parametrize(
    "build",
    [
        tf.nn.relu,
        tf.nn.softmax,
        tf.nn.log_softmax,
        tf.reduce_sum,
        functools.partial(tf.reduce_sum, axis=[0, -1], keepdims=True),
    ],
)
@pytest.mark.parametrize("order", ["C", "F"])
def test_the_rest_agrees_in_any_memory_order(build, order):
    x = np.asarray(floats(5, 4, 3), order=order)
    for array in (x, x[::-1], np.broadcast_to(x[:1], x.shape)):
        ours, theirs = run(build, array, name="torch"), run(build, array, name="numpy")
        np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-6)


@needs_torch
def test_read_only_feeds_are_taken_without_a_warning_and_left_alone():
    x = floats(3, 4)
    x.flags.writeable = False
    before = x.copy()
    run(tf.nn.relu, x, name="torch")
    assert (x == before).all()


@needs_torch
def test_what_cannot_be_computed_raises_as_numpy_does():
    x, w = floats(1, 2, 2, 3), floats(1, 1, 2, 4)
    for name in ("torch", "numpy"):
        with pytest.raises(tf.errors.InvalidArgumentError, match="not a multiple"):
            run(conv, x, w, name=name)


@needs_torch
def test_sizes_choose_the_kernel(monkeypatch):
    used = []
    load = backend.load_torch
    monkeypatch.setattr(backend, "load_torch", lambda: used.append(1) or load())

    def convolved(x):
        return conv(x, np.ones((3, 3, 4, 4), np.float32))

    small, large = floats(1, 4, 4, 4), floats(16, 28, 28, 4)
    assert run(convolved, small, name="auto").shape == (1, 4, 4, 4)
    assert not used
    assert run(convolved, large, name="auto").shape == (16, 28, 28, 4)
    assert used
