"""`tf.print`: tensors and text, printed by an op."""

from __future__ import annotations

import sys
import time
from typing import Any

import numpy as np

from pyengine import nest
from pyengine.convert import is_tensor_like
from pyengine.graph import Operation
from pyengine.ops.declare import apply, defop, no_grad
from pyengine.ops.string_format import format
from pyengine.shape import SCALAR

__all__ = ["print", "timestamp"]

timestamp = defop(
    "Timestamp",
    "-> float64",
    doc="""The time at which it is run, in seconds since 1970; a float64 scalar.

    Args:
        name: the op's name.
    """,
    shape=lambda op: SCALAR,
    kernel=lambda xp: np.float64(time.time()),
    stateful=True,
    grad=no_grad("it has no inputs"),
)

_STREAMS = {"stdout": sys.__stdout__, "stderr": sys.__stderr__}
_LOGS = ("log(info)", "log(warning)", "log(error)")


def _print_shape(op: Operation) -> list[Any]:
    op.inputs[0].shape.with_rank(0)
    return []


def _print_kernel(xp: Any, text: Any, *, output_stream: str, end: str) -> None:
    value = text.item() if hasattr(text, "item") else text
    line = value.decode("utf-8", "replace") + end
    if output_stream.startswith("file://"):
        with open(output_stream[len("file://") :], "a", encoding="utf-8") as file:
            file.write(line)
        return
    # Looked up at each run: consoles and notebooks exchange the streams.
    stream = sys.stdout if output_stream == "stdout" else sys.stderr
    stream.write(line)
    stream.flush()


_print_v2 = defop(
    "PrintV2",
    "input: string ->",
    doc="Prints a string.",
    attrs={"output_stream": "stderr", "end": "\n"},
    shape=_print_shape,
    kernel=_print_kernel,
    stateful=True,
    grad=no_grad("it has no output"),
).opdef  # type: ignore[attr-defined]


def print(*inputs: Any, **kwargs: Any) -> Operation:
    """An op that prints tensors, with Python values and text between them.

    Args:
        inputs: what to print: tensors, Python values, and nested lists and dicts of them.
        output_stream: `sys.stderr` (the default), `sys.stdout`, a string such as
            "file://printed.txt", or "log(info)", "log(warning)", "log(error)".
        summarize: how many elements to write at both ends of each axis; 3 by default, -1 for all.
        sep: what stands between the inputs; a space by default.
        end: what stands at the end; a new line by default.
        name: the op's name.

    Returns:
        The operation: run it, or make others wait for it.

    Raises:
        ValueError: for another argument or stream.

    Example:
        >>> import sys
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     sess.run(tf.print("x is", tf.constant([1, 2]), output_stream=sys.stdout))
        x is [1 2]
    """
    stream = _stream_of(kwargs.pop("output_stream", sys.stderr))
    name, summarize = kwargs.pop("name", None), kwargs.pop("summarize", 3)
    sep, end = kwargs.pop("sep", " "), kwargs.pop("end", "\n")
    if kwargs:
        raise ValueError(f"Unrecognized keyword arguments for tf.print: {kwargs}")
    tensors: list[Any] = []
    pieces = [_template(value, tensors) for value in inputs]
    if len(pieces) == 1 and len(tensors) == 1 and _is_text(tensors[0]):
        text = tensors[0]  # printed as it is, without quotes
    else:
        text = format(sep.join(pieces), tensors, _HOLE, summarize)
    return apply(_print_v2, (text,), {"output_stream": stream, "end": end}, name)


_HOLE = "\0{}"


def _is_text(tensor: Any) -> bool:
    return bool(tensor.dtype.base_dtype.name == "string" and tensor.shape.ndims == 0)


def _template(value: Any, tensors: list[Any]) -> str:
    """The text of one input, with holes for the tensors in it."""
    if is_tensor_like(value):
        tensors.append(value)
        return _HOLE
    if hasattr(value, "dense_shape") and hasattr(value, "indices"):
        tensors += [value.indices, value.values, value.dense_shape]
        return f"SparseTensor(indices={_HOLE}, values={_HOLE}, shape={_HOLE})"
    if isinstance(value, (list, tuple, dict)) and any(map(is_tensor_like, nest.flatten(value))):
        if isinstance(value, dict):
            inside = ", ".join(f"{k!r}: {_template(v, tensors)}" for k, v in value.items())
            return "{" + inside + "}"
        inside = ", ".join(_template(v, tensors) for v in value)
        return f"[{inside}]" if isinstance(value, list) else f"({inside})"
    return str(value)


def _stream_of(stream: Any) -> str:
    if stream in (sys.stdout, _STREAMS["stdout"]):
        return "stdout"
    if stream in (sys.stderr, _STREAMS["stderr"]):
        return "stderr"
    if isinstance(stream, str) and (stream in _LOGS or stream.startswith("file://")):
        return stream
    raise ValueError(
        f"Unsupported output stream, logging level, or file {stream!r}. It is sys.stdout, "
        f"sys.stderr, one of {', '.join(_LOGS)}, or file://[PATH]."
    )
