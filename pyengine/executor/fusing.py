"""A pass over plans: elementwise ops that feed each other become one step, done block by block.

Whole arrays, each op would write its result to memory and the next read it back. A block stays in
the cache from the first op to the last, and the blocks are shared out between the threads. What the
step does is decided at each run: arrays that are small, or that have to be stretched to one shape,
go through the ops' own kernels one after the other.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import numpy as np

from pyengine.executor.elementwise import Ufunc, ufunc_of
from pyengine.executor.imagewise import Imagewise
from pyengine.executor.runtime import read_cell
from pyengine.executor.steps import Kernel, RawStep, as_op_error
from pyengine.executor.threads import in_parallel, thread_count
from pyengine.graph import Operation

_LEAST = 1 << 17
"""Elements from which on an array goes by blocks."""

_BLOCK = 1 << 18
"""The most elements of a block: they fit the cache, if not its nearest part. With smaller ones the
threads wait for Python's lock at each op; a chain on 4 million elements then took twice as long."""


class _Part:
    """One op of a fused step; its arguments are registers: the step's inputs come first."""

    __slots__ = ("args", "kernel", "op", "ufunc")

    def __init__(self, op: Operation, kernel: Kernel, ufunc: Ufunc, args: tuple[int, ...]) -> None:
        self.op, self.kernel, self.ufunc, self.args = op, kernel, ufunc, args


