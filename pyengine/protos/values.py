"""Dtypes, shapes, arrays and attributes as messages, and back.

`make_tensor_proto` and `make_ndarray` are TensorFlow's public functions of those names.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from pyengine import dtypes, protos
from pyengine.convert import to_array
from pyengine.dtypes import DType, as_dtype
from pyengine.shape import UNKNOWN, TensorShape, as_shape

# The field of TensorProto with the elements of each dtype; half precision is there as its bits.
_FIELDS = {
    "float32": "float_val", "float64": "double_val", "int32": "int_val", "uint8": "int_val",
    "int16": "int_val", "int8": "int_val", "uint16": "int_val", "string": "string_val",
    "int64": "int64_val", "bool": "bool_val", "uint32": "uint32_val", "uint64": "uint64_val",
    "complex64": "scomplex_val", "complex128": "dcomplex_val", "float16": "half_val",
    "bfloat16": "half_val",
}  # fmt: skip
# The dtypes without a NumPy counterpart here are kept as their storage.
_STORAGE = {
    "qint8": np.int8, "quint8": np.uint8, "qint32": np.int32, "qint16": np.int16,
    "quint16": np.uint16,
}  # fmt: skip


def shape_proto(shape: Any) -> Any:
    """The TensorShapeProto of a shape; -1 stands for an unknown size."""
    sizes = as_shape(shape).sizes
    if sizes is None:
        return protos.TensorShapeProto(unknown_rank=True)
    dims = [protos.TensorShapeProto.Dim(size=-1 if s is None else s) for s in sizes]
    return protos.TensorShapeProto(dim=dims)


def shape_of_proto(proto: Any) -> TensorShape:
    """The TensorShape that a TensorShapeProto stands for."""
    return UNKNOWN if proto.unknown_rank else TensorShape(proto)


def storage_type(dtype: DType) -> Any:
    """The NumPy type that holds elements of a dtype."""
    return _STORAGE.get(dtype.base_dtype.name) or dtype.base_dtype.as_numpy_dtype


# ---------------------------------------------------------------- tensors


def make_tensor_proto(
    values: Any,
    dtype: Any = None,
    shape: Any = None,
    verify_shape: bool = False,
    allow_broadcast: bool = False,
) -> Any:
    """A TensorProto with the given values.

    Args:
        values: a number, a string, an array, or nested lists of them; a TensorProto is returned
            as it is.
        dtype: the dtype; by default that of the values.
        shape: the shape; by default that of the values.
        verify_shape: whether the values must have that shape already.
        allow_broadcast: whether a single value may stand for all.

    Returns:
        A `TensorProto`.

    Raises:
        TypeError: when the values cannot have the dtype.
        ValueError: when they do not fit the shape.

    Example:
        >>> proto = make_tensor_proto([[1.5, 2.5]])
        >>> proto.tensor_shape.dim[1].size, make_ndarray(proto).tolist()
        (2, [[1.5, 2.5]])
    """
    if isinstance(values, protos.TensorProto):
        return values
    wanted = None if dtype is None else as_dtype(dtype).base_dtype
    array = to_array(values, wanted)
    if wanted is None:
        wanted = dtypes.string if array.dtype == object else as_dtype(array.dtype)
    if shape is not None:
        array = _shaped(array, as_shape(shape), verify_shape, allow_broadcast)
    return tensor_proto(array, wanted)


def _shaped(array: Any, shape: TensorShape, verify: bool, broadcast: bool) -> Any:
    count = shape.num_elements()
    if count is None:
        raise ValueError(f"the shape of a TensorProto must be fully known, got {shape}")
    if verify and array.shape != shape.sizes:
        raise TypeError(f"Expected Tensor's shape: {shape}, got {array.shape}.")
    if array.size == count:
        return array.reshape(shape.sizes)
    if array.size == 1 or (array.size and array.size < count and not broadcast):
        flat = array.reshape(-1)
        filled = np.concatenate([flat, np.broadcast_to(flat[-1:], (count - array.size,))])
        return filled.reshape(shape.sizes)
    raise ValueError(f"{array.size} values do not fit the shape {shape}")


def tensor_proto(array: Any, dtype: DType) -> Any:
    """The TensorProto of an array of a dtype; the bytes of it where it has several elements."""
    array = np.asarray(array)
    proto = protos.TensorProto(dtype=int(dtype), tensor_shape=shape_proto(array.shape))
    if dtype is dtypes.string:
        proto.string_val.extend(array.reshape(-1).tolist())
    elif array.size > 1 or dtype.base_dtype.name in _STORAGE:
        little = array.astype(array.dtype.newbyteorder("<"), copy=False)
        proto.tensor_content = little.tobytes()  # in C order, whatever the array's own is
    elif array.size:
        field = getattr(proto, _FIELDS[dtype.name])
        item = array.reshape(-1)
        if dtype.name in ("float16", "bfloat16"):
            field.append(int(item.view(np.uint16)[0]))
        elif dtype.is_complex:
            field.extend([float(item[0].real), float(item[0].imag)])
        else:
            field.append(item[0].item())
    return proto


def make_ndarray(tensor: Any) -> Any:
    """The array with the values of a TensorProto.

    Args:
        tensor: a `TensorProto`.

    Returns:
        A NumPy array of its dtype and shape; strings are `bytes` in an object array.

    Raises:
        TypeError: for a dtype that has no arrays, such as a resource.
        ValueError: when the message has more or fewer bytes than its shape needs.
    """
    dtype = as_dtype(tensor.dtype).base_dtype
    shape = tuple(int(d.size) for d in tensor.tensor_shape.dim)
    count = int(np.prod(shape, dtype=np.int64))
    if dtype.name not in _FIELDS and dtype.name not in _STORAGE:
        raise TypeError(f"Unsupported tensor type: {dtype.name}")
    if dtype is dtypes.string:
        return _extended(np.array([*tensor.string_val, None], object)[:-1], count, b"", shape)
    target = np.dtype(storage_type(dtype))
    if tensor.tensor_content:
        size = count * target.itemsize
        if len(tensor.tensor_content) != size:
            raise ValueError(
                f"a TensorProto of {dtype.name}{list(shape)} needs {size} bytes, it has "
                f"{len(tensor.tensor_content)}"
            )
        little = np.frombuffer(tensor.tensor_content, target.newbyteorder("<"))
        return little.astype(target).reshape(shape)
    values: Any = getattr(tensor, _FIELDS.get(dtype.name, "int_val"))
    if dtype.name in ("float16", "bfloat16"):
        flat = np.array(values, np.uint16).view(target)
    elif dtype.is_complex:
        flat = np.array(values, dtype.real_dtype.as_numpy_dtype).view(target)
    else:
        flat = np.array(values, target)
    return _extended(flat, count, 0, shape)


def _extended(flat: Any, count: int, zero: Any, shape: tuple[int, ...]) -> Any:
    """All the elements: the last one that is given stands for those that are left out."""
    if len(flat) > count:
        raise ValueError(f"a TensorProto of shape {list(shape)} has {len(flat)} values")
    if len(flat) < count:
        last = flat[-1] if len(flat) else zero
        whole = np.empty(count, flat.dtype)
        whole[: len(flat)] = flat
        whole[len(flat) :] = last
        flat = whole
    return flat.reshape(shape)


# ---------------------------------------------------------------- attributes

_KINDS = {"type": "type", "shape": "shape", "int": "i", "float": "f", "bool": "b", "string": "s",
          "tensor": "tensor", "func": "func"}  # fmt: skip
_OF_FIELD = {field: kind for kind, field in _KINDS.items()}


def attr_value(value: Any, kind: str | None = None) -> Any:
    """The AttrValue of an attribute.

    Args:
        value: a DType, a shape, a number, a string, an array, or a list of one kind of them.
        kind: the attribute's type in TensorFlow's registry, such as "list(int)"; by default what
            the value looks like.

    Raises:
        TypeError: for a value that no GraphDef can hold.
    """
    kind = kind or _kind_of(value)
    result = protos.AttrValue()
    if kind.startswith("list("):
        result.list.SetInParent()
        field = _KINDS[kind[5:-1]]
        getattr(result.list, field).extend(_converted(v, kind[5:-1]) for v in value)
    else:
        field, item = _KINDS[kind], _converted(value, kind)
        if kind in ("shape", "tensor", "func"):
            getattr(result, field).CopyFrom(item)
        else:
            setattr(result, field, item)
    return result


def _converted(value: Any, kind: str) -> Any:
    if kind == "type":
        return int(as_dtype(value))
    if kind == "shape":
        return shape_proto(value)
    if kind == "string":
        return value.encode("utf-8") if isinstance(value, str) else bytes(value)
    if kind == "tensor":
        if isinstance(value, np.ndarray):
            dtype = dtypes.string if value.dtype == object else as_dtype(value.dtype)
            return tensor_proto(value, dtype)
        return make_tensor_proto(value)
    if kind == "func":
        if isinstance(value, protos.NameAttrList):
            return value
        raise TypeError(f"{value!r}, a function of this process")
    return {"int": int, "float": float, "bool": bool}[kind](value)


def _kind_of(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return f"list({_kind_of(value[0]) if value else 'int'})"
    for types, kind in (
        ((bool, np.bool_), "bool"), ((int, np.integer), "int"), ((float, np.floating), "float"),
        ((str, bytes), "string"), (DType, "type"), (TensorShape, "shape"), (np.ndarray, "tensor"),
    ):  # fmt: skip
        if isinstance(value, types):
            return kind
    raise TypeError(f"{value!r} of type {type(value).__name__}")


def attr_of_value(proto: Any, kind: str | None = None) -> Any:
    """The attribute that an AttrValue stands for, in the engine's own form.

    Args:
        proto: the `AttrValue`.
        kind: the attribute's type in TensorFlow's registry.

    Returns:
        A DType, TensorShape, number, `str` (`bytes` where it is no text), array, or a list.
    """
    field = proto.WhichOneof("value")
    if field is None:
        return [] if kind is None or kind.startswith("list(") else None
    if field != "list":
        return _plain(getattr(proto, field), _OF_FIELD.get(field, field))
    for name, _ in _filled_lists(proto.list):
        return [_plain(v, _OF_FIELD[name]) for v in getattr(proto.list, name)]
    return []


def _filled_lists(message: Any) -> list[tuple[str, Sequence[Any]]]:
    return [(field.name, value) for field, value in message.ListFields()]


def _plain(value: Any, kind: str) -> Any:
    if kind == "type":
        return as_dtype(value)
    if kind == "shape":
        return shape_of_proto(value)
    if kind == "string":
        try:
            return value.decode("utf-8")
        except UnicodeDecodeError:
            return value
    if kind == "tensor":
        array = make_ndarray(value)
        array.flags.writeable = False
        return array
    return value


def public_attr(proto: Any) -> Any:
    """An attribute as `Operation.get_attr` gives it: strings as bytes, shapes as messages."""
    field = proto.WhichOneof("value")
    if field is None:
        return []
    if field == "type":
        return as_dtype(proto.type)
    if field != "list":
        return getattr(proto, field)
    for name, values in _filled_lists(proto.list):
        return [as_dtype(v) for v in values] if name == "type" else list(values)
    return []
