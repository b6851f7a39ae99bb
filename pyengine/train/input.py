"""Input producers: queues that give the rows of a tensor, epoch by epoch.

Batching is in `train.batching`.
"""

from __future__ import annotations

from typing import Any

from pyengine import static
from pyengine.convert import convert_to_tensor
from pyengine.dtypes import float32, int64, string
from pyengine.graph import Tensor, get_default_graph
from pyengine.graph_keys import GraphKeys
from pyengine.ops.array import identity, shape, size
from pyengine.ops.asserting import Assert
from pyengine.ops.compare import greater
from pyengine.ops.declare import whole
from pyengine.ops.elementwise import cast
from pyengine.ops.files import matching_files
from pyengine.ops.filling import range as range_tensor
from pyengine.ops.gathering import gather
from pyengine.ops.queues import FIFOQueue
from pyengine.ops.random import random_shuffle
from pyengine.scopes import control_dependencies, name_scope
from pyengine.train.queue_runner import QueueRunner, add_queue_runner
from pyengine.variables import Variable

__all__ = [
    "input_producer",
    "limit_epochs",
    "match_filenames_once",
    "range_input_producer",
    "slice_input_producer",
    "string_input_producer",
]


def match_filenames_once(pattern: Any, name: str | None = None) -> Variable:
    """The files that match a pattern, looked up once: a local variable.

    Args:
        pattern: a file pattern, or a vector of them.
        name: the variable's name.

    Returns:
        A variable that `local_variables_initializer()` initializes.
    """
    with name_scope(name, "matching_filenames", [pattern]) as scope:
        return Variable(
            matching_files(pattern),
            name=scope,
            trainable=False,
            validate_shape=False,
            collections=[GraphKeys.LOCAL_VARIABLES],
        )


def limit_epochs(tensor: Any, num_epochs: int | None = None, name: str | None = None) -> Tensor:
    """The tensor, `num_epochs` times; then the op raises OutOfRangeError.

    The count is a local variable, `epochs`: run `local_variables_initializer()`.

    Args:
        tensor: any tensor.
        num_epochs: how often; without limit for None.
        name: the name scope.

    Raises:
        ValueError: when `num_epochs` is not positive.
    """
    if num_epochs is None:
        return convert_to_tensor(tensor)
    count = whole(num_epochs)
    if count <= 0:
        raise ValueError(f"num_epochs must be > 0 not {count}.")
    with name_scope(name, "limit_epochs", [tensor]) as scope:
        epochs = Variable(
            convert_to_tensor(0, int64, name="Const"),
            name="epochs",
            trainable=False,
            collections=[GraphKeys.LOCAL_VARIABLES],
        )
        with control_dependencies([epochs.count_up_to(count)]):
            return identity(tensor, name=scope)


def summarize_fill(name: str | None, queue_size: Any, capacity: int) -> None:
    """Adds a summary of how full a queue is, unless the name is None."""
    if name is not None:
        from pyengine import summary  # imported when it is first used

        summary.scalar(name, cast(queue_size, float32) * (1.0 / capacity))


def input_producer(
    input_tensor: Any,
    element_shape: Any = None,
    num_epochs: int | None = None,
    shuffle: bool = True,
    seed: int | None = None,
    capacity: int = 32,
    shared_name: str | None = None,
    summary_name: str | None = None,
    name: str | None = None,
    cancel_op: Any = None,
) -> FIFOQueue:
    """A queue of the rows of a tensor, and a `QueueRunner` that fills it.

    Args:
        input_tensor: a tensor with the rows to give.
        element_shape: the shape of a row, if it cannot be worked out.
        num_epochs: how often to give each row; for ever for None. Counted in a local variable.
        shuffle: whether the rows are shuffled in each epoch.
        seed: the seed of the shuffling.
        capacity: the queue's capacity.
        shared_name: the queue's shared name.
        summary_name: the name of a summary of how full the queue is.
        name: the queue's name.
        cancel_op: what to run when a stop is asked for.

    Returns:
        The queue.

    Raises:
        ValueError: when the shape of a row is not known.
    """
    with name_scope(name, "input_producer", [input_tensor]):
        tensor = convert_to_tensor(input_tensor, name="input_tensor")
        row = tensor.shape[1:]
        row.assert_fits(element_shape, "element_shape must be that of a row of input_tensor")
        row = row.merge_with(element_shape)
        if not row.is_fully_defined():
            raise ValueError(
                "Either `input_tensor` must have a fully defined shape or `element_shape` must be "
                "specified"
            )
        if shuffle:
            tensor = random_shuffle(tensor, seed=seed)
        tensor = limit_epochs(tensor, num_epochs)
        queue = FIFOQueue(
            whole(capacity), [tensor.dtype.base_dtype], shapes=[row],
            shared_name=shared_name, **({"name": name} if name else {}),
        )  # fmt: skip
        add_queue_runner(QueueRunner(queue, [queue.enqueue_many([tensor])], cancel_op=cancel_op))
        summarize_fill(summary_name, queue.size(), whole(capacity))
        return queue


