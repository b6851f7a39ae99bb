"""Image files into arrays and back, by Pillow, which is imported when the first one is.

Pixels are TensorFlow's where the format loses nothing. JPEG files decode as TensorFlow does with
`dct_method="INTEGER_ACCURATE"`, and encode to the same bytes.
"""

from __future__ import annotations

import io
import struct
from typing import Any

import numpy as np

from pyengine.errors import InvalidArgumentError
from pyengine.executor import png

_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_UNITS = {"in": 1, "cm": 2}
_LARGEST_SEGMENT = 65533


def bad(message: str) -> InvalidArgumentError:
    return InvalidArgumentError(None, None, message)


def format_of(data: bytes) -> str:
    """The format of an image file: "png", "jpeg", "gif" or "bmp".

    Raises:
        InvalidArgumentError: when it is none of them.
    """
    for start, name in (
        (png.SIGNATURE, "png"), (b"\xff\xd8\xff", "jpeg"), (b"GIF8", "gif"), (b"BM", "bmp"),
    ):  # fmt: skip
        if data.startswith(start):
            return name
    raise bad("Unknown image file format. One of JPEG, PNG, GIF, BMP required.")


def _opened(data: bytes) -> Any:
    from PIL import Image, UnidentifiedImageError

    try:
        return Image.open(io.BytesIO(data))
    except UnidentifiedImageError:
        reason = "it is cut or corrupt"
        raise bad(f"Invalid {format_of(data).upper()} data, size {len(data)}: {reason}") from None
    except (OSError, SyntaxError, ValueError) as error:
        raise bad(f"Invalid {format_of(data).upper()} data, size {len(data)}: {error}") from None


def _pixels(image: Any, data: bytes) -> Any:
    """The pixels of an image that was opened, of shape [height, width, channels]."""
    try:
        pixels = np.array(image)
    except (OSError, SyntaxError, ValueError) as error:
        raise bad(f"Invalid {format_of(data).upper()} data, size {len(data)}: {error}") from None
    return pixels[:, :, np.newaxis] if pixels.ndim == 2 else pixels


# ---------------------------------------------------------------- decoding


def decode_png(data: bytes, channels: int) -> Any:
    """A PNG file as an array of shape [height, width, channels], of uint8 or uint16."""
    if png.header_of(data).bit_depth == 16:
        return _with_channels(png.read_16_bit(data), channels)
    png.chunks(data, b"")  # Pillow takes a file whose end is cut
    image = _opened(data)
    clear = "transparency" in image.info
    if image.mode == "P":
        image = image.convert("RGBA" if clear and channels in (0, 4) else "RGB")
    elif image.mode == "1":
        image = image.convert("L")
    elif clear and channels == 4:
        image = image.convert("RGBA")
    return _with_channels(_pixels(image, data), channels)


def _with_channels(pixels: Any, wanted: int) -> Any:
    """Pixels with another number of channels, as libpng makes them."""
    there = pixels.shape[2]
    if wanted in (0, there):
        return pixels
    colours = pixels[:, :, : 3 if there > 2 else 1]
    alpha = pixels[:, :, there - 1 :] if there in (2, 4) else None
    if wanted == 1:
        return colours if there < 3 else _gray(colours)
    if colours.shape[2] == 1:
        colours = np.repeat(colours, 3, axis=2)
    if wanted == 3:
        return np.ascontiguousarray(colours)
    if alpha is None:
        alpha = np.full_like(colours[:, :, :1], np.iinfo(pixels.dtype).max)
    return np.concatenate([colours, alpha], axis=2)


def _gray(colours: Any) -> Any:
    """Luminance, in libpng's whole numbers of 1/32768."""
    red, green, blue = (colours[:, :, i : i + 1].astype(np.int64) for i in range(3))
    half = 0 if colours.dtype == np.uint8 else 16384
    mixed = (9797 * red + 19234 * green + 3737 * blue + half) >> 15
    return np.where((red == green) & (red == blue), red, mixed).astype(colours.dtype)


