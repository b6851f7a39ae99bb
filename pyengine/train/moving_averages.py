"""Moving averages of variables and tensors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pyengine import dtypes
from pyengine.convert import convert_to_tensor
from pyengine.graph import Operation, Tensor, get_default_graph
from pyengine.graph_keys import GraphKeys
from pyengine.ops import state
from pyengine.ops.array import shape
from pyengine.ops.control_flow import group
from pyengine.ops.filling import zeros
from pyengine.ops.math import add, cast, divide, minimum, multiply, pow, subtract
from pyengine.scopes import control_dependencies, name_scope
from pyengine.variable_collections import (
    global_variables,
    moving_average_variables,
    trainable_variables,
)
from pyengine.variables import Variable

__all__ = ["ExponentialMovingAverage", "assign_moving_average", "weighted_moving_average"]


def assign_moving_average(
    variable: Any, value: Any, decay: Any, zero_debias: bool = True, name: str | None = None
) -> Tensor:
    """Moves a variable towards a value: `variable -= (1 - decay) * (variable - value)`.

    Args:
        variable: a `Variable` that holds the average.
        value: a tensor of its shape and dtype.
        decay: how much of the average is kept, a float or scalar tensor.
        zero_debias: whether the variable starts as zeros, so that the average is to be corrected
            for them as Adam's are (Kingma and Ba, 2015, section 3).
        name: the name scope, "AssignMovingAvg" by default.

    Returns:
        A reference to the variable, whose value is the one after the update.
    """
    with name_scope(name, "AssignMovingAvg", [variable, value, decay]) as scope:
        rate = subtract(cast(1.0, _dtype_of(decay)), decay, name="decay")
        rate = cast(rate, variable.dtype.base_dtype)
        if zero_debias:
            delta = _debiased(variable, value, rate)
        else:
            delta = multiply(subtract(variable, value), rate)
        return state.assign_sub(variable, delta, name=scope)


def _dtype_of(decay: Any) -> Any:
    return decay.dtype.base_dtype if hasattr(decay, "dtype") else dtypes.float32


def _debiased(variable: Any, value: Any, rate: Tensor) -> Tensor:
    """What to take from `variable` so that it is the average without the zeros it started with."""
    dtype = variable.dtype.base_dtype
    graph = variable.graph
    base = variable.op.name
    with control_dependencies(None), graph.name_scope(None):
        biased = Variable(
            lambda: zeros(variable.shape, dtype), trainable=False, name=f"{base}/biased"
        )
        steps = Variable(lambda: zeros([], dtype), trainable=False, name=f"{base}/local_step")
    moved = state.assign_sub(biased, multiply(subtract(biased, value), rate))
    counted = state.assign_add(steps, cast(1, dtype))
    with control_dependencies([moved.op, counted.op]):
        one = cast(1.0, dtype)
        weight = subtract(one, pow(subtract(one, rate), steps.read_value()))
        return subtract(variable.read_value(), divide(biased.read_value(), weight))


def weighted_moving_average(
    value: Any,
    decay: Any,
    weight: Any,
    truediv: bool = True,
    collections: Any = None,
    name: str | None = None,
) -> Tensor:
    """The moving average of `value`, each weighted by its `weight`.

    Args:
        value: a numeric tensor of known shape.
        decay: how much of the average is kept.
        weight: a tensor that broadcasts to `value`.
        truediv: whether to divide as floats, which integers are not here.
        collections: the collections for the two variables; GLOBAL_VARIABLES by default.
        name: the name scope, "WeightedMovingAvg" by default.

    Returns:
        A tensor: the new average.
    """
    value = convert_to_tensor(value)
    dtype = value.dtype.base_dtype
    keys = [GraphKeys.GLOBAL_VARIABLES] if collections is None else collections
    with name_scope(name, "WeightedMovingAvg", [value, weight, decay]) as scope:
        made = [
            Variable(
                lambda: zeros(value.shape, dtype), trainable=False, collections=keys, name=label
            )
            for label in ("value_x_weight_var", "weight_var")
        ]
        weights = convert_to_tensor(weight, dtype)
        top = assign_moving_average(made[0], multiply(value, weights), decay, zero_debias=False)
        wide = add(multiply(value, cast(0, dtype)), weights)
        bottom = assign_moving_average(made[1], wide, decay, zero_debias=False)
        return divide(top, bottom, name=scope)


class ExponentialMovingAverage:
    """Keeps averages of variables: `average = decay * average + (1 - decay) * variable`.

    Args:
        decay: how much of the average is kept at an update, such as 0.999.
        num_updates: a counter of the updates: while it is small the decay is at most
            `(1 + num_updates) / (10 + num_updates)`, so that averages move faster at first.
        zero_debias: whether to correct the averages of tensors, which start as zeros.
        name: the name of the averages after that of their variables.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     w = tf.Variable(0.0)
        ...     ema = tf.train.ExponentialMovingAverage(0.5)
        ...     update = ema.apply([w])
        ...     sess.run(tf.global_variables_initializer())
        ...     sess.run(w.assign(8.0))
        ...     sess.run(update)
        ...     float(sess.run(ema.average(w)))
        np.float32(8.0)
        4.0
    """

    def __init__(
        self,
        decay: Any,
        num_updates: Any = None,
        zero_debias: bool = False,
        name: str = "ExponentialMovingAverage",
    ) -> None:
        self._decay = decay
        self._num_updates = num_updates
        self._zero_debias = zero_debias
        self._name = name
        self._averages: dict[Any, Variable] = {}

    @property
    def name(self) -> str:
        """The name of the averages after that of their variables."""
        return self._name

    def apply(self, var_list: Sequence[Any] | None = None) -> Operation:
        """An op that updates the averages; makes them at the first call for a variable.

        Args:
            var_list: variables and tensors, of a floating-point dtype; by default all trainable
                variables. An average starts as its variable's initial value, that of a tensor as
                zeros.

        Returns:
            The `Operation`.

        Raises:
            TypeError: for another dtype.
            ValueError: for a variable whose average is computed already.
        """
        members = trainable_variables() if var_list is None else list(var_list)
        debiased = set()
        for member in members:
            if member.dtype.base_dtype not in dtypes.FLOAT:
                raise TypeError(f"The variables must be half, float, or double: {member.name}")
            if member not in self._averages:
                self._averages[member] = self._new_average(member)
                if self._zero_debias and not isinstance(member, Variable):
                    debiased.add(member)
        with name_scope(self._name) as scope:
            decay = convert_to_tensor(self._decay, name="decay")
            if self._num_updates is not None:
                count = cast(self._num_updates, dtypes.float32, name="num_updates")
                early = divide(add(count, 1.0), add(count, 10.0))
                decay = minimum(cast(decay, dtypes.float32), early)
            updates = [
                assign_moving_average(self._averages[m], m, decay, zero_debias=m in debiased).op
                for m in members
            ]
            return group(*updates, name=scope)

    def _new_average(self, member: Any) -> Variable:
        graph = member.graph
        is_variable = isinstance(member, Variable)
        with graph.as_default(), control_dependencies(None), graph.name_scope(None):
            average = Variable(
                member.initialized_value if is_variable else lambda: _zeros_for(member),
                trainable=False,
                name=f"{member.op.name}/{self._name}",
                dtype=member.dtype.base_dtype,
                validate_shape=member.shape.is_fully_defined(),
            )
        if is_variable:
            graph.add_to_collection(GraphKeys.MOVING_AVERAGE_VARIABLES, member)
        return average

    def average(self, var: Any) -> Variable | None:
        """The `Variable` with the average of `var`, None if there is none."""
        return self._averages.get(var)

    def average_name(self, var: Any) -> str:
        """The name that the average of `var` has, or would have."""
        if var in self._averages:
            return self._averages[var].op.name
        with get_default_graph().name_scope(None):
            return get_default_graph().unique_name(
                f"{var.op.name}/{self._name}", mark_as_used=False
            )

    def variables_to_restore(
        self, moving_avg_variables: Sequence[Any] | None = None
    ) -> dict[str, Any]:
        """Names in a checkpoint and the variables to load them into: averages for their variables.

        Args:
            moving_avg_variables: the variables to load averages into; by default the trainable ones
                and those that have an average.

        Returns:
            A dict for `tf.train.Saver`: the other global variables keep their names.
        """
        if moving_avg_variables is None:
            moving_avg_variables = trainable_variables() + moving_average_variables()
        averaged = list(dict.fromkeys(moving_avg_variables))
        found = {self.average_name(v): v for v in averaged}
        names = {v.name for v in averaged}
        for variable in dict.fromkeys(global_variables()):
            if variable.name not in names and variable.op.name not in found:
                found[variable.op.name] = variable
        return found


def _zeros_for(tensor: Tensor) -> Tensor:
    if tensor.shape.is_fully_defined():
        return zeros(tensor.shape, tensor.dtype.base_dtype)
    return zeros(shape(tensor), tensor.dtype.base_dtype)
