"""What the tests of the optimizers share: the same few steps on dense and on sparse gradients."""

import numpy as np

import pyengine as tf

START = np.array([1.0, -2.0, 3.0, 0.5])
STEPS = 4


def trained(make, sparse):
    """The weights and slots after some steps down the sum of cubes, a quarter of it for zero.

    Args:
        make: returns the optimizer.
        sparse: whether the gradient names rows; then one row never has any.

    Returns:
        The weights, and a dict of the slots.
    """
    with tf.Graph().as_default(), tf.Session() as sess:
        w = tf.Variable(START)
        taken = tf.gather(w, [0, 1, 1, 3]) if sparse else w
        optimizer = make()
        train = optimizer.minimize(tf.reduce_sum(taken * taken * taken) / 3.0)
        sess.run(tf.global_variables_initializer())
        for _ in range(STEPS):
            sess.run(train)
        names = optimizer.get_slot_names()
        return sess.run(w), sess.run({n: optimizer.get_slot(w, n) for n in names})


def walked(step, sparse, **slots):
    """The same with `step(w, gradient, t, **slots)`, which returns the new weights and slots."""
    w, slots = START.copy(), {n: np.full(4, v) for n, v in slots.items()}
    for t in range(STEPS):
        counts = np.array([1.0, 2.0, 0.0, 1.0]) if sparse else np.ones(4)
        new, changed = step(w, w * w * counts, t, **slots)
        rows = counts > 0  # a row without a gradient stays, and so do its slots
        w = np.where(rows, new, w)
        slots = {n: np.where(rows, changed[n], slots[n]) for n in slots}
    return w, slots


def assert_follows(make, step, **slots):
    """Checks an optimizer against its algorithm, on dense and on sparse gradients."""
    for sparse in (False, True):
        got, got_slots = trained(make, sparse)
        wanted, wanted_slots = walked(step, sparse, **slots)
        np.testing.assert_allclose(got, wanted, rtol=1e-6)
        assert set(got_slots) == set(wanted_slots)
        for name, value in wanted_slots.items():
            np.testing.assert_allclose(got_slots[name], value, rtol=1e-6, atol=1e-12)
