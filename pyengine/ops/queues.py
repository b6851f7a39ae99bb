"""Queues: `FIFOQueue`, `PaddingFIFOQueue`, `RandomShuffleQueue`, `PriorityQueue`.

Their op types are in `ops.queue_ops`; what a queue does in a session is in `executor.queues`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

from pyengine import dtypes
from pyengine.convert import convert_to_tensor
from pyengine.dtypes import DType, as_dtype
from pyengine.graph import Operation, Tensor
from pyengine.ops import queue_ops
from pyengine.ops.declare import whole
from pyengine.ops.gathering import gather
from pyengine.ops.joining import stack
from pyengine.ops.random import get_seed, seed_of_text
from pyengine.scopes import name_scope
from pyengine.shape import SCALAR, UNKNOWN, TensorShape, as_shape

__all__ = [
    "FIFOQueue",
    "PaddingFIFOQueue",
    "PriorityQueue",
    "QueueBase",
    "RandomShuffleQueue",
]


class QueueBase:
    """A queue of elements, each a tuple of one or more tensors; what all kinds have in common.

    Args:
        dtypes: the dtypes of the components.
        shapes: their shapes, or None.
        names: names for the components, to enqueue and dequeue dictionaries; or None.
        queue_ref: the tensor that stands for the queue.

    Raises:
        ValueError: when `shapes` or `names` are not as many as `dtypes`.
    """

    def __init__(self, dtypes: Any, shapes: Any, names: Any, queue_ref: Tensor) -> None:
        self._dtypes = list(dtypes)
        if shapes is None:
            self._shapes = [UNKNOWN] * len(self._dtypes)
        else:
            if len(shapes) != len(self._dtypes):
                raise ValueError(
                    f"Queue shapes must have the same length as dtypes, received "
                    f"len(shapes)={len(shapes)}, len(dtypes)={len(self._dtypes)}"
                )
            self._shapes = [as_shape(s) for s in shapes]
        if names is not None and len(names) != len(self._dtypes):
            raise ValueError(
                f"List of names must have the same length as the list of dtypes, received "
                f"len(names)={len(names)},len(dtypes)={len(self._dtypes)}"
            )
        self._names = list(names) if names is not None else None
        self._queue_ref = queue_ref
        self._name = queue_ref.op.name.split("/")[-1]

    @staticmethod
    def from_list(index: Any, queues: Sequence[QueueBase]) -> QueueBase:
        """The queue at position `index` (an integer tensor) of a list of queues of like dtypes.

        Raises:
            TypeError: when `queues` is no list of queues, or their dtypes or names differ.
        """
        if (
            not queues
            or not isinstance(queues, list)
            or not all(isinstance(q, QueueBase) for q in queues)
        ):
            raise TypeError("A list of queues expected")
        first = queues[0]
        if not all(first.dtypes == q.dtypes for q in queues[1:]):
            raise TypeError("Queues do not have matching component dtypes.")
        if not all(first.names == q.names for q in queues[1:]):
            raise TypeError("Queues do not have matching component names.")
        shapes = [
            functools.reduce(_common_shape, column) for column in zip(*(q.shapes for q in queues))
        ]
        chosen = gather(stack([q.queue_ref for q in queues]), index)
        return QueueBase(first.dtypes, shapes, first.names, chosen)

    @property
    def queue_ref(self) -> Tensor:
        """The tensor that stands for the queue."""
        return self._queue_ref

    @property
    def name(self) -> str:
        return self._queue_ref.op.name

    @property
    def dtypes(self) -> list[DType]:
        """The dtypes of the components."""
        return self._dtypes

    @property
    def shapes(self) -> list[TensorShape]:
        """The shapes of the components."""
        return self._shapes

    @property
    def names(self) -> list[str] | None:
        """The names of the components, or None."""
        return self._names

    # ------------------------------------------------------------ putting in

    def enqueue(self, vals: Any, name: str | None = None) -> Operation:
        """An op that puts one element in; it waits while the queue is full.

        Args:
            vals: a tensor, a list or tuple of tensors, or a dictionary if the queue has names.
            name: the op's name.

        Raises:
            ValueError: when the shapes do not fit, or a dictionary is given and there are no names.
            tf.errors.CancelledError: (when run) if the queue is closed, or becomes so meanwhile.
        """
        with name_scope(name, f"{self._name}_enqueue", self._scope_values(vals)) as scope:
            values = self._to_components(vals)
            for value, shape in zip(values, self._shapes):
                value.shape.assert_is_compatible_with(shape)
            return queue_ops.queue_enqueue(
                self._queue_ref, values, Tcomponents=[v.dtype for v in values], name=scope
            )

    def enqueue_many(self, vals: Any, name: str | None = None) -> Operation:
        """An op that puts in the rows of the tensors; as `enqueue` otherwise."""
        with name_scope(name, f"{self._name}_EnqueueMany", self._scope_values(vals)) as scope:
            values = self._to_components(vals)
            batch = values[0].shape.with_rank_at_least(1)[:1]
            for value, shape in zip(values, self._shapes):
                batch = batch.merge_with(value.shape.with_rank_at_least(1)[:1])
                value.shape[1:].assert_is_compatible_with(shape)
            return queue_ops.queue_enqueue_many(
                self._queue_ref, values, Tcomponents=[v.dtype for v in values], name=scope
            )

    def _scope_values(self, vals: Any) -> list[Any]:
        items = vals.values() if isinstance(vals, dict) else vals
        return list(items) if isinstance(items, (list, tuple)) or items is not vals else [items]

    def _to_components(self, vals: Any) -> list[Tensor]:
        """The tensors to put in, in the order of the dtypes."""
        if isinstance(vals, dict):
            if not self._names:
                raise ValueError("Queue must have names to enqueue a dictionary")
            if sorted(self._names, key=str) != sorted(vals, key=str):
                raise ValueError(
                    f"Keys in dictionary to enqueue do not match names of Queue.  Dictionary: "
                    f"{sorted(vals)},Queue: {sorted(self._names)}"
                )
            vals = [vals[n] for n in self._names]
        elif self._names:
            raise ValueError("You must enqueue a dictionary in a Queue with names")
        if not isinstance(vals, (list, tuple)):
            vals = [vals]
        return [
            convert_to_tensor(v, d, name=f"component_{i}")
            for i, (v, d) in enumerate(zip(vals, self._dtypes))
        ]

    # ------------------------------------------------------------ taking out

    def dequeue(self, name: str | None = None) -> Any:
        """One element: a tensor, a list of them, or a dictionary if the queue has names.

        The op waits while the queue is empty.

        Raises:
            tf.errors.OutOfRangeError: (when run) if the queue is closed and empty.
            tf.errors.CancelledError: (when run) if the session is closed meanwhile.
        """
        values = queue_ops.queue_dequeue(
            self._queue_ref, component_types=self._dtypes, name=name or f"{self._name}_Dequeue"
        )
        for value, shape in zip(values, self._shapes):
            value.set_shape(shape)
        return self._returned(values)

    def dequeue_many(self, n: Any, name: str | None = None) -> Any:
        """`n` elements, stacked along a new first dimension; it waits until there are as many.

        Raises:
            tf.errors.OutOfRangeError: (when run) if the queue is closed and holds fewer.
        """
        name = name or f"{self._name}_DequeueMany"
        return self._dequeue_batch(queue_ops.queue_dequeue_many, n, name)

    def dequeue_up_to(self, n: Any, name: str | None = None) -> Any:
        """As `dequeue_many`, but gives fewer where the queue is closed and holds at least one."""
        name = name or f"{self._name}_DequeueUpTo"
        return self._dequeue_batch(queue_ops.queue_dequeue_up_to, n, name)

    def _dequeue_batch(self, op: Callable[..., Any], n: Any, name: str) -> Any:
        values = op(self._queue_ref, whole(n), component_types=self._dtypes, name=name)
        for value, shape in zip(values, self._shapes):
            value.set_shape(TensorShape([None]).concatenate(shape))
        return self._returned(values)

    def _returned(self, tensors: list[Tensor]) -> Any:
        if self._names:
            return dict(zip(self._names, tensors))
        return tensors[0] if len(tensors) == 1 else tensors

    # ------------------------------------------------------------ the queue as a whole

    def close(self, cancel_pending_enqueues: bool = False, name: str | None = None) -> Operation:
        """An op that lets nothing more in.

        Args:
            cancel_pending_enqueues: whether enqueues that wait already are cancelled too.
            name: the op's name.
        """
        return queue_ops.queue_close(
            self._queue_ref,
            cancel_pending_enqueues=cancel_pending_enqueues,
            name=name or f"{self._name}_Close",
        )

    def is_closed(self, name: str | None = None) -> Tensor:
        """A boolean scalar: whether the queue is closed."""
        return queue_ops.queue_is_closed(self._queue_ref, name=name or f"{self._name}_Is_Closed")

    def size(self, name: str | None = None) -> Tensor:
        """An int32 scalar: how many elements the queue holds."""
        return queue_ops.queue_size(self._queue_ref, name=name or f"{self._name}_Size")


def _common_shape(a: TensorShape, b: TensorShape) -> TensorShape:
    """What two shapes agree in."""
    if a.sizes is None or b.sizes is None or len(a.sizes) != len(b.sizes):
        return UNKNOWN
    return TensorShape([x if x == y else None for x, y in zip(a.sizes, b.sizes)])


def _as_dtypes(given: Any) -> list[DType]:
    items = given if isinstance(given, (list, tuple)) else [given]
    return [as_dtype(d).base_dtype for d in items]


def _as_shapes(given: Any, types: Sequence[DType], unknown_ok: bool) -> list[TensorShape] | None:
    """The shapes of the components; one shape alone stands for a list of it."""
    if given is None:
        return None
    if isinstance(given, TensorShape):
        given = [given]
    elif not isinstance(given, (list, tuple)):
        raise TypeError(f"shapes must be a TensorShape or a list or tuple of them, got {given!r}")
    shapes = [as_shape(whole(s)) for s in given]
    if not unknown_ok and not all(s.is_fully_defined() for s in shapes):
        raise ValueError(f"All shapes must be fully defined: {shapes}")
    if len(shapes) != len(types):
        raise ValueError(
            f"Queue shapes must have the same length as dtypes, received len(shapes)="
            f"{len(shapes)}, len(dtypes)={len(types)}"
        )
    return shapes


class FIFOQueue(QueueBase):
    """A queue that gives its elements in the order they came.

    Args:
        capacity: the most elements it holds; enqueueing waits while it is full.
        dtypes: the dtype of each component, or one dtype.
        shapes: the fully defined shape of each component; needed by `dequeue_many`.
        names: a name for each component, to enqueue and dequeue dictionaries.
        shared_name: queues with the same one are one queue in a session.
        name: the op's name.

    Raises:
        ValueError: when a shape is not fully defined, or there are not as many as dtypes.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     q = tf.FIFOQueue(3, "float", shapes=[()])
        ...     sess.run(q.enqueue_many([[1.0, 2.0]]))
        ...     sess.run(q.dequeue_many(2)).tolist()
        [1.0, 2.0]
    """

    def __init__(
        self,
        capacity: Any,
        dtypes: Any,
        shapes: Any = None,
        names: Any = None,
        shared_name: str | None = None,
        name: str = "fifo_queue",
    ) -> None:
        types = _as_dtypes(dtypes)
        sizes = _as_shapes(shapes, types, unknown_ok=False)
        ref = queue_ops.fifo_queue(
            component_types=types, shapes=tuple(sizes or ()), capacity=int(capacity),
            shared_name=shared_name or "", name=name,
        )  # fmt: skip
        super().__init__(types, sizes, names, ref)


class PaddingFIFOQueue(QueueBase):
    """A `FIFOQueue` of elements of varying size: `dequeue_many` pads them with zeros.

    Args:
        shapes: the shape of each component; None where a size varies.

    Other arguments are those of `FIFOQueue`.

    Raises:
        ValueError: when there are not as many shapes as dtypes.
    """

    def __init__(
        self,
        capacity: Any,
        dtypes: Any,
        shapes: Any,
        names: Any = None,
        shared_name: str | None = None,
        name: str = "padding_fifo_queue",
    ) -> None:
        types = _as_dtypes(dtypes)
        sizes = _as_shapes(shapes, types, unknown_ok=True)
        if sizes is None:
            raise ValueError("PaddingFIFOQueue needs the shapes of its components")
        ref = queue_ops.padding_fifo_queue(
            component_types=types, shapes=tuple(sizes), capacity=int(capacity),
            shared_name=shared_name or "", name=name,
        )  # fmt: skip
        super().__init__(types, sizes, names, ref)


class RandomShuffleQueue(QueueBase):
    """A queue that gives its elements in random order.

    Args:
        capacity: the most elements it holds.
        min_after_dequeue: how many must stay in it after a dequeue, for good mixing; no longer once
            the queue is closed.
        seed: the op's seed. With it, or with the graph's, the order is TensorFlow's.

    Other arguments are those of `FIFOQueue`.
    """

    def __init__(
        self,
        capacity: Any,
        min_after_dequeue: Any,
        dtypes: Any,
        shapes: Any = None,
        names: Any = None,
        seed: int | None = None,
        shared_name: str | None = None,
        name: str = "random_shuffle_queue",
    ) -> None:
        types = _as_dtypes(dtypes)
        sizes = _as_shapes(shapes, types, unknown_ok=False)
        seed1, seed2 = get_seed(seed)
        if seed is None and seed1 is not None and shared_name is not None:
            # What shares a queue must have one seed, wherever in the graph it stands.
            seed2 = seed_of_text(str(seed1) + shared_name)
        ref = queue_ops.random_shuffle_queue(
            component_types=types, shapes=tuple(sizes or ()), capacity=int(capacity),
            min_after_dequeue=int(min_after_dequeue), seed=seed1 or 0, seed2=seed2 or 0,
            shared_name=shared_name or "", name=name,
        )  # fmt: skip
        super().__init__(types, sizes, names, ref)


class PriorityQueue(QueueBase):
    """A queue that gives the element of the lowest priority first.

    An element's first component is its priority, an int64 scalar; `types` and `shapes` are those of
    the components after it.

    Args:
        types: the dtypes of the other components.
        shapes: their fully defined shapes.

    Other arguments are those of `FIFOQueue`.
    """

    def __init__(
        self,
        capacity: Any,
        types: Any,
        shapes: Any = None,
        names: Any = None,
        shared_name: str | None = None,
        name: str = "priority_queue",
    ) -> None:
        others = _as_dtypes(types)
        sizes = _as_shapes(shapes, others, unknown_ok=False)
        if sizes is None:
            raise TypeError("PriorityQueue needs the shapes of its components")
        ref = queue_ops.priority_queue(
            component_types=others, shapes=tuple(sizes), capacity=int(capacity),
            shared_name=shared_name or "", name=name,
        )  # fmt: skip
        super().__init__([dtypes.int64, *others], [SCALAR, *sizes], names, ref)
