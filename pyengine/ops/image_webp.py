"""WebP files as images: `decode_webp`."""

from __future__ import annotations

from typing import Any

import numpy as np

from pyengine import dtypes
from pyengine.dtypes import as_dtype
from pyengine.executor import images
from pyengine.graph import Operation, Tensor
from pyengine.ops.declare import defop, no_grad, whole
from pyengine.shape import TensorShape

__all__ = ["decode_webp"]


def _shape(op: Operation) -> TensorShape:
    op.inputs[0].shape.with_rank(0)
    return TensorShape([None, None, None, op.attrs["channels"] or None])


def _kernel(xp: Any, contents: Any, *, channels: int, dtype: dtypes.DType) -> Any:
    if channels not in (0, 3, 4):
        raise images.bad(f"WebP only supports 3 or 4 channels, got {channels}")
    data: Any = np.asarray(contents, object)[()]
    return images.decode_webp(bytes(data), channels)


_decode_webp = defop(
    "DecodeWebP",
    "contents: string -> @dtype",
    doc="The frames of a WebP file.",
    attrs={"channels": 0, "dtype": dtypes.uint8},
    shape=_shape,
    kernel=_kernel,
    grad=no_grad("files have no gradient"),
)


def decode_webp(
    contents: Any, channels: int = 0, dtype: Any = dtypes.uint8, name: str | None = None
) -> Tensor:
    """The frames of a WebP file as a tensor of shape [frames, height, width, channels].

    Args:
        contents: a string scalar: the whole file.
        channels: 0, or what the file has: 3, or 4 with transparency; animations have 4.
        dtype: uint8.
        name: the op's name.

    Returns:
        A uint8 tensor; of a file that is no animation, with one frame.

    Raises:
        TypeError: for another dtype.
        tf.errors.InvalidArgumentError: (when run) if it is no WebP file, or has other channels.

    Example:
        >>> import io
        >>> import numpy as np, pyengine as tf
        >>> from PIL import Image
        >>> file = io.BytesIO()
        >>> Image.fromarray(np.full((2, 3, 3), 7, np.uint8)).save(file, "WEBP", lossless=True)
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     sess.run(tf.image.decode_webp(file.getvalue())).shape
        (1, 2, 3, 3)
    """
    if as_dtype(dtype) is not dtypes.uint8:
        raise TypeError(f"decode_webp gives uint8, not {as_dtype(dtype).name}: convert it after")
    return _decode_webp(contents, channels=int(whole(channels)), dtype=dtypes.uint8, name=name)
