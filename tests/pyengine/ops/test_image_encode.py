"""Images written to files."""

import io
import pathlib

import numpy as np
import pytest
from PIL import Image

import pyengine as tf

RECORDED = pathlib.Path(__file__).parents[1] / "recorded"


@pytest.fixture(scope="module")
def recorded():
    with np.load(RECORDED / "images.npz") as arrays:
        return dict(arrays)


def encoded(encode, image, **options):
    with tf.Graph().as_default(), tf.Session() as sess:
        return sess.run(encode(image, **options))


def test_a_jpeg_file_is_that_of_tensorflow(recorded):
    assert encoded(tf.image.encode_jpeg, recorded["ramp"]) == recorded["jpeg"].tobytes()


@pytest.mark.parametrize("dtype", ["small", "wide"])
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_png_loses_nothing(recorded, dtype, channels):
    image = recorded[dtype][:, :, :channels]
    with tf.Graph().as_default(), tf.Session() as sess:
        file = tf.image.encode_png(image, compression=9)
        back = sess.run(tf.image.decode_png(file, dtype=image.dtype))
    np.testing.assert_array_equal(back, image)


def test_settings_of_jpeg_files(recorded):
    ramp = recorded["ramp"]
    data = encoded(
        tf.image.encode_jpeg, ramp, progressive=True, density_unit="cm", x_density=10,
        y_density=20, xmp_metadata="<x/>", chroma_downsampling=False, quality=50.0,
    )  # fmt: skip
    image = Image.open(io.BytesIO(data))
    assert image.info["jfif_unit"] == 2
    assert image.info["jfif_density"] == (10, 20)
    assert image.info["xmp"] == b"<x/>"
    assert image.info["progressive"]
    assert np.abs(np.asarray(image).astype(int) - ramp).mean() < 5


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"format": "grayscale"}, "expects 1 channels"),
        ({"quality": 101}, "quality must be in"),
        ({"xmp_metadata": "x" * 70_000}, "too long"),
    ],
)
def test_settings_that_no_jpeg_file_has(recorded, options, message):
    with pytest.raises(tf.errors.InvalidArgumentError, match=message):
        encoded(tf.image.encode_jpeg, recorded["ramp"], **options)


def test_what_is_refused():
    with pytest.raises(ValueError, match="'format'"):
        tf.image.encode_jpeg(np.zeros((1, 1, 1), np.uint8), format="bgr")
    with pytest.raises(ValueError, match="'density_unit'"):
        tf.image.encode_jpeg(np.zeros((1, 1, 1), np.uint8), density_unit="m")
    with pytest.raises(ValueError, match="rank 3"):
        tf.image.encode_png(np.zeros((2, 2), np.uint8))
    for image, message in (
        (np.zeros((1, 1, 5), np.uint8), "1, 2, 3, or 4 channels"),
        (np.zeros((0, 1, 3), np.uint8), "must not be empty"),
    ):
        with pytest.raises(tf.errors.InvalidArgumentError, match=message):
            encoded(tf.image.encode_png, image)
    with pytest.raises(tf.errors.InvalidArgumentError, match="1 or 3 channels"):
        encoded(tf.image.encode_jpeg, np.zeros((1, 1, 2), np.uint8))
