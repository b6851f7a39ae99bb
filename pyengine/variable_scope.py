"""Variables by name: `get_variable`, and the scopes that prefix, share and configure them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from pyengine import dtypes
from pyengine.dtypes import DType, as_dtype
from pyengine.graph import Graph, get_default_graph, graph_of
from pyengine.graph_keys import GraphKeys
from pyengine.ops.declare import whole
from pyengine.resource_variables import VariableAggregation, VariableSynchronization
from pyengine.shape import as_shape
from pyengine.variable_store import AUTO_REUSE, variable_store

__all__ = [
    "AUTO_REUSE",
    "VariableScope",
    "get_local_variable",
    "get_variable",
    "get_variable_scope",
    "no_regularizer",
    "variable_op_scope",
    "variable_scope",
]


def no_regularizer(_: Any) -> None:
    """In place of a scope's regularizer, for a variable that is to have none."""


class VariableScope:
    """A prefix of variables' names, with what `get_variable` uses where it is told nothing else.

    Attributes:
        name: the prefix, without the last "/".
        original_name_scope: the name scope that was entered with it.
        reuse: whether variables are shared: True, False or `AUTO_REUSE`.
    """

    def __init__(
        self,
        reuse: Any = False,
        name: str = "",
        initializer: Any = None,
        regularizer: Any = None,
        caching_device: Any = None,
        partitioner: Callable[..., Any] | None = None,
        custom_getter: Callable[..., Any] | None = None,
        name_scope: str = "",
        dtype: Any = dtypes.float32,
        use_resource: bool | None = None,
        constraint: Callable[..., Any] | None = None,
    ) -> None:
        self.name = name
        self.reuse = reuse
        self.initializer = initializer
        self.regularizer = regularizer
        self.caching_device = caching_device
        self.partitioner = partitioner
        self.custom_getter = custom_getter
        self.original_name_scope = name_scope
        self.dtype: DType = as_dtype(dtype)
        self.constraint = constraint
        self.use_resource = use_resource

    def reuse_variables(self) -> None:
        """Shares variables from here on."""
        self.reuse = True

    def set_initializer(self, initializer: Any) -> None:
        self.initializer = initializer

    def set_regularizer(self, regularizer: Any) -> None:
        self.regularizer = regularizer

    def set_caching_device(self, caching_device: Any) -> None:
        self.caching_device = caching_device

    def set_partitioner(self, partitioner: Callable[..., Any] | None) -> None:
        self.partitioner = partitioner

    def set_custom_getter(self, custom_getter: Callable[..., Any] | None) -> None:
        self.custom_getter = custom_getter

    def set_use_resource(self, use_resource: bool) -> None:
        self.use_resource = use_resource

    def set_dtype(self, dtype: Any) -> None:
        self.dtype = as_dtype(dtype)

    def get_collection(self, name: str) -> list[Any]:
        """What a collection has of this scope."""
        # With the "/": "a" is no prefix of "ab/v".
        return get_default_graph().get_collection(name, self.name + "/" if self.name else "")

    def global_variables(self) -> list[Any]:
        """The variables of this scope."""
        return self.get_collection(GraphKeys.GLOBAL_VARIABLES)

    def local_variables(self) -> list[Any]:
        """The local variables of this scope."""
        return self.get_collection(GraphKeys.LOCAL_VARIABLES)

    def trainable_variables(self) -> list[Any]:
        """The trainable variables of this scope."""
        return self.get_collection(GraphKeys.TRAINABLE_VARIABLES)

    def get_variable(self, name: str, *args: Any, **kwargs: Any) -> Any:
        """`tf.get_variable` in this scope."""
        getter: Callable[..., Any] = self._get
        if self.custom_getter is not None:
            outer = self.custom_getter

            def getter(full_name: str, *args: Any, **kwargs: Any) -> Any:
                return outer(self._get, full_name, *args, **kwargs)

        full_name = f"{self.name}/{name}" if self.name else name
        return getter(full_name, *args, **kwargs)

    def _get(
        self,
        name: str,
        shape: Any = None,
        dtype: Any = None,
        initializer: Any = None,
        regularizer: Any = None,
        trainable: bool | None = None,
        collections: Sequence[str] | None = None,
        caching_device: Any = None,
        partitioner: Any = None,
        validate_shape: bool = True,
        use_resource: bool | None = None,
        custom_getter: Callable[..., Any] | None = None,
        constraint: Callable[..., Any] | None = None,
        synchronization: VariableSynchronization = VariableSynchronization.AUTO,
        aggregation: VariableAggregation = VariableAggregation.NONE,
    ) -> Any:
        options = {
            "trainable": trainable, "collections": collections, "validate_shape": validate_shape,
            "constraint": self.constraint if constraint is None else constraint,
            "use_resource": self.use_resource if use_resource is None else use_resource,
            "synchronization": synchronization, "aggregation": aggregation,
        }  # fmt: skip
        return variable_store(get_default_graph()).get(
            name,
            reuse=self.reuse,
            shape=None if shape is None else as_shape(whole(shape)),
            dtype=self.dtype if dtype is None else as_dtype(dtype).base_dtype,
            is_dtype_given=dtype is not None,
            initializer=self.initializer if initializer is None else initializer,
            regularizer=self.regularizer if regularizer is None else regularizer,
            partitioner=self.partitioner if partitioner is None else partitioner,
            **options,
        )


