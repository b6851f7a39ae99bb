"""What the arguments of data sets mean: seeds, batch sizes, padded shapes and padding values."""

from __future__ import annotations

from typing import Any

import numpy as np

from pyengine import dtypes
from pyengine.convert import convert_to_tensor
from pyengine.data import nest
from pyengine.data.structure import Spec
from pyengine.graph import Tensor
from pyengine.ops.declare import whole
from pyengine.ops.random import get_seed
from pyengine.shape import TensorShape, as_shape
from pyengine.static import constant_value

__all__ = [
    "Options",
    "batch_shape",
    "check_padded",
    "check_shard",
    "common_shape",
    "dataset_seeds",
    "padded_shape",
    "padding_value",
    "shapes_for",
]


class Options:
    """Settings of how TensorFlow runs data sets; they change no result, and are accepted."""

    def __init__(self) -> None:
        self.experimental_deterministic: bool | None = None

    def merge(self, options: Options) -> Options:
        """These settings, with those of `options` that are given."""
        merged = Options()
        merged.__dict__.update(self.__dict__)
        merged.__dict__.update({k: v for k, v in options.__dict__.items() if v is not None})
        return merged


def dataset_seeds(seed: Any) -> tuple[Any, Any]:
    """The two seeds of an op, zeros where there are none; `seed` may be a tensor."""
    if isinstance(seed, Tensor):
        known = constant_value(seed)
        if known is None:
            raise NotImplementedError(
                "a seed that is worked out in the run is not available: give a number"
            )
        seed = int(known)
    first, second = get_seed(seed)
    return first or 0, second or 0


def common_shape(a: TensorShape, b: TensorShape) -> TensorShape:
    """What two shapes have in common."""
    if a.sizes is None or b.sizes is None or len(a.sizes) != len(b.sizes):
        return TensorShape(None)
    return TensorShape([x if x == y else None for x, y in zip(a.sizes, b.sizes)])


def batch_shape(size: Any, drop_remainder: Any) -> TensorShape:
    known = whole(size)
    if isinstance(known, Tensor):
        value = constant_value(known)
        known = None if value is None else int(value)
    if drop_remainder is True and known is not None:
        return TensorShape([known] if int(known) >= 0 else [None])
    return TensorShape([None])


def shapes_for(structure: Any, shapes: Any) -> list[Any]:
    """The shapes for each component; for one component, the shape may be a tuple."""
    if isinstance(structure, Spec):
        return [shapes]
    return nest.flatten_like(structure, shapes)


def padded_shape(shape: Any) -> TensorShape:
    if isinstance(shape, Tensor):
        value = constant_value(shape)
        if value is None:
            raise NotImplementedError(
                "padded shapes that depend on the run are not available: give numbers, and None "
                "for what is as long as the longest element of a batch"
            )
        shape = value.tolist()
    if isinstance(shape, TensorShape):
        return shape
    sizes = [None if n is None or n == -1 else n for n in whole(list(shape))]
    return as_shape(sizes)


def check_padded(have: TensorShape, wanted: TensorShape) -> None:
    bad = wanted.sizes is None or (have.sizes is not None and len(have.sizes) != len(wanted.sizes))
    if not bad and have.sizes is not None:
        bad = any(
            n is not None and p is not None and n > p
            for n, p in zip(have.sizes, wanted.sizes or ())
        )
    if bad:
        raise ValueError(
            f"The padded shape {wanted} is not compatible with the shape {have} of the "
            f"corresponding input component."
        )


def padding_value(value: Any, dtype: dtypes.DType) -> Tensor:
    """What a component is padded with."""
    if value is None:
        value = b"" if dtype is dtypes.string else np.zeros((), dtype.as_numpy_dtype)
    elif not isinstance(value, Tensor) and dtype.is_integer:
        value = whole(value)
    tensor = convert_to_tensor(value, dtype)
    if tensor.shape.ndims not in (None, 0):
        raise ValueError(f"The padding value should be a scalar, but its shape is {tensor.shape}.")
    return tensor


def check_shard(num_shards: Any, index: Any) -> None:
    """Raises ValueError where the numbers of a shard are known, and there is no such shard."""
    count, at = (v if isinstance(v, int) else None for v in (whole(num_shards), whole(index)))
    if count is not None and count < 1:
        raise ValueError(f"num_shards must be >= 1; got {count}")
    if count is not None and at is not None and not 0 <= at < count:
        raise ValueError(f"index must be in [0, num_shards); got {at} of {count}")
