"""Checks of values as they pass: `check_numerics`, `ensure_shape`, and their kin."""

from __future__ import annotations

from typing import Any

from pyengine import dtypes
from pyengine.errors import InvalidArgumentError
from pyengine.graph import Operation, Tensor, get_default_graph
from pyengine.ops.control_flow import group, with_dependencies
from pyengine.ops.declare import REQUIRED, defop, same_shape
from pyengine.scopes import control_dependencies, name_scope

__all__ = [
    "add_check_numerics_ops",
    "check_numerics",
    "verify_tensor_all_finite",
]

_IN_GRADIENT = "Not a number (NaN) or infinity (Inf) values detected in gradient."


def _check_kernel(xp: Any, tensor: Any, *, message: str) -> Any:
    if not xp.isfinite(tensor).all():
        found = [
            what for what, test in (("Inf", xp.isinf), ("NaN", xp.isnan)) if test(tensor).any()
        ]
        raise InvalidArgumentError(
            None, None, f"{message} : Tensor had {' and '.join(found)} values"
        )
    return tensor


_check_numerics = defop(
    "CheckNumerics",
    "tensor: T -> T",
    doc="The tensor again; fails if an element is not finite.",
    types={"T": "float"},
    attrs={"message": REQUIRED},
    shape=same_shape,
    kernel=_check_kernel,
    stateful=True,
    grad=lambda op, grad: check_numerics(grad, _IN_GRADIENT),
)


def check_numerics(tensor: Any, message: str, name: str | None = None) -> Tensor:
    """A tensor again, if all its elements are finite.

    Args:
        tensor: a tensor of a float dtype.
        message: the start of the error's message.
        name: the op's name.

    Returns:
        The tensor; a run raises `tf.errors.InvalidArgumentError` for a NaN or an infinity.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     sess.run(tf.check_numerics([1.0, 2.0], "bad")).tolist()
        [1.0, 2.0]
    """
    return _check_numerics(tensor, message=message, name=name)


def verify_tensor_all_finite(
    t: Any = None,
    msg: str | None = None,
    name: str | None = None,
    x: Any = None,
    message: str | None = None,
) -> Tensor:
    """A tensor again, if all its elements are finite; as `check_numerics`.

    Args:
        t, x: the tensor, under its old or its new name.
        msg, message: the start of the error's message.
        name: the name scope.
    """
    from pyengine.convert import convert_to_tensor

    value = _one(t, x, "t", "x")
    text = _one(msg, message, "msg", "message")
    with name_scope(name, "VerifyFinite", []):
        value = convert_to_tensor(value, name="x")
        return with_dependencies([check_numerics(value, message=text)], value)


def _one(old: Any, new: Any, old_name: str, new_name: str) -> Any:
    if new is None:
        return old
    if old is not None:
        raise ValueError(f"Cannot specify both '{old_name}' and '{new_name}'")
    return new


def add_check_numerics_ops() -> Operation:
    """An operation that runs `check_numerics` on every float tensor of the default graph.

    Raises:
        ValueError: if the graph has branches or loops.
    """
    checks: list[Tensor] = []
    for op in get_default_graph().get_operations():
        for output in op.outputs:
            if output.dtype.base_dtype in (dtypes.float16, dtypes.float32, dtypes.float64):
                if op._get_control_flow_context() is not None:
                    raise ValueError(
                        "`tf.add_check_numerics_ops() is not compatible with TensorFlow control "
                        "flow operations such as `tf.cond()` or `tf.while_loop()`."
                    )
                with control_dependencies(checks):
                    checks = [check_numerics(output, f"{op.name}:{output.value_index}")]
    return group(*checks)
