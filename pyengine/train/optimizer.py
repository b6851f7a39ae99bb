"""`Optimizer`, the base of all: gradients of a loss, and their application to variables."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from pyengine import pending_restores
from pyengine.convert import convert_to_tensor
from pyengine.gradients import gradients
from pyengine.graph import Operation, Tensor
from pyengine.graph_keys import GraphKeys
from pyengine.indexed_slices import IndexedSlices
from pyengine.ops import state
from pyengine.ops.control_flow import group
from pyengine.ops.control_flow import tuple as gated
from pyengine.scopes import (
    add_to_collection,
    control_dependencies,
    get_collection_ref,
    name_scope,
)
from pyengine.variable_collections import trainable_variables
from pyengine.variables import Variable


class Optimizer:
    """Adds ops that train variables to the graph.

    A subclass gives `_apply_dense` and `_apply_sparse`, and `_create_slots` and `_prepare` where it
    needs them.

    Args:
        use_locking: accepted; an update is never seen half done.
        name: the name scope of the update ops.
    """

    GATE_NONE = 0
    GATE_OP = 1
    GATE_GRAPH = 2

    def __init__(self, use_locking: bool, name: str) -> None:
        if not name:
            raise ValueError("Must specify the optimizer name")
        self._use_locking = use_locking
        self._name = name
        self._slots: dict[str, dict[Variable, Variable]] = {}

    def get_name(self) -> str:
        return self._name

    def minimize(
        self,
        loss: Any,
        global_step: Variable | None = None,
        var_list: Sequence[Variable] | None = None,
        gate_gradients: int = GATE_OP,
        aggregation_method: int | None = None,
        colocate_gradients_with_ops: bool = False,
        name: str | None = None,
        grad_loss: Any = None,
    ) -> Operation:
        """An op that moves the variables one step towards a smaller loss.

        Args:
            loss: a tensor.
            global_step: a variable to count steps in.
            var_list: the variables to train; by default all trainable ones of the graph.
            gate_gradients: `GATE_NONE`, `GATE_OP` or `GATE_GRAPH`.
            aggregation_method: one of `AggregationMethod`.
            colocate_gradients_with_ops: whether gradient ops go to the devices of their ops.
            name: the op's name.
            grad_loss: the gradient of the loss to start from; ones by default.

        Returns:
            The `Operation`; it also counts the step.

        Raises:
            ValueError: when there is nothing to train, or no variable has a gradient.

        Example:
            >>> import pyengine as tf
            >>> with tf.Graph().as_default(), tf.Session() as sess:
            ...     w = tf.Variable(4.0)
            ...     step = tf.train.GradientDescentOptimizer(0.25).minimize(w * w)
            ...     sess.run(tf.global_variables_initializer())
            ...     sess.run(step)
            ...     float(sess.run(w))
            2.0
        """
        pairs = self.compute_gradients(
            loss,
            var_list,
            gate_gradients,
            aggregation_method,
            colocate_gradients_with_ops,
            grad_loss,
        )
        if all(grad is None for grad, _ in pairs):
            names = [v.name for _, v in pairs]
            raise ValueError(
                f"No gradients provided for any variable, check your graph for ops that do not "
                f"support gradients, between variables {names} and loss {loss!r}."
            )
        return self.apply_gradients(pairs, global_step, name)

    def compute_gradients(
        self,
        loss: Any,
        var_list: Sequence[Variable] | None = None,
        gate_gradients: int = GATE_OP,
        aggregation_method: int | None = None,
        colocate_gradients_with_ops: bool = False,
        grad_loss: Any = None,
    ) -> list[tuple[Any, Variable]]:
        """The first half of `minimize`: pairs of gradient and variable; None where none flows."""
        if gate_gradients not in (self.GATE_NONE, self.GATE_OP, self.GATE_GRAPH):
            raise ValueError(
                f"gate_gradients must be one of: Optimizer.GATE_NONE, Optimizer.GATE_OP, "
                f"Optimizer.GATE_GRAPH. Not {gate_gradients}"
            )
        self._check_trainable(loss, "loss")
        variables = _as_variables(trainable_variables() if var_list is None else var_list)
        if not variables:
            raise ValueError("No variables to optimize.")
        found = gradients(
            loss,
            variables,
            grad_ys=grad_loss,
            gate_gradients=gate_gradients == self.GATE_OP,
            aggregation_method=aggregation_method,
            colocate_gradients_with_ops=colocate_gradients_with_ops,
        )
        if gate_gradients == self.GATE_GRAPH:
            found = gated(found)
        for grad, variable in zip(found, variables):
            if grad is not None:
                self._check_trainable(variable, variable.name)
        return list(zip(found, variables))

    def apply_gradients(
        self,
        grads_and_vars: Iterable[tuple[Any, Variable]],
        global_step: Variable | None = None,
        name: str | None = None,
    ) -> Operation:
        """The second half of `minimize`: an op that applies gradients to their variables.

        Args:
            grads_and_vars: pairs as `compute_gradients` returns them.
            global_step: a variable to add one to after the updates.
            name: the op's name.

        Raises:
            ValueError: when no variable has a gradient.
        """
        pairs = list(grads_and_vars)
        if not pairs:
            raise ValueError("No variables provided.")
        active = [(_as_gradient(g), v) for g, v in pairs if g is not None]
        if not active:
            raise ValueError(
                f"No gradients provided for any variable: {[v.name for _, v in pairs]}."
            )
        with control_dependencies(None):
            self._create_slots([v for _, v in active])
            pending_restores.made()
        with name_scope(name, self._name) as scope:
            self._prepare()
            updates = []
            for grad, variable in active:
                with name_scope("update_" + variable.op.name):
                    updates.append(self._update(grad, variable))
            if global_step is None:
                train_op = self._finish(updates, scope)
            else:
                with control_dependencies([self._finish(updates, "update")]):
                    train_op = state.assign_add(global_step, 1, name=scope).op
        if train_op not in get_collection_ref(GraphKeys.TRAIN_OP):
            add_to_collection(GraphKeys.TRAIN_OP, train_op)
        return train_op

    def _update(self, grad: Any, variable: Variable) -> Any:
        if isinstance(grad, IndexedSlices):
            update = self._apply_sparse_duplicate_indices(grad, variable)
        else:
            update = self._apply_dense(grad, variable)
        if variable.constraint is None:
            return update
        with control_dependencies([update]):
            return variable.assign(variable.constraint(variable))

    # ------------------------------------------------------------ for subclasses

    def _create_slots(self, var_list: list[Variable]) -> None:
        """Makes the slots that the updates need."""

    def _prepare(self) -> None:
        """Makes tensors of the hyperparameters."""

    def _apply_dense(self, grad: Tensor, variable: Variable) -> Any:
        raise NotImplementedError(f"{type(self).__name__} must define _apply_dense()")

    def _apply_sparse_duplicate_indices(self, grad: IndexedSlices, variable: Variable) -> Any:
        """`_apply_sparse` with each row once: rows that are named twice are summed."""
        values, rows = deduplicated(grad.values, grad.indices)
        return self._apply_sparse(IndexedSlices(values, rows, grad.dense_shape), variable)

    def _apply_sparse(self, grad: IndexedSlices, variable: Variable) -> Any:
        raise NotImplementedError(
            f"{type(self).__name__} has no update for sparse gradients; convert the gradient of "
            f"{variable.name} with tf.convert_to_tensor()"
        )

    def _finish(self, updates: list[Any], name: str) -> Operation:
        """The op that is done when all the updates are."""
        return group(*updates, name=name)

    def _make_tensors(self, **given: Any) -> None:
        """Makes a tensor of each hyperparameter, for `_settings`; functions are called for it."""
        self._tensors = {
            name: convert_to_tensor(self._call_if_callable(value), name=name)
            for name, value in given.items()
        }

    def _settings(self, variable: Variable) -> list[Tensor]:
        """The hyperparameters in the variable's dtype, in the order of `_make_tensors`."""
        from pyengine.ops.math import cast

        return [cast(t, variable.dtype.base_dtype) for t in self._tensors.values()]

    @staticmethod
    def _call_if_callable(value: Any) -> Any:
        return value() if callable(value) else value

    @staticmethod
    def _check_trainable(value: Any, what: str) -> None:
        dtype = (
            value.dtype.base_dtype if hasattr(value, "dtype") else convert_to_tensor(value).dtype
        )
        if not (dtype.is_floating or dtype.is_complex):
            raise ValueError(
                f"Invalid type tf.{dtype.name} for {what}, expected a float or complex."
            )

    # ------------------------------------------------------------ slots

    def _trackable_children(self) -> dict[str, Any]:
        """What a `tf.train.Checkpoint` saves besides slots: variables of the optimizer's own."""
        return {}

    def get_slot(self, var: Variable, name: str) -> Variable | None:
        """The slot that the optimizer keeps for a variable under a name, None without one."""
        return self._slots.get(name, {}).get(var)

    def get_slot_names(self) -> list[str]:
        """The names of the slots, sorted."""
        return sorted(self._slots)

    def variables(self) -> list[Variable]:
        """All variables of the optimizer's own."""
        slots = [v for by_var in self._slots.values() for v in by_var.values()]
        return sorted(slots, key=lambda v: v.name)

    def _slot_dict(self, slot_name: str) -> dict[Variable, Variable]:
        """The slots of one name, by their variables."""
        return self._slots.setdefault(slot_name, {})

    def _slot(
        self, var: Variable, slot_name: str, op_name: str, initial: Callable[[], Any]
    ) -> Variable:
        """The slot of a variable, made at first use with what `initial` returns."""
        slots = self._slot_dict(slot_name)
        if var not in slots:
            dtype, name = var.dtype.base_dtype, f"{var.op.name}/{op_name}"
            with var.graph.as_default(), var.graph.name_scope(None):
                if var._is_resource:  # whose updates take resources only
                    from pyengine.handle_variable import new_handle_variable

                    slots[var] = new_handle_variable(initial, dtype, name, trainable=False)
                else:
                    slots[var] = Variable(
                        initial,
                        trainable=False,
                        name=name,
                        dtype=dtype,
                        validate_shape=var.shape.is_fully_defined(),
                    )
            part = var._save_slice_info
            if part is not None and slots[var].shape.is_compatible_with(part.var_shape):
                slot_path = slots[var].op.name.removeprefix(f"{var.op.name}/")
                whole = f"{part.full_name}/{slot_path}"
                slots[var]._save_slice_info = dataclasses.replace(part, full_name=whole)
        return slots[var]

    def _zeros_slot(self, var: Variable, slot_name: str, op_name: str) -> Variable:
        """A slot of the variable's shape that starts as zeros."""
        return self._constant_slot(var, 0.0, slot_name, op_name)

    def _constant_slot(self, var: Variable, value: Any, slot_name: str, op_name: str) -> Variable:
        """A slot of the variable's shape that starts with one value everywhere."""
        from pyengine.ops.array import shape
        from pyengine.ops.filling import fill

        dtype = var.dtype.base_dtype

        def initial() -> Tensor:
            known = var.shape.is_fully_defined()
            sizes = var.shape.as_list() if known else shape(var.initialized_value())
            return fill(sizes, convert_to_tensor(value, dtype))

        return self._slot(var, slot_name, op_name, initial)

    def _get_or_make_slot(self, var: Variable, val: Any, slot_name: str, op_name: str) -> Variable:
        """The slot of a variable, which starts as the tensor `val`."""
        return self._slot(var, slot_name, op_name, lambda: val)

    def _get_or_make_slot_with_initializer(
        self, var: Variable, initializer: Any, shape: Any, dtype: Any, slot_name: str, op_name: str
    ) -> Variable:
        """The slot of a variable, which starts as its initializer makes it."""
        return self._slot(var, slot_name, op_name, lambda: initializer(shape, dtype=dtype))


def _as_variables(var_list: Any) -> list[Variable]:
    found = list(var_list) if isinstance(var_list, (list, tuple)) else [var_list]
    for item in found:
        if not isinstance(item, Variable):
            raise TypeError(f"Argument is not a tf.Variable: {item!r}")
    return found


def _as_gradient(grad: Any) -> Any:
    return grad if isinstance(grad, IndexedSlices) else convert_to_tensor(grad)


def deduplicated(values: Tensor, indices: Tensor) -> tuple[Tensor, Tensor]:
    """Rows summed where an index stands more than once, and each index once."""
    from pyengine.ops.array import shape
    from pyengine.ops.segment import unsorted_segment_sum
    from pyengine.ops.uniqueness import unique

    distinct, position = unique(indices)
    return unsorted_segment_sum(values, position, shape(distinct)[0]), distinct
