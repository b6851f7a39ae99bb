"""Strings: joined, split, cut, measured and formatted.

A string tensor's value is an object array of `bytes`. Numbers as text are in `string_numbers`;
`regex`, `hashing` and `unicode` have what needs more machinery.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Callable
from typing import Any

import numpy as np

from pyengine import dtypes
from pyengine.convert import convert_to_tensor
from pyengine.errors import InvalidArgumentError
from pyengine.graph import Operation, Tensor
from pyengine.ops.declare import defop, no_grad, old_names, whole
from pyengine.shape import TensorShape, broadcast
from pyengine.sparse_tensor import SparseTensor

__all__ = ["string_split", "string_strip", "substr"]

_TEXT = no_grad("strings have no derivatives")


def each(function: Callable[..., Any], *arrays: Any, dtype: Any = object) -> Any:
    """A function of one element of each array, for all of them; they broadcast."""
    arrays = np.broadcast_arrays(*[np.asarray(a) for a in arrays])
    result = np.empty(arrays[0].shape, dtype)
    for at in np.ndindex(result.shape):
        result[at] = function(*[a[at] for a in arrays])
    return result


def map_op(type: str, doc: str, function: Callable[..., bytes], **attrs: Any) -> Any:
    """An op of one string that applies a function `f(text, **attrs)` to each element."""

    def kernel(xp: Any, x: Any, **given: Any) -> Any:
        return each(lambda text: function(text, **given), x)

    return defop(
        type, "input: string -> string", doc=doc, attrs=attrs, kernel=kernel, grad=_TEXT,
        shape=lambda op: op.inputs[0].shape,
    )  # fmt: skip


# ---------------------------------------------------------------- splitting


def _as_sparse_parts(rows: list[list[bytes]]) -> Any:
    at = [(i, j) for i, row in enumerate(rows) for j in builtins.range(len(row))]
    values = np.empty(len(at), object)
    values[:] = [text for row in rows for text in row]
    sizes = [len(rows), builtins.max((len(row) for row in rows), default=0)]
    return np.array(at, np.int64).reshape(-1, 2), values, np.array(sizes, np.int64)


def _split_kernel(xp: Any, x: Any, delimiter: Any, *, skip_empty: bool) -> Any:
    (marks,) = np.asarray(delimiter).reshape(-1)
    pattern = re.compile(b"[" + re.escape(marks) + b"]") if marks else None

    def parts(text: bytes) -> list[bytes]:
        if pattern is None:
            return [text[i : i + 1] for i in builtins.range(len(text))]
        found = pattern.split(text) if text else []  # nothing has no parts, not an empty one
        return [p for p in found if p] if skip_empty else found

    return _as_sparse_parts([parts(text) for text in x])


def _split_shape(op: Operation) -> list[TensorShape]:
    op.inputs[0].shape.with_rank(1)
    op.inputs[1].shape.with_rank(0)
    return [TensorShape((None, 2)), TensorShape((None,)), TensorShape((2,))]


_string_split = defop(
    "StringSplit",
    "input: string, delimiter: string -> int64, string, int64",
    doc="Strings split at any of some characters.",
    attrs={"skip_empty": True},
    shape=_split_shape,
    kernel=_split_kernel,
    grad=_TEXT,
)


def _split_v2_kernel(xp: Any, x: Any, sep: Any, *, maxsplit: int) -> Any:
    (mark,) = np.asarray(sep).reshape(-1)
    return _as_sparse_parts([text.split(mark or None, maxsplit) for text in x])


_string_split_v2 = defop(
    "StringSplitV2",
    "input: string, sep: string -> int64, string, int64",
    doc="Strings split at a separator, as Python does.",
    attrs={"maxsplit": -1},
    shape=_split_shape,
    kernel=_split_v2_kernel,
    grad=_TEXT,
)


def _only_sparse(result_type: str) -> None:
    if result_type == "RaggedTensor":
        raise NotImplementedError(
            'ragged tensors are not available: take result_type="SparseTensor"'
        )
    if result_type != "SparseTensor":
        raise ValueError("result_type must be 'RaggedTensor' or 'SparseTensor'.")


def string_split(
    source: Any,
    sep: Any = None,
    skip_empty: bool = True,
    delimiter: Any = None,
    result_type: str = "SparseTensor",
    name: str | None = None,
) -> SparseTensor:
    """Strings split at any of the characters of `sep`.

    Args:
        source: a string vector.
        sep: the characters, a space by default; with "" each byte is a part. Also called
            `delimiter`.
        skip_empty: whether to leave out empty parts.
        result_type: "SparseTensor".
        name: the op's name.

    Returns:
        A `SparseTensor` with the parts of each string in a row.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     sess.run(tf.string_split(["hello world", "a b"])).values.tolist()
        [b'hello', b'world', b'a', b'b']
    """
    _only_sparse(result_type)
    if sep is not None and delimiter is not None:
        raise ValueError("Cannot specify both 'delimiter' and 'sep'")
    given = delimiter if sep is None else sep
    delimiter = convert_to_tensor(" " if given is None else given, dtypes.string)
    return SparseTensor(*_string_split(source, delimiter, skip_empty=bool(skip_empty), name=name))


@old_names(source="input")
def split(
    input: Any = None,
    sep: Any = None,
    maxsplit: int = -1,
    result_type: str = "SparseTensor",
    name: str | None = None,
) -> SparseTensor:
    """Strings split at a separator, as Python's `str.split` does: `tf.strings.split`.

    Args:
        input: a string vector, also called `source`.
        sep: the separator; by default any white space.
        maxsplit: the most splits of a string; any number by default.
        result_type: "SparseTensor".
        name: the op's name.

    Returns:
        A `SparseTensor` with the parts of each string in a row.
    """
    _only_sparse(result_type)
    mark = convert_to_tensor("" if sep is None else sep, dtypes.string)
    return SparseTensor(*_string_split_v2(input, mark, maxsplit=int(whole(maxsplit)), name=name))


# ---------------------------------------------------------------- characters

_UNITS = ("BYTE", "UTF8_CHAR")


def _check_unit(unit: str) -> str:
    if unit not in _UNITS:
        raise ValueError(f"Value for attr 'unit' of {unit!r} is not in the list {_UNITS}")
    return unit


def _count_characters(text: bytes) -> int:
    return sum(byte & 0xC0 != 0x80 for byte in text)


def _length_kernel(xp: Any, x: Any, *, unit: str) -> Any:
    return each(len if unit == "BYTE" else _count_characters, x, dtype=np.int32)


_length = defop(
    "StringLength",
    "input: string -> int32",
    doc="The lengths of strings.",
    attrs={"unit": "BYTE"},
    shape=lambda op: op.inputs[0].shape,
    kernel=_length_kernel,
    grad=_TEXT,
)


def length(input: Any, name: str | None = None, unit: str = "BYTE") -> Tensor:
    """The lengths of strings, in bytes or with `unit="UTF8_CHAR"` in characters.

    Args:
        input: a tensor of strings.
        name: the op's name.
        unit: "BYTE" or "UTF8_CHAR".

    Returns:
        An int32 tensor of the shape of `input`.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.strings.length(["abc", ""])).tolist()
        [3, 0]
    """
    return _length(input, unit=_check_unit(unit), name=name)


def _cut(text: bytes, start: int, count: int, unit: str) -> bytes:
    if unit == "BYTE":
        at = start + len(text) if start < 0 else start
        if not 0 <= at <= len(text):
            raise InvalidArgumentError(None, None, f"pos {start} out of range for string {text!r}")
        return text[at : at + builtins.max(count, 0)]
    starts = [i for i, byte in enumerate(text) if byte & 0xC0 != 0x80] + [len(text)]
    total = len(starts) - 1
    at = start + total if start < 0 else start
    if not 0 <= at <= total:
        raise InvalidArgumentError(None, None, f"pos {start} out of range for string {text!r}")
    return text[starts[at] : starts[builtins.min(at + builtins.max(count, 0), total)]]


_substr = defop(
    "Substr",
    "input: string, pos: T, len: T -> string",
    doc="Parts of strings.",
    types={"T": "index"},
    attrs={"unit": "BYTE"},
    shape=lambda op: broadcast(
        op.inputs[0].shape, op.inputs[1].shape.merge_with(op.inputs[2].shape)
    ),
    kernel=lambda xp, x, pos, count, *, unit: each(
        lambda text, start, n: _cut(text, int(start), int(n), unit), x, pos, count
    ),
    grad=_TEXT,
)


def substr(input: Any, pos: Any, len: Any, name: str | None = None, unit: str = "BYTE") -> Tensor:
    """Parts of strings.

    Args:
        input: a string tensor.
        pos: where each part starts; negative counts from the end.
        len: how long it is at most; `pos` and `len` broadcast with `input`.
        name: the op's name.
        unit: "BYTE" or "UTF8_CHAR": what positions count.

    Raises:
        tf.errors.InvalidArgumentError: at run time, for a position outside of its string.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.substr(["hello", "world"], 1, 3)).tolist()
        [b'ell', b'orl']
    """
    return _substr(input, whole(pos), whole(len), unit=_check_unit(unit), name=name)


_strip = map_op(
    "StringStrip",
    "Strings without white space at both ends.",
    lambda text: text.strip(b" \t\n\v\f\r"),
)


def string_strip(input: Any, name: str | None = None) -> Tensor:
    """Strings without white space at both ends.

    Args:
        input: a tensor of strings.
        name: the op's name.

    Returns:
        A tensor of strings of the same shape.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.string_strip(["  a b "])).tolist()
        [b'a b']
    """
    return _strip(input, name=name)


def _case(change: str) -> Callable[..., bytes]:
    def function(text: bytes, encoding: str) -> bytes:
        if not encoding:  # ASCII alone
            return getattr(text, change)()
        return getattr(text.decode("utf-8", "surrogateescape"), change)().encode(
            "utf-8", "surrogateescape"
        )

    return function


_lower = map_op("StringLower", "Strings in lower case.", _case("lower"), encoding="")
_upper = map_op("StringUpper", "Strings in upper case.", _case("upper"), encoding="")


def lower(input: Any, encoding: str = "", name: str | None = None) -> Tensor:
    """Strings in lower case: ASCII letters, or all with `encoding="utf-8"`.

    Args:
        input: a tensor of strings.
        encoding: "" for ASCII, or "utf-8".
        name: the op's name.

    Returns:
        A tensor of strings of the same shape.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.strings.lower(["AbC"])).tolist()
        [b'abc']
    """
    return _lower(input, encoding=_utf8_or_none(encoding), name=name)


def upper(input: Any, encoding: str = "", name: str | None = None) -> Tensor:
    """Strings in upper case: ASCII letters, or all with `encoding="utf-8"`.

    Args:
        input: a tensor of strings.
        encoding: "" for ASCII, or "utf-8".
        name: the op's name.

    Returns:
        A tensor of strings of the same shape.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.strings.upper(["AbC"])).tolist()
        [b'ABC']
    """
    return _upper(input, encoding=_utf8_or_none(encoding), name=name)


def _utf8_or_none(encoding: str) -> str:
    if encoding not in ("", "utf-8"):
        raise ValueError(f"only utf-8 or '' (ASCII) encoding is supported, received {encoding!r}")
    return encoding
