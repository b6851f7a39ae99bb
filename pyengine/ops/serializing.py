"""Tensors and examples as strings: `serialize_tensor`, `parse_tensor`, `decode_json_example`."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from typing import Any

import numpy as np

from pyengine import dtypes, protos
from pyengine.dtypes import DType, as_dtype
from pyengine.errors import DataLossError, InvalidArgumentError
from pyengine.executor.texts import text
from pyengine.graph import Operation, Tensor
from pyengine.ops.declare import REQUIRED, defop, no_grad
from pyengine.protos.values import make_ndarray, shape_proto
from pyengine.shape import SCALAR, UNKNOWN

__all__ = ["decode_compressed", "decode_json_example", "parse_tensor", "serialize_tensor"]

_STRINGS = no_grad("strings have no gradient")


def _refuse(message: str) -> InvalidArgumentError:
    return InvalidArgumentError(None, None, message)


def bytes_of_tensor(array: Any, dtype: DType) -> bytes:
    """A tensor as the bytes of a `TensorProto`, as TensorFlow writes them."""
    array = np.asarray(array)
    proto = protos.TensorProto(dtype=int(dtype), tensor_shape=shape_proto(array.shape))
    if dtype is dtypes.string:
        proto.string_val.extend(array.reshape(-1).tolist())
    else:
        proto.tensor_content = array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes()
    data: bytes = proto.SerializeToString()
    return data


def tensor_of_bytes(data: bytes) -> tuple[Any, DType]:
    """The array of a serialized `TensorProto`, and its dtype.

    Raises:
        InvalidArgumentError: when the bytes are none.
    """
    from google.protobuf.message import DecodeError

    try:
        proto = protos.TensorProto.FromString(data)
        if not proto.dtype:
            raise _refuse("`serialized` is no TensorProto: it has no dtype")
        return make_ndarray(proto), as_dtype(proto.dtype).base_dtype
    except DecodeError:
        raise _refuse(f"Could not parse `serialized` as TensorProto: {data[:40]!r}") from None
    except (TypeError, ValueError) as error:
        raise _refuse(f"`serialized` is no whole TensorProto: {error}") from None


# ---------------------------------------------------------------- tensors


def _bind_serialize(op: Operation, runtime: Any) -> Callable[[Any], Any]:
    # Bound, as arrays of quantized numbers do not tell that they are.
    dtype = op.inputs[0].dtype.base_dtype
    return lambda tensor: text(bytes_of_tensor(tensor, dtype))


_serialize = defop(
    "SerializeTensor",
    "tensor: T -> string",
    doc="A tensor as a serialized TensorProto.",
    shape=lambda op: SCALAR,
    bind=_bind_serialize,
    grad=_STRINGS,
)


def serialize_tensor(tensor: Any, name: str | None = None) -> Tensor:
    """A tensor as a string: a serialized `TensorProto`, from which `parse_tensor` makes it again.

    Args:
        tensor: a tensor of any dtype and shape.
        name: the op's name.

    Returns:
        A string scalar.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     text = tf.io.serialize_tensor([[1.5, 2.5]])
        ...     sess.run(tf.io.parse_tensor(text, tf.float32)).tolist()
        [[1.5, 2.5]]
    """
    return _serialize(tensor, name=name)


def _parse_kernel(xp: Any, serialized: Any, *, out_type: DType) -> Any:
    text: Any = np.asarray(serialized, object)
    if text.ndim:
        raise _refuse(f"Expected `serialized` to be a scalar, got shape: {list(text.shape)}")
    array, dtype = tensor_of_bytes(bytes(text[()]))
    if dtype is not out_type:
        raise _refuse(
            f"Type mismatch between parsed tensor ({dtype.name}) and dtype ({out_type.name})"
        )
    return array


_parse = defop(
    "ParseTensor",
    "serialized: string -> @out_type",
    doc="The tensor of a serialized TensorProto.",
    attrs={"out_type": REQUIRED},
    shape=lambda op: UNKNOWN,
    kernel=_parse_kernel,
    grad=_STRINGS,
)


def parse_tensor(serialized: Any, out_type: Any, name: str | None = None) -> Tensor:
    """The tensor that a string holds, as `serialize_tensor` makes it.

    Args:
        serialized: a string scalar, a serialized `TensorProto`.
        out_type: the dtype that the tensor has.
        name: the op's name.

    Returns:
        A tensor of that dtype; its shape is only known when it is run.

    Raises:
        tf.errors.InvalidArgumentError: (when run) if there is no tensor of that dtype.
    """
    return _parse(serialized, out_type=as_dtype(out_type), name=name)


# ---------------------------------------------------------------- examples


def _json_kernel(xp: Any, json_examples: Any) -> Any:
    from google.protobuf import json_format

    texts = np.asarray(json_examples, object)
    found = np.empty(texts.shape, object)
    for at in np.ndindex(texts.shape):
        try:
            text = texts[at].decode("utf-8")
            message = json_format.Parse(text, protos.Example())
        except (json_format.ParseError, UnicodeDecodeError) as error:
            raise _refuse(f"Error while parsing JSON: {error}") from None
        found[at] = message.SerializeToString(deterministic=True)
    return found


_decode_json = defop(
    "DecodeJSONExample",
    "json_examples: string -> string",
    doc="Examples in JSON as serialized Examples.",
    shape=lambda op: op.inputs[0].shape,
    kernel=_json_kernel,
    grad=_STRINGS,
)


def decode_json_example(json_examples: Any, name: str | None = None) -> Tensor:
    """`Example`s in JSON as serialized ones, which `parse_example` takes.

    Args:
        json_examples: a string tensor; each element is an `Example` in the JSON of protocol
            buffers.
        name: the op's name.

    Returns:
        A string tensor of the same shape.

    Raises:
        tf.errors.InvalidArgumentError: (when run) for an element that is none.

    Example:
        >>> import pyengine as tf
        >>> text = '{"features": {"feature": {"x": {"int64List": {"value": [7]}}}}}'
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     example = tf.io.decode_json_example(text)
        ...     wanted = {"x": tf.FixedLenFeature([], tf.int64)}
        ...     int(sess.run(tf.parse_single_example(example, wanted))["x"])
        7
    """
    return _decode_json(json_examples, name=name)


# ---------------------------------------------------------------- compressed strings

_WINDOW_BITS = {"ZLIB": zlib.MAX_WBITS, "GZIP": zlib.MAX_WBITS + 16}


def _inflate_kernel(xp: Any, texts: Any, *, compression_type: str) -> Any:
    texts = np.asarray(texts, object)
    if not compression_type:
        return texts
    found = np.empty(texts.shape, object)
    for at in np.ndindex(texts.shape):
        try:
            found[at] = zlib.decompress(texts[at], _WINDOW_BITS[compression_type])
        except zlib.error as error:
            raise DataLossError(None, None, f"inflate() failed with error {error}") from None
    return found


_decode_compressed = defop(
    "DecodeCompressed",
    "bytes: string -> string",
    doc="Compressed strings, inflated.",
    attrs={"compression_type": ""},
    shape=lambda op: op.inputs[0].shape,
    kernel=_inflate_kernel,
    grad=_STRINGS,
)


def decode_compressed(bytes: Any, compression_type: str = "", name: str | None = None) -> Tensor:
    """Strings as they were before they were compressed.

    Args:
        bytes: a string tensor, each element compressed on its own.
        compression_type: "" for none, "ZLIB" or "GZIP".
        name: the op's name.

    Returns:
        A string tensor of the same shape.

    Raises:
        ValueError: for another compression.
        tf.errors.DataLossError: (when run) for an element that is not compressed so.

    Example:
        >>> import zlib, pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     sess.run(tf.io.decode_compressed([zlib.compress(b"abc")], "ZLIB")).tolist()
        [b'abc']
    """
    if compression_type and compression_type not in _WINDOW_BITS:
        raise ValueError(f"compression_type must be '', 'ZLIB' or 'GZIP', got {compression_type!r}")
    return _decode_compressed(bytes, compression_type=compression_type, name=name)