def decode_jpeg(data: bytes, channels: int, ratio: int = 1) -> Any:
    """A JPEG file as a uint8 array of shape [height, width, channels].

    Args:
        data: the whole file.
        channels: 0 for those of the file, 1 or 3.
        ratio: how many times smaller to make it: 1, 2, 4 or 8.
    """
    if channels not in (0, 1, 3):
        raise bad(f"channels must be 0, 1, or 3 for JPEG, got {channels}")
    image = _opened(data)
    mode = {0: "L" if image.mode == "L" else "RGB", 1: "L", 3: "RGB"}[channels]
    width, height = image.size
    # The decoder itself leaves out the colours, or makes it smaller, while it decodes.
    image.draft(mode, (max(width // ratio, 1), max(height // ratio, 1)))
    if ratio > 1 and image.size != (-(-width // ratio), -(-height // ratio)):
        image = image.reduce(ratio)  # one that is smaller than the ratio
    if image.mode != mode:
        image = image.convert(mode)
    return _pixels(image, data)


def jpeg_shape(data: bytes) -> tuple[int, int, int]:
    """Height, width and channels of a JPEG file, without decoding it."""
    if format_of(data) != "jpeg":
        raise bad("Invalid JPEG data, size " + str(len(data)))
    image = _opened(data)
    return image.height, image.width, len(image.getbands())


def decode_gif(data: bytes, first_only: bool = False) -> Any:
    """A GIF file as a uint8 array of shape [frames, height, width, 3]."""
    image = _opened(data)
    frames = []
    for i in range(1 if first_only else image.n_frames):
        try:
            image.seek(i)
            frames.append(np.array(image.convert("RGB")))
        except (OSError, SyntaxError, ValueError, EOFError) as error:
            raise bad(f"Invalid GIF data (size {len(data)}), {error}") from None
    return np.stack(frames)


def decode_webp(data: bytes, channels: int) -> Any:
    """The frames of a WebP file; those of an animation have transparency.

    Raises:
        InvalidArgumentError: when it is none, or has another number of channels.
    """
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        raise bad("the contents are no WebP file")
    from PIL import Image, UnidentifiedImageError

    try:
        image = Image.open(io.BytesIO(data))
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise bad(f"Invalid WebP data, size {len(data)}: {error}") from None
    count = getattr(image, "n_frames", 1)
    mode = "RGBA" if count > 1 or image.mode in ("RGBA", "RGBX", "LA", "P") else "RGB"
    if channels not in (0, len(mode)):
        raise bad(
            f"Number of channels requested does not match input: {channels}, it has {len(mode)}"
        )
    frames = []
    try:
        for number in range(count):
            if count > 1:
                image.seek(number)
            frames.append(np.asarray(image.convert(mode)))
    except (OSError, EOFError) as error:
        raise bad(f"Invalid WebP data, size {len(data)}: {error}") from None
    return np.stack(frames)


def decode_bmp(data: bytes, channels: int) -> Any:
    """A BMP file of 8, 24 or 32 bits a pixel as a uint8 array of shape [height, width, channels].

    The 8 bits are taken as shades of gray, as TensorFlow does, whatever the palette says.
    """
    if len(data) < 34:
        raise bad(f"Incomplete bmp content, requires at least 34 bytes, got {len(data)} bytes")
    offset, width, height = (struct.unpack_from("<i", data, at)[0] for at in (10, 18, 22))
    bits, compression = struct.unpack_from("<HI", data, 28)
    there = bits // 8
    if bits not in (8, 24, 32):
        raise bad(f"Number of channels inherent in the image must be 1, 3 or 4, was {bits} bits")
    if compression not in (0, 3):
        raise bad("compressed BMP files are not decoded")
    if channels not in (0, there):
        raise bad(f"channels attribute {channels} does not match bits per pixel from file {there}")
    stride, rows = (width * there + 3) // 4 * 4, abs(height)
    if width <= 0 or not rows or offset < 0 or len(data) < offset + stride * rows - stride:
        raise bad(f"Incomplete bmp content: it has {len(data)} bytes for {width} x {rows} pixels")
    flat = np.zeros(stride * rows, np.uint8)  # the last row's end may be left out
    body = np.frombuffer(data, np.uint8, offset=offset)[: stride * rows]
    flat[: len(body)] = body
    pixels = flat.reshape(rows, stride)[:, : width * there].reshape(rows, width, there)
    if height > 0:  # from the bottom up
        pixels = pixels[::-1]
    if there > 1:
        pixels = pixels[:, :, [2, 1, 0, 3][:there]]
    return np.ascontiguousarray(pixels)


# ---------------------------------------------------------------- encoding


def encode_png(image: Any, level: int) -> bytes:
    """A PNG file of an array of shape [height, width, channels], of uint8 or uint16."""
    if image.ndim != 3 or image.shape[2] not in (1, 2, 3, 4):
        raise bad(
            f"image must have 1, 2, 3, or 4 channels and be of rank 3, its shape is "
            f"{list(image.shape)}"
        )
    if not image.size:
        raise bad(f"image must not be empty, its shape is {list(image.shape)}")
    if not -1 <= level <= 9:
        raise bad(f"compression must be in [-1,9], got {level}")
    if image.dtype == np.uint16:
        return png.write_16_bit(image, level)
    from PIL import Image

    stream = io.BytesIO()
    pixels = np.ascontiguousarray(image[:, :, 0] if image.shape[2] == 1 else image)
    Image.fromarray(pixels).save(stream, "PNG", compress_level=6 if level < 0 else level)
    return stream.getvalue()


def encode_jpeg(
    image: Any,
    *,
    format: str,
    quality: int,
    progressive: bool,
    optimize_size: bool,
    chroma_downsampling: bool,
    density_unit: str,
    x_density: int,
    y_density: int,
    xmp_metadata: str,
) -> bytes:
    """A JPEG file of a uint8 array of shape [height, width, 1 or 3]."""
    from PIL import Image

    if image.ndim != 3:
        raise bad(f"image must be 3-dimensional {list(image.shape)}")
    channels = image.shape[2]
    expected = {"grayscale": 1, "rgb": 3}.get(format, channels)
    if channels != expected:
        raise bad(f"format {format} expects {expected} channels, got {list(image.shape)}")
    if channels not in (1, 3):
        raise bad(f"image must have 1 or 3 channels, got {list(image.shape)}")
    if not image.size:
        raise bad(f"image must not be empty, its shape is {list(image.shape)}")
    if not 0 <= quality <= 100:
        raise bad(f"quality must be in [0,100], got {quality}")
    stream = io.BytesIO()
    pixels = np.ascontiguousarray(image[:, :, 0] if channels == 1 else image)
    Image.fromarray(pixels).save(
        stream,
        "JPEG",
        quality=quality,
        progressive=progressive,
        optimize=optimize_size,
        subsampling=2 if chroma_downsampling and channels == 3 else 0,
        dpi=(300, 300),  # for the segment to be there
    )
    data = stream.getvalue()
    # The first segment is JFIF's: marker, size, "JFIF\0", version, and then these.
    density = struct.pack(">BHH", _UNITS[density_unit], x_density, y_density)
    head, rest = data[:13] + density + data[18:20], data[20:]
    xmp = _XMP + xmp_metadata.encode()
    if not xmp_metadata:
        return head + rest
    if len(xmp) > _LARGEST_SEGMENT:
        raise bad(f"xmp_metadata is too long for a JPEG file: {len(xmp)} bytes")
    return head + b"\xff\xe1" + struct.pack(">H", len(xmp) + 2) + xmp + rest
