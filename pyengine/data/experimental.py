"""More of what can be done to data sets: the `tf.data.experimental` namespace.

Most of these return a function of a data set, for `Dataset.apply`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyengine import dtypes
from pyengine.convert import convert_to_tensor
from pyengine.data import nest
from pyengine.data.arguments import Options, dataset_seeds
from pyengine.data.csv import CsvDataset, make_csv_dataset
from pyengine.data.dataset import Dataset, _made
from pyengine.data.structure import Spec, Traced, boolean_function, carried_rows, components_of
from pyengine.dtypes import as_dtype
from pyengine.ops import dataset_ops
from pyengine.ops.array import identity
from pyengine.ops.declare import whole
from pyengine.ops.elementwise import cast
from pyengine.shape import SCALAR

__all__ = [
    "AUTOTUNE",
    "Counter",
    "CsvDataset",
    "Options",
    "enumerate_dataset",
    "get_single_element",
    "group_by_window",
    "ignore_errors",
    "make_csv_dataset",
    "map_and_batch",
    "parallel_interleave",
    "scan",
    "shuffle_and_repeat",
    "take_while",
    "unbatch",
]

AUTOTUNE = -1

Transformation = Callable[[Dataset], Dataset]


def Counter(start: Any = 0, step: Any = 1, dtype: Any = dtypes.int64) -> Dataset:
    """The numbers from `start` on, without end.

    Args:
        start: the first number, an integer scalar.
        step: the distance to the next, an integer scalar.
        dtype: a number type.

    Returns:
        A data set of scalars.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     numbers = tf.data.experimental.Counter(5, 2).make_one_shot_iterator().get_next()
        ...     [int(sess.run(numbers)) for _ in range(3)]
        [5, 7, 9]
    """
    wanted = as_dtype(dtype)
    first, by = whole(start), whole(step)
    counted = Dataset.from_tensors(0).repeat().apply(enumerate_dataset())
    return counted.map(
        lambda number, _: (
            cast(number, wanted) * convert_to_tensor(by, wanted) + convert_to_tensor(first, wanted)
        )
    )


def enumerate_dataset(start: Any = 0) -> Transformation:
    """Pairs of a number, from `start` on, and the element.

    Args:
        start: the first number, an integer scalar.

    Returns:
        A function for `Dataset.apply`.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     d = tf.data.Dataset.from_tensor_slices([7, 8])
        ...     row = d.apply(tf.data.experimental.enumerate_dataset()).make_one_shot_iterator()
        ...     [int(part) for part in sess.run(row.get_next())]
        [0, 7]
    """
    return lambda dataset: dataset.enumerate(start)


def ignore_errors() -> Transformation:
    """The elements, without those that raise an error."""
    return lambda dataset: dataset._same(dataset_ops.ignore_errors_dataset)


def unbatch() -> Transformation:
    """The rows of the elements."""

    def apply(dataset: Dataset) -> Dataset:
        for spec in nest.flatten(dataset._structure):
            if spec.shape.ndims == 0:
                raise ValueError("Unbatching a tensor is only supported for rank >= 1")
        structure = nest.map_structure(lambda s: s.with_shape(s.shape[1:]), dataset._structure)
        if any(s.is_sparse for s in nest.flatten(dataset._structure)):
            # Each row by itself: what stands for a sparse tensor has no rows of its own.
            dataset = dataset.map(
                lambda *c: nest.map_structure(carried_rows, c if len(c) > 1 else c[0])
            )
        return _made(dataset_ops.unbatch_dataset, structure, dataset._variant_tensor)

    return apply


def shuffle_and_repeat(buffer_size: Any, count: Any = None, seed: Any = None) -> Transformation:
    """The elements in random order, `count` times; epochs follow each other without a pause.

    Args:
        buffer_size: how many elements are shuffled among each other, an integer scalar.
        count: how often all are repeated; without end by default.
        seed: the seed of the order, an integer.

    Returns:
        A function for `Dataset.apply`.
    """

    def apply(dataset: Dataset) -> Dataset:
        return dataset._same(
            dataset_ops.shuffle_and_repeat_dataset, buffer_size, *dataset_seeds(seed),
            -1 if count is None else count,
        )  # fmt: skip

    return apply


def map_and_batch(
    map_func: Callable[..., Any],
    batch_size: Any,
    num_parallel_batches: int | None = None,
    drop_remainder: bool = False,
    num_parallel_calls: int | None = None,
) -> Transformation:
    """`map`, then `batch`."""
    return lambda dataset: dataset.map(map_func).batch(batch_size, drop_remainder)


def parallel_interleave(
    map_func: Callable[..., Any],
    cycle_length: Any,
    block_length: Any = 1,
    sloppy: bool = False,
    buffer_output_elements: Any = None,
    prefetch_input_elements: Any = None,
) -> Transformation:
    """`Dataset.interleave`; the order does not depend on how fast the data sets are."""
    return lambda dataset: dataset.interleave(map_func, cycle_length, block_length)


def take_while(predicate: Callable[..., Any]) -> Transformation:
    """The elements up to the first for which a function is not true.

    Args:
        predicate: a function of an element that gives a bool scalar.

    Returns:
        A function for `Dataset.apply`.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     low = tf.data.experimental.take_while(lambda x: x < 2)
        ...     x = tf.data.Dataset.range(9).apply(low).batch(9).make_one_shot_iterator().get_next()
        ...     sess.run(x).tolist()
        [0, 1]
    """

    def apply(dataset: Dataset) -> Dataset:
        traced = boolean_function(predicate, dataset._structure, "take_while()")
        return dataset._mapped(
            dataset_ops.take_while_dataset, traced, dataset._structure, predicate=traced.graph
        )

    return apply


def scan(initial_state: Any, scan_func: Callable[..., Any]) -> Transformation:
    """A function of each element and of a state that it hands on.

    Args:
        initial_state: nested tensors.
        scan_func: takes the state and an element, and returns the new state and what to give.
    """

    def apply(dataset: Dataset) -> Dataset:
        state = components_of(initial_state)
        specs = nest.map_structure(Spec.of, state)
        outputs: list[Any] = []

        def run(old: Any, element: Any) -> Any:
            result = scan_func(old, element)
            if not isinstance(result, (tuple, list)) or len(result) != 2:
                raise TypeError("The scan function must return a pair comprising the new state "
                                "and the output value.")  # fmt: skip
            new = components_of(result[0])
            for wanted, have in zip(nest.flatten(specs), nest.flatten(new)):
                if wanted.dtype is not have.dtype.base_dtype:
                    raise TypeError(
                        f"The element types for the new state must match the initial state. "
                        f"Expected {wanted.dtype}; got {have.dtype}."
                    )
            outputs.append(components_of(result[1]))
            return (new, outputs[0])

        traced = Traced(run, (specs, dataset._structure), "scan()")
        flat = [identity(t) for t in nest.flatten(state)]
        return _scanned(dataset, traced, flat)

    return apply


def _scanned(dataset: Dataset, traced: Traced, state: list[Any]) -> Dataset:
    return _made(
        dataset_ops.scan_dataset, traced.structure[1], dataset._variant_tensor, state,
        traced.captured, f=traced.graph, Tstate=[t.dtype.base_dtype for t in state],
        Targuments=traced.captured_types,
    )  # fmt: skip


def group_by_window(
    key_func: Callable[..., Any],
    reduce_func: Callable[..., Any],
    window_size: Any = None,
    window_size_func: Callable[..., Any] | None = None,
) -> Transformation:
    """Elements gathered by a key; each full group goes through a function of data sets.

    Args:
        key_func: the int64 key of an element.
        reduce_func: takes a key and a data set of its elements, and returns a data set.
        window_size: how many elements make a group.
        window_size_func: the same for each key; one of the two is given.

    Raises:
        ValueError: when both or none are given.
    """
    if (window_size is None) == (window_size_func is None):
        raise ValueError("Must pass either window_size or window_size_func.")
    size_of = window_size_func or (lambda key: convert_to_tensor(whole(window_size), dtypes.int64))

    def apply(dataset: Dataset) -> Dataset:
        number = Spec(dtypes.int64, SCALAR)
        key = Traced(_cast_to_int64(key_func, "`key_func`"), dataset._structure, "group_by_window")
        size = Traced(_cast_to_int64(size_of, "`window_size_func`"), number, "group_by_window")
        window = Spec(dtypes.variant, SCALAR, Dataset, dataset._structure)
        reduce = Traced(reduce_func, (number, window), "group_by_window")
        if not isinstance(reduce.result, Dataset):
            raise TypeError("`reduce_func` must return a `Dataset` object.")
        return _made(
            dataset_ops.group_by_window_dataset, reduce.result._structure, dataset._variant_tensor,
            key.captured, reduce.captured, size.captured,
            key_func=key.graph, reduce_func=reduce.graph, window_size_func=size.graph,
            Tkey_func_other_arguments=key.captured_types,
            Treduce_func_other_arguments=reduce.captured_types,
            Twindow_size_func_other_arguments=size.captured_types,
        )  # fmt: skip

    return apply


def _cast_to_int64(function: Callable[..., Any], what: str) -> Callable[..., Any]:
    def call(*args: Any) -> Any:
        found = convert_to_tensor(function(*args))
        if found.shape.ndims not in (None, 0) or not found.dtype.is_integer:
            raise ValueError(f"{what} must return a single tf.int64 tensor.")
        return cast(found, dtypes.int64)

    return call


def get_single_element(dataset: Dataset) -> Any:
    """The one element of a data set.

    Args:
        dataset: a data set of one element.

    Returns:
        The element, a tensor or a structure of them.

    Raises:
        tf.errors.InvalidArgumentError: (when run) if it has none, or more.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     d = tf.data.Dataset.from_tensors([1, 2])
        ...     sess.run(tf.data.experimental.get_single_element(d)).tolist()
        [1, 2]
    """
    specs = nest.flatten(dataset._structure)
    tensors = dataset_ops.single_element(
        dataset._variant_tensor,
        output_types=[s.carrier[0] for s in specs], output_shapes=[s.carrier[1] for s in specs],
    )  # fmt: skip
    return nest.pack_like(dataset._structure, [s.wrapped(t) for s, t in zip(specs, tensors)])
