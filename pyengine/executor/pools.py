"""A pass over plans: relu after the pooling behind it, and pooling that remembers for its gradient.

The largest of a window's elements after relu is relu of the largest: so relu may have the pooled
image, of a quarter of the elements. Its gradient may be taken before that of the pooling for the
same reason. And which element of a window was the largest need not be found twice: the compiled
pooling (`ops.tiles`) says so, and PyTorch's does, and the gradient goes there.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from pyengine.executor.backend import Chosen, chosen_as, in_torch
from pyengine.executor.elementwise import ufunc_of
from pyengine.executor.runtime import read_cell
from pyengine.graph import Operation
from pyengine.ops import tiles, torch_kernels, window
from pyengine.registry import settings_of

Kernel = Callable[..., Any]
RawStep = tuple[Kernel, tuple[int, ...], Any]


def pools(
    steps: Sequence[RawStep],
    ops: Sequence[Operation],
    kept: set[int],
    constants: dict[int, Any],
    new_slot: Callable[[Any], int],
) -> tuple[list[RawStep], list[Operation]]:
    """The steps with less to do around maximum pooling.

    Args:
        steps: kernel, slots of the arguments, slot of the result.
        ops: the op of each step.
        kept: the slots whose values are fetched.
        constants: the values of the slots that are constant.
        new_slot: makes a slot.

    Returns:
        The steps and the op of each.
    """
    if not any(op.type == "MaxPool" for op in ops):
        return list(steps), list(ops)
    plan = _Rewriting(steps, ops, kept, constants, new_slot)
    for i in plan.all_of("ReluGrad"):
        plan.take_slope_first(i)
    for i in plan.all_of("Sum"):
        plan.sum_slopes(i)
    for i in plan.all_of("MaxPool"):
        plan.remember(plan.pool_first(i))
    return plan.result()


class _Rewriting:
    """Steps that are being rewritten in place."""

    def __init__(
        self,
        steps: Sequence[RawStep],
        ops: Sequence[Operation],
        kept: set[int],
        constants: dict[int, Any],
        new_slot: Callable[[Any], int],
    ) -> None:
        self._steps, self._ops = list(steps), list(ops)
        self._kept, self._constants, self._new_slot = kept, constants, new_slot
        self._after: dict[int, list[RawStep]] = {}  # steps to come behind one, of the same op
        self._makers: dict[int, int] = {}
        self._readers: dict[int, set[int]] = {}
        for i, (_, args, out) in enumerate(steps):
            if not isinstance(out, slice):
                self._makers[out] = i
            for slot in args:
                self._readers.setdefault(slot, set()).add(i)

    def all_of(self, kind: str) -> list[int]:
        """The steps of ops of a type, which wait for no others."""
        return [i for i in range(len(self._ops)) if self._is(i, kind)]

    def result(self) -> tuple[list[RawStep], list[Operation]]:
        """The steps as they are now, and the op of each."""
        steps, ops = [], []
        for i, (step, op) in enumerate(zip(self._steps, self._ops)):
            these = [step, *self._after.get(i, ())]
            steps += these
            ops += [op] * len(these)
        return steps, ops

    def _is(self, i: int, kind: str) -> bool:
        kernel, args, _ = self._steps[i]
        op = self._ops[i]
        is_own = kernel is not read_cell and len(args) == len(op.inputs)
        return op.type == kind and is_own and not op.control_inputs

    def _set(self, i: int, kernel: Kernel, args: tuple[int, ...], out: int, op: Operation) -> None:
        for slot in self._steps[i][1]:
            self._readers[slot].discard(i)
        for slot in args:
            self._readers.setdefault(slot, set()).add(i)
        self._makers[out] = i
        self._steps[i], self._ops[i] = (kernel, args, out), op

    def take_slope_first(self, i: int) -> None:
        """Has relu's gradient taken before that of the pooling behind it, of fewer elements.

        Only a window's largest element gets a gradient, and relu passes it on if that is positive:
        the pooling's result says so as well as the image does.
        """
        relu_grad, (slope, seen), out = self._steps[i]
        j = self._makers.get(slope)
        if j is None or not self._is(j, "MaxPoolGrad"):
            return
        pool_grad, (image, pooled, first), between = self._steps[j]
        if seen != image or self._readers[between] != {i} or between in self._kept:
            return
        ops = self._ops[i], self._ops[j]
        self._set(j, relu_grad, (first, pooled), between, ops[0])
        self._set(i, pool_grad, (image, pooled, between), out, ops[1])

    def sum_slopes(self, i: int) -> None:
        """Has a sum over images of pooling's gradient taken of what the pooling was given.

        Each window gives its slope to one element; zeros are what the others get.
        """
        kernel, args, out = self._steps[i]
        j = self._makers.get(args[0])
        if j is None or not self._is(j, "MaxPoolGrad") or args[1] not in self._constants:
            return
        if self._ops[j].attrs["data_format"] != "NHWC":
            return
        axes = {a % 4 for a in np.ravel(self._constants[args[1]]).tolist() if -4 <= a < 4}
        if {1, 2} <= axes:
            self._set(i, kernel, (self._steps[j][1][2], args[1]), out, self._ops[i])

    def pool_first(self, i: int) -> int:
        """Has an image pooled before relu, if nobody else wants relu of it all.

        Returns:
            Where the pooling is now.
        """
        pool, (image,), pooled = self._steps[i]
        r = self._makers.get(image)
        if r is None or not self._is(r, "Relu") or ufunc_of(self._ops[r]) is None:
            return i
        grads = self._grads(i)
        others = self._readers[image] - {i} - set(grads)
        if image in self._kept or others or not all(self._is_masked(j, pooled) for j in grads):
            return i
        relu, (before,), _ = self._steps[r]
        largest, ops = self._new_slot(None), (self._ops[r], self._ops[i])
        self._set(r, pool, (before,), largest, ops[1])
        self._set(i, relu, (largest,), pooled, ops[0])
        for j in grads:
            kernel, (_, *rest), out = self._steps[j]
            self._set(j, kernel, (before, *rest), out, self._ops[j])
        return r

    def _grads(self, i: int) -> list[int]:
        """The gradients of a pooling."""
        image, attrs = self._steps[i][1][0], _window(self._ops[i])
        return [
            j
            for j in sorted(self._readers[image])
            if self._is(j, "MaxPoolGrad")
            and self._steps[j][1][0] == image
            and image not in self._steps[j][1][1:]
            and _window(self._ops[j]) == attrs
        ]

    def _is_masked(self, i: int, pooled: int) -> bool:
        """Whether a pooling's gradient is of a slope that is 0 where relu gave 0."""
        j = self._makers.get(self._steps[i][1][2])
        return j is not None and self._is(j, "ReluGrad") and self._steps[j][1][1] == pooled

    def remember(self, i: int) -> None:
        """Has a pooling keep for its gradients where in the image the largest elements are."""
        pool, (image,), pooled = self._steps[i]
        grads, op = self._grads(i), self._ops[i]
        shape = op.inputs[0].shape
        if not grads or not shape[1:].is_fully_defined():
            return
        if not (isinstance(pool, Chosen) or tile_sizes(op)):
            return
        both, places = self._new_slot(None), self._new_slot(None)
        self._set(i, Remembering(pool, op), (image,), both, op)
        self._after[i] = [
            (operator.itemgetter(0), (both,), pooled),
            (operator.itemgetter(1), (both,), places),
        ]
        for j in grads:
            kernel, (_, *rest), out = self._steps[j]
            self._set(j, by_places(kernel, self._ops[j]), (places, *rest), out, self._ops[j])


