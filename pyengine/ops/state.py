"""Variables as ops: their storage, assignment, and whether they are initialized.

`variables.Variable` is the class that users hold; the ops here take its reference. A kernel that
writes puts a new array into the cell and gives the cell on, so that whatever reads it later in the
run sees what was written.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from pyengine.errors import InvalidArgumentError
from pyengine.executor.runtime import Cell
from pyengine.graph import Operation, Tensor
from pyengine.ops.declare import REQUIRED, defop, no_grad
from pyengine.shape import SCALAR, TensorShape

__all__ = [
    "assign",
    "assign_add",
    "assign_sub",
    "is_variable_initialized",
    "variable_v2",
]

_WRITES = "an assignment changes state: it is not a function of its inputs"

variable_v2 = defop(
    "VariableV2",
    "-> ref(@dtype)",
    doc="The storage of a variable: one cell in each session.",
    attrs={"shape": REQUIRED, "dtype": REQUIRED, "container": "", "shared_name": ""},
    shape=lambda op: op.attrs["shape"],
    bind=lambda op, runtime: lambda: runtime.cell(op),
    grad=no_grad("it has no inputs"),
)

_is_initialized = defop(
    "IsVariableInitialized",
    "ref: ref(T) -> bool",
    doc="Whether the variable has a value.",
    shape=lambda op: SCALAR,
    kernel=lambda xp, cell: np.bool_(cell.is_initialized),
    stateful=True,
    grad=no_grad("its output is boolean"),
)


def is_variable_initialized(variable: Any, name: str | None = None) -> Tensor:
    """A boolean scalar: whether the variable has a value in the session.

    Args:
        variable: a `Variable`.
        name: the op's name.
    """
    return _is_initialized(variable, name=name)


def _assign_shape(op: Operation) -> TensorShape:
    ref, value = op.inputs[0].shape, op.inputs[1].shape
    return ref.merge_with(value) if op.attrs["validate_shape"] else value


def _assign_kernel(
    xp: Any, cell: Cell, value: Any, *, validate_shape: bool, use_locking: bool
) -> Any:
    declared = cell.op.attrs["shape"]
    if validate_shape and not declared.is_compatible_with(value.shape):
        raise InvalidArgumentError(
            None,
            None,
            f"Assign requires shapes of both tensors to match. lhs shape= {declared} rhs shape= "
            f"{TensorShape(value.shape)}",
        )
    # A copy: what is assigned may be a constant, a feed, or somebody's view of one.
    cell.value = xp.array(value, copy=True, order="K")
    return cell


_assign = defop(
    "Assign",
    "ref: ref(T), value: T -> ref(T)",
    doc="Puts a value into a variable.",
    attrs={"validate_shape": True, "use_locking": True},
    shape=_assign_shape,
    kernel=_assign_kernel,
    stateful=True,
    grad=no_grad(_WRITES),
)


def _update_shape(op: Operation) -> TensorShape:
    return op.inputs[0].shape.merge_with(op.inputs[1].shape)


def _update_kernel(combine: str) -> Any:
    def kernel(xp: Any, cell: Cell, value: Any, *, use_locking: bool) -> Cell:
        current = cell.read()
        if np.shape(current) != np.shape(value):
            raise InvalidArgumentError(
                None, None, f"shapes {np.shape(current)} and {np.shape(value)} must be the same"
            )
        # asarray: the sum of two 0-d arrays is a scalar, and cells hold arrays.
        cell.value = xp.asarray(getattr(xp, combine)(current, value))
        return cell

    return kernel


_assign_add = defop(
    "AssignAdd",
    "ref: ref(T), value: T -> ref(T)",
    doc="Adds a value to a variable.",
    types={"T": "number"},
    attrs={"use_locking": False},
    shape=_update_shape,
    kernel=_update_kernel("add"),
    stateful=True,
    grad=no_grad(_WRITES),
)

_assign_sub = defop(
    "AssignSub",
    "ref: ref(T), value: T -> ref(T)",
    doc="Subtracts a value from a variable.",
    types={"T": "number"},
    attrs={"use_locking": False},
    shape=_update_shape,
    kernel=_update_kernel("subtract"),
    stateful=True,
    grad=no_grad(_WRITES),
)


def assign(
    ref: Any,
    value: Any,
    validate_shape: bool | None = None,
    use_locking: bool | None = None,
    name: str | None = None,
) -> Tensor:
    """Puts `value` into a variable when it is run.

    Args:
        ref: a `Variable`.
        value: a tensor of the variable's dtype, and of its shape unless `validate_shape` is False.
        validate_shape: whether the shapes must match.
        use_locking: accepted; an assignment is never seen half done.
        name: the op's name.

    Returns:
        A reference to the variable, whose value is the one after the assignment.

    Raises:
        TypeError: when `ref` is no variable, or `value` cannot have its dtype.
        ValueError: when the static shapes do not match.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     v = tf.Variable(0)
        ...     sess.run(v.initializer)
        ...     int(sess.run(tf.assign(v, 5)))
        5
    """
    return _assign(
        ref,
        value,
        validate_shape=validate_shape is not False,
        use_locking=use_locking is not False,
        name=name,
    )


def assign_add(
    ref: Any, value: Any, use_locking: bool | None = None, name: str | None = None
) -> Tensor:
    """Adds `value` to a variable when it is run; as `assign` otherwise.

    Args:
        ref: a variable of a number type.
        value: a tensor of its dtype and shape.
        use_locking: whether another update is waited for; False by default.
        name: the op's name.

    Returns:
        The variable, as it is after the update.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     v = tf.Variable(1.0, name="v")
        ...     _ = sess.run(v.initializer)
        ...     float(sess.run(tf.assign_add(v, 2.0)))
        3.0
    """
    return _assign_add(ref, value, use_locking=bool(use_locking), name=name)


def assign_sub(
    ref: Any, value: Any, use_locking: bool | None = None, name: str | None = None
) -> Tensor:
    """Subtracts `value` from a variable when it is run; as `assign` otherwise.

    Args:
        ref: a variable of a number type.
        value: a tensor of its dtype and shape.
        use_locking: whether another update is waited for; False by default.
        name: the op's name.

    Returns:
        The variable, as it is after the update.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     v = tf.Variable(1.0, name="v")
        ...     _ = sess.run(v.initializer)
        ...     float(sess.run(tf.assign_sub(v, 2.0)))
        -1.0
    """
    return _assign_sub(ref, value, use_locking=bool(use_locking), name=name)
