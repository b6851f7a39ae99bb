"""`RNNCell`, what all recurrent cells have in common, and the state of LSTMs."""

from __future__ import annotations

import collections
import re
from typing import Any

from pyengine import nest, pending_restores
from pyengine.convert import convert_to_tensor
from pyengine.dtypes import as_dtype
from pyengine.graph import Tensor
from pyengine.ops.filling import zeros
from pyengine.ops.joining import concat
from pyengine.scopes import name_scope
from pyengine.shape import Dimension, TensorShape, as_shape
from pyengine.static import constant_value
from pyengine.variable_scope import VariableScope, get_variable, variable_scope


class LSTMStateTuple(collections.namedtuple("LSTMStateTuple", ("c", "h"))):
    """The state of an LSTM cell: the memory `c` and the output `h`."""

    __slots__ = ()

    @property
    def dtype(self) -> Any:
        """The dtype of both; raises TypeError if they differ."""
        c, h = self
        if c.dtype is not h.dtype:
            raise TypeError(f"Inconsistent internal state: {c.dtype} vs {h.dtype}")
        return c.dtype


def with_batch(batch_size: Any, size: Any) -> tuple[Any, TensorShape]:
    """The shape of a state or output for a batch: as a value to run, and as far as it is known.

    Args:
        batch_size: an integer or an integer scalar tensor.
        size: an integer, a `TensorShape` or a list: the shape without the batch.
    """
    row = TensorShape([size]) if isinstance(size, (int, Dimension)) else as_shape(size)
    known = constant_value(batch_size) if isinstance(batch_size, Tensor) else batch_size
    static = TensorShape([None if known is None else int(known), *row.as_list()])
    if static.is_fully_defined():
        return static.as_list(), static
    if not row.is_fully_defined():
        raise ValueError(f"The shape {row} of a state must be known but for the batch")
    return concat([[batch_size], convert_to_tensor(row.as_list(), "int32")], 0), static


def zeros_of(batch_size: Any, size: Any, dtype: Any) -> Any:
    """Zeros for a batch, nested as `size` is."""

    def make(one: Any) -> Tensor:
        shape, static = with_batch(batch_size, one)
        result = zeros(shape, as_dtype(dtype))
        result.set_shape(static)
        return result

    if isinstance(size, TensorShape):
        return make(size)
    return nest.map_structure(make, size)


