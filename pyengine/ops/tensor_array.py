"""`TensorArray`: a list of tensors that loops read and write."""

from __future__ import annotations

from typing import Any

from pyengine import dtypes
from pyengine.convert import convert_to_tensor
from pyengine.dtypes import DType, as_dtype
from pyengine.graph import Tensor
from pyengine.logger import logger
from pyengine.ops.array import identity, shape
from pyengine.ops.filling import range as range_op
from pyengine.ops.tensor_array_ops import (
    known_size,
    tensor_array_close_v3,
    tensor_array_concat_v3,
    tensor_array_gather_v3,
    tensor_array_grad_v3,
    tensor_array_read_v3,
    tensor_array_scatter_v3,
    tensor_array_size_v3,
    tensor_array_split_v3,
    tensor_array_v3,
    tensor_array_write_v3,
)
from pyengine.scopes import control_dependencies, name_scope
from pyengine.shape import TensorShape, as_shape
from pyengine.static import constant_value

__all__ = ["TensorArray"]


class TensorArray:
    """A list of tensors, each written once; it lives as long as the run.

    Writing gives a new `TensorArray` object, which stands for the list after the write: use that
    one from then on.

    Args:
        dtype: the dtype of the elements.
        size: how many there are, an int32 scalar; needed unless `handle` is given.
        dynamic_size: whether writing past the end makes it longer; by default False.
        clear_after_read: whether an element can be read once only, which frees its memory; by
            default True.
        tensor_array_name: recorded in the graph.
        handle, flow: those of another TensorArray, to stand for the same list.
        infer_shape: whether all elements must have one shape.
        element_shape: what is known of the shape of each element.
        colocate_with_first_write_call: accepted; values stay where they are made.
        name: the name of the ops.

    Raises:
        ValueError: for arguments that exclude each other.
        TypeError: for a handle that is not a tensor.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     array = tf.TensorArray(tf.float32, size=2).write(0, 1.0).write(1, 2.0)
        ...     sess.run(array.stack()).tolist()
        [1.0, 2.0]
    """

    def __init__(
        self,
        dtype: Any,
        size: Any = None,
        dynamic_size: bool | None = None,
        clear_after_read: bool | None = None,
        tensor_array_name: str | None = None,
        handle: Tensor | None = None,
        flow: Tensor | None = None,
        infer_shape: bool = True,
        element_shape: Any = None,
        colocate_with_first_write_call: bool = True,
        name: str | None = None,
    ) -> None:
        if handle is not None:
            for what, value in (
                ("tensor_array_name", tensor_array_name),
                ("size", size),
                ("element_shape", element_shape),
                ("dynamic_size", dynamic_size),
                ("clear_after_read", clear_after_read),
            ):
                if value is not None:
                    raise ValueError(f"Cannot provide both a handle and {what} at the same time")
            if not isinstance(handle, Tensor):
                raise TypeError("Handle must be a Tensor")
            if flow is None:
                raise ValueError("flow must not be None if handle is not None.")
        elif size is None:
            raise ValueError("Size must be provided if handle is not provided")
        self._dtype = as_dtype(dtype).base_dtype
        self._dynamic_size = bool(dynamic_size)
        self._infer_shape = infer_shape
        self._size = size
        # One list for all objects of the same array: what one learns the others know.
        self._element_shape = [as_shape(element_shape)]
        if handle is not None:
            self._handle: Tensor = handle
            self._flow: Any = flow
            return
        with name_scope(name, "TensorArray", _tensors(size, flow)) as scope:
            self._handle, self._flow = tensor_array_v3(
                size,
                dtype=self._dtype,
                element_shape=self._element_shape[0],
                identical_element_shapes=infer_shape,
                dynamic_size=self._dynamic_size,
                clear_after_read=True if clear_after_read is None else clear_after_read,
                tensor_array_name=tensor_array_name or "",
                name=scope,
            )

    @property
    def flow(self) -> Tensor:
        """What makes reads come after writes."""
        return self._flow

    @property
    def dtype(self) -> DType:
        return self._dtype

    @property
    def handle(self) -> Tensor:
        return self._handle

    @property
    def element_shape(self) -> TensorShape:
        """What is known of the shape of each element."""
        return self._element_shape[0]

    @property
    def dynamic_size(self) -> bool:
        return self._dynamic_size

    def _with_flow(self, flow: Tensor) -> TensorArray:
        """The same array after whatever made the flow."""
        other = object.__new__(TensorArray)
        other.__dict__.update(self.__dict__)
        other._flow = flow
        return other

    def _learn(self, element_shape: TensorShape) -> None:
        if not element_shape.is_compatible_with(self.element_shape):
            raise ValueError(
                f"Inconsistent shapes: saw {element_shape} but expected {self.element_shape}"
            )
        if self._infer_shape:
            self._element_shape[0] = self.element_shape.merge_with(element_shape)

    def _value(self, value: Any) -> Tensor:
        tensor = convert_to_tensor(value, preferred_dtype=self._dtype, name="value")
        if tensor.dtype.base_dtype is not self._dtype:  # the run will refuse it
            logger.error(
                "Error: Input value %s has dtype %s, but expected dtype %s.",
                tensor, tensor.dtype.name, self._dtype.name,
            )  # fmt: skip
        return tensor

    def identity(self) -> TensorArray:
        """The same array, as a result of the scopes and control dependencies here."""
        return self._with_flow(identity(self._flow))

    def grad(self, source: str, flow: Tensor | None = None, name: str | None = None) -> TensorArray:
        """The array of this one's gradients, for the call of `gradients` named `source`."""
        flow = self._flow if flow is None else flow
        with name_scope(name, "TensorArrayGrad", [self._handle]):
            handle, _ = tensor_array_grad_v3(self._handle, flow, source=source, name=name)
            with control_dependencies([handle]):
                flow = identity(flow, name="gradient_flow")
            found = TensorArray(
                self._dtype, handle=handle, flow=flow, infer_shape=self._infer_shape
            )
            found._element_shape = self._element_shape
            return found

    def read(self, index: Any, name: str | None = None) -> Tensor:
        """The element at `index`, an int32 scalar."""
        value = tensor_array_read_v3(self._handle, index, self._flow, dtype=self._dtype, name=name)
        value.set_shape(self.element_shape)
        return value

    def write(self, index: Any, value: Any, name: str | None = None) -> TensorArray:
        """The array with `value` as its element `index`.

        Raises:
            ValueError: if the shape is not that of the other elements.
            tf.errors.InvalidArgumentError: at run time, for a value of another dtype.
        """
        with name_scope(name, "TensorArrayWrite", _tensors(self._handle, index, value)):
            value = self._value(value)
            self._learn(value.shape)
            return self._with_flow(
                tensor_array_write_v3(self._handle, index, value, self._flow, name=name)
            )

    def stack(self, name: str | None = None) -> Tensor:
        """All elements along a new first axis."""
        with name_scope(name, "TensorArrayStack", [self._handle]):
            value = self.gather(range_op(0, self.size()), name=name)
            if self.element_shape.ndims is not None and self._fixed_size() is not None:
                value.set_shape([self._fixed_size(), *self.element_shape.as_list()])
            return value

    def _fixed_size(self) -> int | None:
        if self._dynamic_size or self._size is None:
            return None
        return known_size(self._size)

    def gather(self, indices: Any, name: str | None = None) -> Tensor:
        """The elements at `indices`, an int32 vector, along a new first axis."""
        value = tensor_array_gather_v3(
            self._handle,
            indices,
            self._flow,
            dtype=self._dtype,
            element_shape=self.element_shape,
            name=name,
        )
        if self.element_shape.ndims is not None:
            value.set_shape([None, *self.element_shape.as_list()])
        return value

    def concat(self, name: str | None = None) -> Tensor:
        """All elements along their first axis."""
        known = self.element_shape
        value, _ = tensor_array_concat_v3(
            self._handle,
            self._flow,
            dtype=self._dtype,
            element_shape_except0=known[1:] if known.ndims else as_shape(None),
            name=name,
        )
        if known.ndims:
            rows = known.as_list()
            size = self._fixed_size() if self._infer_shape else None
            first = None if size is None or rows[0] is None else size * rows[0]
            value.set_shape([first, *rows[1:]])
        return value

    def unstack(self, value: Any, name: str | None = None) -> TensorArray:
        """The array with the rows of `value` as its elements."""
        with name_scope(name, "TensorArrayUnstack", _tensors(self._handle, value)):
            count = shape(value)[0]
            return self.scatter(range_op(0, count), value, name=name)

    def scatter(self, indices: Any, value: Any, name: str | None = None) -> TensorArray:
        """The array with the rows of `value` as its elements `indices`, an int32 vector."""
        with name_scope(name, "TensorArrayScatter", _tensors(self._handle, value, indices)):
            value = self._value(value)
            self._learn(value.shape[1:] if value.shape.ndims else as_shape(None))
            return self._with_flow(
                tensor_array_scatter_v3(self._handle, indices, value, self._flow, name=name)
            )

    def split(self, value: Any, lengths: Any, name: str | None = None) -> TensorArray:
        """The array with slices of `value`, of the given lengths, as its elements."""
        from pyengine.ops.math import cast

        with name_scope(name, "TensorArraySplit", _tensors(self._handle, value, lengths)):
            value = convert_to_tensor(value, self._dtype, name="value")
            lengths = cast(convert_to_tensor(lengths), dtypes.int64)
            known = constant_value(lengths)
            same = known is not None and known.ndim and known.size and len({*known.tolist()}) == 1
            if value.shape.ndims and same:
                self._learn(TensorShape([int(known[0]), *value.shape.as_list()[1:]]))
            return self._with_flow(
                tensor_array_split_v3(self._handle, value, lengths, self._flow, name=name)
            )

    def size(self, name: str | None = None) -> Tensor:
        """The number of elements, an int32 scalar."""
        if not self._dynamic_size and self._size is not None:
            return convert_to_tensor(self._size, dtypes.int32)
        return tensor_array_size_v3(self._handle, self._flow, name=name)

    def close(self, name: str | None = None) -> Any:
        """An operation that drops the elements."""
        return tensor_array_close_v3(self._handle, name=name)


def _tensors(*values: Any) -> list[Tensor]:
    return [v for v in values if isinstance(v, Tensor)]
