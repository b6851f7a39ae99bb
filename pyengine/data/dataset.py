"""`Dataset`: a pipeline of elements, described in the graph and run by iterators."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from pyengine import dtypes
from pyengine.convert import convert_to_tensor
from pyengine.data import iterator as iterators
from pyengine.data import nest
from pyengine.data.arguments import (
    Options,
    batch_shape,
    check_padded,
    check_shard,
    common_shape,
    dataset_seeds,
    padded_shape,
    padding_value,
    shapes_for,
)
from pyengine.data.reducing import reduced
from pyengine.data.structure import (
    Spec,
    Structured,
    Traced,
    boolean_function,
    carried,
    carried_rows,
    components_of,
    structure_of_types,
)
from pyengine.graph import Tensor, graph_of
from pyengine.ops import dataset_ops
from pyengine.ops.declare import whole
from pyengine.shape import SCALAR, TensorShape

__all__ = ["Dataset"]


class Dataset(Structured):
    """Elements, one after the other: each a tensor, or tensors nested in tuples and dicts.

    Make one with `from_tensor_slices` and the like, change it with `map`, `batch`, ..., and go
    through it with an iterator.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     data = tf.data.Dataset.range(5).map(lambda x: x * x).batch(2)
        ...     x = data.make_one_shot_iterator().get_next()
        ...     [sess.run(x).tolist() for _ in range(3)]
        [[0, 1], [4, 9], [16]]
    """

    _base: type

    def __init__(self, variant_tensor: Tensor, structure: Any) -> None:
        self._variant_tensor = variant_tensor
        self._structure = structure

    # ------------------------------------------------------------ what the elements are

    def __repr__(self) -> str:
        return f"<{type(self).__name__} shapes: {self.output_shapes}, types: {self.output_types}>"

    def __iter__(self) -> Any:
        raise RuntimeError(
            "A data set has no values while the graph is built: run an iterator's get_next()."
        )

    def make_one_shot_iterator(self) -> iterators.Iterator:
        """An iterator that starts by itself, once in a session.

        Raises:
            ValueError: when the data set depends on a placeholder, a variable or other state.
        """
        return iterators.one_shot(self)

    def make_initializable_iterator(self, shared_name: str | None = None) -> iterators.Iterator:
        """An iterator that starts each time its `initializer` is run."""
        return iterators.initializable(self, shared_name)

    # ------------------------------------------------------------ where elements come from

    @staticmethod
    def from_tensors(tensors: Any) -> Dataset:
        """One element: the tensors, nested as they are given."""
        components = components_of(tensors)
        structure = nest.map_structure(Spec.of, components)
        flat = [carried(c) for c in nest.flatten(components)]
        return _made(
            dataset_ops.tensor_dataset, structure, flat)  # fmt: skip

    @staticmethod
    def from_tensor_slices(tensors: Any) -> Dataset:
        """The rows of the tensors, one element each.

        Raises:
            ValueError: for a scalar, or tensors of different numbers of rows.
        """
        components = components_of(tensors)
        flat = nest.flatten(components)
        rows = TensorShape([None])
        for tensor in flat:
            if tensor.shape.ndims == 0:
                raise ValueError("Unbatching a tensor is only supported for rank >= 1")
            try:
                rows = rows.merge_with(tensor.shape[:1])
            except ValueError:
                raise ValueError(
                    f"Dimensions {rows[0].value} and {tensor.shape[0].value} are not compatible: "
                    f"all components need the same number of rows"
                ) from None
        structure = nest.map_structure(lambda t: Spec.of(t).with_shape(t.shape[1:]), components)
        rows_of = [carried_rows(t) for t in flat]
        return _made(
            dataset_ops.tensor_slice_dataset, structure, rows_of)  # fmt: skip

    @staticmethod
    def from_generator(
        generator: Callable[..., Any],
        output_types: Any,
        output_shapes: Any = None,
        args: Sequence[Any] | None = None,
    ) -> Dataset:
        """What a Python generator gives.

        Args:
            generator: a function that returns something to iterate over, anew for each epoch.
            output_types: the dtypes of what it yields, nested in the same way.
            output_shapes: the shapes; unknown ones for None.
            args: tensors whose values the function is called with.

        Raises:
            TypeError: when `generator` is no function.
        """
        if not callable(generator):
            raise TypeError("`generator` must be a Python callable.")
        structure = structure_of_types(output_types, output_shapes)
        given = [convert_to_tensor(a, name=f"args_{i}") for i, a in enumerate(args or ())]

        def flatten(element: Any) -> list[Any]:
            try:
                return nest.flatten_like(structure, element)
            except TypeError:
                raise TypeError(
                    f"`generator` yielded an element that did not match the expected structure. "
                    f"The expected structure was {output_types!r}, but the yielded element was "
                    f"{element!r}."
                ) from None

        return _made(
            dataset_ops.generator_dataset, structure, given, generator=generator, flatten=flatten
        )

    @staticmethod
    def range(*args: Any) -> Dataset:
        """The int64 numbers of a range: `range(stop)`, `range(start, stop)`, or with a step."""
        if not 1 <= len(args) <= 3:
            raise ValueError(
                f"Invalid args: {args!r}; Dataset.range() takes stop, or start and stop, or start, "
                f"stop and step"
            )
        bounds = (0, args[0], 1) if len(args) == 1 else (*args, 1)[:3]
        tensors = [
            convert_to_tensor(whole(b), dtypes.int64, name=n)
            for b, n in zip(bounds, ("start", "stop", "step"))
        ]
        return _made(dataset_ops.range_dataset, Spec(dtypes.int64, SCALAR), *tensors)

    @staticmethod
    def zip(datasets: Any) -> Dataset:
        """The elements of several data sets side by side, until the shortest ends.

        Args:
            datasets: data sets, nested in tuples and dicts.

        Raises:
            TypeError: for anything that is no data set.
        """
        members = nest.flatten(datasets)
        if not all(isinstance(d, Dataset) for d in members):
            raise TypeError(
                "Invalid input to `zip`. Inputs are expected to be (nested) structures of "
                "`tf.data.Dataset` objects. Python `list` is not supported and you should use "
                "`tuple` instead."
            )
        structure = nest.pack_like(datasets, [d._structure for d in members])
        return _made(
            dataset_ops.zip_dataset, structure, [d._variant_tensor for d in members],
            N=len(members),
        )  # fmt: skip

    @staticmethod
    def list_files(file_pattern: Any, shuffle: bool | None = None, seed: Any = None) -> Dataset:
        """The names of the files that match a pattern.

        Args:
            file_pattern: a shell pattern, or several.
            shuffle: whether they come in random order, the default; else they are sorted.
            seed: the seed of the order.

        Raises:
            tf.errors.InvalidArgumentError: (when the iterator starts) if no file matches.
        """
        pattern = convert_to_tensor(file_pattern, dtypes.string, name="file_pattern")
        files = _made(dataset_ops.matching_files_dataset, Spec(dtypes.string, SCALAR), pattern)
        if shuffle is False:
            return files
        return files.shuffle(2**31 - 1, seed=seed)

    # ------------------------------------------------------------ how many, in which order

    def _same(self, op: Callable[..., Tensor], *inputs: Any, **attrs: Any) -> Dataset:
        """A data set of elements like these."""
        return _made(op, self._structure, self._variant_tensor, *map(whole, inputs), **attrs)

    def concatenate(self, dataset: Dataset) -> Dataset:
        """These elements, then those of another data set of like elements.

        Raises:
            TypeError: when dtypes or structures differ.
        """
        mine, theirs = self._structure, dataset._structure
        if not nest.same_structure(mine, theirs) or self.output_types != dataset.output_types:
            raise TypeError(
                f"Two datasets to concatenate have different types {self.output_types} and "
                f"{dataset.output_types}"
            )
        structure = nest.pack_like(
            mine, [
                a.with_shape(common_shape(a.shape, b.shape))
                for a, b in _pairs(nest.flatten(mine), nest.flatten(theirs))
            ],
        )  # fmt: skip
        return _made(
            dataset_ops.concatenate_dataset, structure,
            self._variant_tensor, dataset._variant_tensor,
        )  # fmt: skip

    def repeat(self, count: Any = None) -> Dataset:
        """The elements `count` times; for ever for None or -1."""
        return self._same(dataset_ops.repeat_dataset, -1 if count is None else count)

    def take(self, count: Any) -> Dataset:
        """The first `count` elements; all of them for -1."""
        return self._same(dataset_ops.take_dataset, count)

    def skip(self, count: Any) -> Dataset:
        """All but the first `count` elements; none of them for -1."""
        return self._same(dataset_ops.skip_dataset, count)

    def shard(self, num_shards: Any, index: Any) -> Dataset:
        """Each `num_shards`-th element, from that at `index` on.

        Raises:
            ValueError: when the numbers are known and `index` is not below `num_shards`.
        """
        check_shard(num_shards, index)
        return self._same(dataset_ops.shard_dataset, num_shards, index)

    def shuffle(
        self, buffer_size: Any, seed: Any = None, reshuffle_each_iteration: bool | None = None
    ) -> Dataset:
        """The elements in random order.

        Args:
            buffer_size: from how many elements one is drawn at a time.
            seed: the seed; with it the order is TensorFlow's.
            reshuffle_each_iteration: whether each epoch has another order, the default.
        """
        return self._same(
            dataset_ops.shuffle_dataset, buffer_size, *dataset_seeds(seed),
            reshuffle_each_iteration=reshuffle_each_iteration is not False,
        )  # fmt: skip

    def cache(self, filename: Any = "") -> Dataset:
        """The elements, kept once all of them have been seen: they are not made again.

        Args:
            filename: the path that the files begin with in which they are kept, for other sessions
                and programs too; in memory by default. Files that are there are used, whatever
                the elements would be now: delete them when the data set changes.

        Raises:
            tf.errors.DataLossError: (when run) if the files are damaged.
        """
        path = convert_to_tensor(filename, dtypes.string, name="filename")
        return self._same(dataset_ops.cache_dataset, path)

    def prefetch(self, buffer_size: Any) -> Dataset:
        """The elements, fetched by a thread up to `buffer_size` ahead."""
        return self._same(dataset_ops.prefetch_dataset, -1 if buffer_size is None else buffer_size)

    def with_options(self, options: Options) -> Dataset:
        """The elements as they are: options change no result."""
        return self

    def apply(self, transformation_func: Callable[[Dataset], Any]) -> Any:
        """What a function of data sets makes of this one.

        Raises:
            TypeError: when that is no data set.
        """
        dataset = transformation_func(self)
        if not isinstance(dataset, Dataset):
            raise TypeError(
                f"`transformation_func` must return a Dataset. Got {type(dataset).__name__}."
            )
        return dataset

    # ------------------------------------------------------------ batches

    def batch(self, batch_size: Any, drop_remainder: bool = False) -> Dataset:
        """Elements stacked to batches.

        Args:
            batch_size: how many elements make a batch.
            drop_remainder: whether a smaller last batch is left out.
        """
        rows = batch_shape(batch_size, drop_remainder)
        structure = nest.map_structure(
            lambda s: s.with_shape(rows.concatenate(s.shape)), self._structure
        )
        return _made(
            dataset_ops.batch_dataset, structure, self._variant_tensor, whole(batch_size),
            drop_remainder,
        )  # fmt: skip

    def padded_batch(
        self,
        batch_size: Any,
        padded_shapes: Any,
        padding_values: Any = None,
        drop_remainder: bool = False,
    ) -> Dataset:
        """Elements padded at their ends to one shape, and stacked to batches.

        Args:
            batch_size: how many elements make a batch.
            padded_shapes: for each component its shape in the batch; None (or -1) where a size is
                that of the largest element.
            padding_values: for each component a scalar to pad with; zero or "" by default.
            drop_remainder: whether a smaller last batch is left out.

        Raises:
            ValueError: when an element could never have such a shape.
        """
        specs = nest.flatten(self._structure)
        if any(spec.is_sparse for spec in specs):
            raise TypeError(
                "Batching of padded sparse tensors is not currently supported: use batch"
            )
        shapes = [padded_shape(s) for s in shapes_for(self._structure, padded_shapes)]
        for spec, shape in _pairs(specs, shapes):
            check_padded(spec.shape, shape)
        values = (
            [None] * len(specs) if padding_values is None
            else nest.flatten_like(self._structure, padding_values)
        )  # fmt: skip
        rows = batch_shape(batch_size, drop_remainder)
        structure = nest.pack_like(
            self._structure,
            [s.with_shape(rows.concatenate(p)) for s, p in _pairs(specs, shapes)],
        )
        sizes = [
            convert_to_tensor(np.array([-1 if n is None else n for n in s.as_list()], np.int64))
            for s in shapes
        ]
        return _made(
            dataset_ops.padded_batch_dataset, structure, self._variant_tensor, whole(batch_size),
            sizes, [padding_value(v, s.dtype) for v, s in _pairs(values, specs)], drop_remainder,
            N=len(specs),
        )  # fmt: skip

    def unbatch(self) -> Dataset:
        """The rows of the elements."""
        from pyengine.data import experimental  # which is made of data sets

        return self.apply(experimental.unbatch())

    def window(
        self, size: Any, shift: Any = None, stride: Any = 1, drop_remainder: bool = False
    ) -> Dataset:
        """Data sets of neighbouring elements.

        Args:
            size: how many elements make a window.
            shift: how far apart windows start; `size` by default.
            stride: how far apart the elements of a window are.
            drop_remainder: whether smaller last windows are left out.
        """
        structure = nest.map_structure(
            lambda s: Spec(dtypes.variant, SCALAR, Dataset, s), self._structure
        )
        return _made(
            dataset_ops.window_dataset, structure, self._variant_tensor, whole(size),
            whole(size if shift is None else shift), whole(stride), drop_remainder,
        )  # fmt: skip

    # ------------------------------------------------------------ functions of elements

    def _mapped(
        self, op: Callable[..., Tensor], traced: Traced, structure: Any, *inputs: Any, **attrs: Any
    ) -> Dataset:
        if "predicate" not in attrs:
            attrs["f"] = traced.graph
        return _made(
            op, structure, self._variant_tensor, traced.captured, *map(whole, inputs),
            Targuments=traced.captured_types, **attrs,
        )  # fmt: skip

    def map(self, map_func: Callable[..., Any], num_parallel_calls: int | None = None) -> Dataset:
        """A function of each element.

        Args:
            map_func: a function of tensors, traced once into the graph; an element that is a tuple
                gives it several arguments.
            num_parallel_calls: accepted; the order is that of the elements.
        """
        traced = Traced(map_func, self._structure, "Dataset.map()")
        return self._mapped(dataset_ops.map_dataset, traced, traced.structure)

    def flat_map(self, map_func: Callable[..., Any]) -> Dataset:
        """The elements of the data sets that a function gives, one after the other.

        Raises:
            TypeError: when the function does not return a data set.
        """
        traced = Traced(map_func, self._structure, "Dataset.flat_map()")
        return self._mapped(dataset_ops.flat_map_dataset, traced, _inner(traced))

    def interleave(
        self,
        map_func: Callable[..., Any],
        cycle_length: Any = -1,
        block_length: Any = 1,
        num_parallel_calls: int | None = None,
    ) -> Dataset:
        """The elements of several data sets that a function gives, in turn.

        Args:
            map_func: a function of an element that returns a data set.
            cycle_length: how many data sets are gone through at a time.
            block_length: how many elements each gives in its turn.
            num_parallel_calls: accepted; the order is that of one call at a time.
        """
        traced = Traced(map_func, self._structure, "Dataset.interleave()")
        cycle = _DEFAULT_CYCLE if whole(cycle_length) in (None, -1) else cycle_length
        return self._mapped(
            dataset_ops.interleave_dataset, traced, _inner(traced), cycle, block_length
        )

    def enumerate(self, start: Any = 0) -> Dataset:
        """Pairs of a number, from `start` on, and the element."""
        return Dataset.zip((Dataset.range(start, dtypes.int64.max), self))

    def reduce(self, initial_state: Any, reduce_func: Callable[..., Any]) -> Any:
        """Tensors: a state after all elements; `reduce_func(state, element)` gives the next."""
        return reduced(self, initial_state, reduce_func)

    def filter(self, predicate: Callable[..., Any]) -> Dataset:
        """The elements for which a function is true.

        Raises:
            ValueError: when the function does not return a boolean scalar.
        """
        traced = boolean_function(predicate, self._structure, "Dataset.filter()")
        return self._mapped(
            dataset_ops.filter_dataset, traced, self._structure, predicate=traced.graph
        )


Dataset._base = Dataset
_DEFAULT_CYCLE = 10
_pairs = zip  # `Dataset.zip` is another one


# ---------------------------------------------------------------- helpers, for `experimental` too


def _made(op: Callable[..., Tensor], structure: Any, *inputs: Any, **attrs: Any) -> Dataset:
    """The data set that an op gives, with what its elements are."""
    specs = nest.flatten(structure)
    types, shapes = [s.carrier[0] for s in specs], [s.carrier[1] for s in specs]
    elements = {"Toutput_types": types, "output_types": types, "output_shapes": shapes}
    declared = op.opdef.attrs  # type: ignore[attr-defined]
    attrs |= {name: value for name, value in elements.items() if name in declared}
    flat = [t for i in inputs for t in (i if isinstance(i, (list, tuple)) else [i])]
    with graph_of(flat).as_default():
        return Dataset(op(*inputs, **attrs), structure)


def _inner(traced: Traced) -> Any:
    """What the data set that a function returns has in it."""
    if not isinstance(traced.result, Dataset):
        raise TypeError(f"`map_func` must return a `Dataset` object, got {traced.result!r}.")
    return traced.result._structure
