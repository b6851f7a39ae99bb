"""`py_func` and `numpy_function`: Python functions as ops.

A function is called in the thread that runs the session, with the run's own arrays copied, so that
it may do with them as it likes.
"""

from __future__ import annotations

import itertools
import weakref
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from pyengine import dtypes, errors
from pyengine.convert import convert_to_tensor
from pyengine.dtypes import DType, as_dtype
from pyengine.graph import Operation
from pyengine.ops.declare import REQUIRED, apply, defop, no_grad

__all__ = ["numpy_function", "py_func"]


class _Function:
    """A function that ops of some graph call; it lives as long as that graph.

    One with a true attribute `only_wide_numbers` is of a language that has only doubles and 32-bit
    integers: what it returns is cast to the dtypes wanted, where that is of the same kind.
    """

    def __init__(self, call: Callable[..., Any]) -> None:
        self.call = call
        self.casts = bool(getattr(call, "only_wide_numbers", False))

    def arguments(self, values: Sequence[Any]) -> list[Any]:
        """The values as the function gets them; text as text where the language has no bytes."""
        given = [_argument(value) for value in values]
        return [_as_text(value) for value in given] if self.casts else given

    def results(self, returned: Any, wanted: int) -> list[Any]:
        """The results, apart."""
        if returned is None and not wanted:
            return []
        if not isinstance(returned, (list, tuple)):
            return [returned]
        if self.casts and wanted == 1 and not any(np.ndim(item) for item in returned):
            return [returned]  # a vector, which has no other form there
        return list(returned)


_NUMBERS = itertools.count()
_FUNCTIONS: weakref.WeakValueDictionary[str, _Function] = weakref.WeakValueDictionary()


def _argument(value: Any) -> Any:
    """A value as the function gets it: an array, or a NumPy scalar for rank 0."""
    array = np.array(value, copy=True, order="K")
    return array[()] if array.ndim == 0 else array


def _as_text(value: Any) -> Any:
    if not isinstance(value, bytes):
        return value
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value


def _result(value: Any) -> Any:
    """What a function returned, as an array; text as bytes."""
    array = np.asarray(value)
    if array.dtype.kind == "U":
        encoded = np.empty(array.shape, object)
        for position, item in np.ndenumerate(array):
            encoded[position] = str(item).encode("utf-8")
        return encoded
    if array.dtype.kind == "S":
        return np.asarray(value, dtype=object)
    return array


# What TensorFlow makes of a Python exception; anything else is an UnknownError.
_MEANING: tuple[tuple[tuple[type[Exception], ...], type[errors.OpError]], ...] = (
    ((ValueError, TypeError), errors.InvalidArgumentError),
    ((StopIteration,), errors.OutOfRangeError),
    ((MemoryError,), errors.ResourceExhaustedError),
    ((NotImplementedError,), errors.UnimplementedError),
)


def _failed(error: Exception) -> errors.OpError:
    message = f"{type(error).__name__}: {error}"
    for types, meaning in _MEANING:
        if isinstance(error, types):
            return meaning(None, None, message)
    return errors.UnknownError(None, None, message)


def _kernel(xp: Any, *values: Any, token: str, Tin: Sequence[DType], Tout: Sequence[DType]) -> Any:
    function = _FUNCTIONS.get(token)
    if function is None:
        raise errors.NotFoundError(
            None,
            None,
            f"callback {token} is not found: functions of py_func are not saved with a graph",
        )
    try:
        returned = function.call(*function.arguments(values))
    except Exception as error:
        raise _failed(error) from error
    results = function.results(returned, len(Tout))
    if len(results) != len(Tout):
        raise errors.InvalidArgumentError(
            None,
            None,
            f"{token} returns {len(results)} values, but expects to see {len(Tout)} values.",
        )
    arrays = tuple(
        _checked(_result(value), dtype, i, token, function.casts)
        for i, (value, dtype) in enumerate(zip(results, Tout))
    )
    if not Tout:
        return None
    return arrays if len(arrays) > 1 else arrays[0]


