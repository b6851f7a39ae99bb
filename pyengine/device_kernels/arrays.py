"""Shapes, joining and splitting of tensors on a GPU: see the package."""

from __future__ import annotations

from typing import Any

import numpy as np

from pyengine.device_kernels.kinds import ALL, kernels
from pyengine.ops.array import _reshape_kernel
from pyengine.ops.indexing import _index_of
from pyengine.ops.joining import _settled
from pyengine.ops.padding import _check_pairs

HOST_RESULTS = frozenset(
    {
        "IsVariableInitialized", "Rank", "Shape", "ShapeN", "Size", "VarIsInitializedOp",
        "VariableShape",
    }
)  # fmt: skip
"""Op types that look at no value: they run where their input is, and give one of the host."""


def _shape_of(torch: Any, x: Any, *, out_type: Any) -> Any:
    return np.array(tuple(x.shape), out_type.as_numpy_dtype)


def _shapes_of(torch: Any, *inputs: Any, N: int, out_type: Any) -> Any:
    found = tuple(_shape_of(torch, x, out_type=out_type) for x in inputs)
    return found if N > 1 else found[0]


class _Sized:
    """A tensor as the kernel of Reshape wants an array: `size` is a number."""

    def __init__(self, x: Any) -> None:
        self.shape, self.size, self.tensor = tuple(x.shape), x.numel(), x


class _Reshaping:
    @staticmethod
    def reshape(x: _Sized, sizes: Any) -> Any:
        return x.tensor.reshape(tuple(sizes))


def _reshape(torch: Any, x: Any, sizes: Any) -> Any:
    return _reshape_kernel(_Reshaping, _Sized(x), sizes)


def _squeeze(torch: Any, x: Any, *, squeeze_dims: Any) -> Any:
    if any(x.shape[axis] != 1 for axis in squeeze_dims):
        return NotImplemented
    return torch.squeeze(x, tuple(squeeze_dims)) if squeeze_dims else torch.squeeze(x)


def _concat(torch: Any, *inputs: Any, N: int) -> Any:
    *values, axis = inputs
    if not values[0].ndim or len({v.ndim for v in values}) > 1:
        return NotImplemented  # PyTorch would leave out empty vectors of whatever rank
    return torch.cat(values, axis)


def _single(parts: Any) -> Any:
    return parts[0] if len(parts) == 1 else tuple(parts)


