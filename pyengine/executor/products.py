"""A pass over plans: a gradient that is a product of matrices is made by the update that takes it.

The gradient of a dense layer's weights is as large as those, and is looked at once. Made a few rows
at a time, each just before the optimizer's rule wants them, it stays in a core's cache.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pyengine.executor.runtime import read_cell
from pyengine.executor.steps import as_op_error
from pyengine.executor.updates import Product
from pyengine.graph import Operation

Kernel = Callable[..., Any]
RawStep = tuple[Kernel, tuple[int, ...], Any]


def products(
    steps: Sequence[RawStep], ops: Sequence[Operation], kept: set[int]
) -> tuple[list[RawStep], list[Operation]]:
    """The steps with products of matrices left to the updates of variables that read them.

    Args:
        steps: kernel, slots of the arguments, slot of the result.
        ops: the op of each step.
        kept: the slots whose values are fetched.

    Returns:
        The steps and the op of each.
    """
    makers: dict[int, int] = {}
    readers: dict[int, int] = {}
    for i, ((kernel, args, out), op) in enumerate(zip(steps, ops)):
        if op.type == "MatMul" and kernel is not read_cell and not op.control_inputs:
            makers[out] = i
        for slot in args:
            readers[slot] = readers.get(slot, 0) + 1
    new, left_out = list(steps), set()
    for i, ((kernel, args, out), op) in enumerate(zip(steps, ops)):
        at = _gradient_position(op) if kernel is not read_cell else None
        maker = makers.get(args[at]) if at is not None else None
        if at is None or maker is None or readers[args[at]] > 1 or args[at] in kept:
            continue
        multiply, factors, _ = steps[maker]
        update = Updating(kernel, at, multiply, ops[maker])
        new[i] = (update, (*args[:at], *args[at + 1 :], *factors), out)
        left_out.add(maker)
    rest = [i for i in range(len(new)) if i not in left_out]
    return [new[i] for i in rest], [ops[i] for i in rest]


def _gradient_position(op: Operation) -> int | None:
    """Which input of an op is the gradient that it updates a variable by."""
    if not op.type.startswith("Apply"):
        return None
    names = [arg.name for arg in op.opdef.inputs]
    return next((names.index(n) for n in ("grad", "delta") if n in names), None)


class Updating:
    """The kernel of an update that makes its gradient itself.

    Args:
        kernel: the update's.
        at: the gradient's position among its arguments.
        multiply: the kernel of the product; its two arguments come last.
        op: the product's.
    """

    def __init__(self, kernel: Kernel, at: int, multiply: Kernel, op: Operation) -> None:
        self._kernel, self._at, self._multiply, self._op = kernel, at, multiply, op

    def __call__(self, *args: Any) -> Any:
        *inputs, a, b = args
        inputs.insert(self._at, self._product(a, b))
        return self._kernel(*inputs)

    def _product(self, a: Any, b: Any) -> Any:
        attrs = self._op.attrs
        product = Product(self._multiplied, a, b, attrs["transpose_a"], attrs["transpose_b"])
        return product if product.is_large else product.whole()

    def _multiplied(self, a: Any, b: Any) -> Any:
        try:
            return self._multiply(a, b)
        except Exception as error:
            raise as_op_error(error, self._op) from error