def _checked(array: Any, dtype: DType, position: int, token: str, casts: bool) -> Any:
    if casts and np.can_cast(array.dtype, dtype.as_numpy_dtype, "same_kind"):
        array = array.astype(dtype.as_numpy_dtype)
    if dtype is dtypes.string:
        fits = array.dtype == object and all(isinstance(v, bytes) for v in array.reshape(-1))
    else:
        fits = array.dtype == dtype.as_numpy_dtype
    if not fits:
        found = array.dtype.name
        if array.dtype == object and array.size:
            found = f"an object of type {type(array.reshape(-1)[0]).__name__}"
        raise errors.InvalidArgumentError(
            None,
            None,
            f"{position}-th value returned by {token} is {found}, but expects {dtype.name}",
        )
    return array


def _shapes(op: Operation) -> list[Any]:
    return [None] * len(op.attrs["Tout"])


_ATTRS = {"token": REQUIRED, "Tin": REQUIRED, "Tout": REQUIRED}
_WHY = "a Python function has no gradient; tf.custom_gradient gives it one"

_py_func = defop(
    "PyFunc",
    "input: any* -> @Tout*",
    doc="The results of a Python function.",
    attrs=_ATTRS,
    shape=_shapes,
    kernel=_kernel,
    stateful=True,
    grad=no_grad(_WHY),
)

_py_func_stateless = defop(
    "PyFuncStateless",
    "input: any* -> @Tout*",
    doc="The results of a Python function that depend on its arguments alone.",
    attrs=_ATTRS,
    shape=_shapes,
    kernel=_kernel,
    grad=no_grad(_WHY),
)


def py_func(
    func: Callable[..., Any],
    inp: Sequence[Any],
    Tout: Any,
    stateful: bool = True,
    name: str | None = None,
) -> Any:
    """The results of a Python function, which is called in each run.

    Args:
        func: takes a NumPy array for each tensor (a NumPy scalar for rank 0, bytes for a string)
            and returns an array, or a list or tuple of them, of the dtypes `Tout`.
        inp: a list of tensors.
        Tout: a dtype, or a list of dtypes.
        stateful: whether the function may give other results for the same arguments, or has
            effects; else it may be called fewer times.
        name: the op's name.

    Returns:
        A tensor of unknown shape, or a list of them if `Tout` is a list; the `Operation` for an
        empty list. A run raises `tf.errors.InvalidArgumentError` for a result of another dtype or a
        ValueError or TypeError in the function, `OutOfRangeError` for a StopIteration,
        `UnimplementedError` for a NotImplementedError, `UnknownError` for any other exception.

    Example:
        >>> import numpy as np
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     y = tf.py_func(np.sort, [tf.constant([3.0, 1.0])], tf.float32)
        ...     sess.run(y).tolist()
        [1.0, 3.0]
    """
    if not callable(func):
        raise ValueError(f"Expected func to be callable, got func of type {type(func)}")
    tensors = [convert_to_tensor(t) for t in inp]
    several = isinstance(Tout, (list, tuple))
    types = [as_dtype(t).base_dtype for t in (Tout if several else [Tout])]
    token = f"pyfunc_{next(_NUMBERS)}"
    function = _Function(func)
    _FUNCTIONS[token] = function
    opdef = (_py_func if stateful else _py_func_stateless).opdef  # type: ignore[attr-defined]
    attrs = {"token": token, "Tin": [t.dtype.base_dtype for t in tensors], "Tout": types}
    op: Operation = apply(opdef, [tensors], attrs, name)
    op.__dict__["_function"] = function  # which so lives as long as the op
    if not types:
        return op
    return list(op.outputs) if several else op.outputs[0]


def numpy_function(
    func: Callable[..., Any],
    inp: Sequence[Any],
    Tout: Any,
    stateful: bool = True,
    name: str | None = None,
) -> Any:
    """The results of a Python function; `py_func` by its newer name.

    Args:
        func: a function of NumPy arrays, which returns one or a list of them.
        inp: tensors of any dtype, its arguments.
        Tout: the dtype of its result, or a list of dtypes.
        stateful: whether two calls may differ, so that each is made.
        name: the op's name.

    Returns:
        A tensor of unknown shape, or a list of them where `Tout` is one.

    Example:
        >>> import numpy as np
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     sess.run(tf.numpy_function(np.sort, [[3.0, 1.0]], tf.float32)).tolist()
        [1.0, 3.0]
    """
    return py_func(func, inp, Tout, stateful=stateful, name=name)