def _window(op: Operation) -> list[Any]:
    names = ("ksize", "strides", "padding", "explicit_paddings", "data_format")
    return [op.attrs[name] for name in names]


class Remembering:
    """A kernel that gives what a pooling gives, and what its gradient has to know of the image.

    That is the places of the largest elements in their windows, uint8; from PyTorch, those in their
    images, int64; else the image itself.

    Args:
        pool: the kernel of the pooling.
        op: the pooling.
    """

    def __init__(self, pool: Kernel, op: Operation) -> None:
        self._pool, self._ksize = pool, tile_sizes(op)
        self._other: Kernel = self._whole
        if isinstance(pool, Chosen):
            kernel = functools.partial(torch_kernels.max_pool_with_places, **settings_of(op))
            self._other = chosen_as(pool, kernel, self._whole)

    def __call__(self, image: Any) -> Any:
        found = None
        if self._ksize is not None and tiles.fit(image, self._ksize):
            found = tiles.largest_with_places(image, self._ksize)
        return self._other(image) if found is None else found

    def _whole(self, image: Any) -> Any:
        return self._pool(image), image


def tile_sizes(op: Operation) -> tuple[int, ...] | None:
    """The sizes of a pooling's windows, if they cover its images, channels last; else None."""
    from pyengine.ops.pool import Pool

    try:
        pool, shape = Pool(op.attrs), op.inputs[0].shape
    except NotImplementedError:
        return None  # windows over channels: the run says that there are none, and of which op
    first = window.is_channels_first(pool.data_format)
    if first or not shape[1:].is_fully_defined() or shape.ndims != 4:
        return None
    sizes = (1, *shape.as_list()[1:])
    return pool.ksize if pool.tiles(sizes) else None


def by_places(grad: Kernel, op: Operation) -> Kernel:
    """The kernel of a pooling's gradient that takes what `Remembering` gave for the image."""
    sizes, ksize = tuple(n or 0 for n in op.inputs[0].shape.as_list()[1:]), tile_sizes(op)
    kernel = functools.partial(torch_kernels.max_pool_grad_at, sizes=sizes, **settings_of(op))
    back = in_torch(kernel)

    def call(known: Any, pooled: Any, slope: Any) -> Any:
        if known.dtype == np.uint8 and ksize is not None:
            return tiles.share_out(known, slope, ksize)
        return back(known, slope) if known.dtype == np.int64 else grad(known, pooled, slope)

    return call