class RNNCell:
    """What all cells have in common; a cell of one's own overrides `call`, and `build` if needed.

    Args:
        trainable: whether optimizers change the variables.
        name: the name of the variables' scope; by default that of the class, in snake case.
        dtype: the dtype of the variables; by default that of the inputs.
        reuse: True to use variables that are there.
    """

    def __init__(
        self,
        trainable: bool = True,
        name: str | None = None,
        dtype: Any = None,
        reuse: bool | None = None,
        _reuse: bool | None = None,
    ) -> None:
        self.trainable = trainable
        self.built = False
        self._given_name = name
        self._base_name = name or _snake_case(type(self).__name__)
        self._dtype = None if dtype is None else as_dtype(dtype).base_dtype
        self._reuse = reuse if _reuse is None else _reuse
        self._scope: VariableScope | None = None
        self._weights: list[Any] = []

    # ------------------------------------------------------------ what a cell is

    @property
    def state_size(self) -> Any:
        """The size of the state: an integer, a `TensorShape`, or nested ones."""
        raise NotImplementedError(
            f"Abstract method: {type(self).__name__} has no `state_size`, which a cell must have"
        )

    @property
    def output_size(self) -> Any:
        """The size of the output: an integer, a `TensorShape`, or nested ones."""
        raise NotImplementedError(
            f"Abstract method: {type(self).__name__} has no `output_size`, which a cell must have"
        )

    def build(self, inputs_shape: Any) -> None:
        """Makes the variables, for inputs of the given static shape; sets `built`."""
        self.built = True

    def call(self, inputs: Any, state: Any) -> Any:
        """The pair (output, next state)."""
        raise NotImplementedError(
            f"Abstract method: {type(self).__name__} has no call(inputs, state), which returns the "
            "output and the next state"
        )

    def zero_state(self, batch_size: Any, dtype: Any) -> Any:
        """The state to start from: zeros, nested as `state_size`.

        Args:
            batch_size: an integer or an integer scalar tensor.
            dtype: the dtype.
        """
        with name_scope(f"{type(self).__name__}ZeroState"):
            return zeros_of(batch_size, self.state_size, dtype)

    def get_initial_state(
        self, inputs: Any = None, batch_size: Any = None, dtype: Any = None
    ) -> Any:
        """`zero_state` for the batch and dtype of `inputs`, or for those given."""
        if inputs is not None:
            from pyengine.ops.array import shape

            tensor = convert_to_tensor(inputs, name="inputs")
            known = tensor.shape[0].value if tensor.shape.ndims else None
            batch_size = shape(tensor)[0] if known is None else known
            dtype = tensor.dtype.base_dtype
        if batch_size is None or dtype is None:
            raise ValueError(
                f"batch_size and dtype cannot be None while constructing initial state: "
                f"batch_size={batch_size}, dtype={dtype}"
            )
        return self.zero_state(batch_size, dtype)

    # ------------------------------------------------------------ calling

    def __call__(self, inputs: Any, state: Any, scope: Any = None, **kwargs: Any) -> Any:
        """One step.

        Args:
            inputs: a tensor of shape [batch, depth], or nested ones.
            state: the state, nested as `state_size`.
            scope: the variable scope; by default one of the cell's name.

        Returns:
            The pair (output, next state).
        """
        if self._scope is None:
            if self._reuse and scope is None:
                scope = self._base_name  # the variables that are there, not new ones
            with variable_scope(scope, default_name=self._base_name) as found:
                self._scope = found
        reuse = True if self.built or self._reuse else None
        with variable_scope(self._scope, reuse=reuse):
            if not self.built:
                shapes = nest.map_structure(lambda t: convert_to_tensor(t).shape, inputs)
                if self._dtype is None:
                    self._dtype = convert_to_tensor(nest.flatten(inputs)[0]).dtype.base_dtype
                self.build(shapes)
                self.built = True
                pending_restores.made()
            return self.call(inputs, state, **kwargs)

    def add_variable(
        self,
        name: str,
        shape: Any,
        dtype: Any = None,
        initializer: Any = None,
        regularizer: Any = None,
        trainable: bool = True,
        constraint: Any = None,
        **kwargs: Any,
    ) -> Any:
        """A variable of the cell; for `build`."""
        variable = get_variable(
            name,
            shape=shape,
            dtype=self._dtype if dtype is None else dtype,
            initializer=initializer,
            regularizer=regularizer,
            trainable=trainable and self.trainable,
            constraint=constraint,
            **kwargs,
        )
        self._weights.append(variable)
        return variable

    add_weight = add_variable

    # ------------------------------------------------------------ what it has

    @property
    def name(self) -> str:
        return self._base_name if self._scope is None else self._scope.name.split("/")[-1]

    @property
    def scope_name(self) -> str:
        if self._scope is None:
            raise ValueError(f"No name available for layer scope because {self.name} is not built")
        return self._scope.name

    @property
    def dtype(self) -> Any:
        return self._dtype

    def _inner_cells(self) -> list[RNNCell]:
        """The cells that this one is made of."""
        return []

    def _trackable_children(self) -> dict[str, Any]:
        """What a `tf.train.Checkpoint` saves: the variables, the inner cells, other attributes."""
        from pyengine.trackable import weights_and_attributes

        scope = "" if self._scope is None else f"{self._scope.name}/"
        found = weights_and_attributes(self, self._weights, scope, ("_weights",))
        inner = self._inner_cells()
        names = ["cell"] if "_cell" in found else [f"cell-{i}" for i in range(len(inner))]
        return found | dict(zip(names, inner))

    @property
    def weights(self) -> list[Any]:
        """All variables."""
        inner = [w for cell in self._inner_cells() for w in cell.weights]
        return [*self._weights, *inner]

    variables = weights

    @property
    def trainable_weights(self) -> list[Any]:
        """The variables that optimizers change."""
        return [w for w in self.weights if w.trainable]

    trainable_variables = trainable_weights

    @property
    def non_trainable_weights(self) -> list[Any]:
        """The variables that optimizers do not change."""
        return [w for w in self.weights if not w.trainable]

    non_trainable_variables = non_trainable_weights


def _snake_case(name: str) -> str:
    """A class name as TensorFlow names its scope: BasicLSTMCell is basic_lstm_cell."""
    first = re.sub(r"(.)([A-Z][a-z0-9]+)", r"\1_\2", name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", first).lower()
