"""Variables in several parts: `PartitionedVariable`.

`get_variable` divides a variable when it is given one of the `partitioners`. Each part is a
`Variable` of its own, `name/part_0` and so on; used as a tensor, the parts are joined again. A
checkpoint holds the whole under its own name, so that it can be restored with other parts.
"""

from __future__ import annotations

import dataclasses
import functools
import inspect
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from pyengine import dtypes
from pyengine.convert import convert_to_tensor, register_tensor_conversion_function
from pyengine.dtypes import DType, as_dtype
from pyengine.graph import Operators, Tensor, get_default_graph
from pyengine.ops import operators
from pyengine.ops.array import identity
from pyengine.ops.indexing import slice as slice_tensor
from pyengine.ops.joining import concat, split
from pyengine.partitioners import known_sizes
from pyengine.scopes import control_dependencies
from pyengine.shape import TensorShape
from pyengine.variables import Variable

__all__ = ["create_partitioned_variables"]


@dataclasses.dataclass
class SaveSliceInfo:
    """Which part of a variable a part is: the whole's name and shape, its own place and shape."""

    full_name: str
    full_shape: list[int]
    var_offset: list[int]
    var_shape: list[int]

    @property
    def spec(self) -> str:
        """The part as checkpoints name it: `"10 4 0,5:0,4"`."""
        extents = ":".join(f"{o},{s}" for o, s in zip(self.var_offset, self.var_shape))
        return f"{' '.join(map(str, self.full_shape))} {extents}"


def slice_to_proto(info: SaveSliceInfo | None, scope: str) -> Any:
    """A part as a `SaveSliceInfoDef`, its name without a scope; None for a whole variable."""
    if info is None:
        return None
    from pyengine import protos

    fields = {**vars(info), "full_name": info.full_name.removeprefix(scope)}
    return protos.SaveSliceInfoDef(**fields)


def slice_from_proto(info: Any, import_scope: str | None) -> SaveSliceInfo:
    """The part that a `SaveSliceInfoDef` describes, its name under a scope."""
    scope = f"{import_scope.rstrip('/')}/" if import_scope else ""
    return SaveSliceInfo(
        scope + info.full_name, list(info.full_shape), list(info.var_offset), list(info.var_shape)
    )


@dataclasses.dataclass
class PartitionInfo:
    """What an initializer is told of the part that it is called for."""

    full_shape: list[int]
    var_offset: list[int]


