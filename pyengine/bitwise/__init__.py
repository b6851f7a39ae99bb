"""Integers as bits: the `tf.bitwise` namespace."""

from __future__ import annotations

from pyengine.ops.bits import (
    bitwise_and,
    bitwise_or,
    bitwise_xor,
    invert,
    left_shift,
    right_shift,
)
