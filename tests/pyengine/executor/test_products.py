"""Gradients that are products of matrices, made by the updates that take them."""

import numpy as np
import pytest

import pyengine as tf
from pyengine.executor import products, updates
from pyengine.executor.plan import Plan
from pyengine.executor.runtime import Runtime

OPTIMIZERS = {
    "descent": lambda: tf.train.GradientDescentOptimizer(0.1),
    "momentum": lambda: tf.train.MomentumOptimizer(0.1, 0.9),
    "adam": lambda: tf.train.AdamOptimizer(0.1),
    "ftrl": lambda: tf.train.FtrlOptimizer(0.1),
}
DATA = np.random.default_rng(0).normal(size=(5, 12)).astype("f")


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch):
    monkeypatch.setattr(updates, "_LEAST", 8)
    monkeypatch.setattr(updates, "_BLOCK", 24)


def layer(transposed=(False, False)):
    """A product with a variable, and the placeholder that is its other factor."""
    x = tf.placeholder(tf.float32, [12, None] if transposed[0] else [None, 12])
    w = tf.Variable(
        np.linspace(-1, 1, 84, dtype="f").reshape((7, 12) if transposed[1] else (12, 7))
    )
    product = tf.matmul(x, w, transpose_a=transposed[0], transpose_b=transposed[1])
    return x, w, tf.reduce_sum(tf.square(product))


def trained(optimizer, optimized, transposed=(False, False), steps=3):
    level = tf.OptimizerOptions.L1 if optimized else tf.OptimizerOptions.L0
    options = tf.GraphOptions(optimizer_options=tf.OptimizerOptions(opt_level=level))
    config = tf.ConfigProto(graph_options=options)
    with tf.Graph().as_default(), tf.Session(config=config) as sess:
        x, w, loss = layer(transposed)
        step = optimizer().minimize(loss)
        sess.run(tf.global_variables_initializer())
        for _ in range(steps):
            sess.run(step, {x: DATA.T if transposed[0] else DATA})
        return sess.run(w)


def kernels(fetches, feeds):
    return [step[0] for step in Plan(fetches, feeds, Runtime()).steps]


@pytest.mark.parametrize("optimizer", OPTIMIZERS.values(), ids=OPTIMIZERS)
@pytest.mark.parametrize(
    "transposed", [(False, False), (False, True), (True, False), (True, True)], ids=str
)
def test_training_is_the_same(optimizer, transposed):
    now, before = (trained(optimizer, flag, transposed) for flag in (True, False))
    np.testing.assert_allclose(now, before, rtol=1e-5, atol=1e-6)


def test_a_product_that_only_the_update_reads_is_left_to_it():
    with tf.Graph().as_default():
        x, w, loss = layer()
        optimizer = tf.train.AdamOptimizer()
        (gradient, _), *_ = pairs = optimizer.compute_gradients(loss, [w])
        step = optimizer.apply_gradients(pairs)
        assert any(isinstance(k, products.Updating) for k in kernels([step], [x]))
        assert not any(isinstance(k, products.Updating) for k in kernels([step, gradient], [x]))


def test_a_variable_in_its_own_gradient_is_read_before_it_is_written():
    """The gradient's rows are made of the old value, though the update is in place."""
    start = np.random.default_rng(1).normal(size=(9, 9)).astype("f")
    with tf.Graph().as_default(), tf.Session() as sess:
        w = tf.Variable(start)
        step = tf.train.GradientDescentOptimizer(0.1).apply_gradients([(tf.matmul(w, w), w)])
        sess.run(tf.global_variables_initializer())
        sess.run(step)
        np.testing.assert_allclose(sess.run(w), start - 0.1 * (start @ start), rtol=1e-5, atol=1e-6)


def test_an_error_is_that_of_the_product():
    with tf.Graph().as_default(), tf.Session() as sess:
        a = tf.placeholder(tf.float32, [None, None])
        w = tf.Variable(np.zeros((4, 5), "f"))
        gradient = tf.matmul(a, tf.ones([3, 5]), name="slope")
        step = tf.train.GradientDescentOptimizer(0.1).apply_gradients([(gradient, w)])
        sess.run(tf.global_variables_initializer())
        with pytest.raises(tf.errors.InvalidArgumentError, match="Matrix size") as caught:
            sess.run(step, {a: np.zeros((4, 2))})
        assert caught.value.op is gradient.op
        with pytest.raises(tf.errors.InvalidArgumentError, match="do not have the same shape"):
            sess.run(step, {a: np.zeros((2, 3))})
        np.testing.assert_array_equal(sess.run(w), 0)


def test_a_small_product_is_made_whole(monkeypatch):
    monkeypatch.setattr(updates, "_LEAST", 1 << 16)
    monkeypatch.setattr(updates.Product, "rows", None)  # calling it would fail
    now = trained(OPTIMIZERS["adam"], True)
    np.testing.assert_allclose(now, trained(OPTIMIZERS["adam"], False), rtol=1e-5)
