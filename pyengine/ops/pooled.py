"""A convolution with a bias and the maximum pooling behind it, in one compiled pass.

Pooling takes what the convolution has made out of the cache, and only a quarter or so of it goes
through memory. Of images with few channels, such as photographs, the convolution is a plain one
(`compiled/few_channels.h`), else Winograd's.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from pyengine.compiled import LANES, dense, kernels
from pyengine.ops import window, winograd
from pyengine.ops.conv import Geometry
from pyengine.ops.window import Sizes

_FEW = 16
"""Channels from which on a convolution is left to others, unless it goes by rows."""


def convolve(x: Any, w: Any, bias: Any, ksize: Sizes, attrs: dict[str, Any], places: bool) -> Any:
    """`Conv2D`, an addition of biases, and `MaxPool` by windows that cover the result.

    Args:
        x: images.
        w: a filter.
        bias: one for each of its outputs.
        ksize: the windows' sizes.
        attrs: the convolution's attributes.
        places: whether to find the places of the largest elements too.

    Returns:
        The pooled images; with `places` a pair of them and of the places in the windows, uint8.
        None if this is for others to compute.
    """
    if not (LANES and x.ndim == w.ndim == 4 and bias.ndim == 1 and x.dtype == np.float32):
        return None
    geometry = Geometry(attrs)
    if window.is_channels_first(geometry.data_format) or not 1 < ksize[0] * ksize[1] <= 255:
        return None
    sizes, kernel = x.shape[1:-1], w.shape[:-2]
    pads = geometry.pads(sizes, kernel)
    outs: Any = geometry.out_sizes(sizes, kernel)
    plain = geometry.strides == geometry.dilations == (1, 1)
    covered = min(outs) > 0 and all(n % k == 0 for n, k in zip(outs, ksize))
    if not (plain and covered and bias.shape == w.shape[-1:] and x.shape[-1] == w.shape[-2]):
        return None
    if min(map(min, pads)) < 0 or not (x.size and w.size):
        return None
    by_rows = winograd.is_quicker(
        x.shape, w.shape, geometry.strides, geometry.dilations, pads, x.dtype
    )
    if not by_rows and (x.shape[-1] >= _FEW or w.shape[-1] % (2 * LANES)):
        return None
    out = np.empty((len(x), outs[0] // ksize[0], outs[1] // ksize[1], w.shape[-1]), np.float32)
    at = np.empty(out.shape, np.uint8) if places else None
    done = kernels.pooled_into(
        dense(x), np.require(w, requirements="A"), dense(bias), pads[0][0], pads[1][0], ksize,
        out, at, by_rows, LANES,
    )  # fmt: skip
    if not done:
        return None
    return (out, at) if places else out