class PartitionedVariable(Operators):
    """A variable in parts, which joins them where it is used as a tensor.

    Args:
        name: the name of the whole.
        shape: its shape.
        dtype: its dtype.
        variable_list: the parts, each with its `_save_slice_info`.
        partitions: how many parts there are along each dimension.

    Raises:
        TypeError: when `variable_list` or `partitions` is no list.
        ValueError: when there is no part, or a part is not one of this whole.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     w = tf.get_variable("w", [5, 2], partitioner=tf.fixed_size_partitioner(2))
        ...     print([v.name for v in w], [v.shape.as_list() for v in w])
        ...     sess.run(tf.global_variables_initializer())
        ...     sess.run(tf.convert_to_tensor(w)).shape
        ['w/part_0:0', 'w/part_1:0'] [[3, 2], [2, 2]]
        (5, 2)
    """

    __array_priority__ = 100

    def __init__(
        self, name: str, shape: Any, dtype: Any, variable_list: Any, partitions: Any
    ) -> None:
        if not isinstance(variable_list, (list, tuple)):
            raise TypeError(f"variable_list is not a list or tuple: {variable_list}")
        if not isinstance(partitions, (list, tuple)):
            raise TypeError(f"partitions is not a list or tuple: {partitions}")
        if not all(p >= 1 for p in partitions):
            raise ValueError(f"partition values must be positive: {partitions}")
        if not variable_list:
            raise ValueError("variable_list may not be empty")
        shape = TensorShape(shape)
        if len(shape) != len(partitions):
            raise ValueError(f"len(shape) != len(partitions): {shape} vs. {partitions}")
        for part in variable_list:
            info = part._save_slice_info
            if info is None:
                raise ValueError(f"All variables must have a save_slice_info: {part.name} has none")
            if TensorShape(info.full_shape) != shape:
                raise ValueError(
                    f"All variables' full shapes must match shape: {shape}; but that of "
                    f"{part.name} is {info.full_shape}"
                )
        self._parts = sorted(variable_list, key=lambda v: v._save_slice_info.var_offset)
        self._name = name
        self._shape = shape
        self._dtype = as_dtype(dtype)
        self._partitions = list(partitions)

    @property
    def name(self) -> str:
        return self._name

    @property
    def dtype(self) -> DType:
        return self._dtype

    @property
    def shape(self) -> TensorShape:
        return self._shape

    @property
    def graph(self) -> Any:
        return self._parts[0].graph

    def get_shape(self) -> TensorShape:
        return self._shape

    def _get_variable_list(self) -> list[Variable]:
        return self._parts

    def _get_partitions(self) -> list[int]:
        return self._partitions

    def __iter__(self) -> Iterator[Variable]:
        return iter(self._parts)

    def __hash__(self) -> int:
        return id(self)

    def __len__(self) -> int:
        axes = self._partition_axes()
        if len(axes) > 1:
            raise ValueError(f"Cannot get a length for {len(axes)} > 1 partition axes")
        return len(self._parts)

    def _partition_axes(self) -> list[int]:
        return [i for i, p in enumerate(self._partitions) if p > 1] or [0]

    def _axis(self) -> int:
        axes = self._partition_axes()
        if len(axes) > 1:
            raise NotImplementedError(
                f"{self._name} is divided along the axes {axes}; the parts can be joined and "
                f"assigned along one axis only"
            )
        return axes[0]

    def as_tensor(self) -> Tensor:
        """The parts joined, whatever control dependencies there are where it is called."""
        with control_dependencies(None):
            return self._concat()

    def _concat(self) -> Tensor:
        joined: Any = self._parts[0]
        if len(self._parts) > 1:
            with get_default_graph().name_scope(f"{self._name}/ConcatPartitions/"):
                joined = concat(self._parts, self._axis())
        with get_default_graph().name_scope(None):
            return identity(joined, name=self._name)

    def _assigned(self, method: str, value: Any, options: dict[str, Any]) -> list[Any]:
        axis = self._axis()
        if isinstance(value, (list, PartitionedVariable)):
            values = list(value)
            if len(values) != len(self._parts):
                raise ValueError(f"{self._name} has {len(self._parts)} parts, got {len(values)}")
        else:
            sizes = [known_sizes(v.shape)[axis] for v in self._parts]
            values = split(convert_to_tensor(value, self._dtype), sizes, axis=axis)
        return [getattr(v, method)(x, **options) for v, x in zip(self._parts, values)]

    def assign(
        self,
        value: Any,
        use_locking: bool = False,
        name: str | None = None,
        read_value: bool = True,
    ) -> list[Any]:
        """Puts a value in when run: the whole, or a list of the parts'. Returns a list."""
        return self._assigned(
            "assign", value,
            {"use_locking": use_locking, "name": name, "read_value": read_value},
        )  # fmt: skip

    def assign_add(
        self,
        value: Any,
        use_locking: bool = False,
        name: str | None = None,
        read_value: bool = True,
    ) -> list[Any]:
        """Adds to the variable when run; as `assign` otherwise."""
        return self._assigned(
            "assign_add", value,
            {"use_locking": use_locking, "name": name, "read_value": read_value},
        )  # fmt: skip

    def assign_sub(
        self,
        value: Any,
        use_locking: bool = False,
        name: str | None = None,
        read_value: bool = True,
    ) -> list[Any]:
        """Subtracts from the variable when run; as `assign` otherwise."""
        return self._assigned(
            "assign_sub", value,
            {"use_locking": use_locking, "name": name, "read_value": read_value},
        )  # fmt: skip

    def __repr__(self) -> str:
        return (
            f"<tf.PartitionedVariable {self._name!r} shape={self._shape} dtype={self._dtype.name} "
            f"parts={len(self._parts)}>"
        )


operators.overload(PartitionedVariable)


def _to_tensor(value: PartitionedVariable, dtype: DType | None, name: str | None) -> Tensor:
    if dtype is not None and dtype is not value.dtype.base_dtype:
        raise ValueError(
            f"Incompatible type conversion requested to type '{dtype.name}' for variable of type "
            f"'{value.dtype.name}'"
        )
    return value.as_tensor()


register_tensor_conversion_function(PartitionedVariable, _to_tensor)


# ---------------------------------------------------------------- how a variable is divided


