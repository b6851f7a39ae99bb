"""`Iterator`: goes through a data set, one element each time its `get_next()` is run."""

from __future__ import annotations

from typing import Any

from pyengine.convert import convert_to_tensor
from pyengine.data import nest
from pyengine.data.structure import Structured, structure_of_types
from pyengine.dtypes import string
from pyengine.function_graph import FunctionGraph
from pyengine.graph import Operation, Tensor
from pyengine.ops import iterator_ops
from pyengine.shape import SCALAR

__all__ = ["Iterator"]

_NO_INITIALIZER = (
    "The iterator does not have an initializer. This means it was likely created using "
    "`tf.data.Dataset.make_one_shot_iterator()`. For an initializable iterator, use "
    "`tf.data.Dataset.make_initializable_iterator()` instead."
)


class Iterator(Structured):
    """A place in a data set; made by a data set, `from_structure` or `from_string_handle`.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     iterator = tf.data.Dataset.range(3).make_initializable_iterator()
        ...     x = iterator.get_next()
        ...     sess.run(iterator.initializer)
        ...     [int(sess.run(x)) for _ in range(3)]
        [0, 1, 2]
    """

    def __init__(self, iterator_resource: Tensor, initializer: Any, structure: Any) -> None:
        self._iterator_resource = iterator_resource
        self._initializer = initializer
        self._structure = structure
        self._string_handle = iterator_ops.iterator_to_string_handle(iterator_resource)

    @staticmethod
    def from_structure(
        output_types: Any,
        output_shapes: Any = None,
        shared_name: str | None = None,
        output_classes: Any = None,
    ) -> Iterator:
        """An iterator for any data set of such elements: `make_initializer` says which.

        Args:
            output_types: nested dtypes.
            output_shapes: nested shapes; unknown ones for None.
            shared_name: iterators of one shared name are one in a session.
            output_classes: nested classes; `tf.SparseTensor` for a component that is one.
        """
        structure = structure_of_types(output_types, output_shapes, output_classes)
        resource = iterator_ops.iterator(shared_name=shared_name or "", **_elements(structure))
        return Iterator(resource, None, structure)

    @staticmethod
    def from_string_handle(
        string_handle: Any,
        output_types: Any,
        output_shapes: Any = None,
        output_classes: Any = None,
    ) -> Iterator:
        """The iterator that a string scalar stands for, such as one that is fed.

        Args:
            string_handle: what running another iterator's `string_handle()` gave.
            output_types: nested dtypes.
            output_shapes: nested shapes; unknown ones for None.
            output_classes: nested classes; `tf.SparseTensor` for a component that is one.
        """
        structure = structure_of_types(output_types, output_shapes, output_classes)
        handle = convert_to_tensor(string_handle, string)
        handle.shape.assert_fits(SCALAR, "string_handle must be one string")
        resource = iterator_ops.iterator_from_string_handle(handle, **_elements(structure))
        return Iterator(resource, None, structure)

    @property
    def initializer(self) -> Operation:
        """The op that brings it to the start of its data set.

        Raises:
            ValueError: when it has none.
        """
        if self._initializer is None:
            raise ValueError(_NO_INITIALIZER)
        return self._initializer

    def make_initializer(self, dataset: Any, name: str | None = None) -> Operation:
        """An op that brings the iterator to the start of a data set.

        Args:
            dataset: a data set of elements like the iterator's.
            name: the op's name.

        Raises:
            TypeError: when the elements have other dtypes, shapes or another structure.
        """
        wanted, have = self._structure, dataset._structure
        if not nest.same_structure(wanted, have):
            raise TypeError(
                f"Expected a data set of elements structured as {self.output_types}, but got "
                f"{dataset.output_types}."
            )
        for a, b in zip(nest.flatten(wanted), nest.flatten(have)):
            if a.dtype is not b.dtype:
                raise TypeError(
                    f"Expected output types {self.output_types!r} but got dataset with output "
                    f"types {dataset.output_types!r}."
                )
            if not a.shape.is_compatible_with(b.shape):
                raise TypeError(
                    f"Expected output shapes compatible with {self.output_shapes!r} but got "
                    f"dataset with output shapes {dataset.output_shapes!r}."
                )
        with dataset._variant_tensor.graph.as_default():
            return iterator_ops.make_iterator(
                dataset._variant_tensor, self._iterator_resource, name=name
            )

    def get_next(self, name: str | None = None) -> Any:
        """The next element: tensors, nested as the elements of the data set are.

        Call it once and run what it returns often: each call adds an op to the graph.

        Raises:
            tf.errors.OutOfRangeError: (when run) at the end of the data set.
            tf.errors.FailedPreconditionError: (when run) if the initializer was not run.
        """
        tensors = iterator_ops.iterator_get_next(
            self._iterator_resource, **_elements(self._structure), name=name
        )
        specs = nest.flatten(self._structure)
        return nest.pack_like(self._structure, [s.wrapped(t) for s, t in zip(specs, tensors)])

    def string_handle(self, name: str | None = None) -> Tensor:
        """A string scalar that stands for the iterator, to be fed to `from_string_handle`."""
        if name is None:
            return self._string_handle
        return iterator_ops.iterator_to_string_handle(self._iterator_resource, name=name)


def _elements(structure: Any) -> dict[str, Any]:
    specs = nest.flatten(structure)
    return {
        "output_types": [s.carrier[0] for s in specs],
        "output_shapes": [s.carrier[1] for s in specs],
    }


# What may differ from run to run, and is looked up when the iterator starts.
_READ_AT_START = ("MatchingFiles", "CSVDataset", "MatchingFilesDataset", "ReadFile")


def initializable(dataset: Any, shared_name: str | None = None) -> Iterator:
    """An iterator over a data set that has to be initialized."""
    with dataset._variant_tensor.graph.as_default():
        elements = _elements(dataset._structure)
        resource = iterator_ops.iterator(shared_name=shared_name or "", **elements)
        start = iterator_ops.make_iterator(dataset._variant_tensor, resource)
        return Iterator(resource, start, dataset._structure)


def one_shot(dataset: Any) -> Iterator:
    """An iterator over a data set that starts by itself; nothing can be fed to it."""
    _check_fixed(dataset._variant_tensor)
    with dataset._variant_tensor.graph.as_default():
        elements = _elements(dataset._structure)
        resource = iterator_ops.one_shot_iterator(
            dataset_factory=FunctionGraph.copied([dataset._variant_tensor]), **elements
        )
        return Iterator(resource, None, dataset._structure)


def _check_fixed(tensor: Tensor) -> None:
    """Raises ValueError when a data set depends on what is fed, or on state."""
    pending, seen = [tensor.op], set()
    while pending:
        op = pending.pop()
        if op in seen:
            continue
        seen.add(op)
        if op.type in ("Placeholder", "PlaceholderV2"):
            raise ValueError(
                f"Cannot capture a placeholder (name:{op.name}, type:{op.type}) by value."
            )
        if op.opdef.stateful and op.type not in _READ_AT_START:
            raise ValueError(
                f"Cannot capture a stateful node (name:{op.name}, type:{op.type}) by value. A "
                f"likely cause is that the dataset for which you are calling "
                f"`make_one_shot_iterator()` uses a variable, a table or a random number. Use "
                f"`make_initializable_iterator()` instead."
            )
        pending.extend(t.op for t in op.inputs)
