"""A pass over plans: an elementwise op on a large array writes over an input that nobody else has.

A new array would have to be fetched from memory before it is written, and would leave the cache to
what is read once more. Whether an input is free is known when the step runs. The plan says that no
later step reads its slot; the slot is emptied, and then the array's reference count says whether
anything else holds it: a view of it (which holds the array it is of), a fetch, a feed, a constant,
a variable's cell, a queue, a Python function. (The values of a plan are in no other list.) What
does not own its memory, such as a view of R's, is never written to.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from pyengine.executor.elementwise import DIRECT, Ufunc, ufunc_of
from pyengine.executor.fusing import Fused, holds_result
from pyengine.executor.steps import Kernel, Step
from pyengine.graph import Operation

LEAST = 1 << 16
"""The bytes from which on an array is written over: for a smaller one, looking takes too long."""


def _count_of_own() -> int:
    inputs = [object()]
    return sys.getrefcount(inputs[0])


_OWN = _count_of_own()
"""What `getrefcount` says of an object that only a list holds; Python versions differ."""


class Reusing:
    """A step's kernel that takes its arguments out of the list of all values.

    Args:
        kernel: computes a new array.
        over: the same, but given one of the positions of the arguments it may write there.
        args: the slots of the arguments.
        dead: the positions of those that no later step reads.
    """

    __slots__ = ("_args", "_dead", "_kernel", "_over")

    def __init__(
        self,
        kernel: Kernel,
        over: Callable[[list[Any], int], Any],
        args: tuple[int, ...],
        dead: tuple[int, ...],
    ) -> None:
        self._kernel, self._over, self._args, self._dead = kernel, over, args, dead

    def __call__(self, values: list[Any]) -> Any:
        inputs = [values[slot] for slot in self._args]
        for position in self._dead:
            array = inputs[position]
            if type(array) is np.ndarray and array.nbytes >= LEAST:
                break
        else:
            return self._kernel(*inputs)
        array = None
        for position in self._dead:
            values[self._args[position]] = None
        for position in self._dead:
            if is_own(inputs, position) and holds_result(inputs, inputs[position]):
                return self._over(inputs, position)
        return self._kernel(*inputs)


def is_own(inputs: list[Any], position: int) -> bool:
    """Whether a list's member is an array that nothing but the list holds."""
    return (
        sys.getrefcount(inputs[position]) == _OWN
        and type(inputs[position]) is np.ndarray
        and inputs[position].flags.owndata
        and inputs[position].flags.writeable
        and inputs[position].nbytes >= LEAST
    )


def reusing(step: Step, op: Operation) -> Step:
    """A step of a plan, as one that writes over its inputs where it can.

    Args:
        step: the step, with its lifetimes.
        op: the op it belongs to.
    """
    kernel, args, out, dead = step
    if not args or not dead or isinstance(out, slice) or len(op.outputs) != 1:
        return step
    free = tuple([i for i, slot in enumerate(args) if slot in dead and args.count(slot) == 1])
    if not free or _is_small(op):
        return step
    if isinstance(kernel, Fused):
        return Reusing(kernel, kernel.over, args, free), None, out, dead
    ufunc = _function(kernel, op)
    if ufunc is None:
        return step
    return Reusing(kernel, _into(ufunc), args, free), None, out, dead


def _into(ufunc: Ufunc) -> Callable[[list[Any], int], Any]:
    return lambda inputs, position: ufunc(*inputs, out=inputs[position])


def _is_small(op: Operation) -> bool:
    """Whether the static shape says that the result is too small."""
    output = op.outputs[0]
    count = output.shape.num_elements()
    return count is not None and count * output.dtype.size < LEAST


def _bias_add(value: Any, bias: Any, out: Any) -> Any:
    return np.add(value, bias, out=out)


def _relu_grad(gradients: Any, features: Any, out: Any) -> Any:
    return np.multiply(gradients, features > 0, out=out)


_OTHERS = {"BiasAdd": _bias_add, "ReluGrad": _relu_grad}
"""As `elementwise.UFUNCS`: ops that are not fused."""


def _function(kernel: Kernel, op: Operation) -> Ufunc | None:
    """What computes a step into a given array; None where the kernel is not that of its op alone.

    A step that reads a variable, or moves a value to another slot, bears the op it is for.
    """
    if getattr(kernel, "func", None) is not op.opdef.kernel and kernel is not DIRECT.get(op.type):
        return None
    ufunc = ufunc_of(op)
    if ufunc is not None or op.type not in _OTHERS:
        return ufunc
    names = {t.dtype.base_dtype.name for t in op.inputs}
    if names not in ({"float32"}, {"float64"}) or op.attrs.get("data_format", "NHWC") != "NHWC":
        return None
    return _OTHERS[op.type]
