"""Numbers as text and back, and strings in base 64."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any

import numpy as np

from pyengine import dtypes
from pyengine.dtypes import as_dtype
from pyengine.errors import InvalidArgumentError
from pyengine.graph import Tensor
from pyengine.ops.declare import defop, no_grad, old_names, whole
from pyengine.ops.strings import each, map_op

__all__ = ["as_string", "decode_base64", "encode_base64", "string_to_number"]

_TEXT = no_grad("strings have no derivatives")

# ---------------------------------------------------------------- numbers


def _format_of(
    x: Any, precision: int, scientific: bool, shortest: bool, width: int, fill: str
) -> str:
    if fill not in ("", " ", "+", "-", "0", "#"):
        raise ValueError(f"Fill argument not supported: {fill!r}")
    if scientific and shortest:
        raise ValueError("Cannot select both scientific and shortest notation")
    whole_number = x.dtype.kind in "iub"
    if whole_number and (scientific or shortest):
        raise ValueError(f"scientific and shortest format not supported for datatype {x.dtype}")
    if whole_number and precision > -1:
        raise ValueError(f"precision not supported for datatype {x.dtype}")
    sizes = (str(width) if width > -1 else "") + (f".{precision}" if precision > -1 else "")
    kind = "d" if whole_number else "e" if scientific else "g" if shortest else "f"
    return f"%{fill}{sizes}{kind}"


def _as_string_kernel(
    xp: Any, x: Any, *, precision: int, scientific: bool, shortest: bool, width: int, fill: str
) -> Any:
    x = np.asarray(x)
    if x.dtype == object:
        return x.copy()
    form = _format_of(x, precision, scientific, shortest, width, fill)
    if x.dtype.kind == "b":
        return each(lambda v: b"true" if v else b"false", x)
    if x.dtype.kind == "c":
        return each(lambda v: f"({form % v.real},{form % v.imag})".encode(), x)
    return each(lambda v: (form % v).encode(), x)


_as_string = defop(
    "AsString",
    "input: T -> string",
    doc="Numbers as text.",
    types={"T": "number|bool|string"},
    attrs={"precision": -1, "scientific": False, "shortest": False, "width": -1, "fill": ""},
    shape=lambda op: op.inputs[0].shape,
    kernel=_as_string_kernel,
    grad=_TEXT,
)


def as_string(
    input: Any,
    precision: int = -1,
    scientific: bool = False,
    shortest: bool = False,
    width: int = -1,
    fill: str = "",
    name: str | None = None,
) -> Tensor:
    """Numbers as text, formatted as C's printf does.

    Args:
        input: a numeric or boolean tensor.
        precision: digits after the point of floating-point numbers; 6 by default.
        scientific: whether to write them with an exponent.
        shortest: whether to write them with or without one, whichever is shorter.
        width: the least width.
        fill: " ", "+", "-", "0" or "#": the flag of the format.
        name: the op's name.

    Raises:
        tf.errors.InvalidArgumentError: at run time, for what does not go with the dtype.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.as_string([3.14159, 2.0], precision=2)).tolist()
        [b'3.14', b'2.00']
    """
    return _as_string(
        input, precision=int(whole(precision)), scientific=bool(scientific),
        shortest=bool(shortest), width=int(whole(width)), fill=fill, name=name,
    )  # fmt: skip


_FLOAT = re.compile(rb"[+-]?(\d+\.?\d*([eE][+-]?\d+)?|\.\d+([eE][+-]?\d+)?|inf(inity)?|nan)", re.I)
_INTEGER = re.compile(rb"[+-]?\d+")


def _number(text: bytes, kind: Any) -> Any:
    stripped = text.strip()
    pattern = _FLOAT if kind.kind == "f" else _INTEGER
    if pattern.fullmatch(stripped):
        if kind.kind == "f":
            return float(stripped)
        value = int(stripped)
        limits = np.iinfo(kind)
        if limits.min <= value <= limits.max:
            return value
    raise InvalidArgumentError(
        None,
        None,
        f"StringToNumberOp could not correctly convert string: "
        f"{text.decode('utf-8', 'backslashreplace')}",
    )


def _to_number_kernel(xp: Any, x: Any, *, out_type: Any) -> Any:
    kind = np.dtype(out_type.as_numpy_dtype)
    with np.errstate(over="ignore"):
        return each(lambda text: _number(text, kind), x, dtype=kind)


_to_number = defop(
    "StringToNumber",
    "string_tensor: string -> @out_type",
    doc="Numbers from their text.",
    attrs={"out_type": dtypes.float32},
    shape=lambda op: op.inputs[0].shape,
    kernel=_to_number_kernel,
    grad=_TEXT,
)
_NUMBERS = (dtypes.float32, dtypes.float64, dtypes.int32, dtypes.int64)


@old_names(input="string_tensor")
def string_to_number(
    string_tensor: Any = None, out_type: Any = dtypes.float32, name: str | None = None
) -> Tensor:
    """Numbers from their text.

    Args:
        string_tensor: a string tensor, also called `input`.
        out_type: float32, float64, int32 or int64.
        name: the op's name.

    Raises:
        TypeError: for another `out_type`.
        tf.errors.InvalidArgumentError: at run time, for what is no such number.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.string_to_number(["1.5", "-2"])).tolist()
        [1.5, -2.0]
    """
    wanted = as_dtype(out_type).base_dtype
    if wanted not in _NUMBERS:
        raise TypeError(
            f"Value passed to parameter 'out_type' has DataType {wanted.name} not in list of "
            f"allowed values: {', '.join(d.name for d in _NUMBERS)}"
        )
    return _to_number(string_tensor, out_type=wanted, name=name)


# ---------------------------------------------------------------- base 64


def _encode(text: bytes, pad: bool) -> bytes:
    coded = base64.urlsafe_b64encode(text)
    return coded if pad else coded.rstrip(b"=")


def _decode(text: bytes) -> bytes:
    bare = text.rstrip(b"=")
    if len(bare) % 4 == 1 or not re.fullmatch(rb"[A-Za-z0-9_-]*", bare):
        raise InvalidArgumentError(None, None, "Invalid character found in base64.")
    try:
        return base64.urlsafe_b64decode(bare + b"=" * (-len(bare) % 4))
    except binascii.Error as error:
        raise InvalidArgumentError(None, None, f"invalid base64: {error}") from None


_encode_base64 = map_op("EncodeBase64", "Strings in web-safe base 64.", _encode, pad=False)
_decode_base64 = map_op("DecodeBase64", "Strings from web-safe base 64.", _decode)


def encode_base64(input: Any, pad: bool = False, name: str | None = None) -> Tensor:
    """Strings in web-safe base 64: with "-" and "_", and without padding unless `pad`.

    Args:
        input: a tensor of strings.
        pad: whether the text is filled with "=" to a multiple of four characters.
        name: the op's name.

    Returns:
        A tensor of strings of the same shape, in the alphabet for URLs.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.encode_base64(["hello"], pad=True)).tolist()
        [b'aGVsbG8=']
    """
    return _encode_base64(input, pad=bool(pad), name=name)


def decode_base64(input: Any, name: str | None = None) -> Tensor:
    """Strings from web-safe base 64, padded or not.

    Args:
        input: a tensor of strings in the base64 alphabet for URLs, with padding or without.
        name: the op's name.

    Returns:
        A tensor of strings of the same shape.

    Raises:
        tf.errors.InvalidArgumentError: at run time, for what is no base 64.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.decode_base64(["aGVsbG8"])).tolist()
        [b'hello']
    """
    return _decode_base64(input, name=name)
