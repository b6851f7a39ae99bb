"""`map_fn`, `scan`, `foldl`, `foldr`."""

import numpy as np
import pytest

import pyengine as tf

M = np.array([[0.5, -1.0], [2.0, 0.25], [1.5, 3.0]], np.float32)


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_map_over_known_and_unknown_rows(sess):
    x = tf.placeholder(tf.float32, [None, 2])
    y = tf.map_fn(lambda r: r * r, x)
    assert y.shape.as_list() == [None, 2]
    np.testing.assert_array_equal(sess.run(y, {x: M}), M * M)
    assert sess.run(y, {x: M[:0]}).shape == (0, 2)
    assert tf.map_fn(lambda r: r, tf.constant(M)).shape.as_list() == [3, 2]


def test_map_of_structures_and_other_dtypes(sess):
    x = tf.constant([1, 2, 3])
    y = tf.map_fn(
        lambda p: {"s": p[0] + p[1], "f": tf.to_float(p[0]) / 2.0},
        (x, x * 10),
        dtype={"s": tf.int32, "f": tf.float32},
    )
    found = sess.run(y)
    assert found["s"].tolist() == [11, 22, 33]
    assert found["f"].tolist() == [0.5, 1.0, 1.5]


def test_map_over_strings(sess):
    y = tf.map_fn(lambda s: s, tf.constant(["a", "bc"]))
    assert sess.run(y).tolist() == [b"a", b"bc"]
    rows = tf.map_fn(lambda s: s, tf.constant([["a"], ["bc"]]))
    assert sess.run(rows).tolist() == [[b"a"], [b"bc"]]
    assert sess.run(tf.TensorArray(tf.string, 2).write(0, "x").stack()).tolist() == [b"x", b""]


def test_map_gradients_even_nested(sess):
    x, y = tf.constant(M), tf.constant([2.0, 3.0])
    z = tf.map_fn(lambda r: tf.map_fn(lambda e: e * e * y[0], r) + y, x)
    gx, gy = tf.gradients(z, [x, y])
    np.testing.assert_allclose(sess.run(gx), 4 * M, rtol=1e-6)
    np.testing.assert_allclose(sess.run(gy), [(M * M).sum() + 3, 3], rtol=1e-6)


def test_scan(sess):
    x = tf.constant(M)
    np.testing.assert_allclose(sess.run(tf.scan(lambda a, r: a + r, x)), M.cumsum(0))
    back = tf.scan(lambda a, r: a + r, x, reverse=True)
    np.testing.assert_allclose(sess.run(back), M[::-1].cumsum(0)[::-1])
    started = tf.scan(lambda a, r: a * 0.5 + tf.reduce_sum(r), x, initializer=tf.constant(8.0))
    assert sess.run(started).tolist() == [3.5, 4.0, 6.5]
    (g,) = tf.gradients(tf.scan(lambda a, r: a * r, x), x)
    wanted = [1 + M[1] + M[1] * M[2], M[0] * (1 + M[2]), M[0] * M[1]]
    np.testing.assert_allclose(sess.run(g), wanted, rtol=1e-6)


def test_folds(sess):
    x = tf.constant([1.0, 2.0, 4.0])
    assert sess.run(tf.foldl(lambda a, r: a - r, x)) == -5.0
    assert sess.run(tf.foldr(lambda a, r: a - r, x)) == 1.0
    assert sess.run(tf.foldl(lambda a, r: a - r, x, initializer=10.0)) == 3.0
    assert sess.run(tf.foldr(lambda a, r: r / a, x, initializer=tf.constant(2.0))) == 1.0
    (g,) = tf.gradients(tf.foldl(lambda a, r: a * r, x), x)
    assert sess.run(g).tolist() == [8.0, 4.0, 2.0]


def test_arguments_are_checked():
    with tf.Graph().as_default():
        for function in (tf.map_fn, tf.scan, tf.foldl, tf.foldr):
            with pytest.raises(TypeError, match="callable"):
                function(1, [1, 2])
            with pytest.raises(ValueError, match="scalar"):
                function(lambda *a: a[0], tf.constant(1))
        with pytest.raises((TypeError, ValueError), match="structure"):
            tf.map_fn(lambda r: (r, r), tf.constant([1, 2]))


def test_rows_with_results_of_other_dtypes():
    with tf.Graph().as_default(), tf.Session() as sess:
        x, scale = tf.constant([[1.0, 2.0], [3.0, 4.0]]), tf.constant(2.0)
        total, large = tf.vectorized_map(lambda r: (tf.reduce_sum(r) * scale, r > 1), x)
        assert (total.dtype, large.dtype) == (tf.float32, tf.bool)
        assert sess.run(total).tolist() == [6, 14]
        assert sess.run(large).tolist() == [[False, True], [True, True]]