def get_variable_scope() -> VariableScope:
    """The variable scope that is open now."""
    graph = get_default_graph()
    found = graph._scope("variables", None)
    if found is None:
        found = VariableScope()
        graph._scopes.variables = found
    scope: VariableScope = found
    return scope


def get_variable(
    name: str,
    shape: Any = None,
    dtype: Any = None,
    initializer: Any = None,
    regularizer: Any = None,
    trainable: bool | None = None,
    collections: Sequence[str] | None = None,
    caching_device: Any = None,
    partitioner: Any = None,
    validate_shape: bool = True,
    use_resource: bool | None = None,
    custom_getter: Callable[..., Any] | None = None,
    constraint: Callable[..., Any] | None = None,
    synchronization: VariableSynchronization = VariableSynchronization.AUTO,
    aggregation: VariableAggregation = VariableAggregation.NONE,
) -> Any:
    """The variable of that name in the current variable scope: a new one, or a shared one.

    Args:
        name: the name, to which the scope's is prefixed.
        shape: the shape of a new variable.
        dtype: its dtype; the scope's (float32) by default.
        initializer: an `Initializer`, a function of shape and dtype, or a constant value; by
            default the scope's, or Glorot's uniform one.
        regularizer: a function of the variable whose result is added to the collection
            REGULARIZATION_LOSSES.
        trainable, collections, validate_shape, constraint: as for `tf.Variable`.
        caching_device, synchronization, aggregation: accepted.
        use_resource: whether the variable is read anew at each use.
        partitioner: says into how many parts the variable is divided, as
            `tf.fixed_size_partitioner(4)` does; the scope's by default.
        custom_getter: a function called in place of the usual one, which is its first argument.

    Returns:
        A `Variable`, or a `PartitionedVariable`.

    Raises:
        ValueError: when the variable exists and is not to be shared, or the other way round, or
            when a shared one has another shape or dtype.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.variable_scope("layer"):
        ...     print(tf.get_variable("w", [2, 3]).name)
        layer/w:0
    """
    scope = get_variable_scope()
    if custom_getter is not None:
        full = f"{scope.name}/{name}" if scope.name else name
        return custom_getter(
            scope._get, full, shape=shape, dtype=dtype, initializer=initializer,
            regularizer=regularizer, trainable=trainable, collections=collections,
            caching_device=caching_device, partitioner=partitioner,
            validate_shape=validate_shape, use_resource=use_resource, constraint=constraint,
            synchronization=synchronization, aggregation=aggregation,
        )  # fmt: skip
    return scope.get_variable(
        name, shape=shape, dtype=dtype, initializer=initializer, regularizer=regularizer,
        trainable=trainable, collections=collections, caching_device=caching_device,
        partitioner=partitioner, validate_shape=validate_shape, use_resource=use_resource,
        constraint=constraint, synchronization=synchronization, aggregation=aggregation,
    )  # fmt: skip


def get_local_variable(
    name: str,
    shape: Any = None,
    dtype: Any = None,
    initializer: Any = None,
    regularizer: Any = None,
    trainable: bool = False,
    collections: Sequence[str] | None = None,
    caching_device: Any = None,
    partitioner: Any = None,
    validate_shape: bool = True,
    use_resource: bool | None = None,
    custom_getter: Callable[..., Any] | None = None,
    constraint: Callable[..., Any] | None = None,
    synchronization: VariableSynchronization = VariableSynchronization.AUTO,
    aggregation: VariableAggregation = VariableAggregation.NONE,
) -> Any:
    """`get_variable` for a variable that is neither trained nor saved.

    Args: as for `tf.get_variable`; `collections` has LOCAL_VARIABLES added, and `trainable` is not
        heeded.
    """
    return get_variable(
        name, shape, dtype, initializer, regularizer, False,
        [*(collections or ()), GraphKeys.LOCAL_VARIABLES], caching_device, partitioner,
        validate_shape, use_resource, custom_getter, constraint, synchronization, aggregation,
    )  # fmt: skip


