"""Elements of one array or another, faster than `numpy.where` picks them.

`numpy.where` branches for each element, which costs some 4 ns where the condition is not
predictable, as that of an activation is not. Masks of bits do not care what they hold.
"""

from __future__ import annotations

from typing import Any

import numpy as np

_WORDS: dict[int, type[np.signedinteger[Any]]] = {1: np.int8, 2: np.int16, 4: np.int32, 8: np.int64}
_FEW = 512
"""Elements up to which `numpy.where` takes less than the calls that masks take."""
_BLOCK = 1 << 15
"""Elements that are chosen at once: what is in between stays in the cache."""


def chosen(condition: Any, x: Any, y: Any) -> Any:
    """`numpy.where(condition, x, y)`, to the bit.

    Args:
        condition: an array of bools.
        x: an array or a NumPy scalar: the elements where the condition holds.
        y: the same, where it does not; of the dtype of `x`.
    """
    x, y = np.asarray(x), np.asarray(y)
    word = _WORDS.get(x.dtype.itemsize)
    if (
        condition.size <= _FEW
        or word is None
        or x.dtype != y.dtype
        or x.dtype.kind not in "fiub"
        or any(of.shape != condition.shape and of.shape for of in (x, y))
    ):
        return np.where(condition, x, y)
    signs, one, other = condition.view(np.int8), x.view(word), y.view(word)
    if condition.size <= _BLOCK or not all(a.flags.c_contiguous for a in (signs, one, other)):
        return _merged(signs, one, other, None).view(x.dtype)
    result = np.empty(condition.shape, word)
    signs, flat = signs.ravel(), result.ravel()
    one, other = (a.ravel() if a.shape else a for a in (one, other))
    for start in range(0, condition.size, _BLOCK):
        part = slice(start, start + _BLOCK)
        of_one, of_other = (a[part] if a.shape else a for a in (one, other))
        _merged(signs[part], of_one, of_other, flat[part])
    return result.view(x.dtype)


def _merged(signs: Any, one: Any, other: Any, out: Any) -> Any:
    mask = np.negative(signs, dtype=one.dtype)  # all bits where the condition holds
    mask &= one ^ other
    return np.bitwise_xor(mask, other, out=mask if out is None else out)
