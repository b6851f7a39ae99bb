"""`Layer`: what a layer has in common with all others: its name, scope, variables and losses."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from pyengine import dtypes, initializers, pending_restores
from pyengine.convert import convert_to_tensor
from pyengine.dtypes import DType, as_dtype
from pyengine.graph import Graph, Tensor, get_default_graph
from pyengine.graph_keys import GraphKeys
from pyengine.partitioned import PartitionedVariable
from pyengine.scopes import name_scope
from pyengine.shape import as_shape
from pyengine.variable_scope import VariableScope, get_variable, variable_scope

__all__ = ["InputSpec", "Layer", "activation_of", "initializer_of"]

_ACTIVATIONS = (
    "elu", "relu", "relu6", "selu", "sigmoid", "softmax", "softplus", "softsign", "tanh",
)  # fmt: skip

_SUFFIX = "_initializer"


def activation_of(given: Any) -> Callable[..., Tensor] | None:
    """The function that an activation's name stands for; a function itself, None for none.

    Raises:
        ValueError: for another name.
    """
    if given is None or given == "linear":
        return None
    if callable(given):
        found: Callable[..., Tensor] = given
        return found
    from pyengine import nn

    if given in _ACTIVATIONS:
        return getattr(nn, given)
    raise ValueError(
        f"Unknown activation function: {given!r}. By name there are linear, "
        f"{', '.join(_ACTIVATIONS)}; any other is given as a function"
    )


def initializer_of(given: Any) -> Any:
    """The initializer that a name stands for; anything else itself.

    Raises:
        ValueError: for another name.
    """
    if not isinstance(given, str):
        return given
    for name in (given, f"{given}{_SUFFIX}"):
        found = getattr(initializers, name, None)
        if found is not None:
            return found()
    known = sorted(n[: -len(_SUFFIX)] for n in initializers.__all__ if n.endswith(_SUFFIX))
    raise ValueError(
        f"Unknown initializer: {given!r}. By name there are {', '.join(known)}; any other is given "
        f"as a function of shape and dtype"
    )


class InputSpec:
    """What a layer asks of its input: rank, dtype and sizes, None where any will do.

    Args:
        dtype: the dtype.
        shape: the whole shape.
        ndim, max_ndim, min_ndim: the rank, or its bounds.
        axes: the size of some axes, by their number.
    """

    def __init__(
        self,
        dtype: Any = None,
        shape: Any = None,
        ndim: int | None = None,
        max_ndim: int | None = None,
        min_ndim: int | None = None,
        axes: dict[int, int | None] | None = None,
    ) -> None:
        self.dtype = dtype
        self.shape = shape
        self.ndim = len(shape) if shape is not None else ndim
        self.max_ndim = max_ndim
        self.min_ndim = min_ndim
        self.axes = axes or {}

    def check(self, x: Tensor, layer: str) -> None:
        """Raises ValueError for an input that is not as wanted."""
        n, start = x.shape.ndims, f"Input 0 of layer {layer} is incompatible with the layer: "
        if n is None:
            if self.ndim is None and self.min_ndim is None and self.max_ndim is None:
                return
            raise ValueError(
                f"{start}its rank is undefined, but the layer requires a defined rank."
            )
        bounds = (
            ("ndim", self.ndim, n == self.ndim),
            ("max_ndim", self.max_ndim, n <= (n if self.max_ndim is None else self.max_ndim)),
            ("min_ndim", self.min_ndim, n >= (self.min_ndim or 0)),
        )
        for what, wanted, ok in bounds:
            if wanted is not None and not ok:
                raise ValueError(
                    f"{start}expected {what}={wanted}, found ndim={n}. Full shape received: "
                    f"{x.shape.as_list()}"
                )
        if self.dtype is not None and x.dtype.base_dtype is not as_dtype(self.dtype):
            raise ValueError(f"{start}expected dtype={self.dtype}, found dtype={x.dtype}")
        wanted_axes = self.axes if self.shape is None else dict(enumerate(self.shape))
        for axis, size in wanted_axes.items():
            found = x.shape[axis].value
            if size is not None and found is not None and found != size:
                raise ValueError(
                    f"{start}expected axis {axis} of input shape to have value {size} but received "
                    f"input with shape {x.shape.as_list()}"
                )


def _snake_case(name: str) -> str:
    """`MaxPooling2D` as max_pooling2d."""
    spaced = re.sub(r"(.)([A-Z][a-z0-9]+)", r"\1_\2", name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", spaced).lower()


def _unique_name(graph: Graph, base: str) -> str:
    counts = graph.get_collection_ref("_layer_names")
    if not counts:
        counts.append({})
    n = counts[0].get(base, -1) + 1
    counts[0][base] = n
    return f"{base}_{n}" if n else base


class Layer:
    """Makes variables once, and an output of each input it is called with.

    A subclass makes its variables with `add_weight` in `build(input_shape)`, and its ops in
    `call(inputs)`.

    Args:
        trainable: whether its variables are trained.
        name: its name, and that of its variable scope; by default made of the class's.
        dtype: of its variables; by default that of the first input.
        activity_regularizer: a function of the output, whose result becomes a loss.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default():
        ...     layer = tf.layers.Dense(3)
        ...     y = layer(tf.zeros([2, 5]))
        ...     print(y.name, [v.name for v in layer.variables])
        dense/BiasAdd:0 ['dense/kernel:0', 'dense/bias:0']
    """

    def __init__(
        self,
        trainable: bool = True,
        name: str | None = None,
        dtype: Any = None,
        activity_regularizer: Callable[..., Any] | None = None,
        _scope: Any = None,
        _reuse: Any = None,
        **unknown: Any,
    ) -> None:
        if unknown:
            raise TypeError(f"Keyword argument not understood: {', '.join(sorted(unknown))}")
        self.trainable = trainable
        self.built = False
        self.input_spec: InputSpec | None = None
        self._activity_regularizer = activity_regularizer
        self._graph = get_default_graph()
        self._dtype: DType | None = None if dtype is None else as_dtype(dtype)
        self._trainable_weights: list[Any] = []
        self._non_trainable_weights: list[Any] = []
        self._losses: list[Tensor] = []
        self._updates: list[Any] = []
        self._calls: list[tuple[Any, Any]] = []
        self._reuse = _reuse
        self._scope: VariableScope | None = None
        base = _snake_case(type(self).__name__)
        if isinstance(name, VariableScope):
            self._base_name: str = name.name
            self._name = name.name
        else:
            self._base_name = name or base
            self._name = name or _unique_name(self._graph, base)
        if _scope is not None:
            with variable_scope(_scope) as captured:
                self._scope = captured

    # ------------------------------------------------------------ what a subclass says

    def build(self, input_shape: Any) -> None:
        """Makes the variables; `input_shape` is the `TensorShape` of the first input."""
        self.built = True

    def call(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        """Makes the ops, and returns the output."""
        return inputs

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The static shape of the output for an input of a shape."""
        with Graph().as_default():
            from pyengine.ops.placeholders import placeholder

            made = type(self)(**self._settings())
            out = made(placeholder(self._dtype or dtypes.float32, as_shape(input_shape)))
            return out.shape

    def _settings(self) -> dict[str, Any]:
        raise NotImplementedError(f"{type(self).__name__} must define compute_output_shape()")

    # ------------------------------------------------------------ calling it

    def __call__(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        """The output for an input: a tensor, or a nested structure that `call` understands.

        Args:
            inputs: the input.
            scope: the variable scope, at the first call of a layer without a name.
            *args, **kwargs: what `call` takes besides.
        """
        self._set_scope(kwargs.pop("scope", None))
        if not isinstance(inputs, (list, tuple, dict)):
            inputs = convert_to_tensor(inputs)
        first = _first(inputs)
        reuse = True if self.built else self._reuse
        with (
            first.graph.as_default(),
            variable_scope(self._scope, reuse=reuse, auxiliary_name_scope=False) as scope,
            name_scope(scope.original_name_scope),
        ):
            if self._dtype is None:
                self._dtype = first.dtype.base_dtype
            self._check(first)
            if not self.built:
                self.build(first.shape)
                self.built = True
                pending_restores.made()
            self._check(first)
            outputs = self.call(inputs, *args, **kwargs)
            self._regularize_activity(outputs)
        self._calls.append((inputs, outputs))
        return outputs

    def apply(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        """The same as calling it."""
        return self(inputs, *args, **kwargs)

    def _check(self, first: Tensor) -> None:
        if self.input_spec is not None:
            self.input_spec.check(first, self._name)

    def _set_scope(self, scope: Any) -> None:
        if self._scope is not None:
            return
        if self._reuse:
            context = variable_scope(self._base_name if scope is None else scope)
        else:
            context = variable_scope(scope, default_name=self._base_name)
        with context as captured:
            self._scope = captured

    def _regularize_activity(self, outputs: Any) -> None:
        if self._activity_regularizer is None:
            return
        for out in outputs if isinstance(outputs, (list, tuple)) else [outputs]:
            with name_scope("ActivityRegularizer"):
                loss = self._activity_regularizer(out)
            self.add_loss(loss)

    # ------------------------------------------------------------ variables, losses, updates

    def add_weight(
        self,
        name: str,
        shape: Any,
        dtype: Any = None,
        initializer: Any = None,
        regularizer: Callable[..., Any] | None = None,
        trainable: bool | None = None,
        constraint: Callable[..., Any] | None = None,
        use_resource: bool | None = None,
        partitioner: Any = None,
        **options: Any,
    ) -> Any:
        """A variable of the layer, made in its scope or shared from it.

        Args:
            name, shape, initializer, constraint, use_resource, partitioner: as for
                `tf.get_variable`.
            dtype: the dtype, the layer's by default.
            regularizer: a function of the variable, whose result becomes a loss.
            trainable: whether it is trained; True by default, and only if the layer is.
            options: accepted (`synchronization`, `aggregation`).
        """
        trainable = True if trainable is None else trainable
        self._set_scope(None)
        graph = get_default_graph()
        before = set(map(id, graph.get_collection_ref(GraphKeys.GLOBAL_VARIABLES)))
        reuse = True if self.built else self._reuse
        with variable_scope(self._scope, reuse=reuse, auxiliary_name_scope=False) as scope:
            if regularizer is None:
                regularizer = scope.regularizer
            outer, scope.regularizer = scope.regularizer, None
            try:
                variable = get_variable(
                    name,
                    shape,
                    self._dtype or dtypes.float32 if dtype is None else dtype,
                    initializer_of(initializer),
                    trainable=trainable and self.trainable,
                    constraint=constraint,
                    use_resource=use_resource,
                    partitioner=partitioner,
                )
            finally:
                scope.regularizer = outer
        weights = self._trainable_weights if trainable else self._non_trainable_weights
        weights.append(variable)
        # A variable that was there already has been regularized by whoever made it.
        parts = list(variable) if isinstance(variable, PartitionedVariable) else [variable]
        for part in parts if regularizer is not None else ():
            if id(part) in before:
                continue
            with name_scope(f"{part.op.name}/Regularizer/"):
                loss = regularizer(part)
            if loss is not None:
                self.add_loss(loss)
        return variable

    add_variable = add_weight

    def add_loss(self, losses: Any, inputs: Any = None) -> None:
        """Adds losses to the layer and to the collection REGULARIZATION_LOSSES."""
        for loss in losses if isinstance(losses, (list, tuple)) else [losses]:
            self._losses.append(loss)
            get_default_graph().add_to_collection(GraphKeys.REGULARIZATION_LOSSES, loss)

    def add_update(self, updates: Any, inputs: Any = None) -> None:
        """Adds ops to run with each training step to the layer and to the collection UPDATE_OPS."""
        for update in updates if isinstance(updates, (list, tuple)) else [updates]:
            self._updates.append(update)
            get_default_graph().add_to_collection(GraphKeys.UPDATE_OPS, update)

    @property
    def name(self) -> str:
        return self._name

    @property
    def scope_name(self) -> str:
        """The name of the variable scope; raises ValueError before the first call."""
        if self._scope is None:
            raise ValueError(
                f'No name available for layer scope because the layer "{self._name}" has not been '
                f"used yet. The scope name is determined the first time the layer instance is "
                f"called."
            )
        return self._scope.name

    @property
    def graph(self) -> Graph:
        return self._graph

    @property
    def dtype(self) -> Any:
        return self._dtype

    @property
    def trainable_weights(self) -> list[Any]:
        return list(self._trainable_weights) if self.trainable else []

    @property
    def non_trainable_weights(self) -> list[Any]:
        if self.trainable:
            return list(self._non_trainable_weights)
        return self._trainable_weights + self._non_trainable_weights

    @property
    def weights(self) -> list[Any]:
        return self.trainable_weights + self.non_trainable_weights

    @property
    def variables(self) -> list[Any]:
        return self.weights

    @property
    def trainable_variables(self) -> list[Any]:
        return self.trainable_weights

    @property
    def non_trainable_variables(self) -> list[Any]:
        return self.non_trainable_weights

    @property
    def losses(self) -> list[Tensor]:
        return list(self._losses)

    @property
    def updates(self) -> list[Any]:
        return list(self._updates) if self.trainable else []

    @property
    def activity_regularizer(self) -> Any:
        return self._activity_regularizer

    @property
    def input(self) -> Any:
        """The input of the only call; raises AttributeError before any."""
        return self._call_at(0)[0]

    @property
    def output(self) -> Any:
        """The output of the only call; raises AttributeError before any."""
        return self._call_at(0)[1]

    def get_input_at(self, node_index: int) -> Any:
        return self._call_at(node_index)[0]

    def get_output_at(self, node_index: int) -> Any:
        return self._call_at(node_index)[1]

    def _call_at(self, index: int) -> tuple[Any, Any]:
        if len(self._calls) <= index:
            raise AttributeError(f"The layer {self._name} has not been called {index + 1} times.")
        return self._calls[index]

    def _trackable_children(self) -> dict[str, Any]:
        """What a `tf.train.Checkpoint` saves: the variables, and attributes that have some."""
        from pyengine.trackable import weights_and_attributes

        scope = "" if self._scope is None else f"{self._scope.name}/"
        return weights_and_attributes(self, self._own_weights(), scope, _INTERNAL)

    def _own_weights(self) -> list[Any]:
        return self._trainable_weights + self._non_trainable_weights

    def count_params(self) -> int:
        """The number of elements of all variables; raises ValueError before there are any."""
        if not self.built:
            raise ValueError(
                f"You tried to call `count_params` on {self._name}, but the layer isn't built."
            )
        return sum(w.shape.num_elements() or 0 for w in self.weights)

    def __repr__(self) -> str:
        return f"<tf.layers.{type(self).__name__} {self._name!r}>"


# Attributes of every layer, which are no parts of it.
_INTERNAL = frozenset(
    ("_trainable_weights", "_non_trainable_weights", "_losses", "_updates", "_calls", "_settings")
)


def _first(inputs: Any) -> Tensor:
    while isinstance(inputs, (list, tuple, dict)):
        if not inputs:
            raise ValueError("a layer cannot be called without an input")
        inputs = next(iter(inputs.values())) if isinstance(inputs, dict) else inputs[0]
    return convert_to_tensor(inputs)
