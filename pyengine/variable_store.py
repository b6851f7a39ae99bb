"""The named variables of a graph: a new one is made, or one that is there is shared.

`variable_scope` has the scopes, which say what names are and which settings are used.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pyengine import dtypes
from pyengine.dtypes import DType
from pyengine.graph import Graph, Tensor, get_default_graph
from pyengine.graph_keys import GraphKeys
from pyengine.initializers import glorot_uniform_initializer, zeros_initializer
from pyengine.partitioned import PartitionedVariable, call_partitioner, make_parts
from pyengine.shape import as_shape
from pyengine.variables import Variable

__all__ = ["AUTO_REUSE", "VariableStore", "variable_store"]


class _AutoReuse:
    """Reuse a variable if it is there, and make it if it is not."""

    def __repr__(self) -> str:
        return "tf.AUTO_REUSE"


AUTO_REUSE: Any = _AutoReuse()


class VariableStore:
    """The named variables of a graph, and how often each scope has been opened."""

    def __init__(self) -> None:
        self.variables: dict[str, Variable] = {}
        self.partitioned: dict[str, PartitionedVariable] = {}
        self.opened: dict[str, int] = {}

    def get(
        self,
        name: str,
        *,
        reuse: Any,
        shape: Any,
        dtype: DType,
        is_dtype_given: bool,
        initializer: Any,
        regularizer: Any,
        partitioner: Any,
        **options: Any,
    ) -> Any:
        """The variable of a name.

        Args:
            name: the whole name, scopes and all.
            reuse: whether it is to be shared: True, False, or `AUTO_REUSE` for if it is there.
            shape: its shape; None for the one it has, or the initial value has.
            dtype, is_dtype_given: its dtype, which one that is there must have if it was given.
            initializer, regularizer, partitioner: as for `tf.get_variable`.
            options: the arguments of `tf.Variable`.

        Raises:
            ValueError: when the variable is there and is not to be shared, or the other way round,
                or is not as it is asked for.
        """
        is_scalar = shape is not None and shape.ndims == 0
        if partitioner is not None and not callable(partitioner):
            raise ValueError(f"Partitioner must be callable, but received: {partitioner}")
        if (partitioner is not None and not is_scalar) or (
            reuse is True and name in self.partitioned
        ):
            return self._get_partitioned(
                name, reuse, partitioner, shape, dtype, initializer, regularizer, **options
            )
        if f"{name}/part_0" in self.variables:
            raise ValueError(
                f"No partitioner was provided, but a partitioned version of the variable was "
                f"found: {name}/part_0. Perhaps a variable of the same name was already created "
                f"with partitioning?"
            )
        return self._get_single(
            name, reuse, shape, dtype, initializer, regularizer, is_dtype_given, **options
        )

    def _get_single(
        self,
        name: str,
        reuse: Any,
        shape: Any,
        dtype: DType,
        initializer: Any,
        regularizer: Any,
        is_dtype_given: bool = True,
        **options: Any,
    ) -> Any:
        found = self.variables.get(name)
        if found is not None:
            return self._shared(found, name, reuse, shape, dtype if is_dtype_given else None)
        if reuse is True:
            raise ValueError(
                f"Variable {name} does not exist, or was not created with tf.get_variable(). Did "
                f"you mean to set reuse=tf.AUTO_REUSE in VarScope?"
            )
        made = _make(name, shape, dtype, initializer, **options)
        self.variables[name] = made
        _regularize(made, regularizer)
        return made

    def _get_partitioned(
        self,
        name: str,
        reuse: Any,
        partitioner: Callable[..., Any] | None,
        shape: Any,
        dtype: DType,
        initializer: Any = None,
        regularizer: Any = None,
        **options: Any,
    ) -> PartitionedVariable:
        if name in self.variables:
            raise ValueError(
                f"A partitioner was provided, but an unpartitioned version of the variable was "
                f"found: {name}. Perhaps a variable of the same name was already created without "
                f"partitioning?"
            )
        if isinstance(initializer, Tensor):
            shape = initializer.shape if shape is None else shape.merge_with(initializer.shape)
        shape = as_shape(shape)
        partitions = partitioner and call_partitioner(partitioner, shape, dtype)
        found = self.partitioned.get(name)
        if found is not None:
            return self._shared_parts(found, reuse, shape, dtype, partitions)
        if reuse is True:
            raise ValueError(
                f"PartitionedVariable {name} does not exist, or was not created with "
                f"tf.get_variable(). Did you mean to set reuse=False or reuse=tf.AUTO_REUSE in "
                f"VarScope?"
            )

        def make(name: str, shape: Any, dtype: DType, initializer: Any) -> Any:
            return self._get_single(name, reuse, shape, dtype, initializer, regularizer, **options)

        assert partitions is not None  # no partitioner is needed for sharing only
        with get_default_graph().name_scope(None):
            made = make_parts(name, shape, dtype, initializer, partitions, make)
        self.partitioned[name] = made
        return made

    @staticmethod
    def _shared_parts(
        found: PartitionedVariable, reuse: Any, shape: Any, dtype: DType, partitions: Any
    ) -> PartitionedVariable:
        if reuse is False:
            raise ValueError(
                f"Partitioned variable with name {found.name} already exists. Did you mean to set "
                f"reuse=True or reuse=tf.AUTO_REUSE in VarScope?"
            )
        own = (found.shape, found.dtype.base_dtype, found._get_partitions())
        for what, here, there in zip(
            ("shape", "dtype", "partitions"), (shape, dtype, partitions), own
        ):
            fits = here.is_compatible_with(there) if what == "shape" else here == there
            if here is not None and not fits:
                raise ValueError(
                    f"Trying to reuse partitioned variable {found.name}, but specified {what} "
                    f"{here} and found {what} {there}."
                )
        return found

    @staticmethod
    def _shared(
        found: Variable, name: str, reuse: Any, shape: Any, dtype: DType | None
    ) -> Variable:
        if reuse is False:
            raise ValueError(
                f"Variable {name} already exists, disallowed. Did you mean to set reuse=True or "
                f"reuse=tf.AUTO_REUSE in VarScope? It was made at {found.op.site}"
            )
        if shape is not None and not shape.is_compatible_with(found.shape):
            raise ValueError(
                f"Trying to share variable {name}, but specified shape {shape} and found shape "
                f"{found.shape}."
            )
        if dtype is not None and dtype is not found.dtype.base_dtype:
            raise ValueError(
                f"Trying to share variable {name}, but specified dtype {dtype.name} and found "
                f"dtype {found.dtype.base_dtype.name}."
            )
        return found


def variable_store(graph: Graph) -> VariableStore:
    """The store of a graph, made at first use."""
    found = graph.get_collection_ref("_variable_store")
    if not found:
        found.append(VariableStore())
    store: VariableStore = found[0]
    return store


def _make(name: str, shape: Any, dtype: DType, initializer: Any, **options: Any) -> Variable:
    """A new variable, made outside of all name scopes."""
    if initializer is None:
        initializer = _default_initializer(name, dtype)
    if isinstance(initializer, type):
        initializer = initializer()
    if not callable(initializer):
        if shape is not None:
            raise ValueError("If initializer is a constant, do not specify shape.")
        return _outside(lambda: Variable(initializer, name=name, **options))
    if shape is None or not shape.is_fully_defined():
        raise ValueError(
            f"Shape of a new variable ({name}) must be fully defined, but instead was "
            f"{'not given' if shape is None else shape}."
        )
    return _outside(
        lambda: Variable(
            lambda: _call_initializer(initializer, shape, dtype), name=name, dtype=dtype, **options
        )
    )


def _call_initializer(initializer: Any, shape: Any, dtype: DType) -> Any:
    return initializer(shape.as_list(), dtype=dtype)


def _outside(make: Callable[[], Variable]) -> Variable:
    with get_default_graph().name_scope(None):
        return make()


def _default_initializer(name: str, dtype: DType) -> Any:
    if dtype.is_floating:
        return glorot_uniform_initializer()
    if dtype.is_integer or dtype.is_bool or dtype is dtypes.string:
        return zeros_initializer()
    raise ValueError(f"An initializer for variable {name} of {dtype!r} is required")


def _regularize(variable: Variable, regularizer: Any) -> None:
    if regularizer is None:
        return
    graph = variable.graph
    with graph.name_scope(variable.op.name + "/Regularizer/"):
        loss = regularizer(variable)
    if loss is not None:
        graph.add_to_collection(GraphKeys.REGULARIZATION_LOSSES, loss)
