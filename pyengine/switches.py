"""The switches between TensorFlow 1's and 2's behaviour, which is always that of 1 here.

Programs written for `tensorflow.compat.v1` turn the new behaviour off before they begin; that is
accepted, there being nothing to turn off. To turn it on is refused.
"""

from __future__ import annotations

from typing import Any, NoReturn

__all__ = [
    "control_flow_v2_enabled", "disable_control_flow_v2", "disable_eager_execution",
    "disable_tensor_equality", "disable_v2_behavior", "disable_v2_tensorshape",
    "enable_control_flow_v2", "enable_eager_execution", "enable_tensor_equality",
    "enable_v2_behavior", "enable_v2_tensorshape", "executing_eagerly",
    "executing_eagerly_outside_functions",
]  # fmt: skip


def _refuse(what: str, instead: str) -> NoReturn:
    raise NotImplementedError(f"{what} is not available: {instead}")


def executing_eagerly() -> bool:
    """Whether ops are computed as they are called: never; they are added to a graph.

    Example:
        >>> import pyengine as tf
        >>> tf.disable_v2_behavior()
        >>> tf.executing_eagerly()
        False
    """
    return False


def executing_eagerly_outside_functions() -> bool:
    """Whether ops outside of functions are computed as they are called: never."""
    return False


def disable_eager_execution() -> None:
    """Nothing to do: ops are always added to a graph."""


def enable_eager_execution(
    config: Any = None, device_policy: Any = None, execution_mode: Any = None
) -> NoReturn:
    """Refused: there are graphs and sessions only.

    Raises:
        NotImplementedError: always.
    """
    _refuse("eager execution", "build a graph, and run it with tf.Session().run()")


def disable_v2_behavior() -> None:
    """Nothing to do: the behaviour is that of TensorFlow 1."""


def enable_v2_behavior() -> NoReturn:
    """Refused: the behaviour is that of TensorFlow 1.

    Raises:
        NotImplementedError: always.
    """
    _refuse("the behaviour of TensorFlow 2", "build a graph, and run it with tf.Session().run()")


def disable_control_flow_v2() -> None:
    """Nothing to do: `cond` and `while_loop` are made of Switch and Merge ops."""


def enable_control_flow_v2() -> NoReturn:
    """Refused: `cond` and `while_loop` are made of Switch and Merge ops.

    Raises:
        NotImplementedError: always.
    """
    _refuse("control flow by functions", "tf.cond and tf.while_loop give the same results")


def control_flow_v2_enabled() -> bool:
    """Whether `cond` and `while_loop` are made of functions: never."""
    return False


def disable_tensor_equality() -> None:
    """Nothing to do: `==` of tensors asks whether they are the same object."""


def enable_tensor_equality() -> NoReturn:
    """Refused: `==` of tensors asks whether they are the same object.

    Raises:
        NotImplementedError: always.
    """
    _refuse("`==` as an elementwise op", "use tf.equal(x, y)")


def disable_v2_tensorshape() -> None:
    """Nothing to do: the members of a shape are `tf.Dimension` objects."""


def enable_v2_tensorshape() -> NoReturn:
    """Refused: the members of a shape are `tf.Dimension` objects.

    Raises:
        NotImplementedError: always.
    """
    _refuse("the TensorShape of TensorFlow 2", "use shape.as_list() for plain numbers")
