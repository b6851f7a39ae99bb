"""Values into tensors: `constant`, `convert_to_tensor`, and the arrays behind constants and feeds.

The rules of TensorFlow 1.x: a Python float is a float32, an int an int32 (an int64 where it needs
to be), a NumPy array keeps its dtype, and a value meets the dtype that is asked for only if nothing
is lost.
"""

from __future__ import annotations

import bisect
import functools
import inspect
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from pyengine import dtypes
from pyengine.dtypes import DType, as_dtype
from pyengine.graph import Graph, Operation, Tensor, get_default_graph, graph_of
from pyengine.registry import REQUIRED, OpDef, no_grad, register
from pyengine.shape import Dimension, TensorShape, as_shape

CONST = register(
    OpDef(
        "Const",
        "-> @dtype",
        doc="A constant tensor.",
        attrs={"value": REQUIRED, "dtype": REQUIRED},
        shape=lambda op: TensorShape.of(op.attrs["value"].shape),
        kernel=lambda xp, *, value, dtype: value,
        grad=no_grad("it has no inputs"),
    )
)

Converter = Callable[[Any, "DType | None", "str | None"], "Tensor"]
_CONVERTERS: list[tuple[Any, Converter]] = []  # in the order in which they are asked
_PRIORITIES: list[int] = []  # those of the converters


def register_tensor_conversion_function(
    base_type: type | tuple[type, ...], conversion_func: Callable[..., Any], priority: int = 100
) -> None:
    """Says how objects of a type become tensors.

    Args:
        base_type: the class, or several; their subclasses go the same way.
        conversion_func: takes the object, the wanted `DType` or None, and a name or None; if it has
            an argument `as_ref`, that is False. It returns a tensor, or `NotImplemented` to leave
            the object to the functions after it.
        priority: functions with a lower number are asked first, those with the same one in the
            order of their registration.

    Raises:
        TypeError: for what is no class, or no function.

    Example:
        >>> import pyengine as tf
        >>> class Metres:
        ...     def __init__(self, value):
        ...         self.value = value
        >>> tf.register_tensor_conversion_function(
        ...     Metres, lambda value, dtype=None, name=None, as_ref=False: tf.constant(value.value)
        ... )
        >>> tf.get_static_value(tf.add(Metres(2.0), 1.0)).tolist()
        3.0
    """
    types = base_type if isinstance(base_type, tuple) else (base_type,)
    if not types or not all(isinstance(t, type) for t in types):
        raise TypeError("base_type must be a type or a tuple of types.")
    if not callable(conversion_func):
        raise TypeError("conversion_func must be callable.")
    if "as_ref" in _parameters(conversion_func):
        conversion_func = functools.partial(conversion_func, as_ref=False)
    place = bisect.bisect_right(_PRIORITIES, priority)
    _PRIORITIES.insert(place, priority)
    _CONVERTERS.insert(place, (base_type, conversion_func))


def _parameters(function: Callable[..., Any]) -> Iterable[str]:
    try:
        return inspect.signature(function).parameters
    except (TypeError, ValueError):  # of a function that does not tell
        return ()


def convert_to_tensor(
    value: Any,
    dtype: Any = None,
    name: str | None = None,
    preferred_dtype: Any = None,
    dtype_hint: Any = None,
) -> Tensor:
    """The tensor that a value stands for.

    Args:
        value: a `Tensor`, a `Variable`, a NumPy array, a number, a string, or nested lists of them;
            a list with tensors in it is stacked.
        dtype: the dtype that the result must have.
        name: the name of the new op, if one is needed.
        preferred_dtype: a dtype to try first where `dtype` is None; also called `dtype_hint`.

    Returns:
        A `Tensor`.

    Raises:
        TypeError: if the value cannot be converted without loss.
        ValueError: if it is a tensor of another dtype, or is a ragged list.
    """
    if dtype is not None:
        dtype = as_dtype(dtype).base_dtype
    if type(value) is Tensor:
        return _checked(value, dtype)
    preferred = preferred_dtype if dtype_hint is None else dtype_hint
    if dtype is None and preferred is not None:
        try:
            return convert_to_tensor(value, preferred, name)
        except (TypeError, ValueError):
            pass  # only a preference: the value decides
    for base_type, converter in _CONVERTERS:
        if isinstance(value, base_type):
            found = converter(value, dtype, name)
            if found is not NotImplemented:
                return found
    if isinstance(value, (list, tuple)) and _holds_tensor(value):
        return _stacked(value, dtype, name)
    return constant(value, dtype, name=name or "Const")


