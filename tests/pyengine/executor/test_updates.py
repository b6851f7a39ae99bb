import threading
import time

import numpy as np
import pytest

import pyengine as tf
from pyengine.compiled import LANES, kernels
from pyengine.executor import updates
from pyengine.executor.runtime import Cell
from pyengine.ops import training
from pyengine.ops.training import apply_adam

OPTIMIZERS = [
    tf.train.GradientDescentOptimizer(0.1),
    tf.train.MomentumOptimizer(0.1, 0.9, use_nesterov=True),
    tf.train.AdamOptimizer(0.1),
    tf.train.AdagradOptimizer(0.1),
    tf.train.RMSPropOptimizer(0.1, centered=True),
    tf.train.FtrlOptimizer(0.1, l1_regularization_strength=0.01),
]


def trained(optimizer, gradient, steps=3):
    with tf.Graph().as_default(), tf.Session() as sess:
        v = tf.Variable(np.linspace(-1, 1, gradient.size, dtype="f").reshape(gradient.shape))
        g = tf.placeholder(tf.float32, gradient.shape)
        step = optimizer.apply_gradients([(g, v)])
        sess.run(tf.global_variables_initializer())
        seen = []
        for _ in range(steps):
            seen.append(sess.run(v))
            sess.run(step, {g: gradient})
        return [*seen, sess.run(v)]


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=lambda o: o.get_name())
@pytest.mark.parametrize("order", ["C", "F"])
def test_blocks_change_nothing(optimizer, order, monkeypatch):
    gradient = np.asarray(np.random.default_rng(0).normal(size=(30, 40)), "f", order=order)
    whole = trained(optimizer, gradient)
    monkeypatch.setattr(updates, "_LEAST", 0)
    monkeypatch.setattr(updates, "_BLOCK", 64)
    for a, b in zip(trained(optimizer, gradient), whole):
        np.testing.assert_allclose(a, b, rtol=1e-6, atol=1e-7)


def test_an_array_is_written_to_but_not_while_someone_sees_it(monkeypatch):
    monkeypatch.setattr(updates, "_LEAST", 0)
    cell = Cell(None)
    cell.value = np.zeros(10)

    def add(value, slope):
        value += slope

    def step():
        assert updates.updated_by_blocks(add, [cell], [np.ones(10)], 0)

    first = cell.value.ctypes.data
    step()
    assert cell.value.ctypes.data == first
    view = cell.value[2:4]  # a run that is still at work on the value
    step()
    assert cell.value.ctypes.data != first
    assert cell.value.tolist() == [2] * 10
    assert view.tolist() == [1, 1]


def test_a_failed_update_leaves_the_cell_with_a_value(monkeypatch):
    monkeypatch.setattr(updates, "_LEAST", 0)
    cell = Cell(None)
    cell.value = np.zeros(10)

    def fail(value, slope):
        raise ValueError("on purpose")

    with pytest.raises(ValueError, match="on purpose"):
        updates.updated_by_blocks(fail, [cell], [np.ones(10)], 0)
    assert cell.read().tolist() == [0] * 10


def test_readers_wait_for_an_update(monkeypatch):
    monkeypatch.setattr(updates, "_LEAST", 0)
    monkeypatch.setattr(updates, "_BLOCK", 5)
    cell, seen = Cell(None), []
    cell.value = np.zeros(10)
    begun = threading.Event()

    def add(value, slope):
        begun.set()
        time.sleep(0.02)
        value += slope

    def read():
        begun.wait()
        assert cell.is_initialized
        seen.append(cell.read().tolist())

    reader = threading.Thread(target=read)
    reader.start()
    updates.updated_by_blocks(add, [cell], [np.ones(10)], 0)
    reader.join()
    assert seen == [[1] * 10]


def test_a_constant_that_a_variable_started_with_is_not_written_to(monkeypatch):
    monkeypatch.setattr(updates, "_LEAST", 0)
    values = trained(tf.train.GradientDescentOptimizer(1.0), np.ones((4, 4), "f"), 4)
    with tf.Graph().as_default(), tf.Session() as sess:
        start = tf.constant(np.zeros((4, 4), "f"))
        v = tf.Variable(start)
        step = tf.train.GradientDescentOptimizer(1.0).apply_gradients([(tf.ones([4, 4]), v)])
        sess.run(v.initializer)
        for _ in range(4):
            sess.run(step)
        sess.run(v.initializer)
        assert not sess.run(v).any()
    assert len(values) == 5


@pytest.mark.parametrize("lanes", [n for n in (4, 8, 16) if n == 4 or n <= LANES])
@pytest.mark.parametrize("least", [0, 1 << 30])
@pytest.mark.parametrize("nesterov", [False, True])
@pytest.mark.parametrize("order", ["C", "F"])
def test_adam_in_one_pass_gives_the_same(monkeypatch, lanes, least, nesterov, order):
    """In place and on copies, on each kind of vector registers, and by NumPy."""
    monkeypatch.setattr(updates, "_LEAST", least)
    monkeypatch.setattr(training, "_PASS_BLOCK", 512)
    gradient = np.asarray(np.random.default_rng(0).normal(size=(30, 43)), "f", order)
    found = {}
    for n in (0, lanes):
        monkeypatch.setattr(training, "LANES", n)
        with tf.Graph().as_default(), tf.Session() as sess:
            var, m, v = (tf.Variable(np.full(gradient.shape, k, "f")) for k in (1.0, 0.1, 0.2))
            fed = tf.placeholder(tf.float32, gradient.shape)
            step = apply_adam(var, m, v, 0.9, 0.99, 0.1, 0.8, 0.9, 1e-3, fed, use_nesterov=nesterov)
            sess.run(tf.global_variables_initializer())
            before = sess.run(var)
            for _ in range(3):
                sess.run(step, {fed: gradient})
            assert (before == 1).all()  # what was fetched stays
            found[n] = sess.run([var, m, v])
    for a, b in zip(found[lanes], found[0]):
        np.testing.assert_allclose(a, b, rtol=2e-6, atol=1e-7)


def test_a_pass_refuses_what_does_not_fit():
    a, b = np.zeros(3, "f"), np.zeros(4, "f")
    with pytest.raises(ValueError, match="the numbers of slopes do not fit"):
        kernels.adam_step(a, a, b, a, 0.1, 0.9, 0.9, 1e-8, False, 4)
