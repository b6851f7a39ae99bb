"""Values that stay in a session between runs: `get_session_handle` and what goes with it."""

from __future__ import annotations

import itertools
import weakref
from typing import Any

import numpy as np

from pyengine.convert import convert_to_tensor
from pyengine.dtypes import DType, as_dtype, string
from pyengine.errors import InvalidArgumentError
from pyengine.graph import Operation, Tensor
from pyengine.ops.declare import REQUIRED, defop, no_grad
from pyengine.ops.placeholders import placeholder
from pyengine.shape import SCALAR, UNKNOWN

__all__ = ["delete_session_tensor", "get_session_handle", "get_session_tensor"]

_STATE = no_grad("what a session keeps is not a function of its inputs")
_numbers = itertools.count(1)


class TensorHandle:
    """A value that a session keeps; it goes when the handle does, or is deleted.

    Fed for a tensor it stands for its value.
    """

    def __init__(self, value: Any, dtype: DType, op_name: str, kept: Any) -> None:
        self._value = value
        self._dtype = dtype
        self._kept = kept
        self.handle = f"{op_name};{next(_numbers)};/job:localhost/replica:0/task:0/device:CPU:0"
        kept[self.handle] = self

    @property
    def dtype(self) -> DType:
        """The value's dtype."""
        return self._dtype

    def eval(self) -> Any:
        """The value.

        Raises:
            TypeError: when it has been deleted.
        """
        return np.array(self._read(), copy=True)[()]

    def delete(self) -> None:
        """Lets the value go.

        Raises:
            TypeError: when it has been deleted before.
        """
        self._read()
        del self._kept[self.handle]

    def get_raw_handle(self) -> str:
        """The handle as text; the value goes when the object does."""
        return self.handle

    to_raw_handle = get_raw_handle

    def _read(self) -> Any:
        if self.handle not in self._kept:
            raise TypeError(f"The tensor {self.handle} has been deleted.")
        return self._value

    def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
        return np.array(self._read(), dtype=dtype)

    def __str__(self) -> str:
        return self.handle


def _kept(runtime: Any) -> Any:
    return runtime.shared("session handles", weakref.WeakValueDictionary)


def _bind_get(op: Operation, runtime: Any) -> Any:
    dtype = op.inputs[0].dtype.base_dtype
    return lambda value: TensorHandle(value, dtype, "GetSessionHandle", _kept(runtime))


def _found(op: Operation, runtime: Any, handle: Any) -> Any:
    handle = np.asarray(handle)[()]
    text = handle.decode() if isinstance(handle, bytes) else str(handle)
    found = _kept(runtime).get(text)
    if found is None:
        raise InvalidArgumentError(
            None, op, f"The tensor with handle '{text}' is not in the session store."
        )
    return found


def _bind_tensor(op: Operation, runtime: Any) -> Any:
    def value(handle: Any) -> Any:
        found = _found(op, runtime, handle)
        if found.dtype is not op.attrs["dtype"]:
            raise InvalidArgumentError(
                None,
                op,
                f"The tensor with handle '{found}' is {found.dtype.name}, not "
                f"{op.attrs['dtype'].name}",
            )
        return found._read()

    return value


_get_handle = defop(
    "GetSessionHandle",
    "value: T -> string",
    doc="Keeps a value in the session.",
    shape=lambda op: SCALAR,
    bind=_bind_get,
    grad=_STATE,
)

_get_tensor = defop(
    "GetSessionTensor",
    "handle: string -> @dtype",
    doc="A value that the session keeps.",
    attrs={"dtype": REQUIRED},
    shape=lambda op: UNKNOWN,
    bind=_bind_tensor,
    grad=_STATE,
)

_delete = defop(
    "DeleteSessionTensor",
    "handle: string ->",
    doc="Lets a value go that the session keeps.",
    shape=lambda op: [],
    bind=lambda op, runtime: lambda handle: _found(op, runtime, handle).delete(),
    grad=_STATE,
)


def get_session_handle(data: Any, name: str | None = None) -> Tensor:
    """Keeps a value in the session: a run gives a handle of it, not the value.

    Args:
        data: a tensor.
        name: the op's name.

    Returns:
        A scalar tensor of dtype string. What a run gives for it has a `handle`, the text to feed,
        and methods `eval()` and `delete()`; the value goes when nothing refers to it any more.

    Raises:
        TypeError: for what is no tensor.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     kept = sess.run(tf.get_session_handle(tf.constant(20.0) + 1))
        ...     holder, value = tf.get_session_tensor(kept.handle, tf.float32)
        ...     float(sess.run(value * 2, {holder: kept.handle}))
        42.0
    """
    if not isinstance(data, Tensor) and not hasattr(data, "_as_graph_element"):
        raise TypeError("`data` must be of type Tensor.")
    return _get_handle(convert_to_tensor(data), name=name)


def get_session_tensor(handle: Any, dtype: Any, name: str | None = None) -> tuple[Tensor, Tensor]:
    """A value that the session keeps, as a tensor.

    Args:
        handle: some handle; which one is used is said when the tensor is run.
        dtype: the value's dtype.
        name: the op's name.

    Returns:
        A placeholder to feed the handle's text for, and the value.
    """
    holder = placeholder(string)
    return holder, _get_tensor(holder, dtype=as_dtype(dtype), name=name)


def delete_session_tensor(handle: Any, name: str | None = None) -> tuple[Tensor, Operation]:
    """An op that lets a value go that the session keeps.

    Args:
        handle: some handle; which one is used is said when the op is run.
        name: the op's name.

    Returns:
        A placeholder to feed the handle's text for, and the op.
    """
    holder = placeholder(string)
    return holder, _delete(holder, name=name)