class Fused:
    """The kernel of several elementwise ops, of which only the last one's result is wanted.

    Args:
        count: the number of inputs.
        parts: the ops in order; the result of each is the next register.
        total: an op that sums all elements of the last one's result, if that is what is wanted.
    """

    __slots__ = ("_code", "_count", "_last", "_parts", "_total")

    def __init__(
        self, count: int, parts: Sequence[_Part], total: tuple[Operation, Kernel] | None = None
    ) -> None:
        self._count = count
        self._parts = parts
        self._total = total
        # All of them take one argument or two.
        self._code = [(p.kernel, p.args[0], p.args[1] if len(p.args) > 1 else -1) for p in parts]
        self._last = {a: i for i, part in enumerate(parts) for a in part.args}

    def __call__(self, *inputs: Any) -> Any:
        return self._run(inputs, -1)

    def over(self, inputs: Sequence[Any], position: int) -> Any:
        """The same; one of the inputs, of the result's shape, may be written over."""
        return self._run(inputs, position)

    def _run(self, inputs: Sequence[Any], free: int) -> Any:
        for whole in inputs:
            if getattr(whole, "ndim", 0):
                break
        else:
            return self._summed(self._one_by_one(inputs))
        if whole.size < _LEAST:
            return self._summed(self._one_by_one(inputs))
        flat = _flat(inputs, whole)
        if flat is None:
            return self._summed(self._one_over_the_other(inputs, free))
        if self._total is not None:
            sums = np.empty(-(-whole.size // _block(whole.size)), whole.dtype)
            self._by_blocks(flat, whole.dtype, whole.size, sums=sums)
            keeps = self._total[0].attrs["keep_dims"]
            return sums.sum().reshape((1,) * whole.ndim if keeps else ())[()]
        # A block of an input has been read when the last op writes there.
        result = np.empty_like(whole, subok=False) if free < 0 else inputs[free]
        self._by_blocks(flat, whole.dtype, whole.size, result.reshape(-1, order="A"))
        return result

    def _summed(self, result: Any) -> Any:
        if self._total is None:
            return result
        op, kernel = self._total
        try:
            return kernel(result)
        except Exception as error:
            raise as_op_error(error, op) from error

    def _one_by_one(self, inputs: Sequence[Any]) -> Any:
        registers = list(inputs)
        add = registers.append
        try:
            for kernel, first, second in self._code:
                if second < 0:
                    add(kernel(registers[first]))
                else:
                    add(kernel(registers[first], registers[second]))
        except Exception as error:
            raise as_op_error(error, self._parts[len(registers) - self._count].op) from error
        return registers[-1]

    def _one_over_the_other(self, inputs: Sequence[Any], free: int) -> Any:
        """As `_one_by_one`, for large arrays: what is read for the last time is written over."""
        registers, count, last = list(inputs), self._count, self._last
        for i, part in enumerate(self._parts):
            args = [registers[a] for a in part.args]
            own = [
                registers[a]
                for a in part.args
                if last[a] == i and (a >= count or a == free) and holds_result(args, registers[a])
            ]
            try:
                result = part.ufunc(*args, out=own[0]) if own else part.kernel(*args)
            except Exception as error:
                raise as_op_error(error, part.op) from error
            registers.append(result)
            for a in part.args:
                if last[a] == i:
                    registers[a] = None
        return registers[-1]

    def _by_blocks(
        self,
        flat: Sequence[tuple[Any, bool]],
        dtype: Any,
        size: int,
        out: Any = None,
        sums: Any = None,
    ) -> None:
        """Writes the last op's result to `out`, or the sum over each block of it to `sums`."""
        parts, count, block = self._parts, self._count, _block(size)

        def run(start: int, stop: int) -> None:
            registers: list[Any] = [x if fixed else x[start:stop] for x, fixed in flat]
            last = len(parts) - 1
            for i, part in enumerate(parts):
                args = [registers[a] for a in part.args]
                if i == last and out is not None:
                    part.ufunc(*args, out=out[start:stop])
                    return
                if all(np.ndim(a) == 0 for a in args):
                    registers.append(part.ufunc(*args))
                    continue
                # A register is read by its one reader only; its memory is free for the result.
                own = next((registers[a] for a in part.args if a >= count and a in single), None)
                if own is not None and np.ndim(own):
                    target = own
                else:
                    target = np.empty(stop - start, dtype)
                registers.append(part.ufunc(*args, out=target))
            sums[start // block] = registers[-1].sum()

        uses: dict[int, int] = {}
        for part in parts:
            for a in part.args:
                uses[a] = uses.get(a, 0) + 1
        single = {a for a, n in uses.items() if n == 1}
        in_parallel(run, size, block)


def holds_result(inputs: Sequence[Any], array: Any) -> bool:
    """Whether what an elementwise op computes of inputs has the shape of one of them."""
    shape = np.shape(array)
    for x in inputs:
        sizes = np.shape(x)
        if sizes == shape:
            continue
        if len(sizes) > len(shape):
            return False
        if any(s not in (1, t) for s, t in zip(reversed(sizes), reversed(shape))):
            return False
    return type(array) is np.ndarray


def _block(size: int) -> int:
    """The elements of a block of a whole: two blocks a thread, if they are not too large."""
    return max(min(-(-size // (2 * thread_count())), _BLOCK), 1)


def _flat(inputs: Sequence[Any], whole: Any) -> list[tuple[Any, bool]] | None:
    """Each input as a vector over its memory, or as it is if it is a scalar; None if unlike."""
    shape = whole.shape
    by_rows = whole.flags.c_contiguous
    if not by_rows and not whole.flags.f_contiguous:
        return None
    found: list[tuple[Any, bool]] = []
    for x in inputs:
        if not np.ndim(x):
            found.append((x, True))
        elif x.shape == shape and (x.flags.c_contiguous if by_rows else x.flags.f_contiguous):
            found.append((x.reshape(-1, order="C" if by_rows else "F"), False))
        else:
            return None
    return found


def fused(
    steps: Sequence[RawStep],
    ops: Sequence[Operation],
    kept: set[int],
    constants: dict[int, Any],
) -> tuple[list[RawStep], list[Operation]]:
    """The steps with chains of elementwise ops put together.

    Args:
        steps: kernel, slots of the arguments, slot of the result.
        ops: the op of each step.
        kept: the slots whose values are fetched.
        constants: the values of the slots that are constant.

    Returns:
        The steps and the op of each; a fused step stands where its last op did.
    """
    readers: dict[int, list[int]] = {}
    makers: dict[int, int] = {}
    ufuncs: list[Ufunc | None] = []
    for i, ((_, args, out), op) in enumerate(zip(steps, ops)):
        for slot in set(args):
            readers.setdefault(slot, []).append(i)
        is_plain = not isinstance(out, slice) and not op.control_inputs and len(args) < 3
        # A step that only reads a variable bears the op of its reader.
        is_own = len(args) == len(op.inputs) and not isinstance(steps[i][0], Imagewise)
        ufunc = ufunc_of(op) if is_plain and is_own and steps[i][0] is not read_cell else None
        ufuncs.append(ufunc)
        if ufunc is not None:
            makers[out] = i
    groups: dict[int, list[int]] = {}  # of the last step: the steps to put together
    taken: set[int] = set()
    for last in range(len(steps) - 1, -1, -1):
        if ufuncs[last] is None or last in taken:
            continue
        group = _group(last, steps, ops, makers, readers, kept, taken)
        if len(group) > 1:
            groups[last] = sorted(group)
            taken |= group
    for i, op in enumerate(ops):
        args = steps[i][1]
        if not _sums_all(steps[i], op, constants) or args[0] in kept or readers[args[0]] != [i]:
            continue
        maker = makers.get(args[0])
        if maker is not None and maker in groups:
            groups[i] = groups.pop(maker)
            taken.add(maker)
    new_steps, new_ops = [], []
    for i, (step, op) in enumerate(zip(steps, ops)):
        if i in groups and op.type == "Sum":
            made = _fused_step(groups[i], steps, ops, ufuncs, (op, step, constants[step[1][1]]))
            new_steps.append(made)
            new_ops.append(op)
        elif i in groups:
            new_steps.append(_fused_step(groups[i], steps, ops, ufuncs))
            new_ops.append(op)
        elif i not in taken:
            new_steps.append(step)
            new_ops.append(op)
    return new_steps, new_ops


def _sums_all(step: RawStep, op: Operation, constants: dict[int, Any]) -> bool:
    """Whether a step adds up all elements, of floats that are no halves."""
    if op.type != "Sum" or op.control_inputs or len(step[1]) != 2 or step[1][1] not in constants:
        return False
    if op.outputs[0].dtype.base_dtype.name not in ("float32", "float64"):
        return False
    rank, axes = op.inputs[0].shape.ndims, np.ravel(constants[step[1][1]]).tolist()
    return bool(rank) and len({a % rank for a in axes}) == rank == len(axes)


def _group(
    last: int,
    steps: Sequence[RawStep],
    ops: Sequence[Operation],
    makers: dict[int, int],
    readers: dict[int, list[int]],
    kept: set[int],
    taken: set[int],
) -> set[int]:
    """The elementwise steps whose results only this group reads, back from its last one."""
    group, dtype = {last}, ops[last].outputs[0].dtype
    pending = [last]
    while pending:
        for slot in steps[pending.pop()][1]:
            maker = makers.get(slot)
            if maker is None or maker in group or maker in taken or slot in kept:
                continue
            if ops[maker].outputs[0].dtype is dtype and group.issuperset(readers[slot]):
                group.add(maker)
                pending.append(maker)
    return group


def _fused_step(
    group: Sequence[int],
    steps: Sequence[RawStep],
    ops: Sequence[Operation],
    ufuncs: Sequence[Ufunc | None],
    summed: tuple[Operation, RawStep, Any] | None = None,
) -> RawStep:
    made = {steps[i][2] for i in group}
    inputs = list(dict.fromkeys(s for i in group for s in steps[i][1] if s not in made))
    registers = {slot: n for n, slot in enumerate(inputs)}
    parts = []
    for i in group:
        kernel, args, out = steps[i]
        ufunc = ufuncs[i]
        assert ufunc is not None  # what is in a group has one
        parts.append(_Part(ops[i], kernel, ufunc, tuple(registers[a] for a in args)))
        registers[out] = len(registers)
    if summed is None:
        return Fused(len(inputs), parts), tuple(inputs), steps[group[-1]][2]
    op, (kernel, _, out), axes = summed
    total = functools.partial(_with_axes, kernel, axes)
    return Fused(len(inputs), parts, (op, total)), tuple(inputs), out


def _with_axes(kernel: Kernel, axes: Any, x: Any) -> Any:
    return kernel(x, axes)
