"""Characters of strings in Unicode: code points, other encodings."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from typing import Any

import numpy as np

from pyengine import dtypes
from pyengine.convert import convert_to_tensor
from pyengine.errors import InvalidArgumentError
from pyengine.graph import Operation, Tensor
from pyengine.ops.array import expand_dims, reshape, shape, size
from pyengine.ops.declare import REQUIRED, defop, no_grad, whole
from pyengine.ops.filling import range as sequence
from pyengine.ops.strings import each
from pyengine.shape import TensorShape

__all__: list[str] = []

_OUTPUTS = ("UTF-8", "UTF-16-BE", "UTF-32-BE")
_ERRORS = ("strict", "replace", "ignore")
_TEXT = no_grad("strings have no derivatives")


def _codec(name: str) -> str:
    try:
        return codecs.lookup(name).name
    except LookupError:
        raise InvalidArgumentError(None, None, f"Could not create converter for {name}") from None


def decoded(
    text: bytes, encoding: str, errors: str, replacement_char: int, replace_control: bool
) -> list[tuple[int, int]]:
    """The code points of a string, each with the position of its first byte."""
    decoder = codecs.getincrementaldecoder(_codec(encoding))("strict")
    found: list[tuple[int, int]] = []
    start = 0
    for at in range(len(text)):
        found_here, start = _step(decoder, text, at, start, errors, replacement_char, found)
        if not found_here:
            continue
    try:
        rest = decoder.decode(b"", True)
        found += [(ord(c), start) for c in rest]
    except UnicodeDecodeError:
        _bad(errors, replacement_char, start, found)
    if replace_control:
        found = [(replacement_char if _is_control(c) else c, at) for c, at in found]
    return found


def _step(
    decoder: Any, text: bytes, at: int, start: int, errors: str, replacement: int,
    found: list[tuple[int, int]],
) -> tuple[bool, int]:  # fmt: skip
    """Feeds one byte; returns whether a character ended, and where the next one starts."""
    try:
        ended = decoder.decode(text[at : at + 1])
    except UnicodeDecodeError:
        decoder.reset()
        _bad(errors, replacement, start, found)
        if at > start:  # the byte that broke off a sequence may start one of its own
            return _step(decoder, text, at, at, errors, replacement, found)
        return True, at + 1
    if not ended:
        return False, start
    found += [(ord(c), start) for c in ended]
    return True, at + 1


def _bad(errors: str, replacement: int, at: int, found: list[tuple[int, int]]) -> None:
    if errors == "strict":
        raise InvalidArgumentError(None, None, "Invalid formatting on input string")
    if errors == "replace":
        found.append((replacement, at))


def _is_control(code: int) -> bool:
    return (code < 32 and code not in (9, 10, 13)) or code == 127 or 0x80 <= code < 0xA0


def encoded(codes: Any, encoding: str, errors: str, replacement_char: int) -> bytes:
    """A string of some code points."""
    out = []
    for code in codes:
        code = int(code)
        if 0 <= code < 0x110000 and not 0xD800 <= code < 0xE000:
            out.append(chr(code))
        elif errors == "strict":
            raise InvalidArgumentError(None, None, "Code point is out of range for Unicode, or a "
                                       f"noncharacter: {code}")  # fmt: skip
        elif errors == "replace":
            out.append(chr(replacement_char))
    return "".join(out).encode(_codec(encoding))


def _transcode_kernel(
    xp: Any, x: Any, *, input_encoding: str, output_encoding: str, errors: str,
    replacement_char: int, replace_control_characters: bool,
) -> Any:  # fmt: skip
    def function(text: bytes) -> bytes:
        found = decoded(text, input_encoding, errors, replacement_char, replace_control_characters)
        return encoded([c for c, _ in found], output_encoding, "replace", replacement_char)

    return each(function, x)


_transcode = defop(
    "UnicodeTranscode",
    "input: string -> string",
    doc="Strings in another encoding.",
    attrs={
        "input_encoding": REQUIRED, "output_encoding": REQUIRED, "errors": "replace",
        "replacement_char": 65533, "replace_control_characters": False,
    },
    shape=lambda op: op.inputs[0].shape,
    kernel=_transcode_kernel,
    grad=_TEXT,
)  # fmt: skip


def _decode_kernel(
    xp: Any, x: Any, *, input_encoding: str, errors: str, replacement_char: int,
    replace_control_characters: bool, Tsplits: Any,
) -> Any:  # fmt: skip
    rows = [
        decoded(text, input_encoding, errors, replacement_char, replace_control_characters)
        for text in np.asarray(x, object).reshape(-1)
    ]
    splits = np.cumsum([0, *map(len, rows)]).astype(Tsplits.as_numpy_dtype)
    codes = np.array([c for row in rows for c, _ in row], np.int32)
    return splits, codes, np.array([at for row in rows for _, at in row], np.int64)


def _decode_shape(op: Operation) -> list[TensorShape]:
    count = op.inputs[0].shape.num_elements()
    splits = TensorShape((None if count is None else count + 1,))
    return [splits, *[TensorShape((None,))] * (len(op.outputs) or len(op.opdef.outputs) - 1)]


def _decode_op(type: str, outputs: str, kernel: Callable[..., Any]) -> Any:
    return defop(
        type,
        f"input: string -> {outputs}",
        doc="The code points of strings, one string after the other.",
        attrs={
            "input_encoding": REQUIRED, "errors": "replace", "replacement_char": 65533,
            "replace_control_characters": False, "Tsplits": dtypes.int64,
        },
        shape=_decode_shape,
        kernel=kernel,
        grad=_TEXT,
    )  # fmt: skip


_decode = _decode_op(
    "UnicodeDecode", "@Tsplits, int32", lambda xp, x, **attrs: _decode_kernel(xp, x, **attrs)[:2]
)
_decode_at = _decode_op("UnicodeDecodeWithOffsets", "@Tsplits, int32, int64", _decode_kernel)


def _encode_kernel(
    xp: Any, codes: Any, splits: Any, *, errors: str, output_encoding: str, replacement_char: int
) -> Any:
    result = np.empty(len(splits) - 1, object)
    for i in range(len(result)):
        row = codes[int(splits[i]) : int(splits[i + 1])]
        result[i] = encoded(row, output_encoding, errors, replacement_char)
    return result


def _encode_shape(op: Operation) -> TensorShape:
    splits = op.inputs[1].shape.with_rank(1)[0].value
    return TensorShape((None if splits is None else splits - 1,))


_encode = defop(
    "UnicodeEncode",
    "input_values: int32, input_splits: Tsplits -> string",
    doc="Strings of code points.",
    types={"Tsplits": "index"},
    attrs={"output_encoding": REQUIRED, "errors": "replace", "replacement_char": 65533},
    shape=_encode_shape,
    kernel=_encode_kernel,
    grad=_TEXT,
)


def _check(errors: str, output: str | None = None) -> None:
    if errors not in _ERRORS:
        raise ValueError(f"errors must be one of {_ERRORS}, got {errors!r}")
    if output is not None and output not in _OUTPUTS:
        raise ValueError(f"output_encoding must be one of {_OUTPUTS}, got {output!r}")


def unicode_transcode(
    input: Any,
    input_encoding: str,
    output_encoding: str,
    errors: str = "replace",
    replacement_char: int = 65533,
    replace_control_characters: bool = False,
    name: str | None = None,
) -> Tensor:
    """Strings in another encoding.

    Args:
        input: a string tensor.
        input_encoding: the name of its encoding.
        output_encoding: "UTF-8", "UTF-16-BE" or "UTF-32-BE".
        errors: what to do with bytes that are no text: "replace", "ignore", or "strict" to raise.
        replacement_char: the code point to put in for them.
        replace_control_characters: whether to replace control characters too.
        name: the op's name.
    """
    _check(errors, output_encoding)
    return _transcode(
        input, input_encoding=input_encoding, output_encoding=output_encoding, errors=errors,
        replacement_char=int(whole(replacement_char)),
        replace_control_characters=bool(replace_control_characters), name=name,
    )  # fmt: skip


def _one_string(input: Any, function: str) -> Tensor:
    x = convert_to_tensor(input, dtypes.string, name="input")
    if x.shape.ndims != 0:
        raise NotImplementedError(
            f"{function} of more than one string would be a ragged tensor, which is not "
            f"available; got shape {x.shape}. Take one string at a time."
        )
    return x


def unicode_decode(
    input: Any,
    input_encoding: str,
    errors: str = "replace",
    replacement_char: int = 65533,
    replace_control_characters: bool = False,
    name: str | None = None,
) -> Tensor:
    """The code points of a string.

    Args:
        input: a scalar string tensor.
        input_encoding, errors, replacement_char, replace_control_characters: as in
            `unicode_transcode`.
        name: the op's name.

    Returns:
        An int32 vector.

    Raises:
        NotImplementedError: for a tensor of strings, whose code points would be ragged.
    """
    _check(errors)
    _, codes = _decode(
        _one_string(input, "unicode_decode"), input_encoding=input_encoding, errors=errors,
        replacement_char=int(whole(replacement_char)),
        replace_control_characters=bool(replace_control_characters), name=name,
    )  # fmt: skip
    return codes


def unicode_decode_with_offsets(
    input: Any,
    input_encoding: str,
    errors: str = "replace",
    replacement_char: int = 65533,
    replace_control_characters: bool = False,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """`unicode_decode`, and the position of the first byte of each character."""
    _check(errors)
    _, codes, at = _decode_at(
        _one_string(input, "unicode_decode_with_offsets"), input_encoding=input_encoding,
        errors=errors, replacement_char=int(whole(replacement_char)),
        replace_control_characters=bool(replace_control_characters), name=name,
    )  # fmt: skip
    return codes, at


def unicode_encode(
    input: Any,
    output_encoding: str,
    errors: str = "replace",
    replacement_char: int = 65533,
    name: str | None = None,
) -> Tensor:
    """Strings of code points: the inverse of `unicode_decode`.

    Args:
        input: an int32 tensor of shape `[..., n]`.
        output_encoding, errors, replacement_char: as in `unicode_transcode`.
        name: the op's name.

    Returns:
        A string tensor of shape `[...]`.
    """
    _check(errors, output_encoding)
    codes = convert_to_tensor(input, dtypes.int32, name="input")
    if not codes.shape.ndims:
        raise ValueError("input must have a known rank of 1 or more")
    settings = {
        "output_encoding": output_encoding, "errors": errors,
        "replacement_char": int(whole(replacement_char)),
    }  # fmt: skip
    row = shape(codes)[-1]
    rows = reshape(codes, [-1])
    splits = sequence(0, size(codes) + 1, row)
    texts = _encode(rows, splits, **settings, name=name)
    known = codes.shape[:-1]
    return reshape(texts, known.as_list() if known.is_fully_defined() else shape(codes)[:-1])


def unicode_split(
    input: Any,
    input_encoding: str,
    errors: str = "replace",
    replacement_char: int = 65533,
    name: str | None = None,
) -> Tensor:
    """The characters of a string, each as a string in UTF-8; see `unicode_decode`.

    Args:
        input: a string scalar, or a vector of one string.
        input_encoding: "UTF-8", "UTF-16-BE" or "UTF-32-BE", or another one that Python knows.
        errors: what becomes of what is no character: "replace", "strict" or "ignore".
        replacement_char: the code point that stands for it.
        name: the scope of the ops.

    Returns:
        A vector of strings, a character each, in UTF-8.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     sess.run(tf.strings.unicode_split("ab", "UTF-8")).tolist()
        [b'a', b'b']
    """
    codes = unicode_decode(input, input_encoding, errors, replacement_char, name=name)
    return unicode_encode(expand_dims(codes, -1), "UTF-8", errors, replacement_char)


def unicode_split_with_offsets(
    input: Any,
    input_encoding: str,
    errors: str = "replace",
    replacement_char: int = 65533,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """`unicode_split`, and the position of the first byte of each character."""
    codes, at = unicode_decode_with_offsets(
        input, input_encoding, errors, replacement_char, name=name
    )
    return unicode_encode(expand_dims(codes, -1), "UTF-8", errors, replacement_char), at
