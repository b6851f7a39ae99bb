"""WebP files. The shapes and values are those that TensorFlow gave."""

import io

import numpy as np
import pytest
from PIL import Image

import pyengine as tf

PIXELS = np.arange(6 * 7 * 3).reshape(6, 7, 3).astype(np.uint8)
ALPHA = np.dstack([PIXELS, PIXELS[..., :1] + np.uint8(1)])


def webp(pixels, **options):
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "WEBP", lossless=True, exact=True, **options)
    return file.getvalue()


@pytest.fixture(autouse=True)
def session():
    with tf.Graph().as_default(), tf.Session() as sess:
        yield sess


@pytest.mark.parametrize("pixels", [PIXELS, ALPHA])
def test_pixels(session, pixels):
    for channels in (0, pixels.shape[2]):
        image = tf.image.decode_webp(webp(pixels), channels)
        assert image.shape.as_list() == [None, None, None, channels or None]
        np.testing.assert_array_equal(session.run(image), pixels[np.newaxis])


def test_frames(session):
    data = webp(PIXELS, save_all=True, append_images=[Image.fromarray(255 - PIXELS)])
    frames = session.run(tf.io.decode_webp(data))
    assert frames.shape == (2, 6, 7, 4)
    np.testing.assert_array_equal(frames[..., :3], [PIXELS, 255 - PIXELS])


def test_what_is_refused(session):
    good = webp(PIXELS)
    for image, message in (
        (tf.image.decode_webp(good, 1), "only supports 3 or 4"),
        (tf.image.decode_webp(good, 4), "channels requested does not match"),
        (tf.image.decode_webp(b"abc"), "no WebP"),
        (tf.image.decode_webp(good[:20]), "Invalid WebP data, size 20"),
    ):
        with pytest.raises(tf.errors.InvalidArgumentError, match=message):
            session.run(image)
    with pytest.raises(TypeError, match="gives uint8, not float32"):
        tf.image.decode_webp(good, dtype=tf.float32)
