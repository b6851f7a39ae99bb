"""Runs that are watched: each step is timed, or the run stops at a deadline.

A plan's own loop knows nothing of this, so that a plain run costs what it costs without.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from pyengine.errors import DeadlineExceededError
from pyengine.executor.borders import ToGpu, ToHost
from pyengine.executor.device_cell import read_there
from pyengine.executor.gpu import is_tensor
from pyengine.executor.plan import Plan
from pyengine.executor.runtime import read_cell
from pyengine.executor.steps import arguments, as_op_error
from pyengine.executor.waiting import completed
from pyengine.graph import Operation

DEVICE = "/job:localhost/replica:0/task:0/device:CPU:0"
"""The device of all ops that run on no GPU, by its full name."""

# Op, start and end in nanoseconds, bytes of all values that are held after it, the outputs' values,
# and the kernel.
Record = tuple[Operation, int, int, int, list[Any], Any]


def run_watched(
    plan: Plan, feeds: list[Any], deadline: float | None, record: Callable[[Record], None] | None
) -> list[Any]:
    """Runs a plan as its call does, stopping when the time is over.

    Args:
        plan: the plan.
        feeds: the values of the fed tensors.
        deadline: when to stop, by `time.monotonic()`; None for never. A kernel is not interrupted:
            the time is looked at between the steps.
        record: is given what each step did; None to note nothing.

    Returns:
        The values of the fetched tensors.

    Raises:
        DeadlineExceededError: when the time is over before the last step.
        OpError: what a kernel raised.
    """
    values = plan.initial_values(feeds)
    live = 0 if record is None else sum(map(_bytes, values))
    for (kernel, args, out, dead), op in zip(plan.steps, plan.step_ops):
        if deadline is not None and time.monotonic() > deadline:
            raise DeadlineExceededError(None, op, "the run took longer than its timeout_in_ms")
        start = time.perf_counter_ns()
        try:
            values[out] = completed(kernel, *arguments(values, args))
        except Exception as error:
            raise as_op_error(error, op) from error
        if record is not None:
            gpu = getattr(kernel, "gpu", None)
            if gpu is not None:
                gpu.synchronize()  # it works on while the host goes on
            end = time.perf_counter_ns()
            results = list(values[out] if isinstance(out, slice) else [values[out]])
            is_read = kernel is read_cell or kernel is read_there
            live += 0 if is_read else sum(map(_bytes, results))
            if not is_read:
                record((op, start, end, live, results, kernel))
            live -= sum([_bytes(values[slot]) for slot in dead])
        for slot in dead:
            values[slot] = None
    return plan.results(values)


def _bytes(value: Any) -> int:
    """The memory of an array; none for a view of another one."""
    if isinstance(value, np.ndarray):
        return value.nbytes if value.base is None else 0
    return int(value.nbytes) if is_tensor(value) and value._base is None else 0


def peak_bytes(run_metadata: Any) -> int:
    """The most memory that a traced run held in values at a time.

    Feeds and constants count, variables do not. It is that of a run op by op: a plain run, which
    takes chains of ops through the cache in parts, needs no more.

    Args:
        run_metadata: as a run with `RunOptions(trace_level=RunOptions.FULL_TRACE)` filled it. Its
            `step_stats` have what was held at each op: `memory[0].live_bytes`.

    Returns:
        A number of bytes; 0 if nothing was traced.

    Example:
        >>> import numpy as np
        >>> import pyengine as tf
        >>> options = tf.RunOptions(trace_level=tf.RunOptions.FULL_TRACE)
        >>> metadata = tf.RunMetadata()
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     x = tf.placeholder(tf.float32, [1000])
        ...     _ = sess.run(tf.tanh(tf.exp(x)), {x: np.zeros(1000)}, options, metadata)
        >>> peak_bytes(metadata)
        8000
    """
    stats = [node for device in run_metadata.step_stats.dev_stats for node in device.node_stats]
    return max([m.live_bytes for node in stats for m in node.memory], default=0)


class StepRecorder:
    """Notes what each step of a run did, for the run's StepStats."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        # perf_counter has the resolution, the clock has the date.
        self._offset = time.time_ns() - time.perf_counter_ns()
        self._scheduled = time.perf_counter_ns()

    def __call__(self, record: Record) -> None:
        self.records.append(record)

    def fill(self, step_stats: Any) -> None:
        """Adds the notes to a `StepStats` message."""
        thread = threading.get_native_id()
        devices: dict[str, Any] = {}

        def stats_of(device: str) -> Any:
            if device not in devices:
                devices[device] = step_stats.dev_stats.add(device=device)
                devices[device].thread_names[thread] = threading.current_thread().name
            return devices[device].node_stats

        stats_of(DEVICE)
        for op, start, end, live, results, kernel in self.records:
            name, where = op.name, DEVICE
            gpu = getattr(kernel, "gpu", None)
            if gpu is not None:
                where = gpu.name
            if isinstance(kernel, (ToGpu, ToHost)):  # named as TensorFlow names them
                name = f"MEMCPY{'HtoD' if isinstance(kernel, ToGpu) else 'DtoH'}_{op.name}"
                where = f"{where}/memcpy"
            begin, took = start + self._offset, end - start
            node = stats_of(where).add(
                node_name=name,
                all_start_micros=begin // 1000,
                all_start_nanos=begin,
                op_end_rel_micros=max(took // 1000, 1),
                op_end_rel_nanos=took,
                all_end_rel_micros=max(took // 1000, 1),
                all_end_rel_nanos=took,
                scheduled_micros=(self._scheduled + self._offset) // 1000,
                scheduled_nanos=self._scheduled + self._offset,
                timeline_label=_label(op) if name == op.name else f"{name} = Memcpy()",
            )
            node.thread_id = thread
            made = sum(map(_bytes, results))
            allocator = "cpu" if gpu is None else "gpu"
            node.memory.add(
                allocator_name=allocator, total_bytes=made, peak_bytes=made, live_bytes=live
            )
            if name == op.name:
                _add_outputs(node, op, results, allocator)


def _label(op: Operation) -> str:
    inputs = [t.op.name if not t.value_index else t.name for t in op.inputs]
    inputs += [f"^{c.name}" for c in op.control_inputs]
    return f"{op.name} = {op.type}({', '.join(inputs)})"


def _add_outputs(node: Any, op: Operation, results: list[Any], allocator: str) -> None:
    from pyengine.protos.values import shape_proto

    for slot, (tensor, value) in enumerate(zip(op.outputs, results)):
        shape = getattr(value, "shape", None)
        if shape is None:
            continue  # a variable's cell, or another op's state: no value of its own
        description = node.output.add(slot=slot).tensor_description
        description.dtype = int(tensor.dtype)
        description.shape.CopyFrom(shape_proto(tuple(shape)))
        size = int(getattr(value, "nbytes", 0))
        description.allocation_description.requested_bytes = size
        description.allocation_description.allocated_bytes = size
        description.allocation_description.allocator_name = allocator
