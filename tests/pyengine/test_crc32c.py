"""CRC-32C."""

import numpy as np
import pytest

from pyengine.crc32c import crc32c, mask, masked_crc32c, unmask

# RFC 3720, section B.4.
KNOWN = {
    b"": 0,
    b"a": 0xC1D04330,
    bytes(32): 0x8A9136AA,
    b"\xff" * 32: 0x62A8AB43,
    bytes(range(32)): 0x46DD794E,
    b"123456789": 0xE3069283,
}


@pytest.mark.parametrize("data", KNOWN)
def test_known_values(data):
    assert crc32c(data) == KNOWN[data]


@pytest.mark.parametrize("size", [1, 3, 4, 5, 7, 8, 63, 1000, (1 << 22) + 5])
def test_parts_give_the_crc_of_the_whole(size):
    data = np.random.default_rng(size).bytes(size)
    cut = size // 3
    assert crc32c(data[cut:], crc32c(data[:cut])) == crc32c(data)


def test_masks_come_off():
    assert unmask(mask(0x12345678)) == 0x12345678
    assert masked_crc32c(b"a") == mask(KNOWN[b"a"]) != KNOWN[b"a"]


def test_any_buffer_is_taken():
    data = b"123456789"
    buffers = (bytearray(data), memoryview(b"0" + data)[1:], np.frombuffer(data, np.uint8))
    assert {crc32c(b) for b in buffers} == {KNOWN[data]}
    assert crc32c(np.zeros(4, "<f8")) == KNOWN[bytes(32)]
    assert crc32c(np.zeros(0)) == crc32c(bytearray()) == 0
