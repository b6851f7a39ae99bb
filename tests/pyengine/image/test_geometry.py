"""Flips, turns, crops and borders."""

import numpy as np
import pytest

import pyengine as tf

X = np.arange(2 * 4 * 6 * 1, dtype=np.float32).reshape(2, 4, 6, 1)


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


@pytest.mark.parametrize("x", [X, X[0]])
def test_flips_and_turns(sess, x):
    rows = x.ndim - 3
    axes = (rows, rows + 1)
    for got, wanted in (
        (tf.image.flip_left_right(x), np.flip(x, axes[1])),
        (tf.image.flip_up_down(x), np.flip(x, axes[0])),
        (tf.image.transpose_image(x), np.swapaxes(x, *axes)),
        *((tf.image.rot90(x, k), np.rot90(x, k, axes)) for k in range(-1, 5)),
    ):
        assert got.shape == list(wanted.shape)
        np.testing.assert_array_equal(sess.run(got), wanted)
    unknown = tf.placeholder(tf.float32)
    got = sess.run(tf.image.flip_left_right(unknown), {unknown: x})
    np.testing.assert_array_equal(got, np.flip(x, axes[1]))


def test_random_flips(sess):
    many = np.broadcast_to(X[:1], (100, 4, 6, 1))
    got = sess.run(tf.image.random_flip_left_right(many, seed=1))
    same = (got == many).all((1, 2, 3))
    assert 20 < same.sum() < 80
    np.testing.assert_array_equal(got[~same][0], X[0, :, ::-1])
    one = tf.image.random_flip_up_down(X[0], seed=1)
    found = {sess.run(one).tobytes() for _ in range(20)}
    assert found == {X[0].tobytes(), X[0, ::-1].tobytes()}


def test_random_flips_of_integers_and_of_images_of_a_rank_not_known(sess):
    tf.set_random_seed(42)
    batch = np.arange(12).reshape(3, 2, 2, 1)
    wanted = [[1, 0, 3, 2], [4, 5, 6, 7], [8, 9, 10, 11]]  # TensorFlow's
    assert sess.run(tf.image.random_flip_left_right(batch, seed=3)).reshape(3, 4).tolist() == wanted
    x = tf.placeholder(tf.int32)
    flip = tf.image.random_flip_left_right(x, seed=3)
    assert sess.run(flip, {x: batch}).reshape(3, 4).tolist() == wanted
    assert sess.run(flip, {x: batch[0]}).shape == (2, 2, 1)


def test_crops_and_borders(sess):
    def run(x):
        return sess.run(x).tolist()

    assert run(tf.image.central_crop(X, 0.5)) == X[:, 1:3, 1:5].tolist()
    assert run(tf.image.crop_to_bounding_box(X[0], 1, 2, 3, 4)) == X[0, 1:, 2:].tolist()
    wide = np.pad(X, [(0, 0), (1, 2), (3, 0), (0, 0)])
    assert run(tf.image.pad_to_bounding_box(X, 1, 3, 7, 9)) == wide.tolist()
    both = tf.image.resize_image_with_crop_or_pad(X, 6, 4)
    assert run(both) == np.pad(X, [(0, 0), (1, 1), (0, 0), (0, 0)])[:, :, 1:5].tolist()
    fit = tf.image.resize_image_with_pad(X, 8, 6, method=tf.image.ResizeMethod.NEAREST_NEIGHBOR)
    assert run(fit) == np.pad(X, [(0, 0), (2, 2), (0, 0), (0, 0)]).tolist()


def test_sizes_that_only_a_run_knows(sess):
    unknown = tf.placeholder(tf.float32, [None, None, None, 1])
    rows = tf.placeholder(tf.int32, [])
    feeds = {unknown: X, rows: 3}
    for got, wanted in (
        (tf.image.central_crop(unknown, 0.5), (2, 2, 4, 1)),
        (tf.image.crop_to_bounding_box(unknown, 0, 1, rows, 2), (2, 3, 2, 1)),
        (tf.image.pad_to_bounding_box(unknown, rows, 1, 9, 9), (2, 9, 9, 1)),
        (tf.image.resize_image_with_crop_or_pad(unknown, rows, 9), (2, 3, 9, 1)),
        (tf.image.resize_image_with_pad(unknown, 8, 8), (2, 8, 8, 1)),
    ):
        assert sess.run(got, feeds).shape == wanted


def test_random_crops(sess):
    got = tf.random_crop(X[0], [2, 3, 1], seed=2)
    assert got.shape.as_list() == [2, 3, 1]
    for _ in range(5):
        part = sess.run(got)[..., 0]
        y, x = divmod(int(part[0, 0]), 6)
        np.testing.assert_array_equal(part, X[0, y : y + 2, x : x + 3, 0])
    with pytest.raises(tf.errors.InvalidArgumentError):
        sess.run(tf.random_crop(X[0], [9, 3, 1]))


@pytest.mark.parametrize(
    "make",
    [lambda: tf.image.central_crop(X, 0.0), lambda: tf.image.central_crop(X, 1.5),
     lambda: tf.image.crop_to_bounding_box(X, 0, 0, 9, 2),
     lambda: tf.image.crop_to_bounding_box(X, -1, 0, 2, 2),
     lambda: tf.image.pad_to_bounding_box(X, 2, 0, 5, 9),
     lambda: tf.image.resize_image_with_crop_or_pad(X, 0, 2),
     lambda: tf.image.flip_left_right(X[0, 0]), lambda: tf.image.rot90(X, [1, 2])],
)  # fmt: skip
def test_refusals(sess, make):
    with pytest.raises(ValueError):
        make()


def test_an_image_of_an_unknown_rank_is_taken_for_one():
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float32)
        image = np.arange(6, dtype=np.float32).reshape(2, 3, 1)
        assert session.run(tf.image.crop_to_bounding_box(x, 1, 0, 1, 2), {x: image}).size == 2
        assert session.run(tf.image.pad_to_bounding_box(x, 1, 1, 4, 5), {x: image}).shape[0] == 4