def _checked(tensor: Tensor, dtype: DType | None) -> Tensor:
    if dtype is not None and tensor.dtype.base_dtype is not dtype:
        raise ValueError(
            f"Tensor conversion requested dtype {dtype.name} for Tensor with dtype "
            f"{tensor.dtype.name}: {tensor!r}"
        )
    return tensor


def is_tensor_like(value: Any) -> bool:
    """Whether a value is a tensor, or an object such as a variable that stands for one."""
    return isinstance(value, Tensor) or hasattr(value, "_as_graph_element")


def is_tensor(x: Any) -> bool:
    """Whether a value is a tensor, a sparse tensor, indexed slices or a variable.

    Example:
        >>> import pyengine as tf
        >>> tf.is_tensor(tf.constant(1)), tf.is_tensor(1)
        (True, False)
    """
    return is_tensor_like(x) or (hasattr(x, "dense_shape") and hasattr(x, "graph"))


def _holds_tensor(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return any(map(_holds_tensor, value))
    return is_tensor_like(value)


def _stacked(value: Any, dtype: DType | None, name: str | None) -> Tensor:
    """A nested list with tensors in it; its plain members take the dtype of the tensors."""
    from pyengine.ops.joining import stack

    if dtype is None:
        dtype = _dtype_inside(value)
    members = [convert_to_tensor(v, dtype) for v in value]
    return stack(members, name=name or "packed")


def _dtype_inside(value: Any) -> DType | None:
    if isinstance(value, (list, tuple)):
        return next((d for d in map(_dtype_inside, value) if d is not None), None)
    return value.dtype.base_dtype if is_tensor_like(value) else None


def constant(
    value: Any,
    dtype: Any = None,
    shape: Any = None,
    name: str = "Const",
    verify_shape: bool = False,
) -> Tensor:
    """A constant tensor.

    Args:
        value: a number, string, nested list or array.
        dtype: the dtype; by default that of the value (float32 and int32 for Python numbers).
        shape: the shape; a value with fewer elements is continued by its last one.
        name: the op's name.
        verify_shape: whether the value must have that shape already.

    Returns:
        A `Tensor`.

    Raises:
        TypeError: if the value cannot have that dtype without loss.
        ValueError: if it has too many elements for the shape, or is ragged.

    Example:
        >>> import pyengine as tf
        >>> tf.constant(0.1, shape=[2, 3]).shape.as_list()
        [2, 3]
    """
    wanted = None if dtype is None else as_dtype(dtype).base_dtype
    array = to_array(value, wanted)
    if shape is not None:
        array = _filled(array, as_shape(shape), verify_shape)
    if wanted is None:
        wanted = dtypes._from_numpy(array.dtype, value) if array.dtype != object else dtypes.string
    if array.flags.writeable:
        # A constant never changes, whatever becomes of the array it was made from.
        array = array.copy(order="K") if array is value or array.base is not None else array
        array.flags.writeable = False
    return make_constant(get_default_graph(), array, wanted, name)


def make_constant(graph: Graph, array: Any, dtype: DType, name: str) -> Tensor:
    """A Const op of an array that has the dtype already and that nobody will change."""
    return CONST.build(graph, (), {"value": array, "dtype": dtype}, name).outputs[0]


def _filled(array: Any, shape: TensorShape, verify_shape: bool) -> Any:
    count = shape.num_elements()
    if count is None:
        raise ValueError(f"a constant's shape must be fully known, got {shape}")
    if array.shape == shape.sizes:
        return array
    if verify_shape:
        raise TypeError(f"Expected Tensor's shape: {shape}, got {array.shape}.")
    if array.size > count:
        raise ValueError(
            f"Too many elements provided. Needed at most {count}, but received {array.size}"
        )
    flat = array.reshape(-1)
    if array.size < count:
        if not array.size:
            raise ValueError(f"an empty value cannot fill the shape {shape}")
        flat = np.concatenate([flat, np.broadcast_to(flat[-1:], (count - array.size,))])
    return flat.reshape(shape.sizes)


# ---------------------------------------------------------------- arrays


def to_array(value: Any, dtype: DType | None = None) -> Any:
    """A value as a NumPy array of a dtype, in the memory order it came in.

    Args:
        value: a number, a string, an array, or nested lists of them.
        dtype: the dtype wanted; None to take the value's own, with Python floats as float32 and
            ints as int32.

    Raises:
        TypeError: when the value does not have that dtype and cannot take it without loss.
        ValueError: when it is ragged.
    """
    number = _plain_number(value, dtype)
    if number is not None:
        return number
    if isinstance(value, (np.ndarray, np.generic)):
        array = np.asarray(value)
        return _cast(array, dtype, value) if dtype is not None else _native(array, value)
    if dtype is dtypes.string or (dtype is None and has_text(value)):
        return _text_array(value)
    array = _nested_array(value)
    if dtype is None:
        if array.dtype.kind in "SU":  # NumPy made strings of the numbers, too
            raise TypeError(
                f"Can't convert a sequence of numbers and strings to one Tensor: {value!r}. Give "
                f"numbers alone, or strings alone."
            )
        return _default_dtype(array)
    return _cast(array, dtype, value)


_PLAIN: dict[Any, Any] = {
    (int, None): np.dtype(np.int32),
    (int, dtypes.int32): np.dtype(np.int32),
    (int, dtypes.int64): np.dtype(np.int64),
    (int, dtypes.float32): np.dtype(np.float32),
    (int, dtypes.float64): np.dtype(np.float64),
    (float, None): np.dtype(np.float32),
    (float, dtypes.float32): np.dtype(np.float32),
    (float, dtypes.float64): np.dtype(np.float64),
}


def _plain_number(value: Any, dtype: DType | None) -> Any:
    """The array of a Python number that surely fits the dtype; None for any other value."""
    kind = type(value)
    if kind is int:
        fits = -0x80000000 <= value < 0x80000000
    elif kind is float:
        fits = -1e38 < value < 1e38
    else:
        return None
    target = _PLAIN.get((kind, dtype)) if fits else None
    return None if target is None else np.array(value, target)


def _nested_array(value: Any) -> Any:
    """An array of Python numbers; a clear error for what is none or is ragged."""
    if value is None:
        raise ValueError("None values not supported.")
    if isinstance(value, TensorShape):
        value = value.as_list()
    if isinstance(value, Dimension):
        value = int(value)
    try:
        array = np.asarray(value)
    except ValueError as error:
        raise ValueError(
            f"Can't convert a non-rectangular Python sequence to a Tensor: {error}"
        ) from None
    if array.dtype == object:
        found = next(iter(array.reshape(-1)), None)
        if isinstance(found, int):
            raise TypeError(f"the integer {found} does not fit in 64 bits")
        raise TypeError(
            f"Failed to convert object of type {type(found if array.size else value).__name__} to "
            f"Tensor: {found!r}. It must be numbers, strings, or lists or arrays of them."
        )
    return array


def _native(array: Any, value: Any) -> Any:
    if array.dtype.kind in "SU" or array.dtype == object:
        return _text_array(value)
    return array if array.dtype.isnative else array.astype(array.dtype.newbyteorder("="))


def _default_dtype(array: Any) -> Any:
    """Python's own numbers in TensorFlow's dtypes."""
    kind = array.dtype.kind
    if kind == "f":
        with np.errstate(all="ignore"):  # R's NA is a NaN that signals; 1e300 is Inf in a float32
            return array.astype(np.float32)
    if kind == "i":
        narrow = array.astype(np.int32)
        return narrow if (narrow == array).all() else array
    return array


def _cast(array: Any, dtype: DType, value: Any) -> Any:
    """An array in another dtype if every element keeps its value, up to rounding of floats."""
    target = np.dtype(dtype.as_numpy_dtype)
    if array.dtype == target:
        return array
    if dtype is dtypes.string:
        return _text_array(value)
    have = array.dtype.kind
    if have in "SUO":
        raise TypeError(f"Expected {dtype.name}, got {_sample(array)!r} of type string instead.")
    if have != "b" and target.kind == "b":
        raise TypeError(
            f"Expected {dtype.name}, got {_sample(array)!r} of type {array.dtype.name} instead. "
            f"Use tf.cast() to convert."
        )
    if have == "c" and target.kind != "c":
        raise TypeError(f"Expected {dtype.name}, got the complex {_sample(array)!r} instead.")
    with np.errstate(all="ignore"):  # what is lost is found below
        cast = array.astype(target, order="K")
    if target.kind in "iu" and array.size:
        _check_kept(array, cast, dtype, value)
    return cast


def _check_kept(array: Any, cast: Any, dtype: DType, value: Any) -> None:
    is_python = not isinstance(value, (np.ndarray, np.generic))
    if array.dtype.kind == "f" and is_python:
        # As in TensorFlow, a Python float is no integer; arrays of whole numbers (R has no others
        # by default) are.
        raise TypeError(
            f"Expected {dtype.name}, got {_sample(array)!r} of type 'float' instead. Give an "
            f"integer, or tf.cast() the tensors beside it to a floating-point type."
        )
    with np.errstate(all="ignore"):
        lost = cast != array
    if lost.any():
        where = tuple(int(i) for i in np.argwhere(np.atleast_1d(lost))[0])
        culprit = np.atleast_1d(array)[where].item()
        place = "" if array.ndim == 0 else f" at position {list(where)}"
        raise TypeError(f"Expected {dtype.name}, got {culprit!r}{place}, which it cannot hold.")


def _sample(array: Any) -> Any:
    """The first element, for a message; None of an empty array."""
    return array.reshape(-1)[:1].tolist()[0] if array.size else None


def has_text(value: Any) -> bool:
    """Whether a value, or the first one in nested lists, is text."""
    while isinstance(value, (list, tuple)) and len(value):
        value = value[0]
    return isinstance(value, (str, bytes))


def _text_array(value: Any) -> Any:
    """An object array of bytes: what a string tensor's value is."""
    shaped = np.asarray(value, dtype=object)
    array = np.empty(shaped.shape, dtype=object)
    for position, item in np.ndenumerate(shaped):
        if isinstance(item, str):
            item = item.encode("utf-8")
        elif not isinstance(item, bytes):
            raise TypeError(f"Expected string, got {item!r} of type {type(item).__name__} instead.")
        array[position] = bytes(item)
    return array


register_tensor_conversion_function(Tensor, lambda value, dtype, name: _checked(value, dtype))


def _shape_to_tensor(value: TensorShape, dtype: DType | None, name: str | None) -> Tensor:
    if not value.is_fully_defined():
        raise ValueError(f"Cannot convert a partially known TensorShape to a Tensor: {value}")
    sizes = np.array(value.as_list(), np.int32 if dtype is None else dtype.as_numpy_dtype)
    return constant(sizes, name=name or "shape_as_tensor")


register_tensor_conversion_function(TensorShape, _shape_to_tensor)
register_tensor_conversion_function(
    Dimension,
    lambda value, dtype, name: constant(int(value), dtype or dtypes.int32, name=name or "Const"),
)


def _no_operation(value: Operation, dtype: DType | None, name: str | None) -> Tensor:
    raise TypeError(
        f"Can't convert Operation '{value.name}' to Tensor: it is not an output of one."
    )


register_tensor_conversion_function(Operation, _no_operation)

__all__ = [
    "constant",
    "convert_to_tensor",
    "graph_of",
    "has_text",
    "make_constant",
    "register_tensor_conversion_function",
    "to_array",
]
