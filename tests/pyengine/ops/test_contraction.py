"""Products over chosen axes against NumPy."""

import numpy as np
import pytest

import pyengine as tf


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


rng = np.random.default_rng(5)


@pytest.mark.parametrize(
    ("equation", "shapes"),
    [
        ("ij,jk->ik", [(2, 3), (3, 4)]),
        ("ij,jk", [(2, 3), (3, 4)]),
        ("bij,bjk->bik", [(2, 3, 4), (2, 4, 5)]),
        ("ii->i", [(3, 3)]),
        ("ii", [(3, 3)]),
        ("ij->ji", [(2, 3)]),
        ("ij->", [(2, 3)]),
        ("i,j,k->kji", [(2,), (3,), (4,)]),
        ("ij,i->j", [(2, 3), (2,)]),
        ("ij,k->i", [(2, 3), (4,)]),
        ("...ij,...jk->...ik", [(5, 2, 3), (3, 4)]),
        ("...ij,...jk", [(1, 2, 3), (5, 3, 4)]),
        ("iij,jk->ik", [(2, 2, 3), (3, 4)]),
        ("i...->...", [(3, 2, 4)]),
    ],
)
@pytest.mark.parametrize("known", [True, False])
def test_einsum_and_its_gradients(sess, equation, shapes, known):
    values = [rng.normal(size=s) for s in shapes]
    inputs = [tf.placeholder(tf.float64, s if known else [None] * len(s)) for s in shapes]
    feeds = dict(zip(inputs, values))
    y = tf.einsum(equation, *inputs)
    wanted = np.einsum(equation, *values)
    np.testing.assert_allclose(sess.run(y, feeds), wanted)
    assert y.shape.is_compatible_with(wanted.shape)
    weights = rng.normal(size=wanted.shape)
    for x, slope in zip(inputs, tf.gradients(y * weights, inputs)):
        got = sess.run(slope, feeds)
        step = rng.normal(size=feeds[x].shape)
        up, down = ({**feeds, x: feeds[x] + s * 1e-5 * step} for s in (1, -1))
        change = ((sess.run(y, up) - sess.run(y, down)) * weights).sum() / 2e-5
        np.testing.assert_allclose((got * step).sum(), change, rtol=1e-6, atol=1e-8)


def test_an_ellipsis_may_stand_for_an_unknown_number_of_axes(sess):
    x, y = tf.placeholder(tf.float64), tf.placeholder(tf.float64)
    z = tf.einsum("...ij,...jk->...ik", x, y)
    assert z.shape.ndims is None
    feeds = {x: rng.normal(size=(2, 1, 2, 3)), y: rng.normal(size=(4, 3, 2))}
    np.testing.assert_allclose(sess.run(z, feeds), np.matmul(feeds[x], feeds[y]))
    slopes = sess.run(tf.gradients(z, [x, y]), feeds)
    assert [s.shape for s in slopes] == [(2, 1, 2, 3), (4, 3, 2)]


@pytest.mark.parametrize(
    ("equation", "count"),
    [("ij,jk->ik", 1), ("ij->ii", 1), ("ij->k", 1), ("i.j->i", 1), ("i1->i", 1), ("ijk->i", 1)],
)
def test_equations_that_do_not_fit(equation, count):
    with pytest.raises(ValueError, match=r"."):
        tf.einsum(equation, *[np.zeros((2, 2))] * count)


def test_einsum_takes_its_options_by_name(sess):
    assert tf.einsum("i,i->", [1.0], [2.0], name="dot", optimize="greedy").op.name == "dot"
    with pytest.raises(ValueError, match="differ"):
        tf.einsum("i,i->", [1.0], [2.0, 3.0])
    with pytest.raises(TypeError, match="keyword"):
        tf.einsum("i->", [1.0], axis=1)


@pytest.mark.parametrize("axes", [0, 1, 2, [[1, 2], [0, 1]], [[2], [1]], [0, 2], (-1, 1)])
def test_tensordot(sess, axes):
    a, b = rng.normal(size=(3, 3, 3)), rng.normal(size=(3, 3, 3))
    y = tf.tensordot(a, b, axes)
    wanted = np.tensordot(a, b, axes)
    np.testing.assert_allclose(sess.run(y), wanted)
    assert y.shape == wanted.shape
    x, z = tf.placeholder(tf.float64, [None] * 3), tf.placeholder(tf.float64, [None] * 3)
    np.testing.assert_allclose(sess.run(tf.tensordot(x, z, axes), {x: a, z: b}), wanted)


def test_axes_that_do_not_fit():
    a = np.zeros((2, 3))
    for axes, why in ((3, "larger"), (-1, "at least 0"), ([1], "length 2"), ([[0, 1], [0]], "!=")):
        with pytest.raises(ValueError, match=why):
            tf.tensordot(a, a, axes)
    with pytest.raises(ValueError, match="must be equal"):
        tf.tensordot(a, a, 1)
