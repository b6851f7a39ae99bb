"""Boxes on images: the choice of those that do not overlap."""

from __future__ import annotations

from typing import Any

from pyengine.graph import Tensor
from pyengine.ops import image_boxes as ops
from pyengine.ops.declare import whole
from pyengine.scopes import name_scope

__all__ = [
    "non_max_suppression",
    "non_max_suppression_overlaps",
    "non_max_suppression_padded",
    "non_max_suppression_with_scores",
]


def non_max_suppression(
    boxes: Any,
    scores: Any,
    max_output_size: Any,
    iou_threshold: Any = 0.5,
    score_threshold: Any = float("-inf"),
    name: str | None = None,
) -> Tensor:
    """The boxes with the highest scores, without those that overlap a better one.

    Args:
        boxes: a float32 tensor [boxes, 4] of two opposite corners y1, x1, y2, x2.
        scores: a float32 vector.
        max_output_size: how many boxes to choose at most.
        iou_threshold: the share of the area (intersection over union) that two boxes may have in
            common.
        score_threshold: what a score must be above.
        name: the name scope.

    Returns:
        An int32 vector of the chosen boxes' indices, best first.
    """
    with name_scope(name, "non_max_suppression"):
        return ops.suppress_op(
            boxes, scores, whole(max_output_size), iou_threshold, score_threshold
        )


def non_max_suppression_with_scores(
    boxes: Any,
    scores: Any,
    max_output_size: Any,
    iou_threshold: Any = 0.5,
    score_threshold: Any = float("-inf"),
    soft_nms_sigma: Any = 0.0,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """As `non_max_suppression`, where boxes that overlap better ones lose some of their score.

    Args:
        soft_nms_sigma: how much of the score is kept; 0 for none of this.
        boxes, scores, max_output_size, iou_threshold, score_threshold, name: as for
            `non_max_suppression`.

    Returns:
        The indices, and the scores left.
    """
    with name_scope(name, "non_max_suppression_with_scores"):
        found, left, _ = ops.suppress_soft_op(
            boxes, scores, whole(max_output_size), iou_threshold, score_threshold, soft_nms_sigma,
            pad_to_max_output_size=False,
        )  # fmt: skip
        return found, left


def non_max_suppression_padded(
    boxes: Any,
    scores: Any,
    max_output_size: Any,
    iou_threshold: Any = 0.5,
    score_threshold: Any = float("-inf"),
    pad_to_max_output_size: bool = False,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """As `non_max_suppression`, filled up with zeros to the largest size if so wanted.

    Returns:
        The indices, and how many of them are chosen.
    """
    with name_scope(name, "non_max_suppression_padded"):
        found, count = ops.suppress_padded_op(
            boxes, scores, whole(max_output_size), iou_threshold, score_threshold,
            pad_to_max_output_size=bool(pad_to_max_output_size),
        )  # fmt: skip
        return found, count


def non_max_suppression_overlaps(
    overlaps: Any,
    scores: Any,
    max_output_size: Any,
    overlap_threshold: Any = 0.5,
    score_threshold: Any = float("-inf"),
    name: str | None = None,
) -> Tensor:
    """As `non_max_suppression`, with the overlap of each two boxes given as a square matrix."""
    with name_scope(name, "non_max_suppression_overlaps"):
        return ops.suppress_overlaps_op(
            overlaps, scores, whole(max_output_size), overlap_threshold, score_threshold
        )
