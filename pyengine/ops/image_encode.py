"""Images as files: `encode_png`, `encode_jpeg`."""

from __future__ import annotations

from typing import Any

import numpy as np

from pyengine.executor import images
from pyengine.graph import Operation, Tensor
from pyengine.ops.declare import defop, no_grad, whole
from pyengine.shape import SCALAR, TensorShape

__all__ = ["encode_jpeg", "encode_png"]

_FILES = no_grad("files have no gradient")


def _text(data: bytes) -> Any:
    result = np.empty((), object)
    result[()] = data
    return result


def _encode_shape(op: Operation) -> TensorShape:
    op.inputs[0].shape.with_rank(3)
    return SCALAR


_encode_png = defop(
    "EncodePng",
    "image: T -> string",
    doc="An image as a PNG file.",
    types={"T": "uint8|uint16"},
    attrs={"compression": -1},
    shape=_encode_shape,
    kernel=lambda xp, image, compression: _text(images.encode_png(image, compression)),
    grad=_FILES,
)

_encode_jpeg = defop(
    "EncodeJpeg",
    "image: uint8 -> string",
    doc="An image as a JPEG file.",
    attrs={
        "format": "",
        "quality": 95,
        "progressive": False,
        "optimize_size": False,
        "chroma_downsampling": True,
        "density_unit": "in",
        "x_density": 300,
        "y_density": 300,
        "xmp_metadata": "",
    },
    shape=_encode_shape,
    kernel=lambda xp, image, **attrs: _text(images.encode_jpeg(image, **attrs)),
    grad=_FILES,
)


def encode_png(image: Any, compression: int = -1, name: str | None = None) -> Tensor:
    """An image as a PNG file: a string scalar.

    Args:
        image: a uint8 or uint16 tensor of shape [height, width, channels], of 1 to 4 channels.
        compression: from 0, the fastest, to 9, the smallest; -1 for something between.
        name: the op's name.
    """
    return _encode_png(image, compression=int(whole(compression)), name=name)


def encode_jpeg(
    image: Any,
    format: str = "",
    quality: int = 95,
    progressive: bool = False,
    optimize_size: bool = False,
    chroma_downsampling: bool = True,
    density_unit: str = "in",
    x_density: int = 300,
    y_density: int = 300,
    xmp_metadata: str = "",
    name: str | None = None,
) -> Tensor:
    """An image as a JPEG file: a string scalar.

    Args:
        image: a uint8 tensor of shape [height, width, channels], of 1 or 3 channels.
        format: "grayscale", "rgb", or "" for what the channels say.
        quality: from 0 to 100.
        progressive: whether a coarse image comes first in the file.
        optimize_size: whether to take more time for a smaller file.
        chroma_downsampling: whether colours have half the resolution.
        density_unit: "in" or "cm".
        x_density, y_density: pixels an inch or centimetre.
        xmp_metadata: XMP text for the file's header.
        name: the op's name.
    """
    if format not in ("", "grayscale", "rgb"):
        raise ValueError(
            f"Value for attr 'format' of {format!r} is not in the list of allowed values: '', "
            f"'grayscale', 'rgb'"
        )
    if density_unit not in ("in", "cm"):
        raise ValueError(
            f"Value for attr 'density_unit' of {density_unit!r} is not in the list of allowed "
            f"values: 'in', 'cm'"
        )
    return _encode_jpeg(
        image,
        format=format,
        quality=int(whole(quality)),
        progressive=bool(progressive),
        optimize_size=bool(optimize_size),
        chroma_downsampling=bool(chroma_downsampling),
        density_unit=density_unit,
        x_density=int(whole(x_density)),
        y_density=int(whole(y_density)),
        xmp_metadata=xmp_metadata,
        name=name,
    )
