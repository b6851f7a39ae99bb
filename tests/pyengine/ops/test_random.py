"""Random ops: seeds, distributions, and TensorFlow's own numbers."""

import numpy as np
import pytest

import pyengine as tf


def draw(make, runs=1, graph_seed=None):
    with tf.Graph().as_default(), tf.Session() as sess:
        if graph_seed is not None:
            tf.set_random_seed(graph_seed)
        tensor = make()
        return [sess.run(tensor).tolist() for _ in range(runs)]


def test_seeds_repeat_in_new_sessions_and_move_on_in_one():
    def make():
        return tf.random_uniform([4], seed=7)

    first = draw(make, runs=2)
    assert first == draw(make, runs=2)
    assert first[0] != first[1]


def test_graph_seeds_make_ops_repeat_and_differ_from_each_other():
    def make():
        return tf.stack([tf.random_uniform([4]), tf.random_uniform([4])])

    first = draw(make, graph_seed=5)
    assert first == draw(make, graph_seed=5) != draw(make, graph_seed=6)
    assert first[0][0] != first[0][1]


def test_without_seeds_nothing_repeats():
    assert draw(lambda: tf.random_uniform([4])) != draw(lambda: tf.random_uniform([4]))


def test_rules_of_seeds():
    from pyengine.ops.random import get_seed

    with tf.Graph().as_default():
        assert get_seed(None) == (None, None)
        assert get_seed(3) == (87654321, 3)
        tf.set_random_seed(0)
        assert get_seed(0) == (0, 2**31 - 1)
        # Ops without a seed of their own are counted, whatever else is in the graph.
        tf.constant(1)
        assert [get_seed(None) for _ in range(3)] == [(0, 2**31 - 1), (0, 1), (0, 2)]
        tf.set_random_seed(-3)
        assert get_seed(2**31) == (2**31 - 4, 1)


def test_numbers_from_the_seed_of_the_graph_alone():
    with tf.Graph().as_default(), tf.Session() as sess:
        tf.set_random_seed(42)
        tf.constant(1)
        drawn = sess.run([tf.random_uniform([2]), tf.random_uniform([2]), tf.random_uniform([2])])
    wanted = [[0.8354591, 0.9162973], [0.15012848, 0.63992536], [0.98781276, 0.3620727]]
    np.testing.assert_allclose(drawn, wanted, rtol=1e-6)


@pytest.mark.parametrize(
    ("make", "low", "high", "mean", "deviation"),
    [
        (lambda: tf.random_uniform([5000], -1.0, 3.0, seed=1), -1, 3, 1.0, 4 / np.sqrt(12)),
        (lambda: tf.random_normal([5000], 2.0, 3.0, seed=1), -20, 20, 2.0, 3.0),
        (lambda: tf.truncated_normal([5000], 0.0, 0.1, seed=1), -0.2, 0.2, 0.0, 0.088),
        (lambda: tf.random_uniform([5000], 0, 10, tf.int32, seed=1), 0, 9, 4.5, 2.87),
    ],
)
def test_distributions(make, low, high, mean, deviation):
    values = np.array(draw(make)[0], float)
    assert low <= values.min()
    assert values.max() <= high
    assert values.mean() == pytest.approx(mean, abs=0.15)
    assert values.std() == pytest.approx(deviation, rel=0.05)


@pytest.mark.parametrize("dtype", [tf.float16, tf.float32, tf.float64])
def test_dtypes_and_shapes(dtype):
    with tf.Graph().as_default(), tf.Session() as sess:
        for function in (tf.random_uniform, tf.random_normal, tf.truncated_normal):
            tensor = function([3, 5], dtype=dtype)
            assert tensor.shape == [3, 5]
            assert sess.run(tensor).dtype == dtype.as_numpy_dtype
        n = tf.placeholder(tf.int32, [2])
        assert sess.run(tf.random_uniform(n), {n: [2, 7]}).shape == (2, 7)


@pytest.mark.parametrize(
    "bad",
    [
        lambda: tf.random_uniform([2], dtype=tf.int32),
        lambda: tf.random_uniform([2], dtype=tf.string),
        lambda: tf.random_normal([2], dtype=tf.int32),
        lambda: tf.random_uniform([None, 2]),
    ],
)
def test_what_cannot_be_drawn_is_refused(bad):
    with tf.Graph().as_default(), pytest.raises(ValueError, match=r"dtype|known|maxval"):
        bad()


def test_empty_bounds_are_refused_in_the_run():
    with tf.Graph().as_default(), tf.Session() as sess:
        x = tf.random_uniform([2], 5, 5, tf.int32)
        with pytest.raises(tf.errors.InvalidArgumentError, match="minval < maxval"):
            sess.run(x)


def test_a_shuffle_is_a_permutation():
    rows = draw(lambda: tf.random_shuffle(tf.range(20), seed=3))[0]
    assert sorted(rows) == list(range(20)) != rows
    assert draw(lambda: tf.random_shuffle([5]))[0] == [5]
