import numpy as np
import pytest

import pyengine as tf
from pyengine.executor import updates
from pyengine.executor.runtime import Cell

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


def test_buffers_are_kept_but_not_while_someone_sees_them(monkeypatch):
    monkeypatch.setattr(updates, "_LEAST", 0)
    cell = Cell(None)
    cell.value = np.zeros(10)

    def step():
        updates.updated_by_blocks(lambda v, g: (v + g,), [cell], [cell.value], [np.ones(10)], 0)

    step()
    first, spare = cell.value.ctypes.data, cell.spare.ctypes.data
    step()
    assert (cell.value.ctypes.data, cell.spare.ctypes.data) == (spare, first)
    view = cell.spare[2:4]  # a run that is still at work on the value before the last
    assert view.tolist() == [1, 1]
    step()
    assert cell.value.tolist() == [3] * 10
    assert view.tolist() == [1, 1]


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