def _split(torch: Any, axis: int, x: Any, *, num_split: int) -> Any:
    size = x.shape[axis]
    if size % num_split:
        return NotImplemented
    if not size:
        return _single([x] * num_split)
    return _single(torch.split(x, size // num_split, axis))


def _split_v(torch: Any, x: Any, sizes: Any, axis: int, *, num_split: int) -> Any:
    sizes = (sizes,) if isinstance(sizes, int) else sizes
    return _single(torch.split(x, [int(n) for n in _settled(sizes, x.shape[axis])], axis))


def _unpack(torch: Any, x: Any, *, num: int, axis: int) -> Any:
    return _single(torch.unbind(x, axis)) if x.shape[axis] == num else NotImplemented


def _pack(torch: Any, *values: Any, N: int, axis: int) -> Any:
    return torch.stack(values, axis)


# ---------------------------------------------------------------- blocks


def _slice(torch: Any, x: Any, begin: Any, sizes: Any) -> Any:
    begin, sizes = ((v,) if isinstance(v, int) else v for v in (begin, sizes))
    for axis, (b, n) in enumerate(zip(begin, sizes)):
        n = x.shape[axis] - b if n == -1 else n
        if not 0 <= b <= b + n <= x.shape[axis]:
            return NotImplemented
        x = x.narrow(axis, b, n)
    return x


def _forward(shape: Any, index: tuple[Any, ...]) -> tuple[tuple[Any, ...], list[int]]:
    """An index whose steps are all positive, and the axes of its result to reverse after it."""
    used = sum(1 for i in index if i is not None and i is not Ellipsis)
    if Ellipsis not in index:
        index = (*index, Ellipsis)
    found: list[Any] = []
    reverse: list[int] = []
    axis = out = 0
    for item in index:
        if item is None:
            found.append(None)
            out += 1
        elif item is Ellipsis:
            found.append(Ellipsis)
            axis, out = axis + len(shape) - used, out + len(shape) - used
        elif isinstance(item, slice):
            places = range(*item.indices(shape[axis]))
            if places.step < 0:
                reverse.append(out)
                places = places[::-1]
            # Of no places the stop may lie before the start, which PyTorch takes as well.
            stop = places[-1] + 1 if places else max(places.start, 0)
            found.append(slice(max(places.start, 0), stop, places.step))
            axis, out = axis + 1, out + 1
        else:
            if not -shape[axis] <= item < shape[axis]:
                raise IndexError(f"slice index {item} of dimension {axis} out of bounds")
            found.append(item)
            axis += 1
    return tuple(found), reverse


def _as_tuples(*vectors: Any) -> list[Any]:
    return [(v,) if isinstance(v, int) else v for v in vectors]


def _strided_slice(torch: Any, x: Any, begin: Any, end: Any, strides: Any, **masks: int) -> Any:
    begin, end, strides = _as_tuples(begin, end, strides)
    index = _index_of(begin, end, strides, **masks)
    forward, reverse = _forward(x.shape, index)
    found = x[forward]
    return torch.flip(found, reverse) if reverse else found


def _strided_slice_grad(
    torch: Any, sizes: Any, begin: Any, end: Any, strides: Any, dy: Any, **masks: int
) -> Any:
    sizes, begin, end, strides = _as_tuples(sizes, begin, end, strides)
    index = _index_of(begin, end, strides, **masks)
    forward, reverse = _forward(sizes, index)
    result = torch.zeros(sizes, dtype=dy.dtype, device=dy.device)
    if result[forward].shape != dy.shape:
        return NotImplemented
    result[forward] = torch.flip(dy, reverse) if reverse else dy
    return result


def _pad(torch: Any, x: Any, pairs: Any, value: Any = None) -> Any:
    _check_pairs(x, pairs)
    sizes = [s + a + b for s, (a, b) in zip(x.shape, pairs)]
    if value is None:
        result = torch.zeros(sizes, dtype=x.dtype, device=x.device)
    else:
        result = torch.empty(sizes, dtype=x.dtype, device=x.device).copy_(value)
    result[tuple(slice(a, a + s) for s, (a, _) in zip(x.shape, pairs))] = x
    return result


def _fill(torch: Any, dims: Any, value: Any) -> Any:
    (dims,) = _as_tuples(dims)
    return torch.empty(dims, dtype=value.dtype, device=value.device).copy_(value)


def _tile(torch: Any, x: Any, multiples: Any) -> Any:
    (multiples,) = _as_tuples(multiples)
    return x.repeat(multiples) if len(multiples) == x.ndim else NotImplemented


def _broadcast_to(torch: Any, x: Any, sizes: Any) -> Any:
    (sizes,) = _as_tuples(sizes)
    return torch.broadcast_to(x, sizes)


def _reverse(torch: Any, x: Any, axes: Any) -> Any:
    (axes,) = _as_tuples(axes)
    return torch.flip(x, axes)


def _transpose(torch: Any, x: Any, perm: Any) -> Any:
    (perm,) = _as_tuples(perm)
    if sorted(perm) != list(range(x.ndim)):
        return NotImplemented  # PyTorch would count from the end as well
    return x.permute(perm)


KERNELS = {
    **kernels(
        ALL,
        {
            "BroadcastTo": _broadcast_to,
            "ConcatV2": _concat,
            "ExpandDims": lambda torch, x, axis: torch.unsqueeze(x, axis),
            "Fill": _fill,
            "IsVariableInitialized": lambda torch, cell: np.bool_(cell.is_initialized),
            "Pack": _pack,
            "Pad": _pad,
            "PadV2": _pad,
            "Rank": lambda torch, x: np.array(x.ndim, np.int32),
            "Reshape": _reshape,
            "ReverseV2": _reverse,
            "Shape": _shape_of,
            "ShapeN": _shapes_of,
            "Size": lambda torch, x, *, out_type: np.array(x.numel(), out_type.as_numpy_dtype),
            "Slice": _slice,
            "Split": _split,
            "SplitV": _split_v,
            "Squeeze": _squeeze,
            "StridedSlice": _strided_slice,
            "StridedSliceGrad": _strided_slice_grad,
            "Tile": _tile,
            "Transpose": _transpose,
            "Unpack": _unpack,
        },
    ),
    **kernels(
        frozenset({"resource", "bool", "int32", "int64"}),
        {
            "VarIsInitializedOp": lambda torch, cell: np.bool_(cell.is_initialized),
            "VariableShape": lambda torch, cell, *, out_type: _shape_of(
                torch, cell.read_there(), out_type=out_type
            ),
        },
    ),
}
