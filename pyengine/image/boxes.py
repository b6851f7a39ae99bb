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

    Args:
        boxes: a float32 tensor of shape [n, 4], each box as [y1, x1, y2, x2].
        scores: a float32 vector of length n.
        max_output_size: how many boxes to select at the most, an integer scalar.
        iou_threshold: from which overlap on a box is dropped, a number from 0 to 1.
        score_threshold: which score a box must have, a number.
        pad_to_max_output_size: whether the indices are filled with zeros to `max_output_size`.
        name: the scope of the ops.

    Returns:
        The indices, and how many of them are chosen.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     boxes = [[0.0, 0.0, 1.0, 1.0], [0.0, 0.0, 1.0, 0.9]]
        ...     chosen, count = tf.image.non_max_suppression_padded(
        ...         boxes, [0.9, 0.8], 3, pad_to_max_output_size=True
        ...     )
        ...     [v.tolist() for v in sess.run([chosen, count])]
        [[0, 0, 0], 1]
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
    """As `non_max_suppression`, with the overlap of each two boxes given as a square matrix.

    Args:
        overlaps: a float32 tensor of shape [n, n]: how much each box overlaps each other.
        scores: a float32 vector of length n.
        max_output_size: how many boxes to select at the most, an integer scalar.
        overlap_threshold: from which overlap on a box is dropped, a number.
        score_threshold: which score a box must have, a number.
        name: the scope of the ops.

    Returns:
        The indices of the selected boxes, an int32 vector.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     overlaps = [[1.0, 0.9], [0.9, 1.0]]
        ...     sess.run(tf.image.non_max_suppression_overlaps(overlaps, [0.5, 0.7], 2)).tolist()
        [1]
    """
    with name_scope(name, "non_max_suppression_overlaps"):
        return ops.suppress_overlaps_op(
            overlaps, scores, whole(max_output_size), overlap_threshold, score_threshold
        )
