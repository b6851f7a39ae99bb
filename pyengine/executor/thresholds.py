"""From which size on an op type goes through PyTorch, or a compiled kernel: one table.

The numbers are where PyTorch's kernel takes less processor time than NumPy's, in one thread, as
`benchmarks/engine.py --thresholds` measures it (AMD EPYC of family 26, NumPy 2.4, PyTorch 2.13).
What gains only some microseconds uses PyTorch if something else has had it imported.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

BY_ROWS = 0.8
"""The part of its multiplications that Winograd's algorithm may leave of a convolution for it to be
quicker than PyTorch's: so it came out of filters of 3 to 7 and images of 7 to 56, with 16 to 256
channels and outputs."""


class Threshold(NamedTuple):
    """From where on an op goes through PyTorch.

    Args:
        measure: takes the op's arguments.
        least: the least measure for PyTorch.
        if_loaded: whether only if PyTorch is there already, since the op gains too little to have
            it imported, which costs a second and 200 MB.
    """

    measure: Callable[..., Any]
    least: float
    if_loaded: bool = False

    def is_met(self, args: Sequence[Any]) -> bool:
        """Whether arguments are to go through PyTorch now."""
        if self.if_loaded and "torch" not in sys.modules:
            return False
        return bool(self.measure(*args) >= self.least)


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


def _product_work(a: Any, b: Any) -> int:
    """The multiplications of a product of matrices, the inner size being the largest they share."""
    shared = set(np.shape(a)) & set(np.shape(b))
    return int(a.size * b.size // max(max(shared, default=1), 1))


def _wide_images(x: Any, *args: Any) -> int:
    """The elements of images, if a pixel's channels fill registers."""
    wide = getattr(x, "ndim", 0) == 4 and x.shape[-1] % 16 == 0
    return _elements(x) if wide else 0


def _sums_of_channels(x: Any, axes: Any) -> int:
    """The elements of images whose channels are each summed.

    NumPy adds up a row of channels at a time, with a loop's start for each.
    """
    leading = getattr(x, "ndim", 0) == 4 and x.ndim - 1 not in (np.ravel(axes) % x.ndim)
    return _elements(x) if leading else 0


THRESHOLDS: dict[str, Threshold] = {
    "Conv2D": Threshold(_conv_work, 1e6),
    "Conv2DBackpropInput": Threshold(_input_grad_work, 1e6),
    "Conv2DBackpropFilter": Threshold(_filter_grad_work, 1e6),
    "Conv3D": Threshold(_conv_work, 1e6),
    "Conv3DBackpropInputV2": Threshold(_input_grad_work, 1e6),
    "Conv3DBackpropFilterV2": Threshold(_filter_grad_work, 1e6),
    "MatMul": Threshold(_product_work, 1 << 24, if_loaded=True),
    "MaxPool": Threshold(_wide_images, 1e4, if_loaded=True),
    "MaxPoolGrad": Threshold(_elements, 1e3, if_loaded=True),
    "AvgPool": Threshold(_elements, 1e3, if_loaded=True),
    "AvgPoolGrad": Threshold(_elements, 1e3, if_loaded=True),
    "Sum": Threshold(_sums_of_channels, 1e4, if_loaded=True),
    # Up to 2e4 elements these differ by less than 20 microseconds; beyond, NumPy's go in parts to
    # the engine's own threads, and take column-major memory as it is.
    "Relu": Threshold(_elements, math.inf),
    "Softmax": Threshold(_elements, math.inf),
    "LogSoftmax": Threshold(_elements, math.inf),
}
