"""`Variable`: state that a session keeps across runs, and functions that list and initialize.

A variable stands for several ops, as in TensorFlow: `W` (its storage), `W/initial_value`,
`W/Assign` (the initializer) and `W/read`. Used as a tensor it is read where it is used: a read made
under `control_dependencies` sees what the ops it waits for have written.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pyengine import resource_variables
from pyengine.convert import convert_to_tensor, register_tensor_conversion_function
from pyengine.defaults import get_default_session
from pyengine.dtypes import DType
from pyengine.graph import (
    Graph,
    Operation,
    Operators,
    Tensor,
    get_default_graph,
)
from pyengine.graph_keys import GraphKeys
from pyengine.indexed_slices import IndexedSlices
from pyengine.ops import operators, state
from pyengine.ops import scatter_state as scatter
from pyengine.ops.array import identity
from pyengine.ops.indexing import slice_helper
from pyengine.resource_variables import VariableAggregation, VariableSynchronization
from pyengine.scopes import init_scope, name_scope
from pyengine.shape import UNKNOWN, TensorShape, as_shape

__all__ = ["Variable"]


class Variable(Operators):
    """A value that a session keeps between runs, such as a model's weights.

    Args:
        initial_value: what the initializer puts in: a tensor, anything that converts to one, or a
            function without arguments that makes it.
        trainable: whether optimizers change it by default.
        collections: the graph collections to add it to; by default `GraphKeys.GLOBAL_VARIABLES`.
        validate_shape: whether the shape of the initial value must be known and kept.
        caching_device: accepted; a read costs nothing here.
        name: the name, "Variable" by default; made unique.
        dtype: the dtype to convert the initial value to.
        expected_shape: a shape to check the initial value's against.
        constraint: a function of the variable that optimizers apply after an update.
        use_resource: whether it is read anew at each use, rather than once for all uses that wait
            for nothing; by default what `tf.enable_resource_variables` says.
        shape: what is known of its shape, where that is less than the initial value's:
            `tf.TensorShape(None)` lets values of any shape be assigned.
        synchronization, aggregation: accepted; there is one copy of a variable.

    Raises:
        ValueError: without an initial value, or when its shape is not known and
            `validate_shape` is True.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     v = tf.Variable(0, name="counter")
        ...     sess.run(tf.global_variables_initializer())
        ...     int(sess.run(v.assign_add(3)))
        3
    """

    # NumPy leaves `array * variable` to the variable.
    __array_priority__ = 100
    _is_resource = False  # True for those that an imported graph has
    _reads_anew = False
    _save_slice_info: Any = None  # of a part of a partitioned variable: which part it is

    def __init__(
        self,
        initial_value: Any = None,
        trainable: bool | None = None,
        collections: Sequence[str] | None = None,
        validate_shape: bool = True,
        caching_device: Any = None,
        name: str | None = None,
        variable_def: Any = None,
        dtype: Any = None,
        expected_shape: Any = None,
        import_scope: str | None = None,
        constraint: Callable[..., Any] | None = None,
        use_resource: bool | None = None,
        synchronization: VariableSynchronization = VariableSynchronization.AUTO,
        aggregation: VariableAggregation = VariableAggregation.NONE,
        shape: Any = None,
    ) -> None:
        if variable_def is not None:
            if initial_value is not None:
                raise ValueError("variable_def and initial_value are mutually exclusive.")
            self._take_over(variable_def, import_scope)
            return
        if initial_value is None:
            raise ValueError("initial_value must be specified.")
        if collections is not None and not isinstance(collections, (list, tuple, set)):
            raise ValueError(
                f"collections argument to Variable constructor must be a list, tuple, or set. Got "
                f"{collections!r} of type {type(collections).__name__}"
            )
        if constraint is not None and not callable(constraint):
            raise ValueError("The `constraint` argument must be a callable.")
        if synchronization is VariableSynchronization.ON_READ:
            if trainable:
                raise ValueError("A variable that is synchronized on read cannot be trainable.")
            trainable = False
        trainable = trainable is None or bool(trainable)
        self.trainable = trainable
        self.synchronization, self.aggregation = synchronization, aggregation
        if use_resource is None:
            use_resource = resource_variables.resource_variables_enabled()
        self._reads_anew = bool(use_resource)
        self.constraint = constraint
        self._validate_shape = validate_shape
        graph = _graph_for(initial_value)
        with graph.as_default(), graph.control_dependencies(None):
            self._build(initial_value, dtype, name, expected_shape, shape)
        keys = [GraphKeys.GLOBAL_VARIABLES] if collections is None else list(collections)
        if trainable and GraphKeys.TRAINABLE_VARIABLES not in keys:
            keys.append(GraphKeys.TRAINABLE_VARIABLES)
        graph.add_to_collections(keys, self)

    def _build(
        self, initial_value: Any, dtype: Any, name: str | None, expected_shape: Any, declared: Any
    ) -> None:
        with name_scope(name, "Variable") as scope:
            if callable(initial_value):
                with name_scope("Initializer"):
                    value = convert_to_tensor(initial_value(), dtype, name="initial_value")
            else:
                value = convert_to_tensor(initial_value, dtype, name="initial_value")
            shape = value.shape if self._validate_shape else UNKNOWN
            if self._validate_shape and not shape.is_fully_defined():
                raise ValueError(
                    f"initial_value must have a shape specified: {value!r}. Give "
                    f"validate_shape=False to allow any shape."
                )
            if declared is not None:
                shape = as_shape(declared)
                shape.assert_is_compatible_with(value.shape)
            if expected_shape is not None:
                shape.assert_fits(expected_shape, "initial_value must have the expected_shape")
            self._initial_value = value
            self._variable: Tensor = state.variable_v2(
                shape=shape, dtype=value.dtype.base_dtype, name=scope
            )
            self._initializer: Operation = state.assign(
                self._variable, value, validate_shape=self._validate_shape, name="Assign"
            ).op
            self._snapshot: Tensor = identity(self._variable, name="read")

    def _take_over(self, variable_def: Any, import_scope: str | None) -> None:
        """Stands for the ops that a VariableDef names in the default graph."""
        graph = get_default_graph()

        def element(name: str) -> Any:
            scope = f"{import_scope.rstrip('/')}/" if import_scope else ""
            return graph.as_graph_element(scope + name)

        self._variable = element(variable_def.variable_name)
        self._initializer = element(variable_def.initializer_name)
        self._snapshot = element(variable_def.snapshot_name)
        has_value = bool(variable_def.initial_value_name)
        self._initial_value = (
            element(variable_def.initial_value_name) if has_value else self._initializer.inputs[1]
        )
        self.trainable = variable_def.trainable
        self.constraint = None
        if variable_def.HasField("save_slice_info_def"):
            from pyengine.partitioned import slice_from_proto

            info = variable_def.save_slice_info_def
            self._save_slice_info = slice_from_proto(info, import_scope)
        self._validate_shape = self._initializer.get_attr("validate_shape")

    @staticmethod
    def from_proto(variable_def: Any, import_scope: str | None = None) -> Variable:
        """The variable that a `VariableDef` describes, whose ops are in the default graph.

        Args:
            variable_def: a `VariableDef`.
            import_scope: the scope that the ops were imported under.

        Raises:
            KeyError: when an op is not there.
        """
        if variable_def.is_resource:
            from pyengine.handle_variable import HandleVariable

            return HandleVariable(variable_def, import_scope)
        return Variable(variable_def=variable_def, import_scope=import_scope)

    def to_proto(self, export_scope: str | None = None) -> Any:
        """The variable as a `VariableDef`; None where it is not in `export_scope`."""
        from pyengine import partitioned, protos

        scope = f"{export_scope.rstrip('/')}/" if export_scope else ""
        if not self.name.startswith(scope):
            return None
        return protos.VariableDef(
            variable_name=self.name.removeprefix(scope),
            initial_value_name=self._initial_value.name.removeprefix(scope),
            initializer_name=self._initializer.name.removeprefix(scope),
            snapshot_name=self._snapshot.name.removeprefix(scope),
            trainable=self.trainable,
            save_slice_info_def=partitioned.slice_to_proto(self._save_slice_info, scope),
        )

    # ------------------------------------------------------------ what it is

    def _ref(self) -> Tensor:
        """The reference that state ops take."""
        return self._variable

    def _as_graph_element(self) -> Tensor:
        return self._variable

    @property
    def name(self) -> str:
        return self._variable.name

    @property
    def op(self) -> Operation:
        """The op that holds the storage."""
        return self._variable.op

    @property
    def graph(self) -> Graph:
        return self._variable.graph

    @property
    def device(self) -> str:
        return self._variable.device

    @property
    def dtype(self) -> DType:
        """The dtype, as a reference dtype; `dtype.base_dtype` is the value's."""
        return self._variable.dtype

    @property
    def shape(self) -> TensorShape:
        return self._variable.shape

    def get_shape(self) -> TensorShape:
        return self._variable.shape

    def set_shape(self, shape: Any) -> None:
        self._variable.set_shape(shape)
        self._snapshot.set_shape(shape)

    @property
    def initializer(self) -> Operation:
        """The op that puts the initial value in."""
        return self._initializer

    @property
    def initial_value(self) -> Tensor:
        return self._initial_value

    def __repr__(self) -> str:
        dtype = self.dtype.base_dtype.name
        return f"<tf.Variable {self.name!r} shape={self.shape} dtype={dtype}>"

    def __iter__(self) -> Any:
        raise TypeError("'Variable' object is not iterable.")

    def __hash__(self) -> int:
        return id(self)

    # ------------------------------------------------------------ reading

    def value(self) -> Tensor:
        """The variable's value as a tensor: `W/read`."""
        return self._snapshot

    def read_value(self) -> Tensor:
        """A new read, which sees what was written by the ops that it waits for."""
        return identity(self._variable, name="read")

    def initialized_value(self) -> Tensor:
        """The value, or the initial one while there is none; for other variables' initializers."""
        from pyengine.ops.cond import cond

        with init_scope():
            return cond(
                state.is_variable_initialized(self), self.read_value, lambda: self._initial_value
            )

    def _read_here(self) -> Tensor:
        anew = self._reads_anew or self.graph.in_control_scope()
        return self.read_value() if anew else self._snapshot

    def eval(self, session: Any = None) -> Any:
        """The value in `session`, or in the default session."""
        return self._variable.eval(session=session)

    # ------------------------------------------------------------ writing

    def assign(
        self,
        value: Any,
        use_locking: bool = False,
        name: str | None = None,
        read_value: bool = True,
    ) -> Any:
        """Puts a value in when run; returns the tensor after it, or the op if not `read_value`."""
        result = state.assign(
            self, value, validate_shape=self._validate_shape, use_locking=use_locking, name=name
        )
        return result if read_value else result.op

    def assign_add(
        self,
        delta: Any,
        use_locking: bool = False,
        name: str | None = None,
        read_value: bool = True,
    ) -> Any:
        """Adds to the variable when run; as `assign` otherwise."""
        result = state.assign_add(self, delta, use_locking=use_locking, name=name)
        return result if read_value else result.op

    def assign_sub(
        self,
        delta: Any,
        use_locking: bool = False,
        name: str | None = None,
        read_value: bool = True,
    ) -> Any:
        """Subtracts from the variable when run; as `assign` otherwise."""
        result = state.assign_sub(self, delta, use_locking=use_locking, name=name)
        return result if read_value else result.op

    def scatter_add(
        self, sparse_delta: Any, use_locking: bool = False, name: str | None = None
    ) -> Any:
        """Adds an `IndexedSlices` to the variable."""
        return self._scattered(scatter.scatter_add, sparse_delta, use_locking, name)

    def scatter_sub(
        self, sparse_delta: Any, use_locking: bool = False, name: str | None = None
    ) -> Any:
        """Subtracts an `IndexedSlices` from the variable."""
        return self._scattered(scatter.scatter_sub, sparse_delta, use_locking, name)

    def scatter_update(
        self, sparse_delta: Any, use_locking: bool = False, name: str | None = None
    ) -> Any:
        """Puts the rows of an `IndexedSlices` in."""
        return self._scattered(scatter.scatter_update, sparse_delta, use_locking, name)

    def scatter_mul(
        self, sparse_delta: Any, use_locking: bool = False, name: str | None = None
    ) -> Any:
        """Multiplies by the rows of an `IndexedSlices`."""
        return self._scattered(scatter.scatter_mul, sparse_delta, use_locking, name)

    def scatter_div(
        self, sparse_delta: Any, use_locking: bool = False, name: str | None = None
    ) -> Any:
        """Divides by the rows of an `IndexedSlices`."""
        return self._scattered(scatter.scatter_div, sparse_delta, use_locking, name)

    def scatter_min(
        self, sparse_delta: Any, use_locking: bool = False, name: str | None = None
    ) -> Any:
        """Keeps the smaller elements of the variable and an `IndexedSlices`."""
        return self._scattered(scatter.scatter_min, sparse_delta, use_locking, name)

    def scatter_max(
        self, sparse_delta: Any, use_locking: bool = False, name: str | None = None
    ) -> Any:
        """Keeps the larger elements of the variable and an `IndexedSlices`."""
        return self._scattered(scatter.scatter_max, sparse_delta, use_locking, name)

    def _scattered(
        self, update: Callable[..., Any], rows: Any, use_locking: bool, name: str | None
    ) -> Any:
        if not isinstance(rows, IndexedSlices):
            raise TypeError(f"sparse_delta is not IndexedSlices: {rows!r}")
        return update(self, rows.indices, rows.values, use_locking=use_locking, name=name)

    def batch_scatter_update(
        self, sparse_delta: Any, use_locking: bool = False, name: str | None = None
    ) -> Any:
        """`tf.batch_scatter_update` with the rows of an `IndexedSlices`."""
        return self._scattered(scatter.batch_scatter_update, sparse_delta, use_locking, name)

    def scatter_nd_add(self, indices: Any, updates: Any, name: str | None = None) -> Any:
        """Adds `updates` at n-d positions; see `tf.scatter_nd_add`."""
        return scatter.scatter_nd_add(self, indices, updates, use_locking=True, name=name)

    def scatter_nd_sub(self, indices: Any, updates: Any, name: str | None = None) -> Any:
        """Subtracts `updates` at n-d positions; see `tf.scatter_nd_sub`."""
        return scatter.scatter_nd_sub(self, indices, updates, use_locking=True, name=name)

    def scatter_nd_update(self, indices: Any, updates: Any, name: str | None = None) -> Any:
        """Puts `updates` in at n-d positions; see `tf.scatter_nd_update`."""
        return scatter.scatter_nd_update(self, indices, updates, use_locking=True, name=name)

    def count_up_to(self, limit: int) -> Tensor:
        """Counts up to a limit; see `tf.count_up_to`."""
        return scatter.count_up_to(self, limit)

    def __getitem__(self, item: Any) -> Tensor:
        """A slice, as of a tensor; its `assign(value)` puts a value in place of it."""
        sliced = slice_helper(self, item)

        def assign(value: Any, name: str | None = None) -> Tensor:
            return scatter.assign_to_slice(self, sliced, value, name)

        sliced.assign = assign  # type: ignore[attr-defined]
        return sliced

    def load(self, value: Any, session: Any = None) -> None:
        """Puts a value in at once, without adding to the graph.

        Raises:
            ValueError: without a session to put it in.
        """
        session = session or get_default_session()
        if session is None:
            raise ValueError(
                "Either session argument should be provided or default session should be "
                "established"
            )
        session.run(self._initializer, {self._initializer.inputs[1]: value})


_getitem = Variable.__getitem__
operators.overload(Variable)
Variable.__getitem__ = _getitem  # type: ignore[method-assign]


def _graph_for(initial_value: Any) -> Graph:
    graph = getattr(initial_value, "graph", None)
    return graph if isinstance(graph, Graph) else get_default_graph()


def _to_tensor(value: Variable, dtype: DType | None, name: str | None) -> Tensor:
    if dtype is not None and dtype is not value.dtype.base_dtype:
        raise ValueError(
            f"Incompatible type conversion requested to type '{dtype.name}' for variable of type "
            f"'{value.dtype.base_dtype.name}'"
        )
    return value._read_here()


register_tensor_conversion_function(Variable, _to_tensor)
