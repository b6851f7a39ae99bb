"""Transformations that came to be arguments of `Dataset.batch` and `padded_batch`."""

from __future__ import annotations

from typing import Any

from pyengine.data.experimental import Transformation

__all__ = ["batch_and_drop_remainder", "padded_batch_and_drop_remainder"]


def batch_and_drop_remainder(batch_size: Any) -> Transformation:
    """`batch(batch_size, drop_remainder=True)`.

    Args:
        batch_size: how many elements make a batch, an integer scalar.

    Returns:
        A function for `Dataset.apply`.
    """
    return lambda dataset: dataset.batch(batch_size, drop_remainder=True)


def padded_batch_and_drop_remainder(
    batch_size: Any, padded_shapes: Any, padding_values: Any = None
) -> Transformation:
    """`padded_batch(batch_size, padded_shapes, padding_values, drop_remainder=True)`.

    Args:
        batch_size: how many elements make a batch, an integer scalar.
        padded_shapes: the shape of each component, nested; None for what is as long as the longest.
        padding_values: what each component is padded with; zeros or "" by default.

    Returns:
        A function for `Dataset.apply`.
    """
    return lambda dataset: dataset.padded_batch(
        batch_size, padded_shapes, padding_values, drop_remainder=True
    )