@contextlib.contextmanager
def variable_scope(
    name_or_scope: Any,
    default_name: str | None = None,
    values: Sequence[Any] | None = None,
    initializer: Any = None,
    regularizer: Any = None,
    caching_device: Any = None,
    partitioner: Any = None,
    custom_getter: Callable[..., Any] | None = None,
    reuse: Any = None,
    dtype: Any = None,
    use_resource: bool | None = None,
    constraint: Any = None,
    auxiliary_name_scope: bool = True,
) -> Iterator[VariableScope]:
    """A context that prefixes the names of variables and ops, and configures `get_variable`.

    Args:
        name_or_scope: the name, or a `VariableScope` to enter again.
        default_name: a name to make unique, where `name_or_scope` is None.
        values: tensors; the graph they belong to becomes the default.
        initializer, regularizer, caching_device, custom_getter, dtype, constraint: for variables
            made inside.
        partitioner: divides the variables made inside, as for `tf.get_variable`.
        use_resource: whether they are read anew at each use.
        reuse: True or `AUTO_REUSE` to share variables; None to do as the scope outside.
        auxiliary_name_scope: whether to enter a name scope too.

    Yields:
        The `VariableScope`.

    Raises:
        TypeError: without a name.
        ValueError: where what is to be shared has a name that is made unique.
    """
    if name_or_scope is None and default_name is None:
        raise TypeError("If default_name is None then name_or_scope is required")
    if reuse is True and name_or_scope is None:
        raise ValueError("reuse=True cannot be used without a name_or_scope")
    graph = graph_of(values or ())
    with graph.as_default():
        outer = get_variable_scope()
        name, name_scope_name = _scope_names(name_or_scope, default_name, outer)
        if isinstance(name_or_scope, VariableScope):
            outer = name_or_scope
        enters = (
            graph.name_scope(name_scope_name)
            if auxiliary_name_scope and name_scope_name
            else _unchanged(graph)
        )
        with enters as entered:
            inherited = outer.reuse if reuse is None or (reuse is False and outer.reuse) else reuse
            scope = VariableScope(
                reuse=inherited,
                name=name,
                initializer=outer.initializer if initializer is None else initializer,
                regularizer=outer.regularizer if regularizer is None else regularizer,
                caching_device=outer.caching_device if caching_device is None else caching_device,
                partitioner=outer.partitioner if partitioner is None else partitioner,
                custom_getter=_chained(outer.custom_getter, custom_getter),
                name_scope=entered,
                dtype=outer.dtype if dtype is None else dtype,
                use_resource=outer.use_resource if use_resource is None else use_resource,
                constraint=outer.constraint if constraint is None else constraint,
            )
            if isinstance(name_or_scope, VariableScope):
                scope.original_name_scope = name_or_scope.original_name_scope
            opened = variable_store(graph).opened
            before = dict(opened)
            try:
                with graph._scoped("variables", scope, None):
                    yield scope
            finally:
                # Names are made unique within one visit of a scope: a second visit, which shares
                # the variables of the first, finds the same names.
                if isinstance(name_or_scope, VariableScope):
                    opened.clear()
                    opened.update(before)
                else:
                    for inner in [key for key in opened if key.startswith(f"{name}/")]:
                        del opened[inner]


@contextlib.contextmanager
def _unchanged(graph: Graph) -> Iterator[str]:
    current = graph.get_name_scope()
    yield current + "/" if current else ""


def _scope_names(given: Any, default: str | None, outer: VariableScope) -> tuple[str, str]:
    """The variable scope's full name, and the name of the name scope to enter; "" to stay."""
    store = variable_store(get_default_graph())
    if isinstance(given, VariableScope):
        return given.name, given.name.rpartition("/")[2]
    scope_name = given
    if given is None:
        scope_name = default  # the name scope is made unique for itself
        base, n = default or "", 0
        given = base
        while _joined(outer.name, given) in store.opened:
            n += 1
            given = f"{base}_{n}"
    elif not isinstance(given, str):
        raise TypeError(f"name_or_scope must be a string or VariableScope, got {given!r}")
    name = _joined(outer.name, given)
    store.opened[name] = 1
    return name, scope_name


def _joined(outer: str, name: str) -> str:
    return f"{outer}/{name}" if outer else name


def _chained(outer: Callable[..., Any] | None, inner: Callable[..., Any] | None) -> Any:
    """Custom getters of nested scopes: the outer one is the getter of the inner."""
    if inner is None or outer is None:
        return inner or outer

    def both(getter: Callable[..., Any], name: str, *args: Any, **kwargs: Any) -> Any:
        def through_outer(full_name: str, *args: Any, **kwargs: Any) -> Any:
            return outer(getter, full_name, *args, **kwargs)

        return inner(through_outer, name, *args, **kwargs)

    return both


def variable_op_scope(
    values: Sequence[Any],
    name_or_scope: Any,
    default_name: str | None = None,
    initializer: Any = None,
    regularizer: Any = None,
    caching_device: Any = None,
    partitioner: Any = None,
    custom_getter: Callable[..., Any] | None = None,
    reuse: Any = None,
    dtype: Any = None,
    use_resource: bool | None = None,
    constraint: Any = None,
) -> Any:
    """`variable_scope` with its arguments in the order of old programs.

    Args:
        values: tensors; the graph they belong to becomes the default.
        name_or_scope, default_name, initializer, regularizer, caching_device, partitioner,
            custom_getter, reuse, dtype, use_resource, constraint: as those of `variable_scope`.

    Returns:
        A context manager, which gives the scope.
    """
    return variable_scope(
        name_or_scope, default_name, values, initializer, regularizer, caching_device, partitioner,
        custom_getter, reuse, dtype, use_resource, constraint,
    )  # fmt: skip
