"""Elements by position on a GPU: gathering, scattering, sorting, one-hot. See the package.

Positions are looked at first: a GPU would read from anywhere, or stop for good.
"""

from __future__ import annotations

import math
from typing import Any

from pyengine.device_kernels.kinds import ALL, NUMBERS, REAL, any_true, kernels


def _is_inside(indices: Any, limit: int) -> bool:
    return not any_true((indices < 0) | (indices >= limit))


def _gather(torch: Any, params: Any, indices: Any, axis: int, *, batch_dims: int) -> Any:
    if batch_dims or not -params.ndim <= axis < params.ndim:
        return NotImplemented
    axis %= params.ndim
    if not _is_inside(indices, params.shape[axis]):
        return NotImplemented
    found = params.index_select(axis, indices.reshape(-1))
    return found.reshape(*params.shape[:axis], *indices.shape, *params.shape[axis + 1 :])


def _places(indices: Any, sizes: Any) -> Any:
    """Index vectors as a position in the flattened first axes; None where one is not there."""
    depth = indices.shape[-1]
    if not 0 < depth <= len(sizes):
        return None
    place = 0
    for i in range(depth):
        column = indices[..., i]
        if not _is_inside(column, sizes[i]):
            return None
        place = place * sizes[i] + column
    return place


def _gather_nd(torch: Any, params: Any, indices: Any) -> Any:
    at = _places(indices.to(torch.int64), params.shape)
    if at is None:
        return NotImplemented
    depth = indices.shape[-1]
    rows = params.reshape(math.prod(params.shape[:depth]), *params.shape[depth:])
    found = rows.index_select(0, at.reshape(-1))
    return found.reshape(*indices.shape[:-1], *params.shape[depth:])


def _scatter_nd(torch: Any, indices: Any, updates: Any, sizes: Any) -> Any:
    sizes = (sizes,) if isinstance(sizes, int) else sizes
    at = _places(indices.to(torch.int64), sizes)
    if at is None:
        return NotImplemented
    depth = indices.shape[-1]
    if updates.shape != (*indices.shape[:-1], *sizes[depth:]):
        return NotImplemented
    rows = math.prod(sizes[:depth])
    total = torch.zeros((rows, *sizes[depth:]), dtype=updates.dtype, device=updates.device)
    updates = updates.reshape(-1, *sizes[depth:])
    return total.index_add_(0, at.reshape(-1), updates).reshape(sizes)


def _segment_sum(torch: Any, data: Any, ids: Any, count: int) -> Any:
    if data.shape[: ids.ndim] != ids.shape or count < 0 or any_true(ids >= count):
        return NotImplemented
    rest = data.shape[ids.ndim :]
    rows, ids = data.reshape(ids.numel(), *rest), ids.reshape(-1)
    # One row more takes those whose id is negative.
    ids = torch.where(ids < 0, torch.full_like(ids, count), ids)
    total = torch.zeros((count + 1, *rest), dtype=data.dtype, device=data.device)
    return total.index_add_(0, ids, rows)[:count]


def _one_hot(torch: Any, indices: Any, depth: int, on: Any, off: Any, *, axis: int) -> Any:
    places = indices.unsqueeze(axis)
    sizes = [-1 if i == axis % places.ndim else 1 for i in range(places.ndim)]
    counted = torch.arange(depth, device=indices.device).reshape(sizes)
    return torch.where(places == counted, on, off)


def _where(torch: Any, condition: Any) -> Any:
    return torch.nonzero(condition) if condition.ndim else NotImplemented


def _top_k(torch: Any, x: Any, k: int, *, sorted: bool) -> Any:
    if not x.ndim or not 0 <= k <= x.shape[-1]:
        return NotImplemented
    if x.is_floating_point() and any_true(torch.isnan(x)):
        return NotImplemented
    values, at = torch.sort(x, dim=-1, descending=True, stable=True)  # of equals the first
    return values[..., :k], at[..., :k].to(torch.int32)


def _in_top_k(torch: Any, predictions: Any, targets: Any, k: int) -> Any:
    if predictions.ndim != 2 or targets.shape != predictions.shape[:1]:
        return NotImplemented
    valid = (targets >= 0) & (targets < predictions.shape[1])
    safe = torch.where(valid, targets, torch.zeros_like(targets)).to(torch.int64)
    of_target = predictions.gather(1, safe[:, None])
    above = (predictions > of_target).sum(1)
    return valid & (above < k) & torch.isfinite(of_target[:, 0])


KERNELS = {
    **kernels(
        ALL,
        {
            "GatherNd": _gather_nd,
            "GatherV2": _gather,
            "OneHot": _one_hot,
            "Where": _where,
        },
    ),
    **kernels(NUMBERS, {"ScatterNd": _scatter_nd, "UnsortedSegmentSum": _segment_sum}),
    **kernels(REAL | {"bool"}, {"InTopKV2": _in_top_k, "TopKV2": _top_k}),
}
