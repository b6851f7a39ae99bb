"""Values as TensorBoard shows them: histograms, PNG images, WAV sounds.

The buckets of histograms and the scaling of images are those of TensorFlow 1.15
(core/lib/histogram, core/kernels/summary_image_op.cc). PNG is in RFC 2083; WAV in the IBM and
Microsoft "Multimedia Programming Interface" of 1991.
"""

from __future__ import annotations

import functools
import struct
import zlib
from typing import Any

import numpy as np

_LARGEST = np.finfo(np.float64).max
_ZERO = 1e-6


@functools.cache
def _bucket_limits() -> Any:
    positive = [1e-12]
    while positive[-1] * 1.1 < 1e20:
        positive.append(positive[-1] * 1.1)
    positive.append(_LARGEST)
    return np.array([-v for v in reversed(positive)] + [0.0] + positive)


def histogram(values: Any) -> dict[str, Any]:
    """The fields of a HistogramProto for some finite values.

    Example:
        >>> found = histogram(np.array([0.0, 0.0, 3.0]))
        >>> found["num"], found["sum"], sum(found["bucket"])
        (3.0, 3.0, 3.0)
    """
    limits = _bucket_limits()
    flat = np.asarray(values).reshape(-1).astype(np.float64)
    places = np.minimum(np.searchsorted(limits, flat, side="right"), len(limits) - 1)
    counts = np.bincount(places, minlength=len(limits)).astype(np.float64)
    # Of a run of empty buckets the last one stands for all.
    is_last = np.append(counts[1:] > 0, True)
    kept = (counts > 0) | is_last
    return {
        "min": float(flat.min()) if flat.size else _LARGEST,
        "max": float(flat.max()) if flat.size else -_LARGEST,
        "num": float(flat.size),
        "sum": float(flat.sum()),
        "sum_squares": float(np.square(flat).sum()),
        "bucket_limit": limits[kept].tolist(),
        "bucket": counts[kept].tolist(),
    }


def image_bytes(image: Any, bad_color: Any) -> Any:
    """An image of floats as bytes: the range that it has is spread over 0 to 255.

    Args:
        image: [height, width, channels].
        bad_color: what pixels with a value that is not finite become.
    """
    image = np.asarray(image, np.float32)
    is_bad = ~np.isfinite(image).all(axis=-1)
    good = image[~is_bad]
    lowest, highest = (good.min(), good.max()) if good.size else (0.0, 0.0)
    if lowest < 0:
        largest, middle, half = max(abs(lowest), abs(highest)), 128.0, 127.0
    else:
        largest, middle, half = highest, 0.0, 255.0
    scale = 0.0 if largest < _ZERO else half / largest
    scaled = np.where(is_bad[..., None], 0, image) * np.float32(scale) + np.float32(middle)
    result = scaled.astype(np.uint8)
    result[is_bad] = np.asarray(bad_color, np.uint8)[: image.shape[-1]]
    return result


_COLOR_TYPES = {1: 0, 2: 4, 3: 2, 4: 6}


def png(image: Any) -> bytes:
    """A PNG file of an image [height, width, channels] of bytes, with 1 to 4 channels."""
    height, width, channels = image.shape
    rows = np.zeros((height, 1 + width * channels), np.uint8)  # each begins with its filter, none
    rows[:, 1:] = image.reshape(height, -1)
    header = struct.pack(">IIBBBBB", width, height, 8, _COLOR_TYPES[channels], 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(name, data)
        for name, data in (
            (b"IHDR", header),
            (b"IDAT", zlib.compress(rows.tobytes())),
            (b"IEND", b""),
        )
    )


def _chunk(name: bytes, data: bytes) -> bytes:
    checksum = zlib.crc32(data, zlib.crc32(name))
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", checksum)


def wav(sound: Any, sample_rate: float) -> bytes:
    """A WAV file of a sound [frames, channels] of floats from -1 to 1, 16 bits a sample."""
    channels = sound.shape[1]
    samples = np.clip(np.asarray(sound, np.float64) * 32768, -32768, 32767).astype("<i2").tobytes()
    rate = round(sample_rate)
    form = struct.pack("<HHIIHH", 1, channels, rate, rate * channels * 2, channels * 2, 16)
    body = b"WAVEfmt " + struct.pack("<I", len(form)) + form
    body += b"data" + struct.pack("<I", len(samples)) + samples
    return b"RIFF" + struct.pack("<I", len(body)) + body
