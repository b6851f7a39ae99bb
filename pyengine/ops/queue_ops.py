"""The op types of queues: those that give a queue, and what is done to one.

What a queue does in a session is in `executor.queues`; a queue's op gives that object on as a
resource.
The classes that users hold are in `ops.queues`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from pyengine import dtypes, static
from pyengine.dtypes import DType
from pyengine.errors import InvalidArgumentError
from pyengine.executor import queues as runtime_queues
from pyengine.graph import Operation
from pyengine.ops.declare import REQUIRED, defop, no_grad
from pyengine.shape import SCALAR, UNKNOWN, TensorShape

__all__ = [
    "as_queue", "fifo_queue", "padding_fifo_queue", "priority_queue", "queue_close",
    "queue_dequeue", "queue_dequeue_many", "queue_dequeue_up_to", "queue_enqueue",
    "queue_enqueue_many", "queue_is_closed", "queue_size", "random_shuffle_queue",
]  # fmt: skip

_STATE = no_grad("what goes through a queue is state, not a function of the inputs")
_COMMON: dict[str, Any] = {
    "component_types": REQUIRED,
    "shapes": (),
    "capacity": -1,
    "container": "",
    "shared_name": "",
}


def _making(make: Callable[[Operation, str], runtime_queues.Queue]) -> Callable[..., Any]:
    """A binding for ops that give a queue: that of their shared name, or their own."""

    def bind(op: Operation, runtime: Any) -> Callable[[], Any]:
        shared = op.attrs["shared_name"]
        if not shared:
            make_own = functools.partial(lambda o: make(o, runtime_queues.next_queue_name(o.name)))
            return lambda: runtime.state_of(op, make_own)

        def find() -> Any:
            key = ("queue", op.attrs["container"], shared)
            queue = runtime.shared(key, lambda: make(op, shared))
            _check_shared(queue, op, shared)
            return queue

        return find

    return bind


def _check_shared(queue: runtime_queues.Queue, op: Operation, name: str) -> None:
    """Ops that share a queue must ask for the same one."""
    kind = op.type.removesuffix("V2")
    types = _component_types(op)
    if queue.kind != kind:
        message = f"Shared queue '{name}' is a {queue.kind}, but a {kind} was requested"
    elif queue.capacity != op.attrs["capacity"]:
        message = (
            f"Shared queue '{name}' has capacity {queue.capacity} but requested capacity was "
            f"{op.attrs['capacity']}"
        )
    elif queue.dtypes != types:
        message = (
            f"Shared queue '{name}' has component types {_names(queue.dtypes)} but requested "
            f"component types were {_names(types)}"
        )
    elif queue.shapes != _component_shapes(op):
        message = (
            f"Shared queue '{name}' has component shapes {_names(queue.shapes)} but requested "
            f"component shapes were {_names(op.attrs['shapes']) or 'not given'}"
        )
    else:
        return
    raise InvalidArgumentError(None, None, message)


def _names(items: Sequence[Any]) -> str:
    return ", ".join(getattr(i, "name", str(i)) for i in items)


def _component_types(op: Operation) -> tuple[DType, ...]:
    first = (dtypes.int64,) if op.type == "PriorityQueueV2" else ()
    return (*first, *op.attrs["component_types"])


def _component_shapes(op: Operation) -> tuple[TensorShape, ...]:
    first = (SCALAR,) if op.type == "PriorityQueueV2" else ()
    return (*first, *op.attrs["shapes"])


def _plain(kind: type[runtime_queues.Queue]) -> Callable[[Operation, str], runtime_queues.Queue]:
    return lambda op, name: kind(
        name, _component_types(op), _component_shapes(op), op.attrs["capacity"]
    )


def _new_shuffle_queue(op: Operation, name: str) -> runtime_queues.Queue:
    return runtime_queues.ShuffleQueue(
        name,
        op.attrs["component_types"],
        op.attrs["shapes"],
        op.attrs["capacity"],
        op.attrs["min_after_dequeue"],
        op.attrs["seed"],
        op.attrs["seed2"],
    )


def _queue_op(type: str, doc: str, make: Any, **attrs: Any) -> Callable[..., Any]:
    return defop(
        type,
        "-> resource",
        doc=doc,
        attrs={**_COMMON, **attrs},
        shape=lambda op: SCALAR,
        bind=_making(make),
        grad=_STATE,
    )


fifo_queue = _queue_op(
    "FIFOQueueV2",
    "A queue that gives its elements in the order they came.",
    _plain(runtime_queues.Queue),
)
padding_fifo_queue = _queue_op(
    "PaddingFIFOQueueV2",
    "A queue whose batches are padded to their largest element.",
    _plain(runtime_queues.PaddingQueue),
)
random_shuffle_queue = _queue_op(
    "RandomShuffleQueueV2",
    "A queue that gives its elements in random order.",
    _new_shuffle_queue,
    min_after_dequeue=0,
    seed=0,
    seed2=0,
)
priority_queue = _queue_op(
    "PriorityQueueV2",
    "A queue that gives the element of the lowest priority first.",
    _plain(runtime_queues.RankedQueue),
)


# ---------------------------------------------------------------- what is done to a queue


def _acting(act: Callable[..., Any]) -> Callable[..., Any]:
    """A binding for ops that call `act(queue, cancellation, attrs, *inputs)`."""

    def bind(op: Operation, runtime: Any) -> Callable[..., Any]:
        cancellation, attrs = runtime.cancellation, op.attrs
        return lambda queue, *inputs: act(as_queue(queue), cancellation, attrs, *inputs)

    return bind


def as_queue(value: Any) -> runtime_queues.Queue:
    """The queue that a resource's value is; out of the array that `stack` and `gather` make."""
    queue = value[()] if isinstance(value, np.ndarray) else value
    if not isinstance(queue, runtime_queues.Queue):
        raise TypeError(f"a queue is wanted here, got {type(queue).__name__}")
    return queue


