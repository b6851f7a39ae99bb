"""batch and its kin."""

import numpy as np
import pytest

import pyengine as tf
from tests.pyengine.train.test_input import drained


@pytest.fixture(autouse=True)
def sess():
    with tf.Graph().as_default(), tf.Session() as sess:
        yield sess


def numbers(n=5):
    return tf.train.range_input_producer(n, num_epochs=1, shuffle=False).dequeue()


def lists(found):
    return [v.tolist() for v in found]


def test_the_last_batch_may_be_smaller(sess):
    x = tf.train.batch([numbers()], 2, allow_smaller_final_batch=True)
    assert (x.name, x.shape.as_list()) == ("batch:0", [None])
    assert lists(drained(sess, x)) == [[0, 1], [2, 3], [4]]


def test_or_be_left_out(sess):
    x = tf.train.batch(numbers(), 2)
    assert x.shape.as_list() == [2]
    assert lists(drained(sess, x)) == [[0, 1], [2, 3]]


def test_dictionaries_keep_their_keys(sess):
    i = numbers(2)
    (found,) = drained(sess, tf.train.batch({"b": i * 10, "a": i}, 2))
    assert {k: v.tolist() for k, v in found.items()} == {"a": [0, 1], "b": [0, 10]}
    assert list(tf.train.batch({"a": tf.constant(1)}, 2)) == ["a"]


def test_elements_of_different_sizes_are_padded(sess):
    x = tf.train.batch([tf.range(numbers(3))], 3, dynamic_pad=True)
    assert x.shape.as_list() == [3, None]
    assert lists(drained(sess, x)) == [[[0, 0], [0, 0], [0, 1]]]


def test_batches_are_enqueued_by_their_rows(sess):
    i = numbers(2)
    x = tf.train.batch([tf.stack([i, i + 10, i + 20])], 2, enqueue_many=True)
    assert lists(drained(sess, x)) == [[0, 10], [20, 1], [11, 21]]


def test_some_are_left_out(sess):
    i = numbers(6)
    pair = tf.train.maybe_batch([i, i * 2], tf.equal(i % 2, 0), 3)
    ((first, second),) = drained(sess, pair)
    assert (first.tolist(), second.tolist()) == ([0, 2, 4], [0, 4, 8])


def test_some_rows_are_left_out(sess):
    i = numbers(2)
    rows = tf.stack([i, i + 10])
    x = tf.train.maybe_batch([rows], rows > 0, 3, enqueue_many=True)
    assert lists(drained(sess, x)) == [[10, 1, 11]]
    y = tf.train.maybe_batch([rows], i > 0, 2, enqueue_many=True)
    assert y.shape.as_list() == [2]


def test_what_is_joined_comes_together(sess):
    found = drained(sess, tf.train.batch_join([[numbers(4)], [numbers(4) + 100]], 4))
    assert sorted(np.concatenate(found).tolist()) == [0, 1, 2, 3, 100, 101, 102, 103]
    several = [{"a": tf.constant(1)}, {"a": tf.constant(2)}]
    assert list(tf.train.batch_join(several, 2)) == ["a"]


def test_shuffled_batches(sess):
    x = tf.train.shuffle_batch([numbers(10)], 3, 20, 5, seed=4, allow_smaller_final_batch=True)
    assert x.name == "shuffle_batch:0"
    assert sorted(np.concatenate(drained(sess, x)).tolist()) == list(range(10))


def test_shuffled_and_joined_and_kept(sess):
    i, j = numbers(6), numbers(6)
    x = tf.train.maybe_shuffle_batch_join([[i], [j]], 2, 20, 1, True)
    y = tf.train.shuffle_batch_join([[i], [j]], 2, 20, 1)
    z = tf.train.maybe_shuffle_batch([i], 2, 20, 1, tf.constant(False))
    assert [t.shape.as_list() for t in (x, y, z)] == [[2], [2], [2]]
    assert sess.run(x.op.inputs[0].op.outputs[0]) is not None


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (lambda x: tf.train.batch([x], 2), ValueError),
        (lambda x: tf.train.batch([tf.placeholder(tf.int32, [None])], 2), ValueError),
        (lambda x: tf.train.batch([], 2), ValueError),
        (lambda x: tf.train.batch_join([], 2), ValueError),
        (lambda x: tf.train.batch_join([[1], [1, 2]], 2), ValueError),
        (lambda x: tf.train.batch_join([{"a": 1}, {"b": 1}], 2), ValueError),
        (lambda x: tf.train.batch_join([[1], [1.0]], 2), TypeError),
        (lambda x: tf.train.maybe_batch([1], tf.placeholder(tf.bool), 2), ValueError),
        (lambda x: tf.train.maybe_batch([1], tf.placeholder(tf.bool, [None]), 2), ValueError),
        (
            lambda x: tf.train.maybe_batch([[1]], [[True]], 2, enqueue_many=True),
            ValueError,
        ),
    ],
)
def test_what_cannot_work_is_refused(make, error):
    with pytest.raises(error):
        make(tf.placeholder(tf.float32))
