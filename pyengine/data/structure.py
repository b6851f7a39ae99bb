"""What the elements of a data set are, and functions traced over them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pyengine import dtypes
from pyengine.convert import convert_to_tensor
from pyengine.data import nest
from pyengine.dtypes import DType, as_dtype
from pyengine.function_graph import FunctionGraph
from pyengine.graph import Tensor
from pyengine.ops.sparse_serializing import deserialize, serialize_many_sparse, serialize_sparse
from pyengine.shape import SCALAR, UNKNOWN, TensorShape, as_shape
from pyengine.sparse_tensor import SparseTensor

__all__ = [
    "Spec",
    "Structured",
    "Traced",
    "boolean_function",
    "carried",
    "carried_rows",
    "components_of",
    "structure_of_types",
]


class Spec:
    """One component: its dtype, shape and class; for a data set inside, what its elements are."""

    __slots__ = ("cls", "dtype", "elements", "shape")

    def __init__(
        self, dtype: DType, shape: TensorShape, cls: type = Tensor, elements: Any = None
    ) -> None:
        self.dtype = dtype
        self.shape = shape
        self.cls = cls
        self.elements = elements

    @classmethod
    def of(cls, value: Any) -> Spec:
        """That of a tensor, or of a data set."""
        if isinstance(value, Tensor):
            return cls(value.dtype.base_dtype, value.shape)
        if isinstance(value, SparseTensor):
            return cls(value.dtype.base_dtype, value.shape, SparseTensor)
        return cls(dtypes.variant, SCALAR, type(value)._base, value._structure)

    @property
    def is_sparse(self) -> bool:
        return self.cls is SparseTensor

    @property
    def carrier(self) -> tuple[DType, TensorShape]:
        """The dtype and the shape of the tensor that stands for the component in the ops."""
        return (dtypes.variant, UNKNOWN) if self.is_sparse else (self.dtype, self.shape)

    def wrapped(self, tensor: Tensor) -> Any:
        """The tensor, or the sparse tensor or data set that it stands for."""
        if self.cls is Tensor:
            return tensor
        if self.is_sparse:
            indices, values, shape = deserialize(tensor, dtype=self.dtype)
            if self.shape.ndims is not None:
                indices.set_shape([None, self.shape.ndims])
                shape.set_shape([self.shape.ndims])
            return SparseTensor(indices, values, shape)
        made: Any = self.cls
        return made(tensor, self.elements)

    def with_shape(self, shape: Any) -> Spec:
        return Spec(self.dtype, as_shape(shape), self.cls, self.elements)

    def __repr__(self) -> str:
        return f"<{self.dtype.name}{self.shape}>"


class Structured:
    """The base of what has elements: their dtypes, shapes and classes."""

    _structure: Any  # a `Spec` for each component, nested as the elements are

    @property
    def output_types(self) -> Any:
        """The dtypes of the components, nested as the elements are."""
        return nest.map_structure(lambda s: s.dtype, self._structure)

    @property
    def output_shapes(self) -> Any:
        """The static shapes of the components."""
        return nest.map_structure(lambda s: s.shape, self._structure)

    @property
    def output_classes(self) -> Any:
        """The classes of the components."""
        return nest.map_structure(lambda s: s.cls, self._structure)


def carried(value: Any) -> Tensor:
    """The tensor that stands for a component in the ops of data sets."""
    if isinstance(value, SparseTensor):
        return serialize_sparse(value, out_type=dtypes.variant)
    tensor: Tensor = getattr(value, "_variant_tensor", value)
    return tensor


def carried_rows(value: Any) -> Tensor:
    """The same for each row of a component."""
    if isinstance(value, SparseTensor):
        return serialize_many_sparse(value, out_type=dtypes.variant)
    return carried(value)


def components_of(values: Any, name: str = "component") -> Any:
    """The values as tensors or data sets, nested as they are.

    Raises:
        ValueError: for a list whose members cannot be one tensor.
    """
    count = iter(range(len(nest.flatten(values))))

    def convert(value: Any) -> Any:
        number = next(count)
        if hasattr(value, "_variant_tensor") or isinstance(value, SparseTensor):
            return value
        try:
            return convert_to_tensor(value, name=f"{name}_{number}")
        except ValueError as error:
            if not isinstance(value, list):
                raise
            raise ValueError(
                f"{error} A list is made one tensor; for several components give a tuple or a dict."
            ) from error

    return nest.map_structure(convert, values)


def structure_of_types(types: Any, shapes: Any, classes: Any = None) -> Any:
    """Specs from nested dtypes, shapes and classes that users give; unknown shapes for None.

    Raises:
        TypeError: when the shapes are not nested as the dtypes are.
    """
    flat_types = [as_dtype(t) for t in nest.flatten(types)]
    if shapes is None:
        flat_shapes: list[Any] = [UNKNOWN] * len(flat_types)
    else:
        flat_shapes = [as_shape(s) for s in _shapes_like(types, shapes)]
    kinds = [Tensor] * len(flat_types) if classes is None else nest.flatten_like(types, classes)
    for kind in kinds:
        if kind not in (Tensor, SparseTensor):
            raise TypeError(f"a component can be a Tensor or a SparseTensor here, not {kind!r}")
    return nest.pack_like(types, list(map(Spec, flat_types, flat_shapes, kinds)))


def _shapes_like(types: Any, shapes: Any) -> list[Any]:
    """Shapes where `types` has dtypes: a tuple there may be a shape itself."""
    if isinstance(types, (dict, tuple)):
        return nest.flatten_like(types, shapes)
    return [shapes]


class Traced:
    """A user's function of elements, traced to a graph.

    Args:
        function: called with the components: with several arguments for a tuple, with one else.
        structure: what the elements are.
        transformation: names the method in messages.

    Attributes:
        graph: the function's graph.
        structure: what it returns.
    """

    def __init__(self, function: Callable[..., Any], structure: Any, transformation: str) -> None:
        if not callable(function):
            raise TypeError(f"{transformation} needs a function, got {function!r}")
        specs = nest.flatten(structure)
        found: list[Any] = []

        def run(*tensors: Tensor) -> Sequence[Tensor]:
            values = [spec.wrapped(t) for spec, t in zip(specs, tensors)]
            arguments = nest.pack_like(structure, values)
            if type(arguments) is tuple:
                result = function(*arguments)
            else:
                result = function(arguments)
            if isinstance(result, list):
                result = tuple(result)  # several values rather than one to stack
            if any(v is None for v in nest.flatten(result)):
                raise TypeError(
                    f"Unsupported return value from function passed to {transformation}: {result}."
                )
            result = components_of(result)
            found.append(result)
            return [carried(v) for v in nest.flatten(result)]

        self.graph = FunctionGraph.traced(run, [s.carrier for s in specs])
        # The shapes are those of the graph's own tensors.
        outputs = iter(self.graph.outputs)
        self.structure = nest.map_structure(lambda v: _spec_of_output(v, next(outputs)), found[0])
        self.result = found[0]

    @property
    def captured(self) -> list[Tensor]:
        """The tensors of the graph around that the function uses."""
        return list(self.graph.captures)

    @property
    def captured_types(self) -> list[DType]:
        return [t.dtype.base_dtype for t in self.captured]


def _spec_of_output(value: Any, output: Tensor) -> Spec:
    return Spec.of(output) if isinstance(value, Tensor) else Spec.of(value)


def boolean_function(predicate: Any, structure: Any, what: str) -> Traced:
    """A function of elements that returns one boolean."""
    traced = Traced(predicate, structure, what)
    spec = traced.structure
    is_one = isinstance(spec, Spec) and spec.shape.ndims in (0, None)
    if not is_one or spec.dtype is not dtypes.bool:
        raise ValueError(
            f"Invalid `predicate`. `predicate` must return a `tf.bool` scalar tensor, but its "
            f"return type is {spec!r}."
        )
    return traced
