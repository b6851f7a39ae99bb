"""Tensors whose values are fed: `placeholder`, `placeholder_with_default`."""

from __future__ import annotations

from typing import Any

from pyengine.dtypes import as_dtype
from pyengine.errors import InvalidArgumentError
from pyengine.graph import Operation, Tensor
from pyengine.ops.declare import REQUIRED, defop, no_grad
from pyengine.shape import UNKNOWN, as_shape

__all__ = ["placeholder", "placeholder_with_default"]


def _unfed(op: Operation, runtime: Any) -> Any:
    dtype = {"float32": "float", "float64": "double"}.get(
        op.attrs["dtype"].name, op.attrs["dtype"].name
    )
    sizes = op.attrs["shape"].sizes
    where = (
        ""
        if sizes is None
        else f" and shape [{','.join('?' if s is None else str(s) for s in sizes)}]"
    )

    def refuse() -> None:
        raise InvalidArgumentError(
            None,
            op,
            f"You must feed a value for placeholder tensor '{op.name}' with dtype {dtype}{where}",
        )

    return refuse


_placeholder = defop(
    "Placeholder",
    "-> @dtype",
    doc="A tensor whose value is fed.",
    attrs={"dtype": REQUIRED, "shape": UNKNOWN},
    shape=lambda op: op.attrs["shape"],
    bind=_unfed,
    grad=no_grad("it has no inputs"),
)


def placeholder(dtype: Any, shape: Any = None, name: str | None = None) -> Tensor:
    """A tensor whose value is given with `feed_dict` at each run.

    Args:
        dtype: the dtype of its elements.
        shape: what is known of its shape; by default nothing.
        name: the op's name.

    Raises:
        tf.errors.InvalidArgumentError: at run time, when it is needed and nothing is fed.

    Example:
        >>> import pyengine as tf
        >>> tf.placeholder(tf.float32, [None, 784]).shape.as_list()
        [None, 784]
    """
    return _placeholder(dtype=as_dtype(dtype).base_dtype, shape=as_shape(shape), name=name)


_placeholder_with_default = defop(
    "PlaceholderWithDefault",
    "input: T -> T",
    doc="A tensor whose value may be fed.",
    attrs={"shape": REQUIRED},
    shape=lambda op: op.attrs["shape"],
    kernel=lambda xp, x, *, shape: x,
    grad=lambda op, dy: dy,
)


def placeholder_with_default(input: Any, shape: Any, name: str | None = None) -> Tensor:
    """A tensor with the value of `input` in runs that do not feed it.

    Args:
        input: the default value.
        shape: the shape it may have, which must allow that of `input`.
        name: the op's name.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     x = tf.placeholder_with_default(1.0, [])
        ...     float(sess.run(x + 1)), float(sess.run(x + 1, {x: 2.0}))
        (2.0, 3.0)
    """
    return _placeholder_with_default(input, shape=as_shape(shape), name=name)
