"""A pass over plans: ops that work on each image by itself go through a batch together, in parts.

A convolution, its bias, its activation and the pooling after it each handle an image without a look
at the others, and so do their gradients; the gradients of filters and biases are sums over images.
Whole, each op would write its result to memory and the next read it back. Here all ops of such a
chain are done for a few images, in one thread, and then for the next few; a convolution, its bias
and its pooling in one compiled pass, where there is one (`ops.pooled`). Which images a thread
does is decided as they go (`threads.in_parallel`), so that no thread waits for another at each op.
"""

from __future__ import annotations

import functools
import itertools
import threading
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from pyengine.executor.backend import Chosen, chosen_as
from pyengine.executor.elementwise import ufunc_of
from pyengine.executor.pools import Remembering, pools, tile_sizes
from pyengine.executor.runtime import read_cell
from pyengine.executor.threads import in_parallel, thread_count
from pyengine.graph import Operation
from pyengine.ops import pooled
from pyengine.registry import settings_of

_LEAST_BYTES = 1 << 19
"""What the ops together have to write for a batch to be parted."""

_PART_BYTES = 12 << 20
"""What the ops are to write for the images of a part: more would leave the cache; with fewer, what
a call costs tells."""

Kernel = Callable[..., Any]
RawStep = tuple[Kernel, tuple[int, ...], Any]

ROWS, WHOLE, SIZES = "rows", "whole", "sizes"
"""How an op takes an input: image by image, as it is, or as sizes that start with the batch."""

_HEAVY: dict[str, tuple[str, ...]] = {
    "Conv2D": (ROWS, WHOLE),
    "Conv2DBackpropInput": (SIZES, WHOLE, ROWS),
    "Conv2DBackpropFilter": (ROWS, WHOLE, ROWS),
    "MaxPool": (ROWS,),
    "MaxPoolGrad": (ROWS, ROWS, ROWS),
    "AvgPool": (ROWS,),
    "AvgPoolGrad": (SIZES, ROWS),
}
_SUMS = ("Conv2DBackpropFilter", "Sum")


class _Part(NamedTuple):
    """One op; its arguments are registers: the inputs come first, then the results of the parts."""

    kernel: Kernel
    op: Operation
    args: tuple[int, ...]
    dead: tuple[int, ...]  # registers that nobody reads after it
    ufunc: Any  # the op as a ufunc, if it is one
    over: bool  # whether its result may be written over its first argument


