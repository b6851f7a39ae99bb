"""Image files as tensors: `decode_png`, `decode_jpeg` and their like.

The formats are the matter of `executor.images`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from pyengine import dtypes
from pyengine.dtypes import as_dtype
from pyengine.executor import images
from pyengine.graph import Operation, Tensor
from pyengine.ops.declare import REQUIRED, defop, no_grad, whole
from pyengine.scopes import name_scope
from pyengine.shape import UNKNOWN, TensorShape

__all__ = [
    "decode_and_crop_jpeg", "decode_bmp", "decode_gif", "decode_image", "decode_jpeg",
    "decode_png", "extract_jpeg_shape", "is_jpeg",
]  # fmt: skip

_FILES = no_grad("files have no gradient")
_JPEG = {
    "channels": 0,
    "ratio": 1,
    "fancy_upscaling": True,
    "try_recover_truncated": False,
    "acceptable_fraction": 1.0,
    "dct_method": "",
}


def _bytes(contents: Any) -> bytes:
    item: Any = np.asarray(contents, object)[()]
    return bytes(item)


def _check_channels(channels: int, allowed: tuple[int, ...] = (0, 1, 3, 4)) -> None:
    if channels not in allowed:
        *most, last = map(str, allowed)
        raise images.bad(f"`channels` must be {', '.join(most)} or {last} but got {channels}")


def _image_shape(op: Operation) -> TensorShape:
    op.inputs[0].shape.with_rank(0)
    channels = op.attrs.get("channels", 0)
    if channels < 0:
        raise ValueError(f"channels must be non-negative, got {channels}")
    return TensorShape([None, None, channels or None])


def _decoded(op_type: str, data: bytes, channels: int, ratio: int = 1) -> Any:
    """An image of any format but BMP and animations, for the ops of a single image."""
    kind = images.format_of(data)
    if kind == "png":
        return images.decode_png(data, channels)
    if kind == "jpeg":
        return images.decode_jpeg(data, channels, ratio)
    if kind == "bmp":
        raise images.bad(
            f"Trying to decode BMP format using a wrong op. Use `decode_bmp` or `decode_image` "
            f"instead. Op used: {op_type}"
        )
    if channels not in (0, 3):
        raise images.bad(f"channels must be 0 or 3 for GIF, but got {channels}")
    frames = images.decode_gif(data)
    if len(frames) > 1:
        raise images.bad(
            f"Got {len(frames)} frames, but animated gifs can only be decoded by "
            f"tf.image.decode_gif or tf.image.decode_image"
        )
    return frames[0]


def _as_type(pixels: Any, dtype: dtypes.DType, is_png: bool = True) -> Any:
    """Pixels as another dtype: all of its range for all of theirs."""
    target = np.dtype(dtype.as_numpy_dtype)
    if pixels.dtype == target:
        return pixels
    if target.kind == "f":
        return (pixels / np.float32(np.iinfo(pixels.dtype).max)).astype(target)
    if target == np.uint8:
        return (pixels >> 8).astype(np.uint8)
    # libpng repeats the byte; other formats are scaled as convert_image_dtype does.
    return pixels.astype(np.uint16) * np.uint16(257 if is_png else 256)


# ---------------------------------------------------------------- one image


def _png_kernel(xp: Any, contents: Any, *, channels: int, dtype: dtypes.DType) -> Any:
    _check_channels(channels)
    data = _bytes(contents)
    pixels = _decoded("DecodePng", data, channels)
    return _as_type(pixels, dtype, images.format_of(data) == "png")


_decode_png = defop(
    "DecodePng",
    "contents: string -> @dtype",
    doc="A PNG file as an image.",
    attrs={"channels": 0, "dtype": dtypes.uint8},
    shape=_image_shape,
    kernel=_png_kernel,
    grad=_FILES,
)


def _check_jpeg(ratio: int, dct_method: str) -> None:
    if ratio not in (1, 2, 4, 8):
        raise images.bad(f"ratio must be 1, 2, 4, or 8, got {ratio}")
    if dct_method not in ("", "INTEGER_FAST", "INTEGER_ACCURATE"):
        raise images.bad("dct_method must be one of {'', 'INTEGER_FAST', 'INTEGER_ACCURATE'}")


def _jpeg_kernel(
    xp: Any, contents: Any, *, channels: int, ratio: int, dct_method: str, **accepted: Any
) -> Any:
    _check_channels(channels, (0, 1, 3))
    _check_jpeg(ratio, dct_method)
    return _as_type(_decoded("DecodeJpeg", _bytes(contents), channels, ratio), dtypes.uint8)


_decode_jpeg = defop(
    "DecodeJpeg",
    "contents: string -> uint8",
    doc="A JPEG file as an image.",
    attrs=_JPEG,
    shape=_image_shape,
    kernel=_jpeg_kernel,
    grad=_FILES,
)


def _crop_kernel(
    xp: Any, contents: Any, window: Any, *, channels: int, ratio: int, dct_method: str, **_: Any
) -> Any:
    _check_channels(channels, (0, 1, 3))
    _check_jpeg(ratio, dct_method)
    y, x, height, width = window
    data = _bytes(contents)
    if images.format_of(data) != "jpeg":
        raise images.bad("decode_and_crop_jpeg operation can run on JPEG images only")
    image = images.decode_jpeg(data, channels, ratio)
    inside = 0 <= y < y + height <= image.shape[0] and 0 <= x < x + width <= image.shape[1]
    if not inside:
        raise images.bad("jpeg::Uncompress failed. Invalid JPEG data or crop window.")
    return np.ascontiguousarray(image[y : y + height, x : x + width])


_decode_and_crop = defop(
    "DecodeAndCropJpeg",
    "contents: string, crop_window: host int32 -> uint8",
    doc="A part of a JPEG file as an image.",
    attrs=_JPEG,
    shape=_image_shape,
    kernel=_crop_kernel,
    grad=_FILES,
)


def _bmp_kernel(xp: Any, contents: Any, *, channels: int) -> Any:
    _check_channels(channels)
    data = _bytes(contents)
    if images.format_of(data) != "bmp":
        raise images.bad("Trying to decode a file that is no BMP using a wrong op: DecodeBmp")
    return images.decode_bmp(data, channels)


_decode_bmp = defop(
    "DecodeBmp",
    "contents: string -> uint8",
    doc="A BMP file as an image.",
    attrs={"channels": 0},
    shape=_image_shape,
    kernel=_bmp_kernel,
    grad=_FILES,
)


def _gif_kernel(xp: Any, contents: Any) -> Any:
    data = _bytes(contents)
    if images.format_of(data) == "gif":
        return images.decode_gif(data)
    return _as_type(_decoded("DecodeGif", data, 3), dtypes.uint8)[np.newaxis]


def _gif_shape(op: Operation) -> TensorShape:
    op.inputs[0].shape.with_rank(0)
    return TensorShape([None, None, None, 3])


_decode_gif = defop(
    "DecodeGif",
    "contents: string -> uint8",
    doc="The frames of a GIF file.",
    shape=_gif_shape,
    kernel=_gif_kernel,
    grad=_FILES,
)


def _any_kernel(
    xp: Any, contents: Any, *, channels: int, dtype: dtypes.DType, expand_animations: bool
) -> Any:
    _check_channels(channels)
    data = _bytes(contents)
    kind = images.format_of(data)
    if kind == "gif":
        if channels not in (0, 3):
            raise images.bad(f"channels must be 0 or 3 for GIF, but got {channels}")
        frames = images.decode_gif(data, first_only=not expand_animations)
        pixels = frames if expand_animations else frames[0]
    elif kind == "bmp":
        pixels = images.decode_bmp(data, channels)
    else:
        pixels = _decoded("DecodeImage", data, channels)
    return _as_type(pixels, dtype, kind == "png")


def _any_shape(op: Operation) -> TensorShape:
    return UNKNOWN if op.attrs["expand_animations"] else _image_shape(op)


_decode_image = defop(
    "DecodeImage",
    "contents: string -> @dtype",
    doc="An image file of any format.",
    attrs={"channels": 0, "dtype": dtypes.uint8, "expand_animations": True},
    shape=_any_shape,
    kernel=_any_kernel,
    grad=_FILES,
)


def _jpeg_shape_kernel(xp: Any, contents: Any, *, output_type: dtypes.DType) -> Any:
    return np.array(images.jpeg_shape(_bytes(contents)), output_type.as_numpy_dtype)


def _three(op: Operation) -> TensorShape:
    op.inputs[0].shape.with_rank(0)
    return TensorShape([3])


_extract_jpeg_shape = defop(
    "ExtractJpegShape",
    "contents: string -> @output_type",
    doc="Height, width and channels of a JPEG file.",
    attrs={"output_type": REQUIRED},
    shape=_three,
    kernel=_jpeg_shape_kernel,
    grad=_FILES,
)

# ---------------------------------------------------------------- public functions


def _type_of(parameter: str, dtype: Any, allowed: tuple[dtypes.DType, ...]) -> dtypes.DType:
    wanted = as_dtype(dtype).base_dtype
    if wanted not in allowed:
        raise TypeError(
            f"Value passed to parameter '{parameter}' has DataType {wanted.name} not in list of "
            f"allowed values: {', '.join(d.name for d in allowed)}"
        )
    return wanted


def decode_png(
    contents: Any, channels: int = 0, dtype: Any = dtypes.uint8, name: str | None = None
) -> Tensor:
    """A PNG file as an image; one of JPEG or a GIF of one frame is taken too.

    Args:
        contents: a string scalar: the whole file, as `read_file` gives it.
        channels: 0 for those of the file, 1 for gray, 3 for RGB, 4 for RGBA.
        dtype: uint8 or uint16.
        name: the op's name.

    Returns:
        A tensor of shape [height, width, channels].

    Raises:
        tf.errors.InvalidArgumentError: (when run) if it is no such file, or is cut.

    Example:
        >>> import numpy as np, pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     file = tf.image.encode_png(np.array([[[1], [2]]], np.uint8))
        ...     sess.run(tf.image.decode_png(file)).tolist()
        [[[1], [2]]]
    """
    wanted = _type_of("dtype", dtype, (dtypes.uint8, dtypes.uint16))
    return _decode_png(contents, channels=int(whole(channels)), dtype=wanted, name=name)


def decode_jpeg(
    contents: Any,
    channels: int = 0,
    ratio: int = 1,
    fancy_upscaling: bool = True,
    try_recover_truncated: bool = False,
    acceptable_fraction: float = 1,
    dct_method: str = "",
    name: str | None = None,
) -> Tensor:
    """A JPEG file as an image; one of PNG or a GIF of one frame is taken too.

    Args:
        contents: a string scalar: the whole file.
        channels: 0 for those of the file, 1 for gray, 3 for RGB.
        ratio: how many times smaller to make it: 1, 2, 4 or 8.
        fancy_upscaling: accepted; colours are always upscaled the slower and better way.
        try_recover_truncated, acceptable_fraction: accepted; a file that is cut is an error.
        dct_method: accepted; it is always the accurate one, "INTEGER_ACCURATE".
        name: the op's name.

    Returns:
        A uint8 tensor of shape [height, width, channels].

    Raises:
        tf.errors.InvalidArgumentError: (when run) if it is no such file, or is cut.
    """
    return _decode_jpeg(
        contents,
        **_jpeg_attrs(
            channels,
            ratio,
            fancy_upscaling,
            try_recover_truncated,
            acceptable_fraction,
            dct_method,
        ),
        name=name,
    )


def _jpeg_attrs(
    channels: int, ratio: int, fancy: bool, recover: bool, fraction: float, dct_method: str
) -> dict[str, Any]:
    return {
        "channels": int(whole(channels)),
        "ratio": int(whole(ratio)),
        "fancy_upscaling": bool(fancy),
        "try_recover_truncated": bool(recover),
        "acceptable_fraction": float(fraction),
        "dct_method": dct_method,
    }


def decode_and_crop_jpeg(
    contents: Any,
    crop_window: Any,
    channels: int = 0,
    ratio: int = 1,
    fancy_upscaling: bool = True,
    try_recover_truncated: bool = False,
    acceptable_fraction: float = 1,
    dct_method: str = "",
    name: str | None = None,
) -> Tensor:
    """A part of a JPEG file as an image.

    Args:
        contents: a string scalar: the whole file.
        crop_window: an int32 vector: row, column, height and width of the part.
        channels, ratio, fancy_upscaling, try_recover_truncated, acceptable_fraction, dct_method:
            see `decode_jpeg`.
        name: the op's name.
    """
    attrs = _jpeg_attrs(
        channels, ratio, fancy_upscaling, try_recover_truncated, acceptable_fraction, dct_method
    )
    return _decode_and_crop(contents, crop_window, **attrs, name=name)


def decode_bmp(contents: Any, channels: int = 0, name: str | None = None) -> Tensor:
    """A BMP file as a uint8 image of shape [height, width, channels].

    Args:
        contents: a string scalar: the whole file.
        channels: 0, or what the file has: 1, 3 or 4.
        name: the op's name.
    """
    return _decode_bmp(contents, channels=int(whole(channels)), name=name)


def decode_gif(contents: Any, name: str | None = None) -> Tensor:
    """The frames of a GIF file as a uint8 tensor of shape [frames, height, width, 3].

    Args:
        contents: a string scalar: the whole file.
        name: the op's name.
    """
    return _decode_gif(contents, name=name)


def decode_image(
    contents: Any,
    channels: int | None = None,
    dtype: Any = dtypes.uint8,
    name: str | None = None,
    expand_animations: bool = True,
) -> Tensor:
    """A PNG, JPEG, GIF or BMP file as an image.

    Args:
        contents: a string scalar: the whole file.
        channels: 0 or None for those of the file, 1 for gray, 3 for RGB, 4 for RGBA.
        dtype: uint8, uint16 or float32; numbers of the last are in [0, 1].
        name: the name scope of the op.
        expand_animations: whether a GIF gives all its frames, of shape [frames, height, width, 3];
            else it gives the first one.

    Returns:
        A tensor of shape [height, width, channels], but for frames.
    """
    wanted = _type_of("dtype", dtype, (dtypes.uint8, dtypes.uint16, dtypes.float32))
    with name_scope(name, "decode_image"):
        return _decode_image(
            contents,
            channels=0 if channels is None else int(whole(channels)),
            dtype=wanted,
            expand_animations=bool(expand_animations),
        )


def extract_jpeg_shape(
    contents: Any, output_type: Any = dtypes.int32, name: str | None = None
) -> Tensor:
    """Height, width and channels of a JPEG file, without decoding it.

    Args:
        contents: a string scalar: the file.
        output_type: int32 or int64.
        name: the op's name.
    """
    wanted = _type_of("output_type", output_type, (dtypes.int32, dtypes.int64))
    return _extract_jpeg_shape(contents, output_type=wanted, name=name)


def is_jpeg(contents: Any, name: str | None = None) -> Tensor:
    """Whether a string scalar is a JPEG file, by its first three bytes.

    Args:
        contents: the bytes of a file, a string scalar.
        name: the op's name.

    Returns:
        A bool scalar.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     bool(sess.run(tf.io.is_jpeg(b"GIF89a")))
        False
    """
    from pyengine.ops.compare import equal
    from pyengine.ops.strings import substr

    with name_scope(name, "is_jpeg"):
        return equal(substr(contents, 0, 3), b"\xff\xd8\xff")
