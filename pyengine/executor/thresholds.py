"""From which size on an op type goes through PyTorch: one table.

The numbers are estimates, not measured crossings: set by a few timings of single ops on a busy
machine with two cores, to keep small work out of PyTorch. `benchmarks/engine.py --thresholds` times
softmax, relu and sums with both backends; the other rows still want such a measurement.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from typing import Any

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


THRESHOLDS: dict[str, Threshold] = {
    "Conv2D": (_conv_work, 2e5),
    "Conv2DBackpropInput": (_input_grad_work, 2e5),
    "Conv2DBackpropFilter": (_filter_grad_work, 2e5),
    "Conv3D": (_conv_work, 2e5),
    "Conv3DBackpropInputV2": (_input_grad_work, 2e5),
    "Conv3DBackpropFilterV2": (_filter_grad_work, 2e5),
    "MaxPool": (_elements, 4e3),
    "MaxPoolGrad": (_elements, 4e3),
    "AvgPool": (_elements, 4e3),
    "AvgPoolGrad": (_elements, 4e3),
    "ApplyAdam": (_elements_if_loaded, 1 << 16),
    # From Python these would gain by two threads (softmax from 2e4 elements on, relu from 2e5, sums
    # from 5e4); in R's process, whose own OpenMP keeps the second core busy, a softmax of 10000x784
    # took twice NumPy's time. They stay with NumPy until one pool of threads is shared.
    "Relu": (_elements, math.inf),
    "Sum": (_elements, math.inf),
    "Softmax": (_elements, math.inf),
    "LogSoftmax": (_elements, math.inf),
}
