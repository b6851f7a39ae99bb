"""What a TensorArray is while a plan runs: a list of arrays that lives as long as the run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from pyengine.errors import InvalidArgumentError
from pyengine.executor.gpu import dtype_name, joined_there, to_host
from pyengine.shape import TensorShape


def _refuse(message: str) -> None:
    raise InvalidArgumentError(None, None, message)


_TEXT = np.dtype(object)


def _joined(how: str, values: list[Any]) -> Any:
    """`np.stack` or `np.concatenate`, where the values may be on a GPU."""
    try:
        return getattr(np, how)(values)
    except TypeError:
        return joined_there(how, values)


class TensorArrayState:
    """The elements of a TensorArray: arrays, in graphs that name GPUs also tensors there.

    Args:
        dtype: the NumPy dtype of the elements.
        size: how many there are.
        element_shape: what is known of their shapes.
        dynamic_size: whether writing past the end makes it longer.
        clear_after_read: whether an element can be read once only.
        identical_shapes: whether the elements all have the shape of the first one written.
        aggregates: whether a second write adds to the first, as in the arrays of gradients.
    """

    def __init__(
        self,
        dtype: Any,
        size: int,
        element_shape: TensorShape,
        dynamic_size: bool = False,
        clear_after_read: bool = True,
        identical_shapes: bool = False,
        aggregates: bool = False,
    ) -> None:
        if size < 0:
            _refuse(f"Size should be >= 0, got {size}")
        self._dtype = np.dtype(dtype)
        self._is_text = self._dtype.kind == "O"
        self._values: list[Any] = [None] * size
        self._shapes: list[Any] = [None] * size  # kept when an element is cleared
        self._read: set[int] = set()
        self._element_shape = element_shape
        self._dynamic_size = dynamic_size
        self._clears = clear_after_read
        self._identical = identical_shapes
        self._aggregates = aggregates
        self._gradients: dict[str, TensorArrayState] = {}
        self._closed = False

    def __len__(self) -> int:
        return len(self._values)

    def gradient(self, source: str) -> TensorArrayState:
        """The array of this one's gradients, for one call of `gradients`; made at first use."""
        if source not in self._gradients:
            self._dynamic_size = False
            made = TensorArrayState(
                self._dtype,
                len(self),
                self._element_shape,
                identical_shapes=self._identical,
                aggregates=True,
            )
            made._shapes = list(self._shapes)
            self._gradients[source] = made
        return self._gradients[source]

    def close(self) -> None:
        self._values = []
        self._shapes = []
        self._closed = True

    def write(self, index: int, value: Any) -> None:
        """Puts an element in its place; raises InvalidArgumentError where it cannot be."""
        values = self._values
        if not 0 <= index < len(values):
            self._make_room(index)
        shape = getattr(value, "shape", ())  # a string of rank 0 is bytes
        dtype = getattr(value, "dtype", _TEXT)
        if dtype is not self._dtype and dtype_name(dtype) != str(self._dtype):
            own, other = ("string" if d == _TEXT else dtype_name(d) for d in (self._dtype, dtype))
            _refuse(f"TensorArray dtype is {own} but Op is trying to write dtype {other}.")
        if self._element_shape.sizes != shape:
            self._check_element(index, shape)
        if index in self._read:
            _refuse(
                f"Could not write to TensorArray index {index} because it has already been read."
            )
        current = values[index]
        if current is None:
            values[index] = value
        elif not self._aggregates:
            _refuse(
                f"Could not write to TensorArray index {index} because it has already been "
                f"written to."
            )
        elif np.shape(current) != shape:
            _refuse(
                f"Could not aggregate to TensorArray index {index} because the existing shape is "
                f"{list(np.shape(current))} but the new input shape is {list(shape)}."
            )
        else:
            try:
                values[index] = current + value
            except TypeError:  # one of them is on a GPU
                values[index] = to_host(current) + to_host(value)
        self._shapes[index] = shape

    def _make_room(self, index: int) -> None:
        """Makes the array long enough for an index, if it may be made so."""
        self._check_open()
        if index < 0 or not self._dynamic_size:
            _refuse(
                f"Tried to write to index {index} but array is not resizeable and size is: "
                f"{len(self)}"
            )
        missing = [None] * (index + 1 - len(self))
        self._values += missing
        self._shapes += missing

    def _check_element(self, index: int, shape: tuple[int, ...]) -> None:
        if not self._element_shape.is_compatible_with(shape):
            _refuse(
                f"Could not write to TensorArray index {index} because the value shape is "
                f"{list(shape)} which is incompatible with the TensorArray's inferred element "
                f"shape: {self._element_shape} (consider setting infer_shape=False)."
            )
        if self._identical:
            self._element_shape = TensorShape(shape)

    def read(self, index: int) -> Any:
        """An element; zeros for one never written, if its shape is known."""
        if not 0 <= index < len(self._values):
            self._check_open()
            _refuse(f"Tried to read from index {index} but array size is: {len(self)}")
        value = self._values[index]
        if value is None:
            if self._clears and index in self._read:
                _refuse(
                    f"Could not read index {index} twice because it was cleared after a previous "
                    f"read (perhaps try setting clear_after_read = false?)."
                )
            value = self._zeros(index)
        self._read.add(index)
        if self._clears:
            self._values[index] = None
        return value

    def _zeros(self, index: int) -> Any:
        shape = self._shapes[index]
        if shape is None:
            if not self._element_shape.is_fully_defined():
                _refuse(
                    f"Could not read from TensorArray index {index}. Furthermore, the element "
                    f"shape is not fully defined: {self._element_shape}. It is possible you are "
                    f"working with a resizeable TensorArray and stop_gradients is not allowing "
                    f"the gradients to be written. If you set the full element_shape property on "
                    f"the forward TensorArray, the proper all-zeros tensor will be returned "
                    f"instead of incurring this error."
                )
            shape = tuple(self._element_shape.as_list())
        return self._blank(shape)

    def _blank(self, shape: tuple[int, ...]) -> Any:
        """Zeros, or empty strings."""
        return np.full(shape, b"" if self._is_text else 0, self._dtype)

    def read_many(self, indices: Sequence[int], element_shape: TensorShape) -> Any:
        """Elements stacked along a new first axis; `element_shape` is what the op knows of them."""
        values = [self.read(i) for i in indices]
        if not values:
            shape = self._shape_of_nothing(element_shape)
            return self._blank((0, *shape))
        first = np.shape(values[0])
        for i, value in zip(indices, values):
            if np.shape(value) != first:
                _refuse(
                    f"TensorArray has inconsistent shapes. Index 0 has shape: {list(first)} but "
                    f"index {i} has shape: {list(np.shape(value))}"
                )
        if self._is_text:
            whole = self._blank((len(values), *first))
            for i, value in enumerate(values):
                whole[i] = value
            return whole
        return _joined("stack", values)

    def _shape_of_nothing(self, element_shape: TensorShape, skip: int = 0) -> tuple[int, ...]:
        shape = self._element_shape
        shape = (shape[skip:] if skip and shape.ndims else shape).merge_with(element_shape)
        if not shape.is_fully_defined():
            _refuse(
                f"TensorArray has size zero, but element shape {shape} is not fully "
                f"defined. Currently only static shapes are supported when packing zero-size "
                f"TensorArrays."
            )
        return tuple(shape.sizes or ())  # all are known

    def write_many(self, indices: Sequence[int], values: Any) -> None:
        """Puts the rows of an array in their places."""
        if np.ndim(values) < 1:
            _refuse("Input value for unpack must be at least a vector but received shape: []")
        if len(indices) != len(values):
            _refuse(
                f"Expected len(indices) == values.shape[0], but saw: {len(indices)} vs. "
                f"{len(values)}"
            )
        if len(indices) and not self._dynamic_size and max(indices) >= len(self):
            _refuse(f"Max scatter index must be < array size ({max(indices)} vs. {len(self)})")
        for index, value in zip(indices, values):
            self.write(index, value)

    def concat(self, element_shape: TensorShape) -> tuple[Any, Any]:
        """All elements along their first axis, and the length of each.

        Args:
            element_shape: what the op knows of the elements' shape but for its first size.
        """
        values = [self.read(i) for i in range(len(self))]
        lengths = []
        for i, value in enumerate(values):
            if np.ndim(value) < 1:
                _refuse(f"Concat saw a scalar shape at index {i} but requires at least vectors.")
            if np.shape(value)[1:] != np.shape(values[0])[1:]:
                _refuse(
                    f"TensorArray has inconsistent shapes. Index 0 has (excepting dimension 0) "
                    f"shape: {list(np.shape(values[0])[1:])} but index {i} has (excepting "
                    f"dimension 0) shape: {list(np.shape(value)[1:])}"
                )
            lengths.append(len(value))
        if not values:
            whole = self._blank((0, *self._shape_of_nothing(element_shape, skip=1)))
        else:
            whole = _joined("concatenate", values)
        return whole, np.array(lengths, np.int64)

    def split(self, value: Any, lengths: Sequence[int]) -> None:
        """Puts slices of the given lengths into the elements."""
        if np.ndim(value) < 1:
            _refuse("Expected value to be at least a vector, but received shape: []")
        if sum(lengths) != len(value):
            _refuse(
                f"Expected sum of lengths to be equal to values.shape[0], but sum of lengths is "
                f"{sum(lengths)} and value's shape is: {list(np.shape(value))}"
            )
        if not self._dynamic_size and len(lengths) != len(self):
            _refuse(
                f"TensorArray's size is not equal to the size of lengths ({len(self)} vs. "
                f"{len(lengths)}), and the TensorArray is not marked as dynamically resizeable"
            )
        start = 0
        for index, length in enumerate(lengths):
            self.write(index, value[start : start + length])
            start += length

    def _check_open(self) -> None:
        if self._closed:
            _refuse("TensorArray has already been closed.")