def call_partitioner(partitioner: Callable[..., Any], shape: TensorShape, dtype: DType) -> Any:
    """How many parts a partitioner wants along each dimension.

    Raises:
        ValueError: for an unknown shape, or an answer that is no list of one count a dimension of
            which at most one is more than 1.
    """
    if not shape.is_fully_defined():
        raise ValueError(
            f"Shape of a new partitioned variable must be fully defined, but instead was {shape}."
        )
    if len(shape) < 1:
        raise ValueError(f"A partitioned Variable must have rank at least 1, shape: {shape}")
    slicing = partitioner(shape=shape, dtype=dtype)
    if not isinstance(slicing, (list, tuple)):
        raise ValueError(f"Partitioner must return a sequence, but saw: {slicing}")
    if len(slicing) != len(shape):
        raise ValueError(
            f"Partitioner returned a partition list that does not match the Variable's rank: "
            f"{slicing} vs. {shape}"
        )
    if any(p < 1 for p in slicing):
        raise ValueError(f"Partitioner returned zero partitions for some axes: {slicing}")
    if sum(p > 1 for p in slicing) > 1:
        raise ValueError(
            f"Can only slice a variable along one dimension: shape: {shape}, partitioning: "
            f"{slicing}"
        )
    return list(slicing)


def offsets_and_shapes(
    full_shape: Sequence[Any], partitions: Sequence[int]
) -> list[tuple[list[int], list[int]]]:
    """Where each part starts and its shape; the first ones are larger where it does not go up."""
    axis = next((i for i, p in enumerate(partitions) if p > 1), 0)
    count = partitions[axis]
    size, more = divmod(full_shape[axis], count)
    found, at = [], 0
    for i in range(count):
        offset, shape = [0] * len(full_shape), list(full_shape)
        offset[axis], shape[axis] = at, size + (i < more)
        at += shape[axis]
        found.append((offset, shape))
    return found


def make_parts(
    name: str,
    shape: TensorShape,
    dtype: DType,
    initializer: Any,
    partitions: list[int],
    make: Callable[..., Variable],
) -> PartitionedVariable:
    """A new variable in parts.

    Args:
        name, shape, dtype: of the whole.
        initializer: a value of the whole's shape, or a function that is called for each part.
        partitions: how many parts there are along each dimension.
        make: makes a part from its name, shape (None with a value), dtype and initializer.
    """
    graph, parts, full = get_default_graph(), [], known_sizes(shape)
    for i, (offset, own) in enumerate(offsets_and_shapes(full, partitions)):
        part_name = f"{name}/part_{i}"
        start: Any = initializer
        start_shape: TensorShape | None = TensorShape(own)
        with graph.name_scope(f"{part_name}/PartitionedInitializer"):
            if isinstance(initializer, type):
                start = initializer()
            if start is not None and not callable(start):
                whole = convert_to_tensor(start, None if isinstance(start, Tensor) else dtype)
                start, start_shape = slice_tensor(whole, offset, own), None
                dtype = whole.dtype.base_dtype
        if callable(start) and takes_partition_info(start):
            start = functools.partial(start, partition_info=PartitionInfo(full, list(offset)))
        part = make(part_name, start_shape, dtype, start)
        part._save_slice_info = SaveSliceInfo(name, full, offset, own)
        parts.append(part)
    return PartitionedVariable(name, shape, dtype, parts, partitions)


def takes_partition_info(initializer: Callable[..., Any]) -> bool:
    """Whether an initializer has an argument `partition_info`."""
    try:
        parameters = inspect.signature(initializer).parameters
    except (TypeError, ValueError):  # some built-in functions have no signature
        return False
    return "partition_info" in parameters


def create_partitioned_variables(
    shape: Any,
    slicing: Any,
    initializer: Any,
    dtype: Any = dtypes.float32,
    trainable: bool = True,
    collections: Sequence[str] | None = None,
    name: str | None = None,
    reuse: Any = None,
) -> list[Variable]:
    """The parts of a new variable, as a list.

    Args:
        shape: the shape of the whole.
        slicing: how many parts there are along each dimension; one of them may be more than 1.
        initializer: a tensor of the whole's shape, or a function of a part's shape and dtype.
        dtype: the dtype.
        trainable, collections: as for `tf.Variable`.
        name: the name of the whole, "PartitionedVariable" by default.
        reuse: whether the parts may be there already.

    Raises:
        ValueError: when `shape` and `slicing` do not fit each other.
    """
    from pyengine.variable_scope import get_variable_scope, variable_scope  # they import this

    if len(shape) != len(slicing):
        raise ValueError(
            f"The 'shape' and 'slicing' of a partitioned Variable must have the length: shape: "
            f"{shape}, slicing: {slicing}"
        )
    if len(shape) < 1:
        raise ValueError(f"A partitioned Variable must have rank at least 1: shape: {shape}")
    with variable_scope(name, "PartitionedVariable", reuse=reuse):
        scope = get_variable_scope()
        whole = scope._get(
            scope.name, partitioner=lambda **_: list(slicing), shape=TensorShape(shape),
            dtype=as_dtype(dtype), initializer=initializer, trainable=trainable,
            collections=collections,
        )  # fmt: skip
    return list(whole)
