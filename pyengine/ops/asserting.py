"""`Assert` and `Print`: ops for their effect, and the text of tensors that they show."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from pyengine import dtypes
from pyengine.convert import convert_to_tensor
from pyengine.errors import InvalidArgumentError
from pyengine.executor.runtime import Runtime
from pyengine.graph import Operation, Tensor
from pyengine.ops.control_flow import no_op
from pyengine.ops.declare import defop, no_grad, same_shape
from pyengine.scopes import name_scope

__all__ = ["Assert", "Print"]


def summarized(value: Any, limit: int) -> str:
    """The first elements of an array as TensorFlow shows them, such as `[1 2][3...]...`.

    Args:
        value: an array or scalar.
        limit: how many elements to show; negative for all.
    """
    array = np.asarray(value)
    limit = array.size if limit < 0 else limit
    shown = [_element(v) for v in array.reshape(-1)[:limit]]
    more = "..." if array.size > limit else ""
    if array.ndim == 0:
        return " ".join(shown) + more
    text: list[str] = []
    _write(array.shape, 0, iter(shown), [len(shown)], text)
    return "".join(text) + more


def _write(shape: Sequence[int], axis: int, shown: Any, left: list[int], text: list[str]) -> None:
    """Writes one axis; `left` counts the elements that are still to be shown."""
    if not left[0]:
        return
    if axis == len(shape) - 1:
        for i in range(shape[axis]):
            if not left[0]:
                if axis:
                    text.append("...")
                return
            text.append(f" {next(shown)}" if i else next(shown))
            left[0] -= 1
        return
    for _ in range(shape[axis]):
        if left[0]:
            text.append("[")
            _write(shape, axis + 1, shown, left, text)
            text.append("]")


def _element(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, (bool, np.bool_)):
        return str(int(value))
    if isinstance(value, (float, np.floating)):
        short = f"{value:.6g}"  # as few digits as tell the value apart
        if float(type(value)(short)) == float(value) or value != value:
            return short
        return f"{value:.9g}" if isinstance(value, np.float32) else f"{value:.17g}"
    if isinstance(value, (complex, np.complexfloating)):
        return f"({_element(value.real)},{_element(value.imag)})"
    return str(value)


# ---------------------------------------------------------------- Assert


def _assert_kernel(xp: Any, condition: Any, *data: Any, summarize: int) -> None:
    if np.ndim(condition):
        raise InvalidArgumentError(
            None, None, f"In[0] should be a scalar: {list(np.shape(condition))}"
        )
    if not condition:
        shown = "".join(f"\n[{summarized(d, summarize)}]" for d in data)
        raise InvalidArgumentError(None, None, f"assertion failed: {shown.strip()}")


_assert = defop(
    "Assert",
    "condition: bool, data: any* ->",
    doc="Fails with the data if the condition is not true.",
    attrs={"summarize": 3},
    shape=lambda op: [],
    kernel=_assert_kernel,
    stateful=True,
    grad=no_grad("it has no outputs"),
)


def Assert(
    condition: Any, data: Any, summarize: int | None = None, name: str | None = None
) -> Operation:
    """An operation that fails if a condition is not true.

    Nothing runs it by itself: let other ops wait for it with `tf.control_dependencies`.

    Args:
        condition: a boolean scalar.
        data: a list of tensors to show on failure.
        summarize: how many elements of each to show; 3 by default.
        name: the name scope.

    Returns:
        The operation; a run of it raises `tf.errors.InvalidArgumentError` if the condition is
        false.

    Example:
        >>> import pyengine as tf
        >>> with tf.Graph().as_default(), tf.Session() as sess:
        ...     x = tf.constant([1.0, -1.0])
        ...     check = tf.Assert(tf.reduce_all(x > 0), ["negative:", x])
        ...     try:
        ...         sess.run(check)
        ...     except tf.errors.InvalidArgumentError as error:
        ...         print(error.message)
        assertion failed: [negative:]
        [1 -1]
    """
    from pyengine.ops.cond import cond

    count = 3 if summarize is None else summarize
    with name_scope(name, "Assert", []):
        tensors = [convert_to_tensor(d) for d in data]
        if all(t.dtype.base_dtype in (dtypes.string, dtypes.int32) for t in tensors):
            return _assert(condition, tensors, summarize=count, name="Assert")
        # What is shown is worked out only when it is needed.
        condition = convert_to_tensor(condition, dtypes.bool, name="Condition")
        guarded = cond(
            condition,
            no_op,
            lambda: _assert(condition, tensors, summarize=count, name="Assert"),
            name="AssertGuard",
        )
        return guarded.op


# ---------------------------------------------------------------- Print


def _bound_print(op: Operation, runtime: Runtime) -> Callable[..., Any]:
    message, first_n = op.attrs["message"], op.attrs["first_n"]
    summarize = op.attrs["summarize"]
    printed = runtime.state_of(op, lambda op: [0])

    def kernel(value: Any, *data: Any) -> Any:
        if first_n < 0 or printed[0] < first_n:
            printed[0] += 1
            sys.stderr.write(message + "".join(f"[{summarized(d, summarize)}]" for d in data))
            sys.stderr.write("\n")
        return value

    return kernel


_print = defop(
    "Print",
    "input: T, data: any* -> T",
    doc="The input again; the data go to the standard error.",
    attrs={"message": "", "first_n": -1, "summarize": 3},
    shape=same_shape,
    bind=_bound_print,
    grad=lambda op, grad: [grad, *[None] * (len(op.inputs) - 1)],
)


def Print(
    input_: Any,
    data: Any,
    message: str | None = None,
    first_n: int | None = None,
    summarize: int | None = None,
    name: str | None = None,
) -> Tensor:
    """A tensor again, which prints other tensors to the standard error when it is run.

    Args:
        input_: the tensor to return.
        data: a list of tensors to print.
        message: a text to print before them.
        first_n: how many times to print; always by default.
        summarize: how many elements of each to print; 3 by default.
        name: the op's name.

    Returns:
        A tensor like `input_`.
    """
    return _print(
        input_,
        list(data),
        message=message or "",
        first_n=-1 if first_n is None else int(first_n),
        summarize=3 if summarize is None else int(summarize),
        name=name,
    )
