"""Compiling graphs that name GPUs: `plan._Compiler` with a place for each value.

Where a value is on the wrong side for a step, a step before it copies the value, once for each side
it is needed on. A constant is copied when the plan is made. The value of a variable that lives on a
GPU is read there, without a copy.
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Sequence
from typing import Any

from pyengine.device_kernels import device_kernel
from pyengine.device_kernels.arrays import HOST_RESULTS
from pyengine.dtypes import resource, variant
from pyengine.executor.borders import OnGpu, ToGpu, ToHost, on_host
from pyengine.executor.device_cell import read_there
from pyengine.executor.flow import FlowCompiler, _Draft
from pyengine.executor.gpu import Gpu, is_tensor, to_host
from pyengine.executor.placing import VARIABLES, make_there, place, variable_of
from pyengine.executor.plan import Kernel, _Compiler
from pyengine.executor.runtime import Runtime
from pyengine.executor.steps import slots_of
from pyengine.graph import Operation, Tensor
from pyengine.registry import settings_of

_OBJECTS = (resource, variant)
"""The dtypes of what is no array: it is passed on as it is."""

_KEPT = {
    "StackPushV2": 1, "TensorArrayScatterV3": 2, "TensorArraySplitV3": 1, "TensorArrayWriteV3": 2,
}  # fmt: skip
"""The inputs of ops that only keep them: what a loop keeps on a GPU for later stays there."""


class _Placing(_Compiler):
    """What the compilers of plain graphs and of those with branches have in common."""

    is_placed = True

    def _place(self, needed: Collection[Operation]) -> None:
        # Inputs were made before their op, but for what comes back in a loop.
        ordered = sorted(needed, key=lambda op: op._id)
        self.placement = place(ordered, self.fed, self.runtime)
        self._at: Gpu | None = None  # where the op being added runs
        self._moved: dict[tuple[int, Gpu | None], int] = {}

    def add(self, op: Operation) -> None:
        self._at = self.placement.get(op)
        super().add(op)

    def output_slot(self, tensor: Tensor) -> int:
        self._at = None
        return super().output_slot(tensor)

    def _kernel_of(self, op: Operation, args: Sequence[int], hosts: Sequence[int]) -> Kernel:
        gpu = self._at
        if op.type in VARIABLES and gpu is not None:
            cell = make_there(op, self.runtime, gpu)
            return lambda: cell
        plain = super()._kernel_of(op, args, hosts)
        if gpu is None:
            return plain
        kernel = device_kernel(op)
        assert kernel is not None  # `place` has looked
        attrs = settings_of(op)
        there = self._guarded(op, functools.partial(kernel, gpu.torch, **attrs), args, hosts)
        return OnGpu(gpu, there, plain, hosts, op.type in HOST_RESULTS)

    def _gpu_of(self, tensor: Tensor) -> Gpu | None:
        """The GPU of the variable that a reference is to."""
        variable = variable_of(tensor)
        return None if variable is None else self.placement.get(variable)

    def _read_there(self, tensor: Tensor, reader: Operation | None) -> int:
        """The slot of a variable's value on its GPU, read at this point of the plan."""
        read = self.new_slot(None)
        self.steps.append((read_there, (self.slots[tensor],), read))
        self.ops.append(reader or tensor.op)
        return read

    def _moved_constant(self, slot: int, gpu: Gpu | None) -> int:
        """The slot of a constant's value on one side."""
        value, key = self.template[slot], (slot, gpu)
        if key not in self._moved:
            self._moved[key] = self.new_slot(to_host(value) if gpu is None else gpu.taken(value))
            self.constant.add(self._moved[key])
        return self._moved[key]


