"""`map_fn`, `scan`, `foldl` and `foldr`: a function over the rows of tensors, as loops."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyengine import nest
from pyengine.convert import constant, convert_to_tensor
from pyengine.graph import Tensor
from pyengine.ops.array import shape
from pyengine.ops.tensor_array import TensorArray
from pyengine.ops.while_loop import while_loop
from pyengine.shape import Dimension

__all__ = ["foldl", "foldr", "map_fn", "scan", "vectorized_map"]


def _scope(name: str | None, default: str, elems: list[Any]) -> Any:
    """The variable scope of these functions: variables made in them are made once."""
    from pyengine.variable_scope import variable_scope

    return variable_scope(name, default, elems)


def _check(fn: Any, elems: Any) -> list[Tensor]:
    if not callable(fn):
        raise TypeError("fn must be callable.")
    flat = [convert_to_tensor(e, name="elem") for e in nest.flatten(elems)]
    if not flat:
        raise ValueError("elems must have at least one tensor")
    for tensor in flat:
        if tensor.shape.ndims == 0:
            raise ValueError("elems must be a 1+ dimensional Tensor, not a scalar")
    return flat


def _rows(flat: list[Tensor]) -> tuple[int | None, Any]:
    """The number of rows: if it is known, and as a value or tensor."""
    known: Any = Dimension(None)
    for tensor in flat:
        known = known.merge_with(
            tensor.shape[0] if tensor.shape.ndims is not None else Dimension(None)
        )
    rows = known.value
    return rows, rows if rows is not None else shape(flat[0])[0]


def _arrays_of(flat: list[Tensor], count: Any) -> list[TensorArray]:
    """The rows of each tensor, in a TensorArray."""
    return [
        TensorArray(
            t.dtype.base_dtype,
            size=count,
            dynamic_size=False,
            infer_shape=True,
            element_shape=t.shape[1:] if t.shape.ndims is not None else None,
        ).unstack(t)
        for t in flat
    ]


def map_fn(
    fn: Callable[..., Any],
    elems: Any,
    dtype: Any = None,
    parallel_iterations: int | None = None,
    back_prop: bool = True,
    swap_memory: bool = False,
    infer_shape: bool = True,
    name: str | None = None,
) -> Any:
    """A function of each row of a tensor, the results stacked.

    Args:
        fn: takes a row (nested as `elems`) and returns tensors, nested as `dtype`.
        elems: a tensor, or nested ones with the same number of rows.
        dtype: the dtypes of the results, if they are not those of `elems`.
        parallel_iterations, back_prop, swap_memory: as in `while_loop`.
        infer_shape: whether all results have one shape.
        name: the name scope.

    Returns:
        Tensors nested as `dtype` or `elems`: the results along a new first axis.

    Raises:
        TypeError: if `fn` is not callable, or its results are nested in another way.
        ValueError: if the number of rows differs, or something is a scalar.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     squares = tf.map_fn(lambda x: x * x, tf.constant([1, 2, 3]))
        ...     sess.run(squares).tolist()
        [1, 4, 9]
    """
    flat = _check(fn, elems)
    structure = elems if dtype is None else dtype
    with _scope(name, "map", flat):
        rows, count = _rows(flat)
        inputs = _arrays_of(flat, count)
        dtypes = [t.dtype.base_dtype for t in flat] if dtype is None else nest.flatten(dtype)
        outputs = [
            TensorArray(d, size=count, dynamic_size=False, infer_shape=infer_shape) for d in dtypes
        ]

        def compute(i: Tensor, arrays: list[TensorArray]) -> Any:
            row = nest.pack_sequence_as(elems, [a.read(i) for a in inputs])
            result = fn(row)
            nest.assert_same_structure(structure, result)
            written = [a.write(i, v) for a, v in zip(arrays, nest.flatten(result))]
            return i + 1, written

        _, written = while_loop(
            lambda i, _: i < count,
            compute,
            (constant(0), outputs),
            parallel_iterations=parallel_iterations or 10,
            back_prop=back_prop,
            swap_memory=swap_memory,
            maximum_iterations=count,
        )
        results = [a.stack() for a in written]
        for result in results:
            if result.shape.ndims is not None:
                result.set_shape([rows, *result.shape.as_list()[1:]])
        return nest.pack_sequence_as(structure, results)


def scan(
    fn: Callable[..., Any],
    elems: Any,
    initializer: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    infer_shape: bool = True,
    reverse: bool = False,
    name: str | None = None,
) -> Any:
    """The results of a function of the result so far and each next row, all of them stacked.

    Args:
        fn: takes the result so far (nested as `initializer`) and a row (nested as `elems`), and
            returns the next result.
        elems: a tensor, or nested ones with the same number of rows.
        initializer: the result to start from; by default the first row, without a call of `fn`.
        parallel_iterations, back_prop, swap_memory: as in `while_loop`.
        infer_shape: whether all results have one shape.
        reverse: whether to go from the last row to the first.
        name: the name scope.

    Returns:
        Tensors nested as `initializer` or `elems`: the results along a new first axis.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     sums = tf.scan(lambda a, x: a + x, tf.constant([1, 2, 3]))
        ...     sess.run(sums).tolist()
        [1, 3, 6]
    """
    flat = _check(fn, elems)
    structure = elems if initializer is None else initializer
    with _scope(name, "scan", flat):
        rows, count = _rows(flat)
        inputs = _arrays_of(flat, count)
        start, first = _start(inputs, initializer, count, reverse)
        outputs = [
            TensorArray(
                a.dtype.base_dtype,
                size=count,
                dynamic_size=False,
                element_shape=a.shape if infer_shape else None,
                infer_shape=infer_shape,
            )
            for a in start
        ]
        if initializer is None:
            at = count - 1 if reverse else 0
            outputs = [a.write(at, v) for a, v in zip(outputs, start)]

        def compute(i: Tensor, so_far: list[Tensor], arrays: list[TensorArray]) -> Any:
            row = nest.pack_sequence_as(elems, [a.read(i) for a in inputs])
            result = fn(nest.pack_sequence_as(structure, so_far), row)
            nest.assert_same_structure(structure, result)
            found = [convert_to_tensor(v) for v in nest.flatten(result)]
            written = [a.write(i, v) for a, v in zip(arrays, found)]
            return (i - 1 if reverse else i + 1), found, written

        _, _, written = while_loop(
            (lambda i, *_: i >= 0) if reverse else (lambda i, *_: i < count),
            compute,
            (first, start, outputs),
            parallel_iterations=parallel_iterations,
            back_prop=back_prop,
            swap_memory=swap_memory,
            maximum_iterations=count,
        )
        results = [a.stack() for a in written]
        for result in results:
            if result.shape.ndims is not None:
                result.set_shape([rows, *result.shape.as_list()[1:]])
        return nest.pack_sequence_as(structure, results)


def _start(
    inputs: list[TensorArray], initializer: Any, count: Any, reverse: bool
) -> tuple[list[Tensor], Any]:
    """The result to start from, and the row to start with."""
    if initializer is not None:
        start = [convert_to_tensor(v) for v in nest.flatten(initializer)]
        return start, count - 1 if reverse else 0
    at = count - 1 if reverse else 0
    start = [a.read(at) for a in inputs]
    return start, count - 2 if reverse else 1


def _fold(
    fn: Callable[..., Any],
    elems: Any,
    initializer: Any,
    settings: dict[str, Any],
    reverse: bool,
    name: str | None,
) -> Any:
    flat = _check(fn, elems)
    structure = elems if initializer is None else initializer
    with _scope(name, "foldr" if reverse else "foldl", flat):
        _, count = _rows(flat)
        inputs = _arrays_of(flat, count)
        start, first = _start(inputs, initializer, count, reverse)

        def compute(i: Tensor, so_far: list[Tensor]) -> Any:
            i = i - 1 if reverse else i
            row = nest.pack_sequence_as(elems, [a.read(i) for a in inputs])
            result = fn(nest.pack_sequence_as(structure, so_far), row)
            nest.assert_same_structure(structure, result)
            found = [convert_to_tensor(v) for v in nest.flatten(result)]
            return (i if reverse else i + 1), found

        _, results = while_loop(
            (lambda i, _: i > 0) if reverse else (lambda i, _: i < count),
            compute,
            (first + 1 if reverse else first, start),
            maximum_iterations=count,
            **settings,
        )
        return nest.pack_sequence_as(structure, results)


def foldl(
    fn: Callable[..., Any],
    elems: Any,
    initializer: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    name: str | None = None,
) -> Any:
    """The last result of a function of the result so far and each next row, first row first.

    Args: as those of `scan`.

    Returns:
        Tensors nested as `initializer` or `elems`.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     int(sess.run(tf.foldl(lambda a, x: 10 * a + x, tf.constant([1, 2, 3]))))
        123
    """
    settings = {
        "parallel_iterations": parallel_iterations,
        "back_prop": back_prop,
        "swap_memory": swap_memory,
    }
    return _fold(fn, elems, initializer, settings, reverse=False, name=name)


def foldr(
    fn: Callable[..., Any],
    elems: Any,
    initializer: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    name: str | None = None,
) -> Any:
    """As `foldl`, but last row first.

    Args:
        fn: takes the result so far (nested as `initializer`) and a row (nested as `elems`), and
            returns the next result.
        elems: a tensor, or nested ones with the same number of rows.
        initializer: the result to start from; by default the last row.
        parallel_iterations, back_prop, swap_memory: as in `while_loop`.
        name: the name scope.

    Returns:
        The last result.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     int(sess.run(tf.foldr(lambda a, x: 10 * a + x, tf.constant([1, 2, 3]))))
        321
    """
    settings = {
        "parallel_iterations": parallel_iterations,
        "back_prop": back_prop,
        "swap_memory": swap_memory,
    }
    return _fold(fn, elems, initializer, settings, reverse=True, name=name)


def vectorized_map(
    fn: Callable[[Any], Any], elems: Any, fallback_to_while_loop: bool = True, warn: bool = True
) -> Any:
    """A function over the rows of tensors, each for itself; `map_fn` of any results.

    Args:
        fn: takes a row of each tensor, nested as `elems`; its results may have any dtypes.
        elems: a tensor of rank 1 or more, or nested ones with as many rows.
        fallback_to_while_loop, warn: accepted; it is a loop here.

    Returns:
        The results for all rows, stacked.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     sess.run(tf.vectorized_map(lambda x: x > 1, tf.constant([1, 2]))).tolist()
        [False, True]
    """
    from pyengine.function_graph import FunctionGraph

    tensors = _check(fn, elems)
    structure: list[Any] = []

    def traced(*row: Tensor) -> list[Any]:
        """`fn` once in a graph of its own, to see what it returns."""
        structure.append(fn(nest.pack_sequence_as(elems, list(row))))
        return [convert_to_tensor(t) for t in nest.flatten(structure[0])]

    rows = [(t.dtype.base_dtype, t.shape[1:]) for t in tensors]
    kinds = [t.dtype.base_dtype for t in FunctionGraph.traced(traced, rows).outputs]
    return map_fn(fn, elems, dtype=nest.pack_sequence_as(structure[0], kinds))
