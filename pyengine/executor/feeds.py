"""Feeds: checks the value given for a tensor and makes it an array of the tensor's dtype."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pyengine import dtypes
from pyengine.convert import has_text, to_array
from pyengine.executor.threads import in_parallel
from pyengine.graph import Tensor

_LEAST_FOR_BLOCKS = 1 << 18
"""Elements of a block, from which on a feed is cast by blocks."""


def feeder(tensor: Tensor) -> Callable[[Any], Any]:
    """The function that turns what is fed for a tensor into its array; made once for each plan.

    The array keeps the memory order it came in, so that column-major data from R are never
    transposed, and is not copied where the dtype is right already.
    """
    dtype = tensor.dtype.base_dtype
    if dtype is dtypes.resource or dtype is dtypes.variant:
        return lambda value: value  # as it was fetched; the op that takes it says what it must be
    if dtype is dtypes.string or not dtype.is_numpy_compatible:
        return lambda value: _checked_shape(_any_feed(value, tensor), tensor)
    target = np.dtype(dtype.as_numpy_dtype)
    sizes = tensor.shape.sizes
    rank = None if sizes is None else len(sizes)
    known = [(i, size) for i, size in enumerate(sizes or ()) if size is not None]

    def feed(value: Any) -> Any:
        if type(value) is np.ndarray:
            array = value if value.dtype is target else _numeric_feed(value, tensor, target)
        else:
            array = _any_feed(value, tensor)
        if rank is not None:
            if array.ndim != rank:
                _refuse_shape(array, tensor)
            shape = array.shape
            for i, size in known:
                if shape[i] != size:
                    _refuse_shape(array, tensor)
        return array

    return feed


def _numeric_feed(value: Any, tensor: Tensor, target: Any) -> Any:
    if target.kind == "f" and value.dtype.kind in "fiu":
        return _cast(value, target)
    return _any_feed(value, tensor)


def _cast(value: Any, target: Any) -> Any:
    """The array in another dtype, in the memory order it has; a large one by blocks."""
    flags = value.flags
    if value.size < _LEAST_FOR_BLOCKS or not (flags.c_contiguous or flags.f_contiguous):
        with np.errstate(all="ignore"):  # R's NA is a NaN of the signalling kind
            return value.astype(target, order="K")
    result = np.empty_like(value, target, subok=False)
    order: Any = "C" if flags.c_contiguous else "F"
    source, out = value.reshape(-1, order=order), result.reshape(-1, order=order)

    def cast(start: int, stop: int) -> None:
        with np.errstate(all="ignore"):  # which is each thread's own
            np.copyto(out[start:stop], source[start:stop], casting="unsafe")

    in_parallel(cast, value.size, _LEAST_FOR_BLOCKS)
    return result


def _any_feed(value: Any, tensor: Tensor) -> Any:
    if isinstance(value, Tensor) or hasattr(value, "_as_graph_element"):
        raise TypeError(
            f"The value of a feed cannot be a tensor: {value!r} was fed for {tensor.name!r}. Feed "
            f"numbers, strings, lists or arrays; run the tensor first to get its value."
        )
    dtype = tensor.dtype.base_dtype
    try:
        if isinstance(value, float) and dtype.is_integer and value.is_integer():
            value = np.asarray(value)  # R's numbers are doubles: a whole one is taken
        return to_array(value, dtype)
    except (TypeError, ValueError) as error:
        # Text for a number is a wrong value in TensorFlow, a wrong number is of a wrong type.
        raise (ValueError if has_text(value) else type(error))(
            f"Cannot feed the value for Tensor {tensor.name!r}, which has dtype {dtype.name} and "
            f"shape {tensor.shape}: {error}"
        ) from None


def _checked_shape(array: Any, tensor: Tensor) -> Any:
    if not tensor.shape.is_compatible_with(np.shape(array)):
        _refuse_shape(array, tensor)
    return array


def _refuse_shape(array: Any, tensor: Tensor) -> None:
    shape = tuple(int(s) for s in np.shape(array))
    raise ValueError(
        f"Cannot feed value of shape {shape} for Tensor {tensor.name!r}, which has shape "
        f"'{tensor.shape}'"
    )