class PlacedCompiler(_Placing):
    """Writes the steps of a graph without branches and loops.

    Args:
        needed: the ops that the plan needs.
        feeds: the tensors whose values are given.
        runtime: the session's state.
        shares_copies: whether steps share the copies of a value, so that all of them have to run.
    """

    def __init__(
        self,
        needed: Collection[Operation],
        feeds: Sequence[Tensor],
        runtime: Runtime,
        shares_copies: bool = True,
    ) -> None:
        super().__init__(feeds, runtime)
        self._shares_copies = shares_copies
        self._homes: dict[int, Gpu] = {}  # by slot; a slot that is not in here is on the host
        self._place(needed)

    def output_slot(self, tensor: Tensor) -> int:
        return self._on(super().output_slot(tensor), None, tensor.op)

    def value_slot(self, tensor: Tensor, reader: Operation | None = None) -> int:
        if self._at is not None and tensor.dtype.is_ref and tensor not in self.fed:
            gpu = self._gpu_of(tensor)
            if gpu is not None:
                slot = self._read_there(tensor, reader)
                self._homes[slot] = gpu
                return slot
        return super().value_slot(tensor, reader)

    def _argument(self, op: Operation, tensor: Tensor, ref: bool, host: bool) -> int:
        if ref:
            return self.slots[tensor]
        slot = self.value_slot(tensor, op)
        if op.type in HOST_RESULTS or tensor.dtype in _OBJECTS:
            return slot  # they look at no value
        # A copy for all is the business of what made the value: the reader may have to wait.
        owner = tensor.op if self._shares_copies else op
        slot = self._on(slot, None if host else self._at, owner)
        return self._host_slot(slot) if host and slot in self.constant else slot

    def _on(self, slot: int, gpu: Gpu | None, owner: Operation) -> int:
        """The slot of a value on one side, copied there by a step of the owner's if need be."""
        if self._homes.get(slot) is gpu:
            return slot
        if slot in self.constant:
            moved = self._moved_constant(slot, gpu)
        elif (slot, gpu) in self._moved:
            return self._moved[slot, gpu]
        else:
            moved = self.new_slot(None)
            crossing = ToGpu(gpu) if gpu is not None else ToHost(self._homes[slot])
            self.steps.append((crossing, (slot,), moved))
            self.ops.append(owner)
            if self._shares_copies:
                self._moved[slot, gpu] = moved
        if gpu is not None:
            self._homes[moved] = gpu
        return moved

    def _step(self, op: Operation, kernel: Kernel, args: tuple[int, ...]) -> Any:
        out = super()._step(op, kernel, args)
        if self._at is not None and op.type not in HOST_RESULTS:
            self._homes.update(dict.fromkeys(slots_of(out), self._at))
        return out

    def _keep_constant(self, op: Operation, result: Any) -> None:
        super()._keep_constant(op, result)
        if self._at is None:
            return
        for tensor in op.outputs:
            slot = self.slots[tensor]
            if slot in self.constant and is_tensor(self.template[slot]):
                self._homes[slot] = self._at


class PlacedFlowCompiler(_Placing, FlowCompiler):
    """Writes the steps of a graph with branches and loops.

    A slot may be written by several steps there, so where its value is only the run knows: each
    step takes its arguments from wherever they are. What a TensorArray or a stack keeps stays where
    it was made.
    """

    def __init__(self, needed: set[Operation], feeds: Sequence[Tensor], runtime: Runtime) -> None:
        super().__init__(needed, feeds, runtime)
        self._place(needed)

    def value_slot(self, tensor: Tensor, reader: Operation | None = None) -> int:
        if tensor.dtype.is_ref and tensor not in self.fed and self._gpu_of(tensor) is not None:
            return self._read_there(tensor, reader)
        return super().value_slot(tensor, reader)

    def _argument(self, op: Operation, tensor: Tensor, ref: bool, host: bool) -> int:
        if ref:
            return self.slots[tensor]
        slot = self.value_slot(tensor, op)
        if slot not in self.constant or op.type in HOST_RESULTS:
            return slot
        if host or self._at is None:
            slot = self._moved_constant(slot, None) if is_tensor(self.template[slot]) else slot
            return self._host_slot(slot) if host else slot
        return self._moved_constant(slot, self._at)

    def _kernel_of(self, op: Operation, args: Sequence[int], hosts: Sequence[int]) -> Kernel:
        kernel = super()._kernel_of(op, args, hosts)
        if isinstance(kernel, OnGpu):
            return kernel.anywhere()
        return on_host(kernel, _KEPT.get(op.type)) if op.inputs else kernel

    def _output(self, fetch: Tensor, block: _Draft) -> int:
        self._at = None
        slot, on_host_slot = super()._output(fetch, block), self.new_slot(None)
        block.entries.append(((to_host, (slot,), on_host_slot), fetch.op))
        return on_host_slot
