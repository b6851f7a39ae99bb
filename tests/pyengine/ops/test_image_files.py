"""Image files decoded. What is recorded is TensorFlow's."""

import io
import itertools
import pathlib

import numpy as np
import pytest
from PIL import Image

import pyengine as tf
from tests.pyengine.evaluated import value

RECORDED = pathlib.Path(__file__).parents[1] / "recorded"


@pytest.fixture(autouse=True)
def graph():
    with tf.Graph().as_default() as graph:
        yield graph


@pytest.fixture(scope="module")
def recorded():
    with np.load(RECORDED / "images.npz") as arrays:
        return dict(arrays)


@pytest.mark.parametrize("file", [f"{n}_{i}" for n in ("small", "wide") for i in (1, 2, 3, 4)])
def test_png_files_as_tensorflow_decodes_them(recorded, file):
    data = recorded[file].tobytes()
    for channels, dtype in itertools.product((1, 3, 4), ("uint8", "uint16")):
        image = tf.image.decode_png(data, channels, dtype)
        assert image.shape.as_list() == [None, None, channels]
        np.testing.assert_array_equal(value(image), recorded[f"{file}_{channels}_{dtype}"])


@pytest.mark.parametrize(("ratio", "channels"), list(itertools.product((1, 4), (1, 3))))
def test_jpeg_files_as_tensorflow_decodes_them_accurately(recorded, ratio, channels):
    image = value(tf.image.decode_jpeg(recorded["jpeg"].tobytes(), channels, ratio))
    np.testing.assert_array_equal(image, recorded[f"jpeg_{ratio}_{channels}"])


def test_parts_and_shapes_of_jpeg_files(recorded):
    data = recorded["jpeg"].tobytes()
    part = tf.image.decode_and_crop_jpeg(data, [3, 5, 10, 12], channels=3)
    np.testing.assert_array_equal(value(part), recorded["jpeg_1_3"][3:13, 5:17])
    with pytest.raises(tf.errors.InvalidArgumentError, match="crop window"):
        value(tf.image.decode_and_crop_jpeg(data, [20, 5, 10, 12]))
    shape = tf.image.extract_jpeg_shape(data, output_type=tf.int64)
    assert value(shape).tolist() == [24, 31, 3]
    assert value(tf.image.is_jpeg(data))
    assert not value(tf.image.is_jpeg(b"no"))


def test_any_format(recorded):
    png, jpeg = recorded["wide_3"].tobytes(), recorded["jpeg"].tobytes()
    image = value(tf.image.decode_image(png, dtype=tf.float32))
    np.testing.assert_allclose(image, recorded["wide"][:, :, :3] / 65535, rtol=1e-6)
    assert value(tf.image.decode_image(jpeg)).shape == (24, 31, 3)
    # Either op takes the other's files.
    assert value(tf.image.decode_png(jpeg)).shape == (24, 31, 3)
    assert value(tf.image.decode_jpeg(png)).shape == (5, 7, 3)
    assert value(tf.image.decode_gif(png)).shape == (1, 5, 7, 3)
    assert tf.image.decode_image(png).shape.ndims is None
    assert tf.image.decode_image(png, expand_animations=False).shape.ndims == 3


def test_frames():
    frames = [Image.new("RGB", (4, 3), colour) for colour in ("red", "lime")]
    stream = io.BytesIO()
    frames[0].save(stream, "GIF", save_all=True, append_images=frames[1:])
    data = stream.getvalue()
    assert value(tf.image.decode_image(data)).shape == (2, 3, 4, 3)
    assert value(tf.image.decode_image(data, expand_animations=False)).shape == (3, 4, 3)
    with pytest.raises(tf.errors.InvalidArgumentError, match="animated gifs"):
        value(tf.image.decode_png(data))


def test_bmp_files():
    stream = io.BytesIO()
    Image.new("RGB", (4, 3), (1, 2, 3)).save(stream, "BMP")
    assert value(tf.image.decode_bmp(stream.getvalue()))[0, 0].tolist() == [1, 2, 3]
    assert value(tf.image.decode_image(stream.getvalue())).shape == (3, 4, 3)
    with pytest.raises(tf.errors.InvalidArgumentError, match="wrong op"):
        value(tf.image.decode_png(stream.getvalue()))


@pytest.mark.parametrize("decode", ["image", "png", "jpeg", "gif", "bmp"])
def test_what_is_no_image(decode):
    with pytest.raises(tf.errors.InvalidArgumentError, match="Unknown image file format"):
        value(getattr(tf.image, f"decode_{decode}")(b"no image"))


def test_files_that_are_cut(recorded):
    png, jpeg = recorded["small_3"].tobytes(), recorded["jpeg"].tobytes()
    for size in (9, 30, len(png) - 20, len(png) - 1):
        with pytest.raises(tf.errors.InvalidArgumentError, match="Invalid PNG"):
            value(tf.image.decode_png(png[:size]))
    for size in (10, 100, 400):
        with pytest.raises(tf.errors.InvalidArgumentError, match="Invalid JPEG"):
            value(tf.image.decode_jpeg(jpeg[:size]))


def test_what_is_refused(recorded):
    png, jpeg = recorded["small_3"].tobytes(), recorded["jpeg"].tobytes()
    for wrong, message in (
        (tf.image.decode_png(png, 2), "`channels` must be"),
        (tf.image.decode_jpeg(jpeg, 4), "`channels` must be"),
        (tf.image.decode_image(jpeg, 4), "channels must be 0, 1, or 3"),
        (tf.image.decode_jpeg(jpeg, ratio=3), "ratio must be"),
        (tf.image.decode_jpeg(jpeg, dct_method="x"), "dct_method"),
    ):
        with pytest.raises(tf.errors.InvalidArgumentError, match=message):
            value(wrong)
    with pytest.raises(ValueError, match="non-negative"):
        tf.image.decode_png(png, -1)
    with pytest.raises(TypeError, match="float64"):
        tf.image.decode_image(png, dtype=tf.float64)
    with pytest.raises(ValueError, match="rank 0"):
        tf.image.decode_png([png])
