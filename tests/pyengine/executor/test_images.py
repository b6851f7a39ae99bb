"""Image formats; the ops' tests have what users see."""

import io
import struct

import numpy as np
import pytest
from PIL import Image

from pyengine import errors
from pyengine.executor import images


def saved(image, kind, **options):
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def test_palettes_become_colours():
    image = Image.new("P", (2, 1))
    image.putpalette([10, 20, 30, 40, 50, 60])
    image.putdata([0, 1])
    assert images.decode_png(saved(image, "PNG"), 0).tolist() == [[[10, 20, 30], [40, 50, 60]]]
    data = saved(image, "PNG", transparency=1)
    assert images.decode_png(data, 0)[0, :, 3].tolist() == [255, 0]
    assert images.decode_png(data, 3).shape == (1, 2, 3)


def test_single_bits_become_bytes():
    image = Image.fromarray(np.array([[True, False]]))
    assert images.decode_png(saved(image, "PNG"), 0).tolist() == [[[255], [0]]]


@pytest.mark.parametrize(("mode", "channels"), [("L", 1), ("RGB", 3)])
@pytest.mark.parametrize("from_above", [False, True])
def test_bmp(mode, channels, from_above):
    pixels = np.arange(3 * 5 * channels, dtype=np.uint8).reshape(3, 5, channels)
    data = saved(Image.fromarray(pixels[:, :, 0] if channels == 1 else pixels, mode), "BMP")
    if from_above:  # the rows the other way round, and a height below zero
        rows = len(data[struct.unpack_from("<i", data, 10)[0] :]) // 3
        start = struct.unpack_from("<i", data, 10)[0]
        lines = [data[start + i * rows :][:rows] for i in range(3)][::-1]
        data = data[:22] + struct.pack("<i", -3) + data[26:start] + b"".join(lines)
    assert images.decode_bmp(data, 0).tolist() == pixels.tolist()
    with pytest.raises(errors.InvalidArgumentError, match="channels attribute 4"):
        images.decode_bmp(data, 4)
    for cut in (data[:20], data[:-20]):
        with pytest.raises(errors.InvalidArgumentError, match="Incomplete bmp"):
            images.decode_bmp(cut, 0)


def test_frames_of_a_gif():
    frames = [Image.new("RGB", (4, 3), colour) for colour in ("red", "lime", "blue")]
    data = saved(frames[0], "GIF", save_all=True, append_images=frames[1:])
    found = images.decode_gif(data)
    assert found.shape == (3, 3, 4, 3)
    assert found[:, 0, 0].tolist() == [[255, 0, 0], [0, 255, 0], [0, 0, 255]]
    assert len(images.decode_gif(data, first_only=True)) == 1
    with pytest.raises(errors.InvalidArgumentError, match="Invalid GIF"):
        images.decode_gif(data[:30])


def test_small_jpegs_are_made_smaller():
    data = saved(Image.new("RGB", (3, 2), "red"), "JPEG")
    assert images.decode_jpeg(data, 0, 8).shape == (1, 1, 3)
    assert images.jpeg_shape(data) == (2, 3, 3)


def test_cmyk_becomes_rgb():
    data = saved(Image.new("CMYK", (3, 2)), "JPEG")
    assert images.decode_jpeg(data, 0).shape == (2, 3, 3)


def test_formats_are_known_by_their_first_bytes():
    with pytest.raises(errors.InvalidArgumentError, match="Unknown image file format"):
        images.format_of(b"no image")
    assert images.format_of(b"BM...") == "bmp"
