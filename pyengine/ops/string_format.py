"""Tensors as text: `tf.strings.format`."""

from __future__ import annotations

from typing import Any

import numpy as np

from pyengine.convert import convert_to_tensor
from pyengine.ops.declare import REQUIRED, defop, no_grad, whole
from pyengine.shape import SCALAR

__all__: list[str] = []


def _float_text(value: Any, digits: int, more: int) -> str:
    """The fewest of two numbers of digits that read back as the same number."""
    short = f"{float(value):.{digits}g}"
    return short if type(value)(short) == value else f"{float(value):.{more}g}"


def _escaped(value: bytes) -> str:
    """As C escapes text, what is not ASCII left as it is."""
    named = {9: "\\t", 10: "\\n", 13: "\\r", 34: '\\"', 39: "\\'", 92: "\\\\"}
    text = value.decode("utf-8", "surrogateescape")
    return "".join(
        named.get(ord(c)) or (f"\\{ord(c):03o}" if ord(c) < 32 or ord(c) == 127 else c)
        for c in text
    )


def _element(value: Any) -> str:
    if isinstance(value, bytes):
        return f'"{_escaped(value)}"'
    if isinstance(value, np.bool_):
        return str(int(value))
    if isinstance(value, np.complexfloating):
        return f"({_element(value.real)},{_element(value.imag)})"
    if isinstance(value, np.floating):
        if np.isnan(value) or np.isinf(value):
            return str(float(value))
        wide = value.dtype == np.float64
        return _float_text(value, 15, 17) if wide else _float_text(np.float32(value), 6, 9)
    return str(value)


def summarized(array: Any, count: int) -> str:
    """An array as text, with at most `count` elements at both ends of each axis (-1 for all)."""
    array = np.asarray(array)
    if not array.ndim:
        return _element(array[()])
    return _rows(array, count, 0)


def _rows(array: Any, count: int, depth: int) -> str:
    if array.ndim == 1:
        parts = [_element(v) for v in array]
    else:
        parts = [_rows(a, count, depth + 1) for a in array]
    if count >= 0 and len(parts) > 2 * count:
        parts = [*parts[:count], "...", *parts[len(parts) - count :]]
    between = " " if array.ndim == 1 else "\n" * (array.ndim - 1) + " " * (depth + 1)
    return "[" + between.join(parts) + "]"


def _format_kernel(xp: Any, *inputs: Any, template: str, placeholder: str, summarize: int) -> Any:
    pieces = template.split(placeholder)
    texts = [summarized(x, summarize) for x in inputs]
    whole_text = pieces[0] + "".join(t + p for t, p in zip(texts, pieces[1:]))
    result = np.empty((), object)
    result[()] = whole_text.encode("utf-8", "surrogateescape")
    return result


_format = defop(
    "StringFormat",
    "inputs: any* -> string",
    doc="A template with tensors as text in it.",
    attrs={"template": REQUIRED, "placeholder": "%s", "summarize": 3},
    shape=lambda op: SCALAR,
    kernel=_format_kernel,
    grad=no_grad("strings have no derivatives"),
)


def format(
    template: str,
    inputs: Any,
    placeholder: str = "{}",
    summarize: int = 3,
    name: str | None = None,
) -> Any:
    """A template with tensors as text in place of its placeholders.

    Args:
        template: the text.
        inputs: a tensor or a list of them, one for each placeholder.
        placeholder: what stands for a tensor.
        summarize: how many elements to write at both ends of each axis; -1 for all.
        name: the op's name.

    Returns:
        A scalar string tensor.

    Raises:
        ValueError: when there are not as many placeholders as tensors.

    Example:
        >>> import pyengine as tf
        >>> tf.get_static_value(tf.strings.format("x: {}", tf.constant([1, 2]))).item()
        b'x: [1 2]'
    """
    if not isinstance(inputs, (list, tuple)):
        inputs = [inputs]
    given = [convert_to_tensor(x) for x in inputs]
    if template.count(placeholder) != len(given):
        raise ValueError(
            f"{template.count(placeholder)} placeholder(s) in template does not match "
            f"{len(given)} tensor(s) provided as input"
        )
    return _format(
        given, template=template, placeholder=placeholder, summarize=int(whole(summarize)),
        name=name,
    )  # fmt: skip
