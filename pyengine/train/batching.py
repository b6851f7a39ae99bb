"""Batching by queues: `batch`, `shuffle_batch`, and their kin that join or filter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pyengine import static
from pyengine.convert import convert_to_tensor
from pyengine.dtypes import bool as bool_dtype
from pyengine.dtypes import int32
from pyengine.graph import Operation, Tensor
from pyengine.ops.array import expand_dims
from pyengine.ops.declare import whole
from pyengine.ops.elementwise import cast
from pyengine.ops.gathering import boolean_mask
from pyengine.ops.math import maximum
from pyengine.ops.queues import FIFOQueue, PaddingFIFOQueue, QueueBase, RandomShuffleQueue
from pyengine.scopes import name_scope
from pyengine.shape import TensorShape
from pyengine.train.input import summarize_fill
from pyengine.train.queue_runner import QueueRunner, add_queue_runner

__all__ = [
    "batch",
    "batch_join",
    "maybe_batch",
    "maybe_batch_join",
    "maybe_shuffle_batch",
    "maybe_shuffle_batch_join",
    "shuffle_batch",
    "shuffle_batch_join",
]

# ---------------------------------------------------------------- what goes in


def _as_tensors(tensors: Any) -> list[Tensor]:
    if isinstance(tensors, dict):
        tensors = [tensors[k] for k in sorted(tensors)]
    elif isinstance(tensors, Tensor) or not isinstance(tensors, (list, tuple)):
        tensors = [tensors]
    if not tensors:
        raise ValueError("Expected at least one tensor in batch().")
    for tensor in tensors:
        if hasattr(tensor, "dense_shape"):
            raise NotImplementedError(
                f"batching of sparse tensors is not available: {tensor!r}. Make it dense with "
                f"tf.sparse_tensor_to_dense() first."
            )
    return [convert_to_tensor(t) for t in tensors]


def _as_lists(tensors_list: Sequence[Any]) -> list[list[Tensor]]:
    """The tensors of each member; all members must be alike."""
    if not tensors_list:
        raise ValueError("Expected at least one set of tensors")
    first = tensors_list[0]
    if isinstance(first, dict) and any(
        not isinstance(t, dict) or set(t) != set(first) for t in tensors_list
    ):
        raise ValueError("All dictionaries to join must have the same keys")
    lists = [_as_tensors(t) for t in tensors_list]
    if any(len(tensors) != len(lists[0]) for tensors in lists):
        raise ValueError("All lists of tensors to join must have the same length")
    return lists


def _like_given(given: Any, dequeued: Any) -> Any:
    if isinstance(given, (list, tuple)) and given and isinstance(given[0], dict):
        given = given[0]  # of several to join
    if isinstance(given, dict):
        values = [dequeued] if len(given) == 1 else dequeued
        return dict(zip(sorted(given), values))
    return dequeued


def _dtypes_of(lists: list[list[Tensor]]) -> list[Any]:
    found = []
    for column in zip(*lists):
        dtype = column[0].dtype.base_dtype
        for other in column[1:]:
            if other.dtype.base_dtype is not dtype:
                raise TypeError(
                    f"Expected types to be consistent: {dtype.name} vs. {other.dtype.name}."
                )
        found.append(dtype)
    return found


def _shapes_of(lists: list[list[Tensor]], given: Any, enqueue_many: bool) -> list[TensorShape]:
    if given is not None:
        return list(given)
    shapes = []
    for column in zip(*lists):
        for tensor in column:
            if tensor.shape.ndims is None:
                raise ValueError(f"Cannot infer Tensor's rank: {tensor}")
        each = [t.shape.with_rank_at_least(1)[1:] if enqueue_many else t.shape for t in column]
        for other in each[1:]:
            each[0].assert_fits(other, "all tensors that are to be in one batch need one shape")
        shapes.append(each[0])
    return shapes


# ---------------------------------------------------------------- into the queue


def _keeping(keep_input: Any, enqueue_many: bool) -> Tensor:
    keep = convert_to_tensor(keep_input, bool_dtype)
    rank = keep.shape.ndims
    if rank is None:
        raise ValueError("`keep_input` dimensions must be known at graph construction.")
    if rank == 1 and not enqueue_many:
        raise ValueError("`keep_input` cannot be a vector when `enqueue_many=False`.")
    if rank > 1:
        raise ValueError("`keep_input` must be either a scalar or a vector.")
    return keep


def _enqueue_op(
    queue: QueueBase, tensors: list[Tensor], enqueue_many: bool, keep: Tensor
) -> Operation:
    if keep.shape.ndims == 1:
        return queue.enqueue_many([boolean_mask(t, keep) for t in tensors])
    known = static.constant_value(keep)
    if known is not None and bool(known):
        return queue.enqueue_many(tensors) if enqueue_many else queue.enqueue(tensors)
    # All rows or none of them: to enqueue none is done at once.
    rows = tensors if enqueue_many else [expand_dims(t, 0) for t in tensors]
    count = cast(keep, int32)
    limit = [r.shape[0].value for r in rows]
    kept = []
    for row, known_size in zip(rows, limit):
        from pyengine.ops.array import shape

        size = shape(row)[0] if known_size is None else known_size
        part = row[: count * size]
        part.set_shape(TensorShape([None]).concatenate(row.shape[1:]))
        kept.append(part)
    return queue.enqueue_many(kept)


def _fill(
    queue: QueueBase, lists: list[list[Tensor]], threads: int, enqueue_many: bool, keep: Tensor
) -> None:
    """Adds the runner of a queue: an op for each list, or `threads` threads for one."""
    ops = [_enqueue_op(queue, tensors, enqueue_many, keep) for tensors in lists]
    add_queue_runner(QueueRunner(queue, ops * threads if len(ops) == 1 else ops))


def _batched(
    default_name: str,
    given: Any,
    lists: list[list[Tensor]],
    make_queue: Callable[[list[Any], list[TensorShape]], QueueBase],
    summarize: Callable[[QueueBase], None],
    batch_size: Any,
    keep_input: Any,
    num_threads: int,
    enqueue_many: bool,
    shapes: Any,
    allow_smaller_final_batch: bool,
    name: str | None,
) -> Any:
    """What all functions here do, the kind of queue apart."""
    flat = [t for tensors in lists for t in tensors]
    with name_scope(name, default_name, flat) as scope:
        keep = _keeping(keep_input, enqueue_many)
        queue = make_queue(_dtypes_of(lists), _shapes_of(lists, shapes, enqueue_many))
        _fill(queue, lists, whole(num_threads), enqueue_many, keep)
        summarize(queue)
        dequeue = queue.dequeue_up_to if allow_smaller_final_batch else queue.dequeue_many
        return _like_given(given, dequeue(whole(batch_size), name=scope))


def _first_in(capacity: Any, dynamic_pad: bool, shared_name: str | None) -> Any:
    kind = PaddingFIFOQueue if dynamic_pad else FIFOQueue
    size = whole(capacity)

    def make(dtypes: list[Any], shapes: list[TensorShape]) -> QueueBase:
        return kind(size, dtypes, shapes=shapes, shared_name=shared_name)

    def summarize(queue: QueueBase) -> None:
        summarize_fill(f"fraction_of_{size}_full", queue.size(), size)

    return make, summarize


def _shuffled(
    capacity: Any, min_after_dequeue: Any, seed: int | None, shared_name: str | None
) -> Any:
    size, least = whole(capacity), whole(min_after_dequeue)

    def make(dtypes: list[Any], shapes: list[TensorShape]) -> QueueBase:
        return RandomShuffleQueue(
            size, least, dtypes, shapes=shapes, seed=seed, shared_name=shared_name
        )

    def summarize(queue: QueueBase) -> None:
        name = f"fraction_over_{least}_of_{size}_full"
        summarize_fill(name, maximum(0, queue.size() - least), max(size - least, 1))

    return make, summarize


# ---------------------------------------------------------------- public functions


def batch(
    tensors: Any,
    batch_size: Any,
    num_threads: int = 1,
    capacity: int = 32,
    enqueue_many: bool = False,
    shapes: Any = None,
    dynamic_pad: bool = False,
    allow_smaller_final_batch: bool = False,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """Batches of tensors, through a queue that a `QueueRunner` fills.

    Args:
        tensors: a tensor, or a list or dictionary of them.
        batch_size: how many elements make a batch.
        num_threads: how many threads enqueue; with more than one the order is not kept.
        capacity: the queue's capacity.
        enqueue_many: whether each tensor is already a batch, of elements along its first dimension.
        shapes: the shapes of an element; by default those of the tensors, which must then be known.
        dynamic_pad: whether elements of different sizes are padded with zeros.
        allow_smaller_final_batch: whether the last batch may be smaller.
        shared_name: the queue's shared name.
        name: the name scope.

    Returns:
        Tensors like those given, with a first dimension of `batch_size`.

    Raises:
        ValueError: when the shapes are neither given nor known.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     i = tf.train.range_input_producer(4, shuffle=False).dequeue()
        ...     pair = tf.train.batch([i, i * 10], 2)
        ...     coord = tf.train.Coordinator()
        ...     threads = tf.train.start_queue_runners(sess, coord)
        ...     print([v.tolist() for v in sess.run(pair)])
        ...     coord.request_stop()
        ...     coord.join(threads)
        [[0, 1], [0, 10]]
    """
    return maybe_batch(
        tensors, True, batch_size, num_threads, capacity, enqueue_many, shapes, dynamic_pad,
        allow_smaller_final_batch, shared_name, name,
    )  # fmt: skip


def maybe_batch(
    tensors: Any,
    keep_input: Any,
    batch_size: Any,
    num_threads: int = 1,
    capacity: int = 32,
    enqueue_many: bool = False,
    shapes: Any = None,
    dynamic_pad: bool = False,
    allow_smaller_final_batch: bool = False,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """As `batch`, for elements that `keep_input` keeps.

    Args:
        keep_input: a boolean scalar, or with `enqueue_many` a vector: which elements are enqueued.
    """
    make, summarize = _first_in(capacity, dynamic_pad, shared_name)
    return _batched(
        "batch", tensors, [_as_tensors(tensors)], make, summarize, batch_size, keep_input,
        num_threads, enqueue_many, shapes, allow_smaller_final_batch, name,
    )  # fmt: skip


def batch_join(
    tensors_list: Sequence[Any],
    batch_size: Any,
    capacity: int = 32,
    enqueue_many: bool = False,
    shapes: Any = None,
    dynamic_pad: bool = False,
    allow_smaller_final_batch: bool = False,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """As `batch`, from several lists or dictionaries of tensors, each enqueued by its own thread.

    Args:
        tensors_list: a list of lists or dictionaries of tensors that are alike.
    """
    return maybe_batch_join(
        tensors_list, True, batch_size, capacity, enqueue_many, shapes, dynamic_pad,
        allow_smaller_final_batch, shared_name, name,
    )  # fmt: skip


def maybe_batch_join(
    tensors_list: Sequence[Any],
    keep_input: Any,
    batch_size: Any,
    capacity: int = 32,
    enqueue_many: bool = False,
    shapes: Any = None,
    dynamic_pad: bool = False,
    allow_smaller_final_batch: bool = False,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """As `batch_join`, for elements that `keep_input` keeps."""
    make, summarize = _first_in(capacity, dynamic_pad, shared_name)
    return _batched(
        "batch_join", tensors_list, _as_lists(tensors_list), make, summarize, batch_size,
        keep_input, 1, enqueue_many, shapes, allow_smaller_final_batch, name,
    )  # fmt: skip


def shuffle_batch(
    tensors: Any,
    batch_size: Any,
    capacity: int,
    min_after_dequeue: int,
    num_threads: int = 1,
    seed: int | None = None,
    enqueue_many: bool = False,
    shapes: Any = None,
    allow_smaller_final_batch: bool = False,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """Batches of randomly chosen elements; other arguments are those of `batch`.

    Args:
        min_after_dequeue: how many elements stay in the queue after a dequeue, to choose from.
        seed: the seed of the choice.
    """
    return maybe_shuffle_batch(
        tensors, batch_size, capacity, min_after_dequeue, True, num_threads, seed, enqueue_many,
        shapes, allow_smaller_final_batch, shared_name, name,
    )  # fmt: skip


def maybe_shuffle_batch(
    tensors: Any,
    batch_size: Any,
    capacity: int,
    min_after_dequeue: int,
    keep_input: Any,
    num_threads: int = 1,
    seed: int | None = None,
    enqueue_many: bool = False,
    shapes: Any = None,
    allow_smaller_final_batch: bool = False,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """As `shuffle_batch`, for elements that `keep_input` keeps."""
    make, summarize = _shuffled(capacity, min_after_dequeue, seed, shared_name)
    return _batched(
        "shuffle_batch", tensors, [_as_tensors(tensors)], make, summarize, batch_size, keep_input,
        num_threads, enqueue_many, shapes, allow_smaller_final_batch, name,
    )  # fmt: skip


def shuffle_batch_join(
    tensors_list: Sequence[Any],
    batch_size: Any,
    capacity: int,
    min_after_dequeue: int,
    seed: int | None = None,
    enqueue_many: bool = False,
    shapes: Any = None,
    allow_smaller_final_batch: bool = False,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """As `shuffle_batch`, from several lists or dictionaries, each enqueued by its own thread."""
    return maybe_shuffle_batch_join(
        tensors_list, batch_size, capacity, min_after_dequeue, True, seed, enqueue_many, shapes,
        allow_smaller_final_batch, shared_name, name,
    )  # fmt: skip


def maybe_shuffle_batch_join(
    tensors_list: Sequence[Any],
    batch_size: Any,
    capacity: int,
    min_after_dequeue: int,
    keep_input: Any,
    seed: int | None = None,
    enqueue_many: bool = False,
    shapes: Any = None,
    allow_smaller_final_batch: bool = False,
    shared_name: str | None = None,
    name: str | None = None,
) -> Any:
    """As `shuffle_batch_join`, for elements that `keep_input` keeps."""
    make, summarize = _shuffled(capacity, min_after_dequeue, seed, shared_name)
    return _batched(
        "shuffle_batch_join", tensors_list, _as_lists(tensors_list), make, summarize,
        batch_size, keep_input, 1, enqueue_many, shapes, allow_smaller_final_batch, name,
    )  # fmt: skip
