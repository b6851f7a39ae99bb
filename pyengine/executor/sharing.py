"""A pass over plans: an op that computes what another one has computed takes its results.

Two ops do so if they are of one stateless type, with equal attributes and the same inputs. Inputs
are compared by slot: each read of a variable has a slot of its own, so what was read before an
assignment is never taken for what was read after it.
"""

from __future__ import annotations

import operator
from collections.abc import Hashable
from typing import Any

import numpy as np

from pyengine.dtypes import DType
from pyengine.graph import Operation

_LARGEST = 256
"""The most bytes of a constant that is compared with others by its value."""


_PLAIN = frozenset((bool, int, float, str, bytes, type(None), DType))
"""The types of attributes that are their own key."""

_name = operator.itemgetter(0)


def op_key(op: Operation, args: tuple[int, ...]) -> Hashable | None:
    """What two ops have in common that compute the same; None for an op that is never shared.

    Args:
        op: the operation.
        args: the slots of its inputs.
    """
    if op.opdef.stateful or not op.outputs:
        return None
    attrs: tuple[Any, ...] = ()
    if op.attrs:
        attrs = tuple(
            [
                # 1, 1.0 and True are equal, and not the same
                (name, type(value), value if type(value) in _PLAIN else _hashable(value))
                for name, value in sorted(op.attrs.items(), key=_name)
                if name[0] != "_"
            ]
        )
    key = (op.type, attrs, args, tuple([t.dtype for t in op.outputs]))
    try:
        hash(key)
    except TypeError:  # an attribute that is an object of some other kind
        return None
    return key


def constant_key(value: Any) -> Hashable | None:
    """What equal small constants have in common; None for a value that is not compared."""
    if not isinstance(value, (np.ndarray, np.generic)) or value.dtype.kind not in "biufc":
        return None
    return (value.dtype, value.shape, value.tobytes()) if value.nbytes <= _LARGEST else None


def _hashable(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        key = constant_key(value)
        return value if key is None else key  # an array has no hash: the op is not shared
    if isinstance(value, (list, tuple)):
        return (type(value).__name__, *(_hashable(v) for v in value))
    return (type(value).__name__, value)  # 1, 1.0 and True are equal, and not the same