def _dequeued_shapes(op: Operation) -> list[TensorShape]:
    shapes = _known_shapes(op)
    return [UNKNOWN] * len(op.attrs["component_types"]) if shapes is None else shapes


def _dequeued_batches(op: Operation) -> list[TensorShape]:
    shapes = _known_shapes(op)
    count = static.constant_value(op.inputs[1])
    if count is not None and int(count) < 0:
        raise ValueError(f"Input 'n' must be >= 0, but is {int(count)}")
    if op.type == "QueueDequeueUpToV2" or count is None:
        batch = TensorShape([None])
    else:
        batch = TensorShape([int(count)])
    rows = [UNKNOWN] * len(op.attrs["component_types"]) if shapes is None else shapes
    return [batch.concatenate(s) for s in rows]


def _known_shapes(op: Operation) -> list[TensorShape] | None:
    queue = op.inputs[0].op
    if queue.opdef not in _QUEUE_OPS or not queue.attrs["shapes"]:
        return None
    return list(_component_shapes(queue))


_QUEUE_OPS = {
    f.opdef  # type: ignore[attr-defined]
    for f in (fifo_queue, padding_fifo_queue, random_shuffle_queue, priority_queue)
}

queue_enqueue = defop(
    "QueueEnqueueV2",
    "handle: resource, components: any* ->",
    doc="Puts one element into a queue.",
    attrs={"Tcomponents": REQUIRED, "timeout_ms": -1},
    shape=lambda op: [],
    bind=_acting(lambda queue, until, attrs, *values: queue.enqueue(values, until)),
    grad=_STATE,
)
queue_enqueue_many = defop(
    "QueueEnqueueManyV2",
    "handle: resource, components: any* ->",
    doc="Puts the rows of its inputs into a queue.",
    attrs={"Tcomponents": REQUIRED, "timeout_ms": -1},
    shape=lambda op: [],
    bind=_acting(lambda queue, until, attrs, *values: queue.enqueue_many(values, until)),
    grad=_STATE,
)
queue_dequeue = defop(
    "QueueDequeueV2",
    "handle: resource -> @component_types*",
    doc="Takes one element out of a queue.",
    attrs={"component_types": REQUIRED, "timeout_ms": -1},
    shape=_dequeued_shapes,
    bind=_acting(lambda queue, until, attrs: queue.dequeue(until)),
    grad=_STATE,
)
queue_dequeue_many = defop(
    "QueueDequeueManyV2",
    "handle: resource, n: int32 -> @component_types*",
    doc="Takes n elements out of a queue, stacked.",
    attrs={"component_types": REQUIRED, "timeout_ms": -1},
    shape=_dequeued_batches,
    bind=_acting(lambda queue, until, attrs, n: queue.dequeue_many(int(n), until)),
    grad=_STATE,
)
queue_dequeue_up_to = defop(
    "QueueDequeueUpToV2",
    "handle: resource, n: int32 -> @component_types*",
    doc="Takes n elements out of a queue, or what is left of a closed one, stacked.",
    attrs={"component_types": REQUIRED, "timeout_ms": -1},
    shape=_dequeued_batches,
    bind=_acting(lambda queue, until, attrs, n: queue.dequeue_many(int(n), until, True)),
    grad=_STATE,
)
queue_close = defop(
    "QueueCloseV2",
    "handle: resource ->",
    doc="Lets nothing more into a queue.",
    attrs={"cancel_pending_enqueues": False},
    shape=lambda op: [],
    bind=_acting(lambda queue, until, attrs: queue.close(attrs["cancel_pending_enqueues"], until)),
    grad=_STATE,
)
queue_is_closed = defop(
    "QueueIsClosedV2",
    "handle: resource -> bool",
    doc="Whether a queue is closed.",
    shape=lambda op: SCALAR,
    bind=_acting(lambda queue, until, attrs: np.bool_(queue.is_closed)),
    grad=_STATE,
)
queue_size = defop(
    "QueueSizeV2",
    "handle: resource -> int32",
    doc="How many elements a queue holds.",
    shape=lambda op: SCALAR,
    bind=_acting(lambda queue, until, attrs: np.int32(queue.size())),
    grad=_STATE,
)
