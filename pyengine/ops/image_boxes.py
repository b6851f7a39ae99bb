"""The choice of boxes that do not overlap: non-maximum suppression."""

from __future__ import annotations

from typing import Any

import numpy as np

from pyengine.graph import Operation
from pyengine.ops.declare import defop, no_grad
from pyengine.shape import SCALAR, TensorShape

__all__ = ["suppress_op", "suppress_overlaps_op", "suppress_padded_op", "suppress_soft_op"]

_CHOICE = no_grad("its output is a choice")


def _overlap(box: Any, others: Any) -> Any:
    """Intersection over union of a box with others; corners in any order."""
    low, high = np.minimum(others[:, :2], others[:, 2:]), np.maximum(others[:, :2], others[:, 2:])
    first, last = np.minimum(box[:2], box[2:]), np.maximum(box[:2], box[2:])
    area, areas = np.prod(last - first), np.prod(high - low, axis=1)
    common = np.prod(np.clip(np.minimum(last, high) - np.maximum(first, low), 0, None), axis=1)
    valid = (area > 0) & (areas > 0)
    return np.where(valid, common / np.where(valid, area + areas - common, 1), 0)


def _chosen(scores: Any, most: int, lowest: float, overlaps: Any, limit: float) -> list[int]:
    """The best candidates in order, each leaving out those that overlap it by more than a limit."""
    order = np.argsort(-scores, kind="stable")
    order = order[scores[order] > lowest]
    found: list[int] = []
    while len(order) and len(found) < most:
        best = int(order[0])
        found.append(best)
        rest = order[1:]
        order = rest[~(overlaps(best, rest) > limit)]
    return found


def _check(boxes: Any, scores: Any, most: int, limit: float) -> None:
    if len(boxes) != len(scores):
        raise ValueError(f"scores has incompatible shape: {len(scores)} for {len(boxes)} boxes")
    if not 0 <= limit <= 1:
        raise ValueError("iou_threshold must be in [0, 1]")
    if most < 0:
        raise ValueError("max_output_size must be non-negative")


def _suppress_kernel(xp: Any, boxes: Any, scores: Any, most: int, limit: Any, lowest: Any) -> Any:
    _check(boxes, scores, most, limit)
    found = _chosen(
        scores, most, float(lowest), lambda i, rest: _overlap(boxes[i], boxes[rest]), float(limit)
    )
    return np.array(found, np.int32)


def _padded_kernel(
    xp: Any, boxes: Any, scores: Any, most: int, limit: Any, lowest: Any, *,
    pad_to_max_output_size: bool,
) -> Any:  # fmt: skip
    found = _suppress_kernel(xp, boxes, scores, most, limit, lowest)
    count = np.int32(len(found))
    if pad_to_max_output_size:
        found = np.concatenate([found, np.zeros(most - len(found), np.int32)])
    return found, count


def _soft_kernel(
    xp: Any, boxes: Any, scores: Any, most: int, limit: Any, lowest: Any, sigma: Any, *,
    pad_to_max_output_size: bool,
) -> Any:  # fmt: skip
    """Bodla et al., https://arxiv.org/abs/1704.04503: what overlaps loses score, not all of it."""
    _check(boxes, scores, most, limit)
    if sigma < 0:
        raise ValueError("soft_nms_sigma must be non-negative")
    left = scores.astype(np.float32)
    open_ones = left > lowest
    found: list[int] = []
    values: list[Any] = []
    while len(found) < most and open_ones.any():
        best = int(np.argmax(np.where(open_ones, left, -np.inf)))
        found.append(best)
        values.append(left[best])
        open_ones[best] = False
        rest = np.flatnonzero(open_ones)
        overlap = _overlap(boxes[best], boxes[rest])
        if sigma > 0:
            left[rest] *= np.exp(-0.5 / float(sigma) * overlap**2)
            open_ones[rest] = left[rest] > lowest
        else:
            open_ones[rest] = overlap <= limit
    if pad_to_max_output_size:
        missing = most - len(found)
        chosen = np.array(found + [0] * missing, np.int32)
        kept = np.array(values + [0] * missing, scores.dtype)
    else:
        chosen, kept = np.array(found, np.int32), np.array(values, scores.dtype)
    return chosen, kept, np.int32(len(found))


def _overlaps_kernel(
    xp: Any, overlaps: Any, scores: Any, most: int, limit: Any, lowest: Any
) -> Any:
    if overlaps.shape[0] != overlaps.shape[1] or len(overlaps) != len(scores):
        raise ValueError(f"overlaps must be square, one for each score: {overlaps.shape}")
    if most < 0:
        raise ValueError("max_output_size must be non-negative")
    found = _chosen(scores, most, float(lowest), lambda i, rest: overlaps[i, rest], float(limit))
    return np.array(found, np.int32)


def _vector(op: Operation) -> TensorShape:
    _check_inputs(op)
    return TensorShape.of((None,))


def _check_inputs(op: Operation) -> None:
    boxes, scores = op.inputs[0].shape.with_rank(2), op.inputs[1].shape.with_rank(1)
    if boxes.sizes is not None and op.type != "NonMaxSuppressionWithOverlaps":
        boxes.merge_with([None, 4])
    boxes[:1].assert_is_compatible_with(scores)


def _padded_shape(op: Operation) -> list[TensorShape]:
    from pyengine import static

    _check_inputs(op)
    most = static.constant_value(op.inputs[2])
    known = op.attrs["pad_to_max_output_size"] and most is not None
    vector = TensorShape.of((int(most) if known else None,))
    return [vector, SCALAR] if op.type.endswith("V4") else [vector, vector, SCALAR]


_INPUTS = "boxes: T, scores: T, max_output_size: host int32, iou_threshold: U, score_threshold: U"
_TYPES = {"T": "float16|float32", "U": "float16|float32"}

suppress_op = defop(
    "NonMaxSuppressionV3",
    f"{_INPUTS} -> int32",
    doc="The boxes with the highest scores, of those that overlap only the best.",
    types=_TYPES,
    shape=_vector,
    kernel=_suppress_kernel,
    grad=_CHOICE,
)
suppress_padded_op = defop(
    "NonMaxSuppressionV4",
    f"{_INPUTS} -> int32, int32",
    doc="As NonMaxSuppressionV3, filled up with zeros, and how many were chosen.",
    types=_TYPES,
    attrs={"pad_to_max_output_size": False},
    shape=_padded_shape,
    kernel=_padded_kernel,
    grad=_CHOICE,
)
suppress_soft_op = defop(
    "NonMaxSuppressionV5",
    _INPUTS.replace("U", "T") + ", soft_nms_sigma: T -> int32, T, int32",
    doc="As NonMaxSuppressionV4, with the scores that overlapping boxes have left.",
    types={"T": "float16|float32"},
    attrs={"pad_to_max_output_size": False},
    shape=_padded_shape,
    kernel=_soft_kernel,
    grad=_CHOICE,
)
suppress_overlaps_op = defop(
    "NonMaxSuppressionWithOverlaps",
    "overlaps: float32, scores: float32, max_output_size: host int32, overlap_threshold: float32, "
    "score_threshold: float32 -> int32",
    doc="As NonMaxSuppressionV3, with the overlaps given.",
    shape=_vector,
    kernel=_overlaps_kernel,
    grad=_CHOICE,
)