def string_input_producer(
    string_tensor: Any,
    num_epochs: int | None = None,
    shuffle: bool = True,
    seed: int | None = None,
    capacity: int = 32,
    shared_name: str | None = None,
    name: str | None = None,
    cancel_op: Any = None,
) -> FIFOQueue:
    """A queue of strings, such as file names; the arguments are those of `input_producer`.

    Args:
        string_tensor: a vector of strings.

    Raises:
        ValueError: when there are no strings.
        tf.errors.InvalidArgumentError: (when run) if there turn out to be none.
    """
    error = "string_input_producer requires a non-null input tensor"
    if isinstance(string_tensor, (list, tuple, str, bytes, type(None))) and not string_tensor:
        raise ValueError(error)
    with name_scope(name, "input_producer", [string_tensor]) as scope:
        strings = _some(convert_to_tensor(string_tensor, string), error)
        return input_producer(
            input_tensor=strings,
            element_shape=[],
            num_epochs=num_epochs,
            shuffle=shuffle,
            seed=seed,
            capacity=capacity,
            shared_name=shared_name,
            summary_name=f"fraction_of_{whole(capacity)}_full",
            name=scope,
            cancel_op=cancel_op,
        )


def _some(strings: Tensor, error: str) -> Tensor:
    """The strings, after a check that there are some: a queue could never be filled with none."""
    known = strings.shape.num_elements()
    if known == 0:
        raise ValueError(error)
    if known is not None or static.constant_value(strings) is not None:
        return identity(strings)
    with control_dependencies([Assert(greater(size(strings), 0), [error])]):
        return identity(strings)


def range_input_producer(
    limit: Any,
    num_epochs: int | None = None,
    shuffle: bool = True,
    seed: int | None = None,
    capacity: int = 32,
    shared_name: str | None = None,
    name: str | None = None,
) -> FIFOQueue:
    """A queue of the integers from 0 to `limit - 1`; other arguments as `input_producer`.

    Args:
        limit: an integer scalar; the numbers go from 0 to `limit - 1`.
        num_epochs: how often each is produced before an OutOfRangeError; without end by default.
        shuffle: whether each epoch has an order of its own.
        seed: the seed of the order.
        capacity: how many numbers the queue holds.
        shared_name: a name under which sessions of one target share the queue.
        name: the scope of the ops.

    Returns:
        A queue of int32 scalars.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default():
        ...     tf.train.range_input_producer(3).dtypes
        [tf.int32]
    """
    with name_scope(name, "input_producer", [limit]) as scope:
        return input_producer(
            range_tensor(limit), [], num_epochs, shuffle, seed, capacity, shared_name,
            f"fraction_of_{whole(capacity)}_full", scope,
        )  # fmt: skip


def slice_input_producer(
    tensor_list: Any,
    num_epochs: int | None = None,
    shuffle: bool = True,
    seed: int | None = None,
    capacity: int = 32,
    shared_name: str | None = None,
    name: str | None = None,
) -> list[Tensor]:
    """One row of each of several tensors of as many rows; other arguments as `input_producer`.

    Args:
        tensor_list: a list of tensors.

    Returns:
        A list of tensors, without their first dimension.

    Raises:
        ValueError: without a tensor.
    """
    with name_scope(name, "input_producer", tensor_list):
        tensors = [convert_to_tensor(t) for t in tensor_list]
        if not tensors:
            raise ValueError("Expected at least one tensor in slice_input_producer().")
        graph = get_default_graph()
        with graph.as_default():
            queue = range_input_producer(
                shape(tensors[0])[0],
                num_epochs=num_epochs, shuffle=shuffle, seed=seed, capacity=capacity,
                shared_name=shared_name,
            )  # fmt: skip
            index = queue.dequeue()
            return [gather(t, index) for t in tensors]
