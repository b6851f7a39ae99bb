"""Windows of images and volumes."""

import numpy as np
import pytest

import pyengine as tf


@pytest.fixture
def sess():
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


X = np.arange(25.0).reshape(1, 5, 5, 1)


@pytest.mark.parametrize("rate", [1, 2])
@pytest.mark.parametrize("stride", [1, 2, 3])
def test_valid_windows(sess, rate, stride):
    y = tf.extract_image_patches(
        X, [1, 2, 2, 1], [1, stride, stride, 1], [1, rate, rate, 1], "VALID"
    )
    starts = range(0, 5 - rate, stride)
    wanted = [
        [X[0, r : r + rate + 1 : rate, c : c + rate + 1 : rate].ravel() for c in starts]
        for r in starts
    ]
    np.testing.assert_array_equal(sess.run(y)[0], wanted)
    assert y.shape == (1, *np.shape(wanted))


def test_windows_over_the_border(sess):
    y = tf.extract_image_patches(
        images=X, sizes=[1, 3, 3, 1], strides=[1, 2, 2, 1], rates=[1, 1, 1, 1], padding="SAME"
    )
    assert y.shape == [1, 3, 3, 9]
    padded = np.pad(X[0, :, :, 0], 1)
    assert sess.run(y)[0, 0, 0].tolist() == padded[:3, :3].ravel().tolist()


def test_volumes(sess):
    x = np.arange(8.0).reshape(1, 2, 2, 2, 1)
    y = tf.extract_volume_patches(x, [1, 2, 2, 2, 1], [1, 1, 1, 1, 1], "VALID")
    assert sess.run(y).ravel().tolist() == x.ravel().tolist()


def test_settings_that_do_not_fit(sess):
    with pytest.raises(ValueError, match="4 elements"):
        tf.extract_image_patches(X, [2, 2], [1, 1, 1, 1], [1, 1, 1, 1], "VALID")
    with pytest.raises(tf.errors.UnimplementedError, match="both ends"):
        sess.run(tf.extract_image_patches(X, [2, 2, 2, 1], [1, 1, 1, 1], [1, 1, 1, 1], "VALID"))
    with pytest.raises(ValueError, match="negative"):
        tf.extract_image_patches(X, [1, 7, 7, 1], [1, 1, 1, 1], [1, 1, 1, 1], "VALID")
    with pytest.raises(ValueError, match="padding"):
        tf.extract_image_patches(X, [1, 2, 2, 1], [1, 1, 1, 1], [1, 1, 1, 1], "FULL")


def test_the_later_name_gives_the_same_patches():
    image = np.arange(16.0).reshape(1, 4, 4, 1)
    window = ([1, 2, 2, 1], [1, 2, 2, 1], [1, 1, 1, 1], "VALID")
    with tf.Graph().as_default(), tf.Session() as sess:
        later = sess.run(tf.image.extract_patches(image, *window))
        assert later[0, 0].tolist() == [[0, 1, 4, 5], [2, 3, 6, 7]]
        np.testing.assert_array_equal(later, sess.run(tf.extract_image_patches(image, *window)))
