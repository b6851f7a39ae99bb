"""Windows of images at given places."""

import numpy as np
import pytest

import pyengine as tf

IMAGE = np.arange(20, dtype=np.float32).reshape(1, 4, 5, 1)


def glimpse(size, offset, **settings):
    with tf.Graph().as_default(), tf.Session() as sess:
        taken = tf.image.extract_glimpse(IMAGE, size, [offset], **settings)
        assert taken.shape.as_list() == [1, *size, 1]
        return sess.run(taken)[0, :, :, 0]


def test_places_by_size_and_by_pixel():
    assert glimpse([2, 3], [0.0, 0.0]).tolist() == [[6, 7, 8], [11, 12, 13]]
    corner = glimpse([2, 2], [1.0, 1.0], centered=False, normalized=False)
    assert corner.tolist() == [[0, 1], [5, 6]]


@pytest.mark.parametrize("uniform", [True, False])
def test_noise_beyond_the_image(uniform):
    beyond = glimpse([2, 2], [0.0, 0.0], centered=False, uniform_noise=uniform)
    assert beyond[1, 1] == 0
    if uniform:
        assert (beyond >= 0).all()
        assert (beyond <= 19).all()


def test_offsets_for_each_image():
    with tf.Graph().as_default(), pytest.raises(ValueError, match="Dimensions"):
        tf.image.extract_glimpse(tf.zeros([2, 4, 4, 1]), [2, 2], tf.zeros([3, 2]))
