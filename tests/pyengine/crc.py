"""A plain CRC-32C for tests of TFRecord files, where no library for it is installed."""

import importlib.util

TABLE = []
for byte in range(256):
    for _ in range(8):
        byte = byte >> 1 ^ (0x82F63B78 if byte & 1 else 0)
    TABLE.append(byte)


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in bytes(data):
        crc = crc >> 8 ^ TABLE[(crc ^ byte) & 0xFF]
    return crc ^ 0xFFFFFFFF


def library_missing():
    return not any(importlib.util.find_spec(name) for name in ("crc32c", "google_crc32c"))
