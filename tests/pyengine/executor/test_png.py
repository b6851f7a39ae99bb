"""PNG files of 16 bits a sample."""

import pathlib
import struct
import zlib

import numpy as np
import pytest

from pyengine import errors
from pyengine.executor import png

RECORDED = pathlib.Path(__file__).parents[1] / "recorded"


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_what_tensorflow_wrote_is_read(channels):
    with np.load(RECORDED / "images.npz") as recorded:
        image = png.read_16_bit(recorded[f"wide_{channels}"].tobytes())
        np.testing.assert_array_equal(image, recorded["wide"][:, :, :channels])


def filtered(image, kind):
    """A file each of whose rows has the filter, by its definition."""
    flat = image.astype(">u2").view(np.uint8).reshape(len(image), -1).astype(int)
    stride, lines = 2 * image.shape[2], b""
    for y, row in enumerate(flat):
        up = flat[y - 1] if y else np.zeros_like(row)
        left = np.concatenate([np.zeros(stride, int), row[:-stride]])
        corner = np.concatenate([np.zeros(stride, int), up[:-stride]])
        guess = {
            0: row * 0, 1: left, 2: up, 3: (left + up) // 2,
            4: np.array([png._paeth(*v) for v in zip(left, up, corner)]),
        }[kind]  # fmt: skip
        lines += bytes([kind]) + ((row - guess) % 256).astype(np.uint8).tobytes()
    data = bytearray(png.write_16_bit(image, 0))
    at = data.index(b"IDAT")
    body = b"IDAT" + zlib.compress(lines)
    end = struct.pack(">I", zlib.crc32(body)) + data[-12:]
    return bytes(data[: at - 4] + struct.pack(">I", len(body) - 4) + body + end)


@pytest.mark.parametrize("kind", range(5))
def test_filters(kind):
    image = np.random.default_rng(kind).integers(0, 65536, (4, 5, 3), dtype=np.uint16)
    np.testing.assert_array_equal(png.read_16_bit(filtered(image, kind)), image)


def test_files_that_are_cut_or_corrupt():
    data = png.write_16_bit(np.ones((3, 2, 1), np.uint16), -1)
    for size in range(8, len(data)):
        with pytest.raises(errors.InvalidArgumentError, match="Invalid PNG"):
            png.read_16_bit(data[:size])
    for position in range(12, len(data)):
        damaged = bytearray(data)
        damaged[position] ^= 1
        with pytest.raises(errors.InvalidArgumentError, match="Invalid PNG"):
            png.read_16_bit(bytes(damaged))
