"""Strings into numbers: `decode_raw` for bytes as they lie in memory, `decode_csv` for text."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from pyengine import dtypes
from pyengine.convert import convert_to_tensor
from pyengine.dtypes import as_dtype
from pyengine.errors import InvalidArgumentError
from pyengine.graph import Operation, Tensor
from pyengine.ops.declare import REQUIRED, defop, no_grad, old_names, whole
from pyengine.shape import TensorShape

__all__ = ["decode_csv", "decode_raw"]

_STRINGS = no_grad("strings have no gradient")
_RAW_TYPES = (
    dtypes.float16, dtypes.float32, dtypes.float64, dtypes.int32, dtypes.uint16, dtypes.uint8,
    dtypes.int16, dtypes.int8, dtypes.int64, dtypes.complex64, dtypes.complex128, dtypes.bool,
    dtypes.bfloat16,
)  # fmt: skip


def _refuse_type(op_type: str, parameter: str, dtype: dtypes.DType, allowed: Any) -> None:
    if dtype not in allowed:
        raise TypeError(
            f"Value passed to parameter '{parameter}' of '{op_type}' has DataType {dtype.name} not "
            f"in list of allowed values: {', '.join(d.name for d in allowed)}"
        )


# ---------------------------------------------------------------- decode_raw


def _raw_kernel(xp: Any, texts: Any, *, out_type: dtypes.DType, little_endian: bool) -> Any:
    texts = np.asarray(texts, object)
    flat = texts.reshape(-1).tolist()
    dtype = np.dtype(out_type.as_numpy_dtype)
    if not flat:
        return np.zeros((*texts.shape, 0), dtype)
    size = len(flat[0])
    for i, text in enumerate(flat):
        if len(text) != size:
            raise InvalidArgumentError(
                None,
                None,
                f"DecodeRaw requires input strings to all be the same size, but element {i} has "
                f"size {len(text)} != {size}",
            )
    if size % dtype.itemsize:
        raise InvalidArgumentError(
            None,
            None,
            f"Input to DecodeRaw has length {size} that is not a multiple of {dtype.itemsize}, the "
            f"size of {out_type.name}",
        )
    data = np.frombuffer(bytearray(b"".join(flat)), np.uint8)
    if dtype.kind == "b":
        values = data != 0
    elif little_endian or dtype.itemsize == 1:
        values = data.view(dtype)
    else:
        # Complex numbers are two, each with its own order.
        width = dtype.itemsize // (2 if dtype.kind == "c" else 1)
        values = np.ascontiguousarray(data.reshape(-1, width)[:, ::-1]).reshape(-1).view(dtype)
    return values.reshape(*texts.shape, size // dtype.itemsize)


_decode_raw = defop(
    "DecodeRaw",
    "bytes: string -> @out_type",
    doc="The bytes of strings as numbers.",
    attrs={"out_type": REQUIRED, "little_endian": True},
    shape=lambda op: op.inputs[0].shape.concatenate([None]),
    kernel=_raw_kernel,
    grad=_STRINGS,
)


@old_names(bytes="input_bytes")
def decode_raw(
    input_bytes: Any = None,
    out_type: Any = None,
    little_endian: bool = True,
    name: str | None = None,
) -> Tensor:
    """The bytes of strings as numbers, as they lie in memory.

    Args:
        input_bytes: a string tensor, all of whose elements have the same length; also called
            `bytes`.
        out_type: the dtype of the numbers.
        little_endian: whether the lowest byte comes first.
        name: the op's name.

    Returns:
        A tensor with one more dimension, of what each string holds.

    Raises:
        TypeError: when there is no such tensor of numbers.
        tf.errors.InvalidArgumentError: (when run) if the lengths differ, or do not fit the dtype.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     sess.run(tf.decode_raw(["abc"], tf.uint8)).tolist()
        [[97, 98, 99]]
    """
    if input_bytes is None or out_type is None:
        raise ValueError("decode_raw() needs input_bytes and out_type")
    wanted = as_dtype(out_type)
    _refuse_type("DecodeRaw", "out_type", wanted, _RAW_TYPES)
    return _decode_raw(input_bytes, out_type=wanted, little_endian=little_endian, name=name)


# ---------------------------------------------------------------- decode_csv

_CSV_TYPES = (dtypes.float32, dtypes.float64, dtypes.int32, dtypes.int64, dtypes.string)
_INTEGER = re.compile(rb"\s*[+-]?\d+\s*")


def _csv_error(message: str) -> InvalidArgumentError:
    return InvalidArgumentError(None, None, message)


def split_record(text: bytes, delimiter: bytes, quotes: bool) -> list[bytes]:
    """The fields of a record, by RFC 4180.

    Raises:
        InvalidArgumentError: for a quote or a line end where none may be.

    Example:
        >>> split_record(b'a,"b ""c"", d"', b",", True)
        [b'a', b'b "c", d']
    """
    if not text:
        return []
    if not quotes:
        return text.split(delimiter)
    if b'"' not in text:
        if b"\n" in text or b"\r" in text:
            raise _csv_error("Unquoted fields cannot have quotes/CRLFs inside")
        return text.split(delimiter)
    fields, position, size = [], 0, len(text)
    while True:
        if text[position : position + 1] == b'"':
            field, position = _quoted_field(text, position + 1, delimiter)
        else:
            end = text.find(delimiter, position)
            end = size if end < 0 else end
            field = text[position:end]
            if b'"' in field or b"\n" in field or b"\r" in field:
                raise _csv_error("Unquoted fields cannot have quotes/CRLFs inside")
            position = end
        fields.append(field)
        if position >= size:
            return fields
        position += 1  # over the delimiter


def _quoted_field(text: bytes, position: int, delimiter: bytes) -> tuple[bytes, int]:
    """A field whose opening quote was just read, and the position after its closing one."""
    parts = []
    while True:
        end = text.find(b'"', position)
        if end < 0:
            raise _csv_error("Quoted field has to end with quote followed by delim or end")
        parts.append(text[position:end])
        after = text[end + 1 : end + 2]
        if after == b'"':
            parts.append(b'"')
            position = end + 2
            continue
        if after not in (b"", delimiter):
            raise _csv_error("Quote inside a string has to be escaped by another quote")
        return b"".join(parts), end + 1


def csv_column(
    values: Sequence[bytes], column: int, default: Any, dtype: dtypes.DType, missing: bytes
) -> Any:
    """One field of all records, converted; `default` is empty where the field is required."""
    target = np.dtype(dtype.as_numpy_dtype)
    result = np.empty(len(values), target)
    default = np.asarray(default).reshape(-1)
    quick = _quick_column(values, default, target, missing)
    if quick is not None:
        return quick
    for row, text in enumerate(values):
        if not text or text == missing:
            if not default.size:
                raise _csv_error(f"Field {column} is required but missing in record {row}!")
            result[row] = default[0]
        elif dtype is dtypes.string:
            result[row] = text
        else:
            result[row] = _csv_number(text, target, dtype, column, row)
    return result


def _quick_column(values: Sequence[bytes], default: Any, target: Any, missing: bytes) -> Any:
    """All the fields converted together; None where one is wrong or unusual."""
    absent = None
    if b"" in values or missing in values:
        if not default.size:
            return None
        absent = np.array([not v or v == missing for v in values])
        values = [b"0" if gone else v for v, gone in zip(values, absent)]
    if target.kind == "O":
        result = np.empty(len(values), object)
        result[:] = values
    else:
        if b"_" in b" ".join(values):  # Python reads it as a separator
            return None
        try:
            if target.kind == "f":
                result = np.array(list(map(float, values))).astype(target)
            else:
                wide = np.array(list(map(int, values)), np.int64)
                result = wide.astype(target)
                if not np.array_equal(result, wide):
                    return None
        except (ValueError, OverflowError):
            return None
    if absent is not None:
        result[absent] = default[0]
    return result


def _csv_number(text: bytes, target: Any, dtype: dtypes.DType, column: int, row: int) -> Any:
    name = {"float32": "float", "float64": "double"}.get(dtype.name, dtype.name)
    try:
        if target.kind == "f":
            if b"_" in text:  # Python reads it as a separator
                raise ValueError
            return target.type(float(text))
        if not _INTEGER.fullmatch(text):
            raise ValueError
        return target.type(int(text))
    except (ValueError, OverflowError):
        shown = text.decode("utf-8", "replace")
        raise _csv_error(f"Field {column} in record {row} is not a valid {name}: {shown}") from None


def _csv_kernel(
    xp: Any,
    records: Any,
    *defaults: Any,
    OUT_TYPE: Sequence[dtypes.DType],
    field_delim: str,
    use_quote_delim: bool,
    na_value: str,
    select_cols: Sequence[int],
) -> Any:
    delimiter = field_delim.encode()
    if len(delimiter) != 1:
        raise _csv_error("field_delim should be only 1 char")
    records = np.asarray(records, object)
    rows = []
    for i, text in enumerate(records.reshape(-1).tolist()):
        fields = split_record(text, delimiter, use_quote_delim)
        if select_cols:
            if len(fields) <= select_cols[-1]:
                raise _csv_error(
                    f"Expect at least {select_cols[-1] + 1} fields but have {len(fields)} in "
                    f"record {i}"
                )
            fields = [fields[c] for c in select_cols]
        elif len(fields) != len(OUT_TYPE):
            raise _csv_error(f"Expect {len(OUT_TYPE)} fields but have {len(fields)} in record {i}")
        rows.append(fields)
    columns = list(zip(*rows)) if rows else [()] * len(OUT_TYPE)
    missing = na_value.encode()
    with np.errstate(all="ignore"):
        found = [
            csv_column(column, i, default, dtype, missing).reshape(records.shape)
            for i, (column, default, dtype) in enumerate(zip(columns, defaults, OUT_TYPE))
        ]
    return tuple(found) if len(found) > 1 else found[0]


def _csv_shape(op: Operation) -> list[TensorShape]:
    for tensor in op.inputs[1:]:
        shape = tensor.shape
        if shape.ndims is not None and shape.ndims > 1:
            raise ValueError(f"Shape must be at most rank 1 but is rank {shape.ndims}")
        if shape.ndims == 1 and (shape[0].value or 0) > 1:
            raise ValueError(
                "Shape of a default must be a length-0 or length-1 vector, or a scalar."
            )
    return [op.inputs[0].shape] * len(op.attrs["OUT_TYPE"])


_decode_csv = defop(
    "DecodeCSV",
    "records: string, record_defaults: any* -> @OUT_TYPE*",
    doc="The fields of CSV records, each a tensor.",
    attrs={
        "OUT_TYPE": REQUIRED,
        "field_delim": ",",
        "use_quote_delim": True,
        "na_value": "",
        "select_cols": (),
    },
    shape=_csv_shape,
    kernel=_csv_kernel,
    grad=_STRINGS,
)


def decode_csv(
    records: Any,
    record_defaults: Any,
    field_delim: str = ",",
    use_quote_delim: bool = True,
    name: str | None = None,
    na_value: str = "",
    select_cols: Any = None,
) -> list[Tensor]:
    """The fields of CSV records (RFC 4180), one tensor a column.

    Args:
        records: a string tensor; each element is a record.
        record_defaults: for each column a tensor of its dtype (float32, float64, int32, int64 or
            string): a scalar or a vector of one, which stands for an empty field, or an empty
            vector, which makes the field required.
        field_delim: the character between fields.
        use_quote_delim: whether double quotes quote a field.
        name: the op's name.
        na_value: another text that counts as an empty field.
        select_cols: the columns to take, in increasing order; all of them for None.

    Returns:
        A list of tensors of the shape of `records`.

    Raises:
        ValueError: when `select_cols` does not increase, or is not as long as `record_defaults`.
        tf.errors.InvalidArgumentError: (when run) if a record is malformed.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     [v.tolist() for v in sess.run(tf.decode_csv(["1,a", ",b"], [[7], [""]]))]
        [[1, 7], [b'a', b'b']]
    """
    columns = [int(c) for c in whole(list(select_cols))] if select_cols is not None else []
    if any(a >= b for a, b in itertools.pairwise(columns)):
        raise ValueError("select_cols is not strictly increasing.")
    if columns and columns[0] < 0:
        raise ValueError("select_cols contains negative values.")
    if select_cols is not None and len(columns) != len(record_defaults):
        raise ValueError("Length of select_cols and record_defaults do not match.")
    defaults = [convert_to_tensor(d, name="record_defaults") for d in record_defaults]
    if not defaults:
        raise ValueError("decode_csv needs at least one column in record_defaults")
    types = [d.dtype.base_dtype for d in defaults]
    for dtype in types:
        _refuse_type("DecodeCSV", "record_defaults", dtype, _CSV_TYPES)
    return _decode_csv(
        records, defaults, OUT_TYPE=types, field_delim=field_delim,
        use_quote_delim=use_quote_delim, na_value=na_value, select_cols=tuple(columns), name=name,
    )  # fmt: skip
