"""Convolutions of stride 1 with fewer multiplications: Winograd's algorithm along the rows.

Eight pixels of a row, a filter's row and the outputs between them are coefficients of polynomials,
and the product of two polynomials is known from its values at eight points. With a filter that is
`k` wide, eight multiplications then give `9 - k` outputs, not `k` each. Each point has a product of
matrices of its own; small sums, mostly of additions, lead to the values and back. Only rows are
done so: to do the columns as well would halve the multiplications once more, but round ten times as
much. As it is, errors are two to three times those of the plain sum in float32.

Neither PyTorch nor its oneDNN has this for filters that are 5 wide, so it is compiled with the
engine (`compiled/winograd_rows.h`). All that is in between stays in the cache, where passes of
NumPy or PyTorch would go through memory.

S. Winograd, "Arithmetic Complexity of Computations" (1980). A. Lavin, S. Gray, "Fast Algorithms for
Convolutional Neural Networks" (2015), https://arxiv.org/abs/1509.09308. The points, 0, +-1, +-2,
+-1/2 and infinity, are those with which rounding costs least: B. Barabasz et al., "Error Analysis
and Improving the Accuracy of Winograd Convolution for Deep Neural Networks" (2018),
https://arxiv.org/abs/1803.10986.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from pyengine.compiled import LANES, WHOLE, dense, kernels
from pyengine.executor.threads import in_block, in_parallel, thread_count
from pyengine.executor.thresholds import BY_ROWS
from pyengine.ops.window import Pads, Sizes

_TILE = 8
"""Pixels that are transformed at once."""
_PART = 1 << 24
"""Multiplications that are worth a thread."""
_TILES = 128
"""Tiles that are worth transforming a filter for."""
_SUMS = 4
"""The most sums that a filter's gradient is made of, so that it does not depend on the threads."""


def is_quicker(
    shape: Sizes, kernel: Sizes, strides: Sizes, dilations: Sizes, pads: Pads, dtype: Any
) -> bool:
    """Whether a convolution is quicker this way than by the plain sum, judged by its sizes.

    Args:
        shape: of the images, `(batch, *sizes, channels)`.
        kernel: of the filter, `(*sizes, channels, outputs)`.
        strides, dilations, pads: one for each spatial axis.
        dtype: of both.

    Example:
        >>> is_quicker((1, 8, 8, 3), (5, 5, 3, 32), (1, 1), (1, 1), ((2, 2), (2, 2)), np.float32)
        False
    """
    if not LANES or len(shape) != 4 or dtype != np.float32:
        return False
    width, channels, outputs = kernel[1:]
    if (
        strides != (1, 1)
        or dilations != (1, 1)
        or channels != shape[-1]
        or channels % WHOLE
        or outputs % WHOLE
        or not 1 < width < _TILE
        or min(map(min, pads)) < 0
        or 0 in shape
        or 0 in kernel
    ):
        return False
    out_height, out_width = (n + sum(p) - k + 1 for n, p, k in zip(shape[1:], pads, kernel))
    return min(out_height, out_width) > 0 and left_over(out_width, width, outputs) <= BY_ROWS


def left_over(out_width: int, width: int, outputs: int) -> float:
    """The part of the plain sum's multiplications that is left.

    Args:
        out_width: of the outputs.
        width: of the filter.
        outputs: how many; products compute them in blocks of two registers.
    """
    computed = -(-outputs // (2 * LANES)) * 2 * LANES
    return _values(out_width, width) * computed / (out_width * width * outputs)


def _values(out_width: int, width: int) -> int:
    """How many values at points a row of pixels has."""
    return _TILE * -(-out_width // (_TILE + 1 - width))


def convolve(x: Any, w: Any, pads: Pads, out_sizes: Any, bias: Any = None) -> Any:
    """A convolution that `is_quicker` accepts.

    Args:
        x: images `[batch, height, width, channels]`.
        w: a filter `[height, width, channels, outputs]`.
        pads: before and after the rows and the columns.
        out_sizes: of the outputs.
        bias: `[outputs]`, added to each pixel, or None.

    Returns:
        An array `[batch, *out_sizes, outputs]`; None if not all is finite: what an infinite pixel,
        or an overflow, is to do to which outputs only the plain sum says.
    """
    images, w = dense(x), np.require(w, requirements="A")
    bias = None if bias is None else dense(bias)
    (above, _), (left, _) = pads
    out = np.empty((len(x), *out_sizes, w.shape[-1]), np.float32)
    places = _places(out.shape, w.shape, thread_count())
    finite = [False] * len(places)

    def work(start: int, stop: int) -> None:
        for i in range(start, stop):
            some, first, end = places[i]
            finite[i] = kernels.convolve_into(
                images[some], w, bias, above - first, left, out[some, first:end], LANES
            )

    in_parallel(work, len(places), 1)
    return out if all(finite) else None


def filter_grad(x: Any, dy: Any, kernel: Sizes, pads: Pads) -> Any:
    """The gradient of such a convolution with respect to its filter.

    Args:
        x: the images.
        dy: the gradient of the outputs.
        kernel: the filter's spatial sizes.
        pads: before and after the rows and the columns.

    Returns:
        An array `[*kernel, channels, outputs]`; None as above.
    """
    images, slopes = dense(x), dense(dy)
    (above, _), (left, _) = pads
    shape = (*kernel, x.shape[-1], dy.shape[-1])
    places = _places(dy.shape, shape, _SUMS)
    sums = [np.empty(shape, np.float32) for _ in places]
    finite = [False] * len(places)

    def work(start: int, stop: int) -> None:
        for i in range(start, stop):
            some, first, end = places[i]
            finite[i] = kernels.filter_gradient_into(
                images[some], slopes[some, first:end], above - first, left, sums[i], LANES
            )

    in_parallel(work, len(places), 1)
    if not all(finite):
        return None
    total = sums[0]
    for part in sums[1:]:
        total += part
    return total


def _places(outputs: Sizes, kernel: Sizes, most: int) -> list[tuple[slice, int, int]]:
    """The parts to do at once: which images, and which of their rows; all in a thread at work."""
    batch, rows, columns, _ = outputs
    values = batch * rows * _values(columns, kernel[1])
    work = values * kernel[0] * kernel[2] * kernel[3]
    parts = 1 if in_block() else max(min(work // _PART, values // (_TILE * _TILES), most), 1)
    if parts <= batch:
        step = -(-batch // parts)
        return [(slice(i, i + step), 0, rows) for i in range(0, batch, step)]
    step = -(-rows // -(-parts // batch))
    return [
        (slice(i, i + 1), first, min(first + step, rows))
        for i in range(batch)
        for first in range(0, rows, step)
    ]
