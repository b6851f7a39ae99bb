"""Stacks: what keeps the values of a loop's iterations for the gradient's loop."""

from __future__ import annotations

from typing import Any

from pyengine.errors import InvalidArgumentError
from pyengine.graph import Operation, Tensor
from pyengine.ops.declare import REQUIRED, defop, no_grad
from pyengine.shape import UNKNOWN

__all__ = ["stack_pop", "stack_push", "stack_v2"]

_OF_STATE = "a stack is state, made by the gradient of a loop"


class Stack:
    """The values of one stack in one run.

    Args:
        max_size: how many values it can hold; -1 for any number.
    """

    __slots__ = ("_max_size", "_values")

    def __init__(self, max_size: int) -> None:
        self._max_size = max_size
        self._values: list[Any] = []

    def push(self, value: Any) -> None:
        if 0 <= self._max_size <= len(self._values):
            raise InvalidArgumentError(
                None, None, f"Stack overflowed: its max_size is {self._max_size}"
            )
        self._values.append(value)

    def pop(self) -> Any:
        if not self._values:
            raise InvalidArgumentError(None, None, "Stack is empty when calling Pop()")
        return self._values.pop()


def _push_kernel(xp: Any, stack: Stack, value: Any, *, swap_memory: bool) -> Any:
    stack.push(value)
    return value


stack_v2 = defop(
    "StackV2",
    "max_size: host int32 -> resource",
    doc="A stack of tensors, empty at the start of a run.",
    attrs={"elem_type": REQUIRED, "stack_name": ""},
    shape=lambda op: [2],
    kernel=lambda xp, max_size, **attrs: Stack(max_size),
    stateful=True,
    grad=no_grad(_OF_STATE),
)


def _pushed_shape(op: Operation) -> Any:
    return op.inputs[1].shape


stack_push_v2 = defop(
    "StackPushV2",
    "handle: resource, elem: T -> T",
    doc="Puts a value on top of a stack, and gives it on.",
    attrs={"swap_memory": False},
    shape=_pushed_shape,
    kernel=_push_kernel,
    stateful=True,
    grad=no_grad(_OF_STATE),
)

stack_pop_v2 = defop(
    "StackPopV2",
    "handle: resource -> @elem_type",
    doc="Takes the value from the top of a stack.",
    attrs={"elem_type": REQUIRED},
    shape=lambda op: UNKNOWN,
    kernel=lambda xp, stack, *, elem_type: stack.pop(),
    stateful=True,
    grad=no_grad(_OF_STATE),
)

stack_close_v2 = defop(
    "StackCloseV2",
    "handle: resource ->",
    doc="Nothing: a stack goes with the last step that uses it.",
    shape=lambda op: [],
    kernel=lambda xp, stack: None,
    stateful=True,
    grad=no_grad(_OF_STATE),
)


def stack_push(handle: Tensor, value: Tensor, swap_memory: bool = False) -> Tensor:
    """Pushes a value; returns it."""
    return stack_push_v2(handle, value, swap_memory=swap_memory)


def stack_pop(handle: Tensor, elem_type: Any) -> Tensor:
    """Pops a value."""
    return stack_pop_v2(handle, elem_type=elem_type)
