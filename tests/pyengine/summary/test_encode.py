"""Histograms, images and sounds."""

import io
import struct
import wave
import zlib

import numpy as np
import pytest

from pyengine.summary.encode import histogram, image_bytes, png, wav


def test_a_histogram_counts_all_values():
    values = np.array([-1e30, -1.0, 0.0, 0.0, 1e-13, 5.0, 1e30])
    found = histogram(values)
    assert found["num"] == sum(found["bucket"]) == 7
    assert (found["min"], found["max"]) == (-1e30, 1e30)
    limits, counts = found["bucket_limit"], found["bucket"]
    # The bucket of 0 begins at 0: what is below its limit and not below the limit before.
    assert counts[limits.index(1e-12)] == 3
    assert limits == sorted(limits)


def test_a_run_of_empty_buckets_is_one():
    found = histogram(np.ones(3))
    assert [c > 0 for c in found["bucket"]] == [False, True, False]
    assert found["bucket_limit"][-1] == np.finfo(np.float64).max


def test_an_empty_histogram():
    found = histogram(np.zeros(0))
    assert found["bucket"] == [0.0]
    assert found["num"] == 0
    largest = np.finfo(np.float64).max  # no value is above the maximum, or below the minimum
    assert (found["min"], found["max"]) == (largest, -largest)


def test_images_are_scaled_as_tensorflow_scales_them():
    # Values that TensorFlow 2.21 gives for these.
    image = np.array([[[0.1488135], [0.31518936]], [[0.20276338], [0.14488319]]])
    assert image_bytes(image, [255, 0, 0])[..., 0].tolist() == [[120, 255], [164, 117]]
    signed = image_bytes(np.array([[[-1.0], [0.0], [0.5], [np.nan]]]), [255, 0, 0])
    assert signed[..., 0].tolist() == [[1, 128, 191, 255]]
    assert image_bytes(np.zeros((1, 1, 3)), [255, 0, 0]).tolist() == [[[0, 0, 0]]]


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_a_png_has_the_pixels(channels):
    image = np.arange(2 * 5 * channels, dtype=np.uint8).reshape(2, 5, channels)
    data = png(image)
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", data[16:24]) == (5, 2)
    start = data.index(b"IDAT") + 4
    size = struct.unpack(">I", data[start - 8 : start - 4])[0]
    rows = np.frombuffer(zlib.decompress(data[start : start + size]), np.uint8).reshape(2, -1)
    assert rows[:, 0].tolist() == [0, 0]
    assert rows[:, 1:].reshape(image.shape).tolist() == image.tolist()


def test_a_wav_has_the_samples():
    sound = np.array([[0.0, 1.0], [-1.0, 0.5]])
    with wave.open(io.BytesIO(wav(sound, 8000.0))) as file:
        assert (file.getnchannels(), file.getframerate(), file.getsampwidth()) == (2, 8000, 2)
        samples = np.frombuffer(file.readframes(2), "<i2").tolist()
    assert samples == [0, 32767, -32768, 16384]
