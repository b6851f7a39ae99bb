"""The elements along the last dimension as sets: the `tf.sets` namespace."""

from __future__ import annotations

from pyengine.ops.sets import (
    set_difference,
    set_intersection,
    set_size,
    set_union,
)

difference = set_difference
intersection = set_intersection
size = set_size
union = set_union
