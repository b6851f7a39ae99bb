"""From which size on an op type goes through PyTorch: one table.

The numbers are where PyTorch's kernel takes less processor time than NumPy's, in one thread, as
`benchmarks/engine.py --thresholds` measures it (AMD EPYC of family 26, NumPy 2.4, PyTorch 2.13).
What gains only some microseconds uses PyTorch if something else has had it imported.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

Threshold = tuple[Callable[..., Any], float]
"""What measures an op's arguments, and the least measure for PyTorch."""


def _elements(*args: Any) -> int:
    """The elements of the largest argument."""
    return max([getattr(a, "size", 1) for a in args], default=0)


def _conv_work(x: Any, w: Any) -> int:
    """The multiplications of a convolution of stride 1 that keeps the image's size."""
    return int(x.size * w.size // max(w.shape[-2], 1))


def _input_grad_work(sizes: Any, w: Any, dy: Any) -> int:
    return int(dy.size * w.size // max(w.shape[-1], 1))


def _filter_grad_work(x: Any, sizes: Any, dy: Any) -> int:
    """As many as in the convolution, if the filter is at least 3 wide both ways."""
    return int(x.size * (dy.shape[-1] if dy.ndim else 1) * 9)


def _elements_if_loaded(*args: Any) -> int:
    """The elements of the largest argument, if PyTorch is there already: 0 if not.

    For an op that gains too little to have it imported, which costs a second and 200 MB.
    """
    return _elements(*args) if "torch" in sys.modules else 0


def _wide_images_if_loaded(x: Any, *args: Any) -> int:
    """The elements of images, if a pixel's channels fill a register, and PyTorch is there."""
    wide = getattr(x, "ndim", 0) == 4 and x.shape[-1] % 16 == 0
    return _elements_if_loaded(x) if wide else 0


def _sums_of_columns_if_loaded(x: Any, axes: Any) -> int:
    """The elements of images whose channels are each summed, if PyTorch is there.

    NumPy adds up a row of channels at a time, with a loop's start for each.
    """
    leading = getattr(x, "ndim", 0) == 4 and x.ndim - 1 not in (np.ravel(axes) % x.ndim)
    return _elements_if_loaded(x) if leading else 0


THRESHOLDS: dict[str, Threshold] = {
    "Conv2D": (_conv_work, 1e6),
    "Conv2DBackpropInput": (_input_grad_work, 1e6),
    "Conv2DBackpropFilter": (_filter_grad_work, 1e6),
    "Conv3D": (_conv_work, 1e6),
    "Conv3DBackpropInputV2": (_input_grad_work, 1e6),
    "Conv3DBackpropFilterV2": (_filter_grad_work, 1e6),
    "MaxPool": (_wide_images_if_loaded, 1e4),
    "MaxPoolGrad": (_elements_if_loaded, 1e3),
    "AvgPool": (_elements_if_loaded, 1e3),
    "AvgPoolGrad": (_elements_if_loaded, 1e3),
    "Sum": (_sums_of_columns_if_loaded, 1e4),
    "ApplyAdam": (_elements_if_loaded, 1 << 16),
    # Up to 2e4 elements these differ by less than 20 microseconds; beyond, NumPy's go in parts to
    # the engine's own threads, and take column-major memory as it is.
    "Relu": (_elements, math.inf),
    "Softmax": (_elements, math.inf),
    "LogSoftmax": (_elements, math.inf),
}