class Imagewise:
    """The kernel of ops that go through a batch in parts.

    Args:
        takes: how each input is taken.
        parts: the ops in order.
        wanted: the parts whose results are the step's, in order; of those in `sums`, over parts.
        sums: the parts that sum over images.
        row_bytes: what the ops write for one image.
    """

    def __init__(
        self,
        takes: Sequence[str],
        parts: Sequence[_Part],
        wanted: Sequence[int],
        sums: frozenset[int],
        row_bytes: int,
    ) -> None:
        self._takes, self._parts, self._wanted = takes, parts, wanted
        self._sums, self._row_bytes = sums, row_bytes
        kept = frozenset(wanted)
        with_biases = _with_biases(parts, kept, len(takes))
        self._together = _with_pools(with_biases, kept, len(takes))

    def __call__(self, *inputs: Any) -> Any:
        count = self._batch(inputs)
        threads = thread_count()
        rounds = -(-count * self._row_bytes // (_PART_BYTES * threads))
        parts = min(threads * rounds, count)  # as many for each thread
        if threads < 2 and parts < 3:
            parts = 1
        found = None
        if parts > 1 and count * self._row_bytes >= _LEAST_BYTES:
            try:
                found = self._in_parts(inputs, count, -(-count // parts))
            except Exception:  # whatever it is, the ops one by one will raise it and name the op
                found = None
        results = self._one_by_one(inputs) if found is None else found
        return results[0] if len(self._wanted) == 1 else results

    def _batch(self, inputs: Sequence[Any]) -> int:
        """How many images there are; 0 if the inputs do not say the same."""
        counts = set()
        for value, how in zip(inputs, self._takes):
            if how is ROWS:
                counts.add(len(value) if np.ndim(value) else 0)
            elif how is SIZES:
                counts.add(int(value[0]) if np.ndim(value) == 1 and len(value) == 4 else 0)
        return counts.pop() if len(counts) == 1 else 0

    def _one_by_one(self, inputs: Sequence[Any]) -> list[Any]:
        from pyengine.executor.steps import as_op_error

        registers = list(inputs)
        for part in self._parts:
            try:
                registers.append(part.kernel(*[registers[a] for a in part.args]))
            except Exception as error:
                raise as_op_error(error, part.op) from error
            for slot in part.dead:
                registers[slot] = None
        return [registers[len(inputs) + i] for i in self._wanted]

    def _in_parts(self, inputs: Sequence[Any], count: int, step: int) -> list[Any]:
        starts = range(0, count, step)
        sums: dict[int, list[Any]] = {i: [None] * len(starts) for i in self._sums}
        whole: dict[int, Any] = {}
        wanted = frozenset(self._wanted)
        lock = threading.Lock()

        def place(i: int, like: Any, start: int, stop: int) -> Any:
            """Where a part's result for these images goes, if they are to be kept."""
            with lock:
                if i not in whole:
                    whole[i] = np.empty((count, *like.shape[1:]), like.dtype)
            return whole[i][start:stop]

        def work(start: int, stop: int) -> None:
            registers = [_taken(v, how, start, stop) for v, how in zip(inputs, self._takes)]
            for i, part in enumerate(self._together):
                if part is None:
                    registers.append(None)
                    continue
                args = [registers[a] for a in part.args]
                if part.ufunc is not None:
                    kept = i in wanted
                    target = place(i, args[0], start, stop) if kept else _writable(part, args[0])
                    result = part.ufunc(*args, out=target)
                else:
                    result = part.kernel(*args)
                    if i in sums:
                        sums[i][start // step] = result
                    elif i in wanted:
                        place(i, result, start, stop)[...] = result
                registers.append(result)
                for slot in part.dead:
                    registers[slot] = None

        in_parallel(work, count, step)
        return [_total(sums[i]) if i in sums else whole[i] for i in self._wanted]


def _writable(part: _Part, first: Any) -> Any:
    """The first argument, if the result may be written over it."""
    return first if part.over and first.flags.writeable else None


def _taken(value: Any, how: str, start: int, stop: int) -> Any:
    if how is ROWS:
        return value[start:stop]
    if how is SIZES:
        sizes = (stop - start, *value[1:])
        return sizes if isinstance(value, tuple) else np.array(sizes, value.dtype)
    return value


def _total(parts: list[Any]) -> Any:
    """The sum of arrays, in their order: it does not depend on which was there first."""
    total = parts[0] + parts[1]
    for part in parts[2:]:
        total += part
    return total


def _with_biases(parts: Sequence[_Part], wanted: frozenset[int], inputs: int) -> list[_Part | None]:
    """The parts with convolutions and the additions of their biases put together.

    The first of the two is None then: only the second reads what it would have given.
    """
    found: list[_Part | None] = list(parts)
    for i, (conv, add) in enumerate(itertools.pairwise(parts)):
        kernel, torch_kernel = conv.kernel, conv.op.opdef.torch
        fits = (
            conv.op.type == "Conv2D"
            and add.op.type == "Add"
            and add.args[0] == inputs + i
            and inputs + i in add.dead
            and i not in wanted
            and [t.shape.ndims for t in add.op.inputs] == [4, 1]
            and add.op.inputs[1].shape.as_list() == [conv.op.inputs[1].shape.as_list()[-1]]
        )
        if not (fits and torch_kernel and isinstance(kernel, Chosen)):
            continue
        attrs = settings_of(conv.op)
        both = chosen_as(
            kernel, functools.partial(torch_kernel, **attrs), _then_add(kernel, add.kernel)
        )
        args, dead = (*conv.args, add.args[1]), conv.dead + add.dead
        found[i], found[i + 1] = None, _Part(both, add.op, args, dead, None, False)
    return found


def _with_pools(
    parts: Sequence[_Part | None], wanted: frozenset[int], inputs: int
) -> list[_Part | None]:
    """The parts with convolutions, biases and the poolings behind them put together."""
    found = list(parts)
    for i, (conv, pool) in enumerate(itertools.pairwise(parts)):
        before = parts[i - 1] if i else None
        if conv is None or pool is None or before is not None or len(conv.args) != 3:
            continue  # what `_with_biases` put together is behind a gap
        ksize = tile_sizes(pool.op) if pool.op.type == "MaxPool" else None
        made = inputs + i
        if ksize is None or pool.args != (made,) or made not in pool.dead or i in wanted:
            continue
        kernel = _Pooled(conv.kernel, pool.kernel, conv.op.inputs[0].op, ksize)
        dead = (*conv.dead, *(slot for slot in pool.dead if slot != made))
        found[i], found[i + 1] = None, _Part(kernel, pool.op, conv.args, dead, None, False)
    return found


class _Pooled:
    """The kernel of a convolution, the addition of its biases, and the pooling behind them.

    Args:
        conv: the kernel of the first two.
        pool: that of the third.
        op: the convolution.
        ksize: the windows' sizes.
    """

    def __init__(self, conv: Kernel, pool: Kernel, op: Operation, ksize: tuple[int, ...]) -> None:
        self._conv, self._pool, self._ksize = conv, pool, ksize
        self._attrs, self._places = settings_of(op), isinstance(pool, Remembering)

    def __call__(self, x: Any, w: Any, bias: Any) -> Any:
        found = pooled.convolve(x, w, bias, self._ksize, self._attrs, self._places)
        return self._pool(self._conv(x, w, bias)) if found is None else found


def _then_add(conv: Kernel, add: Kernel) -> Kernel:
    return lambda x, w, bias: add(conv(x, w), bias)


# ---------------------------------------------------------------- the pass


def imagewise(
    steps: Sequence[RawStep],
    ops: Sequence[Operation],
    kept: set[int],
    constants: dict[int, Any],
    new_slot: Callable[[Any], int],
) -> tuple[list[RawStep], list[Operation], dict[int, int]]:
    """The steps with chains of ops on images put together.

    Args:
        steps: kernel, slots of the arguments, slot of the result.
        ops: the op of each step.
        kept: the slots whose values are fetched.
        constants: the values of the slots that are constant.
        new_slot: makes a slot, next to the one it made before.

    Returns:
        The steps, the op of each, and where the results are that have another slot now. A chain
        stands where its last op did; what reads its results comes after it, in the order that it
        was in.
    """
    if not any(op.type in _HEAVY for op in ops):
        return list(steps), list(ops), {}
    steps, ops = pools(steps, ops, kept, constants, new_slot)
    readers: dict[int, list[int]] = {}
    for i, (_, args, _) in enumerate(steps):
        for slot in set(args):
            readers.setdefault(slot, []).append(i)
    done = _Regions(steps, ops, kept, constants, readers, new_slot)
    for i in range(len(steps)):
        done.add(i)
    done.close()
    return done.new_steps, done.new_ops, done.moved


class _Regions:
    """Takes the steps in order, and writes them anew.

    While a chain is open, steps that depend on it wait until it is closed; all others go before it.
    Of those that are not functions of their arguments alone, none overtakes another.
    """

    def __init__(
        self,
        steps: Sequence[RawStep],
        ops: Sequence[Operation],
        kept: set[int],
        constants: dict[int, Any],
        readers: dict[int, list[int]],
        new_slot: Callable[[Any], int],
    ) -> None:
        self._steps, self._ops, self._kept = steps, ops, kept
        self._constants, self._readers, self._new_slot = constants, readers, new_slot
        self.moved: dict[int, int] = {}  # results of chains: their slots before and now
        self.new_steps: list[RawStep] = []
        self.new_ops: list[Operation] = []
        self._open()

    def _open(self) -> None:
        self._members: list[int] = []
        self._takes: dict[int, str] = {}  # how the inputs from outside are taken, by slot
        self._rows: set[int] = set()  # slots of the members' results that are image by image
        self._made: set[int] = set()
        self._waiting: list[int] = []
        self._behind: set[int] = set()  # slots that steps in waiting make
        self._impure_waits = False

    def add(self, i: int) -> None:
        if self._joins(i):
            return
        kernel, args, out = self._steps[i]
        op = self._ops[i]
        if self._may_join(i) and not self._made.isdisjoint(args):
            self.close()  # it goes on from here, with what could not be together
            if self._joins(i):
                return
        impure = kernel is read_cell or op.opdef.stateful or bool(op.control_inputs)
        slots = range(out.start, out.stop) if isinstance(out, slice) else (out,)
        waits = bool((self._made | self._behind) & set(args)) or (impure and self._impure_waits)
        if not waits:
            self._write(i)
            return
        self._waiting.append(i)
        self._behind.update(slots)
        self._impure_waits |= impure

    def close(self) -> None:
        """Ends the open chain, and lets go what waits for it."""
        members, waiting = self._members, self._waiting
        if any(self._ops[i].type in _HEAVY for i in members):
            self._write_chain()
            for i in waiting:
                self._write(i)
        else:
            for i in sorted((*members, *waiting)):
                self._write(i)
        self._open()

    def _write(self, i: int) -> None:
        kernel, args, out = self._steps[i]
        self.new_steps.append((kernel, self._now(args), out))
        self.new_ops.append(self._ops[i])

    def _now(self, slots: Sequence[int]) -> tuple[int, ...]:
        return tuple([self.moved.get(slot, slot) for slot in slots])

    def _may_join(self, i: int) -> bool:
        return self._manner(i) is not None

    def _joins(self, i: int) -> bool:
        """Takes a step into the chain, if it fits."""
        takes = self._manner(i)
        _, args, out = self._steps[i]
        if takes is None or not self._behind.isdisjoint(args):
            return False
        heavy = self._ops[i].type in _HEAVY
        if not heavy and self._made.isdisjoint(args) and not self._leads(out):
            return False  # a chain starts with what is worth it
        for slot, how in zip(args, takes):
            if slot in self._made:
                if how is not ROWS or slot not in self._rows:
                    return False
            elif self._takes.get(slot, how) is not how:
                return False
        for slot, how in zip(args, takes):
            if slot not in self._made:
                self._takes[slot] = how
        self._members.append(i)
        self._made.add(out)
        if self._ops[i].type not in _SUMS:
            self._rows.add(out)
        return True

    def _leads(self, slot: Any) -> bool:
        """Whether a slot's value is taken image by image by what is worth a chain."""
        for i in self._readers.get(slot, ()):
            takes = self._manner(i) if self._ops[i].type in _HEAVY else None
            if takes is not None and ROWS in [
                how for arg, how in zip(self._steps[i][1], takes) if arg == slot
            ]:
                return True
        return False

    def _manner(self, i: int) -> tuple[str, ...] | None:
        """How a step takes its arguments, if it works image by image."""
        kernel, args, out = self._steps[i]
        op = self._ops[i]
        if (
            isinstance(out, slice)
            or op.control_inputs
            or op.opdef.stateful
            or len(args) != len(op.inputs)
            or kernel is read_cell
            or op.outputs[0].dtype.base_dtype.name not in ("float32", "float64")
        ):
            return None
        shape = op.outputs[0].shape
        if op.type in _HEAVY:
            channels_last = op.attrs.get("data_format", "NHWC") == "NHWC"
            return _HEAVY[op.type] if channels_last else None
        if op.type == "Sum":
            axes = np.ravel(self._constants.get(args[1], ())).tolist()
            known = op.inputs[0].shape.ndims == 4 and not op.attrs["keep_dims"]
            return (ROWS, WHOLE) if known and 0 in axes else None
        if shape.ndims != 4:
            return None
        if op.type == "ReluGrad" or ufunc_of(op) is not None:
            ranks = [t.shape.ndims for t in op.inputs]
            if all(rank == 4 for rank in ranks):
                same = all(t.shape[1:] == shape[1:] for t in op.inputs)
                known = shape[1:].is_fully_defined()  # nothing is stretched
                return (ROWS,) * len(ranks) if same and known else None
            if ranks == [4, 1] or ranks == [4, 0]:
                return (ROWS, WHOLE) if op.inputs[0].shape[1:] == shape[1:] else None
        return None

    def _write_chain(self) -> None:
        members = self._members
        inputs = list(self._takes)
        registers = {slot: n for n, slot in enumerate(inputs)}
        inside = set(members)
        last: dict[int, int] = {}
        for i in members:
            registers[self._steps[i][2]] = len(registers)
            for slot in self._steps[i][1]:
                last[slot] = i
        wanted = [
            n
            for n, i in enumerate(members)
            if self._steps[i][2] in self._kept
            or not inside.issuperset(self._readers.get(self._steps[i][2], ()))
        ]
        outputs = {self._steps[members[n]][2] for n in wanted}
        parts = [self._part(i, registers, outputs, last) for i in members]
        sums = frozenset(n for n in wanted if self._ops[members[n]].type in _SUMS)
        kernel = Imagewise(
            [self._takes[s] for s in inputs], parts, wanted, sums, _row_bytes(members, self._ops)
        )
        args = self._now(inputs)
        out: Any = self._steps[members[wanted[0]]][2] if wanted else self._new_slot(None)
        if len(wanted) > 1:  # several results need slots in a row
            slots = [self._new_slot(None) for _ in wanted]
            self.moved.update({self._steps[members[n]][2]: s for n, s in zip(wanted, slots)})
            out = slice(slots[0], slots[-1] + 1)
        self.new_steps.append((kernel, args, out))
        self.new_ops.append(self._ops[members[-1]])

    def _part(
        self, i: int, registers: dict[int, int], outputs: set[int], last: dict[int, int]
    ) -> _Part:
        kernel, args, _ = self._steps[i]
        dead = tuple(registers[s] for s in dict.fromkeys(args) if last[s] == i and s not in outputs)
        free = args[0] in self._made and args[0] not in outputs and last[args[0]] == i
        ufunc, op = ufunc_of(self._ops[i]), self._ops[i]
        return _Part(kernel, op, tuple(registers[a] for a in args), dead, ufunc, free)


def _row_bytes(members: Sequence[int], ops: Sequence[Operation]) -> int:
    """What the ops write for one image, as far as the static shapes say."""
    total = 0
    for op in {ops[i] for i in members}:
        sizes = op.outputs[0].shape.sizes
        if op.type not in _SUMS and sizes is not None:
            known = [s for s in sizes[1:] if s is not None]
            total += int(np.prod(known)) * op.outputs[0].dtype.size
    return max(total, 1)
